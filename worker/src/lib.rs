//! What follows a commit.
//!
//! The job rows in the database are the truth. The [`relay`] claims what is due and hands the ids to a
//! [`queue`]; apalis workers take them from there and run the [`jobs`]. Whatever is lost on the way is claimed
//! again when its lease is over.
//!
//! Not here: what follows from which change (`domain::reaction`), and how a job's result is stored (`service`).

pub mod jobs;
pub mod mailer;
pub mod process;
pub mod queue;
pub mod relay;
mod runtime;
pub mod schedule;
pub mod sign;
pub mod start;
pub mod status;

use std::time::Duration;

use service::Service;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use jobs::{Handled, Handler};
pub use mailer::{Mailer, MailerError};
pub use runtime::run_worker;
pub use sign::Sign;

use queue::Outlet;
use queue::redis::RedisQueue;

/// Jobs that run side by side in the embedded process. They wait on mail servers and providers most of the time.
const CONCURRENCY: usize = 8;
/// How long a job in flight may still run after the process was told to stop (REL-4); a second less than all of it.
/// What is cut off runs again later.
const DRAIN: Duration = Duration::from_secs(17);

/// Runs relay, queue, workers and schedule inside this process until `shutdown`, then lets jobs in flight
/// finish.
pub async fn run_embedded(service: Service, mailer: Mailer, shutdown: CancellationToken) {
    let handler = Handler::new(service.clone(), mailer);
    let (sender, receiver) = queue::local::queue();
    let tracker = TaskTracker::new();
    tracker.spawn(relay::run(service.clone(), Outlet::Local(sender), Sign::default(), shutdown.clone()));
    tracker.spawn(schedule::run(service, shutdown.clone()));
    tracker.spawn(runtime::run_local(receiver, CONCURRENCY, handler, shutdown.clone()));
    drain_at(&tracker, &shutdown).await;
}

/// Runs relay, workers and schedule of one process of many until `shutdown`, then lets jobs in flight finish and
/// gives back what was not begun. `relay` is where the relay gives its signs. Neither a database nor a Redis that is away ends it.
pub async fn run_scaled(
    service: Service,
    mailer: Mailer,
    queue: RedisQueue,
    relay: Sign,
    shutdown: CancellationToken,
) {
    let handler = Handler::new(service.clone(), mailer);
    let concurrency = service.config().worker_concurrency;
    let tracker = TaskTracker::new();
    tracker.spawn(relay::run(service.clone(), Outlet::Redis(queue.clone()), relay, shutdown.clone()));
    tracker.spawn(schedule::run(service, shutdown.clone()));
    let handle = move |(id, dispatch)| {
        let handler = handler.clone();
        async move { handler.handle(id, dispatch).await }
    };
    let stop = shutdown.clone();
    tracker.spawn(async move { run_worker(&queue, concurrency, handle, &stop).await });
    drain_at(&tracker, &shutdown).await;
}

async fn drain_at(tracker: &TaskTracker, shutdown: &CancellationToken) {
    tracker.close();
    shutdown.cancelled().await;
    if tokio::time::timeout(DRAIN, tracker.wait()).await.is_err() {
        tracing::warn!("jobs in flight did not finish in time; they will run again");
    }
}

/// Runs everything that is due in this task, one job after the other, until nothing is due any more. For
/// tests and for commands that end.
///
/// # Errors
/// When the database is away.
pub async fn drain(handler: &Handler) -> Result<usize, service::Error> {
    let mut count = 0;
    loop {
        let due = handler.service().claim_due_jobs().await?;
        if due.is_empty() {
            return Ok(count);
        }
        for (id, dispatch) in due {
            handler.handle(id, dispatch).await;
            count += 1;
        }
    }
}
