//! What failed: for now (`DEGRADED`, HEALTH-2), or for good (`INVALID`, HEALTH-4).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::event::{Event, HealthChange, Reason};
use domain::health::Health;
use domain::id::{ItemId, RequestId};
use domain::item::{State, Step};
use domain::token;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::due::Kept;
use super::renew::{Claim, released, this, unclaimed};
use super::{Renewal, Times};
use crate::db::Hold;
use crate::db::entity::{credential, request_item};
use crate::error::{Error, Result};
use crate::requests::of_request;
use crate::{Service, ids};

/// How soon a call that needs a fresh token may ask again after a failure, unless the app wants to be left alone
/// longer. The worker comes slower.
const ON_USE: TimeDelta = TimeDelta::seconds(30);
/// The longest text of a failure that is kept.
const DETAIL: usize = 300;

/// A try that failed for reasons that may pass.
struct Setback<'a> {
    /// The claim that ends with it.
    claim: Option<Uuid>,
    interrupted: bool,
    failures: i32,
    /// When the worker comes again.
    check_at: DateTime<Utc>,
    /// From when on a call that needs it may ask. `None` leaves that as it is.
    retry_from: Option<DateTime<Utc>>,
    detail: &'a str,
}

impl Service {
    /// The app did not renew it for now. Returns until when to wait.
    pub(super) async fn failed_for_now(
        &self,
        kept: &Kept,
        claim: &Claim,
        unanswered: bool,
        retry_after: Option<Duration>,
        detail: &str,
    ) -> Result<Renewal> {
        let setback = Setback {
            claim: Some(claim.id),
            interrupted: claim.interrupted || unanswered,
            ..self.next_try(kept, retry_after, detail)
        };
        self.set_back(kept, &setback).await?;
        Ok(Renewal::Later(setback.retry_from.unwrap_or(setback.check_at)))
    }

    /// Nothing was called, since something is missing here. Returns until when to wait.
    pub(super) async fn postpone(
        &self,
        kept: &Kept,
        detail: &str,
        retry_after: Option<Duration>,
    ) -> Result<DateTime<Utc>> {
        let setback = self.next_try(kept, retry_after, detail);
        self.set_back(kept, &setback).await?;
        Ok(setback.retry_from.unwrap_or(setback.check_at))
    }

    /// A probe failed for now. It comes again; renewals go on at their time, and so do calls.
    pub(super) async fn postpone_probe(
        &self,
        kept: &Kept,
        detail: &str,
        retry_after: Option<Duration>,
    ) -> Result<()> {
        let setback = Setback { retry_from: None, ..self.next_try(kept, retry_after, detail) };
        self.set_back(kept, &setback).await
    }

    /// The provider is down, and others probe.
    pub(super) async fn wait_to_probe(&self, kept: &Kept, until: DateTime<Utc>, detail: &str) -> Result<()> {
        let failures = kept.credential.failures;
        let setback =
            Setback { failures, check_at: until, retry_from: None, ..self.next_try(kept, None, detail) };
        self.set_back(kept, &setback).await
    }

    /// The provider is down, and others try.
    pub(super) async fn wait_for_host(&self, kept: &Kept, until: DateTime<Utc>, detail: &str) -> Result<()> {
        let row = &kept.credential;
        let setback = Setback {
            failures: row.failures,
            check_at: until,
            retry_from: Some(until),
            ..self.next_try(kept, None, detail)
        };
        self.set_back(kept, &setback).await
    }

    fn next_try<'a>(&self, kept: &Kept, retry_after: Option<Duration>, detail: &'a str) -> Setback<'a> {
        let (now, row) = (self.now(), &kept.credential);
        let failures = row.failures.saturating_add(1);
        let asked = token::retry_in(1, 0.0, retry_after);
        Setback {
            claim: None,
            interrupted: row.interrupted,
            failures,
            check_at: now + token::retry_in(u32::try_from(failures).unwrap_or(1), ids::unit(), retry_after),
            retry_from: Some(now + asked.max(ON_USE)),
            detail,
        }
    }

    async fn set_back(&self, kept: &Kept, setback: &Setback<'_>) -> Result<()> {
        let now = self.now();
        let first = kept.credential.failing_since.is_none();
        let mut update = this(kept)
            .col_expr(credential::Column::Health, Expr::value(Health::Degraded.as_str()))
            .col_expr(credential::Column::Failures, Expr::value(setback.failures))
            .col_expr(credential::Column::LastFailure, Expr::value(shortened(setback.detail)))
            .col_expr(
                credential::Column::FailingSince,
                Expr::value(kept.credential.failing_since.unwrap_or(now)),
            );
        update = if let Some(from) = setback.retry_from {
            update
                .col_expr(credential::Column::CheckAt, Expr::value(setback.check_at))
                .col_expr(credential::Column::RetryFrom, Expr::value(from))
        } else {
            let row = &kept.credential;
            let times = Times::with(row.refresh_at, Some(setback.check_at), row.expires_at);
            update
                .col_expr(credential::Column::CheckAt, Expr::value(times.check_at))
                .col_expr(credential::Column::ProbeAt, Expr::value(times.probe_at))
        };
        update = match setback.claim {
            Some(claim) => update
                .col_expr(credential::Column::Interrupted, Expr::value(setback.interrupted))
                .col_expr(credential::Column::Claim, Expr::value(Option::<Uuid>::None))
                .col_expr(credential::Column::ClaimUntil, Expr::value(Option::<DateTime<Utc>>::None))
                .filter(credential::Column::Claim.eq(claim)),
            None => update.filter(unclaimed(now)),
        };
        tracing::info!(credential = %kept.id(), app = kept.item.app, failures = setback.failures,
            detail = setback.detail, "a credential is degraded");
        if !first {
            update.exec(self.db.at_once()).await?;
            return Ok(());
        }
        let mut write =
            self.write_holding(Actor::System, Hold::Organization(kept.request.organization_id)).await?;
        if update.exec(write.tx()).await?.rows_affected == 1 {
            let (of, item) = (of_request(&kept.request), ItemId(kept.item.id));
            write.emit(&Event::HealthChanged { of, item, what: HealthChange::Degraded }).await?;
            write.commit().await?;
        }
        Ok(())
    }

    /// It has ended, and there is no way to renew it.
    pub(super) async fn expire(&self, kept: &Kept) -> Result<Renewal> {
        self.break_item(kept, Reason::Expired, "the access ended, and the app gave no way to renew it").await
    }

    /// It works no more, and only the recipient can help: the item is INVALID, its connections stop, and both sides
    /// are told. Nothing happens when the credential went on meanwhile.
    pub(super) async fn break_item(&self, kept: &Kept, reason: Reason, detail: &str) -> Result<Renewal> {
        let mut write =
            self.write_holding(Actor::System, Hold::Organization(kept.request.organization_id)).await?;
        match self.hold_request(&write, RequestId(kept.request.id)).await {
            Err(Error::Refused(..)) => return Ok(Renewal::Moot),
            other => other?,
        }
        let none = || Expr::value(Option::<DateTime<Utc>>::None);
        let ended = released(kept)
            .col_expr(credential::Column::Health, Expr::value(Health::Invalid.as_str()))
            .col_expr(credential::Column::RefreshAt, none())
            .col_expr(credential::Column::ProbeAt, none())
            .col_expr(credential::Column::CheckAt, none())
            .col_expr(credential::Column::LastFailure, Expr::value(shortened(detail)))
            .exec(write.tx())
            .await?;
        if ended.rows_affected == 0 {
            return Ok(Renewal::Moot);
        }
        let item = request_item::Entity::find_by_id(kept.item.id).one(write.tx()).await?;
        let Some(item) = item else { return Ok(Renewal::Moot) };
        let state = crate::items::state_of(&item)?;
        if state == State::Invalid {
            // The people know; the row did not.
            write.commit().await?;
            return Ok(Renewal::Broken(reason));
        }
        let Ok(to) = state.after(Step::Break) else { return Ok(Renewal::Moot) };
        crate::items::break_item(&write, &item, to, reason).await?;
        let (of, id) = (of_request(&kept.request), ItemId(item.id));
        write.emit(&Event::HealthChanged { of, item: id, what: HealthChange::Broken(reason) }).await?;
        write.commit().await?;
        tracing::info!(credential = %kept.id(), app = kept.item.app, reason = reason.as_str(), detail,
            "a credential works no more");
        Ok(Renewal::Broken(reason))
    }
}

fn shortened(detail: &str) -> String {
    detail.chars().take(DETAIL).collect()
}
