//! By which OAuth client each grant came, and clients that were replaced while grants through them live.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text_null, timestamp_with_time_zone_null, uuid_null};

use crate::table::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CLIENTS: &str = "organization_client";
/// Tables whose rows hold a grant, or are on the way to one.
const GRANTS: [&str; 3] = ["credential", "revocation", "authorization"];

/// New columns of a table with grants: the organization's client by its row, the instance's by its client id.
fn columns() -> [(&'static str, ColumnDef); 2] {
    [
        ("organization_client_id", uuid_null("organization_client_id")),
        ("instance_client_id", text_null("instance_client_id")),
    ]
}

fn one_client() -> IndexCreateStatement {
    index(CLIENTS, "client_of_organization", &["organization_id", "app"]).unique().to_owned()
}

async fn drop_one_client(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name("client_of_organization").table(CLIENTS).to_owned()).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in GRANTS {
            for (_, column) in columns() {
                manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
            }
        }
        let retired = timestamp_with_time_zone_null("retired_at");
        manager.alter_table(Table::alter().table(CLIENTS).add_column(retired).to_owned()).await?;
        drop_one_client(manager).await?;
        manager.create_index(one_client().and_where(Expr::col("retired_at").is_null()).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_one_client(manager).await?;
        let retired =
            Query::delete().from_table(CLIENTS).and_where(Expr::col("retired_at").is_not_null()).to_owned();
        manager.execute(retired).await?;
        manager.alter_table(Table::alter().table(CLIENTS).drop_column("retired_at").to_owned()).await?;
        manager.create_index(one_client()).await?;
        for table in GRANTS {
            for (name, _) in columns() {
                manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
            }
        }
        Ok(())
    }
}
