//! Credential requests.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credential_request")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) organization_id: Uuid,
    pub(crate) team_id: Uuid,
    pub(crate) requester_id: Uuid,
    pub(crate) recipient_id: Option<Uuid>,
    pub(crate) recipient_name: String,
    pub(crate) recipient_email: String,
    pub(crate) recipient_outside: bool,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) search_text: String,
    pub(crate) terms_version: String,
    pub(crate) terms_accepted_at: DateTimeUtc,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) idempotency_hash: Option<Vec<u8>>,
    pub(crate) status: String,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) changed_at: DateTimeUtc,
    pub(crate) remind_at: Option<DateTimeUtc>,
    pub(crate) reminders: i32,
    pub(crate) deleted_at: Option<DateTimeUtc>,
    /// It says that tools may fetch access tokens (USE-4).
    pub(crate) token_hand_out: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
