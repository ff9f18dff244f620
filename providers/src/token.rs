//! Reads what token endpoints answer, with all their habits.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::credential::SecretText;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::error::{misconfigured, of_status, safe_code};
use crate::http::Answer;
use crate::{ProviderError, Result};

/// A good answer of a token endpoint.
pub(crate) struct Tokens {
    pub(crate) access_token: SecretText,
    pub(crate) refresh_token: Option<SecretText>,
    pub(crate) token_type: String,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// Reads an answer of the token endpoint (RFC 6749, 5.1 and 5.2).
pub(crate) fn read(answer: &Answer, separator: &str, now: DateTime<Utc>) -> Result<Tokens> {
    let fields = fields(&answer.body);
    if let Some(code) = fields.as_ref().and_then(error_code) {
        return Err(of_code(&code, answer));
    }
    if !answer.status.is_success() {
        return Err(of_failed_status(answer));
    }
    let fields = fields.ok_or_else(|| misconfigured("the app's answer cannot be read"))?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let access_token =
        text("access_token").ok_or_else(|| misconfigured("the app's answer has no access token"))?;
    Ok(Tokens {
        access_token: SecretText::from(access_token),
        refresh_token: text("refresh_token").map(SecretText::from),
        token_type: text("token_type").unwrap_or("Bearer").to_owned(),
        scopes: scopes(fields.get("scope"), separator),
        expires_at: fields
            .get("expires_in")
            .and_then(seconds)
            .and_then(|seconds| now.checked_add_signed(seconds)),
    })
}

/// JSON, or the form encoding that some servers use (RFC 6749 wants JSON).
fn fields(body: &[u8]) -> Option<Map<String, Value>> {
    if let Ok(Value::Object(object)) = serde_json::from_slice(body) {
        return Some(object);
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    let pairs: BTreeMap<String, String> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let known = ["access_token", "error"].iter().any(|name| pairs.contains_key(*name));
    known.then(|| pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect())
}

/// The error in an answer, flat or nested, also under status 200.
fn error_code(fields: &Map<String, Value>) -> Option<String> {
    match fields.get("error")? {
        Value::String(code) if !code.is_empty() => Some(code.clone()),
        Value::Object(nested) => {
            let code = ["code", "type", "status", "error"].iter().find_map(|name| nested.get(*name));
            Some(match code {
                Some(Value::String(code)) => code.clone(),
                Some(Value::Number(code)) => code.to_string(),
                _ => "error".to_owned(),
            })
        }
        Value::Bool(true) => Some("error".to_owned()),
        _ => None,
    }
}

fn of_code(code: &str, answer: &Answer) -> ProviderError {
    let detail = format!("the app answered {}", safe_code(code));
    match code {
        "invalid_grant"
        | "bad_refresh_token"
        | "bad_verification_code"
        | "invalid_refresh_token"
        | "expired_token"
        | "token_expired"
        | "token_revoked"
        | "access_denied"
        | "interaction_required"
        | "consent_required"
        | "invalid_code" => ProviderError::Dead { code: safe_code(code), detail },
        "temporarily_unavailable" | "server_error" | "slow_down" | "rate_limited" | "ratelimited" => {
            ProviderError::Transient { retry_after: answer.retry_after, detail }
        }
        _ => match of_status(answer.status, answer.retry_after) {
            ProviderError::Transient { retry_after, .. } => ProviderError::Transient { retry_after, detail },
            _ => misconfigured(detail),
        },
    }
}

fn of_failed_status(answer: &Answer) -> ProviderError {
    match answer.status {
        // Without a code of its own the refusal is taken for one of the client, not of the grant.
        StatusCode::NOT_FOUND => misconfigured("the app has no token endpoint at the address of the catalog"),
        status => of_status(status, answer.retry_after),
    }
}

/// Seconds as a number or as text; nothing where they make no sense.
fn seconds(value: &Value) -> Option<TimeDelta> {
    let seconds = match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "seconds are far below the limits of both types"
            )]
            number.as_f64().map(|seconds| seconds as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    // Ten years: beyond, it is a mistake, and 0 or less means that it does not expire.
    (1..=315_360_000).contains(&seconds).then(|| TimeDelta::seconds(seconds))
}

fn scopes(value: Option<&Value>, separator: &str) -> Option<Vec<String>> {
    let scopes: Vec<String> = match value? {
        Value::String(text) => text
            .split(|c: char| c.is_whitespace() || separator.contains(c))
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => return None,
    };
    Some(scopes)
}
