//! Connections, and what a deletion ends.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use service::ConnectionView;

use super::app::App;
use super::item::{Account, ItemState};
use crate::context::Calls as _;

/// A named use of a credential by the team.
pub(crate) struct Connection(pub(crate) ConnectionView);

/// A named use of a credential by the team.
#[Object(serial)]
impl Connection {
    /// Global id; stays when the recipient authorizes again.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name, unique in the team.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The automation that uses it.
    async fn consumer(&self) -> &str {
        &self.0.consumer
    }

    /// Address of the automation.
    async fn consumer_url(&self) -> Option<&str> {
        self.0.consumer_url.as_deref()
    }

    /// Id of the app.
    async fn app_id(&self) -> &str {
        &self.0.app
    }

    /// The app; absent once the catalog no longer has it.
    async fn app(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<App>> {
        Ok(ctx.service()?.catalog().app(&self.0.app).cloned().map(App))
    }

    /// The account at the app; absent where the app does not tell it.
    async fn account(&self) -> Option<Account> {
        self.0.account.as_ref().map(Account::of)
    }

    /// Id of the item whose credential it uses.
    async fn item_id(&self) -> ID {
        self.0.item.to_string().into()
    }

    /// Id of the request.
    async fn request_id(&self) -> ID {
        self.0.request.to_string().into()
    }

    /// Id of the team.
    async fn team_id(&self) -> ID {
        self.0.team.to_string().into()
    }

    /// State of the item: the connection works only while it is `AUTHORIZED`.
    async fn state(&self) -> ItemState {
        self.0.state.into()
    }

    /// Id of the person who made it.
    async fn created_by_id(&self) -> ID {
        self.0.created_by.to_string().into()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When its token stops to work.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// When it was last used.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// When an admin of the team suspended it; absent while it may be used.
    async fn suspended_at(&self) -> Option<DateTime<Utc>> {
        self.0.suspended_at
    }

    /// When an admin of the team suspended all use of the credential; absent while it may be used.
    async fn credential_suspended_at(&self) -> Option<DateTime<Utc>> {
        self.0.credential_suspended_at
    }
}

/// What a deletion will end. Show it, then pass its token to `deleteRequest`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct DeletionPreview {
    /// Id of the request.
    request_id: ID,
    /// Connections that will stop to work, by name.
    connections: Vec<AffectedConnection>,
    /// Proves that this list was seen.
    confirmation_token: String,
}

impl DeletionPreview {
    pub(crate) fn of(view: service::DeletionPreview) -> Self {
        Self {
            request_id: view.request.to_string().into(),
            connections: view
                .connections
                .into_iter()
                .map(|one| AffectedConnection {
                    id: one.id.to_string().into(),
                    item_id: one.item.to_string().into(),
                    name: one.name,
                    consumer: one.consumer,
                    last_used_at: one.last_used_at,
                })
                .collect(),
            confirmation_token: view.confirmation_token,
        }
    }
}

/// A connection that a deletion ends.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AffectedConnection {
    /// Global id.
    id: ID,
    /// Id of the item whose credential it uses.
    item_id: ID,
    /// Its name.
    name: String,
    /// The automation that uses it.
    consumer: String,
    /// When it was last used.
    last_used_at: Option<DateTime<Utc>>,
}
