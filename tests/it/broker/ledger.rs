//! What was done is told, by the hour and by the day, and nothing of what was said (USE-5, REC-9).

use chrono::TimeDelta;
use kit::Browser;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::Stage;

const FIELDS: &str =
    "{ connectionId connectionName consumer withdrawn start kind moduleId calls lastStatusClass lastAt }";

pub async fn of_item(browser: &Browser, item: &str, by: &str) -> Value {
    let from = (kit::beginning() - TimeDelta::days(1)).to_rfc3339();
    let to = (kit::beginning() + TimeDelta::days(5)).to_rfc3339();
    let query = format!(
        "query($item: ID!, $from: DateTime!, $to: DateTime!) {{ itemUsage(itemId: $item, from: $from, to: $to, by: {by}) {FIELDS} }}"
    );
    let answer = browser.gql(&query, &[("item", item), ("from", &from), ("to", &to)]).await;
    answer.ok()["itemUsage"].clone()
}

pub fn rows(usage: &Value) -> Vec<String> {
    let rows = usage.as_array().expect("rows").iter();
    let mut rows: Vec<String> = rows
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {} {}",
                text("connectionName"),
                text("kind"),
                text("moduleId"),
                row["calls"],
                row["lastStatusClass"]
            )
        })
        .collect();
    rows.sort();
    rows
}

/// USE-5, REC-9: calls and refused calls by connection and module, for the recipient and the team; two flushes and
/// two processes add up; a connection that is gone keeps its name.
#[tokio::test]
async fn use_5_rec_9_what_was_done_is_counted_by_module() {
    let stage = Stage::start().await;
    let service = &stage.world.app.service;
    let (one, two) = (stage.connect("Orders").await, stage.connect("Reports").await);
    for path in ["/things", "/things/1", "/things?q=private"] {
        stage.get(&one, path).await;
    }
    stage.get(&one, "/files/503").await;
    stage.request(Method::DELETE, &one, "/things/private").send().await.expect("an answer");
    stage.get(&one, "/admin").await;
    assert_eq!(service.flush_ledger().await.expect("flushed"), 4);
    assert_eq!(service.flush_ledger().await.expect("flushed"), 0);
    stage.get(&one, "/things").await;
    stage.get(&two, "/things").await;
    service.flush_ledger().await.expect("flushed");
    let (ben, ana) = (stage.world.as_user("ben").await, stage.world.as_user("ana").await);
    let expected = [
        "Orders CALL files 1 5",
        "Orders CALL read_things 4 2",
        "Orders REFUSED - 1 null",
        "Orders REFUSED delete_things 1 null",
        "Reports CALL read_things 1 2",
    ];
    for browser in [&ben, &ana] {
        for by in ["HOUR", "DAY"] {
            let usage = of_item(browser, &stage.item, by).await;
            assert_eq!(rows(&usage), expected);
            assert!(!usage.to_string().contains("private"));
        }
    }
    assert_eq!(stage.world.as_user("olga").await.gql(&format!("query($item: ID!) {{ itemUsage(itemId: $item, from: \"2027-01-15T00:00:00Z\", to: \"2027-01-16T00:00:00Z\") {FIELDS} }}"), &[("item", &stage.item)]).await.refusal(), "NOT_FOUND");

    // By the hour they stand apart, by the day together.
    stage.world.app.advance(TimeDelta::hours(2));
    stage.get(&two, "/things").await;
    service.flush_ledger().await.expect("flushed");
    let count = |usage: &Value| usage.as_array().expect("rows").len();
    assert_eq!(count(&of_item(&ben, &stage.item, "HOUR").await), 6);
    assert_eq!(count(&of_item(&ben, &stage.item, "DAY").await), 5);

    // USE-1: a connection says what it is of.
    let node = "query($id: ID!) { node(id: $id) { ... on Connection { lastUsedAt appId app { id name } account { label } } } }";
    let shown = ana.gql(node, &[("id", &two.id)]).await.ok()["node"].clone();
    assert_eq!(shown["app"]["id"], shown["appId"]);
    assert!(shown["app"]["name"].is_string(), "{shown}");
    let used = shown["lastUsedAt"].clone();
    let used: chrono::DateTime<chrono::Utc> = serde_json::from_value(used).expect("a time");
    assert_eq!(used, kit::beginning() + TimeDelta::hours(2));

    // REC-10: whoever shared it sees when any of its connections used it last.
    let grants =
        ben.gql("{ grants { edges { node { lastUsedAt item { id } } } } }", &[]).await.ok()["grants"].clone();
    let grant = grants["edges"]
        .as_array()
        .expect("grants")
        .iter()
        .find(|edge| edge["node"]["item"]["id"] == stage.item.as_str());
    let seen = grant.expect("the grant")["node"]["lastUsedAt"].clone();
    let seen: chrono::DateTime<chrono::Utc> = serde_json::from_value(seen).expect("a time");
    assert_eq!(seen, used);

    let withdraw = "mutation($id: ID!) { withdrawConnection(input: {connectionId: $id}) { connectionId } }";
    ana.gql(withdraw, &[("id", &one.id)]).await.ok();
    let usage = of_item(&ben, &stage.item, "DAY").await;
    let gone: Vec<&Value> =
        usage.as_array().expect("rows").iter().filter(|row| row["withdrawn"] == json!(true)).collect();
    assert!(gone.len() == 4 && gone.iter().all(|row| row["connectionName"] == "Orders"));
}

/// USE-5, REC-9: who goes on calling while the access is off is told of, to the recipient and the team.
#[tokio::test]
async fn use_5_rec_9_calls_while_the_access_is_off_are_told() {
    const SUSPEND: &str =
        "mutation($id: ID!) { suspendConnection(input: {connectionId: $id}) { connection { id } } }";
    let stage = Stage::start().await;
    let (one, two) = (stage.connect("Orders").await, stage.connect("Reports").await);
    let (ben, lead) = (stage.world.as_user("ben").await, stage.world.as_user("lead").await);
    lead.gql(SUSPEND, &[("id", &one.id)]).await.ok();
    assert_eq!(stage.get(&one, "/things").await.status(), 423);
    ben.gql(kit::REVOKE, &[("item", &stage.item)]).await.ok();
    for _ in 0..2 {
        assert_eq!(stage.get(&two, "/things/1").await.status(), 409);
    }
    assert_eq!(stage.world.app.service.flush_ledger().await.expect("flushed"), 2);
    for browser in [&ben, &lead] {
        let usage = of_item(browser, &stage.item, "DAY").await;
        assert_eq!(rows(&usage), ["Orders REFUSED - 1 null", "Reports REFUSED - 2 null"]);
    }
}

/// USE-5, REC-9: a caller who hangs up before the answer may have had done what it asked: the call is counted.
#[tokio::test]
async fn use_5_rec_9_a_caller_who_hangs_up_is_counted() {
    let stage = Stage::start().await;
    let one = stage.connect("Orders").await;
    let waiting = tokio::spawn(stage.request(Method::POST, &one, "/files/wait").send());
    let reached = async || stage.app.waiting.load(std::sync::atomic::Ordering::SeqCst) == 1;
    kit::eventually("the app has the call", reached).await;
    waiting.abort();
    let service = &stage.world.app.service;
    kit::eventually("it is counted", async || service.flush_ledger().await.expect("flushed") == 1).await;
    let usage = of_item(&stage.world.as_user("ben").await, &stage.item, "DAY").await;
    assert_eq!(rows(&usage), ["Orders CALL files 1 null"]);
}

/// USE-5: processes that write at the same moment add up: no call is lost or counted twice, and neither process waits
/// for the other in a circle.
#[tokio::test]
async fn use_5_processes_that_write_at_once_add_up() {
    if !kit::profile::is_scaled() {
        return;
    }
    let stage = Stage::start().await;
    let other = stage.world.app.beside().await;
    let connections = [stage.connect("Orders").await, stage.connect("Reports").await];
    let rounds = 15;
    for _ in 0..rounds {
        for (place, of) in connections.iter().enumerate() {
            stage.get(of, "/things").await;
            let path = if place == 0 { "/things" } else { "/files/200" };
            let call = stage.http.get(format!("{}/broker/{}{path}", other.base, of.id));
            assert_eq!(call.bearer_auth(&of.token).send().await.expect("an answer").status(), 200);
        }
        let written = tokio::join!(stage.world.app.service.flush_ledger(), other.service.flush_ledger());
        assert_eq!((written.0.expect("written"), written.1.expect("written")), (2, 2));
    }
    let usage = of_item(&stage.world.as_user("ben").await, &stage.item, "DAY").await;
    assert_eq!(
        rows(&usage),
        [
            format!("Orders CALL read_things {} 2", 2 * rounds),
            format!("Reports CALL files {rounds} 2"),
            format!("Reports CALL read_things {rounds} 2"),
        ]
    );
}

/// USE-5: ranges are bounded; hours are forgotten after 90 days and days after 400; DEL-3: all of it goes with the
/// request, what is not written yet too.
#[tokio::test]
async fn use_5_del_3_the_ledger_ends() {
    let stage = Stage::start().await;
    let service = &stage.world.app.service;
    let ana = stage.world.as_user("ana").await;
    let one = stage.connect("Orders").await;
    let ask = |from: &str, to: &str, by: &str| {
        format!(
            "{{ connectionUsage(connectionId: \"{}\", from: \"{from}\", to: \"{to}\", by: {by}) {{ calls }} }}",
            one.id
        )
    };
    for (from, to, by) in [
        ("2027-01-01T00:00:00Z", "2027-01-09T00:00:00Z", "HOUR"),
        ("2027-01-01T00:00:00Z", "2027-06-01T00:00:00Z", "DAY"),
        ("2027-01-02T00:00:00Z", "2027-01-01T00:00:00Z", "DAY"),
    ] {
        assert_eq!(ana.gql(&ask(from, to, by), &[]).await.refusal(), "OUT_OF_RANGE to");
    }
    stage.get(&one, "/things").await;
    service.flush_ledger().await.expect("flushed");
    let ledger = async || {
        let counts = service.row_counts().await.expect("counts");
        counts.iter().find(|(table, _)| *table == "ledger").expect("a table").1
    };
    assert_eq!(ledger().await, 2);
    for (days, left) in [(91, 1), (310, 0)] {
        stage.world.app.advance(TimeDelta::days(days));
        service.purge().await.expect("purged");
        assert_eq!(ledger().await, left);
    }
    stage.get(&one, "/things").await;
    service.flush_ledger().await.expect("flushed");
    stage.get(&one, "/things").await;
    let ana = stage.world.as_user("ana").await;
    let preview = ana.gql(kit::PREVIEW, &[("id", &stage.request)]).await.ok()["deletionPreview"].clone();
    let token = preview["confirmationToken"].as_str().expect("a token");
    ana.gql(kit::DELETE, &[("id", &stage.request), ("token", token)]).await.ok();
    assert_eq!(stage.get(&one, "/things").await.status(), 401);
    stage.world.app.settle_patiently(5).await;
    assert_eq!(service.flush_ledger().await.expect("flushed"), 0);
    assert_eq!(ledger().await, 0);
}
