//! The database: SQLite or PostgreSQL behind one door for reads and one for writes.
//!
//! On SQLite there is one writer connection and a pool of readers, since SQLite has one writer anyway and a
//! second would only wait. On PostgreSQL both are one pool.

pub(crate) mod entity;
pub(crate) mod page;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use migrations::MigratorTrait as _;
use sea_orm::{
    ColumnTrait as _, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _,
};

use crate::bus::Bus;

pub(crate) use write::Write;

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
    write: DatabaseConnection,
    backend: Backend,
    queries: Arc<AtomicU64>,
}

/// Readers on one SQLite file. A page of the API holds one for some milliseconds.
const SQLITE_READERS: u32 = 4;
/// How long a statement waits for the lock of another process, such as a back-up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to PostgreSQL per process; two processes per core keep a server of 100 connections well.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a caller waits for a free connection before it is told `UNAVAILABLE`.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// Opens the database at a `sqlite:` or `postgres:` address.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        let queries = Arc::new(AtomicU64::new(0));
        let (backend, mut read, mut write) = if url.starts_with("sqlite:") {
            let write = sqlite(url, 1, false).await?;
            (Backend::Sqlite, sqlite(url, SQLITE_READERS, true).await?, write)
        } else {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .sqlx_logging(false);
            let pool = Database::connect(options).await?;
            (Backend::Postgres, pool.clone(), pool)
        };
        for connection in [&mut read, &mut write] {
            let queries = Arc::clone(&queries);
            connection.set_metric_callback(move |_| {
                queries.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { read, write, backend, queries })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Brings the tables up to this program's version.
    ///
    /// # Errors
    /// When a migration fails; on both databases nothing of it is kept.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        migrations::Migrator::up(&self.write, None).await
    }

    /// Statements sent since the database was opened; tests compare it before and after.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// For reads outside a transaction.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins the one kind of transaction that changes something.
    pub(crate) async fn write(
        &self,
        bus: &Bus,
        audit: &std::sync::Arc<std::sync::OnceLock<crate::audit::AuditKey>>,
        actor: domain::actor::Actor,
        now: chrono::DateTime<chrono::Utc>,
    ) -> crate::Result<Write> {
        Write::begin(&self.write, bus, audit, actor, now).await
    }

    /// Revocations that still hold a secret.
    pub(crate) async fn kept_secrets(&self) -> Result<u64, DbErr> {
        use entity::revocation::{Column, Entity};
        Entity::find().filter(Column::Sealed.is_not_null()).count(&self.read).await
    }

    /// Rows per table, for tests that look for what is left.
    pub(crate) async fn row_counts(&self) -> Result<Vec<(&'static str, u64)>, DbErr> {
        use entity::{
            authorization, connection, credential, credential_request, invitation, item_attempt,
            request_item, revocation,
        };
        let db = &self.read;
        Ok(vec![
            ("credential_request", credential_request::Entity::find().count(db).await?),
            ("request_item", request_item::Entity::find().count(db).await?),
            ("item_attempt", item_attempt::Entity::find().count(db).await?),
            ("credential", credential::Entity::find().count(db).await?),
            ("connection", connection::Entity::find().count(db).await?),
            ("revocation", revocation::Entity::find().count(db).await?),
            ("invitation", invitation::Entity::find().count(db).await?),
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
        for connection in [&self.read, &self.write] {
            if let Err(error) = connection.clone().close().await {
                tracing::debug!(%error, "the database did not close cleanly");
            }
        }
    }
}

async fn sqlite(url: &str, connections: u32, read_only: bool) -> Result<DatabaseConnection, DbErr> {
    if let Some(folder) = url
        .strip_prefix("sqlite://")
        .and_then(|path| Path::new(path.split('?').next()?).parent().map(Path::to_path_buf))
    {
        std::fs::create_dir_all(&folder)
            .map_err(|error| DbErr::Custom(format!("{}: {error}", folder.display())))?;
    }
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false);
    // Waits on the one writer are normal under load and end by themselves.
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .create_if_missing(!read_only)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // A destroyed secret must not stay in free pages.
            .pragma("secure_delete", "ON")
            // An answered change must survive a power cut.
            .pragma("synchronous", "FULL")
            .pragma("journal_mode", "WAL");
        if read_only { options.pragma("query_only", "ON") } else { options }
    });
    let connection = Database::connect(options).await?;
    // Folds what an earlier process left in the log, with its overwritten secrets, into the file.
    if !read_only {
        connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(connection)
}
