//! Epochs of the key-encryption keys: when each was retired, fell idle and was destroyed, and the way from a key
//! to the rows that it seals.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;

use crate::table::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [&str; 3] = ["retired_at", "idle_since", "destroyed_at"];

/// Tables whose rows are sealed by a key, and the names of their indexes.
const SEALED: [(&str, &str); 4] = [
    ("authorization", "authorization_key"),
    ("credential", "credential_key"),
    ("organization_client", "organization_client_key"),
    ("revocation", "revocation_key"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        for column in COLUMNS {
            let mut add = Table::alter();
            add.table("encryption_key").add_column(timestamp_with_time_zone_null(column));
            manager.alter_table(add).await?;
        }
        for (table, name) in SEALED {
            manager.create_index(index(table, name, &["key_id"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in SEALED.iter().rev() {
            manager.drop_index(Index::drop().table(*table).name(*name).to_owned()).await?;
        }
        for column in COLUMNS.iter().rev() {
            let mut drop = Table::alter();
            drop.table("encryption_key").drop_column(*column);
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
