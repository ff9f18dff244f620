//! What went wrong, by what the caller can do about it (HEALTH-2).

use std::time::Duration;

use domain::catalog::TemplateError;

/// Why an app did not do what was asked. No detail holds a secret, a body or a query string.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The app refuses the credential; only the recipient can help. INVALID at once.
    #[error("refused by the app ({code}): {detail}")]
    Dead {
        /// The app's own code, such as `invalid_grant`, or `http_401`.
        code: String,
        /// What was called and how it answered.
        detail: String,
    },
    /// The app or the way there is out of order; try again. Never INVALID.
    #[error("for now impossible: {detail}")]
    Transient {
        /// How long the app asks to wait; at most a day.
        retry_after: Option<Duration>,
        /// What was called and how it answered.
        detail: String,
    },
    /// The catalog, the instance's OAuth client or the app's answer is wrong; an operator has to look.
    #[error("set up wrongly: {detail}")]
    Misconfigured {
        /// What is wrong.
        detail: String,
    },
}

impl ProviderError {
    pub(crate) fn misconfigured(detail: impl Into<String>) -> Self {
        Self::Misconfigured { detail: detail.into() }
    }

    pub(crate) fn transient(detail: impl Into<String>) -> Self {
        Self::Transient { retry_after: None, detail: detail.into() }
    }

    pub(crate) fn dead(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Dead { code: code.into(), detail: detail.into() }
    }
}

impl From<TemplateError> for ProviderError {
    fn from(error: TemplateError) -> Self {
        Self::misconfigured(error.to_string())
    }
}
