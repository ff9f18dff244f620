//! The page of 20 sent requests with items, apps, requester and recipient, from 100,000 requests, through HTTP and
//! GraphQL, against `pgbench` with what stands on the page as one prepared statement.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use domain::actor::Actor;
use kit::Northwind;
use migrations::MigratorTrait as _;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::fill::{self, Granted};
use crate::load::{median, plain};
use crate::serve::serve;

const PAGE: &str = "query($team: ID!) { sentRequests(teamId: $team, first: 20) { edges { cursor node { id name status createdAt requester { name email } recipient { name email } items { id state app { id name } credential { account { label } } } } } pageInfo { hasNextPage endCursor } } }";
/// Bytes of an answer with twenty requests, at least.
const TWENTY: usize = 10_000;
const LASTS: Duration = Duration::from_secs(2);
const ROUNDS: usize = 9;
/// From the search of texts on: what has tables with many rows.
const STEPS: u32 = 5;

/// An instance whose team has so many requests, and the address of its database.
pub(crate) async fn filled(granted: Granted, world: &Northwind) -> String {
    let url = world.app.service.config().database_url.expose_secret().to_owned();
    let start = Instant::now();
    let mut db = fill::Db::postgres(&url).await;
    fill::fill(world, &mut db, granted).await;
    db.run("VACUUM ANALYZE".to_owned()).await;
    println!("{} requests made in {:.1} s", fill::REQUESTS, start.elapsed().as_secs_f64());
    url
}

pub(crate) async fn measure() {
    let world = Northwind::start().await;
    let url = filled(Granted::Some, &world).await;
    let session = world.app.service.open_session("ana@northwind.example").await.expect("a person");
    let ana = Actor::User { user: session.user, session: session.id };
    let base = serve(&world.app.service, ana).await;
    let body = json!({ "query": PAGE, "variables": { "team": world.automation.to_string() } }).to_string();
    let at = base.strip_prefix("http://").expect("an address");
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: {at}\r\nauthorization: {}\r\ncontent-type: application/json\r\n\
         accept: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        session.token,
        body.len()
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    let page = statement(&world.automation.0.to_string());
    std::fs::write(file.path(), &page).expect("a statement");
    for connections in [16, 64] {
        let mut table = Vec::new();
        for _ in 0..ROUNDS {
            let bare = pgbench(&url, connections, file.path());
            let ours = plain(connections, LASTS, at, request.as_bytes(), TWENTY).await;
            table.push((ours.rate, bare, ours.part(0.5), ours.part(0.99)));
        }
        let pick = |of: fn(&(f64, f64, Duration, Duration)) -> f64| median(table.iter().map(of).collect());
        println!(
            "page of 20 at {connections} connections: {:.0} a second, pgbench {:.0}, ratio {:.2} (goal: 0.33); median {:.1} ms, p99 {:.1} ms, {:.1} times (goal: under 6)",
            pick(|row| row.0),
            pick(|row| row.1),
            pick(|row| row.0 / row.1),
            pick(|row| row.2.as_secs_f64() * 1e3),
            pick(|row| row.3.as_secs_f64() * 1e3),
            pick(|row| row.3.as_secs_f64() / row.2.as_secs_f64()),
        );
    }
}

/// The newest migrations on such a database, while it is read.
pub(crate) async fn migrate() {
    let world = Northwind::start().await;
    let url = filled(Granted::Some, &world).await;
    forward(&url, &statement(&world.automation.0.to_string())).await;
}

/// The newest steps of the tables back and forward again, while somebody reads pages as a version before does.
async fn forward(url: &str, page: &str) {
    let db = migrations::sea_orm::Database::connect(url).await.expect("PostgreSQL answers");
    migrations::Migrator::down(&db, Some(STEPS)).await.expect("back");
    let (stop, mut reader) =
        (CancellationToken::new(), PgConnection::connect(url).await.expect("PostgreSQL"));
    let (reading, page) = (stop.clone(), page.to_owned());
    let reads = tokio::spawn(async move {
        let mut times = Vec::new();
        while !reading.is_cancelled() {
            let start = Instant::now();
            let rows = sqlx::query(AssertSqlSafe(page.clone())).fetch_all(&mut reader).await.expect("a page");
            assert!(!rows.is_empty());
            times.push(start.elapsed());
        }
        times
    });
    let start = Instant::now();
    let program = service::Db::open(url, 2).await.expect("a connection");
    program.migrate().await.expect("forward");
    let lasted = start.elapsed();
    stop.cancel();
    let times = reads.await.expect("each was read");
    println!(
        "the last {STEPS} migrations of {} requests: {:.1} s, while {} pages were read; the longest waited {:.1} s (a statement may take 15 s)",
        fill::REQUESTS,
        lasted.as_secs_f64(),
        times.len(),
        times.iter().max().expect("some").as_secs_f64()
    );
}

/// What stands on the page, as one statement.
fn statement(team: &str) -> String {
    let mut text = String::new();
    write!(
        text,
        "SELECT r.id, r.name, r.status, r.created_at, u.name, u.email, r.recipient_name, r.recipient_email, i.id, \
         i.state, i.app, c.account_label FROM (SELECT * FROM credential_request WHERE team_id = '{team}' AND \
         deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 20) r JOIN \"user\" u ON u.id = r.requester_id \
         JOIN request_item i ON i.request_id = r.id LEFT JOIN credential c ON c.item_id = i.id \
         ORDER BY r.created_at DESC, r.id DESC, i.position;"
    )
    .expect("a string");
    text
}

/// Statements a second.
fn pgbench(url: &str, connections: usize, file: &std::path::Path) -> f64 {
    let out = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .args(["--client", &connections.to_string(), "--time", &LASTS.as_secs().to_string()])
        .arg("--file")
        .arg(file)
        .arg(url)
        .output()
        .expect("pgbench is installed with PostgreSQL");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&out.stderr)))
}

/// A page of the health of all that is granted, or how much there is of each, as a body.
pub(crate) fn health_body(team: &str, query: &str) -> Value {
    json!({ "query": query, "variables": { "team": team } })
}
