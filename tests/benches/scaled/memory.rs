//! Memory of an API process under load, minute by minute.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::broker::Stage;

const CALLERS: usize = 14;
const SENT: &str = "query($team: ID!) { sentRequests(teamId: $team, first: 20) { edges { node { id name status items { id state } } } } }";

pub(crate) async fn measure() {
    #[expect(clippy::disallowed_methods, reason = "not a setting of the program")]
    let minutes = std::env::var("BENCH_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_u32);
    let stage = Stage::set().await;
    // The instance's clock stands in the tests' future; the program has the system's.
    let service = now(&stage).await;
    let session = service.open_session("ana@northwind.example").await.expect("a person").token;
    let (stop, mut running) = (CancellationToken::new(), JoinSet::new());
    for _ in 0..CALLERS {
        let (stop, token, url) = (stop.clone(), stage.token.clone(), stage.url("/things"));
        running.spawn(async move {
            let http = reqwest::Client::builder().no_proxy().build().expect("a client");
            let mut calls = 0_u64;
            while !stop.is_cancelled() {
                let answer = http.get(&url).bearer_auth(&token).send().await.expect("an answer");
                assert_eq!(answer.status(), 200);
                answer.bytes().await.expect("a body");
                calls += 1;
            }
            calls
        });
    }
    let (graphql, body) = (
        format!("{}/graphql", stage.program.base),
        json!({ "query": SENT, "variables": { "team": stage.world.automation.to_string() } }),
    );
    let asking = stop.clone();
    running.spawn(async move {
        // Each with a connection of its own, within the limit of one person.
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        let mut calls = 0;
        while !asking.is_cancelled() {
            ticks.tick().await;
            let http = reqwest::Client::builder().no_proxy().build().expect("a client");
            let asked = http.post(&graphql).header("cookie", format!("consentry_session={session}"));
            let answer = asked.json(&body).send().await.expect("an answer");
            assert_eq!(answer.status(), 200);
            answer.bytes().await.expect("a body");
            calls += 1;
        }
        calls
    });
    let begun = Instant::now();
    let mut seen = Vec::new();
    for minute in 1..=minutes {
        tokio::time::sleep_until((begun + Duration::from_mins(1) * minute).into()).await;
        seen.push(stage.program.memory() / 1024);
    }
    stop.cancel();
    let mut calls = 0;
    while let Some(ended) = running.join_next().await {
        calls += ended.expect("every call was answered well");
    }
    let seen: Vec<String> = seen
        .iter()
        .map(|kilobytes| format!("{:.1}", f64::from(u32::try_from(*kilobytes).expect("small")) / 1024.0))
        .collect();
    println!("memory of an API process under {calls} calls, minute by minute: {} MB", seen.join(", "));
}

/// Operations with the system's clock.
async fn now(stage: &Stage) -> service::Service {
    let config = stage.world.app.service.config().clone();
    service::Service::start(config, domain::clock::Clock::System).await.expect("the operations")
}
