//! The database schema, forward and back, for SQLite and PostgreSQL alike.
//!
//! Only the builder is used, so that one program serves both, but for the index of texts, which each has in words
//! of its own. Enums are text, ids and times come from the
//! program. Nothing of our other crates is imported: a migration must not change when they do.

use sea_orm_migration::prelude::*;

mod m20261124_000001_core;
mod m20261124_000002_people;
mod m20261124_000003_single_sign_on;
mod m20261124_000004_key_epochs;
mod m20261124_000005_audit;
mod m20261124_000006_mail;
mod m20261124_000007_apps;
mod m20261124_000008_lists;
mod m20261124_000009_many_workers;
mod m20261124_000010_organization_sign_in;
mod m20261124_000011_client_of_grant;
mod m20261124_000012_event_order;
mod m20261124_000013_search;
mod table;

/// All migrations in their order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_core::Migration),
            Box::new(m20261124_000002_people::Migration),
            Box::new(m20261124_000003_single_sign_on::Migration),
            Box::new(m20261124_000004_key_epochs::Migration),
            Box::new(m20261124_000005_audit::Migration),
            Box::new(m20261124_000006_mail::Migration),
            Box::new(m20261124_000007_apps::Migration),
            Box::new(m20261124_000008_lists::Migration),
            Box::new(m20261124_000009_many_workers::Migration),
            Box::new(m20261124_000010_organization_sign_in::Migration),
            Box::new(m20261124_000011_client_of_grant::Migration),
            Box::new(m20261124_000012_event_order::Migration),
            Box::new(m20261124_000013_search::Migration),
        ]
    }
}

pub use sea_orm_migration::MigratorTrait;

#[cfg(test)]
mod tests {
    use sea_orm_migration::sea_orm::Database;

    use super::*;

    /// Forward, back and forward again; the tables are gone in between.
    #[tokio::test]
    async fn every_migration_goes_forward_and_back() {
        let db = Database::connect("sqlite::memory:").await.expect("a database");
        Migrator::up(&db, None).await.expect("forward");
        let manager = SchemaManager::new(&db);
        assert!(manager.has_table("credential_request").await.expect("asked"));
        Migrator::down(&db, None).await.expect("back");
        assert!(!manager.has_table("credential_request").await.expect("asked"));
        Migrator::up(&db, None).await.expect("forward again");
    }
}
