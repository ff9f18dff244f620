//! The ID token and what it must say (OpenID Connect Core 1.0 section 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use domain::credential::SecretText;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::signature;
use crate::ProviderError;

/// How far the provider's clock may be from ours.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// What is read of a token; everything else in it is left alone.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    #[serde(flatten)]
    pub profile: Profile,
}

/// What both the ID token and the userinfo endpoint may tell of a person.
#[derive(Deserialize)]
pub(super) struct Profile {
    #[serde(default)]
    pub email: Value,
    #[serde(default)]
    pub email_verified: Value,
    #[serde(default)]
    pub name: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What a token must be for.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
}

/// A token whose key is still to be found.
pub(super) struct Unverified {
    token: SecretText,
    algorithm: Algorithm,
    kid: Option<String>,
}

impl Unverified {
    /// Reads the header and nothing behind it.
    pub fn read(token: SecretText) -> Result<Self, ProviderError> {
        let refuse = |what: &str| ProviderError::misconfigured(format!("the ID token {what}"));
        let header = decode_header(token.expose()).map_err(|_| refuse("is unsigned or unreadable"))?;
        if !signature::ALGORITHMS.contains(&header.alg) {
            return Err(refuse("is signed in a way that proves nothing here"));
        }
        // RFC 7515 section 4.1.11: what must be understood and is not.
        if header.crit.is_some() {
            return Err(refuse("has critical headers that nobody here knows"));
        }
        Ok(Self { token, algorithm: header.alg, kid: header.kid })
    }

    /// The key that it says it is signed by.
    pub fn key(&self, keys: &[Jwk]) -> Option<Result<DecodingKey, ProviderError>> {
        let key = signature::choose(keys, self.algorithm, self.kid.as_deref())?;
        Some(key.map_err(|_| ProviderError::misconfigured("a published key of the provider is unreadable")))
    }

    /// Verifies the signature, then every claim that says whom the token is for.
    pub fn verify(
        &self,
        key: &DecodingKey,
        expected: &Expected<'_>,
        now: DateTime<Utc>,
    ) -> Result<Claims, ProviderError> {
        let mut validation = Validation::new(self.algorithm);
        // The claims are checked below: by our clock, and all of them required.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = decode::<Claims>(self.token.expose(), key, &validation).map_err(|error| {
            use jsonwebtoken::errors::ErrorKind;
            ProviderError::misconfigured(match error.kind() {
                ErrorKind::InvalidSignature => "the signature of the ID token is wrong",
                _ => "the ID token lacks a claim, or has one of another type",
            })
        })?;
        claims.claims.check(expected, now)?;
        Ok(claims.claims)
    }
}

impl Claims {
    fn check(&self, expected: &Expected<'_>, now: DateTime<Utc>) -> Result<(), ProviderError> {
        let audience = self.aud.list();
        let is_ours = audience.iter().any(|one| one == expected.client_id);
        let is_party = match &self.azp {
            Some(party) => party == expected.client_id,
            None => audience.len() == 1,
        };
        let until = DateTime::from_timestamp(self.exp, 0);
        let from = DateTime::from_timestamp(self.iat, 0);
        let wrong = if self.iss != expected.issuer {
            "comes from another issuer"
        } else if !is_ours || !is_party {
            "is for another client"
        } else if until.is_none_or(|until| until <= now - LEEWAY) {
            "has expired"
        } else if from.is_none_or(|from| from > now + LEEWAY) {
            "is from the future; compare the clocks"
        } else if self.nonce.as_deref() != Some(expected.nonce) {
            "belongs to another sign-in"
        } else if self.sub.is_empty() {
            "names nobody"
        } else {
            return Ok(());
        };
        Err(ProviderError::misconfigured(format!("the ID token {wrong}")))
    }
}
