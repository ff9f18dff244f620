//! Hands due job rows to the queue. Woken by each commit, and otherwise when the next row becomes due.

use std::time::Duration;

use service::Service;
use tokio_util::sync::CancellationToken;

use crate::queue::local::Sender;

/// Longest sleep: a net for wake-ups from other processes that got lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);
/// Shortest sleep between two looks at a row that is not due yet.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);

/// Runs until `shutdown`.
pub async fn run(service: Service, queue: Sender, shutdown: CancellationToken) {
    loop {
        let sleep = match dispatch(&service, &queue).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::warn!(%error, "due jobs could not be claimed; trying again");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = service.bus().relay_woken() => {}
            () = tokio::time::sleep(sleep) => {}
        }
        if shutdown.is_cancelled() {
            return;
        }
    }
}

/// Claims and pushes until nothing is due; returns how long to sleep.
async fn dispatch(service: &Service, queue: &Sender) -> Result<Duration, service::Error> {
    loop {
        let due = service.claim_due_jobs().await?;
        if due.is_empty() {
            break;
        }
        for (id, dispatch) in due {
            tracing::debug!(job_id = %id, dispatch, "job dispatched");
            if queue.send((id, dispatch)).await.is_err() {
                // The worker is gone: the process is about to end, and the lease brings the job back.
                return Ok(LONGEST_SLEEP);
            }
        }
    }
    let wait = match service.next_job_due().await? {
        Some(at) => (at - service.now()).to_std().unwrap_or_default(),
        None => LONGEST_SLEEP,
    };
    Ok(wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
}
