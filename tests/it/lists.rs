//! The lists (LIST-1) and what they cost.

use chrono::TimeDelta;
use kit::{Northwind, SUBMIT_KEY};
use reqwest::Method;
use serde_json::{Value, json};

const SENT: &str = "query($team: ID!, $filter: RequestFilter, $sort: RequestSort! = NEWEST, $first: Int! = 20, $after: String) { sentRequests(teamId: $team, filter: $filter, sort: $sort, first: $first, after: $after) { totalCount edges { cursor node { id name status requester { name } recipient { name email } items { id appId appName: app { name } state } } } pageInfo { hasNextPage endCursor } } }";
const RECEIVED: &str = "query($filter: RequestFilter) { receivedRequests(filter: $filter) { totalCount edges { node { name requester { name } } } } }";

async fn fill(world: &Northwind, names: &[&str]) -> Vec<Value> {
    let ben = world.user_id("ben").await;
    let ana = world.as_user("ana").await;
    let mut requests = Vec::new();
    for name in names {
        let mut input = world.draft(json!({ "member": ben }), 1);
        input["name"] = json!(name);
        requests.push(
            ana.post(kit::CREATE, json!({ "input": input })).await.ok()["createCredentialRequest"]["request"]
                .clone(),
        );
        world.app.advance(TimeDelta::seconds(1));
    }
    requests
}

fn names(answer: &Value) -> Vec<&str> {
    answer["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| edge["node"]["name"].as_str().expect("a name"))
        .collect()
}

/// LIST-1, API-3: pages by keyset, in three orders, with a total.
#[tokio::test]
async fn list_1_pages_in_every_order() {
    let world = Northwind::start().await;
    fill(&world, &["Delta", "alpha", "Charlie", "bravo", "Echo"]).await;
    let ana = world.as_user("ana").await;
    let team = world.automation.to_string();
    for (sort, expected) in [
        ("NEWEST", ["Echo", "bravo", "Charlie", "alpha", "Delta"]),
        ("OLDEST", ["Delta", "alpha", "Charlie", "bravo", "Echo"]),
        ("NAME", ["Charlie", "Delta", "Echo", "alpha", "bravo"]),
    ] {
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let page =
                ana.post(SENT, json!({ "team": team, "sort": sort, "first": 2, "after": after })).await.ok()
                    ["sentRequests"]
                    .clone();
            assert_eq!(page["totalCount"], 5);
            seen.extend(names(&page).into_iter().map(str::to_owned));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
    for (first, after, expected) in [
        (0, Value::Null, "OUT_OF_RANGE first"),
        (101, Value::Null, "OUT_OF_RANGE first"),
        (-1, Value::Null, "OUT_OF_RANGE first"),
        (2, json!("nonsense"), "INVALID_CURSOR after"),
    ] {
        assert_eq!(
            ana.post(SENT, json!({ "team": team, "first": first, "after": after })).await.refusal(),
            expected
        );
    }
    let by_time = ana.post(SENT, json!({ "team": team, "first": 1 })).await.ok()["sentRequests"]["pageInfo"]
        ["endCursor"]
        .clone();
    assert_eq!(
        ana.post(SENT, json!({ "team": team, "sort": "NAME", "after": by_time })).await.refusal(),
        "INVALID_CURSOR after"
    );
}

/// LIST-1: filters by status, app, requester, recipient and text; everything given must hold.
#[tokio::test]
async fn list_1_filters() {
    let world = Northwind::start().await;
    let requests = fill(&world, &["Alpha 100%", "Beta_x"]).await;
    let item = requests[0]["items"][0]["id"].as_str().expect("an id");
    world.as_user("ben").await.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    let (ana_id, ben_id) = (world.user_id("ana").await, world.user_id("ben").await);
    let ana = world.as_user("ana").await;
    let team = world.automation.to_string();
    for (filter, expected) in [
        (json!({}), vec!["Beta_x", "Alpha 100%"]),
        (json!({ "statuses": ["AUTHORIZED"] }), vec!["Alpha 100%"]),
        (json!({ "statuses": ["AUTHORIZED", "INCOMPLETE"] }), vec!["Beta_x", "Alpha 100%"]),
        (json!({ "statuses": ["DECLINED"] }), vec![]),
        (json!({ "app": "sandbox" }), vec!["Beta_x", "Alpha 100%"]),
        (json!({ "app": "github" }), vec![]),
        (json!({ "requesterId": ana_id }), vec!["Beta_x", "Alpha 100%"]),
        (json!({ "requesterId": ben_id }), vec![]),
        (json!({ "recipientId": ben_id, "text": "ALPHA" }), vec!["Alpha 100%"]),
        (json!({ "text": "ben@northwind" }), vec!["Beta_x", "Alpha 100%"]),
        (json!({ "text": "0%" }), vec!["Alpha 100%"]),
        (json!({ "text": "a_x" }), vec!["Beta_x"]),
        (json!({ "text": "%" , "statuses": ["INCOMPLETE"] }), vec![]),
        (json!({ "text": "' or 1=1 --" }), vec![]),
    ] {
        let page =
            ana.post(SENT, json!({ "team": team, "filter": filter })).await.ok()["sentRequests"].clone();
        assert_eq!(names(&page), expected, "{filter}");
        assert_eq!(page["totalCount"], expected.len(), "{filter}");
    }
    let bad = ana.post(SENT, json!({ "team": team, "filter": { "requesterId": "x" } })).await;
    assert_eq!(bad.refusal(), "INVALID_ID filter.requesterId");
}

/// LIST-1: received means addressed to me, whoever asks.
#[tokio::test]
async fn list_1_received_is_what_is_addressed_to_me() {
    let world = Northwind::start().await;
    fill(&world, &["One", "Two"]).await;
    let ben = world.as_user("ben").await.gql(RECEIVED, &[]).await.ok()["receivedRequests"].clone();
    assert_eq!(names(&ben), ["Two", "One"]);
    assert_eq!(ben["edges"][0]["node"]["requester"]["name"], "Ana Lopez");
    assert_eq!(world.as_user("ana").await.gql(RECEIVED, &[]).await.ok()["receivedRequests"]["totalCount"], 0);
    assert_eq!(world.app.browser().gql(RECEIVED, &[]).await.refusal(), "UNAUTHENTICATED");
}

/// A page costs the same number of queries however many requests stand on it, whatever it is narrowed to.
#[tokio::test]
async fn a_page_costs_a_constant_number_of_queries() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let team = world.automation.to_string();
    let cost = async |filter: &Value| {
        let before = world.app.service.db().queries();
        let page = ana.post(SENT, json!({ "team": team, "first": 50, "filter": filter })).await.ok();
        let rows = page["sentRequests"]["edges"].as_array().expect("edges").len();
        (world.app.service.db().queries() - before, rows)
    };
    let filters = [
        json!({}),
        json!({ "text": "request" }),
        json!({ "app": "sandbox" }),
        json!({ "app": "sandbox", "statuses": ["INCOMPLETE"], "text": "request" }),
        json!({ "statuses": ["INCOMPLETE", "INVALID", "DECLINED"] }),
    ];
    fill(&world, &["Request"]).await;
    let mut ones = Vec::new();
    for filter in &filters {
        ones.push(cost(filter).await.0);
    }
    let many: Vec<String> = (0..50).map(|n| format!("Request {n}")).collect();
    fill(&world, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (filter, one) in filters.iter().zip(ones) {
        let (fifty, rows) = cost(filter).await;
        assert_eq!((fifty, rows), (one, 50), "{filter}");
        assert!(fifty <= 20, "{fifty} queries, {filter}");
    }
}

/// The whole list is counted for whoever reads the count, by whatever name or fragment, and for nobody else.
#[tokio::test]
async fn a_list_is_counted_only_when_asked() {
    let world = Northwind::start().await;
    fill(&world, &["One", "Two"]).await;
    let ana = world.as_user("ana").await;
    let team = world.automation.to_string();
    let mut costs = Vec::new();
    for (fields, counted) in [
        ("pageInfo { hasNextPage }", false),
        ("totalCount pageInfo { hasNextPage }", true),
        ("all: totalCount", true),
        ("... on CredentialRequestConnection { totalCount }", true),
    ] {
        let query = format!("query($team: ID!) {{ sentRequests(teamId: $team) {{ {fields} }} }}");
        let before = world.app.service.db().queries();
        let page = ana.post(&query, json!({ "team": team })).await.ok()["sentRequests"].clone();
        costs.push(world.app.service.db().queries() - before);
        let total = page.get("totalCount").or(page.get("all"));
        assert_eq!(total, counted.then_some(&json!(2)), "{fields}");
    }
    let without = costs[0];
    assert_eq!(costs, [without, without + 1, without + 1, without + 1]);
}

/// GraphQL specification, section 7.2.2: fields are answered in the order in which they were asked, those that
/// are read first among those that are there already.
#[tokio::test]
async fn fields_are_answered_in_the_order_in_which_they_were_asked() {
    let world = Northwind::start().await;
    fill(&world, &["One"]).await;
    let ana = world.as_user("ana").await;
    let asked = ["status", "history", "viewerReportedAt", "name", "delivery", "id"];
    let query = "query($team: ID!) { sentRequests(teamId: $team) { edges { node { status history(first: 1) { totalCount } viewerReportedAt name delivery { state } id } } } }";
    let body = json!({ "query": query, "variables": { "team": world.automation.to_string() } });
    let answer = ana.send(ana.request(Method::POST, "/graphql").json(&body)).await;
    let text = answer.text().await.expect("a text");
    let mut places = asked.map(|field| (text.find(&format!("\"{field}\":")).expect("answered"), field));
    places.sort_unstable();
    assert_eq!(places.map(|place| place.1), asked, "{text}");
}
