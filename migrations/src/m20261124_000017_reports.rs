//! Reports of requests that recipients do not trust; the language in which a sign-in code was asked for; and the
//! audit log by kind.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, uuid};

use crate::table::{NamedTable, drop_all, index, make, owned_by, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("request_report", request_report)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut language = text("language");
        language.default("en");
        manager.alter_table(Table::alter().table("sign_in").add_column(language).to_owned()).await?;
        let once =
            index("request_report", "request_report_once", &["request_id", "user_id"]).unique().to_owned();
        let by_kind = index("audit_record", "audit_by_kind", &["organization_id", "kind", "seq"]);
        make(manager, &TABLES, vec![once, by_kind]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("audit_by_kind").table("audit_record").to_owned()).await?;
        drop_all(manager, &TABLES).await?;
        manager.alter_table(Table::alter().table("sign_in").drop_column("language").to_owned()).await
    }
}

/// Goes with its request, once the mails about it are out.
fn request_report() -> TableCreateStatement {
    with_id("request_report")
        .col(uuid("request_id"))
        .col(uuid("user_id"))
        .col(text_null("comment"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("request_report", "request_id", "credential_request"))
        .foreign_key(&mut owned_by("request_report", "user_id", "user"))
        .to_owned()
}
