//! A call that nothing of is sent after its deadline.

use std::pin::pin;
use std::task::Poll;

use tokio::time::Instant;

/// The deadline has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLate;

/// Runs a call until a deadline. Unlike a time-out, it looks at the clock each time before the call is driven on: a
/// process that was frozen past its deadline wakes up and sends nothing any more.
///
/// # Errors
/// [`TooLate`], also when the call had an answer by then that nobody has seen.
pub(super) async fn before<T>(deadline: Instant, call: impl Future<Output = T>) -> Result<T, TooLate> {
    let mut call = pin!(call);
    let mut sleep = pin!(tokio::time::sleep_until(deadline));
    std::future::poll_fn(|context| {
        if Instant::now() >= deadline || sleep.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(TooLate));
        }
        call.as_mut().poll(context).map(Ok)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn health_1_a_process_that_slept_through_its_deadline_sends_nothing() {
        let mut sent = false;
        let over = Instant::now();
        assert_eq!(before(over, async { sent = true }).await, Err(TooLate));
        assert!(!sent);
    }

    /// What SIGSTOP does: when the process goes on, the answer and the end of the time are there at once.
    #[tokio::test]
    async fn health_1_a_call_that_was_frozen_on_its_way_is_not_driven_on() {
        let mut polls = 0;
        let call = std::future::poll_fn(|context| {
            polls += 1;
            context.waker().wake_by_ref();
            std::thread::sleep(Duration::from_millis(20));
            Poll::<()>::Pending
        });
        assert_eq!(before(Instant::now() + Duration::from_millis(10), call).await, Err(TooLate));
        assert_eq!(polls, 1);
    }

    #[tokio::test]
    async fn health_1_a_call_in_time_has_its_answer() {
        assert_eq!(before(Instant::now() + Duration::from_secs(25), async { 7 }).await, Ok(7));
        let soon = Instant::now() + Duration::from_millis(10);
        assert_eq!(before(soon, std::future::pending::<u8>()).await, Err(TooLate));
    }
}
