//! Which apps a request asks for, each once, beside what its list is ordered by: what never changes of a request
//! and its items, so that the requests of a team with an app lie together in their order.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "request_app")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) request_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app: String,
    pub(crate) team_id: Uuid,
    pub(crate) created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
