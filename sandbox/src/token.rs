//! The token and revocation endpoints (RFC 6749 section 3.2, RFC 7009).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use url::form_urlencoded;

use crate::caller::basic;
use crate::error::Error;
use crate::params::Params;
use crate::scope::{self, Scope};
use crate::store::{Denied, Issued, Times};
use crate::{CLIENT_ID, CLIENT_SECRET, MACHINE_CLIENT_ID, MACHINE_CLIENT_SECRET, Provider, Shared};

const WRONG_CLIENT: Error =
    Error::bad_request("unauthorized_client", "This client may not use this grant type.");

/// A client that proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    People,
    Machine,
}

impl Client {
    const fn id(self) -> &'static str {
        match self {
            Self::People => CLIENT_ID,
            Self::Machine => MACHINE_CLIENT_ID,
        }
    }
}

/// `POST /token`.
pub(crate) async fn token(
    State(provider): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let params = form(&headers, &body)?;
    let client = authenticate(&headers, &params)?;
    let grant_type = params.get("grant_type").ok_or(Error::invalid_request("`grant_type` is missing."))?;
    let issued = match (grant_type, client) {
        ("authorization_code", Client::People) => exchange(&provider, &params),
        ("refresh_token", Client::People) => refresh(&provider, &params),
        ("client_credentials", Client::Machine) => machine(&provider, &params),
        ("authorization_code" | "refresh_token" | "client_credentials", _) => Err(WRONG_CLIENT),
        _ => Err(Error::bad_request("unsupported_grant_type", "This grant type is not known here.")),
    }?;
    Ok(answer(&provider, &issued))
}

/// `POST /revoke`: ends the whole grant, whichever of its tokens is sent.
pub(crate) async fn revoke(
    State(provider): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Error> {
    let params = form(&headers, &body)?;
    let client = authenticate(&headers, &params)?;
    let token = params.get("token").ok_or(Error::invalid_request("`token` is missing."))?;
    provider
        .store()
        .revoke(client.id(), token)
        .map_err(|_| Error::invalid_grant("The token belongs to another client."))?;
    Ok(StatusCode::OK)
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<Params, Error> {
    let params = Params::from_form(headers, body)
        .ok_or(Error::invalid_request("The body must be application/x-www-form-urlencoded."))?;
    match params.repeated("") {
        Some(_) => Err(Error::invalid_request("A parameter occurs twice.")),
        None => Ok(params),
    }
}

/// The client by header or by body (RFC 6749 section 2.3.1), never by both.
fn authenticate(headers: &HeaderMap, params: &Params) -> Result<Client, Error> {
    let by_body = params.get("client_secret");
    let (id, secret) = match (basic(headers), by_body) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid_request("The client proves itself in the header or in the body."));
        }
        (Some((id, secret)), None) => (decoded(&id), decoded(&secret)),
        (None, by_body) => {
            let id = params.get("client_id").unwrap_or_default();
            (id.to_owned(), by_body.unwrap_or_default().to_owned())
        }
    };
    match (id.as_str(), secret.as_str()) {
        (CLIENT_ID, CLIENT_SECRET) => Ok(Client::People),
        (MACHINE_CLIENT_ID, MACHINE_CLIENT_SECRET) => Ok(Client::Machine),
        _ => Err(Error::invalid_client()),
    }
}

/// Id and secret are form-encoded inside of the header.
fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn exchange(provider: &Provider, params: &Params) -> Result<Issued, Error> {
    let code = params.get("code").ok_or(Error::invalid_request("`code` is missing."))?;
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    let verifier =
        params.get("code_verifier").ok_or(Error::invalid_request("`code_verifier` is missing."))?;
    provider.store().exchange(code, redirect_uri, verifier, times(provider)).map_err(denied)
}

fn refresh(provider: &Provider, params: &Params) -> Result<Issued, Error> {
    let token = params.get("refresh_token").ok_or(Error::invalid_request("`refresh_token` is missing."))?;
    let scopes = scopes(params)?;
    provider.store().refresh(token, scopes, times(provider)).map_err(denied)
}

fn machine(provider: &Provider, params: &Params) -> Result<Issued, Error> {
    let scopes = scopes(params)?.unwrap_or_else(|| Scope::ALL.to_vec());
    provider.store().machine(scopes, times(provider)).map_err(denied)
}

fn scopes(params: &Params) -> Result<Option<Vec<Scope>>, Error> {
    params.get("scope").map(|text| scope::parse(text).ok_or(Error::invalid_scope())).transpose()
}

fn times(provider: &Provider) -> Times {
    Times { now: provider.now(), access_token_lifetime: provider.settings.access_token_lifetime }
}

fn denied(why: Denied) -> Error {
    match why {
        Denied::Unknown => Error::invalid_grant("The code or token is unknown, expired or revoked."),
        Denied::Reused => {
            Error::invalid_grant("The code or token was used before; the whole grant has ended.")
        }
        Denied::RedirectUri => Error::invalid_grant("The redirect URI is not the one of the consent."),
        Denied::Verifier => Error::invalid_grant("The code verifier does not belong to the challenge."),
        Denied::Scope => Error::invalid_scope(),
    }
}

fn answer(provider: &Provider, issued: &Issued) -> Response {
    let mut body = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": provider.settings.access_token_lifetime.num_seconds(),
        "scope": scope::join(&issued.scopes),
    });
    if let (Some(token), Some(object)) = (&issued.refresh_token, body.as_object_mut()) {
        object.insert("refresh_token".to_owned(), token.as_str().into());
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
