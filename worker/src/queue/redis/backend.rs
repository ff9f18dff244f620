//! The store as a back end of apalis: its state machine, our wake-ups, and a layer that tells Redis how a job ended.

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::BackendExt as _;
use apalis_core::backend::ext::poll_strategy::PollWith;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::persistence::Persisted;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::error::BoxDynError;
use apalis_core::task::task_id::RandomId;
use apalis_core::task::{ExecutionContext, Task};
use apalis_core::worker::context::WorkerContext;
use apalis_core::worker::ext::ack::{Acknowledge, AcknowledgeLayer};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use super::client::Verdict;
use super::pulse::Pulse;
use super::store::Store;
use crate::jobs::Handled;
use crate::queue::local::Dispatched;

/// How long a dispatch waits that could not begin, since the database was away.
const DATABASE_PAUSE: Duration = Duration::from_secs(1);

/// What apalis takes dispatches from.
pub(crate) struct RedisBackend {
    inner: Persisted<Store>,
    store: Store,
    heartbeat: Duration,
}

/// The back end of one worker.
pub(crate) fn backend(
    store: Store,
    lease: Duration,
    tick: Duration,
    wake: mpsc::Receiver<()>,
) -> PollWith<RedisBackend, Pulse> {
    let (inner, looks) = (Persisted::new(store.clone()), store.looks());
    RedisBackend { inner, store, heartbeat: lease / 3 }.poll_with_strategy(Pulse::new(wake, tick, looks))
}

impl Backend for RedisBackend {
    type Task = Task<Dispatched>;
    type Error = Infallible;

    fn poll_ready(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx, worker, self.heartbeat)
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Dispatched>, Infallible>>> {
        self.inner.poll_next(cx, worker)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.inner.poll_close(cx, worker)
    }
}

impl BackendConfig for RedisBackend {
    type Args = Dispatched;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = AcknowledgeLayer<Ends>;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> AcknowledgeLayer<Ends> {
        AcknowledgeLayer::new(Ends(self.store.clone()))
    }
}

/// Tells Redis how a job ended.
#[derive(Clone)]
pub(crate) struct Ends(Store);

impl Acknowledge<Handled> for Ends {
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<(), Infallible>>;

    fn ack(&mut self, ended: &Result<Handled, BoxDynError>, task: &ExecutionContext) -> Self::Future {
        let store = self.0.clone();
        let name = task.task_id().map(ToString::to_string).unwrap_or_default();
        let verdict = match ended {
            Ok(Handled::Ended) => Verdict::Done,
            Ok(Handled::NotBegun) => Verdict::Release(DATABASE_PAUSE),
            Ok(Handled::Broken) | Err(_) => Verdict::Retry(DATABASE_PAUSE, "the handler broke off"),
        };
        async move {
            service::failpoint!("queue.acknowledge");
            store.end(&name, verdict).await;
            Ok(())
        }
        .boxed()
    }
}
