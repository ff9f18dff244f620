//! Takes access back at the app (REC-6, RFC 7009).

use domain::catalog::{AppVersion, AuthMethod, CallAuth, ClientAuth, HttpCall, Revocation, Template};
use domain::credential::{Secret, SecretText};
use http::StatusCode;
use reqwest::Method;

use crate::account;
use crate::error::{misconfigured, of_status};
use crate::http::Answer;
use crate::oauth2::{address, prove};
use crate::{OAuthClient, Providers, Result, Revoked};

impl Providers {
    /// Tells the app that a secret is no longer to be accepted. One that the app does not know any more
    /// counts as revoked.
    ///
    /// # Errors
    /// [`crate::ProviderError::Transient`] to try again; [`crate::ProviderError::Misconfigured`] when trying
    /// again will not help.
    pub async fn revoke(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        secret: &Secret,
        client: Option<&OAuthClient>,
    ) -> Result<Revoked> {
        tracing::debug!(version = %version.id, method = %method.id, "revoking at the app");
        match &method.revocation {
            Revocation::Unsupported { .. } => Ok(Revoked::Unsupported),
            Revocation::Rfc7009 { url, client_auth } => {
                self.rfc_7009(url, *client_auth, secret, client).await
            }
            Revocation::Call { call, auth } => {
                self.call_revocation(method, call, *auth, secret, client).await
            }
        }
    }

    async fn rfc_7009(
        &self,
        url: &Template,
        auth: ClientAuth,
        secret: &Secret,
        client: Option<&OAuthClient>,
    ) -> Result<Revoked> {
        let none = std::collections::BTreeMap::new();
        let url = address(url, secret.params().unwrap_or(&none))?;
        let own = own_client(secret);
        let client = own
            .as_ref()
            .or(client)
            .ok_or_else(|| misconfigured("no OAuth client is configured for this app"))?;
        // The refresh token first: with it the server ends the whole grant (RFC 7009, 2.1). Servers that do
        // not are told of the access token too.
        let tokens: Vec<(&str, &SecretText)> = match secret {
            Secret::OAuth2Code { refresh_token, access_token, .. } => refresh_token
                .iter()
                .map(|token| ("refresh_token", token))
                .chain([("access_token", access_token)])
                .collect(),
            Secret::ClientCredentials { access_token, .. } => {
                access_token.iter().map(|token| ("access_token", token)).collect()
            }
            Secret::ApiKey { .. } | Secret::Basic { .. } | Secret::Fields(_) => {
                return Ok(Revoked::Unsupported);
            }
        };
        for (index, (hint, token)) in tokens.into_iter().enumerate() {
            let form = vec![("token", token.expose()), ("token_type_hint", hint)];
            let request = prove(self.http.request(Method::POST, url.clone())?, auth, client, form)?;
            let answer = self.http.send(request).await?;
            // A server need not be able to revoke access tokens (RFC 7009, 2): with the refresh token it has
            // done its part.
            if index > 0 && has_error(&answer, &["unsupported_token_type"]) {
                continue;
            }
            // Unknown tokens are answered by 200 or an error code (2.2); a bare 404 is a wrong address.
            if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
                return Err(misconfigured(
                    "the app has no revocation endpoint at the address of the catalog",
                ));
            }
            judge(&answer)?;
        }
        Ok(Revoked::Revoked)
    }

    async fn call_revocation(
        &self,
        method: &AuthMethod,
        call: &HttpCall,
        auth: CallAuth,
        secret: &Secret,
        client: Option<&OAuthClient>,
    ) -> Result<Revoked> {
        let mut request = account::call(&self.http, method, call, secret, auth == CallAuth::Credential)?;
        if auth == CallAuth::Client {
            let own = own_client(secret);
            let client = own
                .as_ref()
                .or(client)
                .ok_or_else(|| misconfigured("no OAuth client is configured for this app"))?;
            request = request.basic_auth(&client.id, client.secret.as_ref().map(SecretText::expose));
        }
        judge(&self.http.send(request).await?)?;
        Ok(Revoked::Revoked)
    }
}

fn own_client(secret: &Secret) -> Option<OAuthClient> {
    match secret {
        Secret::OAuth2Code { client: Some(own), .. } => {
            Some(OAuthClient { id: own.id.clone(), secret: own.secret.clone() })
        }
        Secret::ClientCredentials { client_id, client_secret, .. } => {
            Some(OAuthClient { id: client_id.clone(), secret: Some(client_secret.clone()) })
        }
        Secret::OAuth2Code { .. } | Secret::ApiKey { .. } | Secret::Basic { .. } | Secret::Fields(_) => None,
    }
}

fn has_error(answer: &Answer, codes: &[&str]) -> bool {
    serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok_and(|json| {
        json.get("error").and_then(serde_json::Value::as_str).is_some_and(|code| codes.contains(&code))
    })
}

fn judge(answer: &Answer) -> Result<()> {
    let unknown = || has_error(answer, &["invalid_token", "invalid_grant"]);
    match answer.status {
        status if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED if unknown() => Ok(()),
        status => Err(of_status(status, answer.retry_after)),
    }
}
