//! The scripted server, and methods that lead to it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use chrono::{DateTime, Utc};
use domain::catalog::AppVersion;
use domain::credential::{Secret, SecretText};
use providers::{Exchange, Grant, OAuthClient, Outbound, ProviderError, Providers};

pub use crate::apps::{OAUTH, version};

/// Whatever a test plants as secret begins with this; no error may hold it.
pub const PLANTED: &str = "PLANTED";

/// A request as the server heard it.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Heard {
    /// The form of the body; a name that occurs twice is an error.
    pub fn form(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect();
        let form: BTreeMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(form.len(), pairs.len(), "no name twice: {}", self.body);
        form
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An answer of the script.
#[derive(Debug, Clone)]
pub struct Say {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub fn say(status: u16, body: impl Into<String>) -> Say {
    Say { status, headers: Vec::new(), body: body.into() }
}

impl Say {
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).expect("a status");
        let start = Response::builder().status(status);
        let with_headers =
            self.headers.into_iter().fold(start, |response, (name, value)| response.header(name, value));
        with_headers.body(Body::from(self.body)).expect("a response")
    }
}

/// A server on a port of its own. Ends with the test's runtime.
pub struct Server {
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    script: Arc<Mutex<VecDeque<Say>>>,
}

impl Server {
    /// Begins to listen, with the answers in order. What comes after the last is answered by 599.
    pub async fn start(script: impl IntoIterator<Item = Say>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server =
            Self { url, heard: Arc::default(), script: Arc::new(Mutex::new(script.into_iter().collect())) };
        let (heard, script) = (Arc::clone(&server.heard), Arc::clone(&server.script));
        let router = Router::new().fallback(move |request: Request| {
            let (heard, script) = (Arc::clone(&heard), Arc::clone(&script));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.expect("a body");
                heard.lock().expect("the list").push(Heard {
                    method: parts.method.to_string(),
                    path: parts.uri.path().to_owned(),
                    query: parts.uri.query().unwrap_or_default().to_owned(),
                    headers: parts.headers,
                    body: String::from_utf8(body.to_vec()).expect("text"),
                });
                let next = script.lock().expect("the script").pop_front();
                next.unwrap_or_else(|| say(599, "the script is over")).response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("the list").clone()
    }

    /// The one request that came.
    pub fn only(&self) -> Heard {
        let heard = self.heard();
        assert_eq!(heard.len(), 1, "one request: {heard:#?}");
        heard.into_iter().next().expect("one request")
    }

    /// The version whose one method, of id `m`, is written here; `BASE` becomes the server's address.
    pub fn version(&self, method: &str) -> AppVersion {
        version(&self.url, method)
    }
}

/// An address of this machine where nobody listens.
pub fn unused_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

pub fn providers() -> Providers {
    Providers::new(Outbound { allow_loopback: true }).expect("a client")
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a time")
}

/// A client whose id and secret need encoding in the header.
pub fn client() -> OAuthClient {
    OAuthClient { id: "client:1".to_owned(), secret: Some(SecretText::from("PLANTED secret/+&é")) }
}

pub fn tokens(refresh: Option<&str>) -> Secret {
    Secret::OAuth2Code {
        access_token: "PLANTED-old-access".into(),
        refresh_token: refresh.map(SecretText::from),
        token_type: "Bearer".to_owned(),
        client: None,
        params: BTreeMap::new(),
    }
}

/// Exchanges a planted code.
pub async fn exchange(server: &Server, method: &str) -> Result<Grant, ProviderError> {
    let version = server.version(method);
    let client = client();
    let params = BTreeMap::new();
    let exchange = Exchange {
        code: "PLANTED-code",
        code_verifier: "PLANTED-verifier-of-at-least-43-characters-0000",
        redirect_uri: "https://consentry.example/callback",
        client: &client,
        own_client: false,
        params: &params,
    };
    providers().exchange(version.method("m").expect("a method"), &exchange, now()).await
}

/// Renews tokens with a planted refresh token.
pub async fn refresh(server: &Server, method: &str) -> Result<Grant, ProviderError> {
    let version = server.version(method);
    let secret = tokens(Some("PLANTED-old-refresh"));
    let method = version.method("m").expect("a method");
    providers().refresh(&version, method, &secret, Some(&client()), now()).await
}

/// The error of an operation, which must not show what was planted.
pub fn error_of<T>(result: Result<T, ProviderError>) -> ProviderError {
    let error = result.err().expect("an error");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(PLANTED), "sec_1: no error shows a secret: {shown}");
    assert!(
        !shown.contains("://") && !shown.contains('?'),
        "no error shows an address with its query: {shown}"
    );
    error
}

/// The kind of an error, in one word.
pub fn kind(error: &ProviderError) -> &'static str {
    match error {
        ProviderError::Dead { .. } => "dead",
        ProviderError::Transient { .. } => "transient",
        ProviderError::Misconfigured { .. } => "misconfigured",
    }
}
