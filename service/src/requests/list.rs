//! The lists *sent* and *received*, and one request (LIST-1, LIST-2).

use domain::actor::Actor;
use domain::id::{ItemId, RequestId, TeamId, UserId};
use domain::item::Status;
use domain::policy::Action;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sea_orm::{EntityTrait as _, QueryTrait as _};

use super::list_query::{ListQuery, Scope};
use super::view::{ItemView, RequestView};
use crate::Service;
use crate::db::entity::{credential_request, request_item};
use crate::db::page::{Page, PageAsk, Position, cut, planned_once};
use crate::error::{Error, Result};
use crate::members::Place;

/// Beginnings of lists that are read beside each other.
const AT_ONCE: usize = 4;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestList {
    /// Sent from a team, by anyone.
    Sent(TeamId),
    /// Addressed to the caller, in all organizations.
    Received,
}

/// What a list is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// Asks for this app.
    pub app: Option<String>,
    /// Sent by this person.
    pub requester: Option<UserId>,
    /// Addressed to this person.
    pub recipient: Option<UserId>,
    /// Name of the request, or name or address of the recipient, contains this.
    pub text: Option<String>,
}

impl RequestFilter {
    /// The text to look for, in lower case; `None` where it is empty.
    pub(super) fn needle(&self) -> Option<String> {
        let text = self.text.as_deref().map(|text| text.trim().to_lowercase());
        text.filter(|text| !text.is_empty())
    }

    /// Whether it leaves anything out.
    fn narrows(&self) -> bool {
        let by_person = self.requester.or(self.recipient).is_some();
        by_person || self.app.is_some() || !self.statuses.is_empty() || self.needle().is_some()
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RequestSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By name, from A.
    Name,
}

/// The first rows of a list that is not narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Beginning {
    scope: Scope,
    sort: RequestSort,
    limit: u64,
}

impl Service {
    /// One page of a list.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn requests(
        &self,
        actor: Actor,
        which: RequestList,
        filter: &RequestFilter,
        sort: RequestSort,
        page: &PageAsk,
    ) -> Result<Page<RequestView>> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let (first, after) = page.read()?;
        let scope = Scope::of(which, me);
        let (narrows, is_first) = (filter.narrows(), after.is_none());
        // The beginning is read beside the rights that it needs, and dropped where they are missing.
        let (place, start) = tokio::try_join!(self.place_of(actor, which), async {
            let key = Beginning { scope, sort, limit: first + 1 };
            if is_first && !narrows { self.beginning(key).await.map(Some) } else { Ok(None) }
        })?;
        let query = ListQuery::new(&self.db, scope, filter).await?;
        let db = if narrows { self.db.lists() } else { self.db.read() };
        let total = page.count(db, &query.list()).await?;
        let rows = match start {
            Some(rows) => rows,
            None => query.page(sort, after.as_ref(), first + 1)?.all(db).await?,
        };
        let (rows, has_next) = cut(rows, first);
        let cursors: Vec<String> = rows.iter().map(|row| position(row, sort).encode()).collect();
        let views = match place {
            Some(place) => self.hydrate_sent(me, &place, rows).await?,
            None => self.hydrate(me, rows).await?,
        };
        let rows =
            cursors.into_iter().zip(views).filter_map(|(cursor, view)| Some((cursor, view?))).collect();
        Ok(Page { rows, has_next, total })
    }

    /// What the caller is for the team whose list it is.
    async fn place_of(&self, actor: Actor, which: RequestList) -> Result<Option<Place>> {
        match which {
            RequestList::Sent(team) => self.check_team(actor, Action::ListSent, team).await.map(Some),
            RequestList::Received => Ok(None),
        }
    }

    /// The beginning of a list. All who look at it load it again at the same moment, when something in it changed.
    async fn beginning(&self, key: Beginning) -> Result<Vec<credential_request::Model>> {
        let read = async |service: Self, keys: Vec<Beginning>| {
            let pages = keys.into_iter().map(|key| service.read_beginning(key));
            stream::iter(pages).buffer_unordered(AT_ONCE).try_collect().await
        };
        Ok(self.gathered.beginnings.ask_one(self, key, read).await?.unwrap_or_default())
    }

    async fn read_beginning(&self, key: Beginning) -> Result<(Beginning, Vec<credential_request::Model>)> {
        let filter = RequestFilter::default();
        let query = ListQuery::new(&self.db, key.scope, &filter).await?;
        let db = self.db.read();
        let page = query.page(key.sort, None, key.limit)?.into_query();
        let statement = planned_once(db.get_database_backend().build(&page));
        Ok((key, credential_request::Entity::find().from_raw_sql(statement).all(db).await?))
    }

    /// One request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn request(&self, actor: Actor, id: RequestId) -> Result<RequestView> {
        let (row, _) = self.load_request(actor, Action::ViewRequest, id).await?;
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        self.hydrate(me, vec![row]).await?.pop().flatten().ok_or_else(Error::not_found)
    }

    /// One item.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn item(&self, actor: Actor, id: ItemId) -> Result<ItemView> {
        let row = request_item::Entity::find_by_id(id.0).one(self.db.read()).await?;
        actor.user().ok_or_else(Error::unauthenticated)?;
        let row = row.ok_or_else(Error::not_found)?;
        let request = self.request(actor, RequestId(row.request_id)).await?;
        request.items.into_iter().find(|item| item.id == id).ok_or_else(Error::not_found)
    }
}

fn position(row: &credential_request::Model, sort: RequestSort) -> Position {
    match sort {
        RequestSort::Newest | RequestSort::Oldest => Position::Time(row.created_at, row.id),
        RequestSort::Name => Position::Name(row.name.clone(), row.id),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// LIST-1: members of a team share one read of what it sent; what two people received is never one.
    #[test]
    fn list_1_people_share_the_list_of_their_team_only() {
        let [one, two] = [1, 2].map(|number| UserId(Uuid::from_u128(number)));
        let sent = RequestList::Sent(TeamId(Uuid::from_u128(3)));
        let key = |which, me| Beginning { scope: Scope::of(which, me), sort: RequestSort::Newest, limit: 21 };
        assert_eq!(key(sent, one), key(sent, two));
        assert_ne!(key(RequestList::Received, one), key(RequestList::Received, two));
        assert_ne!(key(sent, one), key(RequestList::Sent(TeamId(Uuid::from_u128(4))), one));
    }
}
