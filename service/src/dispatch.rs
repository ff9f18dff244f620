//! How a due job row comes to a run: claimed by a relay, carried by a queue that may lose it, begun by a worker
//! (REL-1, REL-2).
//!
//! `dispatches` is the row's turn. Handing the row out takes the next turn, beginning to run it takes another, and so
//! does the run's end: so one delivery of the latest dispatch begins, whatever the queue repeats, each run has a turn
//! of its own by which its end is recorded, and after it nothing of the run has any effect. `due_at` is the lease: of
//! the relay until the queue has the dispatch, of the dispatch while it waits in the queue, then of the run, which its
//! worker renews as long as it lives.

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::id::JobId;
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, ExprTrait as _,
    FromQueryResult as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::job;
use crate::error::Result;
use crate::jobs::JobRun;

/// How long a relay may take from its claim until the queue has the dispatches. As short as a run's lease, since the
/// relay dies with its worker; one that is merely slow loses nothing, as the queue then has two dispatches, of which
/// the later one begins.
const CLAIM_LEASE: TimeDelta = TimeDelta::seconds(20);
/// How long a dispatch may wait in the queue before the row is handed out again. Longer than the queue of a relay
/// that holds back takes as a rule; as short as one wants to wait after the queue lost everything.
const WAIT_LEASE: TimeDelta = TimeDelta::seconds(90);
/// How long a run keeps its row without a sign of life. A job of a killed worker must run again within 30 seconds
/// (REL-1); what is left is for the relay, the queue, and clocks that differ a little.
const RUN_LEASE: TimeDelta = TimeDelta::seconds(20);
/// How long a job waits for a program that knows it: processes of the version before and of this one run side by side
/// during an upgrade, or after a step back. Longer than either lasts; then an operator is to look at it.
const UNKNOWN_KEPT: TimeDelta = TimeDelta::days(7);
/// How soon such a job is handed out again, at first and at last; in between after as long as it has waited already.
const UNKNOWN_AGAIN: (TimeDelta, TimeDelta) = (TimeDelta::seconds(5), TimeDelta::minutes(5));
/// Jobs of one claim.
const CLAIM: u64 = 100;

/// Job rows by what they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobCounts {
    /// To be handed out now.
    pub due: u64,
    /// Handed out, running, or waiting for their next try.
    pub waiting: u64,
    /// Given up.
    pub dead: u64,
    /// For how long the oldest of the due ones is due.
    pub oldest_due: Option<TimeDelta>,
}

fn open() -> Condition {
    Condition::all().add(job::Column::DoneAt.is_null()).add(job::Column::DeadAt.is_null())
}

/// The row of a job at one turn. Nothing is asked about its end, since that takes a turn too. The condition of the
/// index of open jobs must not stand here: PostgreSQL then takes that index where it believes that few are open, and
/// reads a whole backlog to find one row.
pub(crate) fn at_turn(id: JobId, turn: i64) -> Condition {
    Condition::all().add(job::Column::Id.eq(id.0)).add(job::Column::Dispatches.eq(turn))
}

impl Service {
    /// Claims due jobs: moves their lease on, so that no other relay takes them, and returns their ids with
    /// the number of the dispatch. Whoever has put them into a queue that outlives the process says so by
    /// [`Self::jobs_wait`].
    ///
    /// # Errors
    /// When the database is away.
    pub async fn claim_due_jobs(&self) -> Result<Vec<(JobId, i64)>> {
        let now = self.now();
        let due = || open().add(job::Column::DueAt.lte(now));
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
            // Not by id as well: thousands may be due at the same time, and all would be sorted for each claim.
            .order_by_asc(job::Column::DueAt)
            .limit(CLAIM)
            // Ignored on SQLite, where the transaction is the only writer.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .into_tuple()
            .all(write.tx())
            .await?;
        job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(now + CLAIM_LEASE))
            .col_expr(job::Column::Dispatches, Expr::col(job::Column::Dispatches).add(1))
            .filter(job::Column::Id.is_in(rows.iter().map(|(id, _)| *id)))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        Ok(rows.into_iter().map(|(id, dispatches)| (JobId(id), dispatches + 1)).collect())
    }

    /// Gives claimed jobs back that the queue did not take: they are due at once, unless they went on meanwhile.
    ///
    /// # Errors
    /// When the database is away; their lease brings them back then.
    pub async fn return_jobs(&self, dispatched: &[(JobId, i64)]) -> Result<()> {
        self.lease(dispatched, self.now()).await
    }

    /// Notes that the queue has claimed jobs: they wait there for 90 seconds from `claimed`, unless they went on
    /// meanwhile.
    ///
    /// # Errors
    /// When the database is away; then they are handed out once more, and one of the two dispatches begins.
    pub async fn jobs_wait(&self, dispatched: &[(JobId, i64)], claimed: DateTime<Utc>) -> Result<()> {
        self.lease(dispatched, claimed + WAIT_LEASE).await
    }

    async fn lease(&self, dispatched: &[(JobId, i64)], until: DateTime<Utc>) -> Result<()> {
        let these =
            dispatched.iter().fold(Condition::any(), |any, (id, dispatch)| any.add(at_turn(*id, *dispatch)));
        if dispatched.is_empty() {
            return Ok(());
        }
        job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(until))
            .filter(these)
            .exec(self.db.at_once())
            .await?;
        Ok(())
    }

    /// When the next job becomes due, so that the relay need not look before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next_job_due(&self) -> Result<Option<DateTime<Utc>>> {
        let next: Option<DateTime<Utc>> = job::Entity::find()
            .select_only()
            .column(job::Column::DueAt)
            .filter(open())
            .order_by_asc(job::Column::DueAt)
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        Ok(next)
    }

    /// Makes every waiting job due now, for operators after a crash and for tests that do not want to wait.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn release_leases(&self) -> Result<()> {
        let write = self.write(Actor::System).await?;
        job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(write.now()))
            .filter(open())
            .filter(job::Column::DueAt.gt(write.now()))
            .filter(job::Column::Dispatches.gt(0))
            .exec(write.tx())
            .await?;
        write.commit().await
    }

    /// Begins a run of a dispatched job: the row goes on to the run's own turn, and its lease is the run's from now
    /// on. `None` when the job has ended, was handed out once more meanwhile, or was begun by this dispatch
    /// already: then nothing is to be done here.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_job(&self, id: JobId, dispatch: i64) -> Result<Option<JobRun>> {
        let (db, now) = (self.db.at_once(), self.now());
        let begin = Query::update()
            .table(job::Entity)
            .value(job::Column::DueAt, now + RUN_LEASE)
            .value(job::Column::Dispatches, dispatch + 1)
            .value(job::Column::Runs, Expr::col(job::Column::Runs).add(1))
            .cond_where(at_turn(id, dispatch))
            .returning_all()
            .to_owned();
        let Some(row) = db.query_one(&begin).await? else { return Ok(None) };
        let row = job::Model::from_query_result(&row, "")?;
        let created_at = row.created_at;
        let Ok(run) = JobRun::of(row) else {
            self.leave_to_others(id, dispatch + 1, now - created_at).await?;
            return Ok(None);
        };
        Ok(Some(run))
    }

    /// Puts a job back that this program cannot read: a newer one beside it can. The run does not count. Given up when
    /// it is too old for that, so that an operator sees it among the dead jobs.
    async fn leave_to_others(&self, id: JobId, turn: i64, age: TimeDelta) -> Result<()> {
        let (db, now) = (self.db.at_once(), self.now());
        let mut left = job::Entity::update_many()
            .col_expr(job::Column::Dispatches, Expr::value(turn + 1))
            .col_expr(job::Column::Runs, Expr::col(job::Column::Runs).sub(1))
            .filter(at_turn(id, turn));
        if age > UNKNOWN_KEPT {
            tracing::error!(job_id = %id, "no program knows a job; it is given up");
            left = left
                .col_expr(job::Column::DeadAt, Expr::value(now))
                .col_expr(job::Column::LastError, Expr::value("this program does not know such a job"));
        } else {
            let wait = age.clamp(UNKNOWN_AGAIN.0, UNKNOWN_AGAIN.1);
            tracing::warn!(job_id = %id, retry_after_seconds = wait.num_seconds(), "a job is left to a newer version of the program");
            left = left.col_expr(job::Column::DueAt, Expr::value(now + wait));
        }
        left.exec(db).await?;
        // The relay sleeps until the next due time that it knew of.
        self.bus().wake_relay();
        Ok(())
    }

    /// A run's sign of life. False when the row has ended or went on to another run: this one then stops.
    ///
    /// # Errors
    /// When the database is away; nobody else can have begun then either.
    pub async fn renew_run(&self, run: &JobRun) -> Result<bool> {
        let renewed = job::Entity::update_many()
            .col_expr(job::Column::DueAt, Expr::value(self.now() + RUN_LEASE))
            .filter(open())
            .filter(job::Column::Id.eq(run.id.0))
            .filter(job::Column::Dispatches.eq(run.turn))
            .exec(self.db.at_once())
            .await?;
        Ok(renewed.rows_affected == 1)
    }

    /// Job rows by what they wait for, for operators (OPS-5).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn job_counts(&self) -> Result<JobCounts> {
        let (db, now) = (self.db.read(), self.now());
        let open = || job::Entity::find().filter(open());
        Ok(JobCounts {
            due: open().filter(job::Column::DueAt.lte(now)).count(db).await?,
            waiting: open().filter(job::Column::DueAt.gt(now)).count(db).await?,
            dead: job::Entity::find().filter(job::Column::DeadAt.is_not_null()).count(db).await?,
            oldest_due: self.next_job_due().await?.map(|at| now - at).filter(|age| *age >= TimeDelta::zero()),
        })
    }
}
