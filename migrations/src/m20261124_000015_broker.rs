//! What the broker needs: suspended uses, the ledger of calls, and whether a request told of token hand-out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, small_integer_null, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid, uuid_null,
};

use crate::table::{NamedTable, drop_all, index, make, one_of, owned_by, table, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[NamedTable] = &[("ledger", ledger), ("withdrawn_connection", withdrawn_connection)];

/// Belongs to the item, so that what a team did outlives the connection that it did it by, and goes with the
/// request.
fn ledger() -> TableCreateStatement {
    table("ledger")
        .col(uuid("connection_id"))
        .col(one_of("span", &["HOUR", "DAY"]))
        .col(timestamp_with_time_zone("start"))
        .col(one_of("kind", &["CALL", "REFUSED", "HAND_OUT"]))
        .col(text("module"))
        .col(uuid("item_id"))
        .col(big_integer("calls"))
        .col(small_integer_null("last_status"))
        .col(timestamp_with_time_zone("last_at"))
        .primary_key(Index::create().col("connection_id").col("span").col("start").col("kind").col("module"))
        .foreign_key(&mut owned_by("ledger", "item_id", "request_item"))
        .to_owned()
}

/// Name and consumer of a connection that is gone, for whoever looks back.
fn withdrawn_connection() -> TableCreateStatement {
    with_id("withdrawn_connection")
        .col(uuid("item_id"))
        .col(text("name"))
        .col(text("consumer"))
        .col(timestamp_with_time_zone("withdrawn_at"))
        .foreign_key(&mut owned_by("withdrawn_connection", "item_id", "request_item"))
        .to_owned()
}

fn columns() -> [(&'static str, &'static str, ColumnDef); 5] {
    let mut told = boolean("token_hand_out");
    told.default(false);
    [
        ("connection", "suspended_at", timestamp_with_time_zone_null("suspended_at")),
        ("connection", "suspended_by", uuid_null("suspended_by")),
        ("credential", "suspended_at", timestamp_with_time_zone_null("suspended_at")),
        ("credential", "suspended_by", uuid_null("suspended_by")),
        ("credential_request", "token_hand_out", told),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Pages read requests and then credentials, calls of the broker the other way round. Whoever held one of these
    /// tables while it waits for the other would meet the one or the other in a circle, each time anew as long as there
    /// are readers. So each table is changed by statements of their own, and what is done is looked for, since a try
    /// that gave up may have done some.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name, column) in columns() {
            if !manager.has_column(table, name).await? {
                manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
            }
        }
        if manager.has_table("ledger").await? {
            return Ok(());
        }
        let indexes = vec![
            index("ledger", "ledger_of_item", &["item_id", "span", "start"]),
            index("ledger", "ledger_by_time", &["span", "start"]),
            index("withdrawn_connection", "withdrawn_connection_of_item", &["item_id"]),
        ];
        let together = manager.begin().await?;
        make(&together, TABLES, indexes).await?;
        together.commit().await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.has_table("ledger").await? {
            let together = manager.begin().await?;
            drop_all(&together, TABLES).await?;
            together.commit().await?;
        }
        for (table, name, _) in columns().into_iter().rev() {
            if manager.has_column(table, name).await? {
                manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
            }
        }
        Ok(())
    }
}
