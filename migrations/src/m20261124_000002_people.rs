//! Invitations to join, the feature's applications, tokens of programs, and OAuth clients of organizations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null, var_binary,
};

use crate::table::{NamedTable, drop_all, index, make, one_of, owned_by, sealed, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 4] = [
    ("member_invitation", member_invitation),
    ("feature_application", feature_application),
    ("api_token", api_token),
    ("organization_client", organization_client),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

fn member_invitation() -> TableCreateStatement {
    with_id("member_invitation")
        .col(uuid("organization_id"))
        .col(uuid("invited_by"))
        .col(text("email"))
        .col(text("name"))
        .col(one_of("role", &["OWNER", "ADMIN", "MEMBER", "GUEST"]))
        .col(uuid_null("team_id"))
        .col(text_null("team_role"))
        .col(text("link").unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .foreign_key(&mut owned_by("member_invitation", "organization_id", "organization"))
        .foreign_key(&mut owned_by("member_invitation", "team_id", "team"))
        .foreign_key(&mut owned_by("member_invitation", "invited_by", "user"))
        .to_owned()
}

fn feature_application() -> TableCreateStatement {
    with_id("feature_application")
        .col(uuid("user_id"))
        .col(text("company"))
        .col(text("reason"))
        .col(boolean("has_plan"))
        .col(boolean("has_corporate_address"))
        .col(one_of("state", &["OPEN", "APPROVED", "REFUSED"]))
        .col(text_null("refusal"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .foreign_key(&mut owned_by("feature_application", "user_id", "user"))
        .to_owned()
}

fn api_token() -> TableCreateStatement {
    with_id("api_token")
        .col(uuid("user_id"))
        .col(text("name"))
        .col(json_binary("scopes"))
        .col(var_binary("token_hash", 32).unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .foreign_key(&mut owned_by("api_token", "user_id", "user"))
        .to_owned()
}

fn organization_client() -> TableCreateStatement {
    let mut table = with_id("organization_client");
    sealed(&mut table);
    table
        .col(uuid("organization_id"))
        .col(text("app"))
        .col(text("client_id"))
        .col(uuid("set_by"))
        .col(timestamp_with_time_zone("changed_at"))
        .foreign_key(&mut owned_by("organization_client", "organization_id", "organization"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("member_invitation", "member_invitation_of_organization", &["organization_id", "email"])
            .unique()
            .to_owned(),
        index("feature_application", "application_of_user", &["user_id", "created_at"]),
        index("feature_application", "application_state", &["state", "created_at"]),
        index("api_token", "token_of_user", &["user_id"]),
        index("organization_client", "client_of_organization", &["organization_id", "app"])
            .unique()
            .to_owned(),
    ]
}
