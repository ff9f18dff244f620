//! A worker as a process of its own, for the scaled profile. Any number of them may run.

use std::time::Duration;

use anyhow::Context as _;
use service::Config;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::queue::redis::RedisQueue;
use crate::sign::Sign;
use crate::{Mailer, start, status};

/// Runs until SIGTERM or Ctrl-C, then lets jobs in flight finish (REL-4). Waits for a database that is away. Answers
/// monitors where `LISTEN_ADDR` is set.
///
/// # Errors
/// When the profile is the embedded one, whose process brings its worker along, or something does not start.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let queue = RedisQueue::of(&config).context(
        "the embedded profile runs its worker inside `consentry serve`; a worker of its own is for PostgreSQL and Redis",
    )??;
    let mailer = Mailer::from_config(&config)?;
    let shutdown = CancellationToken::new();
    let door = start::Door::default();
    let monitored = if config.is_listen_addr_set() {
        let address = config.listen_addr;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("LISTEN_ADDR {address} cannot be used"))?;
        let (router, stop) = (door.router(), shutdown.clone());
        Some(tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
        }))
    } else {
        None
    };
    let service = tokio::select! {
        started = start::service(config) => started.context("the worker does not start")?,
        stopped = stop_signal() => return stopped,
    };
    let relay = Sign::default();
    door.open(status::routes(service.clone(), queue.clone(), relay.clone()));
    let silent = CancellationToken::new();
    let (bridged, stop) = (service.clone(), silent.clone());
    let bridge = tokio::spawn(async move { bridged.bridge(stop).await });
    let working = tokio::spawn(crate::run_scaled(service.clone(), mailer, queue, relay, shutdown.clone()));
    tracing::info!("the worker is ready");
    stop_signal().await?;
    tracing::info!("stopping: jobs in flight finish");
    in_time(async {
        service.begin_stop();
        shutdown.cancel();
        let ended = working.await;
        service.finish_renewals().await;
        // Not before: jobs that end now have changes to tell.
        silent.cancel();
        bridge.await.context("the bus ended with an error")?;
        if let Some(monitored) = monitored {
            monitored.await.context("the listener ended with an error")??;
        }
        service.db().close().await;
        ended.context("the worker ended with an error")
    })
    .await
}

/// How long a process may take from the signal to its end, but for the last traces and what the system needs, which
/// together make 20 seconds (REL-4). Each part has a time of its own; this holds also where a database or a Redis that
/// does not answer makes all of them wait.
pub const LONGEST_STOP: Duration = Duration::from_secs(18);

/// Lets a process end its work, and leaves what is not done in time as it is: a process that is killed leaves the same.
///
/// # Errors
/// Those of the work.
pub async fn in_time(ending: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::time::timeout(LONGEST_STOP, ending).await.unwrap_or_else(|_| {
        tracing::warn!("not everything ended in time; the process ends all the same");
        Ok(())
    })
}

/// Waits for SIGTERM or Ctrl-C.
///
/// # Errors
/// When the system lets nobody hear them.
pub async fn stop_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    tokio::select! {
        _ = terminate.recv() => {}
        pressed = tokio::signal::ctrl_c() => pressed.context("Ctrl-C cannot be heard")?,
    }
    Ok(())
}
