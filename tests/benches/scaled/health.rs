//! Renewals a second by one worker, what a sweep of 100,000 credentials takes when 500 are due, and the
//! page of their health.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::actor::Actor;
use kit::{Browser, START};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::fill::Granted;
use crate::load::load;
use crate::page::{filled, health_body};
use crate::scripted::Told;
use crate::serve::serve;

/// Credentials that are granted through the app's page, in requests of so many items.
const REQUESTS: usize = 16;
const ITEMS: usize = 50;
const DUE: usize = 500;

const FIRST: &str = "query($team: ID!) { connectionHealth(teamId: $team, first: 20) { edges { node { itemId state lastUsedAt item { connectionName credential { account { label } health { nextRefreshAt lastProbeAt } } } } } pageInfo { hasNextPage } } connectionHealthCounts(teamId: $team) { working degraded invalid } }";

pub(crate) async fn measure() {
    let told = Told::start().await;
    let ben = told.world.as_user("ben").await;
    let start = Instant::now();
    // All are asked before Ben takes up what an address may ask a second.
    let mut items = Vec::with_capacity(REQUESTS * ITEMS);
    for _ in 0..REQUESTS {
        items.extend(told.ask(ITEMS).await.1);
    }
    for item in items {
        authorize(&ben, &item).await;
    }
    told.world.app.settle().await;
    println!("{} grants made in {:.1} s", REQUESTS * ITEMS, start.elapsed().as_secs_f64());
    for round in 1..=3_u32 {
        told.world.app.advance(TimeDelta::minutes(59));
        let start = Instant::now();
        told.check().await;
        let seconds = start.elapsed().as_secs_f64();
        let renewed = u32::try_from(REQUESTS * ITEMS).expect("few");
        assert_eq!(told.server.refreshes(), round * renewed, "each was renewed");
        println!("renewals: {:.0} a second by one worker (goal: 300)", f64::from(renewed) / seconds);
    }

    let url = filled(Granted::All, &told.world).await;
    let mut db = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    // All but some of the real ones are put off, so that so many are due among so many.
    let rest = REQUESTS * ITEMS - DUE;
    let put_off = "UPDATE credential SET check_at = check_at + interval '1000 days', refresh_at = refresh_at + \
                   interval '1000 days' WHERE id IN (SELECT id FROM credential WHERE refresh_at IS NOT NULL AND \
                   check_at IS NOT NULL ORDER BY id LIMIT $1)";
    sqlx::query(put_off).bind(i64::try_from(rest).expect("few")).execute(&mut db).await.expect("put off");
    let all: i64 =
        sqlx::query_scalar("SELECT count(*) FROM credential").fetch_one(&mut db).await.expect("a count");
    told.world.app.advance(TimeDelta::minutes(59));
    let refreshes = told.server.refreshes();
    let start = Instant::now();
    told.check().await;
    let lasted = start.elapsed();
    let renewed = told.server.refreshes() - refreshes;
    println!(
        "sweep of {all} credentials of which {renewed} were due, each renewed: {:.2} s in all (goal: under 1 s of the database)",
        lasted.as_secs_f64()
    );
    assert_eq!(renewed, u32::try_from(DUE).expect("few"));

    let session = told.world.app.service.open_session("ana@northwind.example").await.expect("a person");
    let base = serve(&told.world.app.service, Actor::User { user: session.user, session: session.id }).await;
    let body = health_body(&told.world.automation.to_string(), FIRST);
    let asked = move |http: reqwest::Client, _| {
        let asked = http.post(format!("{base}/graphql")).header("authorization", &session.token).json(&body);
        async move {
            let answer: Value = asked.send().await.expect("an answer").json().await.expect("JSON");
            assert_eq!(
                answer["data"]["connectionHealth"]["pageInfo"]["hasNextPage"],
                json!(true),
                "{answer}"
            );
            assert!(answer["data"]["connectionHealthCounts"]["working"].as_i64() > Some(90_000), "{answer}");
        }
    };
    let one = load(1, Duration::from_secs(5), asked).await;
    println!(
        "health of {all} credentials, first page and counts: median {:.1} ms, p99 {:.1} ms (goal: under 50 ms)",
        one.part(0.5).as_secs_f64() * 1e3,
        one.part(0.99).as_secs_f64() * 1e3
    );
}

/// Goes through the app's page, as slowly as one person may.
async fn authorize(ben: &Browser, item: &str) {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let at = loop {
        ticks.tick().await;
        let started = ben.gql(START, &[("item", item)]).await;
        if started.json.get("errors").is_none() {
            break started.ok()["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
        }
    };
    let there = ben.get(&at).await;
    let back = there.headers()["location"].to_str().expect("an address").to_owned();
    assert_eq!(ben.get(&back).await.status(), 200);
}
