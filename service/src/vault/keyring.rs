//! The key-encryption keys of an instance, in memory; they lie in a file that only its owner can read.
//!
//! A key seals during its epoch, then another takes its place. Any process may make the new one; the others
//! notice that the file changed before they seal, or when they meet an id that they do not know.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::file::{Entry, Key, KeyFile, Keys, Stamp};
use crate::ids;

/// The keys of an instance.
pub struct Keyring {
    file: KeyFile,
    loaded: RwLock<Loaded>,
}

#[derive(Clone)]
struct Loaded {
    keys: Arc<Keys>,
    stamp: Option<Stamp>,
}

/// The dates of a key that the file has.
pub(crate) struct KeyDates {
    pub(crate) id: String,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
}

impl Keyring {
    /// Reads the key file; makes one with a fresh key where `create` allows it and there is none.
    ///
    /// # Errors
    /// When the file cannot be read, is no key file, or is missing and may not be made.
    pub fn open(path: &Path, create: bool, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let file = KeyFile::new(path);
        if create && !file.exists() {
            let locked = file.lock()?;
            // Another process may have been quicker.
            if !file.exists() {
                let (id, entry) = fresh(now);
                let keys = BTreeMap::from([(id.clone(), entry)]);
                file.write(&locked, &Keys { active: id, keys, destroyed: BTreeMap::new() })?;
            }
        }
        let (keys, stamp) = file.read()?;
        let loaded = RwLock::new(Loaded { keys: Arc::new(keys), stamp });
        Ok(Self { file, loaded })
    }

    fn loaded(&self) -> Loaded {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keys(&self) -> Arc<Keys> {
        self.loaded().keys
    }

    /// Reads the file again. A file that lost or changed a key is not taken over: what runs goes on with the
    /// keys that it has.
    fn reload(&self) -> Result<Arc<Keys>, KeyError> {
        let (keys, stamp) = self.file.read()?;
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        for (id, entry) in &loaded.keys.keys {
            match keys.keys.get(id) {
                Some(now) if now.key == entry.key => {}
                Some(_) => return Err(KeyError::Wrong { id: id.clone() }),
                None if keys.destroyed.contains_key(id) => {}
                None => return Err(KeyError::Missing { id: id.clone() }),
            }
        }
        *loaded = Loaded { keys: Arc::new(keys), stamp };
        Ok(Arc::clone(&loaded.keys))
    }

    /// Reads the file again if another process has written it.
    pub(crate) fn refresh(&self) -> Result<(), KeyError> {
        if self.file.stamp() != self.loaded().stamp {
            self.reload()?;
        }
        Ok(())
    }

    /// The key that seals what is new, with its id: nothing may be sealed by a key that another process has
    /// retired.
    pub(super) fn sealing_key(&self) -> Option<(String, Key)> {
        if let Err(error) = self.refresh() {
            tracing::warn!(%error, "the key file cannot be read again; the keys in memory go on");
        }
        let keys = self.keys();
        Some((keys.active.clone(), keys.keys.get(&keys.active)?.key.clone()))
    }

    /// Id of the key that seals what is new.
    pub fn active(&self) -> String {
        self.keys().active.clone()
    }

    /// Ids of all keys, the active one first: codes that were derived from an older one go on.
    pub fn ids(&self) -> Vec<String> {
        let keys = self.keys();
        let older = keys.keys.keys().filter(|id| **id != keys.active);
        std::iter::once(&keys.active).chain(older).cloned().collect()
    }

    /// The dates of all keys that the file has.
    pub(crate) fn dates(&self) -> Vec<KeyDates> {
        let of = |(id, entry): (&String, &Entry)| KeyDates {
            id: id.clone(),
            created_at: entry.created_at,
            retired_at: entry.retired_at,
        };
        self.keys().keys.iter().map(of).collect()
    }

    /// When a key was destroyed.
    pub(crate) fn destroyed_at(&self, id: &str) -> Option<DateTime<Utc>> {
        self.keys().destroyed.get(id).copied()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Key> {
        let of = |keys: &Keys| keys.keys.get(id).map(|entry| entry.key.clone());
        // One that another process has made since is in the file.
        of(&self.keys()).or_else(|| match self.reload() {
            Ok(keys) => of(&keys),
            Err(error) => {
                tracing::warn!(%error, key = id, "the key file cannot be read again");
                None
            }
        })
    }

    /// Makes a new key the active one, unless the active one is younger than `older_than`: of several processes
    /// that want one at once, one makes it. `None` makes one in any case. Returns whether a key was made; it is
    /// on the disk then. Waits for the disk.
    ///
    /// # Errors
    /// When the file cannot be read or written; then the keys are as they were.
    pub fn rotate(&self, now: DateTime<Utc>, older_than: Option<TimeDelta>) -> Result<bool, KeyError> {
        let is_due = |keys: &Keys| {
            let made = keys.keys.get(&keys.active).and_then(|entry| entry.created_at);
            older_than.zip(made).is_none_or(|(epoch, made)| now - made >= epoch)
        };
        if !is_due(&self.keys()) {
            return Ok(false);
        }
        let locked = self.file.lock()?;
        let old = self.reload()?;
        if !is_due(&old) {
            return Ok(false);
        }
        let mut keys = Keys::clone(&old);
        let (id, entry) = loop {
            let (id, entry) = fresh(now);
            if !keys.keys.contains_key(&id) && !keys.destroyed.contains_key(&id) {
                break (id, entry);
            }
        };
        if let Some(before) = keys.keys.get_mut(&keys.active) {
            before.retired_at = Some(now);
        }
        keys.keys.insert(id.clone(), entry);
        keys.active = id;
        self.file.write(&locked, &keys)?;
        self.reload()?;
        Ok(true)
    }

    /// Destroys a key that seals nothing any more; its id stays, with the time. Never the active one. Waits for
    /// the disk.
    pub(crate) fn destroy(&self, id: &str, now: DateTime<Utc>) -> Result<(), KeyError> {
        let locked = self.file.lock()?;
        let mut keys = Keys::clone(&*self.reload()?);
        if keys.active != id && keys.keys.remove(id).is_some() {
            keys.destroyed.insert(id.to_owned(), now);
            self.file.write(&locked, &keys)?;
            self.reload()?;
        }
        Ok(())
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

fn fresh(now: DateTime<Utc>) -> (String, Entry) {
    let id = format!("k{:08x}", u32::from_be_bytes(ids::random()));
    (id, Entry { key: Zeroizing::new(ids::random::<32>()), created_at: Some(now), retired_at: None })
}

#[cfg(test)]
mod tests;
