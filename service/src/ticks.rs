//! Periodic work that one of many processes does.

use domain::actor::Actor;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, TryInsertResult};

use crate::Service;
use crate::db::entity::tick;
use crate::error::Result;

/// A kind of periodic work. A round of it belongs to a slot of time, and whoever claims the slot does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// What waits for a time to pass: sign-ins at apps that were cut off, reminders, keys; every 30 seconds.
    Sweep,
    /// Credentials that are due: to be renewed, probed, or flagged; every 10 seconds.
    Tokens,
    /// What nobody needs any more; every hour.
    Purge,
}

impl Tick {
    fn name(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::Tokens => "tokens",
            Self::Purge => "purge",
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Sweep => 30,
            Self::Tokens => 10,
            Self::Purge => 60 * 60,
        }
    }
}

impl Tick {
    /// By how many slots another machine's clock may be ahead of ours. What was claimed by one that was further ahead,
    /// and has been put right, must not stop all rounds until then; two that differ by more are not to be helped, and
    /// take rounds from each other.
    fn slack(self) -> i64 {
        Ord::max(60 / self.seconds(), 1)
    }
}

impl Service {
    /// When the last round of each kind of periodic work was begun.
    pub(crate) async fn last_ticks(&self) -> Result<Vec<(&'static str, i64)>> {
        let rows = tick::Entity::find().all(self.db.read()).await?;
        let kinds = [Tick::Sweep, Tick::Tokens, Tick::Purge];
        let of = |kind: Tick| rows.iter().find(|row| row.name == kind.name());
        Ok(kinds
            .into_iter()
            .filter_map(|kind| of(kind).map(|row| (kind.name(), row.slot * kind.seconds())))
            .collect())
    }

    /// Claims the round of the slot that it is now; true for one caller of all processes, false for the others
    /// and until the next slot. A round whose process dies is not repeated: the next does the same work, since
    /// every part of it finds in the tables what is due.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn claim_tick(&self, tick: Tick) -> Result<bool> {
        let slot = self.now().timestamp().div_euclid(tick.seconds());
        let known = tick::Entity::find_by_id(tick.name()).one(self.db.read()).await?;
        let ahead = slot + tick.slack();
        // A read first: most callers are late, and need not bother the writer.
        match known {
            Some(row) if row.slot > ahead => {
                let seconds = (row.slot - slot) * tick.seconds();
                tracing::warn!(
                    tick = tick.name(),
                    seconds,
                    "periodic work was begun by a clock that is ahead; going on by this one"
                );
            }
            Some(row) if row.slot >= slot => return Ok(false),
            _ => {}
        }
        let write = self.write(Actor::System).await?;
        let row = tick::ActiveModel { name: Set(tick.name().to_owned()), slot: Set(slot) };
        let first = tick::Entity::insert(row)
            .on_conflict(OnConflict::column(tick::Column::Name).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(write.tx())
            .await?;
        let claimed = if let TryInsertResult::Inserted(1) = first {
            true
        } else {
            let moved = tick::Entity::update_many()
                .col_expr(tick::Column::Slot, Expr::value(slot))
                .filter(tick::Column::Name.eq(tick.name()))
                .filter(tick::Column::Slot.lt(slot).or(tick::Column::Slot.gt(ahead)))
                .exec(write.tx())
                .await?;
            moved.rows_affected == 1
        };
        write.commit().await?;
        Ok(claimed)
    }
}
