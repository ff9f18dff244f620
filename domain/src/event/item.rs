//! Which item an event is about.

use super::Event;
use crate::id::ItemId;

impl Event {
    /// The item that changed, where there is one.
    pub const fn item(&self) -> Option<ItemId> {
        match self {
            Self::ItemAuthorized { item, .. }
            | Self::ItemRenewed { item, .. }
            | Self::ItemAttempted { item, .. }
            | Self::ItemWaits { item, .. }
            | Self::ItemInvalid { item, .. }
            | Self::HealthChanged { item, .. }
            | Self::ItemDeclined { item, .. }
            | Self::ItemRevoked { item, .. }
            | Self::RevocationQueued { item, .. }
            | Self::RevocationFinished { item, .. }
            | Self::ConnectionCreated { item, .. }
            | Self::ConnectionRotated { item, .. }
            | Self::ConnectionWithdrawn { item, .. }
            | Self::UseSuspended { item, .. }
            | Self::UseResumed { item, .. } => Some(*item),
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
            | Self::RequestCreated { .. }
            | Self::InvitationResent { .. }
            | Self::InvitationAccepted { .. }
            | Self::DeliveryChanged { .. }
            | Self::RequestReminded { .. }
            | Self::RecipientLeft { .. }
            | Self::RequestReported { .. }
            | Self::RequestDeleted { .. }
            | Self::RequestCleared { .. } => None,
        }
    }
}
