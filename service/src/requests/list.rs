//! The lists *sent* and *received*, and one request (LIST-1, LIST-2).

use domain::actor::Actor;
use domain::id::{ItemId, RequestId, TeamId, UserId};
use domain::item::Status;
use domain::policy::Action;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, Order, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};

use super::like;
use super::view::{ItemView, RequestView};
use crate::Service;
use crate::db::entity::{credential_request, request_item};
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RequestSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By name, from A.
    Name,
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
        let scope = match which {
            RequestList::Sent(team) => {
                self.check_team(actor, Action::ListSent, team).await?;
                credential_request::Column::TeamId.eq(team.0)
            }
            RequestList::Received => credential_request::Column::RecipientId.eq(me.0),
        };
        let list = credential_request::Entity::find()
            .filter(scope)
            .filter(credential_request::Column::DeletedAt.is_null())
            .filter(condition(filter));
        let total = page.count(self.db.read(), &list).await?;
        let list = ordered(list, sort, after)?;
        let (rows, has_next) = cut(list.limit(first + 1).all(self.db.read()).await?, first);
        let cursors: Vec<String> = rows.iter().map(|row| position(row, sort).encode()).collect();
        let views = self.hydrate(me, rows).await?;
        Ok(Page { rows: cursors.into_iter().zip(views).collect(), has_next, total })
    }

    /// One request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn request(&self, actor: Actor, id: RequestId) -> Result<RequestView> {
        let (row, _) = self.load_request(actor, Action::ViewRequest, id).await?;
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        self.hydrate(me, vec![row]).await?.pop().ok_or_else(Error::not_found)
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

fn condition(filter: &RequestFilter) -> Condition {
    let mut all = Condition::all();
    if !filter.statuses.is_empty() {
        all = all.add(
            credential_request::Column::Status.is_in(filter.statuses.iter().map(|status| status.as_str())),
        );
    }
    if let Some(app) = &filter.app {
        // Asked of each request in turn, so that a page of a common app ends after some rows; a list of all
        // requests with the app, of every team, would be made first.
        let with_app = Query::select()
            .expr(Expr::value(1))
            .from(request_item::Entity)
            .and_where(request_item::Column::App.eq(app.as_str()))
            .and_where(
                Expr::col(request_item::Column::RequestId.as_column_ref())
                    .equals(credential_request::Column::Id.as_column_ref()),
            )
            .to_owned();
        all = all.add(Expr::exists(with_app));
    }
    if let Some(user) = filter.requester {
        all = all.add(credential_request::Column::RequesterId.eq(user.0));
    }
    if let Some(user) = filter.recipient {
        all = all.add(credential_request::Column::RecipientId.eq(user.0));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        all = all.add(credential_request::Column::SearchText.like(like(text)));
    }
    all
}

fn position(row: &credential_request::Model, sort: RequestSort) -> Position {
    match sort {
        RequestSort::Newest | RequestSort::Oldest => Position::Time(row.created_at, row.id),
        RequestSort::Name => Position::Name(row.name.clone(), row.id),
    }
}

fn ordered(
    list: Select<credential_request::Entity>,
    sort: RequestSort,
    after: Option<Position>,
) -> Result<Select<credential_request::Entity>> {
    use credential_request::Column::{CreatedAt, Id, Name};
    let foreign = || Error::input(domain::ErrorCode::InvalidCursor, "after", "is a cursor of another order");
    let (column, order) = match sort {
        RequestSort::Newest => (CreatedAt, Order::Desc),
        RequestSort::Oldest => (CreatedAt, Order::Asc),
        RequestSort::Name => (Name, Order::Asc),
    };
    let list = list.order_by(column, order.clone()).order_by(Id, order.clone());
    Ok(match (sort, after) {
        (_, None) => list,
        (RequestSort::Newest | RequestSort::Oldest, Some(Position::Time(at, id))) => {
            list.filter(behind(&order, (column, at), (Id, id)))
        }
        (RequestSort::Name, Some(Position::Name(name, id))) => {
            list.filter(behind(&order, (column, name), (Id, id)))
        }
        (_, Some(_)) => return Err(foreign()),
    })
}
