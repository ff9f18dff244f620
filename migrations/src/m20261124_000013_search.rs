//! Indexes for what a list is searched by: pieces of three characters of the text of each request, and the
//! requests of a team with an app in their order.
//!
//! Both databases know the first, each in its own words: SQLite by a table of its full-text search, kept by
//! triggers, PostgreSQL by an index of its extension `pg_trgm`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, uuid};
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{index, owned_by, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The index of SQLite holds no text of its own (`content=''`), only where which piece stands. Its rows have
/// numbers, which requests do not have: those that SQLite gives them change when the file is packed.
///
/// `secure-delete`: what is deleted leaves the index at once, not at some later merge.
const SQLITE_UP: [&str; 8] = [
    "CREATE TABLE request_search_row (number INTEGER PRIMARY KEY, request_id BLOB NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE request_search USING fts5(search_text, content='', columnsize=0, \
     tokenize='trigram case_sensitive 1')",
    "INSERT INTO request_search(request_search, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO request_search_row(request_id) SELECT id FROM credential_request ORDER BY created_at, id",
    "INSERT INTO request_search(rowid, search_text) SELECT r.number, c.search_text FROM request_search_row r \
     CROSS JOIN credential_request c ON c.id = r.request_id ORDER BY r.number",
    "CREATE TRIGGER request_search_added AFTER INSERT ON credential_request BEGIN \
     INSERT INTO request_search_row(request_id) VALUES (new.id); \
     INSERT INTO request_search(rowid, search_text) \
     SELECT number, new.search_text FROM request_search_row WHERE request_id = new.id; END",
    "CREATE TRIGGER request_search_changed AFTER UPDATE OF search_text ON credential_request BEGIN \
     INSERT INTO request_search(request_search, rowid, search_text) \
     SELECT 'delete', number, old.search_text FROM request_search_row WHERE request_id = old.id; \
     INSERT INTO request_search(rowid, search_text) \
     SELECT number, new.search_text FROM request_search_row WHERE request_id = new.id; END",
    "CREATE TRIGGER request_search_removed AFTER DELETE ON credential_request BEGIN \
     INSERT INTO request_search(request_search, rowid, search_text) \
     SELECT 'delete', number, old.search_text FROM request_search_row WHERE request_id = old.id; \
     DELETE FROM request_search_row WHERE request_id = old.id; END",
];

const SQLITE_DOWN: [&str; 5] = [
    "DROP TRIGGER request_search_removed",
    "DROP TRIGGER request_search_changed",
    "DROP TRIGGER request_search_added",
    "DROP TABLE request_search",
    "DROP TABLE request_search_row",
];

/// Makes the extension where this is allowed: it comes with PostgreSQL, and the owner of a database may add it.
/// Where it is missing or forbidden, lists are searched without an index, and the server's log says so. It may
/// lie in any schema; the index names it there.
const POSTGRES_UP: &str = "DO $$ DECLARE place text; BEGIN \
     BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; \
     EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN \
     RAISE WARNING 'requests are searched without an index, for want of the extension pg_trgm: %', SQLERRM; END; \
     SELECT n.nspname INTO place FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
     WHERE e.extname = 'pg_trgm'; \
     IF place IS NOT NULL THEN EXECUTE format('CREATE INDEX request_search ON credential_request \
     USING gin (search_text %I.gin_trgm_ops)', place); END IF; END $$";

/// The extension stays: others may use it by now.
const POSTGRES_DOWN: &str = "DROP INDEX IF EXISTS request_search";

const APPS: &str = "request_app";

fn apps() -> TableCreateStatement {
    table(APPS)
        .col(uuid("request_id"))
        .col(text("app"))
        .col(uuid("team_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("request_id").col("app"))
        .foreign_key(&mut owned_by(APPS, "request_id", "credential_request"))
        .to_owned()
}

/// The apps of the requests that are there.
fn known() -> Result<InsertStatement, DbErr> {
    let (item, request) = ("request_item", "credential_request");
    let select = Query::select()
        .distinct()
        .columns([(item, "request_id"), (item, "app")])
        .columns([(request, "team_id"), (request, "created_at")])
        .from(item)
        .inner_join(request, Expr::col((request, "id")).equals((item, "request_id")))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(APPS)
        .columns(["request_id", "app", "team_id", "created_at"])
        .select_from(select)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(insert)
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(apps()).await?;
        manager.execute(known()?).await?;
        manager
            .create_index(index(APPS, "request_of_app", &["team_id", "app", "created_at", "request_id"]))
            .await?;
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES_UP).await?;
        } else {
            for statement in SQLITE_UP {
                db.execute_unprepared(statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES_DOWN).await?;
        } else {
            for statement in SQLITE_DOWN {
                db.execute_unprepared(statement).await?;
            }
        }
        manager.drop_table(Table::drop().table(APPS).to_owned()).await
    }
}
