//! Text with `{placeholders}`, as the catalog uses it in addresses, headers and bodies.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use zeroize::Zeroizing;

/// Text in which `{name}` stands for a field of the method or a part of the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Placeholder(String),
}

/// Why a template is none, or cannot be filled. Never carries a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its partner, or a name that is not made of `a-z`, `0-9` and `_`.
    #[error("malformed placeholder at byte {0}")]
    Malformed(usize),
    /// No value for a placeholder.
    #[error("no value for {{{0}}}")]
    Missing(String),
    /// A value that is not possible at its place, such as a slash inside of a host.
    #[error("the value for {{{0}}} is not possible at its place")]
    Unfit(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '{' => {
                    let rest = chars.as_str();
                    let name = rest.split_once('}').map(|(name, _)| name).unwrap_or_default();
                    if !is_name(name) {
                        return Err(TemplateError::Malformed(at));
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Placeholder(name.to_owned()));
                    // A name is ASCII: as many characters as bytes, and one for the closing brace.
                    chars.nth(name.len());
                }
                '}' => return Err(TemplateError::Malformed(at)),
                _ => plain.push(c),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    /// A template without text, standing in where a catalog file has a problem that is already reported.
    pub(crate) const fn empty() -> Self {
        Self { text: String::new(), pieces: Vec::new() }
    }

    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names between braces, in order; a name may occur twice.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Fills in the values as they are: for headers, bodies, hosts and ports.
    ///
    /// # Errors
    /// [`TemplateError::Missing`].
    pub fn fill(&self, values: &BTreeMap<&str, &str>) -> Result<Zeroizing<String>, TemplateError> {
        self.build(values, |_, value, out| {
            out.push_str(value);
            true
        })
    }

    /// Fills in values of an address: before the path only what a host may hold, after it everything but
    /// unreserved characters percent-encoded (RFC 3986 section 2.3), so that a value can neither change the
    /// host nor add a segment or a query.
    ///
    /// # Errors
    /// [`TemplateError::Missing`]; [`TemplateError::Unfit`] for a host with other characters than letters,
    /// digits, dots and hyphens, and for an empty or dotted path segment.
    pub fn fill_url(&self, values: &BTreeMap<&str, &str>) -> Result<Zeroizing<String>, TemplateError> {
        self.build(values, |before, value, out| {
            let authority = before.split_once("://").is_none_or(|(_, rest)| !rest.contains('/'));
            if authority {
                if is_host(value) {
                    out.push_str(value);
                }
                return is_host(value);
            }
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    let _infallible = write!(out, "%{byte:02X}");
                }
            }
            !value.is_empty() && value != "." && value != ".."
        })
    }

    fn build(
        &self,
        values: &BTreeMap<&str, &str>,
        put: impl Fn(&str, &str, &mut String) -> bool,
    ) -> Result<Zeroizing<String>, TemplateError> {
        // Large enough from the start (three bytes per encoded one), so that growing leaves no copy of a
        // secret behind.
        let size: usize = self.placeholders().filter_map(|name| values.get(name)).map(|v| v.len() * 3).sum();
        let mut out = Zeroizing::new(String::with_capacity(self.text.len() + size));
        let mut before = Zeroizing::new(String::with_capacity(self.text.len() + size));
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Placeholder(name) => {
                    let value = values.get(name.as_str());
                    let value = value.ok_or_else(|| TemplateError::Missing(name.clone()))?;
                    before.clear();
                    before.push_str(&out);
                    if !put(&before, value, &mut out) {
                        return Err(TemplateError::Unfit(name.clone()));
                    }
                }
            }
        }
        Ok(out)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether this can be the name of a placeholder, field, method or module: `a-z`, `0-9`, `_`; 1 to 64.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether this can be a host name or IPv4 address, or part of one: RFC 952 and 1123 characters, 1 to 253.
pub(crate) fn is_host(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use url::Url;

    use super::*;

    #[rstest]
    #[case("{", 0)]
    #[case("a}", 1)]
    #[case("a{}", 1)]
    #[case("{A}", 0)]
    #[case("{a b}", 0)]
    #[case("{{a}}", 0)]
    fn malformed_placeholders_are_refused(#[case] text: &str, #[case] at: usize) {
        assert_eq!(Template::parse(text), Err(TemplateError::Malformed(at)));
    }

    #[rstest]
    #[case(
        "https://login.example/{t}/x",
        "a b/..?#é",
        Some("https://login.example/a%20b%2F..%3F%23%C3%A9/x")
    )]
    #[case("https://{t}.example/x", "contoso", Some("https://contoso.example/x"))]
    #[case("https://{t}.example/x", "evil.test/", None)]
    #[case("https://{t}.example/x", "user@evil", None)]
    #[case("https://{t}/x", "[::1]", None)]
    #[case("https://h.example/{t}", "..", None)]
    #[case("https://h.example/{t}", "", None)]
    fn values_stay_at_their_place(#[case] template: &str, #[case] value: &str, #[case] filled: Option<&str>) {
        let template = Template::parse(template).expect("a template");
        let result = template.fill_url(&BTreeMap::from([("t", value)]));
        match filled {
            Some(url) => assert_eq!(result.as_deref().map(String::as_str), Ok(url)),
            None => assert_eq!(result, Err(TemplateError::Unfit("t".to_owned()))),
        }
    }

    #[test]
    fn missing_values_are_named() {
        let template = Template::parse("Bearer {access_token}é{b}").expect("a template");
        assert_eq!(template.placeholders().collect::<Vec<_>>(), ["access_token", "b"]);
        let result = template.fill(&BTreeMap::from([("access_token", "t")]));
        assert_eq!(result, Err(TemplateError::Missing("b".to_owned())));
    }

    proptest! {
        #[test]
        fn no_value_moves_a_call_to_another_host(value in "\\PC*") {
            let template = Template::parse("https://api.example/a/{t}/b").expect("a template");
            if let Ok(filled) = template.fill_url(&BTreeMap::from([("t", value.as_str())])) {
                let url = Url::parse(&filled).expect("a URL");
                prop_assert_eq!(url.host_str(), Some("api.example"));
                prop_assert_eq!(url.path_segments().map(Iterator::count), Some(3));
                prop_assert_eq!(url.query(), None);
            }
        }
    }
}
