//! Key-encryption keys that rows of this database are, or were, sealed by. A destroyed one keeps its row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "encryption_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) check_nonce_and_text: Vec<u8>,
    pub(crate) created_at: DateTimeUtc,
    /// When another key took its place.
    pub(crate) retired_at: Option<DateTimeUtc>,
    /// Since when no row names it.
    pub(crate) idle_since: Option<DateTimeUtc>,
    pub(crate) destroyed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
