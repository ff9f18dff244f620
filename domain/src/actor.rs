//! Who asks.

use crate::id::{ApiTokenId, SessionId, UserId};
use crate::scope::Scopes;

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
    /// A program with a token of a person (INV-5).
    Token {
        /// Whose token.
        user: UserId,
        /// Which.
        token: ApiTokenId,
        /// What it may do.
        scopes: Scopes,
    },
    /// Consentry itself: the worker, or a command of the operator.
    System,
}

impl Actor {
    /// The person, where it is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { user, .. } | Self::Token { user, .. } => Some(*user),
            Self::Anonymous | Self::System => None,
        }
    }
}
