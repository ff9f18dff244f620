//! From the first moment to the last route: the process answers while it still waits for its database, and says
//! so (OPS-5). What is started in any order comes together by itself.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use domain::clock::Clock;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use service::{Config, Service, StartError};
use tower::ServiceExt as _;

/// How often a database that is away is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The routes that are answered now: first those of a start, then all.
#[derive(Clone, Default)]
pub struct Door(Arc<OnceLock<Router>>);

impl Door {
    /// Opens the door to the whole program.
    pub fn open(&self, router: Router) {
        // Opened once, by whoever started the service.
        let _ = self.0.set(router);
    }

    /// What the listener serves, from its first moment on.
    pub fn router(&self) -> Router {
        Router::new().fallback(pass).with_state(self.clone())
    }
}

async fn pass(State(door): State<Door>, request: Request<Body>) -> Response {
    match door.0.get() {
        Some(router) => match router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => starting(request.uri().path()),
    }
}

fn starting(path: &str) -> Response {
    let mut response = match path {
        "/healthz" => Json(json!({ "status": "ok" })).into_response(),
        "/readyz" => {
            let body = json!({ "status": "not ready", "checks": { "database": "not reachable", "stopping": false } });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, "Consentry is starting; try again in a moment.\n")
            .into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// Starts the service; in the scaled profile it waits as long as the database is away. SQLite is a file here, so
/// that its lack will not pass.
///
/// # Errors
/// What no waiting helps against.
pub async fn service(config: Config) -> Result<Service, StartError> {
    let mut told = false;
    loop {
        match Service::start(config.clone(), Clock::System).await {
            Err(error) if config.is_scaled() && error.is_passing() => {
                if !told {
                    tracing::warn!(%error, "waiting for the database");
                    told = true;
                }
                tokio::time::sleep(AGAIN).await;
            }
            started => return started,
        }
    }
}
