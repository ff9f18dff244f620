//! What a recipient grants: the kinds of credential, the secret itself, and the account behind it.
//!
//! Nothing here seals or stores a secret; the vault of the crate `service` does. A [`Secret`] has no
//! `Debug`, no `Serialize` and no `Clone`, and wipes itself when dropped (USE-4).

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The kinds of credential; closed, so that the compiler lists the places to touch for a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// OAuth 2.0 authorization code with PKCE (RFC 6749 section 4.1, RFC 7636).
    #[serde(rename = "OAUTH2_CODE")]
    OAuth2Code,
    /// OAuth 2.0 client credentials (RFC 6749 section 4.4).
    ClientCredentials,
    /// One key that the app calls API key, token or similar.
    ApiKey,
    /// User name and password.
    Basic,
    /// Whatever fields the catalog names.
    Fields,
}

impl Kind {
    /// Every kind, in the order in which they are declared.
    pub const ALL: [Self; 5] =
        [Self::OAuth2Code, Self::ClientCredentials, Self::ApiKey, Self::Basic, Self::Fields];

    /// The name in the API, in the catalog and in the database, such as `OAUTH2_CODE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OAuth2Code => "OAUTH2_CODE",
            Self::ClientCredentials => "CLIENT_CREDENTIALS",
            Self::ApiKey => "API_KEY",
            Self::Basic => "BASIC",
            Self::Fields => "FIELDS",
        }
    }

    /// The kind of that name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A piece of text that must not be shown: its `Debug` is a constant, and it is wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over; copies that the caller made before are the caller's to wipe.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(hidden)")
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// An OAuth client that the recipient brought along (REC-2).
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct OwnClient {
    /// The client identifier.
    pub id: String,
    /// The client secret; public clients have none.
    pub secret: Option<SecretText>,
}

/// Fields of a method that are not secret, such as a tenant, by field name.
pub type Params = BTreeMap<String, String>;

/// What a recipient granted, in the clear. One variant per [`Kind`].
pub enum Secret {
    /// Tokens of an authorization code grant.
    OAuth2Code {
        /// The token that calls carry.
        access_token: SecretText,
        /// The token that renews it, when the app gave one.
        refresh_token: Option<SecretText>,
        /// How the access token is named in the header; nearly always `Bearer`.
        token_type: String,
        /// The recipient's own OAuth client, when not the instance's was used.
        client: Option<OwnClient>,
        /// Fields that are not secret.
        params: Params,
    },
    /// A client that gets its own tokens.
    ClientCredentials {
        /// The client identifier.
        client_id: String,
        /// The client secret.
        client_secret: SecretText,
        /// The token got last; `None` before the first.
        access_token: Option<SecretText>,
        /// Fields that are not secret.
        params: Params,
    },
    /// One key.
    ApiKey {
        /// The key.
        key: SecretText,
        /// Fields that are not secret.
        params: Params,
    },
    /// User name and password.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: SecretText,
        /// Fields that are not secret.
        params: Params,
    },
    /// Every field of the method by name, secret or not.
    Fields(BTreeMap<String, SecretText>),
}

impl Secret {
    /// The kind that this secret is of.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::OAuth2Code { .. } => Kind::OAuth2Code,
            Self::ClientCredentials { .. } => Kind::ClientCredentials,
            Self::ApiKey { .. } => Kind::ApiKey,
            Self::Basic { .. } => Kind::Basic,
            Self::Fields(_) => Kind::Fields,
        }
    }

    /// Every part by the name that templates of the catalog use: the fields of the method, and
    /// `access_token`, `refresh_token`, `token_type`, `client_id`, `client_secret`, `key`, `username`,
    /// `password` where the kind has them. A part of the kind wins over a field of the same name.
    pub fn values(&self) -> BTreeMap<&str, &str> {
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        if let Some(params) = self.params() {
            values.extend(params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        }
        values.extend(self.parts());
        values
    }

    /// The fields that are not secret; `None` for [`Secret::Fields`], which does not tell them apart.
    pub const fn params(&self) -> Option<&Params> {
        match self {
            Self::OAuth2Code { params, .. }
            | Self::ClientCredentials { params, .. }
            | Self::ApiKey { params, .. }
            | Self::Basic { params, .. } => Some(params),
            Self::Fields(_) => None,
        }
    }

    /// The token that a call carries, for the two OAuth kinds (HEALTH-1, token hand-out of USE-4).
    pub const fn access_token(&self) -> Option<&SecretText> {
        match self {
            Self::OAuth2Code { access_token, .. } => Some(access_token),
            Self::ClientCredentials { access_token, .. } => access_token.as_ref(),
            Self::ApiKey { .. } | Self::Basic { .. } | Self::Fields(_) => None,
        }
    }

    /// Whether a new access token can be had without the recipient.
    pub const fn can_refresh(&self) -> bool {
        match self {
            Self::OAuth2Code { refresh_token, .. } => refresh_token.is_some(),
            Self::ClientCredentials { .. } => true,
            Self::ApiKey { .. } | Self::Basic { .. } | Self::Fields(_) => false,
        }
    }

    fn parts(&self) -> BTreeMap<&str, &str> {
        let mut parts = BTreeMap::new();
        match self {
            Self::OAuth2Code { access_token, refresh_token, token_type, client, .. } => {
                parts.insert("access_token", access_token.expose());
                parts.insert("token_type", token_type.as_str());
                parts.extend(refresh_token.iter().map(|token| ("refresh_token", token.expose())));
                if let Some(client) = client {
                    parts.insert("client_id", client.id.as_str());
                    parts.extend(client.secret.iter().map(|secret| ("client_secret", secret.expose())));
                }
            }
            Self::ClientCredentials { client_id, client_secret, access_token, .. } => {
                parts.insert("client_id", client_id.as_str());
                parts.insert("client_secret", client_secret.expose());
                parts.extend(access_token.iter().map(|token| ("access_token", token.expose())));
            }
            Self::ApiKey { key, .. } => {
                parts.insert("key", key.expose());
            }
            Self::Basic { username, password, .. } => {
                parts.insert("username", username.as_str());
                parts.insert("password", password.expose());
            }
            Self::Fields(fields) => {
                parts.extend(fields.iter().map(|(name, value)| (name.as_str(), value.expose())));
            }
        }
        parts
    }

    /// The bytes that the vault seals: JSON with a format version, in a buffer that is wiped when dropped
    /// and was never moved while it grew.
    ///
    /// # Panics
    /// Never: writing maps of strings to memory cannot fail.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let none = Params::new();
        let stored = Stored {
            v: FORMAT,
            kind: self.kind(),
            parts: self.parts(),
            params: self.params().unwrap_or(&none),
        };
        // Two passes: a buffer that is large enough from the start leaves no copies behind.
        let mut length = Length(0);
        serde_json::to_writer(&mut length, &stored).expect("counting bytes cannot fail");
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
        serde_json::to_writer(&mut *bytes, &stored).expect("writing to memory cannot fail");
        bytes
    }

    /// Reads what [`Secret::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`BadSecret`] when the bytes are not such JSON, are of a later format, or lack a part.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSecret> {
        let Loaded { v, kind, mut parts, params } =
            serde_json::from_slice(bytes).map_err(|_| BadSecret::Unreadable)?;
        if v != FORMAT {
            return Err(BadSecret::Format(v));
        }
        let mut need = |name: &'static str| parts.remove(name).ok_or(BadSecret::Missing(name));
        Ok(match kind {
            Kind::OAuth2Code => Self::OAuth2Code {
                access_token: need("access_token")?,
                refresh_token: need("refresh_token").ok(),
                token_type: need("token_type")?.expose().to_owned(),
                client: match need("client_id") {
                    Ok(id) => {
                        Some(OwnClient { id: id.expose().to_owned(), secret: need("client_secret").ok() })
                    }
                    Err(_) => None,
                },
                params,
            },
            Kind::ClientCredentials => Self::ClientCredentials {
                client_id: need("client_id")?.expose().to_owned(),
                client_secret: need("client_secret")?,
                access_token: need("access_token").ok(),
                params,
            },
            Kind::ApiKey => Self::ApiKey { key: need("key")?, params },
            Kind::Basic => Self::Basic {
                username: need("username")?.expose().to_owned(),
                password: need("password")?,
                params,
            },
            Kind::Fields => Self::Fields(parts),
        })
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        match self {
            // SecretText and OwnClient wipe themselves; these are the plain strings beside them.
            Self::OAuth2Code { token_type, .. } => token_type.zeroize(),
            Self::ClientCredentials { client_id, .. } => client_id.zeroize(),
            Self::Basic { username, .. } => username.zeroize(),
            Self::ApiKey { .. } | Self::Fields(_) => {}
        }
        match self {
            Self::OAuth2Code { params, .. }
            | Self::ClientCredentials { params, .. }
            | Self::ApiKey { params, .. }
            | Self::Basic { params, .. } => params.values_mut().for_each(Zeroize::zeroize),
            Self::Fields(_) => {}
        }
    }
}

impl ZeroizeOnDrop for Secret {}

/// Why stored bytes are no [`Secret`]. Carries no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// Not the JSON that was written.
    #[error("stored secret is unreadable")]
    Unreadable,
    /// Written by a later program.
    #[error("stored secret has format {0}, known is {FORMAT}")]
    Format(u32),
    /// A part that the kind needs is not there.
    #[error("stored secret lacks its {0}")]
    Missing(&'static str),
}

/// The account that a credential belongs to, as the app calls it (REC-3). Not secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The app's own id of the account, if it tells one.
    pub id: Option<String>,
    /// What a person recognizes: a mail address, login or name.
    pub label: String,
    /// The workspace, tenant or portal, where the app has such.
    pub workspace: Option<String>,
}

/// Raised when the JSON inside the vault changes its shape.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Stored<'a> {
    v: u32,
    kind: Kind,
    parts: BTreeMap<&'a str, &'a str>,
    params: &'a Params,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loaded {
    v: u32,
    kind: Kind,
    parts: BTreeMap<String, SecretText>,
    params: Params,
}

struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
