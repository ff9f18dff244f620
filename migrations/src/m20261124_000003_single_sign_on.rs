//! Sign-ins by OpenID Connect that are under way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, var_binary};

use crate::table::{NamedTable, drop_all, index, make, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("single_sign_on", single_sign_on)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

/// Nonce and PKCE verifier are derived from the key and the id, so no column holds them.
fn single_sign_on() -> TableCreateStatement {
    with_id("single_sign_on")
        .col(text("key_id"))
        .col(var_binary("state_hash", 32).unique_key())
        .col(var_binary("browser_hash", 32))
        .col(text("return_to"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("single_sign_on", "single_sign_on_of_browser", &["browser_hash"]),
        index("single_sign_on", "single_sign_on_expires", &["expires_at"]),
    ]
}
