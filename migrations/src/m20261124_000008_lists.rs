//! Indexes that let a list of any size find its page: each filter with the order behind it, and with the
//! mark of deletion last, so that a list is counted in its index alone.

use sea_orm_migration::prelude::*;

use crate::table::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "credential_request";

/// Indexes before and after.
fn indexes() -> [Vec<IndexCreateStatement>; 2] {
    [
        vec![
            index(TABLE, "request_sent", &["team_id", "created_at", "id"]),
            index(TABLE, "request_requester", &["requester_id"]),
        ],
        vec![
            index(TABLE, "request_sent", &["team_id", "created_at", "id", "status", "deleted_at"]),
            index(TABLE, "request_status", &["team_id", "status", "created_at", "id", "deleted_at"]),
            index(TABLE, "request_requester", &["requester_id", "team_id", "created_at", "id", "deleted_at"]),
            index(TABLE, "request_recipient", &["recipient_id", "team_id", "created_at", "id", "deleted_at"]),
        ],
    ]
}

async fn replace(
    manager: &SchemaManager<'_>,
    old: Vec<IndexCreateStatement>,
    new: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for name in old.iter().filter_map(|index| index.get_index_spec().get_name()) {
        manager.drop_index(Index::drop().name(name).table(TABLE).to_owned()).await?;
    }
    for index in new {
        manager.create_index(index).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let [old, new] = indexes();
        replace(manager, old, new).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let [old, new] = indexes();
        replace(manager, new, old).await
    }
}
