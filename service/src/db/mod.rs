//! The database: SQLite or PostgreSQL behind one door for reads and one for writes.
//!
//! On SQLite there is one writer connection and a pool of readers, since SQLite has one writer anyway and a
//! second would only wait. On PostgreSQL both are one pool; lists that are narrowed have
//! another, whose statements are planned for what is asked.

pub(crate) mod cells;
pub(crate) mod entity;
mod failure;
pub(crate) mod join;
pub(crate) mod json;
pub(crate) mod page;
mod postgres;
mod sqlite;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use migrations::MigratorTrait as _;
pub use migrations::Standing;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::bus::Bus;

pub(crate) use failure::refusal;
use postgres::Plans;
pub(crate) use write::{Hold, Write};

/// Of so many connections to PostgreSQL one is for lists that are narrowed. Where there are fewer, these have none of
/// their own: the others are needed, one for a change and one for what it reads.
const LISTS: u32 = 4;

/// Which database stands behind the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file; the embedded profile.
    Sqlite,
    /// A server; the scaled profile.
    Postgres,
}

/// The open database.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    /// `None` where lists are read like everything else.
    lists: Option<DatabaseConnection>,
    write: DatabaseConnection,
    backend: Backend,
    /// Where it is; migrations use a connection of their own.
    url: SecretString,
    queries: Arc<AtomicU64>,
}

/// That no other process starts meanwhile.
pub(crate) struct Alone(#[expect(dead_code, reason = "held, not read")] Option<DatabaseTransaction>);

impl Db {
    /// Opens the database at a `sqlite:` or `postgres:` address, there with at most so many connections.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(url: &str, connections: u32) -> Result<Self, DbErr> {
        let queries = Arc::new(AtomicU64::new(0));
        let (backend, mut read, mut lists, mut write) = if url.starts_with("sqlite:") {
            let write = sqlite::open(url, 1, false).await?;
            let read = sqlite::open(url, sqlite::READERS, true).await?;
            (Backend::Sqlite, read, None, write)
        } else {
            let for_lists = connections / LISTS;
            let pool = postgres::open(url, connections - for_lists, Plans::Kept).await?;
            let lists = match for_lists {
                0 => None,
                some => Some(postgres::open(url, some, Plans::Fresh).await?),
            };
            (Backend::Postgres, pool.clone(), lists, pool)
        };
        for connection in [Some(&mut read), lists.as_mut(), Some(&mut write)].into_iter().flatten() {
            let queries = Arc::clone(&queries);
            connection.set_metric_callback(move |_| {
                queries.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { read, lists, write, backend, url: SecretString::from(url), queries })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Brings the tables up to this program's version. Those of a newer one are left as they are: while an upgrade
    /// goes through the processes, one of the version before that restarts has to work on.
    ///
    /// # Errors
    /// When a migration fails; on both databases nothing of it is kept.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if let Standing::Newer(migrations) = self.standing().await? {
            tracing::warn!(
                migrations,
                "the tables are of a newer version of the program; going on with them"
            );
            return Ok(());
        }
        match self.backend {
            Backend::Sqlite => migrations::Migrator::up(&self.write, None).await,
            Backend::Postgres => postgres::migrate(self.url.expose_secret()).await,
        }
    }

    /// How the tables stand to this program; nothing is changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(&self) -> Result<Standing, DbErr> {
        migrations::Migrator::standing(&self.write).await
    }

    /// The file of an address of SQLite, where it is one.
    pub(crate) fn file(url: &str) -> Option<std::path::PathBuf> {
        sqlite::file(url)
    }

    /// Keeps every other process from starting on this database while tables and keys are made, as long as the
    /// answer is held. SQLite has one process.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn alone(&self) -> Result<Alone, DbErr> {
        Ok(Alone(match self.backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(postgres::alone(self.url.expose_secret()).await?),
        }))
    }

    /// Statements sent since the database was opened; tests compare it before and after.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Connections to PostgreSQL that wait for work, and that do some; `None` on SQLite.
    pub(crate) fn connections(&self) -> Option<(u32, u32)> {
        if self.backend == Backend::Sqlite {
            return None;
        }
        let count = |db: &DatabaseConnection| {
            let pool = db.get_postgres_connection_pool();
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            (idle, pool.size().saturating_sub(idle))
        };
        let (idle, busy) = count(&self.read);
        let (of_lists_idle, of_lists_busy) = self.lists.as_ref().map(count).unwrap_or_default();
        Some((idle + of_lists_idle, busy + of_lists_busy))
    }

    /// For reads outside a transaction.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For reads of lists that are narrowed by what somebody typed or chose: how they are best read depends on it.
    pub(crate) fn lists(&self) -> &DatabaseConnection {
        self.lists.as_ref().unwrap_or(&self.read)
    }

    /// For a change that is one statement and has no event: it commits by itself, which saves round trips where
    /// jobs run by the thousand.
    pub(crate) fn at_once(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins the one kind of transaction that changes something.
    pub(crate) async fn write(
        &self,
        bus: &Bus,
        audit: &std::sync::Arc<std::sync::OnceLock<crate::audit::AuditKey>>,
        actor: domain::actor::Actor,
        now: chrono::DateTime<chrono::Utc>,
        hold: Option<Hold<'_>>,
    ) -> crate::Result<Write> {
        Write::begin(&self.write, bus, audit, actor, now, hold).await
    }

    /// Revocations that still hold a secret.
    pub(crate) async fn kept_secrets(&self) -> Result<u64, DbErr> {
        use entity::revocation::{Column, Entity};
        Entity::find().filter(Column::Sealed.is_not_null()).count(&self.read).await
    }

    /// Rows per table, for tests that look for what is left.
    pub(crate) async fn row_counts(&self) -> Result<Vec<(&'static str, u64)>, DbErr> {
        use entity::{
            authorization, connection, credential, credential_request, invitation, item_attempt, ledger,
            request_app, request_item, request_report, revocation, withdrawn_connection,
        };
        let db = &self.read;
        Ok(vec![
            ("credential_request", credential_request::Entity::find().count(db).await?),
            ("request_app", request_app::Entity::find().count(db).await?),
            ("request_item", request_item::Entity::find().count(db).await?),
            ("item_attempt", item_attempt::Entity::find().count(db).await?),
            ("credential", credential::Entity::find().count(db).await?),
            ("connection", connection::Entity::find().count(db).await?),
            ("revocation", revocation::Entity::find().count(db).await?),
            ("request_report", request_report::Entity::find().count(db).await?),
            ("invitation", invitation::Entity::find().count(db).await?),
            ("ledger", ledger::Entity::find().count(db).await?),
            ("withdrawn_connection", withdrawn_connection::Entity::find().count(db).await?),
            ("authorization", authorization::Entity::find().count(db).await?),
        ])
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// What it says instead.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.read.ping().await
    }

    /// Folds SQLite's log into the file and empties it, so that overwritten secrets do not stay in it. Does
    /// nothing on PostgreSQL.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn fold_log(&self) -> crate::Result<()> {
        if self.backend == Backend::Sqlite {
            self.write.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// Closes the connections; SQLite then folds its log into the file.
    pub async fn close(&self) {
        for connection in [Some(&self.read), self.lists.as_ref(), Some(&self.write)].into_iter().flatten() {
            if let Err(error) = connection.clone().close().await {
                tracing::debug!(%error, "the database did not close cleanly");
            }
        }
    }
}
