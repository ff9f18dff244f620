//! Whom a change of a request concerns.

use serde::{Deserialize, Serialize};

use super::Event;
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

impl Event {
    /// The request that changed, where the event is about one that subscribers can see.
    pub const fn of_request(&self) -> Option<&OfRequest> {
        match self {
            Self::RequestCreated { of }
            | Self::InvitationResent { of }
            | Self::InvitationAccepted { of }
            | Self::DeliveryChanged { of }
            | Self::ItemAuthorized { of, .. }
            | Self::ItemRenewed { of, .. }
            | Self::ItemAttempted { of, .. }
            | Self::ItemWaits { of, .. }
            | Self::ItemInvalid { of, .. }
            | Self::HealthChanged { of, .. }
            | Self::ItemDeclined { of, .. }
            | Self::ItemRevoked { of, .. }
            | Self::RevocationQueued { of, .. }
            | Self::RevocationFinished { of, .. }
            | Self::RequestDeleted { of, .. }
            | Self::ConnectionCreated { of, .. }
            | Self::ConnectionRotated { of, .. }
            | Self::RequestReminded { of }
            | Self::RecipientLeft { of }
            | Self::ConnectionWithdrawn { of, .. }
            | Self::UseSuspended { of, .. }
            | Self::UseResumed { of, .. } => Some(of),
            Self::SignInRequested { .. }
            | Self::SignedIn { .. }
            | Self::SignedOut { .. }
            | Self::InstanceSetUp { .. }
            | Self::OrganizationChanged { .. }
            | Self::MailDomainChanged { .. }
            | Self::MemberInvited { .. }
            | Self::ApiTokenCreated { .. }
            | Self::ApiTokenRevoked { .. }
            | Self::FeatureAsked { .. }
            | Self::FeatureDecided { .. }
            | Self::FeatureSet { .. }
            | Self::DeadJobDecided { .. }
            | Self::RequestReported { .. }
            | Self::RequestCleared { .. } => None,
        }
    }

    /// The organization that it happened in.
    pub const fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::SignedIn { through, .. } => *through,
            Self::OrganizationChanged { organization, .. }
            | Self::MailDomainChanged { organization, .. }
            | Self::MemberInvited { organization, .. }
            | Self::InstanceSetUp { organization, .. }
            | Self::RequestReported { organization, .. }
            | Self::RequestCleared { organization, .. } => Some(*organization),
            other => match other.of_request() {
                Some(of) => Some(of.organization),
                None => None,
            },
        }
    }
}
