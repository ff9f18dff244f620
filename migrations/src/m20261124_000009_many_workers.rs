//! What many workers need: periodic work that one of them does, runs that are counted when they begin, and dead
//! jobs found by an index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text};

use crate::table::{NamedTable, drop_all, index, make, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("tick", tick)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dead = index("job", "job_dead", &["dead_at", "id"])
            .and_where(Expr::col("dead_at").is_not_null())
            .to_owned();
        make(manager, &TABLES, vec![dead]).await?;
        let runs = integer("runs").default(0).to_owned();
        manager.alter_table(Table::alter().table("job").add_column(runs).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("job").drop_column("runs").to_owned()).await?;
        manager.drop_index(Index::drop().name("job_dead").table("job").to_owned()).await?;
        drop_all(manager, &TABLES).await
    }
}

fn tick() -> TableCreateStatement {
    table("tick").col(text("name").primary_key()).col(big_integer("slot")).to_owned()
}
