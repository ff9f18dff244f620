//! The key-encryption keys of an instance: a file that only its owner can read.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::ids;

/// Why the keys cannot be used. Names keys by id, never by content.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("key file {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is there, but is not a key file.
    #[error("key file {}: {message}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The database holds secrets sealed by a key that the file does not have.
    #[error(
        "key {id} is missing: the database holds secrets sealed by it. Put the key file of this database back in its place"
    )]
    Missing {
        /// Id of the key.
        id: String,
    },
    /// The file has a key of this id, but it is another key.
    #[error(
        "key {id} is wrong: it does not open what the database sealed by it. Put the key file of this database back in its place"
    )]
    Wrong {
        /// Id of the key.
        id: String,
    },
}

/// One key; wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// The keys of an instance.
pub struct Keyring {
    keys: BTreeMap<String, Key>,
    active: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// Id of the key that seals what is new.
    active: String,
    keys: BTreeMap<String, String>,
}

impl Keyring {
    /// Reads the key file; makes one with a fresh key where `create` allows it and there is none.
    ///
    /// # Errors
    /// When the file cannot be read, is no key file, or is missing and may not be made.
    pub fn open(path: &Path, create: bool) -> Result<Self, KeyError> {
        let file_error = |source| KeyError::File { path: path.to_path_buf(), source };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
                make(path).map_err(file_error)?
            }
            Err(error) => return Err(file_error(error)),
        };
        let malformed =
            |message: &str| KeyError::Malformed { path: path.to_path_buf(), message: message.to_owned() };
        // The parser's own message would quote the file.
        let file: KeyFile = serde_json::from_str(&text).map_err(|_| malformed("is not a key file"))?;
        let mut keys = BTreeMap::new();
        for (id, mut encoded) in file.keys {
            let bytes = STANDARD.decode(&encoded).map(Zeroizing::new);
            encoded.zeroize();
            let bytes = bytes.map_err(|_| malformed(&format!("key {id} is not base64")))?;
            let key: [u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| malformed(&format!("key {id} does not have 32 bytes")))?;
            keys.insert(id, Zeroizing::new(key));
        }
        if !keys.contains_key(&file.active) {
            return Err(KeyError::Missing { id: file.active });
        }
        Ok(Self { keys, active: file.active })
    }

    /// Id of the key that seals what is new.
    pub fn active(&self) -> &str {
        &self.active
    }

    /// Ids of all keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// Derives bytes for a purpose from a key (HMAC-SHA-256). The same input gives the same bytes on every
    /// process that has the key, so that codes need not be stored anywhere.
    pub(crate) fn derive(&self, key_id: &str, purpose: &str, parts: &[&[u8]]) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.get(key_id)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Some(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

/// Makes a key file with one fresh key, mode 0600.
fn make(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let id = format!("k{:08x}", u32::from_be_bytes(ids::random()));
    let key = Zeroizing::new(ids::random::<32>());
    let file = KeyFile { active: id.clone(), keys: BTreeMap::from([(id, STANDARD.encode(key.as_slice()))]) };
    let text = Zeroizing::new(serde_json::to_string_pretty(&file)?);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    // What is sealed by this key is worthless without it: it must be on the disk first.
    file.sync_all()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_1_the_key_file_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/keys.json");
        assert!(matches!(Keyring::open(&path, false), Err(KeyError::File { .. })));
        let first = Keyring::open(&path, true).expect("made");
        let again = Keyring::open(&path, true).expect("read");
        assert_eq!(first.active(), again.active());
        assert_eq!(first.get(first.active()), again.get(again.active()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn sec_1_a_broken_key_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        for (text, wanted) in [
            ("planted-secret", "is not a key file"),
            (r#"{"active":"k1","keys":{"k1":"planted-secret"}}"#, "key k1"),
            (r#"{"active":"k2","keys":{}}"#, "key k2 is missing"),
        ] {
            std::fs::write(&path, text).expect("written");
            let message = Keyring::open(&path, true).err().expect("refused").to_string();
            assert!(message.contains(wanted), "{message}");
            assert!(!message.contains("planted-secret"), "{message}");
        }
    }

    #[test]
    fn derived_bytes_keep_their_parts_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = Keyring::open(&folder.path().join("k"), true).expect("made");
        let id = ring.active().to_owned();
        assert_ne!(ring.derive(&id, "p", &[b"ab", b"c"]), ring.derive(&id, "p", &[b"a", b"bc"]));
        assert_ne!(ring.derive(&id, "p", &[]), ring.derive(&id, "q", &[]));
        assert_eq!(ring.derive("other", "p", &[]), None);
    }
}
