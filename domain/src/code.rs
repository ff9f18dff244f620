//! The closed list of error codes, and problems with input.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// Why something was refused: the value of `extensions.code` (API-2). The list is closed; a program
        /// may match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {$(
            $(#[doc = $doc])*
            #[serde(rename = $text)]
            $name,
        )*}

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it stands in `extensions.code`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The code for a text, if it is one of the list.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

codes! {
    /// Nobody is signed in, or the session has ended. Sign in and try again.
    Unauthenticated = "UNAUTHENTICATED";
    /// You can see this, but your role does not allow what you tried.
    Forbidden = "FORBIDDEN";
    /// There is no such thing, or it is not for you to see.
    NotFound = "NOT_FOUND";
    /// Somebody changed this at the same moment. Load it again and decide anew.
    Conflict = "CONFLICT";
    /// The item's state does not allow this step.
    IllegalTransition = "ILLEGAL_TRANSITION";
    /// The token lacks the scope that this needs; or only a signed-in person may do it.
    InsufficientScope = "INSUFFICIENT_SCOPE";
    /// An organization needs an owner; make somebody else one first.
    LastOwner = "LAST_OWNER";
    /// The feature *credential requests* is not switched on for you.
    FeatureRequired = "FEATURE_REQUIRED";
    /// You may not send a request to this person from this team.
    RecipientNotAllowed = "RECIPIENT_NOT_ALLOWED";
    /// The address belongs to somebody of this organization; choose that person instead.
    AlreadyInOrganization = "ALREADY_IN_ORGANIZATION";
    /// The terms must be accepted first.
    TermsNotAccepted = "TERMS_NOT_ACCEPTED";
    /// A value is required here.
    Required = "REQUIRED";
    /// The text is longer than allowed.
    TooLong = "TOO_LONG";
    /// The list holds more than allowed.
    TooMany = "TOO_MANY";
    /// The text holds characters that are not allowed here.
    InvalidCharacters = "INVALID_CHARACTERS";
    /// The text does not have the form that is expected here.
    InvalidFormat = "INVALID_FORMAT";
    /// This is not an id.
    InvalidId = "INVALID_ID";
    /// This is not a cursor of this list.
    InvalidCursor = "INVALID_CURSOR";
    /// The number is outside its range.
    OutOfRange = "OUT_OF_RANGE";
    /// The catalog has no such app.
    UnknownApp = "UNKNOWN_APP";
    /// The app has no such version.
    UnknownVersion = "UNKNOWN_VERSION";
    /// The app has several versions; choose one.
    VersionRequired = "VERSION_REQUIRED";
    /// The version has no such module.
    UnknownModule = "UNKNOWN_MODULE";
    /// The app has no such way to authenticate.
    UnknownMethod = "UNKNOWN_METHOD";
    /// This way to authenticate has no such field.
    UnknownField = "UNKNOWN_FIELD";
    /// The same value stands twice.
    Duplicate = "DUPLICATE";
    /// The sign-in code is wrong, used, or too old.
    WrongCode = "WRONG_CODE";
    /// Five wrong tries; ask for a new code.
    TooManyTries = "TOO_MANY_TRIES";
    /// Addresses of this domain sign in by the organization's own sign-in, not by code.
    SingleSignOnRequired = "SINGLE_SIGN_ON_REQUIRED";
    /// The set-up code is wrong.
    WrongSetUpCode = "WRONG_SET_UP_CODE";
    /// The instance has been set up already.
    AlreadySetUp = "ALREADY_SET_UP";
    /// The link is for another address than the one you are signed in with.
    WrongAccount = "WRONG_ACCOUNT";
    /// The link is too old; ask for a new request.
    LinkExpired = "LINK_EXPIRED";
    /// What the deletion affects has changed since the preview.
    PreviewStale = "PREVIEW_STALE";
    /// The app did not accept the credential.
    CredentialRefused = "CREDENTIAL_REFUSED";
    /// The app could not be reached; try again later.
    ProviderUnavailable = "PROVIDER_UNAVAILABLE";
    /// The app or its OAuth client is set up wrongly.
    ProviderMisconfigured = "PROVIDER_MISCONFIGURED";
    /// No OAuth client is configured for this app.
    OauthClientMissing = "OAUTH_CLIENT_MISSING";
    /// The sign-in at the app belongs to no running authorization of this browser.
    InvalidState = "INVALID_STATE";
    /// Too many calls; wait and try again.
    RateLimited = "RATE_LIMITED";
    /// The document is not GraphQL.
    ParseError = "PARSE_ERROR";
    /// The document does not fit the schema.
    ValidationFailed = "VALIDATION_FAILED";
    /// A variable is missing, null or of another type.
    BadVariables = "BAD_VARIABLES";
    /// The document is larger or deeper than allowed.
    DocumentTooLarge = "DOCUMENT_TOO_LARGE";
    /// The document asks for more at once than allowed.
    TooComplex = "TOO_COMPLEX";
    /// The value is not of its type.
    BadInput = "BAD_INPUT";
    /// The HTTP request or the message on the socket is not one of GraphQL's.
    BadRequest = "BAD_REQUEST";
    /// The body is larger than allowed.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE";
    /// The body must be `application/json` in UTF-8.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    /// No media type in `Accept` can carry the answer.
    NotAcceptable = "NOT_ACCEPTABLE";
    /// This HTTP method may not run this operation.
    MethodNotAllowed = "METHOD_NOT_ALLOWED";
    /// A page of another site sent this.
    CrossSite = "CROSS_SITE";
    /// Part of the service is away for a moment; nothing was changed. Try again.
    Unavailable = "UNAVAILABLE";
    /// Something failed on our side. The message has an id that the log knows.
    Internal = "INTERNAL";
}

/// One thing that is wrong with an input, at its place (REQ-10, API-2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub code: ErrorCode,
    /// Path of the field inside the input, such as `items.0.modules.2`; empty for the input as a whole.
    pub field: String,
    /// What is wrong, for a person.
    pub message: String,
}

impl Problem {
    /// A problem at a field.
    pub fn new(code: ErrorCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, field: field.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), Some(*code));
        }
        assert_eq!(ErrorCode::parse("OOPS"), None);
    }
}
