//! What is due, by an index: it costs what is due, not what exists (HEALTH-3).

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::catalog::{AppVersion, AuthMethod};
use domain::credential::Secret;
use domain::id::{CredentialId, JobId};
use domain::job::Job;
use futures_util::{StreamExt as _, stream};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::renew::this;
use super::{Renewal, Times};
use crate::db::entity::{credential, credential_request, job, request_item};
use crate::error::{Error, Result};
use crate::vault::{Belongs, Sealed};
use crate::{JobDone, JobRun, Service, ids};

/// Credentials that a worker takes at once.
const BATCH: u64 = 100;
/// How many of them it looks at side by side. They wait on providers.
const SIDE_BY_SIDE: usize = 32;
/// How long a taken one is left to its worker: longer than its calls may last.
const TAKEN: TimeDelta = TimeDelta::seconds(120);
/// How long one job goes on with batches; a job may run for a minute.
const SHARE: Duration = Duration::from_secs(25);

/// A credential with the item and request that it belongs to.
pub(crate) struct Kept {
    pub(crate) credential: credential::Model,
    pub(crate) item: request_item::Model,
    pub(crate) request: credential_request::Model,
}

impl Kept {
    pub(super) fn id(&self) -> CredentialId {
        CredentialId(self.credential.id)
    }
}

impl Service {
    /// Makes a job that looks at everything that is due, if something is. Called at each tick by one process of all.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn enqueue_token_checks(&self) -> Result<bool> {
        if self.first_due(self.now()).await?.is_none() {
            return Ok(false);
        }
        self.enqueue_check().await?;
        Ok(true)
    }

    async fn first_due(&self, now: DateTime<Utc>) -> Result<Option<Uuid>> {
        Ok(credential::Entity::find()
            .select_only()
            .column(credential::Column::Id)
            .filter(credential::Column::CheckAt.lte(now))
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?)
    }

    async fn enqueue_check(&self) -> Result<()> {
        let (now, job) = (self.now(), Job::CheckTokens);
        job::ActiveModel {
            id: Set(ids::new::<JobId>(now).0),
            event_id: Set(None),
            kind: Set(job.kind().to_owned()),
            payload: Set(serde_json::to_value(job).map_err(|error| Error::Internal(error.to_string()))?),
            request_id: Set(None),
            created_at: Set(now),
            due_at: Set(now),
            attempts: Set(0),
            dispatches: Set(0),
            runs: Set(0),
            last_error: Set(None),
            done_at: Set(None),
            dead_at: Set(None),
            bounced_at: Set(None),
            bounce: Set(None),
            traceparent: Set(None),
        }
        .insert(self.db.at_once())
        .await?;
        self.bus().wake_relay();
        Ok(())
    }

    /// Looks at what is due, batch by batch, until the process is told to stop. Where a batch is full it asks for a
    /// second worker, which asks for a third: work spreads as far as there is some.
    ///
    /// # Errors
    /// When the database is away; what is due stays due.
    pub async fn check_tokens(&self, _run: &JobRun) -> Result<JobDone> {
        let until = Instant::now() + SHARE;
        let mut asked = false;
        while !self.is_stopping() {
            let due = self.take_due().await?;
            let full = u64::try_from(due.len()).is_ok_and(|taken| taken == BATCH);
            if full && !asked {
                self.enqueue_check().await?;
                asked = true;
            }
            if !due.is_empty() {
                crate::failpoint!("refresh.due");
            }
            let rows = self.with_items(due).await?;
            stream::iter(rows).for_each_concurrent(SIDE_BY_SIDE, |kept| self.look_at(kept)).await;
            if !full || Instant::now() >= until {
                break;
            }
        }
        Ok(JobDone::Moot)
    }

    /// Takes what is due by moving its time on, so that no other worker takes it too.
    async fn take_due(&self) -> Result<Vec<credential::Model>> {
        let now = self.now();
        if self.first_due(now).await?.is_none() {
            return Ok(Vec::new());
        }
        let write = self.write(Actor::System).await?;
        let rows = credential::Entity::find()
            .filter(credential::Column::CheckAt.lte(now))
            .order_by_asc(credential::Column::CheckAt)
            .limit(BATCH)
            // Ignored on SQLite, where the transaction is the only writer.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(write.tx())
            .await?;
        credential::Entity::update_many()
            .col_expr(credential::Column::CheckAt, Expr::value(now + TAKEN))
            .filter(credential::Column::Id.is_in(rows.iter().map(|row| row.id)))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        Ok(rows)
    }

    async fn with_items(&self, credentials: Vec<credential::Model>) -> Result<Vec<Kept>> {
        let db = self.db.read();
        let items: HashMap<Uuid, request_item::Model> = request_item::Entity::find()
            .filter(request_item::Column::Id.is_in(credentials.iter().map(|row| row.item_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let requests: HashMap<Uuid, credential_request::Model> = credential_request::Entity::find()
            .filter(credential_request::Column::Id.is_in(items.values().map(|row| row.request_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        Ok(credentials
            .into_iter()
            .filter_map(|credential| {
                let item = items.get(&credential.item_id)?.clone();
                let request = requests.get(&item.request_id)?.clone();
                Some(Kept { credential, item, request })
            })
            .collect())
    }

    /// A credential that is not destroyed, with what it belongs to.
    pub(super) async fn kept(&self, id: CredentialId) -> Result<Option<Kept>> {
        let row = credential::Entity::find_by_id(id.0)
            .filter(credential::Column::DestroyedAt.is_null())
            .one(self.db.read())
            .await?;
        Ok(self.with_items(row.into_iter().collect()).await?.pop())
    }

    async fn look_at(&self, kept: Kept) {
        if let Err(error) = self.try_look_at(&kept).await {
            tracing::warn!(credential = %kept.id(), %error, "a credential could not be looked at; it is again soon");
        }
    }

    async fn try_look_at(&self, kept: &Kept) -> Result<()> {
        let (now, row) = (self.now(), &kept.credential);
        let has_come = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        if row.destroyed_at.is_some() {
            return Ok(());
        }
        // A process that stops leaves it to the next.
        let is_mine = !self.is_stopping();
        if is_mine && (has_come(row.refresh_at) || has_come(row.expires_at)) {
            match self.renew(kept.id(), row.version).await {
                // Moot as well where it cannot be renewed: then it ends here (HEALTH-3).
                Renewal::Moot if has_come(row.expires_at) && !self.can_refresh(row)? => {
                    self.expire(kept).await?;
                }
                // Its holder sets the next time.
                Renewal::Moot
                | Renewal::Elsewhere
                | Renewal::Done
                | Renewal::Later(_)
                | Renewal::Broken(_) => {}
            }
            return Ok(());
        }
        if is_mine && has_come(row.probe_at) {
            return self.probe_now(kept).await;
        }
        // Nothing of it is to be done here: put back to its place.
        let times = Times::with(row.refresh_at, row.probe_at, row.expires_at);
        this(kept)
            .col_expr(credential::Column::CheckAt, Expr::value(times.check_at))
            .exec(self.db.at_once())
            .await?;
        Ok(())
    }

    pub(super) fn can_refresh(&self, row: &credential::Model) -> Result<bool> {
        Ok(self.secret_of(row)?.is_some_and(|secret| secret.can_refresh()))
    }

    /// The secret in the clear; `None` once it is destroyed.
    pub(crate) fn secret_of(&self, row: &credential::Model) -> Result<Option<Secret>> {
        let sealed = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone());
        let Some(sealed) = sealed else { return Ok(None) };
        let plain = self.keys.unseal(Belongs::Credential { id: row.id, version: row.version }, &sealed)?;
        Ok(Some(Secret::from_bytes(&plain).map_err(|_| Error::corrupt("secret"))?))
    }

    /// The entries of the catalog for a credential; `None` where it no longer has them.
    pub(super) fn entries(&self, kept: &Kept) -> Option<(AppVersion, AuthMethod)> {
        let catalog = self.catalog();
        let version = catalog.version(&kept.item.app, &kept.item.app_version)?;
        let method = version.method(&kept.credential.method)?;
        Some((version.clone(), method.clone()))
    }
}
