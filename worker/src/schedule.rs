//! Periodic work: authorizations whose window was closed, tokens that are due, epochs of the keys, and accounts'
//! leftovers.

use std::time::Duration;

use service::{Service, Tick};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often a process looks whether a round is to be done: several times a slot, so that none is left out because
/// this process just missed it.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Runs until `shutdown`.
pub async fn run(service: Service, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = round(&service).await {
            tracing::warn!(%error, "periodic work did not finish; it runs again soon");
        }
    }
}

/// Does what is to be done now and was not begun by another process. Returns what it was.
///
/// # Errors
/// When the database is away.
pub async fn round(service: &Service) -> Result<Vec<Tick>, service::Error> {
    // Every process has a catalog in its memory.
    service.refresh_catalog().await?;
    let mut done = Vec::new();
    if service.claim_tick(Tick::Sweep).await? {
        done.push(Tick::Sweep);
        sweep(service, false).await?;
    }
    if service.claim_tick(Tick::Tokens).await? {
        done.push(Tick::Tokens);
        service.enqueue_token_checks().await?;
    }
    if service.claim_tick(Tick::Purge).await? {
        done.push(Tick::Purge);
        purge(service).await?;
    }
    Ok(done)
}

/// The sweep, and with it the purge; safe to run at any time and in any number of processes.
///
/// # Errors
/// When the database is away.
pub async fn sweep(service: &Service, with_purge: bool) -> Result<(), service::Error> {
    service.expire_authorizations().await?;
    service.send_reminders().await?;
    service.forget_replaced_clients().await?;
    // Told at the end: a key file that cannot be written must not stop the rest.
    let keys = service.turn_keys().await;
    service.db().fold_log().await?;
    service.write_audit_anchor().await?;
    if with_purge {
        purge(service).await?;
    }
    keys
}

async fn purge(service: &Service) -> Result<(), service::Error> {
    let rows = service.purge().await?;
    tracing::debug!(rows, "what nobody needs any more was removed");
    Ok(())
}
