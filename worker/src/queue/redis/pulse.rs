//! When a worker looks at the queue: woken by messages, and by a tick as a net.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};

/// How often the worker is woken after a message, until it has begun a look: the one that was under way when the
/// message came may have missed what it tells of, and may take a while on a busy machine.
const ECHO: Duration = Duration::from_millis(5);

/// How often a worker has begun to look at the queue.
#[derive(Clone, Default)]
pub struct Looks(Arc<AtomicU64>);

impl Looks {
    /// One more begins.
    pub fn begin(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn begun(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Loses no wake-up, unlike the strategies that the library brings: those forget a wake-up that comes while a fetch
/// is under way.
pub struct Pulse {
    wake: mpsc::Receiver<()>,
    tick: Duration,
    looks: Looks,
    /// The look that finds what the last message told of.
    wanted: u64,
    timer: Pin<Box<Sleep>>,
}

impl Pulse {
    /// Looks at each message of `wake`, and after `tick` without one.
    pub fn new(wake: mpsc::Receiver<()>, tick: Duration, looks: Looks) -> Self {
        Self { wake, tick, looks, wanted: 0, timer: Box::pin(tokio::time::sleep(tick)) }
    }
}

impl PollStrategy for Pulse {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        // Until it is empty, so that the next message wakes this task.
        while let Poll::Ready(Some(())) = self.wake.poll_recv(cx) {
            self.wanted = self.looks.begun() + 1;
            self.timer.as_mut().reset(Instant::now() + ECHO);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            let next = if self.looks.begun() < self.wanted { ECHO } else { self.tick };
            self.timer.as_mut().reset(Instant::now() + next);
        }
        Poll::Ready(Some(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-2: the look that is under way when a message comes may miss what it tells of, however long it takes. So
    /// the worker is woken until another look has begun, and not only at the next tick.
    #[tokio::test]
    async fn ops_2_a_message_leads_to_another_look() {
        let ((sender, wake), looks) = (mpsc::channel(1), Looks::default());
        let mut pulse = Pulse::new(wake, Duration::from_hours(1), looks.clone());
        looks.begin();
        sender.send(()).await.expect("heard");
        let (started, mut wakes) = (Instant::now(), 0);
        let looking = std::future::poll_fn(|cx| {
            let _ = pulse.poll_drive(cx, &PollSnapshot::new());
            wakes += 1;
            // The look that was under way has ended by now.
            if wakes < 5 { Poll::Pending } else { Poll::Ready(()) }
        });
        let woken = tokio::time::timeout(Duration::from_secs(20), looking).await;
        // The end of the time-out wakes too.
        assert!(woken.is_ok() && started.elapsed() < Duration::from_secs(15), "nobody looked again");
        looks.begin();
        let resting = std::future::poll_fn(|cx| {
            let _ = pulse.poll_drive(cx, &PollSnapshot::new());
            let rests = pulse.timer.deadline() - Instant::now() > Duration::from_mins(59);
            if rests { Poll::Ready(()) } else { Poll::Pending }
        });
        tokio::time::timeout(Duration::from_secs(20), resting).await.expect("after it, the worker rests");
    }
}
