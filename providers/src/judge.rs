//! Sorts refusals into dead, transient and misconfigured (HEALTH-2).

use http::StatusCode;

use crate::answer::Tree;
use crate::error::{Passing, ProviderError};
use crate::http::Answer;

/// Codes after which only the recipient can help.
const DEAD: [&str; 30] = [
    "invalid_grant",
    "invalid_token",
    "invalid_access_token",
    "invalid_refresh_token",
    "bad_refresh_token",
    "bad_auth_code",
    "bad_verification_code",
    "expired_token",
    "token_expired",
    "access_token_expired",
    "refresh_token_expired",
    "expired_authentication",
    "expired_access_token",
    "expired_auth_code",
    "token_revoked",
    "token_inactive",
    "invalid_code",
    "code_expired",
    "code_already_used",
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "invalid_session_id",
    "invalid_authentication",
    "authentication_required",
    "interaction_required",
    "login_required",
    "consent_required",
    "invalid_api_key",
    "api_key_invalid",
];

/// Codes that pass by themselves, whatever the status.
const TRANSIENT: [&str; 11] = [
    "temporarily_unavailable",
    "server_error",
    "slow_down",
    "rate_limited",
    "ratelimited",
    "rate_limit_exceeded",
    "too_many_requests",
    "internal_error",
    "service_unavailable",
    "fatal_error",
    "request_timeout",
];

/// Those of them that mean this caller alone.
const LIMITS: [&str; 5] =
    ["slow_down", "rate_limited", "ratelimited", "rate_limit_exceeded", "too_many_requests"];

/// Codes that say that the client itself is not taken.
const CLIENT: [&str; 5] = [
    "invalid_client",
    "unauthorized_client",
    "incorrect_client_credentials",
    "invalid_client_id",
    "bad_client_secret",
];

/// What was called, which decides how a bare status is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// A token or revocation endpoint with a client that is set up by an operator or app owner.
    Tokens,
    /// A token endpoint with a client that is the credential itself: a refused client is a dead credential.
    OwnTokens,
    /// A call with the credential.
    Probe,
}

/// What a refusal means.
pub(crate) fn judge(answer: &Answer, tree: Option<&Tree>, called: Called) -> ProviderError {
    let status = answer.status;
    let codes = tree.map(Tree::codes).unwrap_or_default();
    let find = |known: &[&str]| codes.iter().find(|code| known.contains(&code.as_str()));
    let shown = codes.first().map(|code| format!(", {code}")).unwrap_or_default();
    let detail = format!("{} answered {}{shown}", answer.call, status.as_u16());
    if is_passing(answer) || find(&TRANSIENT).is_some() {
        let how =
            if is_limit(answer) || find(&LIMITS).is_some() { Passing::Limited } else { Passing::Failing };
        return ProviderError::Transient { how, retry_after: answer.retry_after(), detail };
    }
    if called != Called::Probe && tree.is_some_and(Tree::blames_redirect_uri) {
        return ProviderError::misconfigured(format!("{detail}: the redirect URI is not the registered one"));
    }
    if let Some(code) = find(&CLIENT) {
        return match called {
            Called::OwnTokens => ProviderError::dead(code, detail),
            Called::Tokens | Called::Probe => {
                ProviderError::misconfigured(format!("{detail}: the OAuth client is not taken"))
            }
        };
    }
    if let Some(code) = find(&DEAD) {
        return ProviderError::dead(code, detail);
    }
    let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let is_dead = match called {
        Called::Probe => refused,
        Called::OwnTokens => status == StatusCode::UNAUTHORIZED,
        Called::Tokens => false,
    };
    if is_dead {
        return ProviderError::dead(format!("http_{}", status.as_u16()), detail);
    }
    let why = if status.is_redirection() { ": redirects are not followed" } else { "" };
    ProviderError::misconfigured(format!("{detail}{why}"))
}

/// Whether the status alone says that it will pass.
fn is_passing(answer: &Answer) -> bool {
    answer.status.is_server_error() || matches!(answer.status.as_u16(), 408 | 425) || is_limit(answer)
}

/// Whether the status says that this caller makes too many calls. A 403 that names a time or a used-up budget is such
/// a limit, not a refusal.
fn is_limit(answer: &Answer) -> bool {
    let spent = answer.headers.get("x-ratelimit-remaining").is_some_and(|left| left.as_bytes() == b"0");
    answer.status == StatusCode::TOO_MANY_REQUESTS
        || (answer.status == StatusCode::FORBIDDEN && (spent || answer.retry_after().is_some()))
}
