//! When a worker looks at the queue: woken by messages, and by a tick as a net.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};

/// How soon after a message the worker looks once more: the look that was under way when the message came may have
/// missed what it tells of.
const ECHO: Duration = Duration::from_millis(5);

/// Loses no wake-up, unlike the strategies that the library brings: those forget a wake-up that comes while a fetch
/// is under way.
pub struct Pulse {
    wake: mpsc::Receiver<()>,
    tick: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Pulse {
    /// Looks at each message of `wake`, and after `tick` without one.
    pub fn new(wake: mpsc::Receiver<()>, tick: Duration) -> Self {
        Self { wake, tick, timer: Box::pin(tokio::time::sleep(tick)) }
    }
}

impl PollStrategy for Pulse {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut woken = false;
        // Until it is empty, so that the next message wakes this task.
        while let Poll::Ready(Some(())) = self.wake.poll_recv(cx) {
            woken = true;
        }
        if woken {
            self.timer.as_mut().reset(Instant::now() + ECHO);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            let tick = self.tick;
            self.timer.as_mut().reset(Instant::now() + tick);
        }
        Poll::Ready(Some(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-2: the look that was under way when a message came may have missed it, so there is another at once, and
    /// not only at the next tick.
    #[tokio::test]
    async fn ops_2_a_message_leads_to_another_look() {
        let (sender, wake) = mpsc::channel(1);
        let mut pulse = Pulse::new(wake, Duration::from_hours(1));
        sender.send(()).await.expect("heard");
        let (started, mut looks) = (Instant::now(), 0);
        let another = std::future::poll_fn(|cx| {
            let _ = pulse.poll_drive(cx, &PollSnapshot::new());
            looks += 1;
            if looks == 1 { Poll::Pending } else { Poll::Ready(()) }
        });
        let woken = tokio::time::timeout(Duration::from_secs(20), another).await;
        // The end of the time-out looks too.
        assert!(woken.is_ok() && started.elapsed() < Duration::from_secs(15), "nobody looked again");
    }
}
