//! What subscriptions deliver.

use crate::context::Calls as _;
use crate::error::Fail as _;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use domain::event::{Event, HealthChange};
use service::{FeedEvent, ItemView};

use super::health::HealthState;
use super::item::RequestItem;
use super::person::User;
use super::request::CredentialRequest;

/// Which list of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum RequestListKind {
    /// Sent from a team, by anyone in it.
    Sent,
    /// Addressed to you, in all organizations.
    Received,
}

/// One change of a request.
pub(crate) struct RequestChange(pub(crate) FeedEvent);

/// One change of a request.
#[Object(serial)]
impl RequestChange {
    /// Id of the change, to resume behind it.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What happened.
    async fn kind(&self) -> ChangeKind {
        ChangeKind::of(&self.0.event)
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Id of the request.
    async fn request_id(&self) -> Option<ID> {
        self.0.event.of_request().map(|of| of.request.to_string().into())
    }

    /// Id of the item, where the change is about one.
    async fn item_id(&self) -> Option<ID> {
        self.0.event.item().map(|item| item.to_string().into())
    }

    /// The request as it is now; absent once it was deleted.
    async fn request(&self) -> Option<CredentialRequest> {
        self.0.request.clone().map(CredentialRequest::of)
    }
}

/// One change of your account.
pub(crate) struct ViewerChange(pub(crate) FeedEvent);

/// One change of your account.
#[Object(serial)]
impl ViewerChange {
    /// Id of the change, to resume behind it.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// You, as you are now.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<User> {
        Ok(User::of(ctx.service()?.viewer(ctx.actor()).await.map_err(|error| error.fail(ctx))?))
    }
}

/// A change of what a team's connections stand on.
pub(crate) struct ConnectionHealthChange {
    id: String,
    at: DateTime<Utc>,
    state: HealthState,
    item: ItemView,
}

impl ConnectionHealthChange {
    /// The change, where it is one of health and leaves one of these states.
    pub(crate) fn of(event: FeedEvent, states: Option<&[HealthState]>) -> Option<Self> {
        let id = event.event.item().filter(|_| event.event.changes_health())?;
        let item = event.request?.items.into_iter().find(|item| item.id == id)?;
        let state =
            item.credential.as_ref().map_or(HealthState::Ended, |granted| granted.health.state.into());
        states.is_none_or(|states| states.contains(&state)).then(|| Self {
            id: event.id.to_string(),
            at: event.at,
            state,
            item,
        })
    }
}

/// A change of what a team's connections stand on.
#[Object(serial)]
impl ConnectionHealthChange {
    /// Id of the change, to resume behind it.
    async fn id(&self, _ctx: &Context<'_>) -> ID {
        self.id.clone().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Whether calls can be expected to work now.
    async fn state(&self) -> HealthState {
        self.state
    }

    /// The item as it is now, with state, reason, account and expiry. What people wrote about it needs
    /// `requests:read`.
    async fn item(&self) -> RequestItem {
        RequestItem(self.item.clone())
    }
}

/// What happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ChangeKind {
    /// The request was sent.
    RequestCreated,
    /// The mail to the recipient is sent once more.
    InvitationResent,
    /// The recipient from outside accepted the invitation.
    InvitationAccepted,
    /// The mail to the recipient was taken, delayed or given up.
    DeliveryChanged,
    /// An item was authorized.
    ItemAuthorized,
    /// The secret of an item was replaced.
    ItemRenewed,
    /// A try to authorize an item ended without access.
    ItemAttempted,
    /// An access waits for the recipient to confirm the account.
    ItemWaits,
    /// An item does not work.
    ItemInvalid,
    /// The app of an item is hard to reach; it is tried again.
    ItemDegraded,
    /// The app of an item answers again.
    ItemRecovered,
    /// The access of an item works no more; only the recipient can mend it.
    ItemBroken,
    /// An item was declined.
    ItemDeclined,
    /// The access of an item was taken back.
    ItemRevoked,
    /// The app is being told that an access ended.
    RevocationQueued,
    /// The app's answer to that is known.
    RevocationFinished,
    /// The request was deleted.
    RequestDeleted,
    /// The team made a connection.
    ConnectionCreated,
    /// A connection of the team has another token.
    ConnectionRotated,
    /// The recipient was reminded.
    RequestReminded,
    /// The recipient left the organization, or was removed.
    RecipientLeft,
    /// The team ended a connection.
    ConnectionWithdrawn,
    /// An admin of the team suspended a connection, or all use of an access.
    UseSuspended,
    /// An admin of the team resumed what was suspended.
    UseResumed,
    /// Something about the account of a person; never delivered with a request.
    AccountChanged,
}

impl ChangeKind {
    pub(super) const fn of(event: &Event) -> Self {
        match event {
            Event::RequestCreated { .. } => Self::RequestCreated,
            Event::InvitationResent { .. } => Self::InvitationResent,
            Event::InvitationAccepted { .. } => Self::InvitationAccepted,
            Event::DeliveryChanged { .. } => Self::DeliveryChanged,
            Event::ItemAuthorized { .. } => Self::ItemAuthorized,
            Event::ItemRenewed { .. } => Self::ItemRenewed,
            Event::ItemAttempted { .. } => Self::ItemAttempted,
            Event::ItemWaits { .. } => Self::ItemWaits,
            Event::ItemInvalid { .. } => Self::ItemInvalid,
            Event::HealthChanged { what: HealthChange::Degraded, .. } => Self::ItemDegraded,
            Event::HealthChanged { what: HealthChange::Recovered, .. } => Self::ItemRecovered,
            Event::HealthChanged { what: HealthChange::Broken(_), .. } => Self::ItemBroken,
            Event::ItemDeclined { .. } => Self::ItemDeclined,
            Event::ItemRevoked { .. } => Self::ItemRevoked,
            Event::RevocationQueued { .. } => Self::RevocationQueued,
            Event::RevocationFinished { .. } => Self::RevocationFinished,
            Event::RequestDeleted { .. } | Event::RequestCleared { .. } => Self::RequestDeleted,
            Event::ConnectionCreated { .. } => Self::ConnectionCreated,
            Event::ConnectionRotated { .. } => Self::ConnectionRotated,
            Event::RequestReminded { .. } => Self::RequestReminded,
            Event::RecipientLeft { .. } => Self::RecipientLeft,
            Event::ConnectionWithdrawn { .. } => Self::ConnectionWithdrawn,
            Event::UseSuspended { .. } => Self::UseSuspended,
            Event::UseResumed { .. } => Self::UseResumed,
            Event::SignInRequested { .. }
            | Event::SignedIn { .. }
            | Event::SignedOut { .. }
            | Event::OrganizationChanged { .. }
            | Event::MailDomainChanged { .. }
            | Event::MemberInvited { .. }
            | Event::ApiTokenCreated { .. }
            | Event::ApiTokenRevoked { .. }
            | Event::FeatureAsked { .. }
            | Event::FeatureDecided { .. }
            | Event::FeatureSet { .. }
            | Event::DeadJobDecided { .. }
            | Event::RequestReported { .. }
            | Event::InstanceSetUp { .. } => Self::AccountChanged,
        }
    }
}
