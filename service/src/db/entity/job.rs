//! What is to be done.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    /// What caused it; `None` where a clock did.
    pub(crate) event_id: Option<Uuid>,
    pub(crate) kind: String,
    pub(crate) payload: Json,
    pub(crate) request_id: Option<Uuid>,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) due_at: DateTimeUtc,
    pub(crate) attempts: i32,
    pub(crate) dispatches: i64,
    pub(crate) runs: i32,
    pub(crate) last_error: Option<String>,
    pub(crate) done_at: Option<DateTimeUtc>,
    pub(crate) dead_at: Option<DateTimeUtc>,
    pub(crate) bounced_at: Option<DateTimeUtc>,
    pub(crate) bounce: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
