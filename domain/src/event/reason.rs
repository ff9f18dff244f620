//! Why an item does not work.

use serde::{Deserialize, Serialize};

/// Why an item does not work, or why an attempt to authorize it ended (REC-2, *States*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The recipient said no at the app.
    ConsentCancelled,
    /// The recipient had signed in to another account than the one that they meant (REC-3).
    OtherAccount,
    /// The recipient did not come back in time.
    WindowClosed,
    /// The app refused the credential.
    Refused,
    /// The app could not be reached.
    Unavailable,
    /// The app or its OAuth client is set up wrongly.
    Misconfigured,
    /// The app did not give an access token for the code.
    ExchangeFailed,
    /// The app refused the fresh access.
    ProbeFailed,
    /// The answer named another issuer (RFC 9207).
    WrongIssuer,
    /// The item changed while the recipient was at the app.
    TooLate,
    /// The service stopped between the app's answer and its own.
    Interrupted,
    /// The recipient left the organization (ROLE-7).
    RecipientLeft,
    /// The app does not renew the access any more: it was ended there (HEALTH-2).
    RefreshRefused,
    /// The app had renewed the access, and its answer was lost with a process that died (HEALTH-1).
    RefreshInterrupted,
    /// The access ended, and the app gave no way to renew it (HEALTH-3).
    Expired,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 15] = [
        Self::ConsentCancelled,
        Self::OtherAccount,
        Self::WindowClosed,
        Self::Refused,
        Self::Unavailable,
        Self::Misconfigured,
        Self::ExchangeFailed,
        Self::ProbeFailed,
        Self::WrongIssuer,
        Self::TooLate,
        Self::Interrupted,
        Self::RecipientLeft,
        Self::RefreshRefused,
        Self::RefreshInterrupted,
        Self::Expired,
    ];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConsentCancelled => "CONSENT_CANCELLED",
            Self::OtherAccount => "OTHER_ACCOUNT",
            Self::WindowClosed => "WINDOW_CLOSED",
            Self::Refused => "REFUSED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Misconfigured => "MISCONFIGURED",
            Self::ExchangeFailed => "EXCHANGE_FAILED",
            Self::ProbeFailed => "PROBE_FAILED",
            Self::WrongIssuer => "WRONG_ISSUER",
            Self::TooLate => "TOO_LATE",
            Self::Interrupted => "INTERRUPTED",
            Self::RecipientLeft => "RECIPIENT_LEFT",
            Self::RefreshRefused => "REFRESH_REFUSED",
            Self::RefreshInterrupted => "REFRESH_INTERRUPTED",
            Self::Expired => "EXPIRED",
        }
    }

    /// The reason of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}
