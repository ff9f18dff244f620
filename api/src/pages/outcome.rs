//! How a sign-in at an app ended: a page that leads back by itself.
//!
//! In a window that the page opened it closes itself; where the app was opened in the page's own window, it
//! goes back to where the page noted. Without script its words and its link do the same.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::ErrorCode;
use domain::id::RequestId;
use http::{HeaderValue, StatusCode, header};
use service::Error;

use super::{escape, failed, page, sentence};
use crate::app::AppState;

/// Lets our own script run, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/outcome.js", get(script))
}

/// A page for the way back from an app; both are text.
pub(crate) fn outcome(title: &str, text: &str, request: RequestId) -> Response {
    let back = format!("<p><a class=\"button\" href=\"/requests/{request}\">Back to the request</a></p>");
    returning(StatusCode::OK, title, text, &back)
}

/// The same for a sign-in that gave no access. What the request itself shows as its last try leads back; what
/// belongs to no request of this browser is told here.
pub(crate) fn outcome_failed(error: &Error) -> Response {
    let (status, title) = match error {
        Error::Refused(ErrorCode::Conflict, _) => (StatusCode::CONFLICT, "This changed meanwhile"),
        Error::Refused(
            ErrorCode::CredentialRefused | ErrorCode::ProviderUnavailable | ErrorCode::ProviderMisconfigured,
            _,
        ) => (StatusCode::BAD_REQUEST, "Nothing was shared"),
        _ => return failed(error),
    };
    let back = "<p>You can close this window and go back to the request.</p>";
    returning(status, title, &sentence(error), back)
}

fn returning(status: StatusCode, title: &str, text: &str, back: &str) -> Response {
    let body = format!("<p>{}</p>{back}<script src=\"/outcome.js\"></script>", escape(text));
    let mut response = (status, page(title, &body)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

async fn script() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        include_str!("outcome.js"),
    )
}
