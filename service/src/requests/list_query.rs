//! The statements behind a list: which index leads to its rows, so that a page costs what stands on it and not
//! what is passed over (docs/performance.md).

use domain::id::{TeamId, UserId};
use domain::item::Status;
use sea_orm::sea_query::extension::sqlite::SqliteExpr as _;
use sea_orm::sea_query::{Expr, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, ExprTrait as _, JoinType, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};
use uuid::Uuid;

use super::list::{RequestFilter, RequestList, RequestSort};
use super::load::like;
use crate::db::entity::credential_request::{Column, Entity};
use crate::db::entity::request_app;
use crate::db::join::on;
use crate::db::page::{Position, behind};
use crate::db::{Backend, Db};
use crate::error::{Error, Result};

/// Up to so many requests are looked at one by one; of more, a page in the order of its list soon finds enough.
const FEW: u64 = 500;
/// Characters of a piece in the index of texts; a shorter text is in no piece.
const PIECE: usize = 3;
/// Tables of that index on SQLite; no row of theirs leaves the database.
const SEARCH: &str = "request_search";
const SEARCH_ROW: &str = "request_search_row";

/// Whose list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// What was sent from a team, the same for all who may see it.
    Sent(TeamId),
    /// What is addressed to a person.
    Received(UserId),
}

impl Scope {
    pub(super) const fn of(which: RequestList, me: UserId) -> Self {
        match which {
            RequestList::Sent(team) => Self::Sent(team),
            RequestList::Received => Self::Received(me),
        }
    }
}

/// What leads to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// The list's own order, or a filter that has an index with this order.
    List,
    /// The few requests in which the text stands.
    Text,
    /// The requests of a team with the app, which have an index in this order too.
    App(TeamId),
}

/// One list, narrowed.
pub(super) struct ListQuery<'a> {
    backend: Backend,
    scope: (Column, Uuid),
    filter: &'a RequestFilter,
    statuses: Vec<Status>,
    text: Option<String>,
    lead: Lead,
}

impl<'a> ListQuery<'a> {
    /// Chooses the lead, for which the database may be asked whether a text or an app has few requests.
    pub(super) async fn new(db: &Db, scope: Scope, filter: &'a RequestFilter) -> Result<Self> {
        let mut statuses: Vec<Status> = Vec::new();
        for status in &filter.statuses {
            if !statuses.contains(status) {
                statuses.push(*status);
            }
        }
        let of = match scope {
            Scope::Sent(team) => (Column::TeamId, team.0),
            Scope::Received(person) => (Column::RecipientId, person.0),
        };
        let text = filter.needle();
        let mut query = Self { backend: db.backend(), scope: of, filter, statuses, text, lead: Lead::List };
        query.lead = query.choose(db, scope).await?;
        Ok(query)
    }

    async fn choose(&self, db: &Db, scope: Scope) -> Result<Lead> {
        // PostgreSQL knows from its statistics how rare a text is, and uses its index for it or not.
        if self.backend == Backend::Sqlite
            && let Some(matching) = self.text.as_deref().and_then(matching)
            && is_few(db, matching).await?
        {
            return Ok(Lead::Text);
        }
        let (Scope::Sent(team), Some(app)) = (scope, &self.filter.app) else { return Ok(Lead::List) };
        let filter = self.filter;
        let is_alone = self.statuses.is_empty() && filter.requester.is_none() && filter.recipient.is_none();
        Ok(if is_alone || is_few(db, with_app(team, app)).await? { Lead::App(team) } else { Lead::List })
    }

    /// The whole list, in no order.
    pub(super) fn list(&self) -> Select<Entity> {
        self.of(&self.statuses)
    }

    /// A page of at most so many rows.
    pub(super) fn page(
        &self,
        sort: RequestSort,
        after: Option<&Position>,
        limit: u64,
    ) -> Result<Select<Entity>> {
        let is_sent = matches!(self.scope.0, Column::TeamId);
        if self.lead != Lead::List || !is_sent || self.statuses.len() < 2 {
            return Ok(self.ordered(self.of(&self.statuses), sort, after)?.limit(limit));
        }
        // The index has one range per status, each in the list's order: the page is among the first of each.
        let mut ranges = Vec::with_capacity(self.statuses.len());
        for status in &self.statuses {
            let range = self.ordered(self.of(std::slice::from_ref(status)), sort, after)?;
            let range = range.select_only().column(Column::Id).limit(limit).into_query();
            ranges.push(Query::select().column(Column::Id).from_subquery(range, "first").to_owned());
        }
        let mut ranges = ranges.into_iter();
        let mut union = ranges.next().unwrap_or_default();
        for range in ranges {
            union.union(UnionType::All, range);
        }
        let page = Entity::find().filter(Column::Id.in_subquery(union));
        Ok(self.ordered(page, sort, None)?.limit(limit))
    }

    fn of(&self, statuses: &[Status]) -> Select<Entity> {
        let mut all = Condition::all().add(Column::DeletedAt.is_null());
        if !statuses.is_empty() {
            all = all.add(Column::Status.is_in(statuses.iter().map(|status| status.as_str())));
        }
        let by_list = self.lead == Lead::List;
        if let Some(user) = self.filter.requester {
            all = all.add(self.holds(by_list, Column::RequesterId, user.0));
        }
        if let Some(user) = self.filter.recipient {
            all = all.add(self.holds(by_list, Column::RecipientId, user.0));
        }
        if let Some(text) = &self.text {
            all = all.add(Column::SearchText.like(like(text)));
            // No request holds this character, and PostgreSQL refuses to look for it.
            if text.contains('\0') {
                all = Condition::all().add(Expr::value(false));
            }
        }
        let app = self.filter.app.as_deref();
        let list = Entity::find().filter(all);
        let list = match (self.lead, self.text.as_deref().and_then(matching)) {
            (Lead::App(team), _) => {
                let app = app.unwrap_or_default();
                return list
                    .join_rev(JoinType::InnerJoin, on(request_app::Column::RequestId, Column::Id))
                    .filter(request_app::Column::TeamId.eq(team.0))
                    .filter(request_app::Column::App.eq(app));
            }
            (Lead::Text, Some(matching)) => {
                let found = Query::select()
                    .column("request_id")
                    .from(SEARCH_ROW)
                    .and_where(Expr::col("number").in_subquery(matching))
                    .to_owned();
                list.filter(Column::Id.in_subquery(found))
            }
            (Lead::Text | Lead::List, _) => list,
        };
        let list = list.filter(self.holds(by_list, self.scope.0, self.scope.1));
        let Some(app) = app else { return list };
        // Asked of each request in turn, so that a page of a common app ends after some rows; a list of all
        // requests with the app, of every team, would be made first.
        let has_app = Query::select()
            .expr(Expr::value(1))
            .from(request_app::Entity)
            .and_where(request_app::Column::App.eq(app))
            .and_where(
                Expr::col(request_app::Column::RequestId.as_column_ref()).equals(Column::Id.as_column_ref()),
            )
            .to_owned();
        list.filter(Expr::exists(has_app))
    }

    /// That a column has a value. Where its index is not to lead, SQLite is told so, since it takes any index
    /// with such a column for narrower than it is.
    fn holds(&self, by_index: bool, column: Column, value: Uuid) -> SimpleExpr {
        if by_index || self.backend == Backend::Postgres {
            return column.eq(value);
        }
        Expr::cust_with_expr("+?", Expr::col(column.as_column_ref())).eq(value)
    }

    fn ordered(
        &self,
        list: Select<Entity>,
        sort: RequestSort,
        after: Option<&Position>,
    ) -> Result<Select<Entity>> {
        let foreign =
            || Error::input(domain::ErrorCode::InvalidCursor, "after", "is a cursor of another order");
        let order = if sort == RequestSort::Newest { Order::Desc } else { Order::Asc };
        let list = match (sort, self.lead) {
            (RequestSort::Name, _) => {
                list.order_by(Column::Name, order.clone()).order_by(Column::Id, order.clone())
            }
            (_, Lead::App(_)) => list
                .order_by(request_app::Column::CreatedAt, order.clone())
                .order_by(request_app::Column::RequestId, order.clone()),
            _ => list.order_by(Column::CreatedAt, order.clone()).order_by(Column::Id, order.clone()),
        };
        Ok(match (sort, after) {
            (_, None) => list,
            (RequestSort::Newest | RequestSort::Oldest, Some(Position::Time(at, id))) => {
                list.filter(match self.lead {
                    Lead::App(_) => behind(
                        &order,
                        (request_app::Column::CreatedAt, *at),
                        (request_app::Column::RequestId, *id),
                    ),
                    Lead::List | Lead::Text => behind(&order, (Column::CreatedAt, *at), (Column::Id, *id)),
                })
            }
            (RequestSort::Name, Some(Position::Name(name, id))) => {
                list.filter(behind(&order, (Column::Name, name.clone()), (Column::Id, *id)))
            }
            (_, Some(_)) => return Err(foreign()),
        })
    }
}

/// Rows of SQLite's index in which a text of lower case stands; `None` for a text that no piece holds.
fn matching(text: &str) -> Option<SelectStatement> {
    if text.chars().count() < PIECE || text.contains('\0') {
        return None;
    }
    // In quotes, nothing of it means anything but itself.
    let phrase = format!("\"{}\"", text.replace('"', "\"\""));
    Some(Query::select().column("rowid").from(SEARCH).and_where(Expr::col(SEARCH).matches(phrase)).to_owned())
}

fn with_app(team: TeamId, app: &str) -> SelectStatement {
    Query::select()
        .column(request_app::Column::RequestId)
        .from(request_app::Entity)
        .and_where(request_app::Column::TeamId.eq(team.0))
        .and_where(request_app::Column::App.eq(app))
        .to_owned()
}

/// Whether at most [`FEW`] rows are found, without counting more.
async fn is_few(db: &Db, mut found: SelectStatement) -> Result<bool> {
    found.limit(1).offset(FEW);
    Ok(db.lists().query_one(&found).await?.is_none())
}
