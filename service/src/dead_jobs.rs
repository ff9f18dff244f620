//! Jobs that were given up: shown, started again, dropped (REL-2).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::id::{JobId, RevocationId};
use domain::job::Job;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use crate::Service;
use crate::db::Write;
use crate::db::entity::job;
use crate::error::{Error, Result};

impl Service {
    /// Jobs that were given up, newest first (REL-2).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn dead_jobs(&self) -> Result<Vec<(JobId, String, String)>> {
        let rows = job::Entity::find()
            .filter(job::Column::DeadAt.is_not_null())
            .order_by_desc(job::Column::DeadAt)
            .limit(1000)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (JobId(row.id), row.kind, row.last_error.unwrap_or_default()))
            .collect())
    }

    /// Starts a given-up job again, with its patience anew; false when there is none of this id, or nothing
    /// is left to do for it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn retry_dead_job(&self, id: JobId) -> Result<bool> {
        let mut write = self.write(Actor::System).await?;
        let Some(found) = dead_job(&write, id).await? else { return Ok(false) };
        if let Some(revocation) = revocation_of(&found)
            && !self.requeue_revocation(&mut write, revocation).await?
        {
            return Ok(false);
        }
        job::Entity::update_many()
            .col_expr(job::Column::DeadAt, Expr::value(Option::<DateTime<Utc>>::None))
            .col_expr(job::Column::DueAt, Expr::value(write.now()))
            .col_expr(job::Column::CreatedAt, Expr::value(write.now()))
            .col_expr(job::Column::Attempts, Expr::value(0))
            .col_expr(job::Column::Runs, Expr::value(0))
            .filter(job::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        self.bus().wake_relay();
        Ok(true)
    }

    /// Removes a given-up job, and the secret that a revocation kept for it; false when there is none of
    /// this id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn drop_dead_job(&self, id: JobId) -> Result<bool> {
        let write = self.write(Actor::System).await?;
        let Some(found) = dead_job(&write, id).await? else { return Ok(false) };
        if let Some(revocation) = revocation_of(&found) {
            self.forget_revocation(&write, revocation).await?;
        }
        job::Entity::delete_by_id(id.0).exec(write.tx()).await?;
        write.commit().await?;
        Ok(true)
    }
}

async fn dead_job(write: &Write, id: JobId) -> Result<Option<Job>> {
    let row = job::Entity::find_by_id(id.0).filter(job::Column::DeadAt.is_not_null()).one(write.tx()).await?;
    row.map(|row| serde_json::from_value(row.payload).map_err(|_| Error::corrupt("job"))).transpose()
}

fn revocation_of(job: &Job) -> Option<RevocationId> {
    match job {
        Job::RevokeAtProvider { revocation } => Some(*revocation),
        Job::SendMail(_) | Job::ClearRequest { .. } => None,
    }
}
