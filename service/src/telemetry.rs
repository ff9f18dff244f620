//! What an operator sees of a process (OPS-5): structured logs on standard error, and numbers for Prometheus.
//! Neither holds an address, a name or a secret; ids stand in logs only.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::trace;

/// Ours at `info`, everything else at `warn`, unless `RUST_LOG` says otherwise.
const DEFAULT: &str = "warn,api=info,consentry=info,consentry_worker=info,gql=info,schema=info,service=info,worker=info,providers=info";

/// From a local cache to a provider that is given up, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

/// How often values are counted; a busy process keeps some tens of thousands meanwhile.
const UPKEEP: Duration = Duration::from_secs(5);

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logging: readable on a terminal, JSON lines elsewhere; counting; and traces where a collector is named. Call
/// it where a runtime is.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(trace::layer());
    let started = if std::io::stderr().is_terminal() {
        registry.with(logs.with_filter(filter)).try_init()
    } else {
        registry.with(logs.json().flatten_event(true).with_filter(filter)).try_init()
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logging had been started already");
    }
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS);
    match builder.and_then(PrometheusBuilder::install_recorder) {
        Ok(handle) => {
            // Set once: a second recorder is refused above.
            let _ = METRICS.set(handle.clone());
            describe();
            tokio::spawn(keep_up(handle));
        }
        Err(error) => tracing::debug!(%error, "counting had been started already"),
    }
}

/// Histograms keep each value until it is counted, which asking for the numbers does. Where nobody asks, a process would
/// grow by sixteen bytes with each call.
async fn keep_up(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

/// Every number in the text format of Prometheus; empty before [`init`].
pub fn render() -> String {
    METRICS
        .get()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}

fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!("consentry_http_requests_total", "Answers by route, method and status class");
    describe_histogram!(
        "consentry_http_request_duration_seconds",
        Unit::Seconds,
        "Time until the answer's head"
    );
    describe_counter!(
        "consentry_jobs_total",
        "Runs of jobs by kind and outcome: done, retry, dead, unrecorded"
    );
    describe_histogram!("consentry_job_duration_seconds", Unit::Seconds, "Runs of jobs, by kind");
    describe_gauge!("consentry_jobs", "Job rows by state: due, waiting, dead");
    describe_gauge!(
        "consentry_jobs_oldest_due_seconds",
        Unit::Seconds,
        "How long the oldest due job has waited"
    );
    describe_gauge!(
        "consentry_queue",
        "Dispatches in Redis by state: ready, delayed, leased, dead; at workers, in the scaled profile"
    );
    describe_gauge!(
        "consentry_queue_oldest_ready_seconds",
        Unit::Seconds,
        "How long the oldest dispatch in Redis is ready to be taken"
    );
    describe_gauge!("consentry_subscribers", "Open subscriptions of this process");
    describe_gauge!(
        "consentry_redis_up",
        "1 while Redis answers this process; absent in the embedded profile"
    );
    describe_gauge!(
        "consentry_database_connections",
        "Open connections of this process by state: idle, busy"
    );
    describe_counter!("consentry_database_statements_total", "Statements sent by this process");
}
