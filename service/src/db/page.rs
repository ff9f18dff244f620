//! Keyset pages: position by the values of the last row, never by counting rows (API-3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::code::ErrorCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Most rows of one page.
pub const PAGE_MAX: u32 = 100;

/// Which part of a list is wanted, walking forward.
#[derive(Debug, Clone, Default)]
pub struct PageAsk {
    /// How many rows, 1 to [`PAGE_MAX`].
    pub first: u32,
    /// Behind which cursor.
    pub after: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, each with its cursor.
    pub rows: Vec<(String, T)>,
    /// More rows follow.
    pub has_next: bool,
    /// Rows in the whole list.
    pub total: u64,
}

/// Where a row stands in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Position {
    /// In a list by time.
    #[serde(rename = "t")]
    Time(DateTime<Utc>, Uuid),
    /// In a list by number.
    #[serde(rename = "q")]
    Number(i64),
    /// In a list by name.
    #[serde(rename = "n")]
    Name(String, Uuid),
}

impl Position {
    pub(crate) fn encode(&self) -> String {
        // A tuple of two plain values always serialises.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub(crate) fn decode(cursor: &str) -> Result<Self> {
        let bad = || Error::input(ErrorCode::InvalidCursor, "after", "is not a cursor of this list");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
        serde_json::from_slice(&bytes).map_err(|_| bad())
    }
}

impl PageAsk {
    /// Checks the size and reads the cursor.
    pub(crate) fn read(&self) -> Result<(u64, Option<Position>)> {
        if self.first == 0 || self.first > PAGE_MAX {
            return Err(Error::input(ErrorCode::OutOfRange, "first", format!("must be 1 to {PAGE_MAX}")));
        }
        Ok((u64::from(self.first), self.after.as_deref().map(Position::decode).transpose()?))
    }
}

/// Cuts the one row too many that was asked for to learn whether more follow.
pub(crate) fn cut<T>(mut rows: Vec<T>, first: u64) -> (Vec<T>, bool) {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let has_next = rows.len() > first;
    rows.truncate(first);
    (rows, has_next)
}
