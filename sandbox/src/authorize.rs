//! The page of consent: one signs in as one of two accounts, unticks what one does not want, and agrees or
//! not.

use std::sync::Arc;

use axum::extract::{Query, RawForm, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::CLIENT_ID;
use crate::state::Sandbox;

const ACCOUNTS: [&str; 2] = ["hello@harborbakery.example", "accounts@harborbakery.example"];

#[derive(Deserialize)]
pub(crate) struct Ask {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    login_hint: Option<String>,
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn words(scope: &str) -> &str {
    match scope {
        "contacts:read" => "See your contacts",
        "contacts:write" => "Add contacts",
        "contacts:delete" => "Remove contacts",
        other => other,
    }
}

fn refused(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, Html(format!("<!doctype html><title>Sandbox</title><p>{}</p>", escape(text))))
        .into_response()
}

/// The address to send the browser back to, when the question is one that may be answered.
fn check(client: Option<&str>, redirect: Option<&str>) -> Result<Url, Response> {
    if client != Some(CLIENT_ID) {
        return Err(refused("unknown client"));
    }
    let url =
        redirect.and_then(|text| Url::parse(text).ok()).ok_or_else(|| refused("redirect_uri is missing"))?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if !(url.path() == "/oauth/callback" && (url.scheme() == "https" || loopback)) {
        return Err(refused("redirect_uri is not registered"));
    }
    Ok(url)
}

fn back(mut url: Url, pairs: &[(&str, &str)]) -> Response {
    url.query_pairs_mut().extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    Redirect::to(url.as_str()).into_response()
}

pub(crate) async fn page(State(sandbox): State<Arc<Sandbox>>, Query(ask): Query<Ask>) -> Response {
    let url = match check(ask.client_id.as_deref(), ask.redirect_uri.as_deref()) {
        Ok(url) => url,
        Err(response) => return response,
    };
    let challenge = ask.code_challenge.clone().unwrap_or_default();
    if ask.response_type.as_deref() != Some("code")
        || challenge.len() != 43
        || ask.code_challenge_method.as_deref() != Some("S256")
    {
        return back(url, &[("error", "invalid_request"), ("state", &ask.state), ("iss", &sandbox.base)]);
    }
    let accounts: String = ACCOUNTS
        .iter()
        .enumerate()
        .map(|(index, account)| {
            let chosen = ask.login_hint.as_deref().map_or(index == 0, |hint| hint == *account);
            format!("<p><label><input type=\"radio\" name=\"account\" value=\"{account}\"{}> {account}</label></p>", if chosen { " checked" } else { "" })
        })
        .collect();
    let scopes: String = ask
        .scope
        .split(' ')
        .filter(|scope| !scope.is_empty())
        .map(|scope| {
            format!(
                "<p><label><input type=\"checkbox\" name=\"scope\" value=\"{0}\" checked> {1}</label></p>",
                escape(scope),
                escape(words(scope))
            )
        })
        .collect();
    let hidden: String = [
        ("client_id", CLIENT_ID),
        ("redirect_uri", url.as_str()),
        ("state", &ask.state),
        ("code_challenge", &challenge),
    ]
    .iter()
    .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
    .collect();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Sandbox sign-in</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body><main><p class=\"brand\">Sandbox</p><h1>Consentry asks for access</h1>\
         <p>You go back to {} afterwards.</p><form method=\"post\">{hidden}<fieldset><legend>Account</legend>{accounts}</fieldset>\
         <fieldset><legend>It may</legend>{scopes}</fieldset>\
         <p><button class=\"button\" name=\"decision\" value=\"allow\">Allow</button> <button class=\"button\" name=\"decision\" value=\"cancel\">Cancel</button></p>\
         </form></main></body></html>",
        escape(url.host_str().unwrap_or_default())
    );
    // The form leads to another address than ours, which a policy of form-action 'self' would stop.
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    ([("content-security-policy", policy)], Html(html)).into_response()
}

pub(crate) async fn decide(State(sandbox): State<Arc<Sandbox>>, RawForm(body): RawForm) -> Response {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let url = match check(value("client_id"), value("redirect_uri")) {
        Ok(url) => url,
        Err(response) => return response,
    };
    let state = value("state").unwrap_or_default();
    if value("decision") != Some("allow") {
        return back(url, &[("error", "access_denied"), ("state", state), ("iss", &sandbox.base)]);
    }
    let account =
        value("account").filter(|account| ACCOUNTS.contains(account)).unwrap_or(ACCOUNTS[0]).to_owned();
    let scopes = pairs.iter().filter(|(name, _)| name == "scope").map(|(_, scope)| scope.clone()).collect();
    let code = sandbox.new_code(
        account,
        scopes,
        url.to_string(),
        value("code_challenge").unwrap_or_default().to_owned(),
    );
    back(url, &[("code", &code), ("state", state), ("iss", &sandbox.base)])
}
