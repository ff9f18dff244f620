//! The worker as a process of its own, for the scaled profile. Any number of them may run.

use std::process::ExitCode;

use anyhow::Context as _;
use domain::clock::Clock;
use secrecy::ExposeSecret as _;
use service::config::ConfigProblem;
use service::{Config, Service};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use worker::Mailer;
use worker::queue::redis::RedisQueue;

fn main() -> ExitCode {
    // One TLS provider for everything in the process; a second call means that it is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    service::telemetry::init();
    let config = match Config::load() {
        Ok(config) => config,
        Err(problems) => return complain(&problems.iter().map(ConfigProblem::to_string).collect::<Vec<_>>()),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&[format!("the runtime does not start: {error}")]),
    };
    match runtime.block_on(run(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&[format!("{error:#}")]),
    }
}

async fn run(config: Config) -> anyhow::Result<()> {
    // The embedded profile has one process, which brings its worker along.
    let redis = config.redis_url.clone().context("the embedded profile runs its worker inside `consentry serve`; this program is for PostgreSQL and Redis")?;
    let queue = RedisQueue::open(redis.expose_secret(), &config.redis_prefix)?;
    let mailer = Mailer::from_config(&config)?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    let service = Service::start(config, Clock::System).await.context("Consentry does not start")?;
    let shutdown = CancellationToken::new();
    let working = tokio::spawn(worker::run_scaled(service.clone(), mailer, queue, shutdown.clone()));
    tracing::info!("the worker is ready");
    tokio::select! {
        _ = terminate.recv() => {}
        pressed = tokio::signal::ctrl_c() => pressed.context("Ctrl-C cannot be heard")?,
    }
    tracing::info!("stopping: jobs in flight finish");
    shutdown.cancel();
    let ended = working.await;
    service.db().close().await;
    ended.context("the worker ended with an error")
}

#[expect(clippy::print_stderr, reason = "the operator reads it before any log exists")]
fn complain(lines: &[String]) -> ExitCode {
    for line in lines {
        eprintln!("{line}");
    }
    ExitCode::FAILURE
}
