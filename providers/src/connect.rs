//! Makes a credential from what a recipient typed, and tests it before it counts (REC-2).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod};
use domain::credential::{Kind, Secret, SecretText};

use crate::error::misconfigured;
use crate::oauth2::oauth_of;
use crate::{Grant, Providers, Result};

impl Providers {
    /// Builds the secret and runs the probe. Client credentials fetch their first token.
    ///
    /// # Errors
    /// [`crate::ProviderError::Dead`] when the app refuses it; the other kinds as they come.
    pub async fn connect(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        fields: &BTreeMap<String, SecretText>,
        now: DateTime<Utc>,
    ) -> Result<Grant> {
        let mut values = method.with_defaults(fields);
        let mut take = |name: &str| {
            values.remove(name).ok_or_else(|| misconfigured(format!("the field {name} is missing")))
        };
        let (secret, granted_scopes, expires_at) = match method.kind {
            Kind::ApiKey => (Secret::ApiKey { key: take("key")?, params: params(&values) }, None, None),
            Kind::Basic => {
                let (username, password) = (take("username")?.expose().to_owned(), take("password")?);
                (Secret::Basic { username, password, params: params(&values) }, None, None)
            }
            Kind::Fields => (Secret::Fields(values), None, None),
            Kind::ClientCredentials => {
                let (id, secret) = (take("client_id")?, take("client_secret")?);
                let grant = self
                    .client_credentials(oauth_of(method)?, id.expose(), &secret, &params(&values), now)
                    .await?;
                (grant.secret, grant.granted_scopes, grant.expires_at)
            }
            Kind::OAuth2Code => return Err(misconfigured("this way to authenticate begins at the app")),
        };
        let account = self.probe(version, method, &secret).await?;
        Ok(Grant { secret, granted_scopes, expires_at, account })
    }
}

/// What is left is not secret (the catalog's validation sees to it).
fn params(values: &BTreeMap<String, SecretText>) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
}
