//! The key file on the disk: read as a whole, and written whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::error::KeyError;

/// One key; wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// A key with its dates.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) key: Key,
    /// Unknown in files that were written by hand.
    pub(super) created_at: Option<DateTime<Utc>>,
    /// When another key took its place.
    pub(super) retired_at: Option<DateTime<Utc>>,
}

/// What a key file says.
#[derive(Clone)]
pub(super) struct Keys {
    /// Id of the key that seals what is new; it is in `keys`.
    pub(super) active: String,
    pub(super) keys: BTreeMap<String, Entry>,
    /// Keys that are gone for good, so that an old back-up can be told apart from a lost key.
    pub(super) destroyed: BTreeMap<String, DateTime<Utc>>,
}

/// By what a changed file is recognised: every write makes a new file.
pub(super) type Stamp = (u64, SystemTime);

/// The form on the disk. The dates stand beside the keys, so that a file without any is one too.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    active: String,
    keys: BTreeMap<String, String>,
    #[serde(default)]
    created: BTreeMap<String, DateTime<Utc>>,
    #[serde(default)]
    retired: BTreeMap<String, DateTime<Utc>>,
    #[serde(default)]
    destroyed: BTreeMap<String, DateTime<Utc>>,
}

impl Drop for Written {
    fn drop(&mut self) {
        self.keys.values_mut().for_each(String::zeroize);
    }
}

/// Where the keys lie.
pub(super) struct KeyFile(PathBuf);

/// Proves that no other process writes the file now; given back when dropped.
pub(super) struct Locked {
    folder: File,
}

impl KeyFile {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    fn error(&self, source: io::Error) -> KeyError {
        KeyError::File { path: self.0.clone(), source }
    }

    pub(super) fn malformed(&self, message: impl Into<String>) -> KeyError {
        KeyError::Malformed { path: self.0.clone(), message: message.into() }
    }

    /// The file itself, where the path is a link.
    fn target(&self) -> PathBuf {
        fs::canonicalize(&self.0).unwrap_or_else(|_| self.0.clone())
    }

    /// Keeps every other writer out, in this process and in others. The lock is on the folder, so that no file
    /// is needed for it, whose owner would have to be right.
    pub(super) fn lock(&self) -> Result<Locked, KeyError> {
        let target = self.target();
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let locked = || {
            crate::folder::make(folder)?;
            let folder = File::open(folder)?;
            folder.lock()?;
            Ok(Locked { folder })
        };
        locked().map_err(|source| self.error(source))
    }

    /// Whether there is a file.
    pub(super) fn exists(&self) -> bool {
        self.0.exists()
    }

    pub(super) fn stamp(&self) -> Option<Stamp> {
        stamp(&fs::metadata(&self.0).ok()?)
    }

    pub(super) fn read(&self) -> Result<(Keys, Option<Stamp>), KeyError> {
        let once = || {
            let (text, stamp) = self.text().map_err(|source| self.error(source))?;
            Ok((self.parse(&text)?, stamp))
        };
        // Who opened the file just before it was replaced may have read what is being overwritten.
        match once() {
            Err(KeyError::Malformed { .. }) => once(),
            result => result,
        }
    }

    fn text(&self) -> io::Result<(Zeroizing<String>, Option<Stamp>)> {
        let mut file = File::open(&self.0)?;
        let about = file.metadata()?;
        // Enough at once: a text that grows would leave unwiped copies behind.
        let length = usize::try_from(about.len()).unwrap_or_default();
        let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(1)));
        file.read_to_string(&mut text)?;
        Ok((text, stamp(&about)))
    }

    fn parse(&self, text: &str) -> Result<Keys, KeyError> {
        // The parser's own message would quote the file.
        let file: Written = serde_json::from_str(text).map_err(|_| self.malformed("is not a key file"))?;
        let mut keys = BTreeMap::new();
        for (id, encoded) in &file.keys {
            let bytes = STANDARD
                .decode(encoded)
                .map(Zeroizing::new)
                .map_err(|_| self.malformed(format!("key {id} is not base64")))?;
            let key: [u8; 32] = bytes
                .as_slice()
                .try_into()
                .map_err(|_| self.malformed(format!("key {id} does not have 32 bytes")))?;
            let entry = Entry {
                key: Zeroizing::new(key),
                created_at: file.created.get(id).copied(),
                retired_at: file.retired.get(id).copied(),
            };
            keys.insert(id.clone(), entry);
        }
        if !keys.contains_key(&file.active) {
            return Err(KeyError::Missing { id: file.active.clone() });
        }
        Ok(Keys { active: file.active.clone(), keys, destroyed: file.destroyed.clone() })
    }

    /// Puts a new file in the place of the old one. Either stands there whole, whenever the machine stops; when
    /// this returns, the new one is on the disk. Mode 0600, and the old file's owner.
    pub(super) fn write(&self, locked: &Locked, keys: &Keys) -> Result<(), KeyError> {
        self.replace(locked, keys).map_err(|source| self.error(source))
    }

    fn replace(&self, locked: &Locked, keys: &Keys) -> io::Result<()> {
        let dates = |of: fn(&Entry) -> Option<DateTime<Utc>>| {
            keys.keys.iter().filter_map(|(id, entry)| Some((id.clone(), of(entry)?))).collect()
        };
        let written = Written {
            active: keys.active.clone(),
            keys: keys
                .keys
                .iter()
                .map(|(id, entry)| (id.clone(), STANDARD.encode(entry.key.as_slice())))
                .collect(),
            created: dates(|entry| entry.created_at),
            retired: dates(|entry| entry.retired_at),
            destroyed: keys.destroyed.clone(),
        };
        let text = Zeroizing::new(serde_json::to_string_pretty(&written)?);
        let target = self.target();
        let mut name = target.file_name().unwrap_or_default().to_os_string();
        name.push(".new");
        let fresh = target.with_file_name(name);
        // Left over where a process died while it wrote; nothing was sealed by a key of it.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        let old = OpenOptions::new().write(true).open(&target).ok();
        if let Some(old) = &old {
            // An administrator who makes a key by hand must not lock the service out.
            let (before, now) = (old.metadata()?, file.metadata()?);
            if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
                fchown(&file, Some(before.uid()), Some(before.gid()))?;
            }
        }
        file.write_all(text.as_bytes())?;
        // What is sealed by a key is worthless without it: it must be on the disk first.
        file.sync_all()?;
        fs::rename(&fresh, &target)?;
        locked.folder.sync_all()?;
        if let Some(Err(error)) = old.map(overwrite) {
            tracing::debug!(%error, "the old key file was replaced, but not overwritten");
        }
        Ok(())
    }
}

fn stamp(about: &fs::Metadata) -> Option<Stamp> {
    Some((about.ino(), about.modified().ok()?))
}

/// Overwrites a file that has no name any more: a destroyed key shall not stay in free blocks, as far as the
/// file system writes in place.
fn overwrite(mut old: File) -> io::Result<()> {
    let about = old.metadata()?;
    // It still has a name elsewhere: somebody's copy, which is not ours to spoil.
    if about.nlink() > 0 {
        return Ok(());
    }
    old.write_all(&vec![0; usize::try_from(about.len()).unwrap_or_default()])?;
    old.sync_all()
}
