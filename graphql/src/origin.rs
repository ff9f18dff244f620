//! Whether a request comes from a page that may send it with a user's cookies (SEC-5).

use http::{HeaderMap, header};

use crate::code::Code;
use async_graphql::ServerError;

/// Refuses what a page of another site sends.
///
/// A request without `Origin` is no browser's, or a navigation, which can only be a GET and changes
/// nothing. `Sec-Fetch-Site` catches those of other sites too.
///
/// # Errors
/// `CROSS_SITE`.
pub(crate) fn check(headers: &HeaderMap, allowed: &[String]) -> Result<(), ServerError> {
    let refuse = |why: &str| Err(Code::CrossSite.error(why, None));
    for origin in headers.get_all(header::ORIGIN) {
        let known = allowed.iter().any(|allowed| origin.as_bytes().eq_ignore_ascii_case(allowed.as_bytes()));
        if !known {
            return refuse("this origin may not use the API");
        }
    }
    let cross_site = headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site"));
    // An allowed origin on another site was admitted by name.
    if cross_site && !headers.contains_key(header::ORIGIN) {
        return refuse("pages of other sites may not use the API");
    }
    Ok(())
}
