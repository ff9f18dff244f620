//! `/broker/{connection}/{path}`: a connection calls its app (USE-2). `/hand-out/{connection}`: a tool that cannot use
//! the broker fetches an access token (USE-4).

use std::io;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde_json::json;
use service::{BrokerAnswer, BrokerCall, Refusal, RefusalCode};
use uuid::Uuid;

use crate::app::AppState;

const ROOT: &str = "/broker/";
const REQUEST_ID: HeaderName = HeaderName::from_static("consentry-request-id");
const CREDENTIAL: HeaderName = HeaderName::from_static("consentry-credential");
const MODULE: HeaderName = HeaderName::from_static("consentry-module");
/// On refusals of ours only, so that a program can tell them from what the app answered.
const REFUSED: HeaderName = HeaderName::from_static("consentry-refused");

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/broker/{*rest}", any(call)).route("/hand-out/{connection}", post(hand_out))
}

async fn call(State(state): State<AppState>, request: Request) -> Response {
    let id = Uuid::from_bytes(service::incident_id());
    let method = request.method().clone();
    let outcome = state.service.broker(read(request)).await;
    let mut response = match outcome {
        Ok(answer) => {
            tracing::debug!(request_id = %id, module = %answer.module, status = answer.status.as_u16(), "passed on");
            count("passed");
            passed(answer)
        }
        Err(refusal) => refused(&method, &refusal),
    };
    set(response.headers_mut(), REQUEST_ID, &id.simple().to_string());
    response
}

/// Takes the address as it came, neither decoded nor tidied up: the firewall decides on what is written.
fn read(request: Request) -> BrokerCall {
    let (parts, body) = request.into_parts();
    let rest = parts.uri.path().strip_prefix(ROOT).unwrap_or_default();
    let (connection, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    };
    let length = body.size_hint().exact();
    let body =
        (!body.is_end_stream()).then(|| body.into_data_stream().map(|piece| piece.map_err(io::Error::other)));
    BrokerCall {
        connection: connection.to_owned(),
        token: bearer(&parts.headers).map(str::to_owned),
        method: parts.method,
        path: path.to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: body.map(|body| Box::pin(body) as _),
        length,
    }
}

/// The token of `Authorization: Bearer` (RFC 6750 section 2.1), where there is one such header and no other.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

fn passed(answer: BrokerAnswer) -> Response {
    let mut response = Response::new(Body::from_stream(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    set(response.headers_mut(), CREDENTIAL, answer.credential.as_str());
    set(response.headers_mut(), MODULE, &answer.module);
    response
}

fn refused(method: &Method, refusal: &Refusal) -> Response {
    count(refusal.code.as_str());
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (code, modules) = (refusal.code.as_str(), &refusal.modules);
    let body = json!({ "error": { "code": code, "message": refusal.message, "modules": modules } });
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    set(headers, REFUSED, code);
    if let Some(state) = refusal.credential {
        set(headers, CREDENTIAL, state.as_str());
    }
    match refusal.code {
        RefusalCode::Unauthenticated => {
            set(headers, header::WWW_AUTHENTICATE, "Bearer realm=\"consentry\"");
        }
        RefusalCode::TokenExpired => {
            set(headers, header::WWW_AUTHENTICATE, "Bearer realm=\"consentry\", error=\"invalid_token\"");
        }
        RefusalCode::TooManyCalls | RefusalCode::Unavailable => set(headers, header::RETRY_AFTER, "1"),
        _ => {}
    }
    if let Some(seconds) = refusal.retry_after {
        set(headers, header::RETRY_AFTER, &seconds.to_string());
    }
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("consentry_broker_calls_total", "outcome" => outcome).increment(1);
}

async fn hand_out(
    State(state): State<AppState>,
    Path(connection): Path<String>,
    headers: HeaderMap,
) -> Response {
    let handed = state.service.hand_out_token(&connection, bearer(&headers)).await;
    match handed {
        Ok(handed) => {
            let left = (handed.expires_at - state.service.now()).num_seconds().max(0);
            Json(json!({
                "access_token": handed.access_token.expose(),
                "token_type": handed.token_type,
                "expires_in": left,
                "expires_at": handed.expires_at,
            }))
            .into_response()
        }
        Err(refusal) => refused(&Method::POST, &refusal),
    }
}
