//! Talks to third-party apps: consent pages, token endpoints, keys, probes and revocation, and to the OpenID
//! providers of an instance and its organizations, behind one guarded client (SEC-2).
//!
//! It knows nothing of requests, storage or retries: it makes one attempt and says what the caller can do
//! about a failure ([`ProviderError`]). It neither seals nor logs what it handles.
//!
//! The crate `oauth2` is not used: it wants answers by the book, and reading the habits of real servers
//! (form-encoded answers, numbers as text, `200` with an error, nested errors) is shorter without it.

mod address;
mod answer;
mod connect;
mod error;
mod forward;
mod http;
mod imap;
mod judge;
mod oauth;
mod oidc;
mod pkce;
mod probe;
mod revoke;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod, Probe, Template};
use domain::credential::{Account, Secret, SecretText};
use url::Url;

pub use error::{Passing, ProviderError};
pub use forward::{Body, ByteStream, Call, ForwardError, Reply};
pub use oidc::{Issuer, Person, SignInAnswer, SignInAsk};

/// How long a token endpoint may take to renew a token. Less than other calls: a process that is told to stop waits for
/// the answer, since it may hold the only good token.
const RENEWAL: Duration = Duration::from_secs(13);

/// Where calls may go (SEC-2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbound {
    /// Whether loopback addresses may be called, also by plain http; for development only.
    pub allow_loopback: bool,
}

/// The door to every app. Clones share one client and its connections.
#[derive(Clone)]
pub struct Providers {
    door: http::Door,
    issuers: oidc::Discovered,
}

/// An OAuth client: the instance's or the recipient's own.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// The client identifier.
    pub id: String,
    /// The client secret; public clients have none.
    pub secret: Option<SecretText>,
}

/// What goes into the address of a consent page.
#[derive(Clone, Copy)]
pub struct AuthorizeAsk<'a> {
    /// The client that asks.
    pub client: &'a OAuthClient,
    /// The open fields of the method, such as a tenant.
    pub params: &'a BTreeMap<String, String>,
    /// The scopes of the modules; the method's default scopes are added.
    pub scopes: &'a [String],
    /// The exact redirect URI (SEC-3).
    pub redirect_uri: &'a str,
    /// The state (SEC-3).
    pub state: &'a str,
    /// The PKCE verifier (RFC 7636 section 4.1), 43 to 128 unreserved characters; only its hash is sent.
    pub code_verifier: &'a str,
    /// The account that the person is expected to choose, if known.
    pub login_hint: Option<&'a str>,
}

/// What is exchanged for tokens.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// The code of the redirect.
    pub code: &'a str,
    /// The verifier whose hash was sent with [`AuthorizeAsk`].
    pub code_verifier: &'a str,
    /// The redirect URI that was sent with [`AuthorizeAsk`].
    pub redirect_uri: &'a str,
    /// The client that asked.
    pub client: &'a OAuthClient,
    /// Whether the client is the recipient's own, and so kept inside of the secret.
    pub own_client: bool,
    /// The open fields of the method.
    pub params: &'a BTreeMap<String, String>,
}

/// What an app granted.
pub struct Grant {
    /// The secret to seal.
    pub secret: Secret,
    /// The scopes as the app tells them; `None` when it tells none, which means those asked for (RFC 6749
    /// section 5.1).
    pub granted_scopes: Option<Vec<String>>,
    /// When the access token ends; `None` when the app does not tell.
    pub expires_at: Option<DateTime<Utc>>,
    /// The account, where a probe ran and told it.
    pub account: Option<Account>,
}

/// How a revocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// The app takes the credential no more, or never knew it.
    Revoked,
    /// The app has no way to do it.
    Unsupported,
}

impl Providers {
    /// Sets up the guarded client. Installs ring as the TLS provider of the process unless there is one.
    ///
    /// # Errors
    /// [`ProviderError::Misconfigured`] when the system has no usable trust roots.
    pub fn new(outbound: Outbound) -> Result<Self, ProviderError> {
        Self::with_limits(outbound, http::Limits::default())
    }

    fn with_limits(outbound: Outbound, limits: http::Limits) -> Result<Self, ProviderError> {
        Ok(Self { door: http::Door::new(outbound, limits)?, issuers: oidc::Discovered::default() })
    }

    /// An OpenID provider by which people sign in, and our client there. What is known of the provider is shared.
    pub fn issuer(&self, issuer: String, client: OAuthClient) -> Issuer {
        Issuer::new(self.door.clone(), issuer, client, Arc::clone(&self.issuers))
    }

    /// The address of the consent page: scopes, and a PKCE challenge where the server understands it.
    ///
    /// # Errors
    /// [`ProviderError::Misconfigured`] when the method has no such page, or a field does not fit its place.
    pub fn authorize_url(&self, method: &AuthMethod, ask: &AuthorizeAsk<'_>) -> Result<Url, ProviderError> {
        oauth::authorize_url(&self.door, method, ask)
    }

    /// Exchanges a code for tokens (RFC 6749 section 4.1.3). Runs no probe.
    ///
    /// # Errors
    /// Any [`ProviderError`]; `Dead` when the code is used up, expired or not for this verifier.
    pub async fn exchange(
        &self,
        method: &AuthMethod,
        x: &Exchange<'_>,
        now: DateTime<Utc>,
    ) -> Result<Grant, ProviderError> {
        oauth::exchange(&self.door, method, x, now).await
    }

    /// Makes a secret of what a recipient filled in and runs the probe (REC-2). For client credentials it
    /// gets the first token.
    ///
    /// # Errors
    /// Any [`ProviderError`]; `Dead` when the app refuses the values.
    pub async fn connect(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        fields: &BTreeMap<String, SecretText>,
        now: DateTime<Utc>,
    ) -> Result<Grant, ProviderError> {
        connect::connect(&self.door, version, method, fields, now).await
    }

    /// Asks the app whether a credential works, and whose it is. `None` when the method has no probe, or its
    /// answer names no account.
    ///
    /// # Errors
    /// Any [`ProviderError`]; `Dead` when the app refuses the credential.
    pub async fn probe(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
    ) -> Result<Option<Account>, ProviderError> {
        probe::probe(&self.door, version, method, secret).await
    }

    /// Gets a new access token without the recipient. An answer without a refresh token keeps the old one
    /// (HEALTH-1). `client` is the instance's; the recipient's own inside of the secret goes before it.
    ///
    /// # Errors
    /// Any [`ProviderError`]; `Dead` on `invalid_grant` and its like (HEALTH-2).
    pub async fn refresh(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
        client: Option<&OAuthClient>,
        now: DateTime<Utc>,
    ) -> Result<Grant, ProviderError> {
        tracing::debug!(version = %version.id, method = %method.id, "refreshing a credential");
        oauth::refresh(&self.door.within(RENEWAL), method, secret, client, now).await
    }

    /// The server that renews a secret, as `host:port`; `None` where nothing is renewed, or its address cannot be
    /// made. For whoever counts failures by server.
    pub fn token_host(&self, method: &AuthMethod, secret: &Secret) -> Option<String> {
        host_of(&method.oauth.as_ref()?.token_url, secret)
    }

    /// The server that a probe asks, as `host:port`; `None` where there is no probe over HTTP.
    pub fn probe_host(&self, method: &AuthMethod, secret: &Secret) -> Option<String> {
        match method.probe.as_ref()? {
            Probe::Http(call) => host_of(&call.url, secret),
            Probe::Imap { host, port, .. } => {
                let values = secret.values();
                let (host, port) = (host.fill(&values).ok()?, port.fill(&values).ok()?);
                Some(format!("{}:{}", host.as_str(), port.as_str()))
            }
        }
    }

    /// Passes a call on with the secret in it, and gives back whatever the app answers, streaming both ways
    /// (USE-2). Follows no redirect. `silence` is how long nothing may move.
    ///
    /// # Errors
    /// Any [`ForwardError`].
    pub async fn forward(
        &self,
        method: &AuthMethod,
        secret: &Secret,
        call: Call,
        silence: Duration,
    ) -> Result<Reply, ForwardError> {
        forward::forward(&self.door, method, secret, call, silence).await
    }

    /// Takes access back at the app (REC-6): by RFC 7009 the refresh token, else the access token; or the
    /// catalog's call. A token that the app does not know counts as revoked.
    ///
    /// # Errors
    /// [`ProviderError::Transient`] and [`ProviderError::Misconfigured`].
    pub async fn revoke(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
        client: Option<&OAuthClient>,
    ) -> Result<Revoked, ProviderError> {
        tracing::debug!(version = %version.id, method = %method.id, "revoking a credential");
        revoke::revoke(&self.door, method, secret, client).await
    }
}

fn host_of(address: &Template, secret: &Secret) -> Option<String> {
    let url = Url::parse(&address.fill_url(&secret.values()).ok()?).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}
