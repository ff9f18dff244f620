//! The demo's app: an OAuth 2.0 provider with a tiny contacts API, so that the whole story works without an
//! account anywhere (OPS-3). Everything lies in memory and is bounded; nothing here is for production.
//!
//! Not here: anything of Consentry's own. It is a stranger that happens to live in the same process.

mod api;
mod authorize;
mod state;
mod token;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use state::Sandbox;

/// Id of the client that Consentry uses here.
pub const CLIENT_ID: &str = "sandbox";
/// Its secret; public on purpose, since it opens nothing but this sandbox.
pub const CLIENT_SECRET: &str = "sandbox-secret";
/// Id of a client that fetches its own tokens.
pub const MACHINE_ID: &str = "sandbox-machine";
/// Its secret.
pub const MACHINE_SECRET: &str = "sandbox-machine-secret";
/// A key that the contacts API takes.
pub const API_KEY: &str = "sandbox-key-1";
/// A user that the contacts API takes.
pub const BASIC_USER: &str = "demo";
/// Their password.
pub const BASIC_PASSWORD: &str = "sandbox-password";

/// The provider, to be nested at `/sandbox`; `base` is the address of that place, which is its issuer too.
pub fn routes(base: &str) -> Router {
    let sandbox = Arc::new(Sandbox::new(base));
    let issuer = base.to_owned();
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "revocation_endpoint": format!("{base}/revoke"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    Router::new()
        .route("/authorize", get(authorize::page).post(authorize::decide))
        .route("/token", post(token::token))
        .route("/revoke", post(token::revoke))
        .route("/.well-known/oauth-authorization-server", get(|| async move { Json(metadata) }))
        .route("/userinfo", get(api::userinfo))
        .route("/api/contacts", get(api::list).post(api::create))
        .route("/api/contacts/{id}", get(api::show).delete(api::remove))
        .with_state(sandbox)
}
