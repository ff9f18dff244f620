//! When a credential is looked at next.

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::AuthMethod;
use domain::credential::Secret;
use domain::token;

use crate::ids;

/// The times of a credential: the worker looks at the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) refresh_at: Option<DateTime<Utc>>,
    pub(crate) probe_at: Option<DateTime<Utc>>,
    pub(crate) check_at: Option<DateTime<Utc>>,
}

impl Times {
    /// Of a secret that was got, or proved, at `now`.
    pub(crate) fn of(
        method: &AuthMethod,
        secret: &Secret,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        let margin = TimeDelta::seconds(method.refresh_margin_seconds.into());
        let refresh_at = expires_at
            .filter(|_| secret.can_refresh())
            .map(|end| token::refresh_at(now, end, margin, ids::unit()));
        Self::with(refresh_at, next_probe(method, now), expires_at)
    }

    /// What cannot be renewed is looked at when it ends.
    pub(crate) fn with(
        refresh_at: Option<DateTime<Utc>>,
        probe_at: Option<DateTime<Utc>>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        let check_at = [refresh_at.or(expires_at), probe_at].into_iter().flatten().min();
        Self { refresh_at, probe_at, check_at }
    }
}

/// When the app is to be asked next whether a credential works.
pub(super) fn next_probe(method: &AuthMethod, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    method.probe.as_ref()?;
    token::probe_at(now, TimeDelta::seconds(method.probe_every_seconds.into()), ids::unit())
}
