//! PostgreSQL: the scaled profile's server.

use std::time::Duration;

use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    TransactionTrait as _,
};

use super::failure::is_lock_missing;

/// How long a caller waits for a free connection, and a new one for the server, before it is told
/// `UNAVAILABLE`: about as long as a person waits for a page.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// What the server cuts off. No statement of ours takes a second on the lists that we measure; one that waits
/// longer than this waits for something that is broken.
const STATEMENT_TIMEOUT: &str = "15s";
/// A lock is held for one transaction, and none waits on the network, so a longer wait means that its holder
/// is gone.
const LOCK_TIMEOUT: &str = "8s";
/// A process that is frozen in the middle of a transaction must not hold the locks of others.
const IDLE_TIMEOUT: &str = "10s";
/// Connections are made anew after this time, so that they spread again over servers behind a proxy.
const LIFETIME: Duration = Duration::from_mins(30);
/// A migration that does not get a lock gives up sooner than PostgreSQL looks for deadlocks (`deadlock_timeout`, one
/// second): a page that is read meanwhile by a version before, and holds what the migration wants while it waits for
/// what the migration has, must not be the one that is broken off.
const MIGRATION_LOCK_TIMEOUT: &str = "500ms";
/// How long it then lets others go on, and how often it tries: for a minute and a half in all.
const MIGRATION_PAUSE: Duration = Duration::from_millis(250);
const MIGRATION_TRIES: u32 = 120;
/// A connection that was used a moment ago is not asked whether it lives before the next statement, which costs a way
/// to the server and back: it was asked when it was given back.
const TESTED_AFTER: Duration = Duration::from_secs(1);
/// Names the lock under which one process at a time starts: "consentr" as a number.
const START_LOCK: i64 = 0x636f_6e73_656e_7472;

/// How the plan of a statement comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plans {
    /// As PostgreSQL sees fit: after some times once for all, since planning costs more than most statements.
    Kept,
    /// Anew for what is asked: whether a text or a status is rare decides by which index a list is read, and a plan
    /// for any text reads the whole list for a rare one.
    Fresh,
}

/// Opens a pool.
pub(super) async fn open(url: &str, connections: u32, plans: Plans) -> Result<DatabaseConnection, DbErr> {
    let mut options = options(url, connections);
    // The first is there at once; lists that are narrowed are asked for by few.
    options.min_connections(u32::from(plans == Plans::Kept));
    options.map_sqlx_postgres_opts(move |options| {
        options.application_name("consentry").options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("lock_timeout", LOCK_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
            ("plan_cache_mode", if plans == Plans::Kept { "auto" } else { "force_custom_plan" }),
            // Times are written and read as UTC in any case; this keeps logs of the server in it too.
            ("timezone", "UTC"),
        ])
    });
    Database::connect(options).await
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .max_lifetime(LIFETIME)
        .test_before_acquire_if_idle_for(TESTED_AFTER)
        .sqlx_logging(false);
    options
}

/// Brings the tables up to date, on a connection without time limits but for locks, since a new index on many rows takes its
/// time.
pub(super) async fn migrate(url: &str) -> Result<(), DbErr> {
    let mut options = options(url, 1);
    options.map_sqlx_postgres_opts(|options| options.options([("lock_timeout", MIGRATION_LOCK_TIMEOUT)]));
    let db = Database::connect(options).await?;
    let migrated = migrate_patiently(&db).await;
    db.close().await?;
    migrated
}

/// Each migration is a transaction of its own, so what is done stays, and the next try goes on behind it.
async fn migrate_patiently(db: &DatabaseConnection) -> Result<(), DbErr> {
    use migrations::MigratorTrait as _;

    let mut tries = 1;
    loop {
        match migrations::Migrator::up(db, None).await {
            Err(error) if is_lock_missing(&error) && tries < MIGRATION_TRIES => {
                tracing::info!(tries, "a migration waits for others to finish reading");
                tokio::time::sleep(MIGRATION_PAUSE).await;
                tries += 1;
            }
            ended => return ended,
        }
    }
}

/// Waits until no other process starts on this database.
#[expect(clippy::disallowed_methods, reason = "nothing is written by it")]
pub(super) async fn alone(url: &str) -> Result<DatabaseTransaction, DbErr> {
    let db = Database::connect(options(url, 1)).await?;
    let tx = db.begin().await?;
    hold(&tx, START_LOCK).await?;
    Ok(tx)
}

/// Takes a lock that is let go of at the end of the transaction.
pub(super) async fn hold<C: ConnectionTrait>(tx: &C, name: i64) -> Result<(), DbErr> {
    // The function returns nothing that could be read; only that it was called counts.
    let lock = Query::select().expr(Func::cust("pg_advisory_xact_lock").arg(Expr::value(name))).to_owned();
    tx.execute(&lock).await.map(drop)
}
