//! Refuses to start with keys that are not those of the database (SEC-1).

use crate::db::entity::encryption_key;
use crate::error::Result;
use crate::vault::{Belongs, KeyError, Keyring, Sealed};
use crate::{Config, Service, StartError};

/// Opens the key file of a database.
///
/// # Errors
/// When the file is not there, but the database knows keys; when it cannot be read or is no key file.
pub(crate) fn open(
    config: &Config,
    known: &[encryption_key::Model],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Keyring, KeyError> {
    // A new key must never be made for a database that has sealed something already.
    let needed = known.iter().filter(|row| row.destroyed_at.is_none());
    if let (Some(row), false) =
        (needed.max_by_key(|row| row.retired_at.is_none()), config.key_file().exists())
    {
        return Err(KeyError::Missing { id: row.id.clone() });
    }
    Keyring::open(&config.key_file(), known.is_empty(), now)
}

impl Service {
    /// Looks whether every key is there that a row names, and is the right one. A key that was destroyed may be
    /// missing as long as no row names it; one that still does comes from an old back-up.
    pub(crate) async fn check_keys(&self, known: &[encryption_key::Model]) -> Result<(), StartError> {
        let held = self.keys.ids();
        let missing = |id: &String| match self.keys.destroyed_at(id) {
            Some(at) => KeyError::Destroyed { id: id.clone(), at },
            None => KeyError::Missing { id: id.clone() },
        };
        if let Some(id) = self.key_uses(None).await?.keys().find(|id| !held.contains(id)) {
            return Err(missing(id).into());
        }
        for row in known {
            if held.contains(&row.id) {
                let opens = read(&row.check_nonce_and_text, &row.id)
                    .is_some_and(|sealed| self.keys.unseal(Belongs::KeyCheck, &sealed).is_ok());
                if !opens {
                    return Err(KeyError::Wrong { id: row.id.clone() }.into());
                }
            } else if row.destroyed_at.is_none() && self.keys.destroyed_at(&row.id).is_none() {
                return Err(missing(&row.id).into());
            }
        }
        Ok(())
    }
}

/// Both sealed parts in one column: the length of the first, the first, the second.
pub(super) fn write(sealed: &Sealed) -> Vec<u8> {
    let length = u16::try_from(sealed.data_key.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], &sealed.data_key, &sealed.body].concat()
}

fn read(bytes: &[u8], key_id: &str) -> Option<Sealed> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (data_key, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(Sealed { key_id: key_id.to_owned(), data_key: data_key.to_vec(), body: body.to_vec() })
}
