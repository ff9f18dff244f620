//! Applications for the feature.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "feature_application")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) company: String,
    pub(crate) reason: String,
    pub(crate) has_plan: bool,
    pub(crate) has_corporate_address: bool,
    pub(crate) state: String,
    pub(crate) refusal: Option<String>,
    pub(crate) decided_by: Option<Uuid>,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) decided_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
