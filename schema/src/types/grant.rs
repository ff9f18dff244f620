//! What somebody granted, across organizations (REC-10).

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use service::GrantView;

use super::item::RequestItem;
use super::request::CredentialRequest;

/// Access that you granted, now or once. `revokeItem` takes it back.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Grant {
    /// When you granted it last.
    authorized_at: DateTime<Utc>,
    /// When it ended; absent while it stands.
    ended_at: Option<DateTime<Utc>>,
    /// When one of its connections was used last.
    last_used_at: Option<DateTime<Utc>>,
    /// What you granted.
    item: RequestItem,
    /// The request, with who asked.
    request: CredentialRequest,
}

impl Grant {
    pub(crate) fn of(view: GrantView) -> Self {
        Self {
            authorized_at: view.authorized_at,
            ended_at: view.ended_at,
            last_used_at: view.last_used_at,
            item: RequestItem(view.item),
            request: CredentialRequest::of(view.request),
        }
    }
}
