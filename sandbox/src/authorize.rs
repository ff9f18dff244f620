//! The authorization endpoint: the page of consent and its answer (RFC 6749 section 4.1, RFC 9207).

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use crate::page::{self, Form};
use crate::params::Params;
use crate::scope::{self, Scope};
use crate::store::Consent;
use crate::{ACCOUNTS, Account, CLIENT_ID, Provider, Shared, pkce};

/// Longer addresses do not survive every browser and server.
const MAX_REDIRECT_URI_BYTES: usize = 2_048;

/// The one form field that may come more than once: the scopes that were left ticked.
const GRANTED: &str = "granted";

/// An authorization request that was checked.
struct Request {
    redirect: Redirect,
    scopes: Vec<Scope>,
    challenge: String,
}

/// Where the answer goes.
struct Redirect {
    /// As it was sent: the exchange of the code must repeat it to the letter.
    text: String,
    url: Url,
    state: Option<String>,
}

/// Why a request is not even shown.
enum Refused {
    /// The page says so: nobody trustworthy to send the browser to.
    Page(&'static str),
    /// The client is told.
    Client(Box<Redirect>, &'static str, &'static str),
}

/// `GET /authorize`: the page.
pub(crate) async fn show(State(provider): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match check(&provider, &params) {
        Ok(request) => {
            let hint = params.get("login_hint").unwrap_or_default();
            let hinted = ACCOUNTS.iter().find(|account| account.email.eq_ignore_ascii_case(hint));
            let ticked = request.scopes.clone();
            consent_page(StatusCode::OK, &params, &request, hinted.unwrap_or(&ACCOUNTS[0]), &ticked, None)
        }
        Err(refused) => refuse(&provider, refused),
    }
}

/// `GET /about`: what this is, and what opens it.
pub(crate) async fn about() -> Response {
    html(StatusCode::OK, page::about(), "'none'")
}

/// `POST /authorize`: the answer. The form repeats the request, which is checked again.
pub(crate) async fn decide(State(provider): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(params) = Params::from_form(&headers, &body) else {
        return error_page("This was not sent by the page of the sandbox.");
    };
    let request = match check(&provider, &params) {
        Ok(request) => request,
        Err(refused) => return refuse(&provider, refused),
    };
    if params.get("decision") != Some("allow") {
        let pairs = [("error", "access_denied"), ("error_description", "The person chose Cancel.")];
        return request.redirect.answer(&provider, &pairs);
    }
    let account = params.get("account").and_then(|sub| ACCOUNTS.iter().find(|account| account.sub == sub));
    let granted: Vec<Scope> =
        request.scopes.iter().copied().filter(|s| params.all(GRANTED).any(|n| n == s.as_str())).collect();
    let problem = match account {
        None => Some("Choose an account."),
        Some(_) if granted.is_empty() => Some("Leave at least one thing ticked, or choose Cancel."),
        Some(_) => None,
    };
    let account = account.unwrap_or(&ACCOUNTS[0]);
    if problem.is_some() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return consent_page(status, &params, &request, account, &granted, problem);
    }
    let Request { redirect, challenge, .. } = request;
    let consent = Consent { account, scopes: granted, redirect_uri: redirect.text.clone(), challenge };
    let expires_at = provider.now() + provider.settings.code_lifetime;
    let code = provider.store().consent(consent, expires_at);
    redirect.answer(&provider, &[("code", &code)])
}

/// Checks a request: first what decides whether the client can be told anything.
fn check(provider: &Provider, params: &Params) -> Result<Request, Refused> {
    if params.repeated(GRANTED).is_some() {
        return Err(Refused::Page("The request holds a parameter twice."));
    }
    if params.get("client_id") != Some(CLIENT_ID) {
        return Err(Refused::Page("The app that sent you here is not known: its client id is wrong."));
    }
    let text = params.get("redirect_uri").unwrap_or_default();
    let url = redirect_url(provider, text).ok_or(Refused::Page(
        "The address to go back to is not possible. It must lie on this computer or belong to this sandbox.",
    ))?;
    let state = params.get("state").map(str::to_owned);
    let redirect = Redirect { text: text.to_owned(), url, state };
    let refused = |redirect, code, words| Err(Refused::Client(Box::new(redirect), code, words));
    if params.get("response_type") != Some("code") {
        return refused(redirect, "unsupported_response_type", "`response_type` must be `code`.");
    }
    let challenge = params.get("code_challenge").unwrap_or_default().to_owned();
    if params.get("code_challenge_method") != Some("S256") || !pkce::is_challenge(&challenge) {
        return refused(redirect, "invalid_request", "PKCE with S256 is required.");
    }
    match params.get("scope").and_then(scope::parse) {
        Some(scopes) => Ok(Request { redirect, scopes, challenge }),
        None => refused(redirect, "invalid_scope", "A scope is unknown, or there is none."),
    }
}

/// Clients are not registered here, so that the rule must do: loopback, or the origin of the sandbox itself.
/// Everything else would make the sandbox a way to send people anywhere.
fn redirect_url(provider: &Provider, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let own = Url::parse(&provider.base).is_ok_and(|base| base.origin() == url.origin());
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let fits = text.len() <= MAX_REDIRECT_URI_BYTES && matches!(url.scheme(), "http" | "https");
    (fits && plain && (loopback || own)).then_some(url)
}

impl Redirect {
    /// Sends the browser back with these parameters, `state` and `iss`.
    fn answer(mut self, provider: &Provider, pairs: &[(&str, &str)]) -> Response {
        self.url.query_pairs_mut().extend_pairs(pairs);
        if let Some(state) = &self.state {
            self.url.query_pairs_mut().append_pair("state", state);
        }
        self.url.query_pairs_mut().append_pair("iss", &provider.base);
        let headers = [
            (header::LOCATION, self.url.as_str()),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        (StatusCode::SEE_OTHER, headers).into_response()
    }

    /// Scheme, host and port, as people and security policies read them.
    fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

fn refuse(provider: &Provider, refused: Refused) -> Response {
    match refused {
        Refused::Page(words) => error_page(words),
        Refused::Client(redirect, code, words) => {
            redirect.answer(provider, &[("error", code), ("error_description", words)])
        }
    }
}

fn consent_page(
    status: StatusCode,
    params: &Params,
    request: &Request,
    account: &Account,
    ticked: &[Scope],
    problem: Option<&str>,
) -> Response {
    let origin = request.redirect.origin();
    let form = Form { params, origin: &origin, scopes: &request.scopes, account, ticked, problem };
    // Browsers apply `form-action` to the redirect that answers the form too.
    html(status, page::consent(&form), &format!("'self' {origin}"))
}

fn error_page(words: &str) -> Response {
    html(StatusCode::BAD_REQUEST, page::error(words), "'none'")
}

fn html(status: StatusCode, text: String, form_action: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = (status, headers, text).into_response();
    // An origin is printable ASCII; should one not be, the page goes out with no way to send its form.
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
