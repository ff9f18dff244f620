//! The ledger of calls (USE-5): counted in memory, written every few seconds, added up in SQL.
//!
//! No call waits for it. A process that is killed loses what it counted since the last flush, a few seconds; one that
//! stops writes the rest.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use domain::actor::Actor;
use domain::id::{ConnectionId, ItemId};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, TryInsertResult,
};
use uuid::Uuid;

use super::usage::UsageBy;
use crate::Service;
use crate::db::entity::{connection, ledger, ledger_flush, request_item};
use crate::error::Result;
use crate::ids;

/// How often a process writes what it counted: seldom enough to cost nothing, often enough that a crash loses little.
pub const FLUSH_EVERY: Duration = Duration::from_secs(3);
/// Rows of one statement, far below what SQLite and PostgreSQL bind.
const ROWS: usize = 200;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A call that went to the app.
    Call,
    /// A call that the broker refused: no consent, or it could be read in two ways, or the access was off.
    Refused,
    /// An access token that was given away.
    HandOut,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "CALL",
            Self::Refused => "REFUSED",
            Self::HandOut => "HAND_OUT",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Call, Self::Refused, Self::HandOut].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    connection: ConnectionId,
    kind: Kind,
    module: String,
    hour: DateTime<Utc>,
    item: ItemId,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    calls: i64,
    last_status: Option<i16>,
    last_at: DateTime<Utc>,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        if other.last_at >= self.last_at {
            self.last_status = other.last_status;
            self.last_at = other.last_at;
        }
    }
}

/// What this process counted and has not written yet.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Unwritten>);

#[derive(Default)]
struct Unwritten {
    counts: HashMap<Key, Count>,
    /// Tried, and perhaps written: a commit whose answer is missing may have taken place.
    unsure: Vec<Batch>,
    /// Written for certain, so that nobody will ask again whether they are.
    certain: Vec<Uuid>,
}

/// What is written by one transaction, which leaves the id behind.
struct Batch {
    id: Uuid,
    /// In an order, so that processes take rows in the same one and none waits for the other in a circle.
    counts: BTreeMap<Key, Count>,
}

impl Ledger {
    fn unwritten(&self) -> MutexGuard<'_, Unwritten> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, key: Key, count: Count) {
        self.unwritten().counts.entry(key).and_modify(|known| known.add(count)).or_insert(count);
    }

    /// What is to be written next, and whether all that was counted up to now is written with it.
    fn take(&self, now: DateTime<Utc>) -> Option<(Batch, bool)> {
        let mut unwritten = self.unwritten();
        if let Some(batch) = unwritten.unsure.pop() {
            return Some((batch, false));
        }
        let counts: BTreeMap<Key, Count> = std::mem::take(&mut unwritten.counts).into_iter().collect();
        (!counts.is_empty()).then(|| (Batch { id: ids::new(now), counts }, true))
    }

    /// Counts a call that went to the app, with the status of its answer.
    pub(super) fn called(
        &self,
        connection: ConnectionId,
        item: ItemId,
        module: &str,
        status: Option<u16>,
        now: DateTime<Utc>,
    ) {
        let class = status.and_then(|status| i16::try_from(status / 100).ok());
        let (key, count) = row(connection, item, Kind::Call, module, class, now);
        self.add(key, count);
    }

    /// Counts a call that was refused; `missing` is the module that it lacked, or empty.
    pub(super) fn refused(&self, connection: ConnectionId, item: ItemId, missing: &str, now: DateTime<Utc>) {
        let (key, count) = row(connection, item, Kind::Refused, missing, None, now);
        self.add(key, count);
    }
}

fn row(
    connection: ConnectionId,
    item: ItemId,
    kind: Kind,
    module: &str,
    last_status: Option<i16>,
    now: DateTime<Utc>,
) -> (Key, Count) {
    let hour = start(now, UsageBy::Hour);
    let key = Key { connection, kind, module: module.to_owned(), hour, item };
    (key, Count { calls: 1, last_status, last_at: now })
}

/// When the hour or the day of a time began, in UTC.
pub(super) fn start(at: DateTime<Utc>, by: UsageBy) -> DateTime<Utc> {
    let span = match by {
        UsageBy::Hour => TimeDelta::hours(1),
        UsageBy::Day => TimeDelta::days(1),
    };
    at.duration_trunc(span).unwrap_or(at)
}

impl Service {
    /// Writes what this process counted. Returns how many rows; what could not be written is kept for the next time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn flush_ledger(&self) -> Result<usize> {
        let ledger = &self.broker.ledger;
        let mut rows = 0;
        while let Some((batch, is_all)) = ledger.take(self.now()) {
            let certain = std::mem::take(&mut ledger.unwritten().certain);
            match self.write_batch(&batch, &certain).await {
                Ok(written) => {
                    rows += written;
                    ledger.unwritten().certain.push(batch.id);
                }
                Err(error) => {
                    let mut unwritten = ledger.unwritten();
                    unwritten.unsure.push(batch);
                    unwritten.certain.extend(certain);
                    return Err(error);
                }
            }
            if is_all {
                break;
            }
        }
        Ok(rows)
    }

    /// Writes the ledger until `stop`, and then once more.
    pub async fn keep_ledger(&self, stop: tokio_util::sync::CancellationToken) {
        let mut ticks = tokio::time::interval(FLUSH_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(error) = self.flush_ledger().await {
                tracing::warn!(%error, "the ledger of calls was not written; it is kept and tried again");
            }
        }
    }

    /// Writes a batch, unless it was written before by a commit whose answer got lost; and forgets the ids of those
    /// that are `certain`.
    async fn write_batch(&self, Batch { id, counts }: &Batch, certain: &[Uuid]) -> Result<usize> {
        let write = self.write(Actor::System).await?;
        ledger_flush::Entity::delete_many()
            .filter(ledger_flush::Column::Id.is_in(certain.iter().copied()))
            .exec(write.tx())
            .await?;
        let row = ledger_flush::ActiveModel { id: Set(*id), at: Set(write.now()) };
        let first = ledger_flush::Entity::insert(row)
            .on_conflict(OnConflict::column(ledger_flush::Column::Id).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(write.tx())
            .await?;
        if !matches!(first, TryInsertResult::Inserted(1)) {
            write.commit().await?;
            return Ok(0);
        }
        let items: BTreeSet<Uuid> = counts.keys().map(|key| key.item.0).collect();
        let mut alive = BTreeSet::new();
        for items in items.into_iter().collect::<Vec<_>>().chunks(ROWS) {
            let found: Vec<Uuid> = request_item::Entity::find()
                .select_only()
                .column(request_item::Column::Id)
                .filter(request_item::Column::Id.is_in(items.iter().copied()))
                .into_tuple()
                .all(write.tx())
                .await?;
            alive.extend(found);
        }
        // Of a request that is gone nothing is kept (DEL-3).
        let rows: Vec<(&Key, &Count)> =
            counts.iter().filter(|(key, _)| alive.contains(&key.item.0)).collect();
        add_up(write.tx(), &rows).await?;
        write.commit().await?;
        Ok(rows.len())
    }

    /// Writes one row at once, for what must not be lost.
    pub(super) async fn write_ledger(
        &self,
        connection: ConnectionId,
        item: ItemId,
        kind: Kind,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (key, count) = row(connection, item, kind, "", None, now);
        let write = self.write(Actor::System).await?;
        add_up(write.tx(), &[(&key, &count)]).await?;
        write.commit().await
    }
}

async fn add_up(db: &impl ConnectionTrait, rows: &[(&Key, &Count)]) -> Result<()> {
    for by in [UsageBy::Hour, UsageBy::Day] {
        // Hours of one day meet in one row, which a statement may name once.
        let mut sums: BTreeMap<(Key, DateTime<Utc>), Count> = BTreeMap::new();
        for (key, count) in rows {
            let from = start(key.hour, by);
            let key = Key { hour: from, ..(*key).clone() };
            sums.entry((key, from)).and_modify(|sum| sum.add(**count)).or_insert(**count);
        }
        let sums: Vec<_> = sums.into_iter().collect();
        for sums in sums.chunks(ROWS) {
            let rows = sums.iter().map(|((key, from), count)| ledger::ActiveModel {
                connection_id: Set(key.connection.0),
                span: Set(by.as_str().to_owned()),
                start: Set(*from),
                kind: Set(key.kind.as_str().to_owned()),
                module: Set(key.module.clone()),
                item_id: Set(key.item.0),
                calls: Set(count.calls),
                last_status: Set(count.last_status),
                last_at: Set(count.last_at),
            });
            ledger::Entity::insert_many(rows).on_conflict(sum()).exec_without_returning(db).await?;
        }
    }
    touch(db, rows).await
}

/// Another process may have written a later call meanwhile.
fn sum() -> OnConflict {
    let later = |column: &str| {
        Expr::cust(format!(
            "CASE WHEN excluded.last_at >= ledger.last_at THEN excluded.{column} ELSE ledger.{column} END"
        ))
    };
    OnConflict::columns([
        ledger::Column::ConnectionId,
        ledger::Column::Span,
        ledger::Column::Start,
        ledger::Column::Kind,
        ledger::Column::Module,
    ])
    .value(ledger::Column::Calls, Expr::cust("ledger.calls + excluded.calls"))
    .value(ledger::Column::LastStatus, later("last_status"))
    .value(ledger::Column::LastAt, later("last_at"))
    .to_owned()
}

/// Says on the connections when they were last used; refused calls are none.
async fn touch(db: &impl ConnectionTrait, rows: &[(&Key, &Count)]) -> Result<()> {
    let mut used: BTreeMap<Uuid, DateTime<Utc>> = BTreeMap::new();
    for (key, count) in rows.iter().filter(|(key, _)| key.kind != Kind::Refused) {
        let at = used.entry(key.connection.0).or_insert(count.last_at);
        *at = Ord::max(*at, count.last_at);
    }
    let used: Vec<_> = used.into_iter().collect();
    for used in used.chunks(ROWS) {
        let known = || Expr::col(connection::Column::LastUsedAt);
        let newest = used.iter().fold(CaseStatement::new(), |case, (id, at)| {
            let is_later = known().is_null().or(known().lt(*at));
            case.case(connection::Column::Id.eq(*id).and(is_later), Expr::value(*at))
        });
        connection::Entity::update_many()
            .col_expr(connection::Column::LastUsedAt, newest.finally(known()).into())
            .filter(connection::Column::Id.is_in(used.iter().map(|(id, _)| *id)))
            .exec(db)
            .await?;
    }
    Ok(())
}
