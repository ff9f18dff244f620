//! One worker's part of the queue, as apalis asks for it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis_core::backend::persistence::{Persistence, TaskEvent};
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;

use super::client::Verdict;
use super::pulse::Looks;
use super::{RedisQueue, decode, encode};
use crate::queue::local::Dispatched;

/// How long a worker waits after Redis did not answer, so that it neither spins nor fills the log.
const PAUSE: Duration = Duration::from_millis(250);

/// A worker's hold of dispatches. No error leaves it: an error would end the worker, and Redis comes back.
#[derive(Clone)]
pub struct Store {
    queue: RedisQueue,
    /// Unique for each start of a worker: two with one name would renew each other's leases.
    worker: Arc<str>,
    slots: usize,
    held: Arc<Mutex<BTreeSet<String>>>,
    looks: Looks,
}

impl Store {
    /// The part of a worker that runs so many jobs side by side.
    pub fn new(queue: RedisQueue, worker: &str, slots: usize) -> Self {
        Self { queue, worker: worker.into(), slots, held: Arc::default(), looks: Looks::default() }
    }

    /// Takes as many dispatches as there are free slots; none when Redis is away.
    pub async fn take(&self) -> Vec<Dispatched> {
        let free = self.slots.saturating_sub(self.held().len());
        if free == 0 {
            return Vec::new();
        }
        self.looks.begin();
        let names = match self.queue.claim(&self.worker, free).await {
            Ok(names) => {
                self.queue.sign().give();
                names
            }
            Err(error) => {
                tracing::warn!(%error, "Redis gives no jobs; trying again");
                tokio::time::sleep(PAUSE).await;
                return Vec::new();
            }
        };
        if !names.is_empty() {
            service::failpoint!("queue.claim");
        }
        let mut taken = Vec::with_capacity(names.len());
        for name in names {
            if let Some(dispatched) = decode(&name) {
                self.held().insert(name);
                taken.push(dispatched);
            } else {
                tracing::error!("the queue holds what no relay of ours put there; it is kept among the dead");
                self.end(&name, Verdict::Dead("not a dispatch of ours")).await;
            }
        }
        taken
    }

    /// Renews the leases of what the worker holds.
    pub async fn renew(&self) {
        let held: Vec<String> = self.held().iter().cloned().collect();
        if held.is_empty() {
            return;
        }
        let renewed = self.queue.renew(&self.worker, &held).await;
        if renewed.is_ok() {
            self.queue.sign().give();
        }
        match renewed {
            // Another worker finds them begun, and leaves them to the run that is under way.
            Ok(still) if still < held.len() => {
                tracing::warn!(lost = held.len() - still, "leases in Redis went to other workers");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "leases in Redis could not be renewed"),
        }
    }

    /// Ends the worker's hold of a dispatch. What cannot be told to Redis is taken again when its lease is over,
    /// and then found to be over.
    pub async fn end(&self, name: &str, verdict: Verdict<'_>) -> bool {
        let ended = self.queue.ack(&self.worker, name, verdict).await;
        self.held().remove(name);
        ended.unwrap_or_else(|error| {
            tracing::warn!(%error, "the end of a dispatch could not be told to Redis");
            false
        })
    }

    /// Gives back what the worker took and did not begin, when it stops: also what a claim took whose answer nobody
    /// waited for.
    pub async fn leave(&self) {
        match self.queue.leased().await {
            Ok(names) => {
                for name in names {
                    self.end(&name, Verdict::Release(Duration::ZERO)).await;
                }
            }
            Err(error) => tracing::warn!(%error, "leases in Redis run out by themselves"),
        }
    }

    /// How often it has begun to look for dispatches.
    pub(super) fn looks(&self) -> Looks {
        self.looks.clone()
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Persistence for Store {
    type Compact = Dispatched;
    type Response = ();
    type Error = Infallible;

    async fn register(&mut self, _: &WorkerContext) -> Result<(), Infallible> {
        Ok(())
    }

    async fn heartbeat(&mut self, _: &WorkerContext) -> Result<(), Infallible> {
        self.renew().await;
        Ok(())
    }

    async fn fetch_next(&mut self, _: &WorkerContext) -> Result<Vec<Task<Dispatched>>, Infallible> {
        let taken = self.take().await;
        Ok(taken
            .into_iter()
            .map(|one| TaskBuilder::new(one).task_id(TaskId::from_string(encode(one))).build())
            .collect())
    }

    async fn reenqueue_abandoned(
        &mut self,
        tasks: Vec<Task<Dispatched>>,
        _: &WorkerContext,
    ) -> Result<u64, Infallible> {
        let mut count = 0;
        for task in tasks {
            count += u64::from(self.end(&encode(task.args), Verdict::Release(Duration::ZERO)).await);
        }
        Ok(count)
    }

    // Ends are told by the layer around each job, which waits for the answer.
    async fn handle_events(&mut self, _: Vec<TaskEvent<()>>, _: &WorkerContext) -> Result<(), Infallible> {
        Ok(())
    }

    // The relay pushes by `RedisQueue`, whose errors it hears.
    async fn push_tasks(&mut self, tasks: Vec<Task<Dispatched>>) -> Result<(), Infallible> {
        let dispatches: Vec<Dispatched> = tasks.into_iter().map(|task| task.args).collect();
        if let Err(error) = self.queue.push(&dispatches).await {
            tracing::warn!(%error, "dispatches could not be pushed; their rows are handed out again");
        }
        Ok(())
    }
}
