//! The token and revocation endpoints (RFC 6749, RFC 7009).

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::state::{ACCESS_SECONDS, Issued, Sandbox};
use crate::{CLIENT_ID, CLIENT_SECRET, MACHINE_ID, MACHINE_SECRET};

type Params = HashMap<String, String>;

fn error(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "error": code }))).into_response()
}

/// The client that proved itself, by header or in the body.
fn client(headers: &HeaderMap, form: &Params) -> Option<&'static str> {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let (id, secret) = match &basic {
        Some(pair) => pair.split_once(':')?,
        None => (form.get("client_id")?.as_str(), form.get("client_secret")?.as_str()),
    };
    match (id, secret) {
        (CLIENT_ID, CLIENT_SECRET) => Some(CLIENT_ID),
        (MACHINE_ID, MACHINE_SECRET) => Some(MACHINE_ID),
        _ => None,
    }
}

fn answer(issued: Option<Issued>) -> Response {
    let Some(issued) = issued else { return error(StatusCode::BAD_REQUEST, "invalid_grant") };
    let mut body = json!({
        "access_token": issued.access,
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": issued.scopes.join(" "),
    });
    if let (Some(refresh), Some(object)) = (issued.refresh, body.as_object_mut()) {
        object.insert("refresh_token".to_owned(), refresh.into());
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

pub(crate) async fn token(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    Form(form): Form<Params>,
) -> Response {
    let Some(client) = client(&headers, &form) else {
        return error(StatusCode::UNAUTHORIZED, "invalid_client");
    };
    let value = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    match (value("grant_type"), client) {
        ("authorization_code", CLIENT_ID) => {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
            answer(sandbox.use_code(value("code"), |code| {
                code.redirect_uri == value("redirect_uri") && code.challenge == challenge
            }))
        }
        ("refresh_token", CLIENT_ID) => answer(sandbox.refresh(value("refresh_token"))),
        ("client_credentials", MACHINE_ID) => answer(Some(sandbox.machine(
            value("scope").split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        ))),
        ("authorization_code" | "refresh_token" | "client_credentials", _) => {
            error(StatusCode::BAD_REQUEST, "unauthorized_client")
        }
        _ => error(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    }
}

pub(crate) async fn revoke(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    Form(form): Form<Params>,
) -> Response {
    if client(&headers, &form).is_none() {
        return error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    sandbox.revoke(form.get("token").map(String::as_str).unwrap_or_default());
    StatusCode::OK.into_response()
}
