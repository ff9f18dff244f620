//! Numbers that are looked up when a monitor asks (OPS-5).

use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

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
        let counts = self.job_counts().await?;
        for (state, rows) in [("due", counts.due), ("waiting", counts.waiting), ("dead", counts.dead)] {
            metrics::gauge!("consentry_jobs", "state" => state).set(float(rows));
        }
        let age = counts.oldest_due.map_or(0, |age| age.num_milliseconds().unsigned_abs());
        metrics::gauge!("consentry_jobs_oldest_due_seconds").set(float(age) / 1000.0);
        Ok(())
    }
}

/// Numbers of rows stay far below 2⁵³, where a float begins to skip.
#[expect(clippy::cast_precision_loss, reason = "exact for every number of rows that fits a disk")]
fn float(number: u64) -> f64 {
    number as f64
}
