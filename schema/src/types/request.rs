//! Credential requests.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::item::{Counts as CountsOf, Status};
use service::{DeliveryState as StateOfDelivery, RequestView};

use super::history::HistoryEntry;
use super::item::RequestItem;
use super::person::Person;
use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::page::{HistoryConnection, ask};

/// One ask: a requester, a team, one recipient, one or more apps.
pub(crate) struct CredentialRequest(RequestView, Vec<RequestItem>);

impl CredentialRequest {
    pub(crate) fn of(mut view: RequestView) -> Self {
        let items = std::mem::take(&mut view.items).into_iter().map(RequestItem).collect();
        Self(view, items)
    }
}

/// One ask: a requester, a team, one recipient, one or more apps.
#[Object(serial)]
impl CredentialRequest {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name that the requester gave it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Why, in the requester's words.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Where the request stands as a whole.
    async fn status(&self) -> RequestStatus {
        self.0.status.into()
    }

    /// Items per state.
    async fn counts(&self) -> ItemCounts {
        ItemCounts::of(self.0.counts)
    }

    /// When it was sent.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it or one of its items last changed.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.0.changed_at
    }

    /// Who sent it.
    async fn requester(&self) -> Person {
        Person::of(&self.0.requester)
    }

    /// Who is asked.
    async fn recipient(&self) -> Recipient {
        Recipient {
            user_id: self.0.recipient.map(|user| user.to_string().into()),
            name: self.0.recipient_name.clone(),
            email: self.0.recipient_email.clone(),
            from_outside: self.0.recipient_outside,
            has_left: self.0.recipient_left,
        }
    }

    /// The organization that asks.
    async fn organization(&self) -> OrganizationName {
        OrganizationName { id: self.0.organization.0.to_string().into(), name: self.0.organization.1.clone() }
    }

    /// The team that asks and that the request belongs to.
    async fn team(&self) -> TeamName {
        TeamName { id: self.0.team.0.to_string().into(), name: self.0.team.1.clone() }
    }

    /// The apps asked for, in their order; at most 64.
    async fn items(&self) -> &[RequestItem] {
        &self.1
    }

    /// Version of the terms that the requester accepted.
    async fn terms_version(&self) -> &str {
        &self.0.terms_version
    }

    /// How the mail to the recipient fares. Absent for the recipient, also where they work in the team that asks,
    /// and for a request to oneself.
    async fn delivery(&self) -> Option<Delivery> {
        self.0.delivery.as_ref().map(|view| Delivery {
            state: view.state.into(),
            detail: view.detail.clone(),
            at: view.at,
        })
    }

    /// The address to give to the recipient: of the invitation until it is accepted, of the request from then on. It
    /// opens nothing to anybody else. Absent for the recipient.
    async fn link(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        let config = ctx.service()?.config();
        Ok(self.0.path.as_deref().map(|path| config.link(path)))
    }

    /// Declining an item needs a reason; the organization may leave it to the recipient.
    async fn decline_reason_required(&self) -> bool {
        self.0.reason_required
    }

    /// Who did what and when, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<HistoryConnection> {
        let has_after = after.is_some();
        let ask = ask(ctx, first, after);
        // Boxed: each field of a request takes the room that the largest one needs.
        let page = Box::pin(ctx.service()?.history(ctx.actor(), self.0.id, &ask)).await;
        let page = page.map_err(|error| error.fail(ctx))?;
        Ok(HistoryConnection::of(page, has_after, HistoryEntry::of))
    }

    /// Tools of the team may fetch short-lived access tokens for what you authorize here, and use them without the
    /// limits of the modules. Each is counted in the use of the item. Tell this before consent.
    async fn token_hand_out(&self) -> bool {
        self.0.token_hand_out
    }

    /// You are the recipient.
    async fn viewer_is_recipient(&self) -> bool {
        self.0.is_recipient
    }

    /// When you reported that you do not trust it.
    async fn viewer_reported_at(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<DateTime<Utc>>> {
        // Boxed, as above.
        Box::pin(ctx.service()?.my_report(ctx.actor(), self.0.id)).await.map_err(|error| error.fail(ctx))
    }

    /// You may delete it.
    async fn viewer_can_delete(&self) -> bool {
        self.0.can_delete
    }
}

/// Who is asked.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Recipient {
    /// Id of the person; absent until an invitation from outside is accepted.
    user_id: Option<ID>,
    /// Name.
    name: String,
    /// Mail address.
    email: String,
    /// Was asked from outside the organization.
    from_outside: bool,
    /// Left the organization since, or was removed: what they shared here has ended, and they can share nothing until
    /// they are back. They can still decline.
    has_left: bool,
}

/// An organization by name.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OrganizationName {
    /// Global id.
    pub(crate) id: ID,
    /// Name.
    pub(crate) name: String,
}

/// A team by name.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct TeamName {
    /// Global id.
    pub(crate) id: ID,
    /// Name.
    pub(crate) name: String,
}

/// Items of a request per state.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct ItemCounts {
    /// Wait for the recipient.
    pending: u32,
    /// Work.
    authorized: u32,
    /// Were declined.
    declined: u32,
    /// Were taken back.
    revoked: u32,
    /// Do not work.
    invalid: u32,
}

impl ItemCounts {
    fn of(counts: CountsOf) -> Self {
        Self {
            pending: counts.pending,
            authorized: counts.authorized,
            declined: counts.declined,
            revoked: counts.revoked,
            invalid: counts.invalid,
        }
    }
}

/// How the mail to the recipient fares.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Delivery {
    /// Where it stands.
    state: DeliveryState,
    /// Why the mail did not get through yet, or not at all, such as what the mail server said; in English.
    detail: Option<String>,
    /// When it came to this; for `DELAYED`, when it will be tried again.
    at: DateTime<Utc>,
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "StateOfDelivery")]
pub(crate) enum DeliveryState {
    /// About to be sent.
    Queued,
    /// Did not get through yet; will be tried again.
    Delayed,
    /// The mail server took it.
    Sent,
    /// Given up.
    Failed,
    /// The mail server took it, and it came back.
    Bounced,
}

/// Where a request stands: the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub(crate) enum RequestStatus {
    /// At least one item does not work.
    Invalid,
    /// At least one item waits for the recipient, or was taken back.
    Incomplete,
    /// Every item is authorized.
    Authorized,
    /// Every item is declined.
    Declined,
    /// Some items are authorized, the others declined.
    PartiallyAuthorized,
}

/// Narrows a list of requests; everything given must hold.
#[derive(InputObject, Default)]
pub(crate) struct RequestFilter {
    /// One of these statuses.
    statuses: Option<Vec<RequestStatus>>,
    /// Asks for this app.
    app: Option<String>,
    /// Sent by this person.
    requester_id: Option<ID>,
    /// Addressed to this person.
    recipient_id: Option<ID>,
    /// Name of the request, or name or address of the recipient, contains this.
    text: Option<String>,
}

impl RequestFilter {
    pub(crate) fn read(self) -> Result<service::RequestFilter, service::Error> {
        Ok(service::RequestFilter {
            statuses: self.statuses.unwrap_or_default().into_iter().map(Into::into).collect(),
            app: self.app,
            requester: self.requester_id.map(|id| parse(&id, "filter.requesterId")).transpose()?,
            recipient: self.recipient_id.map(|id| parse(&id, "filter.recipientId")).transpose()?,
            text: self.text,
        })
    }
}

/// The order of a list of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::RequestSort")]
pub(crate) enum RequestSort {
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
    /// By name, from A.
    Name,
}
