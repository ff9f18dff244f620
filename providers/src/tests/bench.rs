//! The server that answers by script, and a catalog that points at it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use chrono::{DateTime, TimeZone as _, Utc};
use domain::catalog::{AppVersion, AuthMethod, Catalog, Options};
use domain::credential::{Params, Secret, SecretText};
use url::form_urlencoded;

use crate::{OAuthClient, Outbound, ProviderError, Providers};

/// One answer.
#[derive(Clone)]
pub struct Script {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub fn script(status: u16, body: impl Into<String>) -> Script {
    Script { status, headers: Vec::new(), body: body.into() }
}

impl Script {
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// One call that arrived.
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    pub fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

#[derive(Clone, Default)]
struct Shared {
    scripts: Arc<Mutex<VecDeque<Script>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub struct Bench {
    pub url: String,
    pub version: AppVersion,
    pub providers: Providers,
    shared: Shared,
}

async fn respond(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let body = String::from_utf8_lossy(&body).into_owned();
    shared.seen.lock().unwrap_or_else(PoisonError::into_inner).push(Seen { method, uri, headers, body });
    let script = shared.scripts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let script = script.unwrap_or_else(script_missing);
    let mut response = Response::builder().status(script.status);
    for (name, value) in script.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(script.body)).expect("a response")
}

fn script_missing() -> Script {
    script(418, "a call that no script expects")
}

impl Bench {
    pub async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let shared =
            Shared { scripts: Arc::new(Mutex::new(scripts.into_iter().collect())), seen: Arc::default() };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(respond).with_state(shared.clone());
        // Ends with the runtime of the test.
        tokio::spawn(async move { axum::serve(listener, app).await });
        let providers = Providers::new(Outbound { allow_loopback: true }).expect("a client");
        Self { version: version(&url), url, providers, shared }
    }

    pub fn method(&self, id: &str) -> &AuthMethod {
        self.version.method(id).expect("a method of the test catalog")
    }

    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The one call that arrived.
    pub fn one(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "exactly one call");
        seen.remove(0)
    }
}

pub fn version(url: &str) -> AppVersion {
    let options = Options {
        variables: BTreeMap::from([("sandbox_url".to_owned(), url.to_owned())]),
        allow_loopback: true,
    };
    let catalog = Catalog::parse([("test.toml", include_str!("app.toml"))], &options);
    let catalog = catalog.unwrap_or_else(|problems| panic!("{problems:#?}"));
    catalog.version("test", "v1").expect("the version").clone()
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).single().expect("a time")
}

pub fn client() -> OAuthClient {
    OAuthClient { id: "the client".to_owned(), secret: Some("s&cret".into()) }
}

pub fn params() -> Params {
    Params::from([("tenant".to_owned(), "contoso".to_owned())])
}

pub fn oauth_secret(refresh_token: Option<&str>) -> Secret {
    Secret::OAuth2Code {
        access_token: "old-access".into(),
        refresh_token: refresh_token.map(SecretText::from),
        token_type: "Bearer".to_owned(),
        client: None,
        params: params(),
    }
}

pub fn key_secret() -> Secret {
    let params = Params::from([("region".to_owned(), "eu".to_owned())]);
    Secret::ApiKey { key: "k-123".into(), params }
}

pub fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, SecretText> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), SecretText::from(*value))).collect()
}

/// Whether the error is of this class: `dead:<code>`, `transient`, `transient:<seconds>`, `misconfigured`.
/// Also checks that no detail shows a secret, a body or a query.
pub fn assert_class(error: &ProviderError, expected: &str) {
    let shown = format!("{error:?} {error}");
    for secret in
        ["old-access", "old-refresh", "k-123", "s&cret", "s%26cret", "the-code", "page of the app", "?"]
    {
        assert!(!shown.contains(secret), "`{secret}` in `{shown}`");
    }
    let class = match error {
        ProviderError::Dead { code, .. } => format!("dead:{code}"),
        ProviderError::Transient { retry_after: Some(wait), .. } => format!("transient:{}", wait.as_secs()),
        ProviderError::Transient { .. } => "transient".to_owned(),
        ProviderError::Misconfigured { .. } => "misconfigured".to_owned(),
    };
    assert_eq!(class, expected, "{shown}");
}
