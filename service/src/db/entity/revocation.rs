//! Secrets on their way to be revoked at their providers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "revocation")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) key_id: Option<String>,
    pub(crate) data_key: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) request_id: Uuid,
    pub(crate) item_id: Uuid,
    pub(crate) app: String,
    pub(crate) app_version: String,
    pub(crate) method: String,
    /// The organization's OAuth client by which it came, by its row.
    pub(crate) organization_client_id: Option<Uuid>,
    /// The instance's, by its client id.
    pub(crate) instance_client_id: Option<String>,
    pub(crate) outcome: String,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
