//! The event table as a feed: what subscribers read (API-5).

use domain::actor::Actor;
use domain::event::Event;
use domain::id::{EventId, RequestId, TeamId, UserId};
use domain::policy::{Action, Facts, OrganizationRole, Standing, check};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use crate::db::entity::{audit_head, event, organization_member};
use crate::error::{Error, Result};
use crate::requests::{RequestView, facts_at, view};
use crate::{Backend, Hint, Service};

/// Which events a subscriber wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feed {
    /// Of one request.
    Request(RequestId),
    /// Of all requests sent from a team.
    Sent(TeamId),
    /// Of all requests addressed to a person.
    Received(UserId),
    /// Of a person's own account.
    Own(UserId),
}

impl Feed {
    fn scope(self) -> SimpleExpr {
        match self {
            Self::Request(request) => event::Column::RequestId.eq(request.0),
            Self::Sent(team) => event::Column::TeamId.eq(team.0),
            Self::Received(user) => {
                event::Column::RecipientId.eq(user.0).and(event::Column::RequestId.is_not_null())
            }
            Self::Own(user) => event::Column::RecipientId.eq(user.0).and(event::Column::RequestId.is_null()),
        }
    }

    /// Whether a hint may concern this feed.
    pub fn wants(self, hint: &Hint) -> bool {
        match self {
            Self::Request(request) => hint.request == Some(request),
            Self::Sent(team) => hint.team == Some(team),
            Self::Received(user) => hint.request.is_some() && hint.recipient == Some(user),
            Self::Own(user) => hint.request.is_none() && hint.recipient == Some(user),
        }
    }
}

/// One event as a subscriber may see it.
#[derive(Debug, Clone)]
pub struct FeedEvent {
    /// Its id, to resume after.
    pub id: EventId,
    /// What happened.
    pub event: Event,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// The request as it is now; absent once it was deleted.
    pub request: Option<RequestView>,
}

/// What happened, and when.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    event: Event,
    at: chrono::DateTime<chrono::Utc>,
}

/// Different feeds that are read side by side, so that those who wait for them take no more than a few connections.
const FEEDS_AT_ONCE: usize = 4;
/// Events of one read of the table, at most.
pub const EVENTS_BATCH: usize = 200;

/// Ids are in the order of their commits within an organization. Of another organization one with a smaller id
/// may be committed later, by as much as a transaction may take and clocks differ: a replay over several
/// organizations begins this much earlier, and the reader drops what it knows.
const OVERLAP_MILLIS: u64 = 60_000;

impl Service {
    /// Whether an actor may listen to a feed at all.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `FORBIDDEN`.
    pub async fn may_listen(&self, actor: Actor, feed: Feed) -> Result<()> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        match feed {
            Feed::Request(request) => {
                self.load_request(actor, Action::ViewRequest, request).await.map(|_| ())
            }
            Feed::Sent(team) => self.check_team(actor, Action::ListSent, team).await.map(|_| ()),
            Feed::Received(whose) | Feed::Own(whose) if whose == user => Ok(()),
            Feed::Received(_) | Feed::Own(_) => Err(Error::not_found()),
        }
    }

    /// Ids of the events of a feed behind `after`, oldest first, at most [`EVENTS_BATCH`] at a time. `overlap` asks
    /// for those of other organizations from somewhat before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn events_after(&self, feed: Feed, after: EventId, overlap: bool) -> Result<Vec<EventId>> {
        // Who follows the same list from the same event on shares a read.
        let read = async |service: Self, places: Vec<(Feed, EventId, bool)>| {
            let service = &service;
            stream::iter(places)
                .map(async |place| Ok((place, service.read_events(place).await?)))
                .buffer_unordered(FEEDS_AT_ONCE)
                .try_collect()
                .await
        };
        Ok(self.gathered.behind.ask_one(self, (feed, after, overlap), read).await?.unwrap_or_default())
    }

    async fn read_events(&self, (feed, after, overlap): (Feed, EventId, bool)) -> Result<Vec<EventId>> {
        let mut behind = Condition::any().add(event::Column::Id.gt(after.0));
        if let (Feed::Received(_), true, Backend::Postgres) = (feed, overlap, self.db().backend()) {
            let known = event::Entity::find_by_id(after.0).one(self.db.read()).await?;
            let elsewhere = match known.and_then(|row| row.organization_id) {
                Some(organization) => event::Column::OrganizationId.ne(organization),
                None => event::Column::OrganizationId.is_not_null(),
            };
            behind = behind.add(event::Column::Id.gt(earlier(after).0).and(elsewhere));
        }
        let ids: Vec<Uuid> = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .filter(feed.scope())
            .filter(behind)
            .order_by_asc(event::Column::Id)
            .limit(EVENTS_BATCH as u64)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(ids.into_iter().map(EventId).collect())
    }

    /// Where a feed is read on from so that nothing behind `after` is missed: from there, or from somewhat before where
    /// it is an event of another organization.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn place_in(&self, feed: Feed, after: EventId) -> Result<EventId> {
        // What one received is of many organizations; its first read looks back by itself.
        if self.db().backend() != Backend::Postgres || matches!(feed, Feed::Received(_)) {
            return Ok(after);
        }
        let organization = |scope: SimpleExpr| {
            let rows = event::Entity::find().select_only().column(event::Column::OrganizationId);
            rows.filter(scope).limit(1).into_tuple::<Option<Uuid>>().one(self.db.read())
        };
        let (named, own) =
            tokio::try_join!(organization(event::Column::Id.eq(after.0)), organization(feed.scope()))?;
        Ok(if named.is_some() && named == own { after } else { earlier(after) })
    }

    /// Id of the newest event that a caller may be told of, from whatever feed. Who asks for it first, then for what
    /// they show, and follows from there on, misses nothing between the two.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or when the database is away.
    pub async fn newest_for(&self, actor: Actor) -> Result<EventId> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let own = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .filter(event::Column::RecipientId.eq(user.0))
            .order_by_desc(event::Column::Id)
            .limit(1)
            .into_tuple::<Uuid>();
        let organizations = organization_member::Entity::find()
            .select_only()
            .column(organization_member::Column::OrganizationId)
            .filter(organization_member::Column::UserId.eq(user.0))
            // Guests are told of what is theirs alone (ROLE-5).
            .filter(organization_member::Column::Role.ne(OrganizationRole::Guest.as_str()));
        let theirs = audit_head::Entity::find()
            .select_only()
            .column(audit_head::Column::EventId)
            .filter(audit_head::Column::OrganizationId.in_subquery(organizations.into_query()))
            .filter(audit_head::Column::EventId.is_not_null())
            .order_by_desc(audit_head::Column::EventId)
            .limit(1)
            .into_tuple::<Uuid>();
        let (own, theirs) = tokio::try_join!(own.one(self.db.read()), theirs.one(self.db.read()))?;
        Ok(EventId(Ord::max(own, theirs).unwrap_or_default()))
    }

    /// Id of the newest event of a feed, to begin at now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn newest_event(&self, feed: Feed) -> Result<EventId> {
        let newest: Option<Uuid> = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .filter(feed.scope())
            .order_by_desc(event::Column::Id)
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        Ok(EventId(newest.unwrap_or_default()))
    }

    /// Loads an event for a subscriber, with rights as they are now; `None` when it is not for them.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` once the session has ended; `UNAVAILABLE`.
    pub async fn deliver(&self, actor: Actor, id: EventId) -> Result<Option<FeedEvent>> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let (is_alive, told) = tokio::try_join!(self.session_is_alive(actor), self.told(id))?;
        if !is_alive {
            return Err(Error::unauthenticated());
        }
        let Some(Told { event, at }) = told else { return Ok(None) };
        let Some(of) = event.of_request().copied() else {
            let own = event.concerns() == Some(user);
            return Ok(own.then_some(FeedEvent { id, event, at, request: None }));
        };
        let key = (of.team, user);
        let (places, row) = tokio::try_join!(self.places(vec![key]), self.request_row(of.request))?;
        let place = places.get(&key);
        let standing = place
            .filter(|place| place.team.deleted_at.is_none())
            .map_or(Standing::Stranger, |place| place.standing);
        let facts =
            Facts { standing, is_recipient: of.recipient == Some(user), is_requester: of.requester == user };
        let action = match event {
            Event::DeliveryChanged { .. } => Action::ViewDelivery,
            _ => Action::ViewRequest,
        };
        if check(action, &facts).is_err() {
            return Ok(None);
        }
        let request = match (row, place) {
            (Some(row), Some(place))
                if check(Action::ViewRequest, &facts_at(Some(place), user, &row)).is_ok() =>
            {
                let parts = self.parts(vec![of.request]).await?;
                parts.get(&of.request).map(|parts| view(user, row, place, parts)).transpose()?
            }
            _ => None,
        };
        Ok(Some(FeedEvent { id, event, at, request }))
    }

    /// An event; its row never changes.
    async fn told(&self, id: EventId) -> Result<Option<Told>> {
        let read = async |service: Self, ids: Vec<EventId>| {
            let ids = ids.into_iter().map(|id| id.0);
            let rows =
                event::Entity::find().filter(event::Column::Id.is_in(ids)).all(service.db.read()).await?;
            rows.into_iter()
                .map(|row| {
                    let event = serde_json::from_value(row.payload).map_err(|_| Error::corrupt("event"))?;
                    Ok((EventId(row.id), Told { event, at: row.at }))
                })
                .collect()
        };
        self.gathered.events.ask_one(self, id, read).await
    }
}

/// An id made [`OVERLAP_MILLIS`] before another: the first 48 bits of an id are its time (RFC 9562, 5.7).
pub(crate) fn earlier(id: EventId) -> EventId {
    let millis = (id.0.as_u128() >> 80).saturating_sub(u128::from(OVERLAP_MILLIS));
    EventId(Uuid::from_u128(millis << 80))
}
