//! Periodic work that one of many processes does.

use domain::actor::Actor;
use sea_orm::sea_query::{Expr, OnConflict};
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

impl Service {
    /// Claims the round of the slot that it is now; true for one caller of all processes, false for the others
    /// and until the next slot. A round whose process dies is not repeated: the next does the same work, since
    /// every part of it finds in the tables what is due.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn claim_tick(&self, tick: Tick) -> Result<bool> {
        let slot = self.now().timestamp().div_euclid(tick.seconds());
        let known = tick::Entity::find_by_id(tick.name()).one(self.db.read()).await?;
        // A read first: most callers are late, and need not bother the writer.
        if known.is_some_and(|row| row.slot >= slot) {
            return Ok(false);
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
                .filter(tick::Column::Slot.lt(slot))
                .exec(write.tx())
                .await?;
            moved.rows_affected == 1
        };
        write.commit().await?;
        Ok(claimed)
    }
}
