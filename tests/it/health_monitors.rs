//! Health for monitors (HEALTH-5): a list with filters, counts, a subscription, and numbers.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::scripted::{Do, Told};
use crate::subscriptions::{change, settled_at};

const LIST: &str = "query($team: ID!, $states: [HealthState!], $first: Int, $after: String) { connectionHealth(teamId: $team, states: $states, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { itemId state connectionCount lastUsedAt item { connectionName invalidReason credential { account { label } health { state lastFailure } } } } } } }";
const COUNTS: &str =
    "query($team: ID!) { connectionHealthCounts(teamId: $team) { working degraded invalid ended } }";

/// HEALTH-5: the worst first, by state, page by page, with counts; and only for the team.
#[tokio::test]
async fn health_5_a_monitor_lists_and_counts_what_needs_somebody() {
    let told = Told::start().await;
    let (_, items) = told.ask(5).await;
    let (ben, ana) = (told.world.as_user("ben").await, told.world.as_user("ana").await);
    let team = told.world.automation.to_string();
    for item in &items {
        told.authorize(&ben, item).await;
    }
    told.world.app.settle().await;
    let made = ana.gql(kit::CONNECT, &[("item", &items[0]), ("name", "Shop")]).await;
    assert!(made.is_ok());
    ben.gql(kit::REVOKE, &[("item", &items[4])]).await.ok();
    told.world.app.settle().await;
    // One after the other: the first is refused, the second is told to wait, the rest goes well.
    told.world.app.advance(TimeDelta::minutes(59));
    let refused = json!({ "error": "invalid_grant" });
    told.server.next([Do::Say(400, refused), Do::Wait(429, 600)]);
    told.check().await;
    let counts = ana.gql(COUNTS, &[("team", &team)]).await.ok()["connectionHealthCounts"].clone();
    assert_eq!(counts, json!({ "working": 2, "degraded": 1, "invalid": 1, "ended": 1 }));
    let list = async |variables: Value| {
        let answer = ana.post(LIST, variables).await.ok()["connectionHealth"].clone();
        let states: Vec<String> = answer["edges"]
            .as_array()
            .expect("edges")
            .iter()
            .map(|edge| edge["node"]["state"].as_str().expect("a state").to_owned())
            .collect();
        (states, answer)
    };
    let (states, all) = list(json!({ "team": team })).await;
    assert_eq!(states, ["INVALID", "DEGRADED", "WORKING", "WORKING"]);
    assert_eq!(all["totalCount"], 4);
    let degraded = &all["edges"][1]["node"]["item"]["credential"]["health"];
    assert!(degraded["lastFailure"].as_str().is_some_and(|said| said.contains("429")), "{degraded}");
    let with_connection = all["edges"].as_array().expect("edges").iter();
    let with_connection = with_connection.filter(|edge| edge["node"]["connectionCount"] == 1);
    assert_eq!(with_connection.count(), 1);
    // Page by page it is the same list.
    let (mut paged, mut after) = (Vec::new(), Value::Null);
    loop {
        let (states, page) = list(json!({ "team": team, "first": 1, "after": after })).await;
        paged.extend(states);
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(paged, ["INVALID", "DEGRADED", "WORKING", "WORKING"]);
    assert_eq!(list(json!({ "team": team, "states": ["ENDED"] })).await.0, ["ENDED"]);
    assert_eq!(list(json!({ "team": team, "states": ["DEGRADED"] })).await.0, ["DEGRADED"]);
    for (who, refusal) in [("olga", "FORBIDDEN"), ("stranger", "NOT_FOUND"), ("anonymous", "UNAUTHENTICATED")]
    {
        let browser = told.world.as_user(who).await;
        for query in [LIST, COUNTS] {
            assert_eq!(browser.gql(query, &[("team", &team)]).await.refusal(), refusal, "{who}");
        }
    }
    let bad = ana.post(LIST, json!({ "team": team, "after": "x" })).await;
    assert_eq!(bad.refusals(), ["INVALID_CURSOR after"]);
}

/// HEALTH-5: a subscription of what leaves a wanted state, and of nothing else.
#[tokio::test]
async fn health_5_a_monitor_hears_of_the_states_that_it_asked_for() {
    let told = Told::start().await;
    let (_, _, _) = told.granted().await;
    let ana = told.world.as_user("ana").await;
    let query = "subscription($team: ID!) { connectionHealthChanged(teamId: $team, states: [DEGRADED, INVALID]) { id state item { state invalidReason } } }";
    let team = json!({ "team": told.world.automation.to_string() });
    let mut socket = settled_at(&told.world.app.base, &ana, query, team).await;
    told.server.next([Do::Say(503, json!({}))]);
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    let first = change(&mut socket).await;
    assert_eq!(first["state"], "DEGRADED");
    // It recovers, which nobody asked for, and then breaks.
    told.world.app.advance(TimeDelta::minutes(2));
    told.check().await;
    told.server.end_all();
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    let second = change(&mut socket).await;
    assert_eq!(
        (&second["state"], &second["item"]["invalidReason"]),
        (&json!("INVALID"), &json!("REFRESH_REFUSED"))
    );
}
