//! `/healthz`: the process lives. `/readyz`: it can serve (OPS-5).

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use service::Link;
use tokio_util::sync::CancellationToken;

use crate::app::AppState;

/// Whether the process wants new work.
#[derive(Clone)]
pub(crate) struct Readiness {
    shutdown: CancellationToken,
}

impl Readiness {
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self { shutdown }
    }
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let stopping = state.readiness.shutdown.is_cancelled();
    let database = state.service.db().ping().await;
    let status = if stopping || database.is_err() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let word = |ok: bool| if ok { "ok" } else { "not reachable" };
    let database = word(database.is_ok());
    // Told, and no reason to send nobody here: without Redis changes of other processes come later, not never.
    let checks = match state.service.bus().link() {
        Link::None => json!({ "database": database, "stopping": stopping }),
        link => json!({ "database": database, "redis": word(link == Link::Up), "stopping": stopping }),
    };
    let word = if status == StatusCode::OK { "ready" } else { "not ready" };
    (status, Json(json!({ "status": word, "checks": checks })))
}
