//! Many processes on one PostgreSQL and one Redis (OPS-2, REL-3). The embedded profile has one process, so there
//! these tests have nothing to show and end at once; `make test` runs them on both.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kit::profile::is_scaled;
use kit::{Browser, DECLINE, Northwind, Options, Profile, SUBMIT_KEY};
use migrations::MigratorTrait as _;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::Barrier;
use tokio_util::sync::CancellationToken;

use crate::subscriptions::{CHANGED, change, connect_to, settled_at, subscribe};

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// API-5: a change at one process arrives at a subscriber of another, and `after` resumes there behind exactly what
/// was received: nothing is lost, and nothing comes again.
#[tokio::test]
async fn api_5_changes_arrive_and_resume_at_another_process() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(3).await;
    let items: Vec<&str> =
        request["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect();
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let (left, right) = (world.app.beside().await, world.app.beside().await);
    let at_left = left.browser_of(&ana);
    let mut socket = settled_at(&left.base, &at_left, CHANGED, json!({ "id": request["id"] })).await;
    ben.gql(SUBMIT_KEY, &[("item", items[0]), ("key", sandbox::API_KEY)]).await.ok();
    let first = change(&mut socket).await;
    assert_eq!(first["kind"], "ITEM_AUTHORIZED");
    drop(socket);
    right.browser_of(&ben).gql(DECLINE, &[("item", items[1]), ("reason", "no")]).await.ok();
    let mut socket = connect_to(&right.base, &right.browser_of(&ana)).await;
    subscribe(&mut socket, CHANGED, json!({ "id": request["id"], "after": first["id"] })).await;
    assert_eq!(change(&mut socket).await["itemId"], items[1]);
    left.browser_of(&ben).gql(DECLINE, &[("item", items[2]), ("reason", "no")]).await.ok();
    assert_eq!(change(&mut socket).await["itemId"], items[2]);
}

/// API-5: a process that dies between its commit and its hint (here: one that has no connection with the others)
/// leaves a change that a later one of another process must not overtake: whoever resumed behind that one would miss
/// it.
#[tokio::test]
async fn api_5_a_later_change_does_not_overtake_one_that_nobody_told() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let items: Vec<&str> =
        request["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect();
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let mut socket = settled_at(&world.app.base, &ana, CHANGED, json!({ "id": request["id"] })).await;
    let config = world.app.service.config().clone();
    let mute = service::Service::start(config, world.app.clock.clone()).await.expect("it starts");
    let token = ben.cookie("consentry_session").expect("signed in");
    let actor = mute.authenticate(&token).await.expect("asked");
    mute.decline_item(actor, items[0].parse().expect("an id"), Some("no")).await.expect("declined");
    ben.gql(DECLINE, &[("item", items[1]), ("reason", "no")]).await.ok();
    assert_eq!(change(&mut socket).await["itemId"], items[0]);
    assert_eq!(change(&mut socket).await["itemId"], items[1]);
    mute.db().close().await;
}

/// API-5, REL-3: what a process did not tell arrives within seconds, also where others tell something all the time.
#[tokio::test]
async fn api_5_what_nobody_told_arrives_while_others_tell_much() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let mut socket = settled_at(&world.app.base, &ana, CHANGED, json!({ "id": request["id"] })).await;
    let config = world.app.service.config().clone();
    let mute = service::Service::start(config, world.app.clock.clone()).await.expect("it starts");
    let actor = mute.authenticate(&ben.cookie("consentry_session").expect("signed in")).await.expect("asked");
    let item = text(&request["items"][0]["id"]).parse().expect("an id");
    let other = world.app.beside().await;
    let telling = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            other.service.bus().wake_relay();
        }
    };
    let hearing = async {
        mute.decline_item(actor, item, Some("no")).await.expect("declined");
        change(&mut socket).await
    };
    tokio::select! {
        () = telling => {}
        heard = tokio::time::timeout(Duration::from_secs(10), hearing) => {
            assert_eq!(heard.expect("it arrives in time")["kind"], "ITEM_DECLINED");
        }
    }
    mute.db().close().await;
}

/// REL-3: without Redis changes of other processes come from the event table, a moment later.
#[tokio::test]
async fn rel_3_without_redis_changes_still_arrive() {
    if !is_scaled() {
        return;
    }
    // Nothing listens on port 1.
    let settings = vec![("REDIS_URL".to_owned(), "redis://127.0.0.1:1".to_owned())];
    let world = Northwind::with(Options { settings, ..Options::default() }).await;
    let request = world.ana_asks_ben(1).await;
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let other = world.app.beside().await;
    let mut socket =
        settled_at(&other.base, &other.browser_of(&ana), CHANGED, json!({ "id": request["id"] })).await;
    ben.gql(DECLINE, &[("item", text(&request["items"][0]["id"])), ("reason", "no")]).await.ok();
    assert_eq!(change(&mut socket).await["kind"], "ITEM_DECLINED");
    let ready = ana.get("/readyz").await;
    assert_eq!(ready.status(), 200, "people are still served");
    let ready: Value = ready.json().await.expect("JSON");
    assert_eq!(ready["checks"]["redis"], "not reachable");
}

/// INV-4: several processes allow as many codes as one, also all at once.
#[tokio::test]
async fn inv_4_limits_are_those_of_the_instance() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let others = [world.app.beside().await, world.app.beside().await];
    let ask = "mutation { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } }";
    let browsers: Vec<Browser> = (0..12)
        .map(|number| match others.get(number % 3) {
            Some(other) => Browser::new(&other.base),
            None => world.app.browser(),
        })
        .collect();
    let answers = join_all(browsers.iter().map(|browser| browser.gql(ask, &[]))).await;
    let sent = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(sent, 5, "five codes in a quarter of an hour");
    assert!(answers.iter().filter(|answer| !answer.is_ok()).all(|answer| answer.refusal() == "RATE_LIMITED"));
}

/// REQ-9: of one request that is sent through several processes at once, there is one.
#[tokio::test]
async fn req_9_a_retry_at_another_process_sends_nothing_twice() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let others = [world.app.beside().await, world.app.beside().await];
    let ben = world.user_id("ben").await;
    let mut input = world.draft(json!({ "member": ben }), 1);
    input["idempotencyKey"] = "one".into();
    let browsers = [others[0].browser_of(&ana), others[1].browser_of(&ana)];
    let sends = (0..6).map(|number| browsers[number % 2].post(kit::CREATE, json!({ "input": input })));
    let ids: std::collections::BTreeSet<String> = join_all(sends)
        .await
        .into_iter()
        .map(|answer| text(&answer.ok()["createCredentialRequest"]["request"]["id"]).to_owned())
        .collect();
    assert_eq!(ids.len(), 1);
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 1);
}

/// OPS-5: the numbers are for whoever shows the token, where one is set.
#[tokio::test]
async fn ops_5_the_numbers_want_their_token() {
    let settings = vec![("METRICS_TOKEN".to_owned(), "a-token-of-sixteen".to_owned())];
    let world = Northwind::with(Options { settings, ..Options::default() }).await;
    let browser = world.app.browser();
    let ask = |token: Option<&str>| {
        let request = browser.request(reqwest::Method::GET, "/metrics");
        browser.send(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    };
    assert_eq!(ask(None).await.status(), 404);
    assert_eq!(ask(Some("a-token-of-sixteem")).await.status(), 404);
    assert_eq!(ask(Some("a-token-of-sixteen")).await.status(), 200);
    let open = Northwind::start().await;
    assert_eq!(open.app.browser().get("/metrics").await.status(), 200, "an instance of this machine alone");
}

/// The back-up of docs/operations.md: dumped, restored elsewhere, and started with its keys, and not without.
#[tokio::test]
async fn rel_3_a_back_up_of_the_server_is_restored() {
    if !is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let item = text(&request["items"][0]["id"]).to_owned();
    let ben = world.as_user("ben").await;
    ben.gql(SUBMIT_KEY, &[("item", &item), ("key", sandbox::API_KEY)]).await.ok();
    let from = secrecy::ExposeSecret::expose_secret(&world.app.service.config().database_url).to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let dump = folder.path().join("dump").display().to_string();
    run("pg_dump", &["--format=custom", "--file", &dump, &from]).await;
    std::fs::copy(world.app.service.config().key_file(), folder.path().join("keys.json")).expect("copied");

    let elsewhere = Profile::new().await;
    let to = elsewhere.database_url().expect("a server");
    run("pg_restore", &["--clean", "--if-exists", "--no-owner", "--dbname", &to, &dump]).await;
    let mut config = world.app.service.config().clone();
    config.database_url = to.into();
    config.data_dir = folder.path().join("empty");
    let refused =
        service::Service::start(config.clone(), world.app.clock.clone()).await.err().expect("refused");
    assert!(matches!(refused, service::StartError::Keys(service::KeyError::Missing { .. })), "{refused}");
    config.data_dir = folder.path().to_owned();
    let restored = service::Service::start(config, world.app.clock.clone()).await.expect("it starts");
    // Sealing again opens the data key of every secret that is alive.
    assert!(restored.rotate_keys().await.expect("rotated") > 0);
    let again = restored.open_session("ben@northwind.example").await.expect("the people are there");
    let actor = restored.authenticate(&again.token).await.expect("asked");
    let view = restored.item(actor, item.parse().expect("an id")).await.expect("the item is there");
    assert_eq!(view.state, domain::item::State::Authorized);
    assert!(restored.verify_audit(None).await.expect("read").faults.is_empty());
    restored.db().close().await;
}

async fn run(program: &str, arguments: &[&str]) {
    let out =
        tokio::process::Command::new(program).args(arguments).output().await.expect("it is in the path");
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
}

/// A database of the version before the broker's tables; `None` in the embedded profile.
async fn before_the_broker(profile: &Profile) -> Option<String> {
    let url = profile.database_url()?;
    let back = migrations::sea_orm::Database::connect(&url).await.expect("PostgreSQL answers");
    let steps = u32::try_from(migrations::Migrator::migrations().len() - 14).expect("a few");
    migrations::Migrator::down(&back, Some(steps)).await.expect("back to the fourteenth");
    back.close().await.expect("closed");
    Some(url)
}

/// OPS-2: whoever reads while a migration wants the same tables, in another order, is not broken off: the migration
/// steps back, and goes on when they are done.
#[tokio::test]
async fn ops_2_a_migration_lets_readers_finish() {
    let profile = Profile::new().await;
    let Some(url) = before_the_broker(&profile).await else { return };
    let mut reader = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    reader.execute("BEGIN; SELECT count(*) FROM credential_request").await.expect("read");
    let migrating = tokio::spawn({
        let url = url.clone();
        async move { service::Db::open(&url, 2).await.expect("a connection").migrate().await }
    });
    let mut watch = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let locks = "SELECT count(*) FILTER (WHERE NOT granted AND relation = 'credential_request'::regclass), \
                 count(*) FILTER (WHERE granted AND relation IN ('credential'::regclass, 'connection'::regclass)) \
                 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE \
                 datname = current_database())";
    kit::eventually("the migration waits for the reader, and nobody for it", async || {
        let (waits, holds): (i64, i64) = sqlx::query_as(locks).fetch_one(&mut watch).await.expect("locks");
        assert!(
            waits == 0 || holds == 0,
            "it holds a table while it waits for another: readers meet it in a circle"
        );
        waits > 0
    })
    .await;
    reader.execute("SELECT count(*) FROM credential").await.expect("it is read, and not broken off");
    reader.execute("COMMIT").await.expect("done");
    migrating.await.expect("no panic").expect("the migration goes on");
    let version = service::Db::open(&url, 2).await.expect("a connection");
    version.migrate().await.expect("nothing is left to do");
}

/// OPS-2: pages that read requests and then credentials, and calls that read them the other way round, go on without a
/// pause while the tables change, and neither they nor the migration are broken off.
#[tokio::test]
async fn ops_2_readers_in_any_order_and_a_migration_pass_each_other() {
    let profile = Profile::new().await;
    let Some(url) = before_the_broker(&profile).await else { return };
    let join = "SELECT count(*) FROM";
    let orders = [
        format!(
            "{join} credential_request r JOIN request_item i ON i.request_id = r.id JOIN credential c ON c.item_id = i.id"
        ),
        format!(
            "{join} connection n JOIN credential c ON c.id = n.credential_id JOIN request_item i ON i.id = c.item_id \
             JOIN credential_request r ON r.id = i.request_id"
        ),
    ];
    let stop = CancellationToken::new();
    let begun = Arc::new(Barrier::new(orders.len() + 1));
    let readers = orders.map(|order| {
        let (url, stop, begun) = (url.clone(), stop.clone(), Arc::clone(&begun));
        tokio::spawn(async move {
            let mut reader = PgConnection::connect(&url).await.expect("PostgreSQL answers");
            begun.wait().await;
            while !stop.is_cancelled() {
                let read = reader.execute(AssertSqlSafe(order.clone())).await;
                read.expect("it is read, and not broken off");
            }
        })
    });
    begun.wait().await;
    let program = service::Db::open(&url, 2).await.expect("a connection");
    program.migrate().await.expect("the migration goes on");
    stop.cancel();
    for reader in readers {
        reader.await.expect("never broken off");
    }
}
