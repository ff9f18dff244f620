//! What a monitor asks a process: `/healthz`, `/readyz` and `/metrics` of a worker, and `/metrics` of every process
//! (OPS-5).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use service::{Link, Service};

/// The format that Prometheus reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `/metrics`; hidden from whoever may not read it.
pub fn metrics_route(service: Service) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(service)
}

/// Everything that a worker answers.
pub fn routes(service: Service) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
        .with_state(service.clone())
        .merge(metrics_route(service))
}

async fn metrics(State(service): State<Service>, headers: HeaderMap) -> Response {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !service.may_read_metrics(shown.and_then(|value| value.strip_prefix("Bearer "))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, FORMAT)], service.metrics().await).into_response()
}

/// A worker without Redis gets no work, so it is not ready.
async fn ready(State(service): State<Service>) -> Response {
    let database = service.db().ping().await.is_ok();
    let redis = service.bus().link() != Link::Down;
    let word = |ok: bool| if ok { "ok" } else { "not reachable" };
    let (status, text) = if database && redis {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let checks = json!({ "database": word(database), "redis": word(redis) });
    (status, Json(json!({ "status": text, "checks": checks }))).into_response()
}
