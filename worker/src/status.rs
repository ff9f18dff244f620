//! What a monitor asks a process: `/healthz`, `/readyz` and `/metrics` of a worker, and `/metrics` of every process
//! (OPS-5).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use service::{Link, Service};

use crate::queue::redis::RedisQueue;
use crate::sign::Sign;

/// The format that Prometheus reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `/metrics`; hidden from whoever may not read it.
pub fn metrics_route(service: Service) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(service)
}

/// What a worker tells of itself.
#[derive(Clone)]
struct Worker {
    service: Service,
    queue: RedisQueue,
    relay: Sign,
}

/// Everything that a worker answers. `relay` is where its relay gives signs of life.
pub fn routes(service: Service, queue: RedisQueue, relay: Sign) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_of_worker))
        .with_state(Worker { service, queue, relay })
}

async fn metrics_of_worker(State(worker): State<Worker>, headers: HeaderMap) -> Response {
    if worker.service.may_read_metrics(shown(&headers)) {
        match worker.queue.depth().await {
            Ok(depth) => depth.show(),
            Err(error) => tracing::debug!(%error, "numbers of the queue could not be read"),
        }
    }
    metrics(State(worker.service), headers).await
}

async fn metrics(State(service): State<Service>, headers: HeaderMap) -> Response {
    if !service.may_read_metrics(shown(&headers)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, FORMAT)], service.metrics().await).into_response()
}

/// The token that a monitor shows.
fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// A worker without Redis gets no work, and one whose parts gave no sign of life for a minute does none: neither is
/// ready.
async fn ready(State(worker): State<Worker>) -> Response {
    let database = worker.service.db().ping().await.is_ok();
    let redis = worker.service.bus().link() != Link::Down;
    let (relay, jobs) = (worker.relay.is_fresh(), worker.queue.sign().is_fresh());
    let reached = |ok: bool| if ok { "ok" } else { "not reachable" };
    let lives = |ok: bool| if ok { "ok" } else { "no sign of life" };
    let (status, text) = if database && redis && relay && jobs {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let checks = json!({
        "database": reached(database),
        "redis": reached(redis),
        "relay": lives(relay),
        "jobs": lives(jobs),
    });
    (status, Json(json!({ "status": text, "checks": checks }))).into_response()
}
