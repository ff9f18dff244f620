//! Whom a change of a request concerns.

use serde::{Deserialize, Serialize};

use crate::id::{OrganizationId, RequestId, TeamId, UserId};

/// A change of a request, with the ids that subscribers and reactions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OfRequest {
    /// The organization.
    pub organization: OrganizationId,
    /// The team.
    pub team: TeamId,
    /// The request.
    pub request: RequestId,
    /// Who sent it.
    pub requester: UserId,
    /// Who answers it; nobody until an invitation is accepted.
    pub recipient: Option<UserId>,
}

impl OfRequest {
    /// Requester and recipient are one person (REQ-8): then no mail is sent.
    pub fn is_to_self(&self) -> bool {
        self.recipient == Some(self.requester)
    }
}
