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
