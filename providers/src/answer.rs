//! Reads what apps answer: tokens and error codes, in the shapes that are met in the wild.

use chrono::{DateTime, TimeDelta, Utc};
use domain::credential::SecretText;
use serde_json::{Map, Value};
use url::form_urlencoded;
use zeroize::Zeroize;

use crate::http::Answer;

/// A body as a tree; wiped when dropped, since it may hold tokens.
pub(crate) struct Tree(pub Value);

impl Drop for Tree {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The places of an error code, from the standard's own to those of single apps.
const CODES: [&str; 14] = [
    "/error",
    "/error/code",
    "/error/type",
    "/error/error",
    "/error/details/0/reason",
    "/error/status",
    "/errors/0/code",
    "/errors/0/errorType",
    "/errors/0/extensions/code",
    "/errors/0/error",
    "/error_code",
    "/errorCode",
    "/code",
    "/status",
];

/// The places of a description, of which only the mention of a redirect URI is looked at.
const DESCRIPTIONS: [&str; 5] =
    ["/error_description", "/error/message", "/message", "/errors/0/message", "/error"];

impl Tree {
    /// Reads a JSON object or a form, whatever the content type says: some send one as the other. `None`
    /// for anything else, such as a page of HTML.
    pub fn read(answer: &Answer) -> Option<Self> {
        if let Ok(value) = serde_json::from_slice::<Value>(&answer.body) {
            let tree = Self(value);
            return (tree.0.is_object() || tree.0.is_array()).then_some(tree);
        }
        let text = std::str::from_utf8(&answer.body).ok()?.trim();
        if !text.contains('=') || text.contains(['<', '{', '\n', ' ']) {
            return None;
        }
        let members: Map<String, Value> = form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        Some(Self(Value::Object(members)))
    }

    /// Every text that could be an error code, in lower case. Only letters and underscores: a token that
    /// an app echoes there would not pass.
    pub fn codes(&self) -> Vec<String> {
        let texts = CODES.iter().filter_map(|place| self.0.pointer(place)?.as_str());
        let codes = texts.filter(|text| {
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
        });
        codes.map(str::to_ascii_lowercase).collect()
    }

    /// Whether the app complains about the redirect URI: a client that is set up wrongly, whatever the code.
    pub fn blames_redirect_uri(&self) -> bool {
        let mut texts = DESCRIPTIONS.iter().filter_map(|place| self.0.pointer(place)?.as_str());
        texts.any(|text| {
            let text = text.to_ascii_lowercase();
            ["redirect_uri", "redirect uri", "redirect url"].iter().any(|words| text.contains(words))
        })
    }

    /// Whether an answer with a good status is a refusal all the same.
    pub fn is_refusal(&self) -> bool {
        let set = |place: &str| {
            self.0.pointer(place).is_some_and(|value| match value {
                Value::Null | Value::Bool(false) => false,
                Value::Bool(true) => true,
                Value::Number(number) => number.as_i64() != Some(0),
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty(),
            })
        };
        let says_no = |place: &str| self.0.pointer(place) == Some(&Value::Bool(false));
        // GraphQL may answer in part; with `data` the credential was taken.
        set("/error") || says_no("/ok") || says_no("/success") || (set("/errors") && !set("/data"))
    }
}

/// The tokens of an answer.
pub(crate) struct Tokens {
    pub access_token: SecretText,
    pub refresh_token: Option<SecretText>,
    pub token_type: String,
    pub scopes: Option<Vec<String>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Tokens {
    /// Reads tokens out of an answer; `None` when it holds no access token.
    pub fn read(tree: &Tree, separator: &str, now: DateTime<Utc>) -> Option<Self> {
        let text = |name: &str| tree.0.get(name)?.as_str().filter(|text| !text.is_empty());
        let token_type = text("token_type").unwrap_or("Bearer");
        // RFC 6749 section 5.1: the type is case-insensitive, yet many calls fail with `bearer`.
        let token_type = if token_type.eq_ignore_ascii_case("bearer") { "Bearer" } else { token_type };
        Some(Self {
            access_token: text("access_token")?.into(),
            refresh_token: text("refresh_token").map(SecretText::from),
            token_type: token_type.to_owned(),
            scopes: tree.0.get("scope").and_then(|scope| scopes(scope, separator)),
            expires_at: tree.0.get("expires_in").and_then(|seconds| expiry(seconds, now)),
        })
    }
}

/// Scopes as a text or a list. Blanks and commas part them besides the method's own separator: some that
/// are asked with blanks answer with commas.
fn scopes(value: &Value, separator: &str) -> Option<Vec<String>> {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| c.is_whitespace() || c == ',' || separator.contains(c));
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    match value {
        Value::String(text) => Some(parts(text)),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).flat_map(parts).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Seconds as number or text. None and less than one mean that the token does not end.
fn expiry(value: &Value, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let seconds = match value {
        // Some servers send `3599.9`; without an expiry such a token would never be renewed in time.
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and what is too large is left out")]
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    now.checked_add_signed(TimeDelta::try_seconds(seconds.filter(|seconds| *seconds > 0)?)?)
}
