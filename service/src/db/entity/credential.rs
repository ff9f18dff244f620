//! What recipients granted, sealed.

use sea_orm::entity::prelude::*;

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
    pub(crate) granted_scopes: Json,
    pub(crate) account_id: Option<String>,
    pub(crate) account_label: Option<String>,
    pub(crate) account_workspace: Option<String>,
    pub(crate) authorized_at: DateTimeUtc,
    pub(crate) expires_at: Option<DateTimeUtc>,
    pub(crate) refreshed_at: Option<DateTimeUtc>,
    pub(crate) probed_at: Option<DateTimeUtc>,
    pub(crate) destroyed_at: Option<DateTimeUtc>,
    pub(crate) suspended_at: Option<DateTimeUtc>,
    pub(crate) suspended_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
