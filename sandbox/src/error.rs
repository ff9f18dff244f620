//! Errors as OAuth servers and APIs answer them.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error of the JSON endpoints: code and description (RFC 6749 section 5.2, RFC 6750 section 3.1).
#[derive(Debug)]
pub(crate) struct Error {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    challenge: Option<&'static str>,
}

impl Error {
    pub(crate) const fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { status, code, description, challenge: None }
    }

    /// A bad request with one of the codes of RFC 6749 section 5.2.
    pub(crate) const fn bad_request(code: &'static str, description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, description)
    }

    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::bad_request("invalid_request", description)
    }

    pub(crate) const fn invalid_grant(description: &'static str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    pub(crate) const fn invalid_scope() -> Self {
        Self::bad_request("invalid_scope", "A scope is unknown here or was not granted.")
    }

    /// The client did not prove itself.
    pub(crate) const fn invalid_client() -> Self {
        Self::unauthorized(
            "invalid_client",
            "The client id or secret is wrong or missing.",
            "Basic realm=\"sandbox\"",
        )
    }

    /// 401 with the way to do better in `WWW-Authenticate`.
    pub(crate) const fn unauthorized(
        code: &'static str,
        description: &'static str,
        challenge: &'static str,
    ) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, code, description, challenge: Some(challenge) }
    }

    /// 403 for a token without the scope.
    pub(crate) const fn insufficient_scope() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            code: "insufficient_scope",
            description: "The token does not have the scope that this call needs.",
            challenge: Some("Bearer realm=\"sandbox\", error=\"insufficient_scope\""),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code, "error_description": self.description }));
        let mut response = (self.status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
