//! The queue of the scaled profile, on Redis: our own store under apalis (`Persistence` of apalis-core).
//!
//! Redis carries ids of due rows and the numbers of their dispatches, nothing else, and may lose them at any time:
//! the rows are the truth. What is here brings a dispatch to one live worker quickly. All names in Redis begin with
//! one hash tag, so that they lie in one slot of a cluster:
//!
//! | name | what |
//! | --- | --- |
//! | `{prefix}:jobs:ready` | sorted set of dispatches by the time from which they may be taken |
//! | `{prefix}:jobs:leased` | sorted set of dispatches that a worker holds, by the end of its lease |
//! | `{prefix}:jobs:dead` | sorted set of dispatches that were given up, by when; a bounded number is kept |
//! | `{prefix}:jobs:entry:<id>` | hash of one dispatch: attempts, worker, error; it expires |
//! | `{prefix}:jobs:wake` | channel on which workers hear that something is ready |
//!
//! Times are those of the server, in milliseconds. Scripts are declared by their first line and need Redis 7.
//!
//! Not here: leases of rows and retries of jobs (`service`). A row that was given up here is handed out again.

mod backend;
mod client;
mod pulse;
mod store;
mod wake;

use std::time::Duration;

use domain::id::JobId;

use super::local::Dispatched;

pub(crate) use backend::backend;
pub use client::{QueueDepth, QueueError, RedisQueue, Verdict};
pub use store::Store;
pub(crate) use wake::listen;

/// Oldest major version of a server whose scripts say by their first line what they do.
pub const OLDEST_SERVER: u32 = 7;

/// Times and limits of the queue. The defaults are for operation; tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long a worker holds a dispatch without a sign of life; it gives one three times in that time. What a
    /// killed worker took and did not begin is taken by another after it, well within 30 seconds (REL-1).
    pub lease: Duration,
    /// How often an idle worker looks without being woken: for leases that are over, delayed dispatches, and
    /// messages that were lost with a connection.
    pub tick: Duration,
    /// How often a dispatch may be taken. More than one death of a worker may hit the same dispatch by chance,
    /// hardly five.
    pub attempts: u32,
    /// How long a done dispatch is remembered, so that a push that is repeated is known. Longer than a relay
    /// repeats it.
    pub done_kept: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            tick: Duration::from_secs(1),
            attempts: 5,
            done_kept: Duration::from_mins(1),
        }
    }
}

/// What a dispatch is called in Redis. It is all that Redis knows of it.
fn encode((id, dispatch): Dispatched) -> String {
    format!("{id}:{dispatch}")
}

fn decode(name: &str) -> Option<Dispatched> {
    let (id, dispatch) = name.rsplit_once(':')?;
    Some((id.parse::<JobId>().ok()?, dispatch.parse().ok()?))
}
