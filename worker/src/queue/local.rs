//! The queue of the embedded profile: a channel inside the process. It may lose everything at any time; the
//! relay hands the same rows out again when their lease is over.

use std::convert::Infallible;
use std::task::{Context, Poll};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::task::task_id::RandomId;
use apalis_core::worker::context::WorkerContext;
use domain::id::JobId;
use tokio::sync::mpsc;
use tower_layer::Identity;

/// Jobs on their way to a worker; the relay waits when there are more.
const CAPACITY: usize = 256;

/// A job and the number of its dispatch.
pub type Dispatched = (JobId, i64);

/// The end that the relay pushes into.
pub type Sender = mpsc::Sender<Dispatched>;

/// The end that apalis workers take from.
pub struct LocalQueue {
    receiver: mpsc::Receiver<Dispatched>,
}

/// Makes a queue.
pub fn queue() -> (Sender, LocalQueue) {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    (sender, LocalQueue { receiver })
}

impl Backend for LocalQueue {
    type Task = Task<Dispatched>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Dispatched>, Infallible>>> {
        self.receiver.poll_recv(cx).map(|id| id.map(|id| Ok(Task::new(id))))
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.receiver.close();
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for LocalQueue {
    type Args = Dispatched;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
