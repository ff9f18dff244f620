//! The database schema, forward and back, for SQLite and PostgreSQL alike.
//!
//! Only the builder is used, so that one program serves both, but for the index of texts, which each has in words
//! of its own. Enums are text, ids and times come from the
//! program. Nothing of our other crates is imported: a migration must not change when they do.

use std::collections::BTreeSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{EntityTrait as _, QuerySelect as _};
use sea_orm_migration::seaql_migrations;

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
mod m20261124_000014_health;
mod m20261124_000015_broker;
mod m20261124_000016_traces;
mod m20261124_000017_reports;
mod m20261124_000018_flushes;
mod m20261124_000019_event_of_job;
mod m20261124_000020_return_to;
mod m20261130_000021_waiting_scopes;
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
            Box::new(m20261124_000014_health::Migration),
            Box::new(m20261124_000015_broker::Migration),
            Box::new(m20261124_000016_traces::Migration),
            Box::new(m20261124_000017_reports::Migration),
            Box::new(m20261124_000018_flushes::Migration),
            Box::new(m20261124_000019_event_of_job::Migration),
            Box::new(m20261124_000020_return_to::Migration),
            Box::new(m20261130_000021_waiting_scopes::Migration),
        ]
    }
}

/// How the tables of a database stand to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They are this program's.
    Current,
    /// So many migrations of this program are pending; all of them where there are no tables yet.
    Behind(usize),
    /// A newer program made them; it has so many migrations more, and all of this one's.
    Newer(usize),
    /// They have migrations that this program does not know, and lack some that it has.
    Foreign,
}

impl Migrator {
    /// Compares the tables with this program, and changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(db: &sea_orm::DatabaseConnection) -> Result<Standing, DbErr> {
        let applied: BTreeSet<String> = if SchemaManager::new(db).has_table("seaql_migrations").await? {
            let versions = seaql_migrations::Entity::find()
                .select_only()
                .column(seaql_migrations::Column::Version)
                .into_tuple::<String>();
            versions.all(db).await?.into_iter().collect()
        } else {
            BTreeSet::new()
        };
        let known: BTreeSet<String> =
            Self::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        Ok(match (known.difference(&applied).count(), applied.difference(&known).count()) {
            (0, 0) => Standing::Current,
            (pending, 0) => Standing::Behind(pending),
            (0, more) => Standing::Newer(more),
            _ => Standing::Foreign,
        })
    }
}

pub use sea_orm_migration::{MigratorTrait, sea_orm};

#[cfg(test)]
mod tests {
    use sea_orm_migration::sea_orm::{Database, DbBackend, Statement};

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
    /// The requests of an instance that is brought up to date are found as new ones are, and a removed one is
    /// found no more.
    #[tokio::test]
    async fn search_knows_the_requests_that_were_there() {
        let db = Database::connect("sqlite::memory:").await.expect("a database");
        Migrator::up(&db, Some(12)).await.expect("forward");
        let request = "INSERT INTO credential_request (id, organization_id, team_id, requester_id, recipient_name, \
                       recipient_email, recipient_outside, name, search_text, terms_version, terms_accepted_at, \
                       status, created_at, changed_at) VALUES \
                       (x'01', x'02', x'03', x'04', 'n', 'e', 0, 'n', 'orders of spring', '1', '', 'INVALID', '', ''), \
                       (x'05', x'02', x'03', x'04', 'n', 'e', 0, 'n', 'orders of autumn', '1', '', 'INVALID', '', '')";
        let item = "INSERT INTO request_item (id, request_id, position, app, app_version, modules, all_modules, \
                    scopes, connection_name, state, version, changed_at) VALUES \
                    (x'06', x'01', 0, 'slack', '1', '[]', 1, '[]', 'n', 'PENDING', 1, ''), \
                    (x'07', x'01', 1, 'slack', '1', '[]', 1, '[]', 'm', 'PENDING', 1, '')";
        for statement in ["PRAGMA foreign_keys = OFF", request, item, "PRAGMA foreign_keys = ON"] {
            db.execute_unprepared(statement).await.expect(statement);
        }
        Migrator::up(&db, None).await.expect("forward");
        let count = async |from: &str| {
            let sql = format!("SELECT count(*) AS n FROM {from}");
            let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("asked");
            row.expect("a row").try_get::<i64>("", "n").expect("a number")
        };
        let spring = "request_search WHERE request_search MATCH '\"f spring\"'";
        assert_eq!((count(spring).await, count("request_search_row").await), (1, 2));
        assert_eq!(count("request_app WHERE app = 'slack'").await, 1);
        db.execute_unprepared("UPDATE credential_request SET search_text = 'of summer' WHERE id = x'05'")
            .await
            .expect("changed");
        assert_eq!(count("request_search WHERE request_search MATCH 'autumn'").await, 0);
        assert_eq!(count("request_search WHERE request_search MATCH 'summer'").await, 1);
        db.execute_unprepared("DELETE FROM credential_request WHERE id = x'01'").await.expect("removed");
        assert_eq!(
            (count(spring).await, count("request_search_row").await, count("request_app").await),
            (0, 1, 0)
        );
        let behind_search = Migrator::migrations().len() - 12;
        Migrator::down(&db, <u32 as TryFrom<usize>>::try_from(behind_search).ok()).await.expect("back");
        Migrator::up(&db, None).await.expect("forward again");
        assert_eq!((count(spring).await, count("request_search_row").await), (0, 1));
    }
}
