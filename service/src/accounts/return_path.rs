//! Where a browser goes after its sign-in: to a page of this instance and nowhere else.

use domain::code::ErrorCode;
use url::{Position, Url};

use crate::error::{Error, Result};

/// Longest path; pages of this instance need far less, and browsers take more.
const MAX: usize = 1000;

/// Reads the path of a local page, in the form in which it goes into a header. Whatever a browser could read
/// as an address of another site is refused.
///
/// # Errors
/// `INVALID_FORMAT` at `return`.
pub(super) fn local_path(text: &str) -> Result<String> {
    let refuse = || {
        Error::input(ErrorCode::InvalidFormat, "return", "must be a path of this instance, such as /graphiql")
    };
    // Browsers read `\` as `/` and leave tabs and line breaks out.
    let is_plain = text.starts_with('/') && !text.contains(|c: char| c == '\\' || c.is_control());
    if !is_plain || text.len() > MAX {
        return Err(refuse());
    }
    let here = Url::parse("http://here.invalid/").map_err(|_| refuse())?;
    let there = here.join(text).map_err(|_| refuse())?;
    let path = &there[Position::BeforePath..];
    // Two slashes in front name a host. They may also come of dots: `/..//` is `//`.
    if there.origin() != here.origin() || text.starts_with("//") || path.starts_with("//") {
        return Err(refuse());
    }
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_4_paths_of_this_instance_pass() {
        for (text, path) in [
            ("/", "/"),
            ("/graphiql?a=1&b=//x#c", "/graphiql?a=1&b=//x#c"),
            ("/i/ä", "/i/%C3%A4"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(local_path(text).expect("local"), path);
        }
    }

    #[test]
    fn inv_4_a_sign_in_leads_to_no_other_site() {
        let long = format!("/{}", "a".repeat(MAX));
        for text in [
            "",
            "graphiql",
            "https://evil.example/",
            "javascript:alert(1)",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/a\r\nset-cookie: x=1",
            "/..//evil.example",
            "/.//evil.example",
            "/%2e%2e//evil.example",
            " //evil.example",
            &long,
        ] {
            assert!(local_path(text).is_err(), "{text:?}");
        }
    }
}
