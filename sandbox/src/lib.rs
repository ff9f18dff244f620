//! The demo's app: an OAuth 2.0 provider with a tiny contacts API, so that the whole story of a credential
//! request works without an account anywhere.
//!
//! It behaves as a careful provider does: PKCE is required, codes work once, refresh tokens rotate and a
//! used one ends the grant, a revocation ends it too, and the person may untick scopes. What it is *not*: a
//! place for anything real. Its secrets are the constants below, nobody signs in, and everything is in
//! memory and gone with the process. The other crates do not know this one; only the program mounts it, in
//! the demo.

mod api;
mod authorize;
mod caller;
mod contacts;
mod error;
mod page;
mod params;
mod pkce;
mod scope;
mod store;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

pub use scope::Scope;
use store::Store;

/// The OAuth client for people: authorization code and refresh token.
pub const CLIENT_ID: &str = "sandbox";
/// The secret of [`CLIENT_ID`]. Public on purpose: it opens nothing but this sandbox.
pub const CLIENT_SECRET: &str = "sandbox-secret";
/// The OAuth client for programs: client credentials.
pub const MACHINE_CLIENT_ID: &str = "sandbox-machine";
/// The secret of [`MACHINE_CLIENT_ID`]. Public on purpose.
pub const MACHINE_CLIENT_SECRET: &str = "sandbox-machine-secret";
/// The key that the header `X-Api-Key` takes. Public on purpose.
pub const API_KEY: &str = "sandbox-key-1";
/// The user name for `Authorization: Basic`.
pub const USERNAME: &str = "demo";
/// The password of [`USERNAME`]. Public on purpose.
pub const PASSWORD: &str = "sandbox-password";

/// The mail addresses of the two accounts that can be chosen on the page of consent.
pub const ACCOUNT_EMAILS: [&str; 2] = [ACCOUNTS[0].email, ACCOUNTS[1].email];

/// The workspace that every account belongs to.
pub const WORKSPACE: &str = "Harbor Bakery";

/// An account of somebody who can agree.
#[derive(Debug)]
struct Account {
    sub: &'static str,
    email: &'static str,
    name: &'static str,
}

const ACCOUNTS: [Account; 2] = [
    Account { sub: "account-1", email: "hello@harborbakery.example", name: "Harbor Bakery, front desk" },
    Account { sub: "account-2", email: "accounts@harborbakery.example", name: "Harbor Bakery, book-keeping" },
];

/// More than any form or contact needs; keeps a stranger from filling the memory.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// Tells the time; a test hands in its own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What can be set about a sandbox.
#[derive(Clone)]
pub struct Settings {
    /// How long an access token works: one hour, as with most providers. At least one second.
    pub access_token_lifetime: TimeDelta,
    /// How long a code can be exchanged: 60 seconds. RFC 6749 section 4.1.2 allows ten minutes at most.
    pub code_lifetime: TimeDelta,
    /// The time.
    pub clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_token_lifetime: TimeDelta::hours(1),
            code_lifetime: TimeDelta::seconds(60),
            clock: Arc::new(|| SystemTime::now().into()),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("access_token_lifetime", &self.access_token_lifetime)
            .field("code_lifetime", &self.code_lifetime)
            .finish_non_exhaustive()
    }
}

/// What every handler gets.
struct Provider {
    /// Address and issuer, without a slash at its end.
    base: String,
    settings: Settings,
    store: Mutex<Store>,
}

type Shared = Arc<Provider>;

impl Provider {
    fn now(&self) -> DateTime<Utc> {
        (self.settings.clock)()
    }

    /// The store. A panic in another request leaves it usable: every change is a single step.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fresh sandbox with the default [`Settings`], to be nested where `public_base` says.
///
/// `public_base` is the address at which these routes are reached, such as `http://127.0.0.1:8080/sandbox`;
/// it is the issuer too. A slash at its end is cut off.
pub fn routes(public_base: &str) -> Router {
    routes_with(public_base, Settings::default())
}

/// As [`routes`], with settings.
pub fn routes_with(public_base: &str, settings: Settings) -> Router {
    let store = Mutex::new(Store::new((settings.clock)()));
    let provider = Provider { base: public_base.trim_end_matches('/').to_owned(), settings, store };
    Router::new()
        .route("/authorize", get(authorize::show).post(authorize::decide))
        .route("/about", get(authorize::about))
        .route("/style.css", get(style))
        .route("/token", post(token::token))
        .route("/revoke", post(token::revoke))
        .route("/userinfo", get(api::userinfo))
        .route("/api/contacts", get(api::list).post(api::create))
        .route("/api/contacts/{id}", get(api::show).delete(api::delete))
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(provider))
}

async fn style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("style.css"))
}

/// Metadata as in RFC 8414, at the place where servers with a path in their issuer commonly have it.
async fn metadata(State(provider): State<Shared>) -> Json<Value> {
    let base = &provider.base;
    let auth_methods = ["client_secret_basic", "client_secret_post"];
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "revocation_endpoint": format!("{base}/revoke"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": auth_methods,
        "revocation_endpoint_auth_methods_supported": auth_methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
