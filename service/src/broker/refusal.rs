//! Why the broker does not pass a call on, or has no answer.

use domain::item::State;

/// The closed list of refusals (docs/broker.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCode {
    /// No token, one that opens nothing, or no such connection: the same answer for all three.
    Unauthenticated,
    /// The connection's token has expired.
    TokenExpired,
    /// The call could be read in two ways, or carries what is not allowed.
    Malformed,
    /// The recipient did not consent to a module that makes this call.
    NotConsented,
    /// An admin of the team suspended the connection or all use of the credential.
    Suspended,
    /// The recipient has not authorized the app, or does so no more.
    NotAuthorized,
    /// The credential does not work; the recipient can authorize again.
    Invalid,
    /// The app is not called over HTTP, or is no longer in the catalog.
    NotCallable,
    /// The body does not fit here.
    BodyTooLarge,
    /// The secret goes into the body, and there is no place in one of this kind.
    BodyUnsupported,
    /// The caller's body did not come in time.
    BodyTimeout,
    /// Too many calls of this connection are under way.
    TooManyCalls,
    /// The app could not be reached or broke off.
    AppUnreachable,
    /// The app did not answer in time.
    AppTimeout,
    /// The token has ended, and the app does not renew it for now.
    TokenNotRenewed,
    /// The organization does not allow tools to fetch tokens, or the recipient was not told.
    HandOutOff,
    /// There is no access token that ends soon.
    NoShortToken,
    /// The database is away for a moment.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl RefusalCode {
    /// All refusals, for docs and tests.
    pub const ALL: [Self; 19] = [
        Self::Unauthenticated,
        Self::TokenExpired,
        Self::Malformed,
        Self::NotConsented,
        Self::Suspended,
        Self::NotAuthorized,
        Self::Invalid,
        Self::NotCallable,
        Self::BodyTooLarge,
        Self::BodyUnsupported,
        Self::BodyTimeout,
        Self::TooManyCalls,
        Self::AppUnreachable,
        Self::AppTimeout,
        Self::TokenNotRenewed,
        Self::HandOutOff,
        Self::NoShortToken,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status (RFC 9110 section 15; 423 by RFC 4918, 429 by RFC 6585).
    pub const fn status(self) -> u16 {
        self.row().1
    }

    const fn row(self) -> (&'static str, u16) {
        match self {
            Self::Unauthenticated => ("UNAUTHENTICATED", 401),
            Self::TokenExpired => ("TOKEN_EXPIRED", 401),
            Self::Malformed => ("MALFORMED", 400),
            Self::NotConsented => ("NOT_CONSENTED", 403),
            Self::Suspended => ("SUSPENDED", 423),
            Self::NotAuthorized => ("NOT_AUTHORIZED", 409),
            Self::Invalid => ("CREDENTIAL_INVALID", 409),
            Self::NotCallable => ("NOT_CALLABLE", 501),
            Self::BodyTooLarge => ("BODY_TOO_LARGE", 413),
            Self::BodyUnsupported => ("BODY_UNSUPPORTED", 415),
            Self::BodyTimeout => ("BODY_TIMEOUT", 408),
            Self::TooManyCalls => ("TOO_MANY_CALLS", 429),
            Self::AppUnreachable => ("APP_UNREACHABLE", 502),
            Self::AppTimeout => ("APP_TIMEOUT", 504),
            Self::TokenNotRenewed => ("TOKEN_NOT_RENEWED", 503),
            Self::HandOutOff => ("HAND_OUT_OFF", 403),
            Self::NoShortToken => ("NO_SHORT_TOKEN", 409),
            Self::Unavailable => ("UNAVAILABLE", 503),
            Self::Internal => ("INTERNAL", 500),
        }
    }
}

/// A call that was not passed on, or has no answer.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Which.
    pub code: RefusalCode,
    /// For people; says what to do.
    pub message: String,
    /// The modules that would allow the call, had the recipient consented to them.
    pub modules: Vec<String>,
    /// What the credential stands at, once the token was right.
    pub credential: Option<CredentialState>,
    /// Seconds after which another try may help, where that is known.
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), modules: Vec::new(), credential: None, retry_after: None }
    }

    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(super) fn at(mut self, state: CredentialState) -> Self {
        self.credential = Some(state);
        self
    }
}

impl From<crate::Error> for Refusal {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Unavailable(_) => {
                tracing::warn!(%error, "a call waits for the database");
                Self::new(RefusalCode::Unavailable, "try again in a moment")
            }
            error => {
                tracing::error!(%error, "a call failed on our side");
                Self::new(RefusalCode::Internal, "this failed on our side")
            }
        }
    }
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        crate::Error::from(error).into()
    }
}

/// What a connection stands on, as told in `Consentry-Credential`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialState {
    /// As the item.
    Item(State),
    /// Authorized; the app is hard to reach (HEALTH-2).
    Degraded,
    /// Authorized, and suspended by an admin.
    Suspended,
}

impl CredentialState {
    /// The name in the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Item(state) => state.as_str(),
            Self::Degraded => "DEGRADED",
            Self::Suspended => "SUSPENDED",
        }
    }
}
