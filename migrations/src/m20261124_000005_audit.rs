//! The audit log: a chain of records per organization, the heads of the chains, and the key that they are made with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone, uuid, uuid_null, var_binary};

use crate::table::{NamedTable, drop_all, index, make, one_of, sealed, table, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 3] =
    [("audit_key", audit_key), ("audit_head", audit_head), ("audit_record", audit_record)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unique =
            index("audit_record", "audit_of_organization", &["organization_id", "seq"]).unique().to_owned();
        make(manager, &TABLES, vec![unique]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

/// One row. Sealed by a key-encryption key like any secret, so that it outlives their epochs.
fn audit_key() -> TableCreateStatement {
    let mut table = with_id("audit_key");
    sealed(&mut table);
    table
}

fn audit_head() -> TableCreateStatement {
    table("audit_head")
        .col(uuid("organization_id").primary_key())
        .col(big_integer("seq"))
        .col(var_binary("mac", 32))
        .to_owned()
}

/// No foreign keys: a record outlives whatever it tells of.
fn audit_record() -> TableCreateStatement {
    with_id("audit_record")
        .col(uuid("organization_id"))
        .col(big_integer("seq"))
        .col(timestamp_with_time_zone("at"))
        .col(text("kind"))
        .col(one_of("actor_kind", &["PERSON", "TOKEN", "NOBODY", "CONSENTRY"]))
        .col(uuid_null("actor_id"))
        .col(text("payload"))
        .col(var_binary("mac", 32))
        .to_owned()
}
