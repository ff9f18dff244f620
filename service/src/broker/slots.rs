//! How many calls of one connection are under way in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::ConnectionId;

/// Enough for a busy automation, and too few for one that runs away to take the process for itself.
pub(super) const MOST: u32 = 128;

/// Counts calls under way.
#[derive(Clone, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<ConnectionId, u32>>>);

/// A call under way, until it is dropped.
pub(super) struct Slot {
    slots: Slots,
    connection: ConnectionId,
}

impl Slots {
    fn counts(&self) -> MutexGuard<'_, HashMap<ConnectionId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more, unless there are too many.
    pub(super) fn take(&self, connection: ConnectionId) -> Option<Slot> {
        let mut counts = self.counts();
        let count = counts.entry(connection).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(Slot { slots: self.clone(), connection })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut counts = self.slots.counts();
        if let Some(count) = counts.get_mut(&self.connection) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.connection);
            }
        }
    }
}
