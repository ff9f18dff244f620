//! The two ways to run (OPS-1, OPS-2). The same tests run on both: embedded by default, and scaled when
//! `TEST_PROFILE=scaled`, on the servers that `TEST_DATABASE_URL` and `TEST_REDIS_URL` name;
//! `scripts/with-services.sh` starts both.

use migrations::MigratorTrait as _;
use service::Service;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::sync::Mutex;

/// Where one test keeps its data.
pub enum Profile {
    /// A file in the test's folder.
    Embedded,
    /// A database and a prefix of its own.
    Scaled(Scaled),
}

/// A test's part of the shared servers; it is removed at the end.
pub struct Scaled {
    server: String,
    redis: String,
    name: String,
    watch: Mutex<Option<(PgConnection, String)>>,
}

/// Whether the tests run on PostgreSQL and Redis.
pub fn is_scaled() -> bool {
    given("TEST_PROFILE").is_some_and(|profile| profile == "scaled")
}

/// Names the lock under which one test makes the template of all databases.
const TEMPLATE_LOCK: i64 = 7_317_001;

impl Profile {
    /// A place for one test.
    pub async fn new() -> Self {
        if !is_scaled() {
            return Self::Embedded;
        }
        let server = variable("TEST_DATABASE_URL");
        let name = format!("test_{}", uuid::Uuid::from_u128(rand::random()).simple());
        let template = template(&server).await;
        let mut admin = connect(&server, "postgres").await;
        // The files of the template are copied, which is quicker than writing them to the log page by page.
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        admin.execute(sqlx::AssertSqlSafe(create)).await.expect("a database");
        Self::Scaled(Scaled { server, redis: variable("TEST_REDIS_URL"), name, watch: Mutex::default() })
    }

    /// Every byte that an instance has stored in its database.
    pub(crate) async fn stored(&self, service: &Service, folder: &std::path::Path) -> Vec<u8> {
        match self {
            Self::Embedded => {
                service.db().fold_log().await.expect("folded");
                std::fs::read(folder.join("data/consentry.sqlite")).expect("the database")
            }
            Self::Scaled(scaled) => scaled.stored().await,
        }
    }

    /// Something that differs when anything stored differs, quicker to have than all of it.
    pub(crate) async fn fingerprint(&self, service: &Service, folder: &std::path::Path) -> Vec<u8> {
        match self {
            Self::Embedded => self.stored(service, folder).await,
            Self::Scaled(scaled) => scaled.fingerprint().await,
        }
    }

    /// Runs statements on the database of an instance.
    pub(crate) async fn execute(&self, folder: &std::path::Path, statements: &str) {
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        match self {
            Self::Embedded => {
                let file = format!("sqlite://{}", folder.join("data/consentry.sqlite").display());
                let mut db = SqliteConnection::connect(&file).await.expect("the file");
                db.execute(sqlx::raw_sql(statements)).await.expect("executed");
                db.close().await.expect("closed");
            }
            Self::Scaled(scaled) => {
                let mut db = connect(&scaled.server, &scaled.name).await;
                db.execute(sqlx::raw_sql(statements)).await.expect("executed");
            }
        }
    }

    /// Address of the database of a server.
    pub fn database_url(&self) -> Option<String> {
        match self {
            Self::Embedded => None,
            Self::Scaled(scaled) => Some(format!("{}/{}", scaled.server, scaled.name)),
        }
    }

    /// Settings that lead there.
    pub fn settings(&self) -> Vec<(String, String)> {
        match self {
            Self::Embedded => Vec::new(),
            Self::Scaled(scaled) => vec![
                ("DATABASE_URL".to_owned(), format!("{}/{}", scaled.server, scaled.name)),
                ("REDIS_URL".to_owned(), scaled.redis.clone()),
                ("REDIS_PREFIX".to_owned(), scaled.name.clone()),
                ("DATABASE_CONNECTIONS".to_owned(), "8".to_owned()),
            ],
        }
    }
}

impl Scaled {
    /// Of every table the number of rows and the newest transaction that wrote one of them.
    async fn fingerprint(&self) -> Vec<u8> {
        let mut watch = self.watch.lock().await;
        if watch.is_none() {
            let mut db = connect(&self.server, &self.name).await;
            let tables: Vec<String> = sqlx::query_scalar(
                "SELECT format('SELECT %L || count(*) || coalesce(max(xmin::text::bigint), 0) FROM %I', table_name, \
                 table_name) FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
            )
            .fetch_all(&mut db)
            .await
            .expect("tables");
            *watch = Some((db, tables.join(" UNION ALL ")));
        }
        let (db, query) = watch.as_mut().expect("made above");
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query.clone())).fetch_all(db).await.expect("an answer");
        rows.join("\n").into_bytes()
    }

    /// Every byte of every row: all tables as XML, and what is kept as bytes once more as it is.
    async fn stored(&self) -> Vec<u8> {
        let mut db = connect(&self.server, &self.name).await;
        let mut all: String = sqlx::query_scalar("SELECT database_to_xml(true, false, '')::text")
            .fetch_one(&mut db)
            .await
            .expect("all tables");
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT format('SELECT %I FROM %I', column_name, table_name) FROM information_schema.columns \
             WHERE table_schema = 'public' AND data_type = 'bytea' ORDER BY 1",
        )
        .fetch_all(&mut db)
        .await
        .expect("columns");
        let select = sqlx::AssertSqlSafe(columns.join(" UNION ALL "));
        let bytes: Vec<Option<Vec<u8>>> = sqlx::query_scalar(select).fetch_all(&mut db).await.expect("bytes");
        let mut stored = std::mem::take(&mut all).into_bytes();
        stored.extend(bytes.into_iter().flatten().flatten());
        stored
    }
}

impl Drop for Scaled {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A runtime of its own: the test's may be the one that is ending.
        let removed = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut admin = connect(&server, "postgres").await;
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                admin.execute(sqlx::AssertSqlSafe(drop)).await.expect("removed");
            });
        });
        // A database that is left goes with the server.
        drop(removed.join());
    }
}

/// The database that all others are copied from, with the tables of this build; made once a run.
async fn template(server: &str) -> String {
    let name = format!("template_{}", migrations::Migrator::migrations().len());
    let mut admin = connect(server, "postgres").await;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut admin).await.expect("a lock");
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut admin)
        .await
        .expect("an answer");
    if known.is_none() {
        let making = format!("{name}_making");
        for statement in
            [format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), format!("CREATE DATABASE {making}")]
        {
            admin.execute(sqlx::AssertSqlSafe(statement)).await.expect("a database");
        }
        let db = service::Db::open(&format!("{server}/{making}"), 2).await.expect("a connection");
        db.migrate().await.expect("the tables");
        db.close().await;
        let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
        admin.execute(sqlx::AssertSqlSafe(rename)).await.expect("renamed");
    }
    name
}

async fn connect(server: &str, database: &str) -> PgConnection {
    PgConnection::connect(&format!("{server}/{database}")).await.expect("PostgreSQL answers")
}

fn variable(name: &str) -> String {
    given(name).unwrap_or_else(|| panic!("{name} is set by scripts/with-services.sh"))
}

#[expect(clippy::disallowed_methods, reason = "not a setting of the program")]
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
