//! Workers of apalis around our queues.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use apalis::layers::WorkerBuilderExt as _;
use apalis_core::error::WorkerError;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::jobs::{Handled, Handler};
use crate::queue::local::{Dispatched, LocalQueue};
use crate::queue::redis::{self, RedisQueue, Store};

/// How long to wait before a worker that ended is started again. It should not end; this keeps the process from
/// living on without one.
const RESTART: Duration = Duration::from_secs(1);

/// Runs the embedded profile's worker until `shutdown` and the end of jobs in flight.
pub(crate) async fn run_local(
    queue: LocalQueue,
    concurrency: usize,
    handler: Handler,
    shutdown: CancellationToken,
) {
    let context = WorkerContext::new(&format!("embedded-{}", std::process::id()));
    let worker = WorkerBuilder::new(&context).backend(queue).concurrency(concurrency).build(
        move |(id, dispatch): Dispatched| {
            let handler = handler.clone();
            async move { Ok::<_, Infallible>(handler.handle(id, dispatch).await) }
        },
    );
    if let Err(error) = until(&shutdown, &context, worker.run()).await {
        tracing::debug!(%error, "the worker has stopped");
    }
}

/// Takes dispatches from Redis and gives them to `handle`, so many side by side, until `shutdown`; then waits for
/// those in flight and gives back what was not begun.
pub async fn run_worker<F, Fut>(
    queue: &RedisQueue,
    concurrency: usize,
    handle: F,
    shutdown: &CancellationToken,
) where
    F: Fn(Dispatched) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Handled> + Send + 'static,
{
    let timing = queue.timing();
    while !shutdown.is_cancelled() {
        let name = worker_name();
        let store = Store::new(queue.clone(), &name, concurrency);
        let context = WorkerContext::new(&name);
        let (sender, wake) = mpsc::channel(1);
        let listening = shutdown.child_token();
        let listener = tokio::spawn(redis::listen(queue.clone(), sender, listening.clone()));
        let handle = handle.clone();
        let worker = WorkerBuilder::new(&context)
            .backend(redis::backend(store.clone(), timing.lease, timing.tick, wake))
            .concurrency(concurrency)
            .build(move |dispatched: Dispatched| {
                let handle = handle.clone();
                async move { Ok::<_, Infallible>(handle(dispatched).await) }
            });
        let ended = AssertUnwindSafe(until(shutdown, &context, worker.run())).catch_unwind().await;
        listening.cancel();
        // It ends by itself, and has nothing to tell.
        let _ = listener.await;
        store.leave().await;
        if shutdown.is_cancelled() {
            return;
        }
        match ended {
            Ok(Ok(())) => tracing::error!("the worker has ended; it is started again"),
            Ok(Err(error)) => tracing::error!(%error, "the worker has ended; it is started again"),
            Err(_) => tracing::error!("the worker panicked; it is started again"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(RESTART) => {}
        }
    }
}

/// Lets a worker run until it ends, or until `shutdown` and then to its end.
async fn until(
    shutdown: &CancellationToken,
    context: &WorkerContext,
    worker: impl Future<Output = Result<(), WorkerError>>,
) -> Result<(), WorkerError> {
    tokio::pin!(worker);
    tokio::select! {
        ended = &mut worker => return ended,
        () = shutdown.cancelled() => {}
    }
    // An error says that it had not started yet.
    if context.stop().is_err() {
        return Ok(());
    }
    worker.await
}

/// A name that no other start of a worker has: leases hang on it.
fn worker_name() -> String {
    format!("{}-{}", std::process::id(), Uuid::from_bytes(service::incident_id()).simple())
}
