//! The list of sent requests on a file with 100,000 requests and 300,000 items of one team, through HTTP and
//! GraphQL (docs/performance.md). Each case runs in turn with the bare loop of the same statements, so that
//! their ratio holds on a machine that is busy with other things too.

#![allow(clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark panics to fail, and prints")]

mod bare;
mod fill;
mod serve;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use bare::Bare;
use criterion::{Criterion, criterion_group, criterion_main};
use domain::actor::Actor;
use kit::{Browser, Northwind};
use serde_json::{Value, json};
use service::{PageAsk, RequestFilter, RequestList, RequestSort};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::runtime::Runtime;

const FIELDS: &str = "edges { cursor node { id name status createdAt requester { name email } recipient { name email } items { id state app { id name } credential { account { label } } } } } pageInfo { hasNextPage endCursor }";
const SENT: &str = "query($team: ID!, $filter: RequestFilter, $first: Int! = 20, $after: String)";
const ARGUMENTS: &str = "sentRequests(teamId: $team, filter: $filter, first: $first, after: $after)";

struct World {
    northwind: Northwind,
    ana: Actor,
    client: Browser,
    token: String,
    bare: Bare,
}

impl World {
    async fn new() -> Self {
        let northwind = Northwind::start().await;
        let file = northwind.app.folder().join("data").join("consentry.sqlite");
        let options = SqliteConnectOptions::new().filename(&file).pragma("journal_mode", "WAL");
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("the file");
        let start = Instant::now();
        fill::fill(&northwind, &mut fill::Db::sqlite(&file).await, fill::Granted::Some).await;
        println!("{} requests made in {:.1} s", fill::REQUESTS, start.elapsed().as_secs_f64());
        let session = northwind.app.service.open_session("ana@northwind.example").await.expect("a person");
        let ana = Actor::User { user: session.user, session: session.id };
        let client = Browser::new(&serve::serve(&northwind.app.service, ana).await);
        let bare = Bare::new(pool, &northwind, session.user.0).await;
        Self { northwind, ana, client, token: session.token, bare }
    }

    /// One page over HTTP, read to its last byte.
    async fn page(&self, query: &str, variables: &Value) -> Vec<u8> {
        let mut variables = variables.clone();
        variables["team"] = self.northwind.automation.to_string().into();
        let request = self.client.request(http::Method::POST, "/graphql");
        let request = request.header("authorization", &self.token);
        let body = json!({ "query": query, "variables": variables });
        let answer = request.json(&body).send().await.expect("an answer");
        answer.bytes().await.expect("a body").to_vec()
    }

    /// The cursor behind which the last page of 20 stands: that of the 21st request from the old end.
    async fn far(&self) -> String {
        let list = RequestList::Sent(self.northwind.automation);
        let page = PageAsk { first: 21, ..PageAsk::default() };
        let (service, all) = (&self.northwind.app.service, RequestFilter::default());
        let page = service.requests(self.ana, list, &all, RequestSort::Oldest, &page).await;
        page.expect("a page").rows.pop().expect("a row").0
    }
}

/// The name of a case, the fields that it asks for beside the page, its variables, and how many rows it finds.
type Case = (&'static str, &'static str, Value, usize);

fn cases(world: &World, far: &str, person: &str) -> Vec<Case> {
    let ana = world.ana.user().expect("a person").to_string();
    let filter = |filter: Value| json!({ "filter": filter });
    vec![
        ("page 1", "", json!({}), 20),
        ("page 5,000", "", json!({ "after": far }), 20),
        ("page 1, with the total", "totalCount", json!({}), 20),
        ("status of 60,000", "", filter(json!({ "statuses": ["INCOMPLETE"] })), 20),
        ("status of 100", "", filter(json!({ "statuses": ["INVALID"] })), 20),
        (
            "two statuses of 100 together",
            "",
            filter(json!({ "statuses": ["INVALID", "PARTIALLY_AUTHORIZED"] })),
            20,
        ),
        ("app of 100,000", "", filter(json!({ "app": "sandbox" })), 20),
        ("app of 100", "", filter(json!({ "app": "stripe" })), 20),
        ("app of none", "", filter(json!({ "app": "jira" })), 0),
        ("requester of 75,000", "", filter(json!({ "requesterId": ana })), 20),
        ("requester of 8,000", "", filter(json!({ "requesterId": person })), 20),
        ("recipient of 2,000", "", filter(json!({ "recipientId": person })), 20),
        ("text in all", "", filter(json!({ "text": "customer" })), 20),
        ("text in 11", "", filter(json!({ "text": "request 7777" })), 11),
        ("text in none", "", filter(json!({ "text": "nowhere" })), 0),
        (
            "status and text in none, with the total",
            "totalCount",
            filter(json!({ "statuses": ["AUTHORIZED"], "text": "nowhere" })),
            0,
        ),
    ]
}

fn lists(bench: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::new());
    let far = runtime.block_on(world.far());
    let person = runtime.block_on(world.northwind.app.service.open_session("p1@northwind.example"));
    let person = person.expect("a person").user.to_string();
    let mut table = Vec::new();
    for (name, more, variables, rows) in cases(&world, &far, &person) {
        let query = format!("{SENT} {{ {ARGUMENTS} {{ {FIELDS} {more} }} }}");
        let answer = runtime.block_on(world.page(&query, &variables));
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let edges = answer["data"]["sentRequests"]["edges"].as_array().map(Vec::len);
        assert_eq!(edges, Some(rows), "{name}: {answer}");
        let samples: RefCell<Vec<(Duration, Duration)>> = RefCell::default();
        bench.bench_function(name, |b| {
            b.iter_custom(|count| {
                let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
                runtime.block_on(async {
                    for _ in 0..count {
                        let start = Instant::now();
                        world.page(&query, &variables).await;
                        ours += start.elapsed();
                        let start = Instant::now();
                        world.bare.page().await;
                        bare += start.elapsed();
                    }
                });
                let count = u32::try_from(count).expect("few");
                samples.borrow_mut().push((ours / count, bare / count));
                ours
            });
        });
        table.push((name, samples.into_inner()));
    }
    println!("{:<42} {:>10} {:>10} {:>8}", "case", "ours", "bare", "ratio");
    for (name, samples) in table.iter().filter(|(_, samples)| !samples.is_empty()) {
        let median = |pick: fn(&(Duration, Duration)) -> f64| {
            let mut all: Vec<f64> = samples.iter().map(pick).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let (ours, bare) = (median(|one| one.0.as_secs_f64()), median(|one| one.1.as_secs_f64()));
        let ratio = median(|one| one.0.as_secs_f64() / one.1.as_secs_f64());
        println!("{name:<42} {:>7.2} ms {:>7.2} ms {ratio:>8.2}", ours * 1e3, bare * 1e3);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = lists
}
criterion_main!(benches);
