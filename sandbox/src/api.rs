//! The contacts API: takes a token with the right scope, the key, or user and password.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::state::Sandbox;
use crate::{API_KEY, BASIC_PASSWORD, BASIC_USER};

fn refuse(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "error": { "code": code } }))).into_response()
}

/// The account that the call is for.
fn account(sandbox: &Sandbox, headers: &HeaderMap, scope: Option<&str>) -> Result<String, Response> {
    if headers.get("x-api-key").is_some_and(|key| key.as_bytes() == API_KEY.as_bytes()) {
        return Ok("Sandbox key".to_owned());
    }
    let authorization =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some(basic) = authorization.strip_prefix("Basic ") {
        let wanted = STANDARD.encode(format!("{BASIC_USER}:{BASIC_PASSWORD}"));
        return if basic == wanted {
            Ok(BASIC_USER.to_owned())
        } else {
            Err(refuse(StatusCode::UNAUTHORIZED, "wrong_password"))
        };
    }
    let grant = authorization.strip_prefix("Bearer ").and_then(|token| sandbox.grant_of(token));
    let grant = grant.ok_or_else(|| refuse(StatusCode::UNAUTHORIZED, "unauthorized"))?;
    match scope {
        Some(scope) if !grant.scopes.iter().any(|held| held == scope) => {
            Err(refuse(StatusCode::FORBIDDEN, "insufficient_scope"))
        }
        _ => Ok(grant.account),
    }
}

fn contact((id, name, email): &(u64, String, String)) -> Value {
    json!({ "id": id, "name": name, "email": email })
}

pub(crate) async fn userinfo(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap) -> Response {
    match account(&sandbox, &headers, None) {
        Ok(account) => {
            Json(json!({ "sub": account, "email": account, "workspace": "Harbor Bakery" })).into_response()
        }
        Err(response) => response,
    }
}

pub(crate) async fn list(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap) -> Response {
    match account(&sandbox, &headers, Some("contacts:read")) {
        Ok(_) => Json(json!({ "contacts": sandbox.contacts().iter().map(contact).collect::<Vec<_>>() }))
            .into_response(),
        Err(response) => response,
    }
}

pub(crate) async fn show(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Response {
    if let Err(response) = account(&sandbox, &headers, Some("contacts:read")) {
        return response;
    }
    match sandbox.contacts().iter().find(|contact| contact.0 == id) {
        Some(found) => Json(contact(found)).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "not_found"),
    }
}

#[derive(Deserialize)]
pub(crate) struct NewContact {
    name: String,
    email: String,
}

pub(crate) async fn create(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    Json(new): Json<NewContact>,
) -> Response {
    if let Err(response) = account(&sandbox, &headers, Some("contacts:write")) {
        return response;
    }
    let id = sandbox.add_contact(new.name.clone(), new.email.clone());
    (StatusCode::CREATED, Json(contact(&(id, new.name, new.email)))).into_response()
}

pub(crate) async fn remove(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Response {
    if let Err(response) = account(&sandbox, &headers, Some("contacts:delete")) {
        return response;
    }
    if sandbox.remove_contact(id) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        refuse(StatusCode::NOT_FOUND, "not_found")
    }
}
