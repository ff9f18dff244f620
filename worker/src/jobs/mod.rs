//! Running one job: load its row, do the effect, record the end.

mod send_mail;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use apalis_core::task::data::Data;
use domain::id::JobId;
use domain::job::{Job, Retry};
use futures_util::FutureExt as _;
use service::{JobDone, JobFailed, JobRun, Service};

use crate::mailer::Mailer;
use crate::queue::local::Dispatched;

/// Longest run of one job. Shorter than the lease of its row, so that a job never runs twice at a time.
const TIME_OUT: Duration = Duration::from_mins(1);

/// What every job works with.
#[derive(Clone)]
pub struct Handler(Arc<Inner>);

struct Inner {
    service: Service,
    mailer: Mailer,
}

/// The function that apalis calls for each id from the queue. It never fails: how a job ended stands in its
/// row, and no failure may end the worker.
pub async fn run((id, dispatch): Dispatched, handler: Data<Handler>) {
    handler.handle(id, dispatch).await;
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

    /// Runs a job and records its end.
    pub async fn handle(&self, id: JobId, dispatch: i64) {
        let service = &self.0.service;
        match service.begin_job(id, dispatch).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(job_id = %id, %error, "a job could not begin; it runs again when its lease is over");
                return;
            }
        }
        let run = match service.job(id).await {
            Ok(Some(run)) => run,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(job_id = %id, %error, "a job could not be loaded; it runs again when its lease is over");
                return;
            }
        };
        let begun = std::time::Instant::now();
        let ended =
            match tokio::time::timeout(TIME_OUT, AssertUnwindSafe(self.act(&run)).catch_unwind()).await {
                Ok(Ok(ended)) => ended,
                Ok(Err(_)) => Err(JobFailed {
                    error: "the handler panicked".to_owned(),
                    for_good: false,
                    retry_after: None,
                }),
                Err(_) => {
                    Err(JobFailed { error: "took too long".to_owned(), for_good: false, retry_after: None })
                }
            };
        let recorded = match &ended {
            Ok(JobDone::Recorded) => Ok(None),
            Ok(JobDone::Moot) => service.job_is_moot(&run).await.map(|()| None),
            Err(failed) => service.job_failed(&run, failed).await.map(Some),
        };
        log(&run, &ended, &recorded);
        count(&run, begun.elapsed(), &recorded);
    }

    async fn act(&self, run: &JobRun) -> Result<JobDone, JobFailed> {
        let service = &self.0.service;
        match run.job {
            Job::SendMail(mail) => send_mail::run(service, &self.0.mailer, run, &mail).await,
            Job::RevokeAtProvider { revocation } => service.run_revocation(run, revocation).await,
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
