//! From a filled-in form to a tested secret (REC-2).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod};
use domain::credential::{Kind, Params, Secret, SecretText};

use crate::http::Door;
use crate::oauth::client_credentials;
use crate::probe::probe;
use crate::{Grant, OAuthClient, ProviderError};

pub(crate) async fn connect(
    door: &Door,
    version: &AppVersion,
    method: &AuthMethod,
    fields: &BTreeMap<String, SecretText>,
    now: DateTime<Utc>,
) -> Result<Grant, ProviderError> {
    let mut fields = method.with_defaults(fields);
    let mut take = |name: &str| {
        fields
            .remove(name)
            .ok_or_else(|| ProviderError::misconfigured(format!("the field `{name}` is missing")))
    };
    let mut grant = match method.kind {
        Kind::OAuth2Code => {
            return Err(ProviderError::misconfigured("this method is authorized on the app's own page"));
        }
        Kind::ClientCredentials => {
            let (id, secret) = (take("client_id")?, take("client_secret")?);
            let client = OAuthClient { id: id.expose().to_owned(), secret: Some(secret) };
            // The caller probes: should that fail, the fresh token is the caller's to revoke.
            return client_credentials(door, method, &client, &open(method, &fields), now).await;
        }
        Kind::ApiKey => {
            let key = take("key")?;
            tested(Secret::ApiKey { key, params: open(method, &fields) })
        }
        Kind::Basic => {
            let (username, password) = (take("username")?.expose().to_owned(), take("password")?);
            tested(Secret::Basic { username, password, params: open(method, &fields) })
        }
        Kind::Fields => tested(Secret::Fields(fields)),
    };
    grant.account = probe(door, version, method, &grant.secret).await?;
    Ok(grant)
}

fn tested(secret: Secret) -> Grant {
    Grant { secret, granted_scopes: None, expires_at: None, account: None }
}

/// The fields that are not secret and no part of the kind.
fn open(method: &AuthMethod, fields: &BTreeMap<String, SecretText>) -> Params {
    let open = fields.iter().filter(|(name, _)| method.field(name).is_some_and(|field| !field.secret));
    open.map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
}
