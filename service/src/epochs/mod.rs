//! Epochs of the key-encryption keys (SEC-1).
//!
//! A key seals for an epoch, then a new one is made. What is alive is sealed again by the new key; from then on
//! the old one is needed for back-ups only, and when their retention is over it is destroyed. So a back-up that
//! is older than epoch and retention together opens nothing, and what was revoked is gone from everywhere.
//!
//! The order makes every step safe to be cut off after: the new key is on the disk before anything is sealed by
//! it, and the old one is destroyed when no row has named it for the whole retention.
//!
//! Not here: the key file and the sealing, which are in `vault`.

mod check;
mod reseal;
#[cfg(test)]
mod tests;

pub(crate) use check::open;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};

use crate::Service;
use crate::db::entity::encryption_key;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::vault::{KeyDates, KeyError};

/// A key-encryption key as an operator sees it; never the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it is for.
    pub state: KeyState,
    /// Rows that name it.
    pub rows: u64,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It seals what is new.
    Active,
    /// It opens what it sealed, here or in a back-up.
    Retired {
        /// Since when.
        since: DateTime<Utc>,
        /// When it will be destroyed; unknown as long as rows name it.
        until: Option<DateTime<Utc>>,
    },
    /// It is gone for good.
    Destroyed {
        /// Since when.
        since: DateTime<Utc>,
    },
}

impl Service {
    /// One round for the keys: makes a new one when the epoch is over, seals again what older ones seal, and
    /// destroys those whose back-ups are out of retention. Safe to run at any time and in any number of processes.
    ///
    /// # Errors
    /// When the key file or the database is away; the next round goes on from there.
    pub async fn turn_keys(&self) -> Result<()> {
        let days = self.config().key_epoch_days;
        self.keys.refresh()?;
        if days > 0 {
            self.rotate(Some(TimeDelta::days(days.into()))).await?;
        }
        self.register_keys().await?;
        self.reseal().await?;
        self.destroy_idle_keys().await
    }

    /// Makes a new key now, whatever the age of the active one, and seals again what is alive. Returns how many
    /// rows were sealed again.
    ///
    /// # Errors
    /// When the key file or the database is away.
    pub async fn rotate_keys(&self) -> Result<u64> {
        self.rotate(None).await?;
        self.register_keys().await?;
        self.reseal().await
    }

    /// Every key that this database has met, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keys(&self) -> Result<Vec<KeyView>> {
        let uses = self.key_uses(None).await?;
        let active = self.keys.active();
        let rows = self.key_rows().await?;
        let view = |row: encryption_key::Model| KeyView {
            rows: uses.get(&row.id).copied().unwrap_or_default(),
            state: match (row.destroyed_at, row.retired_at) {
                (Some(since), _) => KeyState::Destroyed { since },
                (None, _) if row.id == active => KeyState::Active,
                (None, since) => KeyState::Retired {
                    since: since.unwrap_or(row.created_at),
                    until: row.idle_since.map(|idle| idle + self.retention()),
                },
            },
            created_at: row.created_at,
            id: row.id,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    fn retention(&self) -> TimeDelta {
        TimeDelta::days(self.config().backup_retention_days.into())
    }

    async fn key_rows(&self) -> Result<Vec<encryption_key::Model>> {
        let rows = encryption_key::Entity::find()
            .order_by_asc(encryption_key::Column::CreatedAt)
            .order_by_asc(encryption_key::Column::Id);
        Ok(rows.all(self.db.read()).await?)
    }

    async fn rotate(&self, older_than: Option<TimeDelta>) -> Result<()> {
        let (service, now) = (self.clone(), self.now());
        let made = off_thread(move || service.keys.rotate(now, older_than)).await?;
        if made {
            tracing::info!(key = self.keys.active(), "a new key-encryption key was made");
        }
        Ok(())
    }

    /// Writes into the database what the key file says: the file is written first, by whichever process.
    pub(crate) async fn register_keys(&self) -> Result<()> {
        let rows: BTreeMap<String, encryption_key::Model> =
            self.key_rows().await?.into_iter().map(|row| (row.id.clone(), row)).collect();
        let dates = self.keys.dates();
        let fits = |key: &KeyDates| {
            rows.get(&key.id)
                .is_some_and(|row| row.retired_at == key.retired_at && row.destroyed_at.is_none())
        };
        let changed: Vec<&KeyDates> = dates.iter().filter(|key| !fits(key)).collect();
        let gone: Vec<(&String, DateTime<Utc>)> = rows
            .iter()
            .filter(|(_, row)| row.destroyed_at.is_none())
            .filter_map(|(id, _)| Some((id, self.keys.destroyed_at(id)?)))
            .collect();
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let write = self.write_holding(Actor::System, Hold::Instance).await?;
        for key in changed {
            let known = encryption_key::Entity::find_by_id(&key.id).one(write.tx()).await?;
            if let Some(row) = known {
                let mut row = row.into_active_model();
                row.retired_at = Set(key.retired_at);
                row.destroyed_at = Set(None);
                row.update(write.tx()).await?;
            } else {
                encryption_key::ActiveModel {
                    id: Set(key.id.clone()),
                    check_nonce_and_text: Set(check::write(&self.keys.seal_check(&key.id)?)),
                    created_at: Set(key.created_at.unwrap_or(write.now())),
                    retired_at: Set(key.retired_at),
                    idle_since: Set(None),
                    destroyed_at: Set(None),
                }
                .insert(write.tx())
                .await?;
            }
        }
        for (id, at) in gone {
            encryption_key::Entity::update_many()
                .col_expr(encryption_key::Column::DestroyedAt, Expr::value(at))
                .filter(encryption_key::Column::Id.eq(id))
                .exec(write.tx())
                .await?;
        }
        write.commit().await
    }

    /// Destroys retired keys that no row has named for the whole retention. It is counted from when the last row
    /// was sealed again, and not from when the key was retired: a back-up from in between needs the key too.
    async fn destroy_idle_keys(&self) -> Result<()> {
        let now = self.now();
        let (held, active) = (self.keys.dates(), self.keys.active());
        for row in self.key_rows().await? {
            if row.id == active || !held.iter().any(|key| key.id == row.id) {
                continue;
            }
            let is_used = !self.key_uses(Some(&row.id)).await?.is_empty();
            match row.idle_since {
                None if is_used => {}
                Some(_) if is_used => self.set_idle(&row.id, None).await?,
                None => self.set_idle(&row.id, Some(now)).await?,
                Some(since) if now - since > self.retention() => {
                    let (service, id) = (self.clone(), row.id.clone());
                    off_thread(move || service.keys.destroy(&id, now)).await?;
                    tracing::info!(
                        key = row.id,
                        "a key-encryption key was destroyed: its back-ups are out of retention"
                    );
                }
                Some(_) => {}
            }
        }
        self.register_keys().await
    }

    async fn set_idle(&self, id: &str, since: Option<DateTime<Utc>>) -> Result<()> {
        let write = self.write(Actor::System).await?;
        self.idle_from(&write, id, since).await?;
        write.commit().await
    }

    async fn idle_from(&self, write: &Write, id: &str, since: Option<DateTime<Utc>>) -> Result<()> {
        encryption_key::Entity::update_many()
            .col_expr(encryption_key::Column::IdleSince, Expr::value(since))
            .filter(encryption_key::Column::Id.eq(id))
            .exec(write.tx())
            .await?;
        Ok(())
    }
}

/// Writing the key file waits for the disk and for other processes.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| Error::Internal(error.to_string()))??)
}
