//! Transports for the ids of due jobs.

pub mod local;
pub mod redis;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use local::Dispatched;
use redis::RedisQueue;

/// Dispatches that wait in Redis at most, so that rows wait in their table, where they are counted and come in their
/// order, rather than twice in Redis because their lease ran out there. Some tenths of a second of quick jobs.
const MOST_WAITING: u64 = 1000;
/// How often a full queue is looked at. It drains more slowly than it is filled in that time.
const FULL: Duration = Duration::from_millis(50);
/// Waits between tries to push. Beyond them the rows go back, for another relay or a later time.
const PUSH_AGAIN: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(3)];

/// The end of a queue that a relay pushes into.
#[derive(Clone)]
pub enum Outlet {
    /// Inside the process.
    Local(local::Sender),
    /// On Redis.
    Redis(RedisQueue),
}

/// Why dispatches were not pushed.
#[derive(Debug, thiserror::Error)]
pub enum OutletError {
    /// The worker of this process is gone: the process is about to end.
    #[error("the worker has stopped")]
    Closed,
    /// Redis did not take them.
    #[error("Redis takes no jobs: {0}")]
    Redis(#[from] ::redis::RedisError),
}

impl Outlet {
    /// Waits until the queue takes more.
    pub(crate) async fn room(&self, shutdown: &CancellationToken) -> Result<(), OutletError> {
        // The channel makes the sender wait by itself.
        let Self::Redis(queue) = self else { return Ok(()) };
        while queue.waiting().await? >= MOST_WAITING && !shutdown.is_cancelled() {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(FULL) => {}
            }
        }
        Ok(())
    }

    /// Puts dispatches into the queue.
    pub(crate) async fn push(
        &self,
        dispatches: &[Dispatched],
        shutdown: &CancellationToken,
    ) -> Result<(), OutletError> {
        match self {
            Self::Local(sender) => {
                for dispatch in dispatches {
                    sender.send(*dispatch).await.map_err(|_| OutletError::Closed)?;
                }
                Ok(())
            }
            Self::Redis(queue) => {
                let mut waits = PUSH_AGAIN.into_iter();
                loop {
                    let Err(error) = queue.push(dispatches).await else { return Ok(()) };
                    let Some(wait) = waits.next().filter(|_| !shutdown.is_cancelled()) else {
                        return Err(error.into());
                    };
                    // The same names are pushed again, so it does not matter whether the first push arrived.
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = tokio::time::sleep(wait) => {}
                    }
                }
            }
        }
    }
}
