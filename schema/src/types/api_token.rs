//! Tokens of programs.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use domain::scope::Scope;
use service::ApiTokenView;

/// A token with which a program acts for you. The token itself is shown once, when it is made.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct ApiToken {
    /// Id of the token.
    id: ID,
    /// Its name.
    name: String,
    /// What it may do.
    scopes: Vec<ApiTokenScope>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// When it was last used, to some minutes.
    last_used_at: Option<DateTime<Utc>>,
}

impl ApiToken {
    pub(crate) fn of(view: ApiTokenView) -> Self {
        Self {
            id: view.id.to_string().into(),
            name: view.name,
            scopes: view.scopes.iter().map(Into::into).collect(),
            created_at: view.created_at,
            expires_at: view.expires_at,
            last_used_at: view.last_used_at,
        }
    }
}

/// What a token may do, within what you may do yourself. Consent and accounts are not for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Scope")]
pub(crate) enum ApiTokenScope {
    /// `requests:read`: list and read requests, and follow their changes.
    RequestsRead,
    /// `requests:write`: send, resend and delete requests.
    RequestsWrite,
    /// `connections:read`: list connections and follow their health; not what people wrote in their requests.
    ConnectionsRead,
    /// `connections:write`: make, rotate and withdraw connections.
    ConnectionsWrite,
    /// `members:read`: read organizations and their members.
    MembersRead,
    /// `members:write`: manage organizations, teams and members.
    MembersWrite,
}
