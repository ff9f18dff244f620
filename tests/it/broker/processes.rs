//! The ledger and the logs of the real program (USE-4, USE-5, REL-4).

use std::fmt::Write as _;

use kit::{Browser, CONNECT, START};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::process::Process;
use crate::secrets::{items, nowhere};

struct Demo {
    item: String,
    id: String,
    token: String,
}

/// Ben authorizes by OAuth in the demo, and Dana makes a connection. Returns what must not leak too.
async fn connected(process: &Process, dana: &Browser, ben: &Browser) -> (Demo, Vec<String>) {
    let all = items(ben).await;
    let item = all.iter().find(|(_, state)| state == "PENDING").map(|(id, _)| id.clone()).expect("an item");
    let started = ben.gql(START, &[("item", &item)]).await.ok();
    let at = Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
    let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
    let form: Vec<(&str, &str)> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("decision", "allow"), ("account", "account-1"), ("granted", "contacts:read")])
        .collect();
    let back = ben.send(ben.request(Method::POST, at.as_str()).form(&form)).await;
    let back = back.headers()["location"].to_str().expect("a text").to_owned();
    assert_eq!(ben.get(&back).await.status(), 200, "{}", process.base);
    let confirm = "mutation($item: ID!) { confirmAccount(input: {itemId: $item}) { item { state } } }";
    // Where the recipient wants to see the account first.
    let _ = ben.gql(confirm, &[("item", &item)]).await;
    let made = dana.gql(CONNECT, &[("item", &item)]).await.ok()["createConnection"].clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let demo = Demo { item, id: text(&made["connection"]["id"]), token: text(&made["token"]) };
    let secrets = vec![demo.token.clone(), sandbox::CLIENT_SECRET.to_owned()];
    (demo, secrets)
}

async fn people(process: &mut Process) -> (Browser, Browser) {
    process.line_with("Ctrl-C").await;
    let (dana, ben) = (Browser::new(&process.base), Browser::new(&process.base));
    dana.get("/demo/dana").await;
    ben.get("/demo/ben").await;
    (dana, ben)
}

async fn calls(browser: &Browser, item: &str) -> i64 {
    let now = domain::clock::Clock::System.now();
    let (from, to) =
        ((now - chrono::TimeDelta::days(1)).to_rfc3339(), (now + chrono::TimeDelta::days(1)).to_rfc3339());
    let query = "query($item: ID!, $from: DateTime!, $to: DateTime!) { itemUsage(itemId: $item, from: $from, to: $to) { calls } }";
    let usage = browser.gql(query, &[("item", item), ("from", &from), ("to", &to)]).await.ok();
    let rows = usage["itemUsage"].as_array().expect("rows").clone();
    rows.iter().map(|row| row["calls"].as_i64().expect("a number")).sum()
}

async fn call(process: &Process, demo: &Demo, path: &str) -> reqwest::Response {
    let caller = Browser::new(&process.base);
    let request = caller.request(Method::GET, &format!("/broker/{}{path}", demo.id));
    caller.send(request.bearer_auth(&demo.token)).await
}

/// USE-5, REL-4: what was counted is written within seconds and at SIGTERM; `kill -9` loses what was not. USE-4: a log
/// at TRACE holds no secret of the broker.
#[tokio::test]
async fn use_4_use_5_the_ledger_survives_and_the_log_is_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("RUST_LOG", "trace")];
    let mut process = Process::start_with(folder.path(), &["demo"], &settings).await;
    let (dana, ben) = people(&mut process).await;
    let (demo, secrets) = connected(&process, &dana, &ben).await;
    let mut answers = String::new();
    for path in ["/api/contacts", "/api/contacts?q=planted-query-text", "/api/contacts/1"] {
        let answer = call(&process, &demo, path).await;
        write!(answers, "{:?}", answer.headers()).expect("a string");
        answers.push_str(&answer.text().await.expect("a body"));
    }
    // Written by itself.
    kit::eventually("the ledger is written", async || calls(&ben, &demo.item).await == 3).await;
    call(&process, &demo, "/api/contacts").await;
    call(&process, &demo, "/api/contacts").await;
    assert!(process.stop().await.success());
    let mut secrets = secrets;
    secrets.push("planted-query-text".to_owned());
    nowhere(&secrets, folder.path(), answers, "an app answered a call of the broker");

    // SIGTERM wrote the last two.
    let mut process = Process::start_with(folder.path(), &["demo"], &settings).await;
    let (_, ben) = people(&mut process).await;
    assert_eq!(calls(&ben, &demo.item).await, 5);
    call(&process, &demo, "/api/contacts").await;
    process.signal("-KILL");
    process.child.wait().await.expect("ended");

    // Killed: what was written stays and is not counted twice; the last call was written or was not.
    let mut process = Process::start_with(folder.path(), &["demo"], &settings).await;
    let (_, ben) = people(&mut process).await;
    assert!((5..=6).contains(&calls(&ben, &demo.item).await));
    process.stop().await;
}
