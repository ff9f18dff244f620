//! The job rows: the truth about what is still to be done (REL-1, REL-2). The queue only transports ids.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::JobId;
use domain::job::{Job, Mail, Retry};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::db::Write;
use crate::db::entity::{credential_request, job, revocation};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// A job on its way through a worker.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// Id of its row.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// Failures so far.
    pub attempts: u32,
    /// When its cause was committed.
    pub created_at: DateTime<Utc>,
}

/// How a job ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobDone {
    /// The handler wrote its result and the end of the job in one transaction.
    Recorded,
    /// Nothing was to be done any more.
    Moot,
}

/// How a job failed.
#[derive(Debug, Clone)]
pub struct JobFailed {
    /// Text for the operator; no secret, no address.
    pub error: String,
    /// No retry will help.
    pub for_good: bool,
    /// Asked for by the other side.
    pub retry_after: Option<Duration>,
}

/// How long a dispatched job may run before it is dispatched again. Longer than any handler's time-out.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// Jobs of one claim.
const CLAIM: u64 = 100;

impl Service {
    /// Claims due jobs: moves their lease on, so that no other relay takes them, and returns their ids with
    /// the number of the dispatch.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn claim_due_jobs(&self) -> Result<Vec<(JobId, i64)>> {
        let now = self.now();
        let due = || {
            job::Column::DueAt.lte(now).and(job::Column::DoneAt.is_null()).and(job::Column::DeadAt.is_null())
        };
        // A read first: without due work the one writer of SQLite is not bothered.
        let any: Option<Uuid> = job::Entity::find()
            .select_only()
            .column(job::Column::Id)
            .filter(due())
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let write = self.write(Actor::System).await?;
        let rows: Vec<(Uuid, i64)> = job::Entity::find()
            .select_only()
            .columns([job::Column::Id, job::Column::Dispatches])
            .filter(due())
            .order_by_asc(job::Column::DueAt)
            .order_by_asc(job::Column::Id)
            .limit(CLAIM)
            // Ignored on SQLite, where the transaction is the only writer.
            .lock_with_behavior(
                sea_orm::sea_query::LockType::Update,
                sea_orm::sea_query::LockBehavior::SkipLocked,
            )
            .into_tuple()
            .all(write.tx())
            .await?;
        job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(now + LEASE))
            .col_expr(job::Column::Dispatches, Expr::col(job::Column::Dispatches).add(1))
            .filter(job::Column::Id.is_in(rows.iter().map(|(id, _)| *id)))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        Ok(rows.into_iter().map(|(id, dispatches)| (JobId(id), dispatches + 1)).collect())
    }

    /// When the next job becomes due, so that the relay need not look before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next_job_due(&self) -> Result<Option<DateTime<Utc>>> {
        let next: Option<DateTime<Utc>> = job::Entity::find()
            .select_only()
            .column(job::Column::DueAt)
            .filter(job::Column::DoneAt.is_null().and(job::Column::DeadAt.is_null()))
            .order_by_asc(job::Column::DueAt)
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        Ok(next)
    }

    /// Makes every waiting job due now, for tests that do not want to wait.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn release_leases(&self) -> Result<()> {
        let write = self.write(Actor::System).await?;
        job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(write.now()))
            .filter(job::Column::DoneAt.is_null().and(job::Column::DeadAt.is_null()))
            .filter(job::Column::DueAt.gt(write.now()))
            .filter(job::Column::Dispatches.gt(0))
            .exec(write.tx())
            .await?;
        write.commit().await
    }

    /// Loads a dispatched job; `None` when it ended meanwhile.
    ///
    /// # Errors
    /// When the database is away or the payload is not ours.
    pub async fn job(&self, id: JobId) -> Result<Option<JobRun>> {
        let Some(row) = job::Entity::find_by_id(id.0).one(self.db.read()).await? else { return Ok(None) };
        if row.done_at.is_some() || row.dead_at.is_some() {
            return Ok(None);
        }
        let job = serde_json::from_value(row.payload).map_err(|_| Error::corrupt("job"))?;
        Ok(Some(JobRun {
            id,
            job,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            created_at: row.created_at,
        }))
    }

    /// Begins a run of a dispatched job: its lease starts anew, since it may have waited in the queue. False
    /// when it has ended, or was handed out once more meanwhile: then that dispatch runs it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_job(&self, id: JobId, dispatch: i64) -> Result<bool> {
        let write = self.write(Actor::System).await?;
        let begun = job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(write.now() + LEASE))
            .filter(job::Column::Id.eq(id.0))
            .filter(job::Column::Dispatches.eq(dispatch))
            .filter(job::Column::DoneAt.is_null().and(job::Column::DeadAt.is_null()))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        Ok(begun.rows_affected == 1)
    }

    /// Marks a job done inside the transaction of its result; false when it had ended already.
    pub(crate) async fn mark_done(&self, write: &mut Write, run: &JobRun) -> Result<bool> {
        let updated = job::Entity::update_many()
            .col_expr(job::Column::DoneAt, Expr::value(write.now()))
            .filter(job::Column::Id.eq(run.id.0))
            .filter(job::Column::DoneAt.is_null())
            .exec(write.tx())
            .await?;
        Ok(updated.rows_affected == 1)
    }

    /// Marks a job done that had nothing to do.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn job_is_moot(&self, run: &JobRun) -> Result<()> {
        let mut write = self.write(Actor::System).await?;
        self.mark_done(&mut write, run).await?;
        write.commit().await
    }

    /// Records a failure: the job runs again later, or is kept as given up (REL-2).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn job_failed(&self, run: &JobRun, failed: &JobFailed) -> Result<Retry> {
        let attempts = run.attempts.saturating_add(1);
        let age = (self.now() - run.created_at).to_std().unwrap_or_default();
        let retry = if failed.for_good {
            Retry::GiveUp
        } else {
            run.job.retry(attempts, age, ids::unit(), failed.retry_after)
        };
        let mut write = self.write(Actor::System).await?;
        let mut update = job::Entity::update_many()
            .col_expr(job::Column::Attempts, Expr::value(i32::try_from(attempts).unwrap_or(i32::MAX)))
            .col_expr(job::Column::LastError, Expr::value(failed.error.chars().take(500).collect::<String>()))
            .filter(job::Column::Id.eq(run.id.0))
            .filter(job::Column::DoneAt.is_null());
        update = match retry {
            Retry::After(wait) => update.col_expr(
                job::Column::DueAt,
                Expr::value(write.now() + TimeDelta::from_std(wait).unwrap_or(LEASE)),
            ),
            Retry::GiveUp => update.col_expr(job::Column::DeadAt, Expr::value(write.now())),
        };
        if update.exec(write.tx()).await?.rows_affected == 0 {
            // Another run ended it; its outcome counts.
            return Ok(retry);
        }
        self.tell_failure(&mut write, run, retry).await?;
        write.commit().await?;
        // The relay sleeps until the next due time that it knew of.
        self.bus().wake_relay();
        Ok(retry)
    }

    /// What people see of a failure: the delivery's state, the outcome of a revocation.
    async fn tell_failure(&self, write: &mut Write, run: &JobRun, retry: Retry) -> Result<()> {
        match run.job {
            Job::SendMail(Mail::ReviewRequest { request } | Mail::Invitation { request }) => {
                if let Some(row) = credential_request::Entity::find_by_id(request.0).one(write.tx()).await? {
                    write.emit(&Event::DeliveryChanged { of: crate::requests::of_request(&row) }).await?;
                }
                Ok(())
            }
            Job::RevokeAtProvider { revocation } if retry == Retry::GiveUp => {
                self.give_up_revocation(write, revocation).await
            }
            Job::SendMail(_) | Job::RevokeAtProvider { .. } | Job::ClearRequest { .. } => Ok(()),
        }
    }

    /// Removes what is left of a deleted request once its mails and revocations have ended (DEL-3). False
    /// while some still run.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn clear_request(&self, run: &JobRun, request: domain::id::RequestId) -> Result<bool> {
        let mut write = self.write(Actor::System).await?;
        let waiting: Option<Uuid> = job::Entity::find()
            .select_only()
            .column(job::Column::Id)
            .filter(job::Column::RequestId.eq(request.0))
            .filter(job::Column::Id.ne(run.id.0))
            .filter(job::Column::DoneAt.is_null().and(job::Column::DeadAt.is_null()))
            .limit(1)
            .into_tuple()
            .one(write.tx())
            .await?;
        let revoking = revocation::Entity::find()
            .filter(revocation::Column::RequestId.eq(request.0))
            .filter(revocation::Column::Outcome.eq(crate::requests::RevocationOutcome::Queued.as_str()))
            .one(write.tx())
            .await?;
        if waiting.is_some() || revoking.is_some() {
            return Ok(false);
        }
        revocation::Entity::delete_many()
            .filter(revocation::Column::RequestId.eq(request.0))
            .exec(write.tx())
            .await?;
        if let Some(row) = credential_request::Entity::find_by_id(request.0).one(write.tx()).await? {
            let of = crate::requests::of_request(&row);
            credential_request::Entity::delete_by_id(request.0).exec(write.tx()).await?;
            write
                .emit(&Event::RequestCleared { organization: of.organization, team: of.team, request })
                .await?;
        }
        job::Entity::delete_many()
            .filter(
                Condition::all().add(job::Column::RequestId.eq(request.0)).add(job::Column::Id.ne(run.id.0)),
            )
            .exec(write.tx())
            .await?;
        self.mark_done(&mut write, run).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Jobs that have not ended, for tests and for operators.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn open_jobs(&self) -> Result<Vec<JobRun>> {
        let rows = job::Entity::find()
            .filter(job::Column::DoneAt.is_null().and(job::Column::DeadAt.is_null()))
            .order_by_asc(job::Column::DueAt)
            .limit(1000)
            .all(self.db.read())
            .await?;
        rows.into_iter()
            .map(|row| {
                let job = serde_json::from_value(row.payload).map_err(|_| Error::corrupt("job"))?;
                Ok(JobRun {
                    id: JobId(row.id),
                    job,
                    attempts: u32::try_from(row.attempts).unwrap_or_default(),
                    created_at: row.created_at,
                })
            })
            .collect()
    }
}
