//! Apps that organizations define for themselves.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, uuid};

use crate::table::{NamedTable, drop_all, make, owned_by, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("organization_app", organization_app)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

fn organization_app() -> TableCreateStatement {
    table("organization_app")
        .col(text("id").primary_key())
        .col(uuid("organization_id"))
        .col(text("definition"))
        .col(uuid("set_by"))
        .col(timestamp_with_time_zone("changed_at"))
        .foreign_key(&mut owned_by("organization_app", "organization_id", "organization"))
        .to_owned()
}
