//! What happened.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) at: DateTimeUtc,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) organization_id: Option<Uuid>,
    pub(crate) team_id: Option<Uuid>,
    pub(crate) request_id: Option<Uuid>,
    pub(crate) item_id: Option<Uuid>,
    pub(crate) recipient_id: Option<Uuid>,
    pub(crate) payload: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
