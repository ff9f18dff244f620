//! One renewal, from the claim to the stored answer (HEALTH-1, HEALTH-2, STATE-1).

use std::time::Duration;

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::credential::Secret;
use domain::event::{Event, HealthChange, Reason};
use domain::health::Health;
use domain::id::{CredentialId, ItemId};
use futures_util::FutureExt as _;
use providers::{Grant, OAuthClient, Passing, ProviderError};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, UpdateMany};
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use super::breaker::Gate;
use super::call::before;
use super::{Renewal, Times};
use crate::Service;
use crate::db::Hold;
use crate::db::entity::credential;
use crate::error::{Error, Result};
use crate::requests::of_request;
use crate::tokens::due::Kept;
use crate::vault::{Belongs, Sealed};

/// How long a claim stands. Nobody else calls the app meanwhile.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long its holder may call, a second longer than the app may take to answer: the rest is for clocks that differ,
/// and for the commit. A process that is told to stop has this time, too.
pub(super) const CALL: Duration = Duration::from_secs(14);
/// How long a claim that is over is left alone before another process calls. While the database is away its holder may
/// have an answer that it could not store, which it tries to every second: it comes first.
const GRACE: TimeDelta = TimeDelta::seconds(10);
/// Stands in a row during this time. Nobody calls by it.
const NOBODY: Uuid = Uuid::nil();
/// How long an answer is kept for a database that is away. It then is lost with a warning, and the next renewal tells.
const KEEP: Duration = Duration::from_mins(10);

/// A claim that this process holds.
pub(super) struct Claim {
    pub(super) id: Uuid,
    /// Nothing is sent after it.
    deadline: Instant,
    /// Another process had one before and never told how it ended.
    pub(super) interrupted: bool,
}

/// An answer of the app, sealed at once: it may have to wait for the database.
struct Answer {
    sealed: Sealed,
    times: Times,
    expires_at: Option<chrono::DateTime<chrono::Utc>>,
    scopes: Option<Vec<String>>,
}

impl Service {
    /// Renews a credential that was seen at a version, once for all callers of this process, in a task that outlives
    /// them.
    pub(super) async fn renew(&self, id: CredentialId, version: i32) -> Renewal {
        let flight = {
            let mut running = self.flights.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(flight) = running.get(&id.0) {
                flight.clone()
            } else {
                let service = self.clone();
                let alone = async move {
                    let _landing = Landing { service: &service, id: id.0 };
                    service.renew_alone(id, version).await
                };
                let task = self.flights.tasks.spawn(alone.in_current_span());
                // A task that panicked has told the log; its claim ends by time.
                let flight = task.map(|ended| ended.unwrap_or(Renewal::Moot)).boxed().shared();
                running.insert(id.0, flight.clone());
                flight
            }
        };
        flight.await
    }

    async fn renew_alone(&self, id: CredentialId, version: i32) -> Renewal {
        if self.flights.begins_no_more() {
            return Renewal::Later(self.now() + TimeDelta::seconds(5));
        }
        let begun = std::time::Instant::now();
        let (app, renewal) = match self.try_renew(id, version).await {
            Ok(Some((app, renewal))) => (app, renewal),
            Ok(None) => return Renewal::Moot,
            Err(error) => {
                tracing::warn!(credential = %id, %error, "a token could not be renewed for a fault of ours");
                return Renewal::Later(self.now() + TimeDelta::seconds(5));
            }
        };
        let outcome = match renewal {
            Renewal::Done => "done",
            Renewal::Later(_) => "later",
            Renewal::Broken(_) => "refused",
            Renewal::Elsewhere | Renewal::Moot => return renewal,
        };
        metrics::counter!("consentry_refreshes_total", "app" => app.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("consentry_refresh_duration_seconds").record(begun.elapsed().as_secs_f64());
        renewal
    }

    async fn try_renew(&self, id: CredentialId, version: i32) -> Result<Option<(String, Renewal)>> {
        let Some(kept) = self.kept(id).await? else { return Ok(None) };
        if kept.credential.version != version {
            // Somebody was quicker; the caller reads the row again.
            return Ok(None);
        }
        let app = kept.item.app.clone();
        let Some(secret) = self.secret_of(&kept.credential)? else { return Ok(None) };
        if !secret.can_refresh() {
            return Ok(None);
        }
        let Some((version, method)) = self.entries(&kept) else {
            let until = self.postpone(&kept, "the catalog no longer has this app", None).await?;
            return Ok(Some((app, Renewal::Later(until))));
        };
        let client = match self.client_of(&kept).await {
            Ok(client) => client,
            Err(Error::Refused(_, detail)) => {
                let until = self.postpone(&kept, &detail, None).await?;
                return Ok(Some((app, Renewal::Later(until))));
            }
            Err(error) => return Err(error),
        };
        let host = self.providers.token_host(&method, &secret).unwrap_or_default();
        let gate = self.gate(&host).await?;
        if let Gate::Wait { until, detail } = &gate {
            self.wait_for_host(&kept, *until, detail).await?;
            return Ok(Some((app, Renewal::Later(*until))));
        }
        let Some(claim) = self.claim(&kept).await? else { return Ok(Some((app, Renewal::Elsewhere))) };
        crate::failpoint!("refresh.claim");
        let now = self.now();
        let call = self.providers.refresh(&version, &method, &secret, client.as_ref(), now);
        let called = before(claim.deadline, call).await;
        let answered = match &called {
            Ok(Err(ProviderError::Transient { how, .. })) => !how.is_outage(),
            Ok(_) => true,
            Err(_) => false,
        };
        let renewal = match called {
            Ok(Ok(grant)) => {
                crate::failpoint!("refresh.answer");
                let times = Times::of(&method, &grant.secret, grant.expires_at, self.now());
                self.keep_answer(&kept, grant, times).await?
            }
            Ok(Err(ProviderError::Dead { detail, .. })) => {
                crate::failpoint!("refresh.refused");
                let reason =
                    if claim.interrupted { Reason::RefreshInterrupted } else { Reason::RefreshRefused };
                self.break_item(&kept, reason, &detail).await?
            }
            Ok(Err(ProviderError::Transient { how, retry_after, detail })) => {
                if how.is_outage() {
                    self.host_is_down(&host, &detail).await?;
                }
                let unknown = how == Passing::Unanswered;
                self.failed_for_now(&kept, &claim, unknown, retry_after, &detail).await?
            }
            // An operator can mend it; the recipient cannot (HEALTH-2).
            Ok(Err(ProviderError::Misconfigured { detail })) => {
                self.failed_for_now(&kept, &claim, false, None, &detail).await?
            }
            // This process slept through its time: the claim is over or soon will be, and whether it was sent is
            // unknown.
            Err(_) => Renewal::Elsewhere,
        };
        // Only now: what was answered is stored first. Whatever the answer was, the host is there.
        if answered && gate == Gate::Try {
            self.host_is_up(&host).await?;
        }
        Ok(Some((app, renewal)))
    }

    /// The OAuth client by which the credential came; `None` where it lies in the secret.
    async fn client_of(&self, kept: &Kept) -> Result<Option<OAuthClient>> {
        self.grant_client(&kept.credential, kept.request.organization_id, &kept.item.app).await
    }

    /// Takes the right to call the app. `None` while another process has it, or the row went on.
    async fn claim(&self, kept: &Kept) -> Result<Option<Claim>> {
        // Measured from before the claim is written: however long that takes, the deadline lies within it.
        let begun = Instant::now();
        let now = self.now();
        if kept.credential.claim.is_some_and(|claim| claim != NOBODY) {
            self.leave_alone(kept).await?;
            return Ok(None);
        }
        let id = Uuid::from_bytes(crate::ids::incident_id());
        let after_another = Expr::col(credential::Column::Claim).is_not_null();
        let left_alone = credential::Column::Claim.eq(NOBODY).and(credential::Column::ClaimUntil.lt(now));
        let claimed = this(kept)
            .col_expr(credential::Column::Claim, Expr::value(id))
            .col_expr(credential::Column::ClaimUntil, Expr::value(now + LEASE))
            .col_expr(
                credential::Column::Interrupted,
                Expr::col(credential::Column::Interrupted).eq(true).or(after_another),
            )
            .filter(credential::Column::Claim.is_null().or(left_alone))
            .exec(self.db.at_once())
            .await?;
        if claimed.rows_affected == 0 {
            return Ok(None);
        }
        let interrupted = kept.credential.interrupted || kept.credential.claim.is_some();
        Ok(Some(Claim { id, deadline: begun + CALL, interrupted }))
    }

    /// Where the claim that was seen is over: marks the row, and leaves it to its holder for a moment more.
    async fn leave_alone(&self, kept: &Kept) -> Result<()> {
        let now = self.now();
        this(kept)
            .col_expr(credential::Column::Claim, Expr::value(NOBODY))
            .col_expr(credential::Column::ClaimUntil, Expr::value(now + GRACE))
            .col_expr(credential::Column::CheckAt, Expr::value(now + GRACE))
            .filter(credential::Column::Claim.eq(kept.credential.claim))
            .filter(credential::Column::ClaimUntil.lt(now))
            .exec(self.db.at_once())
            .await?;
        Ok(())
    }

    /// Seals the answer and stores it, however long the database is away: the token that is known may be used up.
    async fn keep_answer(&self, kept: &Kept, grant: Grant, times: Times) -> Result<Renewal> {
        let version = kept.credential.version.saturating_add(1);
        let belongs = Belongs::Credential { id: kept.credential.id, version };
        let sealed = self.keys.seal(belongs, &grant.secret.to_bytes())?;
        let answer =
            Answer { sealed, times, expires_at: grant.expires_at, scopes: grant.granted_scopes.clone() };
        drop(grant);
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            match self.store_answer(kept, &answer).await {
                Ok(true) => {
                    crate::failpoint!("refresh.commit");
                    return Ok(Renewal::Done);
                }
                Ok(false) => break,
                Err(Error::Unavailable(error)) if begun.elapsed() < KEEP => {
                    tracing::warn!(credential = %kept.id(), %error, "a fresh token waits for the database");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                Err(error) => return Err(error),
            }
        }
        // Revoked, declined, deleted or authorized anew meanwhile (STATE-1): nothing of it may stay usable.
        crate::failpoint!("refresh.discard");
        let plain = self.keys.unseal(belongs, &answer.sealed)?;
        let secret = Secret::from_bytes(&plain).map_err(|_| Error::corrupt("secret"))?;
        let discarded = self.discard_renewed(&kept.credential, &kept.request, &kept.item, &secret).await?;
        // Of a connection that broke in the middle of our commit, only a look tells whether it was made.
        Ok(if discarded { Renewal::Moot } else { Renewal::Done })
    }

    /// Stores an answer over the version that was seen; false when it is not there any more. The claim is not asked
    /// for: if it ran out while the database was away, this answer is still the only good one.
    async fn store_answer(&self, kept: &Kept, answer: &Answer) -> Result<bool> {
        let mut update = settled(kept)
            .col_expr(credential::Column::Version, Expr::value(kept.credential.version.saturating_add(1)))
            .col_expr(credential::Column::KeyId, Expr::value(answer.sealed.key_id.clone()))
            .col_expr(credential::Column::DataKey, Expr::value(answer.sealed.data_key.clone()))
            .col_expr(credential::Column::Sealed, Expr::value(answer.sealed.body.clone()))
            .col_expr(credential::Column::ExpiresAt, Expr::value(answer.expires_at))
            .col_expr(credential::Column::RefreshAt, Expr::value(answer.times.refresh_at))
            .col_expr(credential::Column::RefreshedAt, Expr::value(self.now()))
            .col_expr(credential::Column::CheckAt, Expr::value(answer.times.check_at))
            .col_expr(credential::Column::ProbeAt, Expr::value(answer.times.probe_at));
        if let Some(scopes) = &answer.scopes {
            update =
                update.col_expr(credential::Column::GrantedScopes, Expr::value(serde_json::json!(scopes)));
        }
        if kept.credential.failing_since.is_none() {
            return Ok(update.exec(self.db.at_once()).await?.rows_affected == 1);
        }
        let mut write =
            self.write_holding(Actor::System, Hold::Organization(kept.request.organization_id)).await?;
        if update.exec(write.tx()).await?.rows_affected == 0 {
            return Ok(false);
        }
        let (of, item) = (of_request(&kept.request), ItemId(kept.item.id));
        write.emit(&Event::HealthChanged { of, item, what: HealthChange::Recovered }).await?;
        write.commit().await?;
        Ok(true)
    }
}

/// Ends a renewal of this process, also one that panics: else nobody here would ever try again.
struct Landing<'a> {
    service: &'a Service,
    id: Uuid,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let running = &self.service.flights.running;
        running.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.id);
    }
}

/// An update of the row as it was seen, if it still is so. What the app refused for good, which another process may
/// have heard meanwhile, stays refused: it is not offered once more, nor shown as working.
pub(super) fn this(kept: &Kept) -> UpdateMany<credential::Entity> {
    credential::Entity::update_many()
        .filter(credential::Column::Id.eq(kept.credential.id))
        .filter(credential::Column::Version.eq(kept.credential.version))
        .filter(credential::Column::DestroyedAt.is_null())
        .filter(credential::Column::Health.ne(Health::Invalid.as_str()))
}

/// No process is renewing it. A claim that is over still says that an answer may be lost, so it stays.
pub(super) fn unclaimed(now: chrono::DateTime<chrono::Utc>) -> Condition {
    Condition::any().add(credential::Column::Claim.is_null()).add(credential::Column::ClaimUntil.lt(now))
}

/// The same, with no claim and no failure left.
pub(super) fn settled(kept: &Kept) -> UpdateMany<credential::Entity> {
    works(released(kept))
}

/// With no failure left.
pub(super) fn works(update: UpdateMany<credential::Entity>) -> UpdateMany<credential::Entity> {
    let none = || Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None);
    update
        .col_expr(credential::Column::Health, Expr::value(Health::Working.as_str()))
        .col_expr(credential::Column::FailingSince, none())
        .col_expr(credential::Column::Failures, Expr::value(0))
        .col_expr(credential::Column::LastFailure, Expr::value(Option::<String>::None))
}

/// The same, with no claim left and nothing to wait for.
pub(super) fn released(kept: &Kept) -> UpdateMany<credential::Entity> {
    let none = || Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None);
    this(kept)
        .col_expr(credential::Column::Claim, Expr::value(Option::<Uuid>::None))
        .col_expr(credential::Column::ClaimUntil, none())
        .col_expr(credential::Column::Interrupted, Expr::value(false))
        .col_expr(credential::Column::RetryFrom, none())
}
