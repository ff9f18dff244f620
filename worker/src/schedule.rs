//! Periodic work: authorizations whose window was closed, epochs of the keys, and accounts' leftovers.

use std::time::Duration;

use service::Service;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often waiting authorizations are looked at; an expired one cannot be used in any case.
const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// Sweeps between two purges: an hour.
const SWEEPS_PER_PURGE: u32 = 120;

/// Runs until `shutdown`.
pub async fn run(service: Service, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut count: u32 = 0;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = sweep(&service, count.is_multiple_of(SWEEPS_PER_PURGE)).await {
            tracing::warn!(%error, "the sweep did not finish; it runs again soon");
        }
        count = count.wrapping_add(1);
    }
}

/// One round; safe to run at any time and in any number of processes.
///
/// # Errors
/// When the database is away.
pub async fn sweep(service: &Service, purge: bool) -> Result<(), service::Error> {
    service.expire_authorizations().await?;
    service.refresh_catalog().await?;
    service.send_reminders().await?;
    service.forget_replaced_clients().await?;
    // Told at the end: a key file that cannot be written must not stop the rest.
    let keys = service.turn_keys().await;
    service.db().fold_log().await?;
    service.write_audit_anchor().await?;
    if purge {
        let rows = service.purge().await?;
        tracing::debug!(rows, "what nobody needs any more was removed");
    }
    keys
}
