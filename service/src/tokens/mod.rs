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
use std::sync::Mutex;

use futures_util::future::{BoxFuture, Shared};
use sea_orm::prelude::Uuid;
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
}

impl crate::Service {
    /// Waits until the renewals of this process have stored their answers (REL-4). Call it after the last job and the
    /// last call of the broker.
    pub async fn finish_renewals(&self) {
        self.flights.tasks.close();
        self.flights.tasks.wait().await;
    }
}
