//! Wakes whoever waits for a change. Everything here is a hint; the event and job rows are the truth.

mod bridge;

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use domain::id::{EventId, RequestId, TeamId, UserId};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, mpsc};

/// That an event was committed, and whom it may concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// What one process tells the others: ids and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Signal {
    /// An event was committed.
    Event(Hint),
    /// Jobs are due.
    Jobs,
    /// An organization has other apps now.
    Catalog,
}

/// Whether the process hears the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// There are no others: the embedded profile.
    None,
    /// Redis answers.
    Up,
    /// Redis does not answer; changes of other processes come some seconds later.
    Down,
}

/// Hints that a slow subscriber may fall behind before it reads the table again instead.
const BACKLOG: usize = 1024;
/// Signals that wait for Redis. More are dropped; the other processes find the rows by themselves.
const OUTGOING: usize = 4096;

/// The bus of one process.
#[derive(Clone)]
pub struct Bus {
    hints: broadcast::Sender<Hint>,
    relay: Arc<Notify>,
    others: Arc<OnceLock<mpsc::Sender<Signal>>>,
    link: Arc<AtomicU8>,
}

impl Default for Bus {
    fn default() -> Self {
        Self {
            hints: broadcast::Sender::new(BACKLOG),
            relay: Arc::new(Notify::new()),
            others: Arc::default(),
            link: Arc::default(),
        }
    }
}

impl Bus {
    pub(crate) fn publish(&self, hint: Hint) {
        self.publish_here(hint);
        self.tell_others(Signal::Event(hint));
    }

    fn publish_here(&self, hint: Hint) {
        // An error means that nobody listens.
        let _ = self.hints.send(hint);
    }

    fn tell_others(&self, signal: Signal) {
        if let Some(others) = self.others.get() {
            // Full: Redis is away for long. The others find the rows without it.
            let _ = others.try_send(signal);
        }
    }

    /// Tells every process that an organization has other apps now.
    pub(crate) fn catalog_changed(&self) {
        self.tell_others(Signal::Catalog);
    }

    /// Hints from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Tells the relays of all processes that a job is due. A wake-up is kept when nobody waits yet.
    pub fn wake_relay(&self) {
        self.relay.notify_one();
        self.tell_others(Signal::Jobs);
    }

    /// Waits for the next wake-up of the relay.
    pub async fn relay_woken(&self) {
        self.relay.notified().await;
    }

    /// Whether the process hears the others.
    pub fn link(&self) -> Link {
        match self.link.load(Ordering::Relaxed) {
            0 => Link::None,
            1 => Link::Up,
            _ => Link::Down,
        }
    }

    fn set_link(&self, link: Link) {
        let number = match link {
            Link::None => 0,
            Link::Up => 1,
            Link::Down => 2,
        };
        match (self.link.swap(number, Ordering::Relaxed), link) {
            (1, Link::Down) => tracing::warn!("Redis does not answer; changes of other processes come later"),
            (0 | 2, Link::Up) => tracing::info!("Redis answers"),
            _ => {}
        }
    }
}
