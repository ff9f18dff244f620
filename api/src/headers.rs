//! Headers of every answer (SEC-5), and the last net under a panic.

use axum::Router;
use axum::body::Body;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// For pages that do not bring their own: nothing is loaded but our style sheet, nothing is framed.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn layer(router: Router) -> Router {
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(set(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::X_FRAME_OPTIONS, "DENY"))
        // Addresses of links and callbacks must not travel on.
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::CACHE_CONTROL, "no-store"))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            let id = uuid::Uuid::from_u128(u128::from_be_bytes(service::incident_id()));
            tracing::error!(incident_id = %id, "a handler panicked");
            let mut response = Response::new(Body::from(format!(
                "Something failed on our side; the log knows it as {id}.\n"
            )));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }))
}
