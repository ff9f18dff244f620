//! OAuth clients of organizations; the secret is sealed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_client")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) key_id: Option<String>,
    pub(crate) data_key: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) organization_id: Uuid,
    pub(crate) app: String,
    pub(crate) client_id: String,
    pub(crate) set_by: Uuid,
    pub(crate) changed_at: DateTimeUtc,
    /// When it was replaced or removed; it is kept for the grants that came by it.
    pub(crate) retired_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
