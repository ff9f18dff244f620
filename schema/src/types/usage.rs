//! What a team did with an access.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use service::{UsageBy as ByOf, UsageKind as KindOf, UsageView};

/// How finely use is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ByOf")]
pub(crate) enum UsageBy {
    /// By the hour in UTC; a week at most. Hours are kept for 90 days.
    Hour,
    /// By the day in UTC; 92 days at most. Days are kept for 400 days.
    Day,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "KindOf")]
pub(crate) enum UsageKind {
    /// Calls that went to the app.
    Call,
    /// Calls that were refused: the module was not consented to, or no module makes such a call, or the call could be
    /// read in two ways, or the access was suspended, invalid or not authorized.
    Refused,
    /// Access tokens that tools fetched.
    HandOut,
}

/// What one connection did in an hour or a day by one module: never which things, and nothing of what was said.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Usage {
    /// Id of the connection.
    connection_id: ID,
    /// Its name.
    connection_name: String,
    /// The automation that uses it.
    consumer: String,
    /// The team has ended the connection since.
    withdrawn: bool,
    /// When the hour or day began.
    start: DateTime<Utc>,
    /// What was counted.
    kind: UsageKind,
    /// Id of the module by which the app was called, or that was missing; absent where there is none.
    module_id: Option<String>,
    /// How often.
    calls: u64,
    /// First digit of the status of the app's last answer, such as 2 for 200; absent where it gave none.
    last_status_class: Option<u8>,
    /// When it happened last.
    last_at: DateTime<Utc>,
}

impl Usage {
    pub(crate) fn of(view: UsageView) -> Self {
        Self {
            connection_id: view.connection.to_string().into(),
            connection_name: view.name,
            consumer: view.consumer,
            withdrawn: view.withdrawn,
            start: view.start,
            kind: view.kind.into(),
            module_id: view.module,
            calls: view.calls,
            last_status_class: view.last_status,
            last_at: view.last_at,
        }
    }
}
