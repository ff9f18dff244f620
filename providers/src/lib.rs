//! Talks to third-party apps: OAuth 2.0, keys, probes and revocation, behind one guarded HTTP client.
//!
//! What an app is like is data (`domain::catalog`); this crate carries it out, and survives the habits of
//! real servers. The protocol is written here by hand: answers that are form-encoded, carry errors under 200
//! or numbers as text have to be read before any OAuth library would see them, and what remains is short.
//!
//! Not here: a database, keys of the vault, retries. Whoever calls decides what a failure means for an item.

mod account;
mod connect;
mod error;
mod http;
mod imap;
mod oauth2;
mod revoke;
mod token;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod, Probe};
use domain::credential::{Account, Secret, SecretText};

pub use error::ProviderError;
pub use http::{Outbound, is_public};

use http::Guarded;

/// What providers' operations return.
pub type Result<T, E = ProviderError> = std::result::Result<T, E>;

/// All operations on third-party apps; holds the one guarded client.
#[derive(Clone)]
pub struct Providers {
    http: Guarded,
}

/// An OAuth client at an app.
pub struct OAuthClient {
    /// Client id.
    pub id: String,
    /// Client secret; public clients have none.
    pub secret: Option<SecretText>,
}

/// What an authorization request is made of (RFC 6749, 4.1.1; RFC 7636).
pub struct AuthorizeAsk<'a> {
    /// The client that asks.
    pub client: &'a OAuthClient,
    /// Open fields of the method, such as a tenant.
    pub params: &'a BTreeMap<String, String>,
    /// Scopes that the modules need; the method's own are added.
    pub scopes: &'a [String],
    /// Where the app sends the browser back to.
    pub redirect_uri: &'a str,
    /// Ties the answer to the question.
    pub state: &'a str,
    /// 43 to 128 unguessable characters; only its hash is sent.
    pub code_verifier: &'a str,
    /// The account to sign in with, where it is known.
    pub login_hint: Option<&'a str>,
}

/// What a code is exchanged with (RFC 6749, 4.1.3).
pub struct Exchange<'a> {
    /// The code from the callback.
    pub code: &'a str,
    /// The verifier whose hash was sent.
    pub code_verifier: &'a str,
    /// The same address as before.
    pub redirect_uri: &'a str,
    /// The client that asked.
    pub client: &'a OAuthClient,
    /// The client is the recipient's: it is kept with the tokens.
    pub own_client: bool,
    /// Open fields of the method.
    pub params: &'a BTreeMap<String, String>,
}

/// What an app granted.
pub struct Grant {
    /// The secret.
    pub secret: Secret,
    /// Scopes that the app named; `None` means: as asked for (RFC 6749, 5.1).
    pub granted_scopes: Option<Vec<String>>,
    /// When the access token expires, where the app said so.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whose account it is, where it was asked already.
    pub account: Option<Account>,
}

/// How a revocation went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// The app confirmed it.
    Revoked,
    /// The app has no such call.
    Unsupported,
}

impl Providers {
    /// Makes the guarded client.
    ///
    /// # Errors
    /// [`ProviderError::Misconfigured`] when the machine has no usable TLS roots.
    pub fn new(outbound: Outbound) -> Result<Self> {
        Ok(Self { http: Guarded::new(outbound)? })
    }

    /// Tells whether a credential works, and whose account it is, where the catalog has a probe for it.
    ///
    /// # Errors
    /// [`ProviderError::Dead`] when the app refuses it; the other kinds as they come.
    pub async fn probe(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
    ) -> Result<Option<Account>> {
        tracing::debug!(version = %version.id, method = %method.id, "probing a credential");
        match &method.probe {
            None => Ok(None),
            Some(Probe::Http(call)) => account::ask(&self.http, method, call, secret).await,
            Some(Probe::Imap { host, port, username, password }) => {
                let values = secret.values();
                let fill =
                    |template: &domain::catalog::Template| template.fill(&values).map_err(error::template);
                imap::login(&self.http, &fill(host)?, &fill(port)?, &fill(username)?, &fill(password)?)
                    .await
                    .map(Some)
            }
        }
    }
}
