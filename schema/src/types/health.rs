//! Health of what a team was granted.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use domain::health::Health;
use service::{ConnectionHealthView, HealthView};

use super::item::RequestItem;

/// Whether calls with a credential can be expected to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Health")]
pub(crate) enum HealthState {
    /// Nothing is known against it.
    Working,
    /// The app is hard to reach or asked to wait. It is tried again, and does not become `INVALID` by this.
    Degraded,
    /// It works no more; only the recipient can mend it, by authorizing again.
    Invalid,
    /// The access ended: revoked, declined, or its request deleted.
    Ended,
}

/// How a credential fares.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct CredentialHealth {
    /// Whether it can be expected to work.
    state: HealthState,
    /// Since when tries fail; absent while they do not.
    failing_since: Option<DateTime<Utc>>,
    /// How many tries failed in a row.
    failures: u32,
    /// How the last one failed, in the words of the app as far as they help; absent while none does.
    last_failure: Option<String>,
    /// When the present access token expires; absent where it does not, or the app does not say.
    expires_at: Option<DateTime<Utc>>,
    /// When it is renewed next, ahead of its end; absent where it cannot be.
    next_refresh_at: Option<DateTime<Utc>>,
    /// When it was renewed last.
    last_refresh_at: Option<DateTime<Utc>>,
    /// When the app last said that it works.
    last_probe_at: Option<DateTime<Utc>>,
    /// When the app is asked next; absent where its entry has no schedule.
    next_probe_at: Option<DateTime<Utc>>,
}

impl CredentialHealth {
    pub(crate) fn of(view: &HealthView, expires_at: Option<DateTime<Utc>>) -> Self {
        Self {
            state: view.state.into(),
            failing_since: view.failing_since,
            failures: view.failures,
            last_failure: view.last_failure.clone(),
            expires_at,
            next_refresh_at: view.next_refresh_at,
            last_refresh_at: view.refreshed_at,
            last_probe_at: view.probed_at,
            next_probe_at: view.next_probe_at,
        }
    }
}

/// One credential of a team, with its health and its use.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct ConnectionHealth {
    /// Id of the item that it was granted for.
    item_id: ID,
    /// Whether it can be expected to work.
    state: HealthState,
    /// The item, with its reason and its credential. What people wrote about it needs `requests:read`.
    item: RequestItem,
    /// How many connections use it.
    connection_count: u64,
    /// When one of them was last used.
    last_used_at: Option<DateTime<Utc>>,
}

impl ConnectionHealth {
    pub(crate) fn of(view: ConnectionHealthView) -> Self {
        Self {
            item_id: view.item.id.to_string().into(),
            state: view.health.into(),
            connection_count: view.connections,
            last_used_at: view.last_used_at,
            item: RequestItem(view.item),
        }
    }
}

/// How many credentials of a team there are of each health.
#[derive(SimpleObject, Default)]
#[graphql(serial)]
pub(crate) struct HealthCounts {
    /// Nothing is known against them.
    working: u64,
    /// Their apps are hard to reach.
    degraded: u64,
    /// They work no more.
    invalid: u64,
    /// Their access ended.
    ended: u64,
}

impl HealthCounts {
    pub(crate) fn of(counts: &[(Health, u64)]) -> Self {
        let rows = |wanted| counts.iter().find(|(health, _)| *health == wanted).map_or(0, |(_, rows)| *rows);
        Self {
            working: rows(Health::Working),
            degraded: rows(Health::Degraded),
            invalid: rows(Health::Invalid),
            ended: rows(Health::Ended),
        }
    }
}
