//! What recipients granted, sealed.

use sea_orm::entity::prelude::*;

use crate::db::json::Names;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) key_id: Option<String>,
    pub(crate) data_key: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) item_id: Uuid,
    pub(crate) version: i32,
    pub(crate) method: String,
    /// The organization's OAuth client by which it came, by its row.
    pub(crate) organization_client_id: Option<Uuid>,
    /// The instance's, by its client id.
    pub(crate) instance_client_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) granted_scopes: Names,
    pub(crate) account_id: Option<String>,
    pub(crate) account_label: Option<String>,
    pub(crate) account_workspace: Option<String>,
    pub(crate) authorized_at: DateTimeUtc,
    pub(crate) expires_at: Option<DateTimeUtc>,
    pub(crate) refreshed_at: Option<DateTimeUtc>,
    pub(crate) probed_at: Option<DateTimeUtc>,
    pub(crate) destroyed_at: Option<DateTimeUtc>,
    /// The team that asked; that of its request.
    pub(crate) team_id: Option<Uuid>,
    /// `WORKING`, `DEGRADED`, `INVALID` or `ENDED`; of state and failures, kept for counting by an index.
    pub(crate) health: String,
    /// When its token is to be renewed ahead of its end; `None` where that is not possible.
    pub(crate) refresh_at: Option<DateTimeUtc>,
    /// When the app is to be asked whether it works.
    pub(crate) probe_at: Option<DateTimeUtc>,
    /// When it is to be looked at next, for whatever reason; `None` while nothing can become of it.
    pub(crate) check_at: Option<DateTimeUtc>,
    /// Under which one process renews it.
    pub(crate) claim: Option<Uuid>,
    /// Until when that process may call the app.
    pub(crate) claim_until: Option<DateTimeUtc>,
    /// A process began to renew it and never told how it ended.
    pub(crate) interrupted: bool,
    /// Before this, a call that needs a fresh token does not ask for one either: the app wants to be left alone.
    pub(crate) retry_from: Option<DateTimeUtc>,
    /// Since when tries fail for reasons that may pass.
    pub(crate) failing_since: Option<DateTimeUtc>,
    /// How many tries failed in a row.
    pub(crate) failures: i32,
    /// How the last one failed; holds no secret.
    pub(crate) last_failure: Option<String>,
    pub(crate) suspended_at: Option<DateTimeUtc>,
    pub(crate) suspended_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
