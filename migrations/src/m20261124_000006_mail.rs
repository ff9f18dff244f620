//! Mails per address and hour, reminders, and mails that came back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, text, text_null, timestamp_with_time_zone_null, var_binary,
};

use crate::table::{NamedTable, drop_all, index, make, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("mail_count", mail_count)];

/// New columns, table by table.
fn columns() -> Vec<(&'static str, &'static str, ColumnDef)> {
    vec![
        ("credential_request", "remind_at", timestamp_with_time_zone_null("remind_at")),
        ("credential_request", "reminders", integer("reminders").default(0).take()),
        ("job", "bounced_at", timestamp_with_time_zone_null("bounced_at")),
        ("job", "bounce", text_null("bounce")),
        ("user", "time_zone", text("time_zone").default("UTC").take()),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        let due = index("credential_request", "request_reminder", &["remind_at"])
            .and_where(Expr::col("remind_at").is_not_null())
            .to_owned();
        make(manager, &TABLES, vec![due, index("audit_record", "audit_of_actor", &["actor_id", "at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await?;
        for (name, table) in [("request_reminder", "credential_request"), ("audit_of_actor", "audit_record")]
        {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for (table, name, _) in columns() {
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn mail_count() -> TableCreateStatement {
    let mut key = Index::create();
    key.col("address_hash").col("hour");
    table("mail_count")
        .col(var_binary("address_hash", 32))
        .col(big_integer("hour"))
        .col(integer("mails"))
        .primary_key(&mut key)
        .to_owned()
}
