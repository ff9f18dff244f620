//! The ends of jobs: recorded with their results, or as failures (REL-1, REL-2). How a due row comes to a run is
//! in `dispatch`.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::JobId;
use domain::job::{Job, Mail, Retry};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::db::Write;
use crate::db::entity::{credential_request, job, revocation};
use crate::dispatch::at_turn;
use crate::error::{Error, Result};
use crate::{Service, ids};

/// A job on its way through a worker.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// Id of its row.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// The number of this run's turn. Whoever records the run's end names it, so that a run whose row went on
    /// to another records nothing.
    pub turn: i64,
    /// Failures so far.
    pub attempts: u32,
    /// Runs so far that neither ended well nor failed: their worker died in the middle of them.
    pub interrupted: u32,
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

/// Longest wait before a retry, where arithmetic would leave the calendar.
const FAR: TimeDelta = TimeDelta::days(1);

impl JobRun {
    pub(crate) fn of(row: job::Model) -> Result<Self> {
        Ok(Self {
            id: JobId(row.id),
            job: serde_json::from_value(row.payload).map_err(|_| Error::corrupt("job"))?,
            turn: row.dispatches,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            // The run that begins now is not over yet.
            interrupted: u32::try_from(row.runs - 1 - row.attempts).unwrap_or_default(),
            created_at: row.created_at,
        })
    }
}

impl Service {
    /// Marks a job done inside the transaction of its result. False when the row has ended or went on to
    /// another run: the caller then drops the transaction, so that of two runs one is recorded.
    #[must_use = "a run that lost its row must not record its result"]
    pub(crate) async fn mark_done(&self, write: &Write, run: &JobRun) -> Result<bool> {
        done(write.tx(), run, write.now()).await
    }

    /// Marks a job done that had nothing to do.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn job_is_moot(&self, run: &JobRun) -> Result<()> {
        done(self.db.at_once(), run, self.now()).await.map(|_| ())
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
            .col_expr(job::Column::Dispatches, Expr::value(run.turn + 1))
            .filter(at_turn(run.id, run.turn));
        update = match retry {
            Retry::After(wait) => update.col_expr(
                job::Column::DueAt,
                Expr::value(write.now() + TimeDelta::from_std(wait).unwrap_or(FAR)),
            ),
            Retry::GiveUp => update.col_expr(job::Column::DeadAt, Expr::value(write.now())),
        };
        if update.exec(write.tx()).await?.rows_affected == 0 {
            // Another run has it; its outcome counts.
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
            Job::SendMail(_) | Job::RevokeAtProvider { .. } | Job::CheckTokens | Job::ClearRequest { .. } => {
                Ok(())
            }
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
        if self.mark_done(&write, run).await? {
            write.commit().await?;
        }
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
        rows.into_iter().map(JobRun::of).collect()
    }
}

async fn done(db: &impl ConnectionTrait, run: &JobRun, now: DateTime<Utc>) -> Result<bool> {
    let done = job::Entity::update_many()
        .col_expr(job::Column::DoneAt, Expr::value(now))
        .col_expr(job::Column::Dispatches, Expr::value(run.turn + 1))
        .filter(at_turn(run.id, run.turn))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
