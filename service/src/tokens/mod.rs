//! Keeps what recipients granted alive (HEALTH-1 to HEALTH-4): renews tokens ahead of their end and on use, probes keys,
//! flags what works no more, and holds back while a provider is down.
//!
//! One renewal at a time per credential over all processes, by a claim in its row: a number that no other process has,
//! and a time. Whoever holds it may call the app until a deadline that lies well before the end of the claim, and what
//! comes back is stored only over the version that was seen. So no token is sent twice while its holder lives, no late
//! answer overwrites a newer one, and nothing is stored over a revoke.
//!
//! A process that dies between the app's answer and our commit leaves its claim behind. Whoever finds it over leaves
//! the row alone for ten seconds, since its holder may live, have an answer, and be cut off from the database alone.
//! Then somebody tries once more with the token that is known, and remembers that it may be used up: if the app refuses
//! it then, people are told that this is why.

mod breaker;
mod broken;
mod call;
mod due;
mod fresh;
mod health;
mod probe;
mod renew;
mod times;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use futures_util::future::{BoxFuture, Shared};
use sea_orm::prelude::Uuid;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

pub(crate) use fresh::Fresh;
pub use health::ConnectionHealthView;
pub(crate) use times::Times;

use chrono::{DateTime, Utc};
use domain::event::Reason;

/// How a renewal ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The row has a fresh token.
    Done,
    /// Another process renews it.
    Elsewhere,
    /// Not now: the app is away or wants to be left alone until then.
    Later(DateTime<Utc>),
    /// It works no more.
    Broken(Reason),
    /// There is nothing to renew any more: revoked, replaced, or never renewable.
    Moot,
}

/// Renewals that run in this process. They outlive whoever waits for them: an answer that nobody stores is lost.
#[derive(Default)]
pub(crate) struct Flights {
    running: Mutex<HashMap<Uuid, Shared<BoxFuture<'static, Renewal>>>>,
    tasks: TaskTracker,
    /// When the process was told to stop.
    stopping: OnceLock<Instant>,
}

/// How long calls begin renewals after that: open connections are served for a second, and a renewal must end in the
/// 18 seconds that a process has.
const LAST_CALLS: Duration = Duration::from_secs(2);

impl Flights {
    fn begins_no_more(&self) -> bool {
        self.stopping.get().is_some_and(|since| since.elapsed() > LAST_CALLS)
    }
}

impl crate::Service {
    /// The process was told to stop: what is due is left to others from now on, and what runs ends in time (REL-4).
    pub fn begin_stop(&self) {
        self.flights.stopping.get_or_init(Instant::now);
    }

    fn is_stopping(&self) -> bool {
        self.flights.stopping.get().is_some()
    }

    /// Waits until the renewals of this process have stored their answers (REL-4). Call it after the last job and the
    /// last call of the broker.
    pub async fn finish_renewals(&self) {
        self.flights.tasks.close();
        self.flights.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rel_4_calls_begin_renewals_for_two_seconds_more() {
        let told = |ago: u64| {
            let since =
                Instant::now().checked_sub(Duration::from_secs(ago)).expect("the machine runs longer");
            Flights { stopping: OnceLock::from(since), ..Flights::default() }
        };
        assert!(!Flights::default().begins_no_more() && !told(1).begins_no_more());
        assert!(told(3).begins_no_more());
    }
}
