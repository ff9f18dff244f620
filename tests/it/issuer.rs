//! A small OpenID provider that says whatever a test tells it to, also what no honest one would.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::clock::Clock;
use http::{HeaderMap, StatusCode};
use kit::{Browser, Options, TestApp};
use reqwest::Response as Page;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with any header and any signature.
pub fn token(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", base64url(signature))
}

/// A key that signs.
pub enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl Key {
    pub fn es256() -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        Self::Es256(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("a key"))
    }

    pub fn ed_dsa() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self::EdDsa(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key"))
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
        }
    }

    /// The public half, as it is published.
    pub fn published(&self, kid: &str) -> Value {
        match self {
            Self::Es256(pair) => {
                let point = pair.public_key().as_ref();
                json!({ "kid": kid, "use": "sig", "kty": "EC", "crv": "P-256", "x": base64url(&point[1..33]), "y": base64url(&point[33..]) })
            }
            Self::EdDsa(pair) => {
                let x = base64url(pair.public_key().as_ref());
                json!({ "kid": kid, "alg": "EdDSA", "kty": "OKP", "crv": "Ed25519", "x": x })
            }
        }
    }

    pub fn sign(&self, kid: Option<&str>, claims: &Value) -> String {
        let mut header = json!({ "alg": self.algorithm() });
        if let Some(kid) = kid {
            header["kid"] = kid.into();
        }
        token(&header, claims, |message| match self {
            Self::Es256(pair) => {
                pair.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec()
            }
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        })
    }
}

/// What the provider says, and what it was asked.
#[derive(Default)]
pub struct Script {
    pub discovery: Value,
    pub keys: Vec<Value>,
    pub token: Value,
    pub user_info: Value,
    pub down: bool,
    /// Says that a code has come, and waits for a word before it is exchanged.
    pub held: Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>,
    /// Paths that were asked for.
    pub calls: Vec<&'static str>,
    /// The last form and `Authorization` header.
    pub form: BTreeMap<String, String>,
    pub authorization: String,
}

#[derive(Clone)]
pub struct Issuer {
    pub url: String,
    script: Arc<Mutex<Script>>,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let at = |path: &str| format!("{url}{path}");
        let discovery = json!({
            "issuer": url,
            "authorization_endpoint": at("/authorize?tenant=1"),
            "token_endpoint": at("/token"),
            "jwks_uri": at("/keys"),
        });
        let issuer = Self { url, script: Arc::new(Mutex::new(Script { discovery, ..Script::default() })) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discover))
            .route("/keys", get(keys))
            .route("/token", post(tokens))
            .route("/userinfo", get(user_info))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    /// One that nobody answers for.
    pub fn at(url: String) -> Self {
        Self { url, script: Arc::default() }
    }

    pub fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.script.lock().expect("a script"))
    }

    /// Lets the next code be exchanged for this ID token.
    pub fn answers(&self, id_token: &str) {
        self.script(|script| {
            script.token =
                json!({ "id_token": id_token, "access_token": "planted-access", "token_type": "Bearer" });
        });
    }

    pub fn count(&self, path: &str) -> usize {
        self.script(|script| script.calls.iter().filter(|call| **call == path).count())
    }

    fn answer(&self, path: &'static str, what: impl FnOnce(&Script) -> Value) -> Response {
        self.script(|script| {
            script.calls.push(path);
            if script.down {
                return StatusCode::BAD_GATEWAY.into_response();
            }
            Json(what(script)).into_response()
        })
    }

    /// An instance that knows this provider, with more settings.
    pub async fn instance(&self, more: &[(&str, &str)]) -> TestApp {
        let client = [
            ("OIDC_ISSUER", self.url.as_str()),
            ("OIDC_CLIENT_ID", "consentry"),
            ("OIDC_CLIENT_SECRET", "planted secret"),
        ];
        let settings =
            client.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        TestApp::with(Options { settings: settings.collect(), ..Options::default() }).await
    }
}

async fn discover(State(issuer): State<Issuer>) -> Response {
    issuer.answer("discovery", |script| script.discovery.clone())
}

async fn keys(State(issuer): State<Issuer>) -> Response {
    issuer.answer("keys", |script| json!({ "keys": script.keys }))
}

async fn tokens(
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let held = issuer.script(|script| {
        script.form = form;
        script.authorization = authorization(&headers);
        script.held.take()
    });
    if let Some((come, go)) = held {
        come.send(()).expect("a test that waits");
        go.await.expect("a word");
    }
    issuer.answer("token", |script| script.token.clone())
}

async fn user_info(State(issuer): State<Issuer>, headers: HeaderMap) -> Response {
    issuer.script(|script| script.authorization = authorization(&headers));
    issuer.answer("userinfo", |script| script.user_info.clone())
}

fn authorization(headers: &HeaderMap) -> String {
    headers.get("authorization").map(|value| value.to_str().expect("a text").to_owned()).unwrap_or_default()
}

/// Where a page leads.
pub fn location(page: &Page) -> String {
    page.headers().get("location").expect("a redirect").to_str().expect("a text").to_owned()
}

/// The sign-in that a browser began.
pub struct Begun {
    pub page: Url,
}

impl Begun {
    pub async fn begin(browser: &Browser, return_to: &str) -> Self {
        Self::begin_at(browser, &format!("/sign-in/oidc?return={return_to}")).await
    }

    /// By the page of an organization's domain.
    pub async fn begin_at(browser: &Browser, page: &str) -> Self {
        let page = browser.get(page).await;
        assert_eq!(page.status(), 303);
        Self { page: Url::parse(&location(&page)).expect("an address") }
    }

    /// A parameter of the question.
    pub fn asked(&self, name: &str) -> String {
        let found = self.page.query_pairs().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("{name} in {}", self.page)).1.into_owned()
    }

    /// Claims with which all is well.
    pub fn claims(&self, app: &TestApp, issuer: &Issuer) -> Value {
        self.claims_at(&app.clock, issuer)
    }

    /// The same by any clock.
    pub fn claims_at(&self, clock: &Clock, issuer: &Issuer) -> Value {
        let now = clock.now().timestamp();
        json!({
            "iss": issuer.url, "sub": "1", "aud": "consentry", "nonce": self.asked("nonce"),
            "iat": now, "exp": now + 300,
            "email": "Mia@Harbor.example", "email_verified": true, "name": "Mia Berg",
        })
    }

    /// The browser comes back with a code.
    pub async fn finish(&self, browser: &Browser) -> Page {
        let (back, state) = (self.asked("redirect_uri"), self.asked("state"));
        browser.get(&format!("{back}?code=planted-code&state={state}")).await
    }
}

/// Whose browser this is.
pub async fn viewer(browser: &Browser) -> Value {
    browser.gql("{ viewer { email name } }", &[]).await.ok()["viewer"].clone()
}
