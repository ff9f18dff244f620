//! Named uses of credentials.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "connection")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) credential_id: Uuid,
    pub(crate) team_id: Uuid,
    pub(crate) created_by: Uuid,
    pub(crate) name: String,
    pub(crate) consumer: String,
    pub(crate) consumer_url: Option<String>,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) expires_at: Option<DateTimeUtc>,
    pub(crate) last_used_at: Option<DateTimeUtc>,
    pub(crate) suspended_at: Option<DateTimeUtc>,
    pub(crate) suspended_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
