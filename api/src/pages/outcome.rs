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

use super::{Said, Words, escape, failed, page};
use crate::app::AppState;

/// Lets our own script run, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/outcome.js", get(script))
}

/// A page for the way back from an app.
pub(crate) fn outcome(words: &Words, said: Said<'_>, request: RequestId) -> Response {
    let back = format!("<p><a class=\"button\" href=\"/requests/{request}\">{}</a></p>", words.back);
    returning(words, StatusCode::OK, said, &back)
}

/// The same for a sign-in that gave no access. What the request itself shows as its last try leads back; what
/// belongs to no request of this browser is told here.
pub(crate) fn outcome_failed(words: &Words, error: &Error) -> Response {
    let (status, title) = match error {
        Error::Refused(ErrorCode::Conflict, _) => (StatusCode::CONFLICT, words.titles.changed),
        Error::Refused(
            ErrorCode::CredentialRefused | ErrorCode::ProviderUnavailable | ErrorCode::ProviderMisconfigured,
            _,
        ) => (StatusCode::BAD_REQUEST, words.titles.nothing_shared),
        _ => return failed(words, error),
    };
    let back = format!("<p>{}</p>", words.close_window);
    returning(words, status, (title, &(words.sentence)(error)), &back)
}

fn returning(words: &Words, status: StatusCode, (title, text): Said<'_>, back: &str) -> Response {
    let body = format!("<p>{}</p>{back}<script src=\"/outcome.js\"></script>", escape(text));
    let mut response = (status, page(words, title, &body)).into_response();
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
