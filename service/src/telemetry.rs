//! Structured logs on standard error (OPS-5).

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Ours at `info`, everything else at `warn`, unless `RUST_LOG` says otherwise.
const DEFAULT: &str = "warn,api=info,consentry=info,consentry_worker=info,gql=info,schema=info,service=info,\
                       worker=info,providers=info";

/// Starts logging: readable on a terminal, JSON lines elsewhere.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        logs.try_init()
    } else {
        logs.json().flatten_event(true).try_init()
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logging had been started already");
    }
}
