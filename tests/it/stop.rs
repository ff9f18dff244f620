//! SIGTERM under load (REL-4): processes are replaced one after the other while people call all the time, and nobody
//! notices: no call fails, sockets are told to come again and go on behind what they have seen, and no job waits for
//! a lease.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use kit::profile::is_scaled;
use kit::{CREATE, DECLINE, Postgres, Profile, Redis, START};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::faults::stage::{PATIENCE, Stage, until};
use crate::scripted::{APP, Do, Scripted};
use crate::subscriptions::{CHANGED, Socket, send};

/// SIGTERM to the end (REL-4).
const LONGEST_STOP: Duration = Duration::from_secs(20);
/// A socket that was closed to the same subscription at another process.
const LONGEST_GAP: Duration = Duration::from_secs(3);
/// Items of the request that sockets watch: one is declined around each stop.
const WATCHED: usize = 9;

/// What callers and watchers saw.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    /// What has ended and is not ready again, as a load balancer knows it; what merely stops is not in it.
    away: [AtomicBool; 2],
    calls: AtomicUsize,
    created: AtomicUsize,
    failed: Mutex<Vec<String>>,
    resumed: Mutex<Vec<Duration>>,
    codes: Mutex<Vec<u16>>,
}

/// Calls ten times a second, over connections that are kept open, with one retry where nobody takes the connection.
async fn calls(stage: &Stage, seen: &Seen, number: usize) {
    let http = reqwest::Client::builder().no_proxy().timeout(LONGEST_STOP).build().expect("a client");
    let bases = stage.bases();
    let cookie = format!("consentry_session={}", stage.requesters[0].session);
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let mut turn = number;
    while !seen.stop.load(Ordering::SeqCst) {
        ticks.tick().await;
        turn += 1;
        let body = if turn.is_multiple_of(4) {
            let input = json!({
                "teamId": stage.team.to_string(), "name": format!("Call {number} {turn}"), "acceptTerms": true,
                "recipient": { "member": stage.recipients[0].id },
                "items": [{ "app": "ledger", "modules": { "all": true }, "connectionName": format!("{number} {turn}") }],
            });
            json!({ "query": CREATE, "variables": { "input": input } })
        } else {
            json!({ "query": "{ viewer { id } }" })
        };
        let post =
            |base: &str| http.post(format!("{base}/graphql")).header("cookie", &cookie).json(&body).send();
        let first = turn + usize::from(seen.away[turn % 2].load(Ordering::SeqCst));
        let mut answer = post(&bases[first % 2]).await;
        if answer.as_ref().is_err_and(reqwest::Error::is_connect) {
            answer = post(&bases[(first + 1) % 2]).await;
        }
        let told = match answer {
            Ok(answer) => answer.json::<Value>().await.map_err(|error| format!("{error:?}")),
            Err(error) => Err(format!("{error:?}")),
        };
        seen.calls.fetch_add(1, Ordering::SeqCst);
        match told {
            Ok(json) if json["errors"].is_null() && json["data"].is_object() => {
                seen.created.fetch_add(usize::from(turn.is_multiple_of(4)), Ordering::SeqCst);
            }
            Ok(json) => seen.failed.lock().expect("a list").push(json.to_string()),
            Err(error) => seen.failed.lock().expect("a list").push(error),
        }
    }
}

/// A socket that is subscribed behind an event; `None` where nobody takes it, or it is closed at once.
async fn watch(base: &str, session: &str, request: &str, after: &Value) -> Option<Socket> {
    let mut ask = format!("{}/graphql", base.replace("http://", "ws://")).into_client_request().ok()?;
    ask.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
    ask.headers_mut().insert("cookie", format!("consentry_session={session}").parse().expect("a header"));
    let (mut socket, _) = tokio_tungstenite::connect_async(ask).await.ok()?;
    send(&mut socket, json!({ "type": "connection_init" })).await;
    let acknowledged = socket.next().await?.ok()?;
    if !acknowledged.to_text().ok()?.contains("connection_ack") {
        return None;
    }
    let payload = json!({ "query": CHANGED, "variables": { "id": request, "after": after } });
    send(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    Some(socket)
}

/// Watches a request until all its items are declined, through as many sockets as it takes; returns the events.
async fn watches(stage: &Stage, seen: &Seen, number: usize, request: &str) -> Vec<String> {
    let (bases, session) = (stage.bases(), &stage.requesters[0].session);
    let mut turn = number;
    let mut after = json!("evt_00000000000000000000000000000000");
    let mut declined = Vec::new();
    let mut lost: Option<Instant> = None;
    while declined.len() < WATCHED {
        let Some(mut socket) = watch(&bases[turn % 2], session, request, &after).await else {
            turn += 1;
            continue;
        };
        if let Some(lost) = lost.take() {
            seen.resumed.lock().expect("a list").push(lost.elapsed());
        }
        while declined.len() < WATCHED {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    let change = &message["payload"]["data"]["requestChanged"];
                    if change.is_object() {
                        after = change["id"].clone();
                        if change["kind"] == "ITEM_DECLINED" {
                            declined.push(change["itemId"].as_str().expect("an id").to_owned());
                        }
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    seen.codes.lock().expect("a list").push(frame.map_or(0, |frame| frame.code.into()));
                    break;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    seen.codes.lock().expect("a list").push(0);
                    break;
                }
            }
        }
        let _ = socket.close(None).await;
        lost = Some(Instant::now());
        turn += 1;
    }
    declined
}

/// REL-4: both APIs and both workers are replaced under load.
#[tokio::test]
async fn rel_4_sigterm_under_load_is_noticed_by_nobody() {
    if !is_scaled() {
        return;
    }
    let profile = Profile::new().await;
    let stage = &Stage::set(profile.settings(), 1, 1).await;
    let mut processes = [stage.api(0, ""), stage.api(1, ""), stage.worker(0, ""), stage.worker(1, "")];
    join_all(processes.iter().map(crate::faults::stage::Running::ready)).await;
    let client = crate::faults::client::Client::new(stage);
    let item = json!({ "app": "ledger", "modules": { "all": true } });
    let input = json!({
        "teamId": stage.team.to_string(), "name": "Watched", "acceptTerms": true,
        "recipient": { "member": stage.recipients[0].id }, "items": vec![item; WATCHED],
    });
    let made = client.surely(&stage.requesters[0].session, CREATE, &json!({ "input": input })).await;
    let watched = made.expect("a request")["createCredentialRequest"]["request"].clone();
    let items: Vec<&str> = watched["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].as_str().expect("an id"))
        .collect();
    let request = watched["id"].as_str().expect("an id");
    let seen = &Seen::default();
    let decline = async |number: usize| {
        let variables = json!({ "item": items[number], "reason": "no" });
        client.surely(&stage.recipients[0].session, DECLINE, &variables).await.expect("declined");
    };
    let busy = async |more: usize| {
        let before = seen.calls.load(Ordering::SeqCst);
        until("people call", PATIENCE, async || seen.calls.load(Ordering::SeqCst) >= before + more).await;
    };
    let replacing = async {
        busy(20).await;
        for (index, process) in processes.iter_mut().enumerate() {
            decline(2 * index).await;
            let begun = Instant::now();
            // While it stops, the others do all.
            let (ended, ()) = tokio::join!(process.stop(), decline(2 * index + 1));
            assert!(ended.success(), "{}: {}", process.name(), process.log());
            assert!(begun.elapsed() < LONGEST_STOP, "{} took {:?}", process.name(), begun.elapsed());
            let away = seen.away.get(index);
            away.inspect(|away| away.store(true, Ordering::SeqCst));
            process.restart();
            process.ready().await;
            away.inspect(|away| away.store(false, Ordering::SeqCst));
            busy(20).await;
        }
        decline(WATCHED - 1).await;
        seen.stop.store(true, Ordering::SeqCst);
    };
    let callers = join_all((0..6).map(|number| calls(stage, seen, number)));
    let watchers = join_all((0..6).map(|number| watches(stage, seen, number, request)));
    let ((), _, watched) = tokio::join!(replacing, callers, watchers);

    let failed = seen.failed.lock().expect("a list").clone();
    assert!(
        failed.is_empty(),
        "{} of {} calls failed: {failed:#?}",
        failed.len(),
        seen.calls.load(Ordering::SeqCst)
    );
    for declined in watched {
        assert_eq!(declined, items, "each change once and in order");
    }
    let codes = seen.codes.lock().expect("a list").clone();
    assert!(codes.len() >= 6 && codes.iter().all(|code| *code == 1012), "{codes:?}");
    let resumed = seen.resumed.lock().expect("a list").clone();
    assert!(resumed.len() >= 6 && resumed.iter().all(|gap| *gap < LONGEST_GAP), "{resumed:?}");

    // Sooner than any lease is over: what the stopped workers had not begun was given back.
    until("every job ends", Duration::from_secs(12), async || {
        stage.service.open_jobs().await.expect("jobs").is_empty()
    })
    .await;
    let mails = stage.mails().await;
    let ids: BTreeSet<String> = mails.iter().map(|mail| mail["message_id"].to_string()).collect();
    let created = seen.created.load(Ordering::SeqCst);
    assert_eq!((ids.len(), mails.len()), (1 + created + WATCHED, 1 + created + WATCHED), "each mail once");
}

/// REL-4: a Redis or a PostgreSQL that does not answer holds nobody up who is told to stop: processes end in time, and
/// what they had is done later.
#[tokio::test]
async fn rel_4_servers_that_are_frozen_hold_no_process_up() {
    if !is_scaled() {
        return;
    }
    let (postgres, redis) = (Postgres::start().await, Redis::start());
    let servers = [("DATABASE_URL", postgres.url()), ("REDIS_URL", redis.url())];
    let stage = Stage::set(servers.map(|(name, value)| (name.to_owned(), value)).to_vec(), 1, 1).await;
    let mut processes = [stage.api(0, ""), stage.worker(0, "")];
    let client = crate::faults::client::Client::new(&stage);
    let item = json!({ "app": "ledger", "modules": { "all": true } });
    let create = async |number: usize| {
        let input = json!({
            "teamId": stage.team.to_string(), "name": format!("Call {number}"), "acceptTerms": true,
            "recipient": { "member": stage.recipients[0].id }, "items": [item],
        });
        client
            .surely(&stage.requesters[0].session, CREATE, &json!({ "input": input }))
            .await
            .expect("a request");
    };
    for frozen in ["Redis", "PostgreSQL"] {
        join_all(processes.iter().map(crate::faults::stage::Running::ready)).await;
        create(0).await;
        if frozen == "Redis" {
            redis.freeze();
            // Each has something to tell that nobody takes.
            join_all((1..20).map(create)).await;
        } else {
            postgres.freeze();
        }
        let begun = Instant::now();
        let ended =
            join_all(processes.iter_mut().map(async |process| (process.stop().await, begun.elapsed()))).await;
        redis.thaw();
        postgres.thaw();
        for ((ended, took), process) in ended.into_iter().zip(&mut processes) {
            assert!(ended.success(), "{}: {}", process.name(), process.log());
            assert!(
                took < LONGEST_STOP,
                "{} took {took:?} without {frozen}: {}",
                process.name(),
                process.log()
            );
            process.restart();
        }
    }
    join_all(processes.iter().map(crate::faults::stage::Running::ready)).await;
    until("every job ends", 2 * PATIENCE, async || stage.service.open_jobs().await.expect("jobs").is_empty())
        .await;
    let mails = stage.mails().await;
    let ids: BTreeSet<String> = mails.iter().map(|mail| mail["message_id"].to_string()).collect();
    assert_eq!(ids.len(), 1 + 19 + 1, "each mail");
}

/// REL-4, HEALTH-1: a worker that is told to stop while it renews stores what the app answers, begins no other renewal,
/// and leaves what is due to others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_4_a_worker_that_stops_loses_no_renewal_and_begins_none() {
    if !is_scaled() {
        return;
    }
    let (profile, server) = (Profile::new().await, Scripted::start().await);
    let mut stage = Stage::set(profile.settings(), 1, 1).await;
    let file = stage.folder.path().join("apps/scripted.toml");
    std::fs::write(file, APP.replace("{base}", &server.base())).expect("an app file");
    for (name, value) in [("ID", "client"), ("SECRET", "secret")] {
        stage.settings.push((format!("OAUTH_SCRIPTED_CLIENT_{name}"), value.to_owned()));
    }
    let api = stage.api(0, "");
    api.ready().await;
    let client = crate::faults::client::Client::at(api.base());
    let (requester, recipient) = (&stage.requesters[0].session, &stage.recipients[0]);
    let item = json!({ "app": "scripted", "modules": { "all": true } });
    for number in 0..4 {
        let input = json!({
            "teamId": stage.team.to_string(), "name": format!("Ask {number}"), "acceptTerms": true,
            "recipient": { "member": recipient.id }, "items": vec![item.clone(); 10],
        });
        let made = client.surely(requester, CREATE, &json!({ "input": input })).await.expect("a request");
        for item in made["createCredentialRequest"]["request"]["items"].as_array().expect("items") {
            let start = client.surely(&recipient.session, START, &json!({ "item": item["id"] })).await;
            let first =
                start.expect("a start")["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
            assert_eq!(client.sign_in_at_app(&recipient.session, &first, "mia").await, Some(true));
        }
    }
    let url = profile.database_url().expect("the scaled profile has one");
    let mut db = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let gate = Arc::new(Semaphore::new(0));
    server.always(Some(Do::Hold(Arc::clone(&gate))));
    db.execute("UPDATE credential SET refresh_at = now(), check_at = now()").await.expect("executed");
    let mut worker = stage.worker(0, "");
    until("it renews as many as it can", PATIENCE, async || server.refreshes() == 32).await;
    worker.signal("-TERM");
    until("it has heard it", PATIENCE, async || worker.log().contains("stopping")).await;
    gate.add_permits(100);
    assert!(worker.ended().await.success(), "{}", worker.log());
    let rows = "SELECT count(*) FILTER (WHERE version = 2), count(*) FILTER (WHERE version = 1 AND check_at <= now()) FROM credential";
    let rows: (i64, i64) = sqlx::query_as(rows).fetch_one(&mut db).await.expect("counts");
    assert_eq!((server.refreshes(), rows), (32, (32, 8)));
}
