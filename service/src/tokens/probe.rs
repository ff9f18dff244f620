//! Asks apps whether credentials still work, on the schedule of their entries (HEALTH-3).

use domain::actor::Actor;
use domain::event::{Event, HealthChange, Reason};
use domain::id::ItemId;
use providers::ProviderError;
use sea_orm::QueryFilter as _;
use sea_orm::sea_query::Expr;

use super::Renewal;
use super::breaker::Gate;
use super::due::Kept;
use super::renew::{this, unclaimed, works};
use super::times::{Times, next_probe};
use crate::Service;
use crate::db::Hold;
use crate::db::entity::credential;
use crate::error::Result;
use crate::requests::of_request;

impl Service {
    /// Probes one credential, and writes down what came out.
    pub(super) async fn probe_now(&self, kept: &Kept) -> Result<()> {
        let Some(secret) = self.secret_of(&kept.credential)? else { return Ok(()) };
        let Some((version, method)) = self.entries(kept) else {
            return self.postpone_probe(kept, "the catalog no longer has this app", None).await;
        };
        let host = self.providers.probe_host(&method, &secret).unwrap_or_default();
        let gate = self.gate(&host).await?;
        if let Gate::Wait { until, detail } = &gate {
            return self.wait_to_probe(kept, *until, detail).await;
        }
        let probed = self.providers.probe(&version, &method, &secret).await;
        if gate == Gate::Try
            && !matches!(&probed, Err(ProviderError::Transient { how, .. }) if how.is_outage())
        {
            self.host_is_up(&host).await?;
        }
        let outcome = match probed {
            Ok(_) => {
                self.proved(kept, &method).await?;
                "works"
            }
            Err(ProviderError::Dead { detail, .. }) => {
                self.refused(kept, secret.can_refresh(), &detail).await?;
                "refused"
            }
            Err(ProviderError::Transient { how, retry_after, detail }) => {
                if how.is_outage() {
                    self.host_is_down(&host, &detail).await?;
                }
                self.postpone_probe(kept, &detail, retry_after).await?;
                "unavailable"
            }
            Err(ProviderError::Misconfigured { detail }) => {
                self.postpone_probe(kept, &detail, None).await?;
                "misconfigured"
            }
        };
        metrics::counter!("consentry_probes_total", "app" => kept.item.app.clone(), "outcome" => outcome)
            .increment(1);
        Ok(())
    }

    /// The app takes it.
    async fn proved(&self, kept: &Kept, method: &domain::catalog::AuthMethod) -> Result<()> {
        let (now, row) = (self.now(), &kept.credential);
        let times = Times::with(row.refresh_at, next_probe(method, now), row.expires_at);
        // That a token works today does not mend a renewal that fails.
        let renewal_fails = row.failing_since.is_some() && row.refresh_at.is_some_and(|at| at <= now);
        let update = if renewal_fails { this(kept) } else { works(this(kept)) };
        let update = update
            .col_expr(credential::Column::ProbedAt, Expr::value(now))
            .col_expr(credential::Column::ProbeAt, Expr::value(times.probe_at))
            .col_expr(credential::Column::CheckAt, Expr::value(times.check_at))
            .filter(unclaimed(now));
        if row.failing_since.is_none() || renewal_fails {
            update.exec(self.db.at_once()).await?;
            return Ok(());
        }
        let mut write =
            self.write_holding(Actor::System, Hold::Organization(kept.request.organization_id)).await?;
        if update.exec(write.tx()).await?.rows_affected == 1 {
            let (of, item) = (of_request(&kept.request), ItemId(kept.item.id));
            write.emit(&Event::HealthChanged { of, item, what: HealthChange::Recovered }).await?;
            write.commit().await?;
        }
        Ok(())
    }

    /// The app does not take it. A token that can be renewed has one more chance: it may only be too old.
    async fn refused(&self, kept: &Kept, can_refresh: bool, detail: &str) -> Result<()> {
        if !can_refresh {
            self.break_item(kept, Reason::Refused, detail).await?;
            return Ok(());
        }
        if self.renew(kept.id(), kept.credential.version).await != Renewal::Done {
            return Ok(());
        }
        let Some(fresh) = self.kept(kept.id()).await? else { return Ok(()) };
        let (Some(secret), Some((version, method))) =
            (self.secret_of(&fresh.credential)?, self.entries(&fresh))
        else {
            return Ok(());
        };
        match self.providers.probe(&version, &method, &secret).await {
            Err(ProviderError::Dead { detail, .. }) => {
                self.break_item(&fresh, Reason::Refused, &detail).await?;
            }
            Ok(_) => self.proved(&fresh, &method).await?,
            // Looked at again on its schedule.
            Err(ProviderError::Transient { .. } | ProviderError::Misconfigured { .. }) => {}
        }
        Ok(())
    }
}
