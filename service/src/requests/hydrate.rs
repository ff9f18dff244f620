//! Rows to views: a page of any size costs the same number of queries.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::id::{OrganizationId, RequestId, TeamId, UserId};
use domain::item::{Counts, Status};
use domain::job::Job;
use domain::policy::{Action, check};
use sea_orm::sea_query::{Expr, IntoCondition as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, ExprTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::item_views::Items;
use super::load::facts_at;
use super::view::{DeliveryState, DeliveryView, ItemView, RequestView};
use crate::Service;
use crate::db::cells::Cells;
use crate::db::entity::{credential_request, invitation, job, organization, organization_member, user};
use crate::db::join::on;
use crate::error::{Error, Result};
use crate::gather::Found;
use crate::members::{PersonView, Place};

/// What a view has besides the request's own row, whoever looks at it.
pub(crate) struct Parts {
    requester: PersonView,
    organization: String,
    reason_required: bool,
    invitation: Option<String>,
    /// The recipient is in the organization.
    recipient_inside: bool,
    delivery: Option<DeliveryView>,
    items: Vec<ItemView>,
}

/// What stands above the items of a request.
struct Head {
    request: RequestId,
    requester: PersonView,
    organization: String,
    reason_optional: bool,
    invitation: Option<String>,
    member: Option<Uuid>,
    mail: Option<Mail>,
}

/// What is read of the job of an invitation mail, in the order in which [`Head::read`] takes it.
const OF_MAIL: [job::Column; 8] = {
    use job::Column as Of;
    [Of::CreatedAt, Of::DueAt, Of::Attempts, Of::LastError, Of::DoneAt, Of::DeadAt, Of::BouncedAt, Of::Bounce]
};

/// How far that job came.
struct Mail {
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    attempts: i32,
    last_error: Option<String>,
    done_at: Option<DateTime<Utc>>,
    dead_at: Option<DateTime<Utc>>,
    bounced_at: Option<DateTime<Utc>>,
    bounce: Option<String>,
}

impl Head {
    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let request = RequestId(cells.take()?);
        let requester = PersonView { id: UserId(cells.take()?), name: cells.take()?, email: cells.take()? };
        let (organization, reason_optional, invitation) = (cells.take()?, cells.take()?, cells.take()?);
        let member = cells.take()?;
        let mail = match cells.take()? {
            None => None,
            Some(created_at) => Some(Mail {
                created_at,
                due_at: cells.take()?,
                attempts: cells.take()?,
                last_error: cells.take()?,
                done_at: cells.take()?,
                dead_at: cells.take()?,
                bounced_at: cells.take()?,
                bounce: cells.take()?,
            }),
        };
        Ok(Self { request, requester, organization, reason_optional, invitation, member, mail })
    }
}

impl Mail {
    fn delivery(self) -> DeliveryView {
        if let Some(at) = self.bounced_at {
            return DeliveryView { state: DeliveryState::Bounced, detail: self.bounce, at };
        }
        let (state, at) = match (self.done_at, self.dead_at) {
            (Some(at), _) => (DeliveryState::Sent, at),
            (None, Some(at)) => (DeliveryState::Failed, at),
            (None, None) if self.attempts > 0 => (DeliveryState::Delayed, self.due_at),
            (None, None) => (DeliveryState::Queued, self.created_at),
        };
        let detail = if state == DeliveryState::Sent { None } else { self.last_error };
        DeliveryView { state, detail, at }
    }
}

impl Service {
    /// Turns rows into views for a caller who may see them, in their order; `None` for what went for good since its row
    /// was read, which must not take the others with it.
    pub(crate) async fn hydrate(
        &self,
        caller: UserId,
        rows: Vec<credential_request::Model>,
    ) -> Result<Vec<Option<RequestView>>> {
        let mut keys: Vec<_> = rows.iter().map(|row| (TeamId(row.team_id), caller)).collect();
        keys.dedup();
        let ids = rows.iter().map(|row| RequestId(row.id)).collect();
        let (places, parts) = tokio::try_join!(self.places(keys), self.parts(ids))?;
        views(caller, rows, |team| places.get(&(team, caller)), &parts)
    }

    /// The same for rows of one team, where it is known what the caller is for it.
    pub(crate) async fn hydrate_sent(
        &self,
        caller: UserId,
        place: &Place,
        rows: Vec<credential_request::Model>,
    ) -> Result<Vec<Option<RequestView>>> {
        let parts = self.parts(rows.iter().map(|row| RequestId(row.id)).collect()).await?;
        views(caller, rows, |_| Some(place), &parts)
    }

    /// What stands with some requests; one that was deleted for good meanwhile has nothing.
    pub(crate) async fn parts(&self, ids: Vec<RequestId>) -> Result<Found<RequestId, Parts>> {
        self.gathered.parts.ask(self, ids, Self::read_parts).await
    }

    async fn read_parts(self, ids: Vec<RequestId>) -> Result<HashMap<RequestId, Parts>> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        // Beside each other: a page waits for the longer of them, and not for both.
        let (heads, items) = tokio::try_join!(self.heads(&ids), self.item_views(Items::OfRequests(&ids)))?;
        let mut parts: HashMap<RequestId, Parts> = HashMap::with_capacity(ids.len());
        for head in heads {
            let delivery = head.mail.map(Mail::delivery);
            let parts = parts.entry(head.request).or_insert_with(|| Parts {
                requester: head.requester,
                organization: head.organization,
                reason_required: !head.reason_optional,
                invitation: head.invitation,
                recipient_inside: head.member.is_some(),
                delivery: None,
                items: Vec::new(),
            });
            // The newest comes last.
            parts.delivery = delivery;
        }
        for view in items {
            if let Some(parts) = parts.get_mut(&view.request) {
                parts.items.push(view);
            }
        }
        Ok(parts)
    }

    /// Names that stand with requests, and their invitation mails: a row for each mail, the newest last, or one
    /// where there is none.
    async fn heads(&self, requests: &[Uuid]) -> Result<Vec<Head>> {
        let mails = on(credential_request::Column::Id, job::Column::RequestId).on_condition(|_, job| {
            let kinds = [Job::REVIEW_REQUEST, Job::INVITATION];
            Expr::col((job, job::Column::Kind)).is_in(kinds).into_condition()
        });
        // Beside the joins and not among them: with one more of them PostgreSQL plans twice as long, at every page.
        let member = Query::select()
            .column(organization_member::Column::UserId)
            .from(organization_member::Entity)
            .and_where(
                Expr::col((organization_member::Entity, organization_member::Column::OrganizationId))
                    .equals((credential_request::Entity, credential_request::Column::OrganizationId)),
            )
            .and_where(
                Expr::col((organization_member::Entity, organization_member::Column::UserId))
                    .equals((credential_request::Entity, credential_request::Column::RecipientId)),
            )
            .take();
        let heads = credential_request::Entity::find()
            .select_only()
            .column(credential_request::Column::Id)
            .columns([user::Column::Id, user::Column::Name, user::Column::Email])
            .columns([organization::Column::Name, organization::Column::DeclineReasonOptional])
            .column(invitation::Column::Link)
            .expr(Expr::SubQuery(None, Box::new(member.into())))
            .columns(OF_MAIL)
            .join(JoinType::InnerJoin, on(credential_request::Column::RequesterId, user::Column::Id))
            .join(
                JoinType::InnerJoin,
                on(credential_request::Column::OrganizationId, organization::Column::Id),
            )
            .join(JoinType::LeftJoin, on(credential_request::Column::Id, invitation::Column::RequestId))
            .join(JoinType::LeftJoin, mails)
            .filter(credential_request::Column::Id.is_in(requests.iter().copied()))
            .order_by_asc(job::Column::Id)
            .into_query();
        let rows = self.db.read().query_all(&heads).await?;
        rows.iter().map(|row| Head::read(&mut Cells::of(row))).collect()
    }
}

/// Puts rows together with what was read for them.
fn views<'a>(
    caller: UserId,
    rows: Vec<credential_request::Model>,
    place: impl Fn(TeamId) -> Option<&'a Place>,
    parts: &HashMap<RequestId, Parts>,
) -> Result<Vec<Option<RequestView>>> {
    rows.into_iter()
        .map(|row| {
            let read = place(TeamId(row.team_id)).zip(parts.get(&RequestId(row.id)));
            read.map(|(place, parts)| view(caller, row, place, parts)).transpose()
        })
        .collect()
}

/// A request for somebody who may see it.
pub(crate) fn view(
    caller: UserId,
    row: credential_request::Model,
    place: &Place,
    parts: &Parts,
) -> Result<RequestView> {
    let facts = facts_at(Some(place), caller, &row);
    let mut items = parts.items.clone();
    for item in &mut items {
        item.is_recipient = facts.is_recipient;
        item.waiting_account = item.waiting_account.take().filter(|_| facts.is_recipient);
    }
    let sees_delivery = check(Action::ViewDelivery, &facts).is_ok();
    // Until it is accepted nobody from outside may see the request itself.
    let path = match &parts.invitation {
        Some(link) if row.recipient_id.is_none() => format!("/i/{link}"),
        _ => format!("/requests/{}", RequestId(row.id)),
    };
    Ok(RequestView {
        id: RequestId(row.id),
        organization: (OrganizationId(row.organization_id), parts.organization.clone()),
        team: (TeamId(row.team_id), place.team.name.clone()),
        requester: parts.requester.clone(),
        recipient: row.recipient_id.map(UserId),
        recipient_name: row.recipient_name,
        recipient_email: row.recipient_email,
        recipient_outside: row.recipient_outside,
        recipient_left: row.recipient_id.is_some() && !parts.recipient_inside,
        name: row.name,
        description: row.description,
        status: Status::parse(&row.status).ok_or_else(|| Error::corrupt("status"))?,
        counts: items.iter().map(|item| item.state).collect::<Counts>(),
        created_at: row.created_at,
        changed_at: row.changed_at,
        terms_version: row.terms_version,
        delivery: parts.delivery.clone().filter(|_| sees_delivery),
        path: check(Action::ResendInvitation, &facts).is_ok().then(|| path.into()),
        reason_required: parts.reason_required,
        token_hand_out: row.token_hand_out,
        is_recipient: facts.is_recipient,
        can_delete: check(Action::DeleteRequest, &facts).is_ok(),
        items,
    })
}
