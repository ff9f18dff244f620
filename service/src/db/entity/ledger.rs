//! Calls by connection, time, kind and module.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) connection_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) span: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) start: DateTimeUtc,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) kind: String,
    /// The module that allowed it, or that was missing; empty where there is none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) module: String,
    pub(crate) item_id: Uuid,
    pub(crate) calls: i64,
    /// First digit of the app's last answer; nothing where it gave none.
    pub(crate) last_status: Option<i16>,
    pub(crate) last_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
