//! Reading the ledger (USE-5, REC-9): which connection, which module, when, how often; never what.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::id::{ConnectionId, ItemId, RequestId};
use domain::policy::Action;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::ledger::{Kind, start};
use crate::Service;
use crate::db::Write;
use crate::db::entity::{connection, credential, ledger, ledger_flush, request_item, withdrawn_connection};
use crate::db::join::on;
use crate::error::{Error, Result};

/// The most rows of an answer: a week of hours, or three months of days, of the modules of a large app.
const MOST_ROWS: u64 = 5000;
/// How long hours are kept.
const HOURS_KEPT: TimeDelta = TimeDelta::days(90);
/// How long days are kept: a year to look back on, and the month in which somebody does.
const DAYS_KEPT: TimeDelta = TimeDelta::days(400);
/// How long a process may wait for a database that is away, and still find whether it wrote what it counted.
const FLUSHES_KEPT: TimeDelta = TimeDelta::days(30);

/// How finely use is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageBy {
    /// By the hour, in UTC; of a week at most.
    Hour,
    /// By the day, in UTC; of 92 days at most.
    Day,
}

impl UsageBy {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "HOUR",
            Self::Day => "DAY",
        }
    }

    const fn longest(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::days(7),
            Self::Day => TimeDelta::days(92),
        }
    }
}

/// Of when use is asked for.
#[derive(Debug, Clone, Copy)]
pub struct UsageAsk {
    /// From the hour or day that holds this time.
    pub from: DateTime<Utc>,
    /// Up to this time, not included.
    pub to: DateTime<Utc>,
    /// How finely.
    pub by: UsageBy,
}

/// What one connection did in an hour or a day by one module.
#[derive(Debug, Clone)]
pub struct UsageView {
    /// The connection.
    pub connection: ConnectionId,
    /// Its name.
    pub name: String,
    /// The automation that uses it.
    pub consumer: String,
    /// The team has ended it since.
    pub withdrawn: bool,
    /// When the hour or day began.
    pub start: DateTime<Utc>,
    /// What was counted.
    pub kind: Kind,
    /// The module by which the app was called, or that was missing; `None` where there is none.
    pub module: Option<String>,
    /// How often.
    pub calls: u64,
    /// First digit of the app's last answer; `None` where it gave none.
    pub last_status: Option<u8>,
    /// When it happened last.
    pub last_at: DateTime<Utc>,
}

impl UsageAsk {
    fn check(&self) -> Result<()> {
        let longest = self.by.longest();
        if self.from > self.to {
            return Err(Problem::new(ErrorCode::OutOfRange, "to", "must not be before `from`").into());
        }
        if self.to - self.from > longest {
            let message =
                format!("must be at most {} days after `from`, by {}", longest.num_days(), self.by.as_str());
            return Err(Problem::new(ErrorCode::OutOfRange, "to", message).into());
        }
        Ok(())
    }
}

impl Service {
    /// What a connection of one's team did.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `OUT_OF_RANGE`.
    pub async fn connection_usage(
        &self,
        actor: Actor,
        id: ConnectionId,
        ask: UsageAsk,
    ) -> Result<Vec<UsageView>> {
        let view = self.connection(actor, id).await?;
        ask.check()?;
        let of = ledger::Column::ConnectionId.eq(id.0);
        self.usage(of, view.item, ask).await
    }

    /// What the team does with what was granted for an item; for its recipient and the team (REC-9).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `OUT_OF_RANGE`.
    pub async fn item_usage(&self, actor: Actor, id: ItemId, ask: UsageAsk) -> Result<Vec<UsageView>> {
        actor.user().ok_or_else(Error::unauthenticated)?;
        let row = request_item::Entity::find_by_id(id.0).one(self.db.read()).await?;
        let row = row.ok_or_else(Error::not_found)?;
        self.load_request(actor, Action::ViewRequest, RequestId(row.request_id)).await?;
        ask.check()?;
        self.usage(ledger::Column::ItemId.eq(id.0), id, ask).await
    }

    async fn usage(
        &self,
        of: sea_orm::sea_query::SimpleExpr,
        item: ItemId,
        ask: UsageAsk,
    ) -> Result<Vec<UsageView>> {
        let rows = ledger::Entity::find()
            .filter(of)
            .filter(ledger::Column::Span.eq(ask.by.as_str()))
            .filter(ledger::Column::Start.gte(start(ask.from, ask.by)))
            .filter(ledger::Column::Start.lt(ask.to))
            .order_by_desc(ledger::Column::Start)
            .order_by_asc(ledger::Column::ConnectionId)
            .order_by_asc(ledger::Column::Kind)
            .order_by_asc(ledger::Column::Module)
            .limit(MOST_ROWS)
            .all(self.db.read())
            .await?;
        let names = self.names_of_uses(item).await?;
        rows.into_iter()
            .map(|row| {
                let (name, consumer, withdrawn) = names.get(&row.connection_id).cloned().unwrap_or_default();
                Ok(UsageView {
                    connection: ConnectionId(row.connection_id),
                    name,
                    consumer,
                    withdrawn,
                    start: row.start,
                    kind: Kind::parse(&row.kind).ok_or_else(|| Error::corrupt("ledger"))?,
                    module: (!row.module.is_empty()).then_some(row.module),
                    calls: u64::try_from(row.calls).unwrap_or_default(),
                    last_status: row.last_status.and_then(|status| u8::try_from(status).ok()),
                    last_at: row.last_at,
                })
            })
            .collect()
    }

    /// Name and consumer of every connection that an item has or had.
    async fn names_of_uses(&self, item: ItemId) -> Result<HashMap<Uuid, (String, String, bool)>> {
        let db = self.db.read();
        let there = connection::Entity::find()
            .join(sea_orm::JoinType::InnerJoin, on(connection::Column::CredentialId, credential::Column::Id))
            .filter(credential::Column::ItemId.eq(item.0))
            .all(db)
            .await?;
        let gone = withdrawn_connection::Entity::find()
            .filter(withdrawn_connection::Column::ItemId.eq(item.0))
            .all(db)
            .await?;
        let there = there.into_iter().map(|row| (row.id, (row.name, row.consumer, false)));
        let gone = gone.into_iter().map(|row| (row.id, (row.name, row.consumer, true)));
        Ok(there.chain(gone).collect())
    }

    /// Removes what is too old to be told. Returns how many rows went.
    pub(crate) async fn purge_ledger(&self, write: &Write) -> Result<u64> {
        let mut gone = 0;
        for (by, kept) in [(UsageBy::Hour, HOURS_KEPT), (UsageBy::Day, DAYS_KEPT)] {
            let old = ledger::Entity::delete_many()
                .filter(ledger::Column::Span.eq(by.as_str()))
                .filter(ledger::Column::Start.lt(write.now() - kept))
                .exec(write.tx())
                .await?;
            gone += old.rows_affected;
        }
        let names = withdrawn_connection::Entity::delete_many()
            .filter(withdrawn_connection::Column::WithdrawnAt.lt(write.now() - DAYS_KEPT))
            .exec(write.tx())
            .await?;
        // A process removes its own but the last ones; these are of processes that are gone.
        let flushes = ledger_flush::Entity::delete_many()
            .filter(ledger_flush::Column::At.lt(write.now() - FLUSHES_KEPT))
            .exec(write.tx())
            .await?;
        Ok(gone + names.rows_affected + flushes.rows_affected)
    }
}
