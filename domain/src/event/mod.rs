//! What happened. One event is written in the transaction of each change; it is outbox, audit trail and
//! subscription feed in one. An event carries ids, never a secret, never a text that a person wrote.

mod audience;
mod health;
mod item;
mod of_request;
mod organization;
mod reason;
mod subject;

use serde::{Deserialize, Serialize};

pub use health::HealthChange;
pub use of_request::OfRequest;
pub use organization::{MailDomainChange, OrganizationChange};
pub use reason::Reason;
pub use subject::Subject;

use crate::id::{
    ApiTokenId, ApplicationId, ConnectionId, ItemId, JobId, MailDomainId, MemberInvitationId, OrganizationId,
    RequestId, RevocationId, SignInId, TeamId, UserId,
};
use crate::policy::{OrganizationRole, TeamRole};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// Somebody asked for a sign-in code.
    SignInRequested {
        /// The code's row.
        sign_in: SignInId,
    },
    /// Somebody signed in.
    SignedIn {
        /// Who.
        user: UserId,
        /// For the first time.
        new: bool,
        /// The organization by whose OpenID provider, where it was one's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through: Option<OrganizationId>,
    },
    /// A session was ended by its owner.
    SignedOut {
        /// Who.
        user: UserId,
    },
    /// The first administrator took the instance into service (OPS-7).
    InstanceSetUp {
        /// The administrator.
        user: UserId,
        /// The first organization.
        organization: OrganizationId,
    },
    /// An organization, its teams or its people changed.
    OrganizationChanged {
        /// What happened.
        what: OrganizationChange,
        /// The organization.
        organization: OrganizationId,
        /// The team, where it is about one.
        team: Option<TeamId>,
        /// Whom it is about.
        user: Option<UserId>,
        /// The role that they have in the organization since, where that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<OrganizationRole>,
        /// The role that they have in the team since, where that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team_role: Option<TeamRole>,
    },
    /// A mail domain was claimed, decided on or given up.
    MailDomainChanged {
        /// What happened.
        what: MailDomainChange,
        /// The organization.
        organization: OrganizationId,
        /// The claim.
        domain: MailDomainId,
    },
    /// A token for a program was made (INV-5).
    ApiTokenCreated {
        /// Whose.
        user: UserId,
        /// The token's row.
        token: ApiTokenId,
    },
    /// A token was revoked.
    ApiTokenRevoked {
        /// Whose.
        user: UserId,
        /// The token's row.
        token: ApiTokenId,
    },
    /// Somebody applied for the feature (GATE-2).
    FeatureAsked {
        /// Who.
        user: UserId,
        /// The application.
        application: ApplicationId,
    },
    /// An application was decided.
    FeatureDecided {
        /// Who applied.
        user: UserId,
        /// The application.
        application: ApplicationId,
        /// The feature is on now.
        granted: bool,
    },
    /// The feature was switched on or off by hand (GATE-5).
    FeatureSet {
        /// For whom.
        user: UserId,
        /// It is on now.
        on: bool,
    },
    /// A job that was given up was started again, or dropped (REL-2).
    DeadJobDecided {
        /// Which.
        job: JobId,
        /// It was dropped.
        dropped: bool,
    },
    /// Somebody is to get the mail of an invitation to join an organization.
    MemberInvited {
        /// The organization.
        organization: OrganizationId,
        /// The invitation.
        invitation: MemberInvitationId,
    },
    /// A request was sent.
    RequestCreated {
        /// Which.
        of: OfRequest,
    },
    /// The invitation is to be sent once more.
    InvitationResent {
        /// Which.
        of: OfRequest,
    },
    /// A guest accepted the invitation.
    InvitationAccepted {
        /// Which; the recipient is known now.
        of: OfRequest,
    },
    /// The state of a mail about the request changed.
    DeliveryChanged {
        /// Which.
        of: OfRequest,
    },
    /// Access was granted.
    ItemAuthorized {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The access had stopped to work, and works again (HEALTH-4).
        #[serde(default)]
        repaired: bool,
    },
    /// The secret was replaced; the item stays authorized (REC-7).
    ItemRenewed {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
    },
    /// An attempt ended without access; the item stays as it was.
    ItemAttempted {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// Why.
        reason: Reason,
    },
    /// An access is there and counts once the recipient has confirmed the account (REC-3); the item stays as it
    /// was.
    ItemWaits {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
    },
    /// The item does not work.
    ItemInvalid {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// Why.
        reason: Reason,
    },
    /// What was granted stopped to work, or the app is hard to reach (HEALTH-2, HEALTH-4).
    HealthChanged {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// What happened.
        what: HealthChange,
    },
    /// The recipient said no.
    ItemDeclined {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
    },
    /// The recipient took the access back.
    ItemRevoked {
        /// Which.
        of: OfRequest,
        /// The item.
        item: ItemId,
    },
    /// A secret that is no longer used here is to be revoked at its provider (REC-6, STATE-1).
    RevocationQueued {
        /// The revocation.
        revocation: RevocationId,
        /// Which.
        of: OfRequest,
        /// The item it belonged to.
        item: ItemId,
    },
    /// The provider's answer to a revocation is known.
    RevocationFinished {
        /// The revocation.
        revocation: RevocationId,
        /// Which.
        of: OfRequest,
        /// The item it belonged to.
        item: ItemId,
    },
    /// A request was deleted; no secret of it is left (DEL-3).
    RequestDeleted {
        /// Which.
        of: OfRequest,
        /// Who deleted it.
        by: UserId,
    },
    /// What was left of a deleted request has been cleared.
    RequestCleared {
        /// The organization.
        organization: OrganizationId,
        /// The team.
        team: TeamId,
        /// The request that was.
        request: RequestId,
    },
    /// The team uses a credential.
    ConnectionCreated {
        /// The request that the credential belongs to.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The connection.
        connection: ConnectionId,
    },
    /// A connection has another token.
    ConnectionRotated {
        /// The request that the credential belongs to.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The connection.
        connection: ConnectionId,
    },
    /// The recipient is reminded.
    RequestReminded {
        /// Which.
        of: OfRequest,
    },
    /// The recipient left the organization, or was removed, and can grant nothing until they are back (ROLE-7).
    RecipientLeft {
        /// Which.
        of: OfRequest,
    },
    /// The recipient does not trust a request. Of the organization and not of the request: whoever sent it and
    /// their team do not see it there.
    RequestReported {
        /// The organization.
        organization: OrganizationId,
        /// Which.
        request: RequestId,
        /// Who reported it.
        by: UserId,
        /// Who is told.
        to: Vec<UserId>,
    },
    /// The team stopped a use.
    ConnectionWithdrawn {
        /// The request that the credential belongs to.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The connection.
        connection: ConnectionId,
    },
    /// An admin of the team suspended a connection, or all use of a credential (USE-6).
    UseSuspended {
        /// The request that the credential belongs to.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The connection; every one of the credential when absent.
        connection: Option<ConnectionId>,
        /// Who did it.
        by: UserId,
    },
    /// An admin of the team resumed what was suspended.
    UseResumed {
        /// The request that the credential belongs to.
        of: OfRequest,
        /// The item.
        item: ItemId,
        /// The connection; every one of the credential when absent.
        connection: Option<ConnectionId>,
        /// Who did it.
        by: UserId,
    },
}

impl Event {
    /// Kind of [`Event::SignInRequested`].
    pub const SIGN_IN_REQUESTED: &'static str = "SIGN_IN_REQUESTED";
    /// Kind of [`Event::DeliveryChanged`].
    pub const DELIVERY_CHANGED: &'static str = "DELIVERY_CHANGED";
    /// Kind of [`Event::RequestReminded`].
    pub const REQUEST_REMINDED: &'static str = "REQUEST_REMINDED";
    /// Kind of [`Event::RequestCreated`].
    pub const REQUEST_CREATED: &'static str = "REQUEST_CREATED";
    /// Kind of [`Event::RequestDeleted`].
    pub const REQUEST_DELETED: &'static str = "REQUEST_DELETED";
    /// Kind of [`Event::MemberInvited`].
    pub const MEMBER_INVITED: &'static str = "MEMBER_INVITED";
    /// Kind of [`Event::InvitationResent`].
    pub const INVITATION_RESENT: &'static str = "INVITATION_RESENT";

    /// A change of an organization as such.
    pub const fn organization_changed(what: OrganizationChange, organization: OrganizationId) -> Self {
        Self::OrganizationChanged { what, organization, team: None, user: None, role: None, team_role: None }
    }

    /// The name in the database and in the API.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignInRequested { .. } => Self::SIGN_IN_REQUESTED,
            Self::SignedIn { .. } => "SIGNED_IN",
            Self::SignedOut { .. } => "SIGNED_OUT",
            Self::InstanceSetUp { .. } => "INSTANCE_SET_UP",
            Self::OrganizationChanged { what, .. } => what.as_str(),
            Self::MailDomainChanged { what, .. } => what.as_str(),
            Self::ApiTokenCreated { .. } => "API_TOKEN_CREATED",
            Self::ApiTokenRevoked { .. } => "API_TOKEN_REVOKED",
            Self::FeatureAsked { .. } => "FEATURE_ASKED",
            Self::FeatureDecided { .. } => "FEATURE_DECIDED",
            Self::FeatureSet { .. } => "FEATURE_SET",
            Self::DeadJobDecided { dropped: false, .. } => "DEAD_JOB_RETRIED",
            Self::DeadJobDecided { dropped: true, .. } => "DEAD_JOB_DROPPED",
            Self::MemberInvited { .. } => Self::MEMBER_INVITED,
            Self::RequestCreated { .. } => Self::REQUEST_CREATED,
            Self::InvitationResent { .. } => Self::INVITATION_RESENT,
            Self::InvitationAccepted { .. } => "INVITATION_ACCEPTED",
            Self::DeliveryChanged { .. } => Self::DELIVERY_CHANGED,
            Self::ItemAuthorized { .. } => "ITEM_AUTHORIZED",
            Self::ItemRenewed { .. } => "ITEM_RENEWED",
            Self::ItemAttempted { .. } => "ITEM_ATTEMPTED",
            Self::ItemWaits { .. } => "ITEM_WAITS",
            Self::ItemInvalid { .. } => "ITEM_INVALID",
            Self::HealthChanged { what, .. } => what.as_str(),
            Self::ItemDeclined { .. } => "ITEM_DECLINED",
            Self::ItemRevoked { .. } => "ITEM_REVOKED",
            Self::RevocationQueued { .. } => "REVOCATION_QUEUED",
            Self::RevocationFinished { .. } => "REVOCATION_FINISHED",
            Self::RequestDeleted { .. } => Self::REQUEST_DELETED,
            Self::RequestCleared { .. } => "REQUEST_CLEARED",
            Self::ConnectionCreated { .. } => "CONNECTION_CREATED",
            Self::ConnectionRotated { .. } => "CONNECTION_ROTATED",
            Self::RequestReminded { .. } => Self::REQUEST_REMINDED,
            Self::RecipientLeft { .. } => "RECIPIENT_LEFT",
            Self::RequestReported { .. } => "REQUEST_REPORTED",
            Self::ConnectionWithdrawn { .. } => "CONNECTION_WITHDRAWN",
            Self::UseSuspended { .. } => "USE_SUSPENDED",
            Self::UseResumed { .. } => "USE_RESUMED",
        }
    }
}
