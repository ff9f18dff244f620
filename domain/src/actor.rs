//! Who asks.

use crate::id::{SessionId, UserId};

/// The one on whose behalf an operation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has signed in.
    Anonymous,
    /// A signed-in person.
    User {
        /// Who.
        user: UserId,
        /// In which browser.
        session: SessionId,
    },
    /// Consentry itself: the worker, or a command of the operator.
    System,
}

impl Actor {
    /// The person, where it is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { user, .. } => Some(*user),
            Self::Anonymous | Self::System => None,
        }
    }
}
