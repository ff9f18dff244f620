//! One team with 100,000 requests and 300,000 items, made by copying one request that was really sent: a few
//! statements instead of a million calls.

use domain::actor::Actor;
use domain::item::State;
use domain::policy::{OrganizationRole, TeamRole};
use domain::request::{Draft, DraftItem, DraftRecipient, Modules};
use kit::Northwind;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

/// Requests of the team.
pub(crate) const REQUESTS: i64 = 100_000;
/// People who are asked, in turn.
const RECIPIENTS: i64 = 50;

/// Numbers of the requests that are made.
const NUMBERS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)";
/// A minute lies between a request and the next; the newest is a day old.
const SECOND: &str = "(1799913600 - (100000 - i) * 60)";
/// Most wait or are granted; one in a thousand does not work.
const STATUS: &str = "CASE WHEN i % 1000 = 0 THEN 'INVALID' WHEN i % 10 < 6 THEN 'INCOMPLETE' \
                      WHEN i % 10 < 9 THEN 'AUTHORIZED' ELSE 'DECLINED' END";

/// How many of the requests have an access: three in ten, or each one.
#[derive(Debug, Clone, Copy)]
#[allow(dead_code, reason = "each benchmark takes one of them")]
pub(crate) enum Granted {
    Some,
    All,
}

/// The database that is filled. Both understand the same statements but for a few words.
#[allow(dead_code, reason = "each benchmark takes one of them")]
pub(crate) enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[allow(dead_code, reason = "each benchmark takes one of them")]
impl Db {
    pub(crate) async fn sqlite(file: &std::path::Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).pragma("journal_mode", "WAL");
        Self::Sqlite(options.connect().await.expect("the file"))
    }

    pub(crate) async fn postgres(url: &str) -> Self {
        Self::Postgres(PgConnection::connect(url).await.expect("PostgreSQL answers"))
    }

    pub(crate) async fn run(&mut self, statement: String) {
        let text = statement.clone();
        match self {
            Self::Sqlite(db) => sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop),
            Self::Postgres(db) => sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop),
        }
        .unwrap_or_else(|error| panic!("{error} in {text}"));
    }

    async fn columns(&mut self, table: &str) -> Vec<String> {
        let (sqlite, postgres) = (
            format!("SELECT name FROM pragma_table_info('{table}')"),
            format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"),
        );
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(AssertSqlSafe(sqlite)).fetch_all(db).await,
            Self::Postgres(db) => sqlx::query_scalar(AssertSqlSafe(postgres)).fetch_all(db).await,
        }
        .expect("columns")
    }

    /// Id of the first row that refers to something.
    async fn row_of(&mut self, table: &str, column: &str, to: Uuid) -> Uuid {
        let first = format!("SELECT id FROM {table} WHERE {column} = {} ORDER BY id LIMIT 1", self.value(to));
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(AssertSqlSafe(first)).fetch_one(db).await,
            Self::Postgres(db) => sqlx::query_scalar(AssertSqlSafe(first)).fetch_one(db).await,
        }
        .expect("a row")
    }

    fn value(&self, id: Uuid) -> String {
        match self {
            Self::Sqlite(_) => format!("x'{}'", id.simple()),
            Self::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    /// Id of the `part`th thing of request `i`: of the form that the service gives (UUID version 7), so by time.
    fn id(&self, part: u8) -> String {
        let (millis, number) = (format!("{SECOND} * 1000"), format!("i * 16 + {part}"));
        match self {
            Self::Sqlite(_) => format!("unhex(printf('%012x70008000%012x', {millis}, {number}))"),
            Self::Postgres(_) => format!(
                "(lpad(to_hex({SECOND}::bigint * 1000), 12, '0') || '70008000' || lpad(to_hex({number}), 12, '0'))::uuid"
            ),
        }
    }

    fn time(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {SECOND}, 'unixepoch')"),
            Self::Postgres(_) => format!("to_timestamp({SECOND})"),
        }
    }

    fn line_end(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "char(10)",
            Self::Postgres(_) => "chr(10)",
        }
    }

    fn type_of_ids(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BLOB",
            Self::Postgres(_) => "uuid",
        }
    }
}

/// Fills the team of `Northwind`, whose database `db` writes to.
#[expect(clippy::too_many_lines, reason = "one table after the other, each with its columns")]
pub(crate) async fn fill(world: &Northwind, db: &mut Db, granted: Granted) {
    let service = &world.app.service;
    let mut people = Vec::new();
    for number in 0..RECIPIENTS {
        let (email, name) = (format!("p{number}@northwind.example"), format!("Person {number}"));
        let teams = [(world.automation, TeamRole::Member)];
        let user = service.enrol(&email, &name, world.organization, OrganizationRole::Member, &teams).await;
        people.push((user.expect("a person"), name, email));
    }
    let (request, item) = one(world).await;
    db.run("BEGIN".to_owned()).await;
    let ids = db.type_of_ids();
    db.run(format!("CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, id {ids}, name TEXT, email TEXT)"))
        .await;
    for (number, (user, name, email)) in (0_i64..).zip(&people) {
        let user = db.value(user.0);
        db.run(format!("INSERT INTO person VALUES ({number}, {user}, '{name}', '{email}')")).await;
    }
    let requester =
        "CASE WHEN i % 4 = 0 THEN (SELECT id FROM person WHERE n = i % 3) ELSE t.requester_id END";
    let name = "'Request ' || i || ' of a customer'";
    let search = format!("lower({name} || {end} || p.name || {end} || p.email)", end = db.line_end());
    let app = |k: u8| match k {
        0 => "'sandbox'",
        1 => "CASE i % 3 WHEN 0 THEN 'github' WHEN 1 THEN 'slack' ELSE 'notion' END",
        _ => "CASE i % 1000 WHEN 0 THEN 'stripe' ELSE 'hubspot' END",
    };
    let mixed = "CASE WHEN i % 1000 = 0 THEN 'INVALID' WHEN i % 10 < 6 THEN 'PENDING' \
                 WHEN i % 10 < 9 THEN 'AUTHORIZED' ELSE 'DECLINED' END";
    let (state, has_access) = match granted {
        Granted::Some => (mixed, "WHERE i % 10 BETWEEN 6 AND 8"),
        Granted::All => ("'AUTHORIZED'", ""),
    };
    let person = format!("JOIN person p ON p.n = i % {RECIPIENTS}");
    let request_id = db.id(0);
    let event = db.row_of("event", "request_id", request).await;
    let job = db.row_of("job", "request_id", request).await;
    let credential = db.row_of("credential", "item_id", item).await;
    let mut copies: Vec<(&str, Uuid, String, Vec<(&str, String)>)> = vec![
        (
            "credential_request",
            request,
            person,
            vec![
                ("id", db.id(0)),
                ("requester_id", requester.to_owned()),
                ("recipient_id", "p.id".to_owned()),
                ("recipient_name", "p.name".to_owned()),
                ("recipient_email", "p.email".to_owned()),
                ("name", name.to_owned()),
                ("search_text", search),
                ("status", STATUS.to_owned()),
                ("created_at", db.time()),
                ("changed_at", db.time()),
            ],
        ),
        (
            "event",
            event,
            String::new(),
            vec![("id", db.id(1)), ("at", db.time()), ("request_id", request_id.clone())],
        ),
        (
            "job",
            job,
            String::new(),
            vec![
                ("id", db.id(2)),
                ("event_id", db.id(1)),
                ("request_id", request_id.clone()),
                ("created_at", db.time()),
                ("due_at", db.time()),
            ],
        ),
    ];
    for k in 0_u8..3 {
        copies.push((
            "request_item",
            item,
            String::new(),
            vec![
                ("id", db.id(3 + k)),
                ("request_id", request_id.clone()),
                ("position", k.to_string()),
                ("app", app(k).to_owned()),
                ("state", state.to_owned()),
                ("changed_at", db.time()),
            ],
        ));
    }
    for k in 0_u8..3 {
        copies.push((
            "request_app",
            request,
            String::new(),
            vec![("request_id", request_id.clone()), ("app", app(k).to_owned()), ("created_at", db.time())],
        ));
    }
    copies.push((
        "credential",
        credential,
        has_access.to_owned(),
        vec![
            ("id", db.id(6)),
            ("item_id", db.id(3)),
            ("authorized_at", db.time()),
            // Nobody could open these copies of a secret, so nobody shall look at them.
            ("check_at", "NULL".to_owned()),
        ],
    ));
    for (table, template, more, changed) in copies {
        let columns = db.columns(table).await;
        let values = columns.iter().map(|column| {
            changed
                .iter()
                .find(|(name, _)| name == column)
                .map_or_else(|| format!("t.{column}"), |(_, value)| value.clone())
        });
        let (names, values) = (columns.join(", "), values.collect::<Vec<_>>().join(", "));
        let key = if table == "request_app" { "request_id" } else { "id" };
        let copy = format!(
            "{NUMBERS} INSERT INTO {table} ({names}) SELECT {values} FROM n \
             CROSS JOIN (SELECT * FROM {table} WHERE {key} = {} LIMIT 1) t {more} ORDER BY i",
            db.value(template)
        );
        db.run(copy).await;
    }
    db.run("COMMIT".to_owned()).await;
}

/// A request that was really sent, and its first item, really granted; its mail was sent.
async fn one(world: &Northwind) -> (Uuid, Uuid) {
    let service = &world.app.service;
    let actor = async |email: &str| {
        let session = service.open_session(email).await.expect("a person");
        Actor::User { user: session.user, session: session.id }
    };
    let (ana, ben) = (actor("ana@northwind.example").await, actor("ben@northwind.example").await);
    let draft = Draft {
        name: "Follow-up".to_owned(),
        description: Some("We move the customers of last year to the new desk.".to_owned()),
        recipient: Some(DraftRecipient::Member(ben.user().expect("a person"))),
        items: vec![DraftItem { app: "sandbox".to_owned(), modules: Modules::All, ..DraftItem::default() }],
        accept_terms: true,
    };
    let id = service.create_request(ana, world.automation, &draft, None).await.expect("sent");
    let item = service.request(ben, id).await.expect("seen").items.first().expect("an item").id;
    let key = service::FieldValue { name: "key".to_owned(), value: sandbox::API_KEY.into() };
    service.submit_credential(ben, item, "api_key", &[key], service::Confirm::No).await.expect("granted");
    world.app.settle().await;
    let granted = service.item(ben, item).await.expect("seen");
    assert_eq!(granted.state, State::Authorized);
    (id.0, item.0)
}
