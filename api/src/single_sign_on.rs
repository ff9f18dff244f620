//! `/sign-in/oidc`: to the OpenID provider of the instance, or of the organization that a mail domain belongs to,
//! and back (INV-4).
//!
//! Nothing of the provider's answer is shown or logged.

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use domain::ErrorCode;
use domain::id::OrganizationId;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use service::{Error, SingleSignOnAnswer};

use crate::app::AppState;
use crate::auth;
use crate::pages::{self, Words};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in/oidc", get(start))
        .route("/sign-in/oidc/{domain}", get(start_at_domain))
        .route("/sign-in/oidc/callback", get(callback))
        .route("/sign-in/oidc/callback/{organization}", get(callback_of_organization))
}

#[derive(Deserialize)]
struct Start {
    #[serde(rename = "return")]
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Result<Query<Start>, QueryRejection>,
) -> Response {
    begin(&state, &headers, None, query).await
}

async fn start_at_domain(
    State(state): State<AppState>,
    domain: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    query: Result<Query<Start>, QueryRejection>,
) -> Response {
    let Ok(Path(domain)) = domain else { return pages::not_found(Words::of(&headers)) };
    begin(&state, &headers, Some(&domain), query).await
}

async fn begin(
    state: &AppState,
    headers: &HeaderMap,
    domain: Option<&str>,
    query: Result<Query<Start>, QueryRejection>,
) -> Response {
    let words = Words::of(headers);
    let Ok(Query(Start { return_to })) = query else { return misused(words) };
    let browser = auth::cookie(headers, state.cookies.single_sign_on_name());
    let return_to = return_to.as_deref().unwrap_or("/");
    match state.service.start_single_sign_on(domain, return_to, browser).await {
        Ok(start) => {
            let cookie = state.cookies.single_sign_on(&start, state.service.now());
            go(&start.url, &cookie)
        }
        Err(error) => failed(words, &error),
    }
}

async fn callback(
    State(state): State<AppState>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    end(&state, &headers, None, answer).await
}

async fn callback_of_organization(
    State(state): State<AppState>,
    organization: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let Some(organization) = organization.ok().and_then(|Path(id)| id.parse().ok()) else {
        return pages::not_found(Words::of(&headers));
    };
    end(&state, &headers, Some(organization), answer).await
}

async fn end(
    state: &AppState,
    headers: &HeaderMap,
    organization: Option<OrganizationId>,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let words = Words::of(headers);
    let Ok(Query(Answer { state: Some(ticket), code, error, iss })) = answer else { return misused(words) };
    let answer = SingleSignOnAnswer { state: ticket, code, error, iss };
    let browser = auth::cookie(headers, state.cookies.single_sign_on_name());
    let old = auth::cookie(headers, state.cookies.session_name());
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let service = &state.service;
    match service.finish_single_sign_on(organization, &answer, browser, user_agent, old, words.language).await
    {
        Ok((session, return_to)) => go(&return_to, &state.cookies.session(&session, state.service.now())),
        Err(error) => failed(words, &error),
    }
}

/// Sends the browser on with a cookie.
fn go(to: &str, cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::SET_COOKIE, cookie)]).into_response()
}

fn misused(words: &Words) -> Response {
    pages::message(words, StatusCode::BAD_REQUEST, words.misused)
}

fn failed(words: &Words, error: &Error) -> Response {
    let titles = &words.titles;
    let (status, title) = match error {
        Error::Refused(ErrorCode::InvalidState, _) => (StatusCode::BAD_REQUEST, titles.no_sign_in),
        Error::Refused(ErrorCode::Forbidden, _) => (StatusCode::FORBIDDEN, titles.no_account),
        Error::Refused(ErrorCode::CredentialRefused, _) => (StatusCode::BAD_REQUEST, titles.not_signed_in),
        Error::Refused(ErrorCode::ProviderUnavailable, _) => {
            (StatusCode::SERVICE_UNAVAILABLE, titles.provider_away)
        }
        Error::Refused(ErrorCode::ProviderMisconfigured, _) => {
            (StatusCode::BAD_GATEWAY, titles.not_signed_in)
        }
        // The one field is the page to return to.
        Error::Input(_) => return pages::message(words, StatusCode::BAD_REQUEST, words.leads_nowhere),
        other => return pages::failed(words, other),
    };
    pages::message(words, status, (title, &(words.sentence)(error)))
}
