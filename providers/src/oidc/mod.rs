//! Signing people in at an OpenID provider: discovery, authorization code with PKCE, and the ID token
//! (OpenID Connect Core 1.0, Discovery 1.0, RFC 9207).

mod id_token;
mod signature;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::ClientAuth;
use domain::credential::SecretText;
use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use crate::answer::Tree;
use crate::error::Passing;
use crate::http::{Door, Request};
use crate::judge::{Called, judge};
use crate::oauth::{hidden, post_form};
use crate::{OAuthClient, ProviderError, pkce};
use id_token::{Claims, Expected, Profile, Unverified};

/// How long the discovery document and the keys are kept. A provider that moves an endpoint keeps the old one
/// longer than that; a new key is fetched when a token names it.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Issuers whose documents are kept at a time: organizations bring theirs, and each is some kilobytes.
const ISSUERS_KEPT: usize = 256;

/// What was discovered of each issuer, by its name. Nothing of a client is in it.
pub(crate) type Discovered = Arc<Mutex<HashMap<String, Arc<Known>>>>;

/// An OpenID provider, and our client there.
pub struct Issuer {
    door: Door,
    issuer: String,
    client: OAuthClient,
    discovered: Discovered,
}

/// What goes into the address of the sign-in page.
#[derive(Clone, Copy)]
pub struct SignInAsk<'a> {
    /// The exact redirect URI.
    pub redirect_uri: &'a str,
    /// The state.
    pub state: &'a str,
    /// What the ID token has to repeat.
    pub nonce: &'a str,
    /// The PKCE verifier (RFC 7636 section 4.1); only its hash is sent.
    pub code_verifier: &'a str,
}

/// What the browser brings back, besides the state.
#[derive(Clone, Copy)]
pub struct SignInAnswer<'a> {
    /// The code to exchange.
    pub code: Option<&'a str>,
    /// Why there is none (RFC 6749 section 4.1.2.1).
    pub error: Option<&'a str>,
    /// Who answers (RFC 9207).
    pub iss: Option<&'a str>,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The mail address, as the provider writes it.
    pub email: Option<String>,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// The name.
    pub name: Option<String>,
}

/// The documents of one issuer.
pub(crate) struct Known {
    at: DateTime<Utc>,
    server: Server,
    keys: Mutex<Option<Arc<Vec<Jwk>>>>,
}

/// The parts of a discovery document that are used (Discovery 1.0 section 3).
#[derive(Deserialize)]
struct Server {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    profile: Profile,
}

impl Issuer {
    pub(crate) fn new(door: Door, issuer: String, client: OAuthClient, discovered: Discovered) -> Self {
        signature::install();
        Self { door, issuer, client, discovered }
    }

    /// Whether the provider answers for its name.
    ///
    /// # Errors
    /// [`ProviderError::Transient`] and [`ProviderError::Misconfigured`].
    pub async fn check(&self, now: DateTime<Utc>) -> Result<(), ProviderError> {
        self.discover(now).await.map(|_| ())
    }

    /// The address of the sign-in page. Asks the provider where that is, at most once an hour.
    ///
    /// # Errors
    /// [`ProviderError::Transient`] and [`ProviderError::Misconfigured`].
    pub async fn authorize_url(&self, ask: &SignInAsk<'_>, now: DateTime<Utc>) -> Result<Url, ProviderError> {
        let known = self.discover(now).await?;
        let mut url = known.server.authorization_endpoint.clone();
        self.door.outbound.check_url(&url)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", ask.redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", ask.state)
            .append_pair("nonce", ask.nonce)
            .append_pair("code_challenge", &pkce::challenge(ask.code_verifier)?)
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Exchanges what the browser brought for whom the provider vouches for. The caller has checked the state;
    /// `ask` is what was asked then.
    ///
    /// # Errors
    /// Any [`ProviderError`]: `Dead` with the provider's code when it refuses, such as `access_denied`;
    /// `Misconfigured` when any part of the answer does not hold.
    pub async fn person(
        &self,
        ask: &SignInAsk<'_>,
        answer: &SignInAnswer<'_>,
        now: DateTime<Utc>,
    ) -> Result<Person, ProviderError> {
        let known = self.discover(now).await?;
        match answer.iss {
            Some(iss) if iss != self.issuer => {
                return Err(ProviderError::misconfigured("another issuer answered than was asked"));
            }
            None if known.server.authorization_response_iss_parameter_supported => {
                return Err(ProviderError::misconfigured("the answer does not name its issuer"));
            }
            _ => {}
        }
        let code = match (answer.error, answer.code) {
            (None, Some(code)) if !code.is_empty() => code,
            (error, _) => return Err(refused(error)),
        };
        let (id_token, access_token) = self.exchange(&known.server, ask, code).await?;
        let claims = self.verify(&known, id_token, ask.nonce, now).await?;
        let profile = match (&claims.profile.email, &known.server.userinfo_endpoint, access_token) {
            // Core 1.0 section 5.4: with a code, the claims of the scopes are at this endpoint.
            (Value::Null, Some(url), Some(token)) => self.user_info(url, &token, &claims.sub).await?,
            _ => claims.profile,
        };
        let text = |value: Value| match value {
            Value::String(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        };
        Ok(Person {
            email_verified: profile.email_verified == Value::Bool(true),
            email: text(profile.email),
            name: text(profile.name),
        })
    }

    async fn discover(&self, now: DateTime<Utc>) -> Result<Arc<Known>, ProviderError> {
        let is_fresh = |known: &Arc<Known>| now - known.at < KEPT && now >= known.at;
        let known = self.discovered.lock().unwrap_or_else(PoisonError::into_inner).get(&self.issuer).cloned();
        if let Some(known) = known.filter(is_fresh) {
            return Ok(known);
        }
        let at = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let url = Url::parse(&at).map_err(|_| ProviderError::misconfigured("the issuer is no address"))?;
        let server: Server = self.get(url, None, "discovery document").await?;
        // Discovery 1.0 section 4.3: else any server could speak for another.
        if server.issuer != self.issuer {
            return Err(ProviderError::misconfigured(
                "the discovery document is that of another issuer; write the issuer exactly as it stands there",
            ));
        }
        let known = Arc::new(Known { at: now, server, keys: Mutex::default() });
        let mut kept = self.discovered.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ISSUERS_KEPT {
            kept.retain(|_, known| is_fresh(known));
        }
        if kept.len() < ISSUERS_KEPT || kept.contains_key(&self.issuer) {
            kept.insert(self.issuer.clone(), known.clone());
        }
        Ok(known)
    }

    async fn exchange(
        &self,
        server: &Server,
        ask: &SignInAsk<'_>,
        code: &str,
    ) -> Result<(SecretText, Option<SecretText>), ProviderError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", ask.redirect_uri),
            ("code_verifier", ask.code_verifier),
        ];
        let client_auth = server.client_auth()?;
        let url = server.token_endpoint.clone();
        let answer = post_form(&self.door, url, &form, Some(&self.client), client_auth).await?;
        let tree = Tree::read(&answer);
        if !answer.status.is_success() {
            return Err(judge(&answer, tree.as_ref(), Called::Tokens));
        }
        let text =
            |name: &str| tree.as_ref().and_then(|tree| tree.0.get(name)?.as_str()).map(SecretText::from);
        let id_token =
            text("id_token").ok_or_else(|| ProviderError::misconfigured("the provider gave no ID token"))?;
        Ok((id_token, text("access_token")))
    }

    async fn verify(
        &self,
        known: &Known,
        token: SecretText,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims, ProviderError> {
        let token = Unverified::read(token)?;
        let kept = known.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = kept.and_then(|keys| token.key(&keys));
        let key = if let Some(key) = kept {
            key?
        } else {
            // Never fetched, or the provider has a new key.
            let keys = Arc::new(self.fetch_keys(known).await?);
            *known.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys.clone());
            token.key(&keys).ok_or_else(|| {
                ProviderError::misconfigured(
                    "the ID token is signed by a key that the provider does not publish",
                )
            })??
        };
        let expected = Expected { issuer: &self.issuer, client_id: &self.client.id, nonce };
        token.verify(&key, &expected, now)
    }

    async fn fetch_keys(&self, known: &Known) -> Result<Vec<Jwk>, ProviderError> {
        let set: KeySet = self.get(known.server.jwks_uri.clone(), None, "key set").await?;
        // Keys of kinds that nobody here knows stand beside the others.
        Ok(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
    }

    async fn user_info(&self, url: &Url, token: &SecretText, sub: &str) -> Result<Profile, ProviderError> {
        let info: UserInfo = self.get(url.clone(), Some(token), "userinfo").await?;
        // Core 1.0 section 5.3.2: else it might be about somebody else.
        if info.sub != sub {
            return Err(ProviderError::misconfigured("userinfo tells of another person than the ID token"));
        }
        Ok(info.profile)
    }

    async fn get<T: DeserializeOwned>(
        &self,
        url: Url,
        token: Option<&SecretText>,
        what: &str,
    ) -> Result<T, ProviderError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = token {
            let bearer = Zeroizing::new(format!("Bearer {}", token.expose()));
            headers.insert(AUTHORIZATION, hidden(&bearer)?);
        }
        let answer = self.door.send(Request { method: Method::GET, url, headers, body: None }).await?;
        let (call, status) = (&answer.call, answer.status);
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ProviderError::transient(
                Passing::Failing,
                format!("{call} answered {}", status.as_u16()),
            ));
        }
        if !status.is_success() {
            return Err(ProviderError::misconfigured(format!(
                "{call} answered {} for its {what}",
                status.as_u16()
            )));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderError::misconfigured(format!("{call} sent no {what} that can be read")))
    }
}

impl Server {
    /// How the client proves itself; HTTP Basic unless the provider says otherwise (Discovery 1.0 section 3).
    fn client_auth(&self) -> Result<ClientAuth, ProviderError> {
        let Some(ways) = &self.token_endpoint_auth_methods_supported else { return Ok(ClientAuth::Basic) };
        let knows = |way: &str| ways.iter().any(|one| one == way);
        if knows("client_secret_basic") {
            Ok(ClientAuth::Basic)
        } else if knows("client_secret_post") {
            Ok(ClientAuth::Post)
        } else {
            Err(ProviderError::misconfigured("the provider takes no client secret"))
        }
    }
}

/// The provider's refusal in the redirect. Its code came by the browser, so only letters of one pass.
fn refused(error: Option<&str>) -> ProviderError {
    let is_code = |text: &&str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match error.filter(is_code) {
        Some("temporarily_unavailable" | "server_error") => {
            ProviderError::transient(Passing::Failing, "the provider is out of order")
        }
        code => ProviderError::dead(code.unwrap_or("no_code"), "the provider sent no code"),
    }
}
