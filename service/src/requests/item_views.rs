//! Items with what stands with them: two statements for any number of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::credential::{Account, Kind};
use domain::event::Reason;
use domain::health::Health;
use domain::id::{CredentialId, ItemId, RequestId};
use domain::item::State;
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, IntoCondition as _, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, DerivePartialModel, EntityTrait, ExprTrait as _, FromQueryResult, JoinType, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::view::{
    AttemptView, CredentialView, HealthView, Item, ItemView, RevocationOutcome, RevocationView,
    WaitingAccountView,
};
use crate::Service;
use crate::db::entity::{
    authorization, credential, item_attempt, organization_client, request_item, revocation,
};
use crate::db::join::on;
use crate::error::{Error, Result};
use crate::items::UsedClient;

/// Attempts that are shown of an item.
const ATTEMPTS: usize = 5;

/// An item and what is granted for it.
#[derive(DerivePartialModel)]
struct Row {
    #[sea_orm(nested)]
    item: request_item::Model,
    #[sea_orm(nested)]
    credential: Option<Shown>,
    /// When the organization's OAuth client by which it came was replaced or removed.
    #[sea_orm(from_expr = "organization_client::Column::RetiredAt")]
    client_retired_at: Option<DateTime<Utc>>,
}

/// What is shown of a grant. Its secret stays where it is.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "credential::Entity")]
struct Shown {
    id: Uuid,
    version: i32,
    method: String,
    organization_client_id: Option<Uuid>,
    instance_client_id: Option<String>,
    kind: String,
    granted_scopes: Json,
    account_id: Option<String>,
    account_label: Option<String>,
    account_workspace: Option<String>,
    authorized_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    refreshed_at: Option<DateTime<Utc>>,
    probed_at: Option<DateTime<Utc>>,
    health: String,
    refresh_at: Option<DateTime<Utc>>,
    probe_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    failures: i32,
    last_failure: Option<String>,
    suspended_at: Option<DateTime<Utc>>,
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

impl Service {
    /// Items that fulfil a condition, in the order of their requests; whether the caller is the recipient is left
    /// open.
    pub(crate) async fn item_views(&self, which: SimpleExpr) -> Result<Vec<ItemView>> {
        let grants = on(request_item::Column::Id, credential::Column::ItemId).on_condition(|_, grant| {
            Expr::col((grant, credential::Column::DestroyedAt)).is_null().into_condition()
        });
        let rows = request_item::Entity::find()
            .join(JoinType::LeftJoin, grants)
            .join(
                JoinType::LeftJoin,
                on(credential::Column::OrganizationClientId, organization_client::Column::Id),
            )
            .filter(which)
            .order_by_asc(request_item::Column::Position)
            .into_partial_model::<Row>()
            .all(self.db.read())
            .await?;
        let mut stories = self.stories(rows.iter().map(|row| row.item.id).collect()).await?;
        rows.into_iter()
            .map(|row| {
                let story = stories.remove(&row.item.id).unwrap_or_default();
                let credential = row.credential.map(|credential| {
                    let used = UsedClient::of_columns(
                        credential.organization_client_id,
                        credential.instance_client_id.clone(),
                    );
                    let is_replaced = self.is_replaced(&used, &row.item.app, row.client_retired_at.is_some());
                    credential_view(credential, is_replaced).map(Arc::new)
                });
                let item = item(row.item, credential.transpose()?, story.attempts, story.revocation)?;
                Ok(ItemView { item: Arc::new(item), waiting_account: story.waiting, is_recipient: false })
            })
            .collect()
    }

    async fn stories(&self, items: Vec<Uuid>) -> Result<HashMap<Uuid, Story>> {
        let mut stories: HashMap<Uuid, Story> = HashMap::new();
        if items.is_empty() {
            return Ok(stories);
        }
        let db = self.db.read();
        let statement = db.get_database_backend().build(&told(&items));
        for row in Told::find_by_statement(statement).all(db).await? {
            let story = stories.entry(row.item).or_default();
            match row.of {
                OF_TRY => {
                    if story.attempts.len() < ATTEMPTS {
                        story.attempts.push(row.attempt().ok_or_else(|| Error::corrupt("attempt"))?);
                    }
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
                    let account = row.what.as_deref().map(serde_json::from_str).transpose();
                    let account = account.map_err(|_| Error::corrupt("account"))?;
                    let expires_at = row.at.ok_or_else(|| Error::corrupt("account"))?;
                    if expires_at > self.now() && story.waiting.is_none() {
                        story.waiting = Some(WaitingAccountView { account, expires_at });
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
}

/// Tries, revocations and accounts that wait of some items; of each kind, the newest of an item first.
fn told(items: &[Uuid]) -> SelectStatement {
    use {authorization::Column as Waiting, item_attempt::Column as Try, revocation::Column as Ended};

    let tries = (Try::ItemId, [Try::At, Try::Reason], Some([Try::Method, Try::Detail]), [Try::At, Try::Id]);
    let ended = (Ended::ItemId, [Ended::FinishedAt, Ended::Outcome], None, [Ended::CreatedAt, Ended::Id]);
    let waiting =
        (Waiting::ItemId, [Waiting::ExpiresAt, Waiting::Account], None, [Waiting::GrantedAt, Waiting::Id]);
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
    items: &[Uuid],
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
        .and_where(item.is_in(items.iter().copied()))
        .to_owned()
}

fn item(
    row: request_item::Model,
    credential: Option<Arc<CredentialView>>,
    attempts: Vec<AttemptView>,
    revocation: Option<RevocationView>,
) -> Result<Item> {
    let modules: Vec<String> = serde_json::from_value(row.modules).map_err(|_| Error::corrupt("modules"))?;
    let scopes: BTreeMap<String, Vec<String>> =
        serde_json::from_value(row.scopes).map_err(|_| Error::corrupt("scopes"))?;
    Ok(Item {
        id: ItemId(row.id),
        request: RequestId(row.request_id),
        app: row.app,
        app_version: row.app_version,
        modules,
        all_modules: row.all_modules,
        scopes,
        note: row.note,
        connection_name: row.connection_name,
        state: State::parse(&row.state).ok_or_else(|| Error::corrupt("item state"))?,
        invalid_reason: row.invalid_reason.as_deref().and_then(Reason::parse),
        decline_reason: row.decline_reason,
        revoke_reason: row.revoke_reason.as_deref().and_then(Reason::parse),
        changed_at: row.changed_at,
        attempts,
        credential,
        revocation,
    })
}

fn credential_view(row: Shown, client_replaced: bool) -> Result<CredentialView> {
    let health = HealthView {
        state: Health::parse(&row.health).ok_or_else(|| Error::corrupt("health"))?,
        failing_since: row.failing_since,
        failures: u32::try_from(row.failures).unwrap_or_default(),
        last_failure: row.last_failure,
        next_refresh_at: row.refresh_at,
        refreshed_at: row.refreshed_at,
        probed_at: row.probed_at,
        next_probe_at: row.probe_at,
    };
    Ok(CredentialView {
        id: CredentialId(row.id),
        method: row.method,
        kind: Kind::from_name(&row.kind).ok_or_else(|| Error::corrupt("kind of credential"))?,
        version: u32::try_from(row.version).unwrap_or_default(),
        client_replaced,
        granted_scopes: serde_json::from_value(row.granted_scopes).map_err(|_| Error::corrupt("scopes"))?,
        account: row.account_label.map(|label| Account {
            id: row.account_id,
            label,
            workspace: row.account_workspace,
        }),
        authorized_at: row.authorized_at,
        expires_at: row.expires_at,
        health,
        suspended_at: row.suspended_at,
    })
}
