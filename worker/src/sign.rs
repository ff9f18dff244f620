//! Signs of life: when a part of this process last did what it is there for (OPS-5).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A part that gave no sign for so long does nothing any more: the relay looks every ten seconds, a worker every
/// second, or every five while all its places are taken.
const SILENCE: Duration = Duration::from_mins(1);

/// One part's last sign.
#[derive(Debug, Clone)]
pub struct Sign(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    made: Instant,
    /// Milliseconds since then, and one more; 0 until the first.
    last: AtomicU64,
}

impl Default for Sign {
    fn default() -> Self {
        Self(Arc::new(Inner { made: Instant::now(), last: AtomicU64::new(0) }))
    }
}

impl Sign {
    /// The part has done a round.
    pub fn give(&self) {
        self.0.last.store(self.now().saturating_add(1), Ordering::Relaxed);
    }

    /// Whether the part has done its first round, and one not long ago.
    pub fn is_fresh(&self) -> bool {
        self.is_fresh_at(self.now())
    }

    fn is_fresh_at(&self, now: u64) -> bool {
        let silence = u64::try_from(SILENCE.as_millis()).unwrap_or(u64::MAX);
        match self.0.last.load(Ordering::Relaxed) {
            0 => false,
            last => now.saturating_sub(last) < silence,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.made.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_5_a_sign_is_missed_before_the_first_and_a_minute_after_the_last() {
        let sign = Sign::default();
        assert!(!sign.is_fresh());
        sign.give();
        assert!(sign.is_fresh());
        assert!(sign.is_fresh_at(59_000));
        assert!(!sign.is_fresh_at(62_000));
    }
}
