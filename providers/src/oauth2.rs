//! Authorization code with PKCE, refresh, and client credentials (RFC 6749, RFC 7636).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod, ClientAuth, OAuth, Template};
use domain::credential::{OwnClient, Secret, SecretText};
use reqwest::{Method, RequestBuilder, header};
use sha2::{Digest as _, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::error::{misconfigured, template};
use crate::token::{self, Tokens};
use crate::{AuthorizeAsk, Exchange, Grant, OAuthClient, Providers, Result};

pub(crate) fn oauth_of(method: &AuthMethod) -> Result<&OAuth> {
    method.oauth.as_ref().ok_or_else(|| misconfigured("this way to authenticate is not OAuth"))
}

pub(crate) fn address(of: &Template, params: &BTreeMap<String, String>) -> Result<Url> {
    let values = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let filled = of.fill_url(&values).map_err(template)?;
    Url::parse(&filled).map_err(|_| misconfigured("the catalog entry has an address that is none"))
}

/// `S256` of RFC 7636, 4.2.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Puts the client's proof where the server wants it (RFC 6749, 2.3.1).
pub(crate) fn prove<'a>(
    request: RequestBuilder,
    auth: ClientAuth,
    client: &'a OAuthClient,
    mut form: Vec<(&'a str, &'a str)>,
) -> Result<RequestBuilder> {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut request = request.header(header::ACCEPT, "application/json");
    match (auth, &client.secret) {
        (ClientAuth::Basic, Some(secret)) => {
            let pair = Zeroizing::new(format!("{}:{}", encode(&client.id), encode(secret.expose())));
            let mut value =
                header::HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair.as_bytes())))
                    .map_err(|_| misconfigured("the client id or secret cannot be sent"))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        (ClientAuth::Post, Some(secret)) => {
            form.extend([("client_id", client.id.as_str()), ("client_secret", secret.expose())]);
        }
        (_, None) => form.push(("client_id", client.id.as_str())),
    }
    Ok(request.form(&form))
}

impl Providers {
    /// The address of the app's page of consent.
    ///
    /// # Errors
    /// [`crate::ProviderError::Misconfigured`] when the catalog entry cannot be filled.
    pub fn authorize_url(&self, method: &AuthMethod, ask: &AuthorizeAsk<'_>) -> Result<Url> {
        let oauth = oauth_of(method)?;
        let of = oauth
            .authorize_url
            .as_ref()
            .ok_or_else(|| misconfigured("this way to authenticate has no page of consent"))?;
        let mut url = address(of, ask.params)?;
        let mut scopes: Vec<&str> = Vec::new();
        for scope in oauth.default_scopes.iter().chain(ask.scopes) {
            if !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &ask.client.id)
            .append_pair("redirect_uri", ask.redirect_uri)
            .append_pair("state", ask.state);
        if !scopes.is_empty() {
            query.append_pair("scope", &scopes.join(&oauth.scope_separator));
        }
        if oauth.pkce {
            query
                .append_pair("code_challenge", &challenge(ask.code_verifier))
                .append_pair("code_challenge_method", "S256");
        }
        if let Some(hint) = ask.login_hint {
            query.append_pair("login_hint", hint);
        }
        query.extend_pairs(&oauth.authorize_params);
        drop(query);
        Ok(url)
    }

    async fn tokens(
        &self,
        oauth: &OAuth,
        params: &BTreeMap<String, String>,
        client: &OAuthClient,
        mut form: Vec<(&str, &str)>,
        now: DateTime<Utc>,
    ) -> Result<Tokens> {
        let url = address(&oauth.token_url, params)?;
        form.extend(oauth.token_params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let request = prove(self.http.request(Method::POST, url)?, oauth.client_auth, client, form)?;
        token::read(&self.http.send(request).await?, &oauth.scope_separator, now)
    }

    /// Exchanges a code for tokens.
    ///
    /// # Errors
    /// [`crate::ProviderError`]; the code is spent in any case.
    pub async fn exchange(
        &self,
        method: &AuthMethod,
        exchange: &Exchange<'_>,
        now: DateTime<Utc>,
    ) -> Result<Grant> {
        let oauth = oauth_of(method)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", exchange.code),
            ("redirect_uri", exchange.redirect_uri),
        ];
        if oauth.pkce {
            form.push(("code_verifier", exchange.code_verifier));
        }
        let tokens = self.tokens(oauth, exchange.params, exchange.client, form, now).await?;
        let client = exchange
            .own_client
            .then(|| OwnClient { id: exchange.client.id.clone(), secret: exchange.client.secret.clone() });
        Ok(Grant {
            secret: Secret::OAuth2Code {
                access_token: tokens.access_token,
                refresh_token: tokens.refresh_token,
                token_type: tokens.token_type,
                client,
                params: exchange.params.clone(),
            },
            granted_scopes: tokens.scopes,
            expires_at: tokens.expires_at,
            account: None,
        })
    }

    /// Renews an access token. An answer without a refresh token keeps the old one (HEALTH-1).
    ///
    /// # Errors
    /// [`crate::ProviderError::Dead`] when the app refuses for good; the other kinds as they come.
    pub async fn refresh(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
        client: Option<&OAuthClient>,
        now: DateTime<Utc>,
    ) -> Result<Grant> {
        tracing::debug!(version = %version.id, method = %method.id, "refreshing a token");
        let oauth = oauth_of(method)?;
        match secret {
            Secret::OAuth2Code { refresh_token: Some(old), client: own, params, .. } => {
                let kept =
                    own.as_ref().map(|own| OAuthClient { id: own.id.clone(), secret: own.secret.clone() });
                let client = kept
                    .as_ref()
                    .or(client)
                    .ok_or_else(|| misconfigured("no OAuth client is configured for this app"))?;
                let form = vec![("grant_type", "refresh_token"), ("refresh_token", old.expose())];
                let tokens = self.tokens(oauth, params, client, form, now).await?;
                Ok(Grant {
                    secret: Secret::OAuth2Code {
                        access_token: tokens.access_token,
                        refresh_token: Some(tokens.refresh_token.unwrap_or_else(|| old.clone())),
                        token_type: tokens.token_type,
                        client: kept.map(|kept| OwnClient { id: kept.id, secret: kept.secret }),
                        params: params.clone(),
                    },
                    granted_scopes: tokens.scopes,
                    expires_at: tokens.expires_at,
                    account: None,
                })
            }
            Secret::ClientCredentials { client_id, client_secret, params, .. } => {
                self.client_credentials(oauth, client_id, client_secret, params, now).await
            }
            Secret::OAuth2Code { .. } | Secret::ApiKey { .. } | Secret::Basic { .. } | Secret::Fields(_) => {
                Err(misconfigured("this credential cannot be renewed without the recipient"))
            }
        }
    }

    /// Fetches a token for a client that acts for itself (RFC 6749, 4.4).
    pub(crate) async fn client_credentials(
        &self,
        oauth: &OAuth,
        id: &str,
        secret: &SecretText,
        params: &BTreeMap<String, String>,
        now: DateTime<Utc>,
    ) -> Result<Grant> {
        let client = OAuthClient { id: id.to_owned(), secret: Some(secret.clone()) };
        let scope = oauth.default_scopes.join(&oauth.scope_separator);
        let mut form = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            form.push(("scope", &scope));
        }
        let tokens = self.tokens(oauth, params, &client, form, now).await?;
        Ok(Grant {
            secret: Secret::ClientCredentials {
                client_id: id.to_owned(),
                client_secret: secret.clone(),
                access_token: Some(tokens.access_token),
                params: params.clone(),
            },
            granted_scopes: tokens.scopes,
            expires_at: tokens.expires_at,
            account: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_3_the_challenge_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
