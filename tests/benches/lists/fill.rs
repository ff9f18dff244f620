//! One team with 100,000 requests and 300,000 items, made by copying one request that was really sent: a few
//! statements instead of a million calls.

use domain::actor::Actor;
use domain::item::State;
use domain::policy::{OrganizationRole, TeamRole};
use domain::request::{Draft, DraftItem, DraftRecipient, Modules};
use kit::Northwind;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Row as _};
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

/// Id of the `part`th thing of request `i`: of the form that the service gives (UUID version 7), so by time.
fn id(part: &str) -> String {
    format!("unhex(printf('%012x70008000%012x', {SECOND} * 1000, i * 16 + {part}))")
}

fn time() -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {SECOND}, 'unixepoch')")
}

/// Fills the team of `Northwind`, whose file `pool` writes to.
#[expect(clippy::too_many_lines, reason = "one table after the other, each with its columns")]
pub(crate) async fn fill(world: &Northwind, pool: &SqlitePool) {
    let service = &world.app.service;
    let mut people = Vec::new();
    for number in 0..RECIPIENTS {
        let (email, name) = (format!("p{number}@northwind.example"), format!("Person {number}"));
        let teams = [(world.automation, TeamRole::Member)];
        let user = service.enrol(&email, &name, world.organization, OrganizationRole::Member, &teams).await;
        people.push((user.expect("a person"), name, email));
    }
    let (request, item) = one(world).await;
    let mut tx = pool.begin().await.expect("a transaction");
    sqlx::query("CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, id BLOB, name TEXT, email TEXT)")
        .execute(&mut *tx)
        .await
        .expect("a table");
    for (number, (user, name, email)) in (0_i64..).zip(&people) {
        let row = sqlx::query("INSERT INTO person VALUES (?, ?, ?, ?)");
        row.bind(number).bind(user.0).bind(name).bind(email).execute(&mut *tx).await.expect("a person");
    }
    let requester =
        "CASE WHEN i % 4 = 0 THEN (SELECT id FROM person WHERE n = i % 3) ELSE t.requester_id END";
    let name = "'Request ' || i || ' of a customer'";
    let search = format!("lower({name} || char(10) || p.name || char(10) || p.email)");
    let app = |k: u8| match k {
        0 => "'sandbox'",
        1 => "CASE i % 3 WHEN 0 THEN 'github' WHEN 1 THEN 'slack' ELSE 'notion' END",
        _ => "CASE i % 1000 WHEN 0 THEN 'stripe' ELSE 'hubspot' END",
    };
    let state = "CASE WHEN i % 1000 = 0 THEN 'INVALID' WHEN i % 10 < 6 THEN 'PENDING' \
                 WHEN i % 10 < 9 THEN 'AUTHORIZED' ELSE 'DECLINED' END";
    let person = format!("JOIN person p ON p.n = i % {RECIPIENTS}");
    let request_id = format!("(SELECT {})", id("0"));
    let mut copies: Vec<(&str, Uuid, String, Vec<(&str, String)>)> = vec![
        (
            "credential_request",
            request,
            person,
            vec![
                ("id", id("0")),
                ("requester_id", requester.to_owned()),
                ("recipient_id", "p.id".to_owned()),
                ("recipient_name", "p.name".to_owned()),
                ("recipient_email", "p.email".to_owned()),
                ("name", name.to_owned()),
                ("search_text", search),
                ("status", STATUS.to_owned()),
                ("created_at", time()),
                ("changed_at", time()),
            ],
        ),
        (
            "event",
            row_of(&mut tx, "event", "request_id", request).await,
            String::new(),
            vec![("id", id("1")), ("at", time()), ("request_id", request_id.clone())],
        ),
        (
            "job",
            row_of(&mut tx, "job", "request_id", request).await,
            String::new(),
            vec![
                ("id", id("2")),
                ("event_id", id("1")),
                ("request_id", request_id.clone()),
                ("created_at", time()),
                ("due_at", time()),
            ],
        ),
    ];
    for k in 0_u8..3 {
        copies.push((
            "request_item",
            item,
            String::new(),
            vec![
                ("id", id(&(3 + k).to_string())),
                ("request_id", request_id.clone()),
                ("position", k.to_string()),
                ("app", app(k).to_owned()),
                ("state", state.to_owned()),
                ("changed_at", time()),
            ],
        ));
    }
    for k in 0_u8..3 {
        copies.push((
            "request_app",
            request,
            String::new(),
            vec![("request_id", request_id.clone()), ("app", app(k).to_owned()), ("created_at", time())],
        ));
    }
    copies.push((
        "credential",
        row_of(&mut tx, "credential", "item_id", item).await,
        "WHERE i % 10 BETWEEN 6 AND 8".to_owned(),
        vec![("id", id("6")), ("item_id", id("3")), ("authorized_at", time())],
    ));
    for (table, template, more, changed) in copies {
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = sqlx::query(AssertSqlSafe(columns)).fetch_all(&mut *tx).await.expect("columns");
        let columns: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
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
             JOIN (SELECT * FROM {table} WHERE {key} = ?) t {more} ORDER BY i"
        );
        let copy = copy.replace("WHERE i %", "ON 1 WHERE i %");
        sqlx::query(AssertSqlSafe(copy)).bind(template).execute(&mut *tx).await.expect(table);
    }
    tx.commit().await.expect("committed");
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

/// Id of the first row that refers to something.
async fn row_of(db: &mut sqlx::SqliteConnection, table: &str, column: &str, to: Uuid) -> Uuid {
    let first = format!("SELECT id FROM {table} WHERE {column} = ? ORDER BY id LIMIT 1");
    sqlx::query(AssertSqlSafe(first)).bind(to).fetch_one(db).await.expect(table).get(0)
}
