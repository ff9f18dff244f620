//! What can go wrong with an app, by what the caller can do about it.

use std::time::Duration;

use domain::catalog::TemplateError;
use http::StatusCode;

/// Why an app did not do what was asked. No text here holds a secret, a body, or the query of an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The credential is refused for good; only the recipient can help.
    #[error("{detail}")]
    Dead {
        /// The app's error code, or the HTTP status.
        code: String,
        /// For people.
        detail: String,
    },
    /// It may work later.
    #[error("{detail}")]
    Transient {
        /// When the app asked to come back.
        retry_after: Option<Duration>,
        /// For people.
        detail: String,
    },
    /// The app, its catalog entry or its OAuth client is set up wrongly; only an administrator can help.
    #[error("{detail}")]
    Misconfigured {
        /// For people.
        detail: String,
    },
}

pub(crate) fn misconfigured(detail: impl Into<String>) -> ProviderError {
    ProviderError::Misconfigured { detail: detail.into() }
}

pub(crate) fn transient(detail: impl Into<String>) -> ProviderError {
    ProviderError::Transient { retry_after: None, detail: detail.into() }
}

pub(crate) fn template(error: TemplateError) -> ProviderError {
    misconfigured(format!("the catalog entry cannot be filled: {error}"))
}

/// A status that is neither good nor about the credential.
pub(crate) fn of_status(status: StatusCode, retry_after: Option<Duration>) -> ProviderError {
    if status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
    {
        ProviderError::Transient { retry_after, detail: format!("the app answered {}", status.as_u16()) }
    } else {
        misconfigured(format!("the app answered {}", status.as_u16()))
    }
}

/// Error codes come from the other side: only what looks like a code of RFC 6749 is repeated.
pub(crate) fn safe_code(code: &str) -> String {
    let fits = (1..=64).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b));
    if fits { code.to_owned() } else { "an unreadable error".to_owned() }
}
