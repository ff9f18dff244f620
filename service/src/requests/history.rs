//! The history of a request (LIST-3), and everything that somebody ever granted (REC-10).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{EventId, ItemId, OrganizationId, RequestId, UserId};
use domain::policy::{Action, check};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::view::{ItemView, RequestView};
use crate::Service;
use crate::db::entity::{credential, credential_request, event, request_item, user};
use crate::db::join::on;
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};
use crate::members::PersonView;

/// What somebody was for a request when they did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryActor {
    /// Who sent it.
    Requester,
    /// Who is asked.
    Recipient,
    /// Somebody else of the team or the organization.
    Team,
    /// Consentry itself.
    Consentry,
}

/// One step of a history.
#[derive(Debug, Clone)]
pub struct HistoryView {
    /// Id of the event.
    pub id: EventId,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
    /// What they were.
    pub actor: HistoryActor,
    /// Who, where the caller may see them.
    pub person: Option<PersonView>,
}

/// Which grants are wanted; everything given must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct GrantFilter {
    /// Asked for by this organization.
    pub organization: Option<OrganizationId>,
    /// Stands now, or has ended.
    pub stands: Option<bool>,
}

/// Something that the caller granted, now or once.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// When it was granted last.
    pub authorized_at: DateTime<Utc>,
    /// When its secret was destroyed; `None` while it stands.
    pub ended_at: Option<DateTime<Utc>>,
    /// When one of its connections was used last.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The item.
    pub item: ItemView,
    /// Its request.
    pub request: RequestView,
}

impl Service {
    /// Who did what with a request, newest first. Recipients see no people of the team but the requester
    /// (ROLE-5), and not how the mail to them fared.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, or problems with the page.
    pub async fn history(&self, actor: Actor, id: RequestId, page: &PageAsk) -> Result<Page<HistoryView>> {
        let (request, facts) = self.load_request(actor, Action::ViewRequest, id).await?;
        let (first, after) = page.read()?;
        let db = self.db.read();
        let mut query = event::Entity::find().filter(event::Column::RequestId.eq(id.0));
        if check(Action::ViewDelivery, &facts).is_err() {
            query = query.filter(event::Column::Kind.ne(Event::DELIVERY_CHANGED));
        }
        let total = page.count(db, &query).await?;
        if let Some(position) = after {
            query = query.filter(newest(event::Column::At, event::Column::Id, position)?);
        }
        let rows = query
            .order_by_desc(event::Column::At)
            .order_by_desc(event::Column::Id)
            .limit(first + 1)
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let people = user::Entity::find()
            .filter(user::Column::Id.is_in(rows.iter().filter_map(|row| row.actor_id)))
            .all(db)
            .await?;
        let sees_people = facts.standing.is_in_team();
        let rows = rows
            .into_iter()
            .map(|row| {
                let who = match row.actor_id {
                    None => HistoryActor::Consentry,
                    Some(user) if user == request.requester_id => HistoryActor::Requester,
                    Some(user) if Some(user) == request.recipient_id => HistoryActor::Recipient,
                    Some(_) => HistoryActor::Team,
                };
                let person = people.iter().find(|person| Some(person.id) == row.actor_id);
                let person = person.filter(|_| sees_people || who != HistoryActor::Team);
                Ok((
                    Position::Time(row.at, row.id).encode(),
                    HistoryView {
                        id: EventId(row.id),
                        at: row.at,
                        event: serde_json::from_value(row.payload).map_err(|_| Error::corrupt("event"))?,
                        actor: who,
                        person: person.map(|person| PersonView {
                            id: UserId(person.id),
                            name: person.name.clone(),
                            email: person.email.clone(),
                        }),
                    },
                ))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// What the caller ever granted, in all organizations, newest first (REC-10).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or problems with the page.
    pub async fn grants(&self, actor: Actor, filter: GrantFilter, page: &PageAsk) -> Result<Page<GrantView>> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let (first, after) = page.read()?;
        let db = self.db.read();
        let mut query = credential::Entity::find()
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .join(JoinType::InnerJoin, on(request_item::Column::RequestId, credential_request::Column::Id))
            .filter(credential_request::Column::RecipientId.eq(me.0))
            .filter(credential_request::Column::DeletedAt.is_null());
        if let Some(organization) = filter.organization {
            query = query.filter(credential_request::Column::OrganizationId.eq(organization.0));
        }
        if let Some(stands) = filter.stands {
            let ended = credential::Column::DestroyedAt;
            query = query.filter(if stands { ended.is_null() } else { ended.is_not_null() });
        }
        let total = page.count(db, &query).await?;
        if let Some(position) = after {
            query = query.filter(newest(credential::Column::AuthorizedAt, credential::Column::Id, position)?);
        }
        let rows: Vec<(Uuid, Uuid, Uuid, DateTime<Utc>, Option<DateTime<Utc>>)> = query
            .select_only()
            .columns([credential::Column::Id, credential::Column::ItemId])
            .column(request_item::Column::RequestId)
            .columns([credential::Column::AuthorizedAt, credential::Column::DestroyedAt])
            .order_by_desc(credential::Column::AuthorizedAt)
            .order_by_desc(credential::Column::Id)
            .limit(first + 1)
            .into_tuple()
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let requests = credential_request::Entity::find()
            .filter(credential_request::Column::Id.is_in(rows.iter().map(|row| row.2)))
            .all(db)
            .await?;
        let (requests, uses) =
            tokio::try_join!(self.hydrate(me, requests), self.uses(rows.iter().map(|row| row.0)))?;
        let rows = rows
            .into_iter()
            .filter_map(|(id, item, request, authorized_at, ended_at)| {
                let request = requests.iter().flatten().find(|view| view.id == RequestId(request))?;
                let item = request.items.iter().find(|view| view.id == ItemId(item))?;
                Some((
                    Position::Time(authorized_at, id).encode(),
                    GrantView {
                        authorized_at,
                        ended_at,
                        last_used_at: uses.get(&id).and_then(|(_, used)| *used),
                        item: item.clone(),
                        request: request.clone(),
                    },
                ))
            })
            .collect();
        Ok(Page { rows, has_next, total })
    }
}

fn newest<C: sea_orm::ColumnTrait>(at: C, id: C, position: Position) -> Result<SimpleExpr> {
    let Position::Time(time, row) = position else {
        return Err(Error::input(domain::ErrorCode::InvalidCursor, "after", "is a cursor of another list"));
    };
    Ok(behind(&Order::Desc, (at, time), (id, row)))
}
