//! Jobs that were given up: shown, started again, dropped (REL-2).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{JobId, RequestId, RevocationId};
use domain::job::Job;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::Service;
use crate::db::Write;
use crate::db::entity::job;
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};

/// A job that was given up.
#[derive(Debug, Clone)]
pub struct DeadJobView {
    /// Its id.
    pub id: JobId,
    /// What it was to do.
    pub kind: String,
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// Why its last try failed; no secret, no address.
    pub error: Option<String>,
    /// How often it failed.
    pub attempts: i32,
    /// When its cause was committed, or when it was last started again.
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    pub dead_at: DateTime<Utc>,
}

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

    /// Jobs that were given up, newest first; for administrators of the instance (REL-2).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or problems with the page.
    pub async fn dead_jobs_page(&self, actor: Actor, page: &PageAsk) -> Result<Page<DeadJobView>> {
        self.instance_admin(actor).await?;
        let (first, after) = page.read()?;
        let db = self.db.read();
        let mut query = job::Entity::find().filter(job::Column::DeadAt.is_not_null());
        let total = page.count(db, &query).await?;
        if let Some(Position::Time(at, id)) = after {
            query = query.filter(behind(&Order::Desc, (job::Column::DeadAt, at), (job::Column::Id, id)));
        }
        let rows = query
            .order_by_desc(job::Column::DeadAt)
            .order_by_desc(job::Column::Id)
            .limit(first + 1)
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let rows = rows
            .into_iter()
            .map(|row| {
                let dead_at = row.dead_at.ok_or_else(|| Error::corrupt("job"))?;
                let view = DeadJobView {
                    id: JobId(row.id),
                    kind: row.kind,
                    request: row.request_id.map(RequestId),
                    error: row.last_error,
                    attempts: row.attempts,
                    created_at: row.created_at,
                    dead_at,
                };
                Ok((Position::Time(dead_at, row.id).encode(), view))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// Starts a given-up job again; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or `NOT_FOUND` where [`Service::retry_dead_job`] says false.
    pub async fn retry_job(&self, actor: Actor, id: JobId) -> Result<()> {
        self.instance_admin(actor).await?;
        if self.retry_as(actor, id).await? { Ok(()) } else { Err(Error::not_found()) }
    }

    /// Removes a given-up job; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or `NOT_FOUND` where [`Service::drop_dead_job`] says false.
    pub async fn drop_job(&self, actor: Actor, id: JobId) -> Result<()> {
        self.instance_admin(actor).await?;
        if self.drop_as(actor, id).await? { Ok(()) } else { Err(Error::not_found()) }
    }

    /// Starts a given-up job again, with its patience anew; false when there is none of this id, or nothing
    /// is left to do for it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn retry_dead_job(&self, id: JobId) -> Result<bool> {
        self.retry_as(Actor::System, id).await
    }

    /// Removes a given-up job, and the secret that a revocation kept for it; false when there is none of
    /// this id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn drop_dead_job(&self, id: JobId) -> Result<bool> {
        self.drop_as(Actor::System, id).await
    }

    async fn retry_as(&self, actor: Actor, id: JobId) -> Result<bool> {
        let mut write = self.write(actor).await?;
        let Some(found) = dead_job(&write, id).await? else { return Ok(false) };
        // A job that this program does not know can be dropped only.
        let Ok(found) = found else { return Ok(false) };
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
        write.emit(&Event::DeadJobDecided { job: id, dropped: false }).await?;
        write.commit().await?;
        self.bus().wake_relay();
        Ok(true)
    }

    async fn drop_as(&self, actor: Actor, id: JobId) -> Result<bool> {
        let mut write = self.write(actor).await?;
        let Some(found) = dead_job(&write, id).await? else { return Ok(false) };
        if let Ok(found) = found
            && let Some(revocation) = revocation_of(&found)
        {
            self.forget_revocation(&write, revocation).await?;
        }
        job::Entity::delete_by_id(id.0).exec(write.tx()).await?;
        write.emit(&Event::DeadJobDecided { job: id, dropped: true }).await?;
        write.commit().await?;
        Ok(true)
    }
}

/// The given-up job of this id, and whether its payload is one of ours.
async fn dead_job(write: &Write, id: JobId) -> Result<Option<Result<Job, serde_json::Error>>> {
    let row = job::Entity::find_by_id(id.0).filter(job::Column::DeadAt.is_not_null()).one(write.tx()).await?;
    Ok(row.map(|row| serde_json::from_value(row.payload)))
}

fn revocation_of(job: &Job) -> Option<RevocationId> {
    match job {
        Job::RevokeAtProvider { revocation } => Some(*revocation),
        Job::SendMail(_) | Job::CheckTokens | Job::ClearRequest { .. } => None,
    }
}
