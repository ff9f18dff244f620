//! Headers of every answer (SEC-5), and the last net under a panic.

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::measure::measure;

/// For pages that do not bring their own: nothing is loaded but our style sheet, nothing is framed.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What an answer has that brings no other.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Addresses of links and callbacks must not travel on.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// What stands around all routes, as one layer: the router boxes and copies each of its layers, with all that lie in it,
/// for each call.
pub(crate) fn layer(router: Router) -> Router {
    let around = ServiceBuilder::new()
        .map_response(with_headers)
        .layer(from_fn(measure))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()));
    router.layer(around)
}

fn with_headers<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

fn panicked() -> Response<Body> {
    let id = uuid::Uuid::from_u128(u128::from_be_bytes(service::incident_id()));
    tracing::error!(incident_id = %id, "a handler panicked");
    let mut response =
        Response::new(Body::from(format!("Something failed on our side; the log knows it as {id}.\n")));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests {
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    /// SEC-5: a handler that panics is answered like any other, with a number for the log and nothing else.
    #[tokio::test]
    #[allow(clippy::panic, reason = "what is tried")]
    async fn sec_5_the_answer_to_a_panic_has_the_headers_of_every_answer() {
        let router = Router::new().fallback(async || -> &'static str { panic!("a secret") });
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let answer = layer(router).oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in HEADERS {
            assert_eq!(answer.headers().get(&name), Some(&value), "{name}");
        }
        let body = axum::body::to_bytes(answer.into_body(), 1000).await.expect("a body");
        assert!(!body.windows(6).any(|part| part == b"secret"));
    }
}
