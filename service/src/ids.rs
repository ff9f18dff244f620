//! New ids and random bytes: their one home.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Counts within one millisecond, so that ids made by one process sort in the order of their making.
static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new id of any type, made at `now` (UUID version 7, RFC 9562, 5.7).
pub fn new<I: From<Uuid>>(now: DateTime<Utc>) -> I {
    let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let timestamp = Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos());
    I::from(Uuid::new_v7(timestamp))
}

/// Random bytes that nobody can guess.
pub fn random<const N: usize>() -> [u8; N]
where
    rand::distr::StandardUniform: rand::distr::Distribution<[u8; N]>,
{
    rand::random()
}

/// A number from 0 (included) to 1 (excluded), for jitter.
pub fn unit() -> f64 {
    rand::random()
}

/// A number by which an answer and a line of the log find each other.
pub fn incident_id() -> [u8; 16] {
    random()
}
