//! How what was granted fares.

use serde::{Deserialize, Serialize};

use super::Reason;

/// A change of the health of a credential that people hear of. That a token was renewed in time is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthChange {
    /// The app cannot be reached, or does not answer as it should; it is tried again (HEALTH-2).
    Degraded,
    /// The app answers again.
    Recovered,
    /// It does not work any more; only the recipient can help (HEALTH-4).
    Broken(Reason),
}

impl HealthChange {
    /// The kind of the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Degraded => "ITEM_DEGRADED",
            Self::Recovered => "ITEM_RECOVERED",
            Self::Broken(_) => "ITEM_BROKEN",
        }
    }
}
