//! Numbers that are looked up when a monitor asks (OPS-5).

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use crate::db::entity::job;
use crate::error::Result;
use crate::{Link, Service, telemetry};

impl Service {
    /// Whether somebody may read the numbers: whoever shows the token, or where none is set, whoever reaches an
    /// instance that is for this machine only.
    pub fn may_read_metrics(&self, shown: Option<&str>) -> bool {
        match &self.config().metrics_token {
            Some(token) => {
                let shown = shown.unwrap_or_default().as_bytes();
                bool::from(token.expose_secret().as_bytes().ct_eq(shown))
            }
            None => self.config().is_local(),
        }
    }

    /// Every number in the text format of Prometheus, those of the database fresh. While the database is away the
    /// numbers of the process are shown alone.
    pub async fn metrics(&self) -> String {
        if let Err(error) = self.look_up().await {
            tracing::debug!(%error, "numbers of the database could not be read");
        }
        match self.bus().link() {
            Link::None => {}
            link => metrics::gauge!("consentry_redis_up").set(if link == Link::Up { 1.0 } else { 0.0 }),
        }
        metrics::counter!("consentry_database_statements_total").absolute(self.db().queries());
        if let Some((idle, busy)) = self.db().connections() {
            metrics::gauge!("consentry_database_connections", "state" => "idle").set(f64::from(idle));
            metrics::gauge!("consentry_database_connections", "state" => "busy").set(f64::from(busy));
        }
        telemetry::render()
    }

    async fn look_up(&self) -> Result<()> {
        let (now, db) = (self.now(), self.db.read());
        let open = || {
            job::Entity::find().filter(job::Column::DoneAt.is_null()).filter(job::Column::DeadAt.is_null())
        };
        let due = open().filter(job::Column::DueAt.lte(now)).count(db).await?;
        let waiting = open().filter(job::Column::DueAt.gt(now)).count(db).await?;
        let dead = job::Entity::find().filter(job::Column::DeadAt.is_not_null()).count(db).await?;
        let oldest: Option<chrono::DateTime<chrono::Utc>> = open()
            .select_only()
            .column(job::Column::DueAt)
            .filter(job::Column::DueAt.lte(now))
            .order_by_asc(job::Column::DueAt)
            .limit(1)
            .into_tuple()
            .one(db)
            .await?;
        for (state, rows) in [("due", due), ("waiting", waiting), ("dead", dead)] {
            metrics::gauge!("consentry_jobs", "state" => state).set(float(rows));
        }
        let age = oldest.map_or(0, |at| (now - at).num_milliseconds().max(0).unsigned_abs());
        metrics::gauge!("consentry_jobs_oldest_due_seconds").set(float(age) / 1000.0);
        Ok(())
    }
}

/// Numbers of rows stay far below 2⁵³, where a float begins to skip.
#[expect(clippy::cast_precision_loss, reason = "exact for every number of rows that fits a disk")]
fn float(number: u64) -> f64 {
    number as f64
}
