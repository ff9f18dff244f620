//! Sealing and opening.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::keyring::Keyring;
use crate::error::{Error, Result};
use crate::ids;

/// What a sealed value belongs to; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// A version of a credential.
    Credential {
        /// Its id.
        id: Uuid,
        /// Its version.
        version: i32,
    },
    /// An OAuth authorization that waits for its callback.
    Authorization {
        /// Its id.
        id: Uuid,
    },
    /// A secret on its way to be revoked.
    Revocation {
        /// Its id.
        id: Uuid,
    },
    /// The secret of an organization's OAuth client.
    OAuthClient {
        /// Its id.
        id: Uuid,
    },
    /// The key of the audit log.
    AuditKey,
    /// The text by which a key of the database is recognised.
    KeyCheck,
}

impl Belongs {
    fn associated_data(self, layer: &str, key_id: &str) -> Vec<u8> {
        let (kind, id, version) = match self {
            Self::Credential { id, version } => ("credential", id, version),
            Self::Authorization { id } => ("authorization", id, 0),
            Self::Revocation { id } => ("revocation", id, 0),
            Self::OAuthClient { id } => ("oauth-client", id, 0),
            Self::AuditKey => ("audit-key", Uuid::nil(), 0),
            Self::KeyCheck => ("key-check", Uuid::nil(), 0),
        };
        format!("consentry/v1/{layer}/{kind}/{}/{version}/{key_id}", id.simple()).into_bytes()
    }
}

/// A sealed secret, as it lies in a row.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key-encryption key that seals `data_key`.
    pub(crate) key_id: String,
    /// Nonce and sealed data key.
    pub(crate) data_key: Vec<u8>,
    /// Nonce and sealed secret.
    pub(crate) body: Vec<u8>,
}

impl Sealed {
    /// Reads the three columns of a row; `None` once the secret was destroyed.
    pub(crate) fn from_columns(
        key_id: Option<String>,
        data_key: Option<Vec<u8>>,
        body: Option<Vec<u8>>,
    ) -> Option<Self> {
        Some(Self { key_id: key_id?, data_key: data_key?, body: body? })
    }
}

const NONCE: usize = 24;

fn encrypt(key: &[u8; 32], plain: &[u8], aad: &[u8]) -> Result<Vec<u8>> {
    // 192 random bits never meet twice, so no counter has to be kept.
    let nonce = ids::random::<NONCE>();
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let text = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| Error::Internal("sealing failed".to_owned()))?;
    Ok([nonce.as_slice(), &text].concat())
}

fn decrypt(key: &[u8; 32], sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad }).ok().map(Zeroizing::new)
}

impl Keyring {
    /// Seals a secret for the one place that it belongs to.
    ///
    /// # Errors
    /// [`Error::Internal`] when the active key is missing.
    pub fn seal(&self, belongs: Belongs, secret: &[u8]) -> Result<Sealed> {
        let key_id = self.active().to_owned();
        let key = self.get(&key_id).ok_or_else(|| Error::Internal(format!("key {key_id} is missing")))?;
        let data_key = Zeroizing::new(ids::random::<32>());
        Ok(Sealed {
            body: encrypt(&data_key, secret, &belongs.associated_data("body", &key_id))?,
            data_key: encrypt(key, data_key.as_slice(), &belongs.associated_data("key", &key_id))?,
            key_id,
        })
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Error::Internal`] when the key is missing or the value does not belong here.
    pub fn unseal(&self, belongs: Belongs, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>> {
        let key = self
            .get(&sealed.key_id)
            .ok_or_else(|| Error::Internal(format!("key {} is missing", sealed.key_id)))?;
        let opened = decrypt(key, &sealed.data_key, &belongs.associated_data("key", &sealed.key_id))
            .and_then(|data_key| {
                let data_key = Zeroizing::new(<[u8; 32]>::try_from(data_key.as_slice()).ok()?);
                decrypt(&data_key, &sealed.body, &belongs.associated_data("body", &sealed.key_id))
            });
        opened.ok_or_else(|| Error::Internal("a sealed value does not open in its place".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> (tempfile::TempDir, Keyring) {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = Keyring::open(&folder.path().join("keys.json"), true).expect("made");
        (folder, ring)
    }

    #[test]
    fn sec_1_a_secret_opens_only_in_its_own_place_and_version() {
        let (_folder, ring) = ring();
        let id = Uuid::from_u128(1);
        let here = Belongs::Credential { id, version: 2 };
        let sealed = ring.seal(here, b"s3cret").expect("sealed");
        assert_eq!(ring.unseal(here, &sealed).expect("opens").as_slice(), b"s3cret");
        for elsewhere in [
            Belongs::Credential { id, version: 1 },
            Belongs::Credential { id: Uuid::from_u128(2), version: 2 },
            Belongs::Revocation { id },
            Belongs::Authorization { id },
            Belongs::KeyCheck,
        ] {
            assert!(ring.unseal(elsewhere, &sealed).is_err(), "{elsewhere:?}");
        }
    }

    #[test]
    fn sec_1_every_changed_byte_is_noticed_and_nothing_shows_through() {
        let (_folder, ring) = ring();
        let sealed = ring.seal(Belongs::KeyCheck, b"s3cret-s3cret").expect("sealed");
        assert!(!sealed.body.windows(6).any(|w| w == b"s3cret"));
        for position in 0..sealed.body.len() {
            let mut broken = sealed.clone();
            broken.body[position] ^= 1;
            assert!(ring.unseal(Belongs::KeyCheck, &broken).is_err());
        }
        for position in 0..sealed.data_key.len() {
            let mut broken = sealed.clone();
            broken.data_key[position] ^= 1;
            assert!(ring.unseal(Belongs::KeyCheck, &broken).is_err());
        }
        assert!(ring.unseal(Belongs::KeyCheck, &Sealed { body: vec![], ..sealed.clone() }).is_err());
    }

    #[test]
    fn sec_1_equal_secrets_are_sealed_differently_and_by_another_key_not_opened() {
        let ((_a, ring), (_b, other)) = (ring(), ring());
        let (one, two) = (
            ring.seal(Belongs::KeyCheck, b"x").expect("sealed"),
            ring.seal(Belongs::KeyCheck, b"x").expect("sealed"),
        );
        assert!(one.body != two.body && one.data_key != two.data_key);
        assert!(other.unseal(Belongs::KeyCheck, &one).is_err());
    }
}
