//! A subscriber's way through the events: replay what was missed, then follow the bus (API-5).

use std::collections::{HashSet, VecDeque};

use domain::actor::Actor;
use domain::id::EventId;
use futures_core::Stream;
use futures_util::stream;
use service::{EVENTS_BATCH, Error, Feed, FeedEvent, Hint, Service};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Ids that are remembered to drop duplicates; more than any replay overlaps.
const REMEMBERED: usize = 2048;

struct Reader {
    service: Service,
    actor: Actor,
    feed: Feed,
    hints: Receiver<Hint>,
    waiting: VecDeque<EventId>,
    last: EventId,
    seen: HashSet<EventId>,
    seen_order: VecDeque<EventId>,
    replay: Replay,
    ended: bool,
    _counted: Counted,
}

/// One open subscription, counted as long as it is there.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("consentry_subscribers").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("consentry_subscribers").decrement(1.0);
    }
}

#[derive(PartialEq, Eq)]
enum Replay {
    /// From somewhat before `last`.
    First,
    /// From `last` on, until nothing is left.
    More,
    /// Nothing was missed.
    None,
}

/// The events of a feed for a caller; `after` resumes behind an event that was received earlier.
pub(crate) async fn events(
    service: Service,
    actor: Actor,
    feed: Feed,
    after: Option<EventId>,
) -> Result<impl Stream<Item = Result<FeedEvent, Error>>, Error> {
    service.may_listen(actor, feed).await?;
    // Listen first, then look where the table ends: what comes between is seen twice, never lost.
    let hints = service.bus().subscribe();
    let (last, replay) = match after {
        Some(after) => (service.place_in(feed, after).await?, Replay::First),
        None => (service.newest_event(feed).await?, Replay::None),
    };
    let mut reader = Reader {
        service,
        actor,
        feed,
        hints,
        waiting: VecDeque::new(),
        last,
        seen: HashSet::new(),
        seen_order: VecDeque::new(),
        replay,
        ended: false,
        _counted: Counted::new(),
    };
    reader.remember(last);
    Ok(stream::unfold(reader, |mut reader| async move { reader.next().await.map(|event| (event, reader)) }))
}

impl Reader {
    async fn next(&mut self) -> Option<Result<FeedEvent, Error>> {
        loop {
            if self.ended {
                return None;
            }
            while let Some(id) = self.waiting.pop_front() {
                if !self.remember(id) {
                    continue;
                }
                self.last = self.last.max(id);
                match self.service.deliver(self.actor, id).await {
                    Ok(Some(event)) => return Some(Ok(event)),
                    Ok(None) => {}
                    Err(error) => {
                        // The client learns why and can resume; going on would leave a hole.
                        self.ended = true;
                        return Some(Err(error));
                    }
                }
            }
            if self.replay != Replay::None {
                let overlap = self.replay == Replay::First;
                match self.service.events_after(self.feed, self.last, overlap).await {
                    Ok(ids) => {
                        // What is committed from now on has a hint of its own.
                        let is_end = !overlap && ids.len() < EVENTS_BATCH;
                        self.replay = if is_end { Replay::None } else { Replay::More };
                        self.waiting.extend(ids.into_iter().filter(|id| !self.seen.contains(id)));
                    }
                    Err(error) => {
                        self.ended = true;
                        return Some(Err(error));
                    }
                }
                continue;
            }
            match self.hints.recv().await {
                Ok(hint) if self.feed.wants(&hint) => self.hear(hint.event),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.replay = Replay::First,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Takes in that there is an event. Hints of several processes come in any order, and that of a process which
    /// died comes late; whoever resumes behind an event must not have missed one before it. So the table is read
    /// from the last one on, where events of one organization stand in the order of their commits. What stands
    /// before it is of another organization, or known.
    fn hear(&mut self, id: EventId) {
        if self.seen.contains(&id) {
            return;
        }
        if id > self.last {
            self.replay = Replay::More;
        } else if matches!(self.feed, Feed::Received(_) | Feed::Own(_)) {
            self.waiting.push_back(id);
        }
    }

    /// Whether an id is new; remembers it.
    fn remember(&mut self, id: EventId) -> bool {
        if !self.seen.insert(id) {
            return false;
        }
        self.seen_order.push_back(id);
        if self.seen_order.len() > REMEMBERED
            && let Some(oldest) = self.seen_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}
