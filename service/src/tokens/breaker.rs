//! A provider that is down gets one try in 30 seconds from all processes together, and no storm when it returns.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _};

use crate::Service;
use crate::db::entity::breaker;
use crate::error::Result;
use crate::ids;

/// After one failure, which may have been a hiccup.
const SECOND_LOOK: TimeDelta = TimeDelta::seconds(2);
/// After the second in a row.
const CLOSED_FOR: TimeDelta = TimeDelta::seconds(30);
/// Over how long the waiting ones are spread once the provider may be back.
const SPREAD: TimeDelta = TimeDelta::seconds(30);

/// Whether a call may be made now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Nothing is known against it.
    Open,
    /// It was down; this caller tries for all.
    Try,
    /// Somebody else tries first.
    Wait {
        /// When to come back, not with everybody else.
        until: DateTime<Utc>,
        /// How the last try ended.
        detail: String,
    },
}

impl Service {
    /// Asks for a host. Of all who ask while it is down, one a turn is let through.
    pub(super) async fn gate(&self, host: &str) -> Result<Gate> {
        let Some(row) = breaker::Entity::find_by_id(host).one(self.db.read()).await? else {
            return Ok(Gate::Open);
        };
        let now = self.now();
        if row.retry_at <= now {
            let turn = breaker::Entity::update_many()
                .col_expr(breaker::Column::RetryAt, Expr::value(now + CLOSED_FOR))
                .filter(breaker::Column::Host.eq(host))
                .filter(breaker::Column::RetryAt.eq(row.retry_at))
                .exec(self.db.at_once())
                .await?;
            if turn.rows_affected == 1 {
                return Ok(Gate::Try);
            }
        }
        let from = if row.retry_at > now { row.retry_at } else { now + CLOSED_FOR };
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1,000")]
        let steps = (ids::unit() * 1000.0) as i32;
        Ok(Gate::Wait { until: from + SPREAD * steps / 1000, detail: row.detail })
    }

    /// The host answered.
    pub(super) async fn host_is_up(&self, host: &str) -> Result<()> {
        breaker::Entity::delete_by_id(host).exec(self.db.at_once()).await?;
        Ok(())
    }

    /// The host did not answer, or said that it is out of order.
    pub(super) async fn host_is_down(&self, host: &str, detail: &str) -> Result<()> {
        let now = self.now();
        let row = breaker::ActiveModel {
            host: Set(host.to_owned()),
            failures: Set(1),
            retry_at: Set(now + SECOND_LOOK),
            detail: Set(detail.to_owned()),
        };
        let again = Expr::col((breaker::Entity, breaker::Column::Failures)).add(1);
        let conflict = OnConflict::column(breaker::Column::Host)
            .value(breaker::Column::Failures, again)
            .value(breaker::Column::RetryAt, now + CLOSED_FOR)
            .value(breaker::Column::Detail, detail)
            .to_owned();
        breaker::Entity::insert(row).on_conflict(conflict).exec_without_returning(self.db.at_once()).await?;
        Ok(())
    }
}
