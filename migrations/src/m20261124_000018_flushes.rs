//! Which batches of the ledger are written, so that a commit whose answer got lost counts no call twice.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone;

use crate::table::{NamedTable, drop_all, index, make, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("ledger_flush", ledger_flush)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, vec![index("ledger_flush", "ledger_flush_by_time", &["at"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

fn ledger_flush() -> TableCreateStatement {
    with_id("ledger_flush").col(timestamp_with_time_zone("at")).to_owned()
}
