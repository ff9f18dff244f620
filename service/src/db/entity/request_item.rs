//! Apps of a request.

use sea_orm::entity::prelude::*;

use crate::db::json::{Names, ScopesByMethod};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "request_item")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) request_id: Uuid,
    pub(crate) position: i32,
    pub(crate) app: String,
    pub(crate) app_version: String,
    pub(crate) modules: Names,
    pub(crate) all_modules: bool,
    pub(crate) scopes: ScopesByMethod,
    pub(crate) note: Option<String>,
    pub(crate) connection_name: String,
    pub(crate) state: String,
    pub(crate) invalid_reason: Option<String>,
    pub(crate) decline_reason: Option<String>,
    pub(crate) revoke_reason: Option<String>,
    pub(crate) version: i32,
    pub(crate) changed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
