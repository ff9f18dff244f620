//! The API: who am I, and contacts.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::caller::caller;
use crate::contacts::{NewContact, NotAdded};
use crate::error::Error;
use crate::params::Params;
use crate::scope::Scope;
use crate::{Shared, WORKSPACE};

const NO_SUCH_CONTACT: Error =
    Error::new(StatusCode::NOT_FOUND, "not_found", "There is no contact with this id.");
const NO_CONTACT: Error = Error::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "invalid_contact",
    "A contact is a JSON object with `name` and `email`, 1 to 254 characters each.",
);
const FULL: Error =
    Error::new(StatusCode::CONFLICT, "limit_reached", "The list is full; delete a contact first.");

/// `GET /userinfo`: the account behind whatever the call carries. Needs no scope.
pub(crate) async fn userinfo(State(provider): State<Shared>, headers: HeaderMap) -> Result<Response, Error> {
    let caller = caller(&provider, &headers, None)?;
    let mut answer = json!({ "sub": caller.sub, "name": caller.name, "workspace": WORKSPACE });
    if let (Some(email), Some(object)) = (caller.email, answer.as_object_mut()) {
        object.insert("email".to_owned(), email.into());
    }
    Ok(Json(answer).into_response())
}

/// `GET /api/contacts?q=`: the contacts, or those that hold a text.
pub(crate) async fn list(
    State(provider): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    caller(&provider, &headers, Some(Scope::Read))?;
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let contacts = provider.store().contacts.search(params.get("q").unwrap_or_default());
    Ok(Json(json!({ "contacts": contacts })).into_response())
}

/// `POST /api/contacts`: adds one.
pub(crate) async fn create(
    State(provider): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    caller(&provider, &headers, Some(Scope::Write))?;
    let new: NewContact = serde_json::from_slice(&body).map_err(|_| NO_CONTACT)?;
    let added = provider.store().contacts.add(&new, provider.now());
    let contact = added.map_err(|why| match why {
        NotAdded::Invalid => NO_CONTACT,
        NotAdded::Full => FULL,
    })?;
    Ok((StatusCode::CREATED, Json(contact)).into_response())
}

/// `GET /api/contacts/{id}`: one contact.
pub(crate) async fn show(
    State(provider): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    caller(&provider, &headers, Some(Scope::Read))?;
    let contact = provider.store().contacts.get(&id).cloned().ok_or(NO_SUCH_CONTACT)?;
    Ok(Json(contact).into_response())
}

/// `DELETE /api/contacts/{id}`: takes one out.
pub(crate) async fn delete(
    State(provider): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    caller(&provider, &headers, Some(Scope::Delete))?;
    if provider.store().contacts.delete(&id) { Ok(StatusCode::NO_CONTENT) } else { Err(NO_SUCH_CONTACT) }
}
