//! The closed list of error codes, so that programs find it in the schema.

use async_graphql::Enum;

/// Why something was refused: the value of `extensions.code` of an error. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::code::ErrorCode")]
pub enum ErrorCode {
    /// Nobody is signed in, or the session has ended. Sign in and try again.
    Unauthenticated,
    /// You can see this, but your role does not allow what you tried.
    Forbidden,
    /// There is no such thing, or it is not for you to see.
    NotFound,
    /// Somebody changed this at the same moment. Load it again and decide anew.
    Conflict,
    /// The item's state does not allow this step.
    IllegalTransition,
    /// The token lacks the scope that this needs; or only a signed-in person may do it.
    InsufficientScope,
    /// An organization needs an owner; make somebody else one first.
    LastOwner,
    /// The feature *credential requests* is not switched on for you.
    FeatureRequired,
    /// You may not send a request to this person from this team.
    RecipientNotAllowed,
    /// The address belongs to somebody of this organization; choose that person instead.
    AlreadyInOrganization,
    /// The terms must be accepted first.
    TermsNotAccepted,
    /// A value is required here.
    Required,
    /// The text is longer than allowed.
    TooLong,
    /// The list holds more than allowed.
    TooMany,
    /// The text holds characters that are not allowed here.
    InvalidCharacters,
    /// The text does not have the form that is expected here.
    InvalidFormat,
    /// This is not an id.
    InvalidId,
    /// This is not a cursor of this list.
    InvalidCursor,
    /// The number is outside its range.
    OutOfRange,
    /// The catalog has no such app.
    UnknownApp,
    /// The app has no such version.
    UnknownVersion,
    /// The app has several versions; choose one.
    VersionRequired,
    /// The version has no such module.
    UnknownModule,
    /// The app has no such way to authenticate.
    UnknownMethod,
    /// This way to authenticate has no such field.
    UnknownField,
    /// The same value stands twice.
    Duplicate,
    /// The sign-in code is wrong, used, or too old.
    WrongCode,
    /// Five wrong tries; ask for a new code.
    TooManyTries,
    /// Addresses of this domain sign in by the organization's own sign-in, not by code.
    SingleSignOnRequired,
    /// The set-up code is wrong.
    WrongSetUpCode,
    /// The instance has been set up already.
    AlreadySetUp,
    /// The link is for another address than the one you are signed in with.
    WrongAccount,
    /// The link is too old; ask for a new request.
    LinkExpired,
    /// What the deletion affects has changed since the preview.
    PreviewStale,
    /// The app did not accept the credential.
    CredentialRefused,
    /// The app could not be reached; try again later.
    ProviderUnavailable,
    /// The app or its OAuth client is set up wrongly.
    ProviderMisconfigured,
    /// No OAuth client is configured for this app.
    OauthClientMissing,
    /// The sign-in at the app belongs to no running authorization of this browser.
    InvalidState,
    /// Too many calls; wait and try again.
    RateLimited,
    /// The document is not GraphQL.
    ParseError,
    /// The document does not fit the schema.
    ValidationFailed,
    /// A variable is missing, null or of another type.
    BadVariables,
    /// The document is larger or deeper than allowed.
    DocumentTooLarge,
    /// The document asks for more at once than allowed.
    TooComplex,
    /// The value is not of its type.
    BadInput,
    /// The HTTP request or the message on the socket is not one of GraphQL's.
    BadRequest,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The body must be `application/json` in UTF-8.
    UnsupportedMediaType,
    /// No media type in `Accept` can carry the answer.
    NotAcceptable,
    /// This HTTP method may not run this operation.
    MethodNotAllowed,
    /// A page of another site sent this.
    CrossSite,
    /// Part of the service is away for a moment; nothing was changed. Try again.
    Unavailable,
    /// Something failed on our side. The message has an id that the log knows.
    Internal,
}
