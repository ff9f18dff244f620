//! Processes of the scaled profile, started and killed as an operator or a power cut would (OPS-2, REL-1, REL-3).
//! On the embedded profile only what it refuses is tested.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kit::profile::is_scaled;
use kit::{Browser, Profile};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::process::{Process, command};

/// Longest wait for something that comes by itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks until it is so; a process has no other door.
async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let asked = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while !is_so().await {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{what} did not come in time"));
}

fn worker(folder: &Path, settings: &[(&str, &str)]) -> Child {
    let log = std::fs::File::create(folder.join("worker.log")).expect("a log file");
    command(folder, &["worker"])
        .envs(settings.iter().copied())
        .stderr(log)
        .spawn()
        .expect("the binary starts")
}

fn port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

async fn status(base: &str, path: &str) -> Option<u16> {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    client.get(format!("{base}{path}")).send().await.ok().map(|answer| answer.status().as_u16())
}

/// REL-1, REL-2: a worker that is killed with -9 in the middle takes nothing along: its jobs run at another, and no
/// mail comes twice.
#[tokio::test]
async fn rel_1_what_a_killed_worker_had_runs_at_another() {
    if !is_scaled() {
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (folder, profile) = (tempfile::tempdir().expect("a folder"), Profile::new().await);
    let settings = profile.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut process = Process::start_with(folder.path(), &["serve"], &settings).await;
    let code = process.line_with("Set-up code").await.rsplit(' ').next().expect("a code").to_owned();
    let mut first = worker(folder.path(), &settings);
    let oda = process.sign_in("oda@northwind.example").await;
    let set_up = "mutation($code: String!) { setUpInstance(input: {setUpCode: $code, organizationName: \"Northwind\", teamName: \"Automation\"}) { teamId } }";
    let team = oda.gql(set_up, &[("code", &code)]).await.ok()["setUpInstance"]["teamId"].clone();
    let send = |number: usize| {
        let input = json!({
            "teamId": team, "name": format!("Request {number}"), "acceptTerms": true,
            "recipient": { "outside": { "name": "Mia", "email": format!("mia{number}@harbor.example") } },
            "items": [{ "app": "openai", "modules": { "all": true } }],
        });
        oda.post(kit::CREATE, json!({ "input": input }))
    };
    let answers = futures_util::future::join_all((0..30).map(send)).await;
    first.kill().await.expect("killed");
    assert!(answers.into_iter().all(|answer| answer.is_ok()));
    let mut second = worker(folder.path(), &settings);
    let process = &process;
    until("the last mail", || async move { invited(process).await.len() >= 30 }).await;
    let mut all = invited(process).await;
    all.sort();
    all.dedup();
    assert_eq!((all.len(), invited(process).await.len()), (30, 30), "one mail each");
    // The first may have sent them all before it died, so that the second is hardly there yet.
    let log = &folder.path().join("worker.log");
    until("the second worker", || async move {
        std::fs::read_to_string(log).expect("a log").contains("the worker is ready")
    })
    .await;
    // REL-4: told to stop, it ends by itself and well.
    let id = second.id().expect("it lives").to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs").success());
    let ended = tokio::time::timeout(PATIENCE, second.wait()).await.expect("in time").expect("ended");
    assert!(ended.success());
}

async fn invited(process: &Process) -> Vec<String> {
    let mails = process.mails().await.into_iter();
    let asks =
        mails.filter(|mail| mail["subject"].as_str().is_some_and(|text| text.contains("asks for access")));
    asks.map(|mail| mail["to"].to_string()).collect()
}

/// OPS-5, REL-3: the order of starts does not matter: a process waits for its database, and says so.
#[tokio::test]
async fn ops_5_a_process_waits_for_its_database() {
    if !is_scaled() {
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (folder, profile) = (tempfile::tempdir().expect("a folder"), Profile::new().await);
    let url = profile.database_url().expect("a server");
    let parsed = url::Url::parse(&url).expect("an address");
    let server = parsed.port().expect("a port").to_string();
    let (door, own, workers) = (port().to_string(), port(), port());
    // The way to the database is a proxy that does not run yet.
    let behind = url.replace(&format!(":{server}/"), &format!(":{door}/"));
    let redis = profile.settings();
    let redis = &redis.iter().find(|(name, _)| name == "REDIS_URL").expect("Redis").1;
    let start = |kind: &str, port: u16| {
        command(folder.path(), &[kind])
            .envs([("DATABASE_URL", behind.as_str()), ("REDIS_URL", redis)])
            .env("REDIS_PREFIX", format!("wait-{own}"))
            .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts")
    };
    let mut processes = [start("serve", own), start("worker", workers)];
    for port in [own, workers] {
        let base = &format!("http://127.0.0.1:{port}");
        until("the word that it waits", || async move { status(base, "/readyz").await == Some(503) }).await;
        assert_eq!(status(base, "/healthz").await, Some(200), "it lives");
        assert_eq!(status(base, "/graphql").await, Some(503));
    }
    let proxy = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/proxy.mjs");
    let _way = Command::new("node")
        .args([proxy, "--with-stdin", &door, &server])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("node is installed");
    for port in [own, workers] {
        let base = &format!("http://127.0.0.1:{port}");
        until("the database", || async move { status(base, "/readyz").await == Some(200) }).await;
        assert_eq!(status(base, "/metrics").await, Some(200));
    }
    let shown = reqwest::get(format!("http://127.0.0.1:{workers}/readyz")).await.expect("an answer");
    let checks = shown.json::<Value>().await.expect("JSON")["checks"].clone();
    assert_eq!(checks, json!({ "database": "ok", "redis": "ok", "relay": "ok", "jobs": "ok" }));
    let shown = reqwest::get(format!("http://127.0.0.1:{workers}/metrics")).await.expect("an answer");
    let shown = shown.text().await.expect("a text");
    for line in ["consentry_queue{state=\"ready\"} 0", "consentry_queue_oldest_ready_seconds 0"] {
        assert!(shown.contains(line), "{line} is not in {shown}");
    }
    let workers = &format!("http://127.0.0.1:{workers}/metrics");
    until("the first round of periodic work", || async move {
        let shown = reqwest::get(workers).await.expect("an answer").text().await.expect("a text");
        shown.contains("consentry_last_round_timestamp_seconds{work=\"sweep\"} 1")
    })
    .await;
    let answer = Browser::new(&format!("http://127.0.0.1:{own}")).gql("{ instance { version } }", &[]).await;
    assert!(answer.is_ok(), "{answer:?}");
    for process in &mut processes {
        process.kill().await.expect("killed");
    }
}

/// OPS-2: the embedded profile brings its worker along, and another is refused with a word on what it is for.
#[tokio::test]
async fn ops_2_the_embedded_profile_has_no_worker_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = command(folder.path(), &["worker"]).output().await.expect("it ran");
    assert!(!out.status.success());
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("inside `consentry serve`") && said.contains("PostgreSQL and Redis"), "{said}");
}
