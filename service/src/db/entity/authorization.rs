//! OAuth authorizations that wait for their callback.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) key_id: Option<String>,
    pub(crate) data_key: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) state_hash: Vec<u8>,
    pub(crate) item_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) session_id: Uuid,
    pub(crate) method: String,
    /// The organization's OAuth client by which it came, by its row.
    pub(crate) organization_client_id: Option<Uuid>,
    /// The instance's, by its client id.
    pub(crate) instance_client_id: Option<String>,
    pub(crate) item_version: i32,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) expires_at: DateTimeUtc,
    pub(crate) taken_at: Option<DateTimeUtc>,
    pub(crate) granted_at: Option<DateTimeUtc>,
    pub(crate) account: Option<String>,
    /// As JSON, like the account; absent in rows that an older version wrote.
    pub(crate) granted_scopes: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
