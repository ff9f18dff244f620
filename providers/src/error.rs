//! What went wrong, by what the caller can do about it (HEALTH-2).

use std::time::Duration;

use domain::catalog::TemplateError;

/// How far a call came that failed for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// It was never sent: the app could not be reached.
    Unreached,
    /// It was sent, and no answer came: whether the app did what was asked, nobody knows.
    Unanswered,
    /// The app answered that it is out of order.
    Failing,
    /// The app answered that this caller is to wait; others may go on.
    Limited,
}

impl Passing {
    /// Whether everybody's calls to this app are likely to fail now.
    pub const fn is_outage(self) -> bool {
        !matches!(self, Self::Limited)
    }
}

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
        /// How far the call came.
        how: Passing,
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

    pub(crate) fn transient(how: Passing, detail: impl Into<String>) -> Self {
        Self::Transient { how, retry_after: None, detail: detail.into() }
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
