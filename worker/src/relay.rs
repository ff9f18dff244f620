//! Hands due job rows to the queue. Woken by each commit, and otherwise when the next row becomes due. Any number of
//! relays may run: a row is claimed by one of them.

use std::time::Duration;

use service::Service;
use tokio_util::sync::CancellationToken;

use crate::queue::{Outlet, OutletError};
use crate::sign::Sign;

/// Longest sleep: a net for wake-ups from other processes that got lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);
/// Shortest sleep between two looks at a row that is not due yet.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);
/// How long to wait when database or queue are away.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a round of the relay did not end well. The next one goes on.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("due jobs could not be claimed: {0}")]
    Database(#[from] service::Error),
    #[error(transparent)]
    Queue(#[from] OutletError),
}

/// Runs until `shutdown`, and gives a sign after each round that ended well.
pub async fn run(service: Service, outlet: Outlet, sign: Sign, shutdown: CancellationToken) {
    loop {
        let (sleep, wakes) = match dispatch(&service, &outlet, &sign, &shutdown).await {
            Ok(sleep) => (sleep, true),
            Err(Stopped::Queue(OutletError::Closed)) => (LONGEST_SLEEP, true),
            Err(error) => {
                tracing::warn!(%error, "no jobs are handed out for now; trying again");
                // Not woken by commits meanwhile: they would make a loop of it.
                (PAUSE, false)
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = service.bus().relay_woken(), if wakes => {}
            () = tokio::time::sleep(sleep) => {}
        }
        if shutdown.is_cancelled() {
            return;
        }
    }
}

/// Claims and pushes until nothing is due; returns how long to sleep.
async fn dispatch(
    service: &Service,
    outlet: &Outlet,
    sign: &Sign,
    shutdown: &CancellationToken,
) -> Result<Duration, Stopped> {
    while !shutdown.is_cancelled() {
        // First, since rows that are claimed for a queue that is away wait for their lease in vain.
        outlet.room(shutdown).await?;
        let claimed = service.now();
        let due = service.claim_due_jobs().await?;
        if due.is_empty() {
            break;
        }
        service::failpoint!("relay.claim");
        tracing::debug!(count = due.len(), "jobs dispatched");
        if let Err(error) = outlet.push(&due, shutdown).await {
            service.return_jobs(&due).await?;
            return Err(error.into());
        }
        service.jobs_wait(&due, claimed).await?;
        sign.give();
        service::failpoint!("relay.dispatch");
    }
    let wait = match service.next_job_due().await? {
        Some(at) => (at - service.now()).to_std().unwrap_or_default(),
        None => LONGEST_SLEEP,
    };
    sign.give();
    Ok(wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
}
