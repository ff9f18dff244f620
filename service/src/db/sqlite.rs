//! SQLite: the embedded profile's file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::Connection as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbErr};

/// Readers on one file. A page of the API holds one for some milliseconds.
pub(super) const READERS: u32 = 4;
/// How long a statement waits for the lock of another process, such as a back-up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The file of an address; a database in the memory has none.
pub(super) fn file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?.split('?').next()?;
    (path != ":memory:").then(|| PathBuf::from(path))
}

/// Makes the file where there is none, for our user alone: it holds addresses, and the mails of the built-in mailbox.
/// SQLite gives the files of its log the rights of this one.
fn make(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = file.parent() {
        crate::folder::make(folder)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn open(url: &str, connections: u32, read_only: bool) -> Result<DatabaseConnection, DbErr> {
    if let Some(file) = file(url).filter(|_| !read_only) {
        make(&file).map_err(|error| DbErr::Custom(format!("{}: {error}", file.display())))?;
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
    // After a failed write SQLite may have ended the transaction by itself, of which the driver knows nothing: it
    // would take the next transaction for a part of that one, and never commit it. A full disk does this.
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        Box::pin(async move { Ok(!connection.is_in_transaction()) })
    });
    let connection = Database::connect(options).await?;
    // Folds what an earlier process left in the log, with its overwritten secrets, into the file.
    if !read_only {
        connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(connection)
}
