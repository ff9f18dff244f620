//! Wakes whoever waits for a change. Everything here is a hint; the event and job rows are the truth.

use std::sync::Arc;

use domain::id::{EventId, RequestId, TeamId, UserId};
use tokio::sync::{Notify, broadcast};

/// That an event was committed, and whom it may concern.
#[derive(Debug, Clone, Copy)]
pub struct Hint {
    /// The event.
    pub event: EventId,
    /// The request that changed; `None` where it is about somebody's account.
    pub request: Option<RequestId>,
    /// The team that asks.
    pub team: Option<TeamId>,
    /// Who answers, or whose account it is about.
    pub recipient: Option<UserId>,
}

/// Hints that a slow subscriber may fall behind before it reads the table again instead.
const BACKLOG: usize = 1024;

/// The bus of one process.
#[derive(Clone)]
pub struct Bus {
    hints: broadcast::Sender<Hint>,
    relay: Arc<Notify>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { hints: broadcast::Sender::new(BACKLOG), relay: Arc::new(Notify::new()) }
    }
}

impl Bus {
    pub(crate) fn publish(&self, hint: Hint) {
        // An error means that nobody listens.
        let _ = self.hints.send(hint);
    }

    /// Hints from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Tells the relay that a job is due. A wake-up is kept when nobody waits yet.
    pub fn wake_relay(&self) {
        self.relay.notify_one();
    }

    /// Waits for the next wake-up of the relay.
    pub async fn relay_woken(&self) {
        self.relay.notified().await;
    }
}
