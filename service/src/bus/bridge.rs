//! The bus across processes: Redis carries hints at once, and the event table is read in any case, so that
//! whatever Redis loses arrives some seconds later (REL-3, API-5).

use std::collections::HashSet;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, IntoConnectionInfo as _, ProtocolVersion, PushInfo, PushKind};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Hint, Link, OUTGOING, Signal};
use crate::db::entity::event;
use crate::error::Result;
use crate::events::earlier;
use crate::{Service, ids};
use domain::id::{EventId, RequestId, TeamId, UserId};

/// How often the event table is read for what no hint told: the longest delay while Redis works, since a process
/// may die between its commit and its hint.
const TAIL: Duration = Duration::from_secs(5);
/// The same while Redis is away.
const TAIL_ALONE: Duration = Duration::from_millis(500);
/// How often Redis is asked whether it lives: a dead connection shows itself only to whoever uses it.
const PING: Duration = Duration::from_secs(1);
/// A command that takes longer has failed; half a second, the library's default, is missed under load.
const RESPONSE: Duration = Duration::from_secs(5);
/// How long a process that stops goes on telling what it committed. What is left then is found in the table by the
/// others.
const REST: Duration = Duration::from_secs(2);
/// Events of one read of the table.
const BATCH: u64 = 2000;
/// How often apps of organizations are read anew, should the word about a change get lost.
const CATALOG: Duration = Duration::from_secs(30);

/// A signal on its way, with the process that sent it, which needs no word of its own.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: Uuid,
    signal: Signal,
}

impl Service {
    /// Connects this process with the others until `shutdown`, and then tells what is still to be told; does nothing
    /// in the embedded profile. To be stopped when nothing is committed any more.
    pub async fn bridge(&self, shutdown: CancellationToken) {
        let Some(url) = &self.config().redis_url else { return };
        let (outgoing, waiting) = mpsc::channel(OUTGOING);
        if self.bus().others.set(outgoing).is_err() {
            return;
        }
        let (push, pushed) = mpsc::unbounded_channel();
        let manager = match connect(url.expose_secret(), push) {
            Ok(manager) => manager,
            Err(error) => {
                tracing::error!(%error, "REDIS_URL cannot be used; changes of other processes come later");
                return;
            }
        };
        self.bus().set_link(Link::Down);
        let bridge = Bridge {
            service: self.clone(),
            channel: format!("{}:hints", self.config().redis_prefix),
            process: ids::new(self.now()),
            manager,
        };
        tokio::select! {
            // Ends last: what was committed until the end is told, too, as far as Redis takes it.
            () = bridge.send(waiting, &shutdown) => {}
            () = async { shutdown.cancelled().await; tokio::time::sleep(REST).await } => {
                tracing::debug!("not every change was told to the other processes, which find them in the table");
            }
            () = async { tokio::join!(bridge.watch(), bridge.hear(pushed)); } => {}
        }
    }
}

fn connect(url: &str, push: mpsc::UnboundedSender<PushInfo>) -> redis::RedisResult<ConnectionManager> {
    let info = url.into_connection_info()?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    let config = ConnectionManagerConfig::new()
        .set_push_sender(push)
        .set_automatic_resubscription()
        .set_connection_timeout(Some(RESPONSE))
        .set_response_timeout(Some(RESPONSE))
        // The ping tries again each second in any case.
        .set_number_of_retries(1);
    ConnectionManager::new_lazy_with_config(Client::open(info.set_redis_settings(settings))?, config)
}

struct Bridge {
    service: Service,
    channel: String,
    process: Uuid,
    manager: ConnectionManager,
}

impl Bridge {
    /// Hands on what this process has to tell, to its end.
    async fn send(&self, mut waiting: mpsc::Receiver<Signal>, shutdown: &CancellationToken) {
        let mut redis = self.manager.clone();
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                count = waiting.recv_many(&mut batch, 100) => {
                    if count == 0 {
                        return;
                    }
                }
                () = shutdown.cancelled() => return,
            }
            // Many commits at once wake the relays once.
            batch.dedup_by(|a, b| a == b && *a == Signal::Jobs);
            let mut pipe = redis::pipe();
            for signal in batch.drain(..) {
                match serde_json::to_string(&Envelope { from: self.process, signal }) {
                    Ok(text) => pipe.publish(&self.channel, text).ignore(),
                    Err(_) => continue,
                };
            }
            let sent: redis::RedisResult<()> = pipe.query_async(&mut redis).await;
            if let Err(error) = sent {
                // The others find the rows by themselves.
                tracing::debug!(%error, "hints were not told to other processes");
            }
        }
    }

    /// Subscribes, and looks each second whether the subscription still stands.
    async fn watch(&self) {
        let mut redis = self.manager.clone();
        let mut subscribed = false;
        let mut ticks = tokio::time::interval(PING);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let answer: redis::RedisResult<()> = async {
                if !subscribed {
                    redis.subscribe(&self.channel).await?;
                    subscribed = true;
                }
                redis.ping().await
            }
            .await;
            self.service.bus().set_link(if answer.is_ok() { Link::Up } else { Link::Down });
        }
    }

    /// Hands on what other processes told, and what the event table has besides.
    async fn hear(&self, mut pushed: mpsc::UnboundedReceiver<PushInfo>) {
        let mut tail = self.tail().await;
        let mut catalog = tokio::time::interval(CATALOG);
        // Outlives the turns of the loop: where something is told all the time, the table is read all the same.
        let mut last_read = Instant::now();
        loop {
            let pause = if self.service.bus().link() == Link::Up { TAIL } else { TAIL_ALONE };
            tokio::select! {
                info = pushed.recv() => match info {
                    Some(info) if info.kind == PushKind::Disconnection => self.read(&mut tail).await,
                    Some(info) => self.told(&info, &mut tail).await,
                    None => return,
                },
                _ = catalog.tick() => self.refresh().await,
                () = tokio::time::sleep_until(last_read + pause) => {
                    self.read(&mut tail).await;
                    last_read = Instant::now();
                }
            }
        }
    }

    async fn told(&self, info: &PushInfo, tail: &mut Tail) {
        let Some(redis::Value::BulkString(bytes)) = info.data.get(1) else { return };
        let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) else { return };
        if envelope.from == self.process {
            if let Signal::Event(hint) = envelope.signal {
                tail.remember(hint.event);
            }
            return;
        }
        match envelope.signal {
            Signal::Event(hint) => {
                if tail.remember(hint.event) {
                    self.service.bus().publish_here(hint);
                }
            }
            Signal::Jobs => self.service.bus().relay.notify_one(),
            Signal::Catalog => self.refresh().await,
        }
    }

    async fn refresh(&self) {
        if let Err(error) = self.service.refresh_catalog().await {
            tracing::warn!(%error, "the apps of organizations could not be read; they are in half a minute");
        }
    }

    /// Begins behind the events that are there; waits for the database where it is away.
    async fn tail(&self) -> Tail {
        let begin = async || -> Result<Tail> {
            let mut tail = Tail { last: self.service.newest_of_all().await?, seen: HashSet::new() };
            for hint in self.service.hints_after(earlier(tail.last)).await? {
                tail.remember(hint.event);
            }
            Ok(tail)
        };
        loop {
            match begin().await {
                Ok(tail) => return tail,
                Err(error) => tracing::debug!(%error, "the event table cannot be read yet"),
            }
            tokio::time::sleep(PING).await;
        }
    }

    async fn read(&self, tail: &mut Tail) {
        let mut from = earlier(tail.last);
        loop {
            let hints = match self.service.hints_after(from).await {
                Ok(hints) => hints,
                Err(error) => {
                    tracing::debug!(%error, "the event table could not be read");
                    return;
                }
            };
            let Some(newest) = hints.last().map(|hint| hint.event) else { break };
            let more = hints.len() as u64 == BATCH;
            for hint in hints {
                if tail.remember(hint.event) {
                    self.service.bus().publish_here(hint);
                }
            }
            if !more {
                break;
            }
            from = newest;
        }
        tail.forget();
    }
}

/// How far the event table was read. An event with a smaller id may still be committed for a while, so what was
/// seen in that time is remembered.
struct Tail {
    last: EventId,
    seen: HashSet<EventId>,
}

impl Tail {
    /// Whether it is new.
    fn remember(&mut self, id: EventId) -> bool {
        self.last = self.last.max(id);
        id > earlier(self.last) && self.seen.insert(id)
    }

    fn forget(&mut self) {
        let from = earlier(self.last);
        self.seen.retain(|id| *id > from);
    }
}

impl Service {
    async fn newest_of_all(&self) -> Result<EventId> {
        let newest: Option<Uuid> = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .order_by_desc(event::Column::Id)
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        Ok(EventId(newest.unwrap_or_default()))
    }

    /// Hints of the events behind an id, those that concern no subscriber left out.
    async fn hints_after(&self, after: EventId) -> Result<Vec<Hint>> {
        let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>, Option<Uuid>)> = event::Entity::find()
            .select_only()
            .columns([
                event::Column::Id,
                event::Column::RequestId,
                event::Column::TeamId,
                event::Column::RecipientId,
            ])
            .filter(event::Column::Id.gt(after.0))
            .filter(event::Column::RequestId.is_not_null().or(event::Column::RecipientId.is_not_null()))
            .order_by_asc(event::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, request, team, recipient)| Hint {
                event: EventId(id),
                request: request.map(RequestId),
                team: team.filter(|_| request.is_some()).map(TeamId),
                recipient: recipient.map(UserId),
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// API-5: a hint is handed on once, by Redis or by the table, and an event that is committed late is not lost.
    #[test]
    fn api_5_what_is_committed_late_is_still_new() {
        let at = |seconds: i64| -> EventId {
            ids::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time"))
        };
        let (first, late, second) = (at(0), at(1), at(2));
        let mut tail = Tail { last: first, seen: HashSet::new() };
        assert!(tail.remember(second) && !tail.remember(second));
        assert!(tail.remember(late), "its transaction took longer");
        tail.remember(at(100));
        tail.forget();
        assert!(!tail.remember(late) && tail.seen.len() == 1, "nobody commits after so long");
    }
}
