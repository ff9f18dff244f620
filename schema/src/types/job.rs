//! Jobs that were given up.

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, Utc};
use service::DeadJobView;

/// Work behind the scenes that was given up, such as a mail that its server refused for good. It stays until it is
/// started again or dropped.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct DeadJob {
    /// Id of the job.
    id: ID,
    /// What it was to do, such as `MAIL_INVITATION` or `REVOKE_AT_PROVIDER`.
    kind: String,
    /// Id of the request that it is about.
    request_id: Option<ID>,
    /// Why its last try failed.
    error: Option<String>,
    /// How often it failed.
    attempts: i32,
    /// When it was caused, or last started again.
    created_at: DateTime<Utc>,
    /// When it was given up.
    given_up_at: DateTime<Utc>,
}

impl DeadJob {
    pub(crate) fn of(view: DeadJobView) -> Self {
        Self {
            id: view.id.to_string().into(),
            kind: view.kind,
            request_id: view.request.map(|id| id.to_string().into()),
            error: view.error,
            attempts: view.attempts,
            created_at: view.created_at,
            given_up_at: view.dead_at,
        }
    }
}
