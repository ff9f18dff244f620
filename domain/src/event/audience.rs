//! Who waits for an event, besides those who see its request.

use super::Event;
use crate::id::UserId;

impl Event {
    /// The one person whom it concerns, where it is about somebody's account and not about a request.
    pub const fn concerns(&self) -> Option<UserId> {
        match self {
            Self::FeatureDecided { user, .. } | Self::FeatureSet { user, .. } => Some(*user),
            _ => None,
        }
    }

    /// Whether the event changes the health of the item's credential, for monitors (HEALTH-5).
    pub const fn changes_health(&self) -> bool {
        matches!(
            self,
            Self::ItemAuthorized { .. }
                | Self::ItemRenewed { .. }
                | Self::ItemInvalid { .. }
                | Self::HealthChanged { .. }
                | Self::ItemDeclined { .. }
                | Self::ItemRevoked { .. }
        )
    }
}
