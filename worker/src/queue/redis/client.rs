//! What relays and operators ask of the queue, and the connection that all share.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, RedisResult, Script};
use secrecy::ExposeSecret as _;
use service::Config;

use super::{Timing, encode};
use crate::queue::local::Dispatched;
use crate::sign::Sign;

/// How long an answer may take. The library's half second ends commands of a busy server.
const RESPONSE_TIME_OUT: Duration = Duration::from_secs(5);
/// How long making a connection may take.
const CONNECTION_TIME_OUT: Duration = Duration::from_secs(5);
/// Tries to connect before a command fails. Few, since every caller tries again by itself and should hear soon that
/// Redis is away.
const TRIES: usize = 2;
/// How long an entry is kept that nobody ends, in ms: its row has been handed out anew long before. Only what was
/// left over by a Redis that evicts keys lives so long.
const ENTRY_KEPT_MS: u64 = 24 * 60 * 60 * 1000;
/// Dead dispatches that are kept to be looked at.
const DEAD_KEPT: u64 = 1000;

/// Why there is no queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The address cannot be used. It is not repeated: it may hold a password.
    #[error("REDIS_URL cannot be used; write it like redis://user:password@redis.example.com:6379")]
    Url,
}

/// Dispatches by what they wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueDepth {
    /// Ready to be taken.
    pub ready: u64,
    /// To be taken later.
    pub delayed: u64,
    /// Held by workers.
    pub leased: u64,
    /// Given up, as far as they are kept.
    pub dead: u64,
    /// For how long the oldest of the ready ones is ready.
    pub oldest_ready: Option<Duration>,
}

impl QueueDepth {
    /// Shows it to monitors.
    #[expect(clippy::cast_precision_loss, reason = "no queue holds 2⁵³ dispatches")]
    pub fn show(&self) {
        let states =
            [("ready", self.ready), ("delayed", self.delayed), ("leased", self.leased), ("dead", self.dead)];
        for (state, dispatches) in states {
            metrics::gauge!("consentry_queue", "state" => state).set(dispatches as f64);
        }
        let oldest = self.oldest_ready.unwrap_or_default();
        metrics::gauge!("consentry_queue_oldest_ready_seconds").set(oldest.as_secs_f64());
    }
}

/// How a worker's hold of a dispatch ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It is over.
    Done,
    /// Once more after a while.
    Retry(Duration, &'a str),
    /// Once more after a while; it was not the dispatch's fault, and the attempt does not count.
    Release(Duration),
    /// Never again.
    Dead(&'a str),
}

/// The queue; cheap to clone.
#[derive(Clone)]
pub struct RedisQueue(Arc<Inner>);

struct Inner {
    client: Client,
    connection: ConnectionManager,
    base: String,
    timing: Timing,
    sign: Sign,
    push: Script,
    claim: Script,
    renew: Script,
    ack: Script,
}

impl RedisQueue {
    /// The queue at a `redis:` or `rediss:` address. Does not connect yet; inside a Tokio runtime only.
    ///
    /// # Errors
    /// [`QueueError::Url`].
    pub fn open(url: &str, prefix: &str) -> Result<Self, QueueError> {
        Self::with_timing(url, prefix, Timing::default())
    }

    /// The queue of an instance; `None` in the embedded profile.
    pub fn of(config: &Config) -> Option<Result<Self, QueueError>> {
        let url = config.redis_url.as_ref()?;
        Some(Self::open(url.expose_secret(), &config.redis_prefix))
    }

    /// A queue with other times.
    ///
    /// # Errors
    /// [`QueueError::Url`].
    pub fn with_timing(url: &str, prefix: &str, timing: Timing) -> Result<Self, QueueError> {
        let client = Client::open(url).map_err(|_| QueueError::Url)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(RESPONSE_TIME_OUT))
            .set_connection_timeout(Some(CONNECTION_TIME_OUT))
            .set_number_of_retries(TRIES)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(200));
        let connection =
            ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(|_| QueueError::Url)?;
        Ok(Self(Arc::new(Inner {
            client,
            connection,
            base: format!("{{{prefix}}}:jobs"),
            timing,
            sign: Sign::default(),
            push: Script::new(include_str!("push.lua")),
            claim: Script::new(include_str!("claim.lua")),
            renew: Script::new(include_str!("renew.lua")),
            ack: Script::new(include_str!("ack.lua")),
        })))
    }

    /// Puts dispatches into the queue; those that it knows are not put again. Returns how many were new.
    ///
    /// # Errors
    /// When Redis is away, out of memory, or slow: then it is unknown whether they were put.
    pub async fn push(&self, dispatches: &[Dispatched]) -> RedisResult<u64> {
        let mut script = self.0.push.key(&self.0.base);
        script.arg(ENTRY_KEPT_MS);
        for dispatch in dispatches {
            script.arg(encode(*dispatch));
        }
        script.invoke_async(&mut self.connection()).await
    }

    /// Dispatches that no worker has taken yet.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn waiting(&self) -> RedisResult<u64> {
        redis::cmd("ZCARD").arg(self.name("ready")).query_async(&mut self.connection()).await
    }

    /// Dispatches by what they wait for, for operators (OPS-5).
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn depth(&self) -> RedisResult<QueueDepth> {
        let mut connection = self.connection();
        let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(&mut connection).await?;
        let now = seconds * 1000 + micros / 1000;
        let (all, ready, leased, dead, oldest): (u64, u64, u64, u64, Vec<(String, f64)>) = redis::pipe()
            .cmd("ZCARD")
            .arg(self.name("ready"))
            .cmd("ZCOUNT")
            .arg(self.name("ready"))
            .arg("-inf")
            .arg(now)
            .cmd("ZCARD")
            .arg(self.name("leased"))
            .cmd("ZCARD")
            .arg(self.name("dead"))
            .cmd("ZRANGE")
            .arg(self.name("ready"))
            .arg(0)
            .arg(0)
            .arg("WITHSCORES")
            .query_async(&mut connection)
            .await?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since 1970 are whole in a double"
        )]
        let oldest = oldest.first().map(|(_, at)| *at as u64).filter(|at| *at <= now);
        Ok(QueueDepth {
            ready,
            delayed: all.saturating_sub(ready),
            leased,
            dead,
            oldest_ready: oldest.map(|at| Duration::from_millis(now - at)),
        })
    }

    /// Version of the server, such as `7.4.1`, for whoever checks a set-up.
    ///
    /// # Errors
    /// When Redis is away, or refuses name and password.
    pub async fn server_version(&self) -> RedisResult<String> {
        let told: String = redis::cmd("INFO").arg("server").query_async(&mut self.connection()).await?;
        let version = told.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(version.unwrap_or_default().trim().to_owned())
    }

    /// Where the worker of this process gives a sign each time that Redis lets it take dispatches, or keep those it has.
    pub fn sign(&self) -> &Sign {
        &self.0.sign
    }

    pub(crate) fn timing(&self) -> Timing {
        self.0.timing
    }

    pub(super) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(super) fn name(&self, part: &str) -> String {
        format!("{}:{part}", self.0.base)
    }

    pub(super) async fn claim(&self, worker: &str, free: usize) -> RedisResult<Vec<String>> {
        let timing = self.0.timing;
        self.0
            .claim
            .key(&self.0.base)
            .arg(worker)
            .arg(free)
            .arg(millis(timing.lease))
            .arg(timing.attempts)
            .arg(ENTRY_KEPT_MS)
            .arg(DEAD_KEPT)
            .invoke_async(&mut self.connection())
            .await
    }

    pub(super) async fn renew(&self, worker: &str, held: &[String]) -> RedisResult<usize> {
        let mut script = self.0.renew.key(&self.0.base);
        script.arg(worker).arg(millis(self.0.timing.lease)).arg(held);
        script.invoke_async(&mut self.connection()).await
    }

    /// Ends a worker's hold; false when it was not the worker's any more.
    pub(super) async fn ack(&self, worker: &str, dispatch: &str, verdict: Verdict<'_>) -> RedisResult<bool> {
        let (name, number, error) = match verdict {
            Verdict::Done => ("done", millis(self.0.timing.done_kept), ""),
            Verdict::Retry(wait, error) => ("retry", millis(wait), error),
            Verdict::Release(wait) => ("release", millis(wait), ""),
            Verdict::Dead(error) => ("dead", ENTRY_KEPT_MS, error),
        };
        self.0
            .ack
            .key(&self.0.base)
            .arg(worker)
            .arg(dispatch)
            .arg(name)
            .arg(number)
            .arg(DEAD_KEPT)
            .arg(error)
            .invoke_async(&mut self.connection())
            .await
    }

    /// Every dispatch that some worker holds.
    pub(super) async fn leased(&self) -> Result<Vec<String>, RedisError> {
        redis::cmd("ZRANGE").arg(self.name("leased")).arg(0).arg(-1).query_async(&mut self.connection()).await
    }

    fn connection(&self) -> ConnectionManager {
        self.0.connection.clone()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
