//! `/oauth/callback`: the app sends the recipient's browser back (SEC-3).
//!
//! The page says how it ended and holds nothing of the answer. Whoever started it learns the outcome from
//! the subscription.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use service::Callback;
use tracing::Instrument as _;

use crate::app::AppState;
use crate::auth;
use crate::pages;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/oauth/callback", get(callback))
}

#[derive(Deserialize)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn callback(
    State(state): State<AppState>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let words = pages::Words::of(&headers);
    let Ok(Query(Answer { state: Some(ticket), code, error, iss })) = answer else {
        return pages::message(words, StatusCode::BAD_REQUEST, words.for_apps);
    };
    let caller = match auth::caller(&state.service, state.cookies, &headers).await {
        Ok(caller) => caller,
        Err(error) => return pages::failed(words, &error),
    };
    let callback = Callback { state: ticket, code, error, iss };
    // The browser may go away at any moment; what was begun with the app must still come to its end.
    let service = state.service.clone();
    let finishing = state
        .tasks
        .spawn(async move { service.finish_authorization(caller.actor, &callback).await }.in_current_span());
    match finishing.await {
        Ok(Ok(done)) => {
            pages::outcome(words, if done.waits { words.almost_done } else { words.done }, done.request)
        }
        Ok(Err(error)) => pages::outcome_failed(words, &error),
        Err(_) => pages::message(words, StatusCode::INTERNAL_SERVER_ERROR, words.broke_off),
    }
}
