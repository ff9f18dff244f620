//! Numbers that are looked up when a monitor asks (OPS-5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

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
        for (tick, at) in self.last_ticks().await? {
            metrics::gauge!("consentry_last_round_timestamp_seconds", "work" => tick)
                .set(float(at.unsigned_abs()));
        }
        self.look_up_health().await?;
        for (seconds, tokens) in EXPIRY_SECONDS.iter().zip(self.expiring_within(&EXPIRY_SECONDS).await?) {
            metrics::gauge!("consentry_tokens_expiring", "within_seconds" => seconds.to_string())
                .set(float(tokens));
        }
        Ok(())
    }
}

/// What was shown before, so that a number that fell to none is shown as none and not as it was.
static SHOWN: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

impl Service {
    async fn look_up_health(&self) -> Result<()> {
        let now: BTreeMap<(String, String), i64> = self
            .health_by_app()
            .await?
            .into_iter()
            .map(|(app, health, rows)| ((app, health), rows))
            .collect();
        let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
        shown.extend(now.keys().cloned());
        for key in shown.iter() {
            let rows = float(u64::try_from(now.get(key).copied().unwrap_or_default()).unwrap_or_default());
            let (app, health) = key.clone();
            metrics::gauge!("consentry_credentials", "app" => app, "health" => health).set(rows);
        }
        Ok(())
    }
}

/// How soon a token ends, as monitors ask: what has ended already, a minute, five, an hour, a day, a week.
const EXPIRY_SECONDS: [i64; 6] = [0, 60, 300, 3600, 86_400, 604_800];

/// Numbers of rows stay far below 2⁵³, where a float begins to skip.
#[expect(clippy::cast_precision_loss, reason = "exact for every number of rows that fits a disk")]
fn float(number: u64) -> f64 {
    number as f64
}
