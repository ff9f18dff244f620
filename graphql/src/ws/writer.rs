//! Writes what waits in a socket's queue, and closes it.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{SinkExt, StreamExt, stream::SplitSink, stream::SplitStream};
use tokio::{sync::mpsc, time::timeout};

/// Writes messages until the queue is closed, the connection breaks, or one message is not taken in time.
/// Ending drops the receiver, which the reading half notices.
pub(super) async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    mut queue: mpsc::Receiver<Message>,
    stall: Duration,
) -> Written {
    while let Some(message) = queue.recv().await {
        // What waits already goes out together: fewer packets, and `complete` does not wait for the
        // acknowledgement of `next`.
        let batch = async {
            sink.feed(message).await?;
            for _ in 0..queue.max_capacity() {
                let Ok(message) = queue.try_recv() else { break };
                sink.feed(message).await?;
            }
            sink.flush().await
        };
        match timeout(stall, batch).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Written::Broken,
            Err(_) => return Written::Stalled,
        }
    }
    Written::All
}

/// How writing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Everything was sent.
    All,
    /// The client did not read.
    Stalled,
    /// The connection is gone.
    Broken,
}

/// Says goodbye: sends the closing frame and waits for the client's, neither for longer than `linger`.
pub(super) async fn close(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    frame: CloseFrame,
    linger: Duration,
) {
    let goodbye = async {
        if sink.send(Message::Close(Some(frame))).await.is_ok() {
            // Until the client's own closing frame; dropping the connection earlier may lose ours.
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    let _ = timeout(linger, goodbye).await;
}
