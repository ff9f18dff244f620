//! Hears that something is ready.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::RedisQueue;

/// How long to wait before connecting anew.
const PAUSE: Duration = Duration::from_millis(250);

/// Passes messages on until `shutdown`, over connections that come and go. Each new connection wakes too, since
/// messages may have been lost before it. A connection that dies without a word is noticed by nobody; workers then
/// go by their tick.
pub(crate) async fn listen(queue: RedisQueue, wake: mpsc::Sender<()>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        tokio::select! {
            () = shutdown.cancelled() => return,
            heard = hear(&queue, &wake) => {
                if let Err(error) = heard {
                    tracing::debug!(%error, "no messages from Redis; trying again");
                }
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn hear(queue: &RedisQueue, wake: &mpsc::Sender<()>) -> redis::RedisResult<()> {
    let mut messages = queue.client().get_async_pubsub().await?;
    messages.subscribe(queue.name("wake")).await?;
    // One that is on its way already says the same.
    let _ = wake.try_send(());
    let mut messages = messages.into_on_message();
    while messages.next().await.is_some() {
        let _ = wake.try_send(());
    }
    Ok(())
}
