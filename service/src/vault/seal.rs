//! Sealing and opening.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::file::Key;
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
    /// The secret of an organization's client at its OpenID provider.
    Issuer {
        /// Its id.
        id: Uuid,
    },
    /// The key of the audit log.
    AuditKey,
    /// The text by which a key of the database is recognised.
    KeyCheck,
}

impl Belongs {
    fn place(self, layer: &str) -> String {
        let (kind, id, version) = match self {
            Self::Credential { id, version } => ("credential", id, version),
            Self::Authorization { id } => ("authorization", id, 0),
            Self::Revocation { id } => ("revocation", id, 0),
            Self::OAuthClient { id } => ("oauth-client", id, 0),
            Self::Issuer { id } => ("issuer", id, 0),
            Self::AuditKey => ("audit-key", Uuid::nil(), 0),
            Self::KeyCheck => ("key-check", Uuid::nil(), 0),
        };
        format!("consentry/v2/{layer}/{kind}/{}/{version}", id.simple())
    }

    fn of_key(self, key_id: &str) -> Vec<u8> {
        format!("{}/{key_id}", self.place("key")).into_bytes()
    }

    /// Without the name of the key: a new key seals the data key again, and the body stays as it is.
    fn of_body(self) -> Vec<u8> {
        self.place("body").into_bytes()
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
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let text = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| Error::Internal("sealing failed".to_owned()))?;
    Ok([nonce.as_slice(), &text].concat())
}

fn decrypt(key: &[u8; 32], sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad }).ok().map(Zeroizing::new)
}

impl Keyring {
    /// Seals a secret for the one place that it belongs to.
    ///
    /// # Errors
    /// [`Error::Internal`] when the active key is missing.
    pub fn seal(&self, belongs: Belongs, secret: &[u8]) -> Result<Sealed> {
        let (key_id, key) =
            self.sealing_key().ok_or_else(|| Error::Internal("the active key is missing".to_owned()))?;
        seal_by(key_id, &key, belongs, secret)
    }

    /// Seals by a certain key: what recognises it.
    pub(crate) fn seal_check(&self, key_id: &str) -> Result<Sealed> {
        seal_by(key_id.to_owned(), &self.known(key_id)?, Belongs::KeyCheck, b"consentry")
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Error::Internal`] when the key is missing or the value does not belong here.
    pub fn unseal(&self, belongs: Belongs, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>> {
        let data_key = self.data_key(belongs, &sealed.key_id, &sealed.data_key)?;
        decrypt(&data_key, &sealed.body, &belongs.of_body()).ok_or_else(misplaced)
    }

    /// Seals a data key again, by the active key; the body under it stays as it is. Returns the name of the key
    /// and the sealed data key.
    ///
    /// # Errors
    /// [`Error::Internal`] when the key is missing or the value does not belong here.
    pub(crate) fn reseal(&self, belongs: Belongs, key_id: &str, sealed: &[u8]) -> Result<(String, Vec<u8>)> {
        let data_key = self.data_key(belongs, key_id, sealed)?;
        let active = self.active();
        let key = self.known(&active)?;
        let sealed = encrypt(&key, data_key.as_slice(), &belongs.of_key(&active))?;
        Ok((active, sealed))
    }

    fn data_key(&self, belongs: Belongs, key_id: &str, sealed: &[u8]) -> Result<Key> {
        let key = self.known(key_id)?;
        decrypt(&key, sealed, &belongs.of_key(key_id))
            .and_then(|plain| Some(Zeroizing::new(<[u8; 32]>::try_from(plain.as_slice()).ok()?)))
            .ok_or_else(misplaced)
    }

    fn known(&self, key_id: &str) -> Result<Key> {
        self.get(key_id).ok_or_else(|| Error::Internal(format!("key {key_id} is missing")))
    }
}

fn seal_by(key_id: String, key: &Key, belongs: Belongs, secret: &[u8]) -> Result<Sealed> {
    let data_key = Zeroizing::new(ids::random::<32>());
    Ok(Sealed {
        body: encrypt(&data_key, secret, &belongs.of_body())?,
        data_key: encrypt(key, data_key.as_slice(), &belongs.of_key(&key_id))?,
        key_id,
    })
}

fn misplaced() -> Error {
    Error::Internal("a sealed value does not open in its place".to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn ring() -> (tempfile::TempDir, Keyring) {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = Keyring::open(&folder.path().join("keys.json"), true, DateTime::UNIX_EPOCH).expect("made");
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

    #[test]
    fn sec_1_a_data_key_that_is_sealed_again_opens_the_same_body_in_the_same_place_only() {
        let (_folder, ring) = ring();
        let id = Uuid::from_u128(1);
        let here = Belongs::Credential { id, version: 2 };
        let old = ring.seal(here, b"s3cret").expect("sealed");
        ring.rotate(DateTime::UNIX_EPOCH, None).expect("rotated");
        let (key_id, data_key) = ring.reseal(here, &old.key_id, &old.data_key).expect("sealed again");
        assert!(key_id == ring.active() && key_id != old.key_id);
        let new = Sealed { key_id, data_key, body: old.body.clone() };
        assert_eq!(ring.unseal(here, &new).expect("opens").as_slice(), b"s3cret");
        let elsewhere = Belongs::Credential { id, version: 3 };
        assert!(ring.unseal(elsewhere, &new).is_err());
        assert!(ring.reseal(elsewhere, &old.key_id, &old.data_key).is_err());
        assert!(ring.unseal(here, &Sealed { key_id: old.key_id.clone(), ..new.clone() }).is_err());
        // Without the old key, the old data key opens nothing; the new one does.
        ring.destroy(&old.key_id, DateTime::UNIX_EPOCH).expect("destroyed");
        assert!(ring.unseal(here, &old).is_err());
        assert!(ring.unseal(here, &new).is_ok());
    }
}
