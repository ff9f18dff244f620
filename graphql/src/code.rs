//! The closed list of refusal codes that the transport itself gives.

use std::fmt;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};
use http::StatusCode;

/// Why a request was refused before, or instead of, reaching a resolver.
///
/// Sent as `extensions.code`. The application adds codes of its own; these never carry its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The document is not GraphQL.
    ParseError,
    /// The document does not fit the schema, or names no operation that it holds.
    ValidationFailed,
    /// More bytes or tokens than allowed.
    DocumentTooLarge,
    /// Nested, expanded, aliased or multiplied beyond the limits.
    TooComplex,
    /// Variables that are missing, null where they must not be, too many or too deep.
    BadVariables,
    /// An argument's value is not of its type; noticed by the type's own parser.
    BadInput,
    /// The HTTP request or WebSocket message is not one of GraphQL's.
    BadRequest,
    /// The body exceeds the limit.
    PayloadTooLarge,
    /// The body is not `application/json` in UTF-8.
    UnsupportedMediaType,
    /// No media type in `Accept` can carry the answer.
    NotAcceptable,
    /// The HTTP method may not run this operation.
    MethodNotAllowed,
    /// Sent by a page of another site.
    CrossSite,
    /// More requests than the user or address may send.
    RateLimited,
    /// A fault of the server; the message carries an id that the log has too.
    Internal,
}

impl Code {
    /// Every code, in the order of the enum; for schemas and documentation.
    pub const ALL: [Self; 14] = [
        Self::ParseError,
        Self::ValidationFailed,
        Self::DocumentTooLarge,
        Self::TooComplex,
        Self::BadVariables,
        Self::BadInput,
        Self::BadRequest,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::NotAcceptable,
        Self::MethodNotAllowed,
        Self::CrossSite,
        Self::RateLimited,
        Self::Internal,
    ];

    /// The text in `extensions.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ParseError => "PARSE_ERROR",
            Self::ValidationFailed => "VALIDATION_FAILED",
            Self::DocumentTooLarge => "DOCUMENT_TOO_LARGE",
            Self::TooComplex => "TOO_COMPLEX",
            Self::BadVariables => "BAD_VARIABLES",
            Self::BadInput => "BAD_INPUT",
            Self::BadRequest => "BAD_REQUEST",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::CrossSite => "CROSS_SITE",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL",
        }
    }

    /// An error of this code.
    pub fn error(self, message: impl Into<String>, pos: Option<Pos>) -> ServerError {
        let mut error = ServerError::new(message, pos);
        set_code(&mut error, self.as_str());
        error
    }

    /// The status of an HTTP answer that is refused with this code whatever media type is asked for;
    /// `None` where GraphQL over HTTP makes it depend on the media type (200 or 400).
    pub(crate) fn status(self) -> Option<StatusCode> {
        match self {
            Self::ParseError
            | Self::ValidationFailed
            | Self::DocumentTooLarge
            | Self::TooComplex
            | Self::BadVariables
            | Self::BadInput => None,
            Self::BadRequest => Some(StatusCode::BAD_REQUEST),
            Self::PayloadTooLarge => Some(StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::NotAcceptable => Some(StatusCode::NOT_ACCEPTABLE),
            Self::MethodNotAllowed => Some(StatusCode::METHOD_NOT_ALLOWED),
            Self::CrossSite => Some(StatusCode::FORBIDDEN),
            Self::RateLimited => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::Internal => Some(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The code of an error, if it is one of ours.
    pub(crate) fn of(error: &ServerError) -> Option<Self> {
        let text = code_of(error)?;
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text in `extensions.code`, if there is one.
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code),
        async_graphql::Value::Enum(code) => Some(code.as_str()),
        _ => None,
    }
}

/// Sets `extensions.code`.
pub fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
}
