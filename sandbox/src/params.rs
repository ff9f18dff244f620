//! Parameters of queries and forms.

use axum::http::{HeaderMap, header};
use url::form_urlencoded;

/// Parameters in the order in which they came. An empty value counts as none (RFC 6749 section 3.1).
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `a=b&c=d`.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Reads a form; `None` when the body is of another type.
    pub(crate) fn from_form(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded").then(|| Self::parse(body))
    }

    /// The value of a parameter, the first if it came more than once.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that came more than once although it may not (RFC 6749 section 3.1); `list` may.
    pub(crate) fn repeated(&self, list: &str) -> Option<&str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|name| *name != list).find(|name| self.all(name).nth(1).is_some())
    }
}
