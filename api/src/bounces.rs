//! `POST /hooks/bounces`: a mail system reports that a mail came back (INV-6). Off unless `BOUNCE_SECRET` is set.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use service::Error;

use crate::app::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/hooks/bounces", post(bounce))
}

#[derive(Deserialize)]
struct Bounce {
    /// The `Message-ID` of the mail.
    message_id: String,
    /// What the other mail server said.
    #[serde(default)]
    reason: String,
}

async fn bounce(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Json<Bounce>, JsonRejection>,
) -> StatusCode {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if !state.service.may_report_bounces(shown) {
        return StatusCode::NOT_FOUND;
    }
    let Ok(Json(Bounce { message_id, reason })) = body else { return StatusCode::BAD_REQUEST };
    match state.service.mail_bounced(&message_id, &reason).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(Error::Refused(..)) => StatusCode::NOT_FOUND,
        Err(error) => {
            tracing::warn!(%error, "a bounce could not be written down; the mail system reports it again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
