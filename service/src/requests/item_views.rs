//! Items with what stands with them: two statements for any number of them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::credential::{Account, Kind};
use domain::event::Reason;
use domain::health::Health;
use domain::id::{CredentialId, ItemId, RequestId};
use domain::item::State;
use sea_orm::sea_query::{Expr, IntoCondition as _, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, EntityTrait, ExprTrait as _, FromQueryResult, JoinType, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::view::{
    AttemptView, CredentialView, HealthView, Item, ItemView, RevocationOutcome, RevocationView,
    WaitingAccountView,
};
use crate::Service;
use crate::db::cells::Cells;
use crate::db::entity::{
    authorization, credential, item_attempt, organization_client, request_item, revocation,
};
use crate::db::join::on;
use crate::db::json::{Names, ScopesByMethod};
use crate::error::{Error, Result};
use crate::items::UsedClient;

/// Attempts that are shown of an item.
const ATTEMPTS: usize = 5;

/// What is read of an item, in the order in which [`Row::read`] takes it.
const OF_ITEM: [request_item::Column; 14] = {
    use request_item::Column as Of;
    [
        Of::Id,
        Of::RequestId,
        Of::App,
        Of::AppVersion,
        Of::Modules,
        Of::AllModules,
        Of::Scopes,
        Of::Note,
        Of::ConnectionName,
        Of::State,
        Of::InvalidReason,
        Of::DeclineReason,
        Of::RevokeReason,
        Of::ChangedAt,
    ]
};
/// The same of a grant. Its secret stays where it is.
const OF_GRANT: [credential::Column; 21] = {
    use credential::Column as Of;
    [
        Of::Id,
        Of::OrganizationClientId,
        Of::InstanceClientId,
        Of::Method,
        Of::Kind,
        Of::Version,
        Of::GrantedScopes,
        Of::AccountLabel,
        Of::AccountId,
        Of::AccountWorkspace,
        Of::AuthorizedAt,
        Of::ExpiresAt,
        Of::SuspendedAt,
        Of::Health,
        Of::FailingSince,
        Of::Failures,
        Of::LastFailure,
        Of::RefreshAt,
        Of::RefreshedAt,
        Of::ProbedAt,
        Of::ProbeAt,
    ]
};

/// An item, and what is granted for it.
struct Row {
    item: Item,
    grant: Option<(CredentialView, UsedClient)>,
    /// The organization's OAuth client by which it was granted was replaced or removed.
    is_client_retired: bool,
}

/// What came to pass with an item, of three tables.
#[derive(FromQueryResult)]
struct Told {
    item: Uuid,
    /// One of the numbers below.
    of: i32,
    /// When a try ended, when it was known how a revocation went, or when an account can be confirmed no more.
    at: Option<DateTime<Utc>>,
    /// Reason of a try, outcome of a revocation, or the account.
    what: Option<String>,
    method: Option<String>,
    /// Of a try, or the scopes that were granted to the account.
    detail: Option<String>,
}

const OF_TRY: i32 = 1;
const OF_REVOCATION: i32 = 2;
const OF_WAITING: i32 = 3;

/// The same by item.
#[derive(Default)]
struct Story {
    attempts: Vec<AttemptView>,
    revocation: Option<RevocationView>,
    waiting: Option<WaitingAccountView>,
}

/// Which items are looked at.
#[derive(Clone, Copy)]
pub(crate) enum Items<'a> {
    /// These.
    Ids(&'a [Uuid]),
    /// All of these requests.
    OfRequests(&'a [Uuid]),
}

impl Items<'_> {
    fn are(self) -> SimpleExpr {
        match self {
            Self::Ids(ids) => request_item::Column::Id.is_in(ids.iter().copied()),
            Self::OfRequests(ids) => request_item::Column::RequestId.is_in(ids.iter().copied()),
        }
    }

    /// That a column of another table names one of them.
    fn are_named_by<C: ColumnTrait>(self, column: C) -> SimpleExpr {
        match self {
            Self::Ids(ids) => column.is_in(ids.iter().copied()),
            Self::OfRequests(_) => {
                let mut items = Query::select();
                items.column(request_item::Column::Id).from(request_item::Entity).and_where(self.are());
                column.in_subquery(items)
            }
        }
    }
}

impl Service {
    /// Items in the order of their requests; whether the caller is the recipient is left open.
    pub(crate) async fn item_views(&self, which: Items<'_>) -> Result<Vec<ItemView>> {
        let grants = on(request_item::Column::Id, credential::Column::ItemId).on_condition(|_, grant| {
            Expr::col((grant, credential::Column::DestroyedAt)).is_null().into_condition()
        });
        let items = request_item::Entity::find()
            .select_only()
            .columns(OF_ITEM)
            .columns(OF_GRANT)
            .column(organization_client::Column::RetiredAt)
            .join(JoinType::LeftJoin, grants)
            .join(
                JoinType::LeftJoin,
                on(credential::Column::OrganizationClientId, organization_client::Column::Id),
            )
            .filter(which.are())
            .order_by_asc(request_item::Column::Position)
            .into_query();
        let items = async { Ok(self.db.read().query_all(&items).await?) };
        let (rows, mut stories) = tokio::try_join!(items, self.stories(which))?;
        rows.iter()
            .map(|row| {
                let Row { mut item, grant, is_client_retired } = Row::read(&mut Cells::of(row))?;
                let story = stories.remove(&item.id.0).unwrap_or_default();
                (item.attempts, item.revocation) = (story.attempts, story.revocation);
                item.credential = grant.map(|(mut grant, client)| {
                    grant.client_replaced = self.is_replaced(&client, &item.app, is_client_retired);
                    Arc::new(grant)
                });
                Ok(ItemView { item: Arc::new(item), waiting_account: story.waiting, is_recipient: false })
            })
            .collect()
    }

    async fn stories(&self, items: Items<'_>) -> Result<HashMap<Uuid, Story>> {
        let mut stories: HashMap<Uuid, Story> = HashMap::new();
        let db = self.db.read();
        let statement = db.get_database_backend().build(&told(items));
        for row in Told::find_by_statement(statement).all(db).await? {
            let story = stories.entry(row.item).or_default();
            match row.of {
                OF_TRY => {
                    // A try whose reason a newer version wrote is left out: it must not take the request with it.
                    let attempt = row.attempt().filter(|_| story.attempts.len() < ATTEMPTS);
                    story.attempts.extend(attempt);
                }
                OF_REVOCATION => {
                    let outcome = row.what.as_deref().and_then(RevocationOutcome::parse);
                    let Some(outcome) = outcome else { continue };
                    // Several secrets may end at once; what still worries counts before what is done.
                    if story.revocation.as_ref().is_none_or(|shown| outcome.rank() > shown.outcome.rank()) {
                        story.revocation = Some(RevocationView { outcome, finished_at: row.at });
                    }
                }
                _ => {
                    let waiting = row.waiting()?;
                    if waiting.expires_at > self.now() && story.waiting.is_none() {
                        story.waiting = Some(waiting);
                    }
                }
            }
        }
        Ok(stories)
    }
}

impl Told {
    fn attempt(self) -> Option<AttemptView> {
        let reason = Reason::parse(&self.what?)?;
        Some(AttemptView { at: self.at?, method: self.method?, reason, detail: self.detail })
    }

    fn waiting(self) -> Result<WaitingAccountView> {
        let corrupt = || Error::corrupt("account");
        let read = |_| corrupt();
        Ok(WaitingAccountView {
            account: self.what.as_deref().map(serde_json::from_str).transpose().map_err(read)?,
            expires_at: self.at.ok_or_else(corrupt)?,
            method: self.method.ok_or_else(corrupt)?,
            granted_scopes: self.detail.as_deref().map(serde_json::from_str).transpose().map_err(read)?,
        })
    }
}

/// Tries, revocations and accounts that wait of some items; of each kind, the newest of an item first.
fn told(items: Items<'_>) -> SelectStatement {
    use {authorization::Column as Waiting, item_attempt::Column as Try, revocation::Column as Ended};

    let tries = (Try::ItemId, [Try::At, Try::Reason], Some([Try::Method, Try::Detail]), [Try::At, Try::Id]);
    let ended = (Ended::ItemId, [Ended::FinishedAt, Ended::Outcome], None, [Ended::CreatedAt, Ended::Id]);
    let more = Some([Waiting::Method, Waiting::GrantedScopes]);
    let waiting =
        (Waiting::ItemId, [Waiting::ExpiresAt, Waiting::Account], more, [Waiting::GrantedAt, Waiting::Id]);
    let mut waiting = rows_of(OF_WAITING, items, waiting);
    waiting.and_where(Waiting::GrantedAt.is_not_null());
    // The first gives the columns their names and kinds.
    rows_of(OF_TRY, items, tries)
        .union(UnionType::All, rows_of(OF_REVOCATION, items, ended))
        .union(UnionType::All, waiting)
        .order_by("sort_at", Order::Desc)
        .order_by("id", Order::Desc)
        .to_owned()
}

/// Rows of one table as [`Told`]: which column names the item, which say when and what, which method and detail, and by
/// which they are sorted.
fn rows_of<C>(
    of: i32,
    items: Items<'_>,
    (item, [at, what], more, [sort_at, id]): (C, [C; 2], Option<[C; 2]>, [C; 2]),
) -> SelectStatement
where
    C: ColumnTrait,
    C::EntityName: EntityTrait<Column = C>,
{
    let [method, detail] = more.map_or_else(|| ["NULL"; 2].map(Expr::cust), |more| more.map(Expr::col));
    Query::select()
        .expr_as(Expr::col(item), "item")
        .expr_as(Expr::cust(of.to_string()), "of")
        .expr_as(Expr::col(at), "at")
        .expr_as(Expr::col(what), "what")
        .expr_as(method, "method")
        .expr_as(detail, "detail")
        .expr_as(Expr::col(sort_at), "sort_at")
        .expr_as(Expr::col(id), "id")
        .from(C::EntityName::default())
        .and_where(items.are_named_by(item))
        .to_owned()
}

impl Row {
    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let item = Item {
            id: ItemId(cells.take()?),
            request: RequestId(cells.take()?),
            app: cells.take()?,
            app_version: cells.take()?,
            modules: cells.take::<Names>()?.0,
            all_modules: cells.take()?,
            scopes: cells.take::<ScopesByMethod>()?.0,
            note: cells.take()?,
            connection_name: cells.take()?,
            state: State::parse(&cells.take::<String>()?).ok_or_else(|| Error::corrupt("item state"))?,
            invalid_reason: reason(cells)?,
            decline_reason: cells.take()?,
            revoke_reason: reason(cells)?,
            changed_at: cells.take()?,
            attempts: Vec::new(),
            credential: None,
            revocation: None,
        };
        let Some(id) = cells.take()? else {
            return Ok(Self { item, grant: None, is_client_retired: false });
        };
        let client = UsedClient::of_columns(cells.take()?, cells.take()?);
        let grant = grant(CredentialId(id), cells)?;
        let retired_at: Option<DateTime<Utc>> = cells.take()?;
        Ok(Self { item, grant: Some((grant, client)), is_client_retired: retired_at.is_some() })
    }
}

/// A grant from its method on; whether its client was replaced is left open.
fn grant(id: CredentialId, cells: &mut Cells<'_>) -> Result<CredentialView> {
    let count = |number: i32| u32::try_from(number).unwrap_or_default();
    Ok(CredentialView {
        id,
        method: cells.take()?,
        kind: Kind::from_name(&cells.take::<String>()?)
            .ok_or_else(|| Error::corrupt("kind of credential"))?,
        version: count(cells.take()?),
        client_replaced: false,
        granted_scopes: cells.take::<Names>()?.0,
        account: account(cells)?,
        authorized_at: cells.take()?,
        expires_at: cells.take()?,
        suspended_at: cells.take()?,
        health: HealthView {
            state: Health::parse(&cells.take::<String>()?).ok_or_else(|| Error::corrupt("health"))?,
            failing_since: cells.take()?,
            failures: count(cells.take()?),
            last_failure: cells.take()?,
            next_refresh_at: cells.take()?,
            refreshed_at: cells.take()?,
            probed_at: cells.take()?,
            next_probe_at: cells.take()?,
        },
    })
}

fn account(cells: &mut Cells<'_>) -> Result<Option<Account>> {
    let label: Option<String> = cells.take()?;
    let (id, workspace) = (cells.take()?, cells.take()?);
    Ok(label.map(|label| Account { id, label, workspace }))
}

fn reason(cells: &mut Cells<'_>) -> Result<Option<Reason>> {
    Ok(cells.take::<Option<String>>()?.as_deref().and_then(Reason::parse))
}
