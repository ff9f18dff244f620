//! Running one job: load its row, do the effect, record the end.

mod send_mail;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::id::JobId;
use domain::job::{Job, Retry};
use futures_util::FutureExt as _;
use service::{JobDone, JobFailed, JobRun, Service, trace};
use tokio::time::MissedTickBehavior;
use tracing::Instrument as _;

use crate::mailer::Mailer;

/// Longest run of one job.
const TIME_OUT: Duration = Duration::from_mins(1);
/// How often a run gives a sign of life to its row, whose lease lasts four times as long. Quick jobs end before the
/// first.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How often a job may end with its worker before it is given up: it may be what ends them. Restarts of workers and
/// of the database count too, hence not fewer.
const MOST_INTERRUPTIONS: u32 = 20;

/// What every job works with.
#[derive(Clone)]
pub struct Handler(Arc<Inner>);

struct Inner {
    service: Service,
    mailer: Mailer,
}

/// What a queue may do with a dispatch. How the job itself ended stands in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// The dispatch is over.
    Ended,
    /// The database was away before the job began: the dispatch is still good.
    NotBegun,
    /// The handler itself broke off; nobody knows how far it came.
    Broken,
}

impl Handler {
    /// A handler.
    pub fn new(service: Service, mailer: Mailer) -> Self {
        Self(Arc::new(Inner { service, mailer }))
    }

    /// The operations that jobs use.
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Runs a job and records its end. No failure leaves it, since none may end the worker.
    pub async fn handle(&self, id: JobId, dispatch: i64) -> Handled {
        let handled = AssertUnwindSafe(self.run(id, dispatch)).catch_unwind().await;
        handled.unwrap_or_else(|_| {
            tracing::error!(job_id = %id, "the handler of jobs panicked");
            Handled::Broken
        })
    }

    async fn run(&self, id: JobId, dispatch: i64) -> Handled {
        let service = &self.0.service;
        let begun = Instant::now();
        let run = match service.begin_job(id, dispatch).await {
            Ok(Some(run)) => run,
            Ok(None) => return Handled::Ended,
            Err(error) => {
                tracing::error!(job_id = %id, %error, "a job could not begin; it is tried again");
                return Handled::NotBegun;
            }
        };
        service::failpoint!("job.claim");
        let ended = if run.interrupted > MOST_INTERRUPTIONS {
            Err(JobFailed {
                error: "its worker died too often in the middle of it".to_owned(),
                for_good: true,
                retry_after: None,
            })
        } else {
            tokio::select! {
                ended = self.act_in_time(&run, begun).instrument(trace::of_job(&run)) => ended,
                () = self.lost(&run) => {
                    tracing::warn!(job_id = %id, "a run lost its row to another and stops");
                    return Handled::Ended;
                }
            }
        };
        let recorded = match &ended {
            Ok(JobDone::Recorded) => Ok(None),
            Ok(JobDone::Moot) => service.job_is_moot(&run).await.map(|()| None),
            Err(failed) => service.job_failed(&run, failed).await.map(Some),
        };
        log(&run, &ended, &recorded);
        count(&run, begun.elapsed(), &recorded);
        Handled::Ended
    }

    async fn act_in_time(&self, run: &JobRun, begun: Instant) -> Result<JobDone, JobFailed> {
        let failed = |error: &str| JobFailed { error: error.to_owned(), for_good: false, retry_after: None };
        match tokio::time::timeout(TIME_OUT, AssertUnwindSafe(self.act(run, begun)).catch_unwind()).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(_)) => Err(failed("the handler panicked")),
            Err(_) => Err(failed("took too long")),
        }
    }

    /// Gives signs of life, and ends when the row went on to another run. While the database is away nobody else
    /// can begin, so the run goes on.
    async fn lost(&self, run: &JobRun) {
        let begun = tokio::time::Instant::now();
        let mut ticks = tokio::time::interval_at(begun + RENEW_EVERY, RENEW_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.0.service.renew_run(run).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(job_id = %run.id, %error, "a run could not renew its lease"),
            }
        }
    }

    async fn act(&self, run: &JobRun, begun: Instant) -> Result<JobDone, JobFailed> {
        let service = &self.0.service;
        match run.job {
            Job::SendMail(mail) => send_mail::run(service, &self.0.mailer, run, &mail, begun).await,
            Job::RevokeAtProvider { revocation } => service.run_revocation(run, revocation).await,
            Job::CheckTokens => Ok(service.check_tokens(run).await?),
            Job::ClearRequest { request } => {
                if service.clear_request(run, request).await? {
                    Ok(JobDone::Recorded)
                } else {
                    Err(JobFailed {
                        error: "mails and revocations of the request still run".to_owned(),
                        for_good: false,
                        retry_after: None,
                    })
                }
            }
        }
    }
}

fn count(run: &JobRun, took: Duration, recorded: &Result<Option<Retry>, service::Error>) {
    let outcome = match recorded {
        Ok(None) => "done",
        Ok(Some(Retry::After(_))) => "retry",
        Ok(Some(Retry::GiveUp)) => "dead",
        Err(_) => "unrecorded",
    };
    metrics::counter!("consentry_jobs_total", "kind" => run.job.kind(), "outcome" => outcome).increment(1);
    metrics::histogram!("consentry_job_duration_seconds", "kind" => run.job.kind())
        .record(took.as_secs_f64());
}

fn log(run: &JobRun, ended: &Result<JobDone, JobFailed>, recorded: &Result<Option<Retry>, service::Error>) {
    let (job_id, kind, attempts) = (run.id, run.job.kind(), run.attempts);
    match (ended, recorded) {
        (_, Err(error)) => {
            tracing::error!(%job_id, kind, %error, "the end of a job could not be recorded; it runs again");
        }
        (Err(_), Ok(Some(Retry::GiveUp))) => {
            tracing::error!(%job_id, kind, attempts, "job given up; see `consentry jobs dead`");
        }
        (Err(_), Ok(Some(Retry::After(wait)))) => {
            tracing::info!(%job_id, kind, attempts, retry_after_seconds = wait.as_secs_f32(), "job failed; it runs again");
        }
        (Ok(_) | Err(_), Ok(_)) => tracing::debug!(%job_id, kind, "job done"),
    }
}
