//! Where renewals, probes and calls meet (HEALTH-1 to HEALTH-4, USE-2).

use std::sync::Arc;

use chrono::TimeDelta;
use kit::{Browser, CONNECT, START};
use serde_json::{Value, json};
use service::Service;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::Semaphore;
use worker::{Handler, Mailer};

use crate::health::process_that_dies_in_a_renewal;
use crate::scripted::{Do, Told};

/// A connection of the team: its id and its token.
async fn connect(told: &Told, item: &str) -> (String, String) {
    let made = told.world.as_user("ana").await.gql(CONNECT, &[("item", item), ("name", "Shop")]).await.ok();
    let made = &made["createConnection"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["connection"]["id"]), text(&made["token"]))
}

async fn call(told: &Told, (id, token): &(String, String), method: &str, path: &str) -> (u16, String) {
    let at = format!("{}/broker/{id}/{path}", told.world.app.base);
    let method = method.parse().expect("a method");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answer = http.request(method, at).bearer_auth(token).send().await.expect("an answer");
    let refused = answer.headers().get("consentry-refused").and_then(|code| code.to_str().ok());
    (answer.status().as_u16(), refused.unwrap_or_default().to_owned())
}

/// A grant whose token lives 25 hours, so that its probe is due before its renewal.
async fn granted_for_a_day(told: &Told) -> (Browser, String, String) {
    let granted = told.granted().await;
    told.server.next([Do::Answer(json!({ "expires_in": 90_000 }))]);
    told.world.app.advance(TimeDelta::minutes(58));
    told.check().await;
    assert_eq!(told.server.refreshes(), 1);
    granted
}

/// HEALTH-1, HEALTH-2: a probe whose app wants to be left alone holds up probes, not renewals: neither the worker's nor
/// those that a call needs.
#[tokio::test]
async fn health_1_a_probe_that_must_wait_delays_no_renewal() {
    for by_call in [false, true] {
        let told = Told::start().await;
        let (ben, request, item) = granted_for_a_day(&told).await;
        let connection = connect(&told, &item).await;
        told.server.probe_later(7200);
        told.world.app.advance(TimeDelta::hours(24));
        let probes = told.server.probes();
        told.check().await;
        assert_eq!((told.server.probes() - probes, told.server.refreshes()), (1, 1));
        assert_eq!(told.health(&ben, &request).await["credential"]["health"]["state"], "DEGRADED");
        if by_call {
            told.world.app.advance(TimeDelta::minutes(61));
            assert_eq!(call(&told, &connection, "GET", "things").await, (200, String::new()));
        } else {
            told.world.app.advance(TimeDelta::minutes(58));
            told.check().await;
        }
        assert_eq!((told.server.probes() - probes, told.server.refreshes()), (1, 2));
        assert_eq!(told.health(&ben, &request).await["credential"]["health"]["state"], "WORKING");
    }
}

/// HEALTH-4, STATE-1: a probe that is on its way while the app refuses the renewal does not show the access as working
/// again, and what the app refused is not offered once more.
#[tokio::test]
async fn health_4_a_late_probe_does_not_lift_what_was_refused() {
    for late in [None, Some(500)] {
        let told = Told::start().await;
        let (ben, request, item) = granted_for_a_day(&told).await;
        let connection = connect(&told, &item).await;
        let gate = Arc::new(Semaphore::new(0));
        told.server.hold_probes(&gate);
        told.server.probe(late);
        told.world.app.advance(TimeDelta::hours(24));
        told.world.app.service.enqueue_token_checks().await.expect("a job");
        let probes = told.server.probes();
        let between = async {
            kit::eventually("the app is probed", async || told.server.probes() > probes).await;
            told.server.next([Do::Say(400, json!({ "error": "invalid_grant" }))]);
            told.world.app.advance(TimeDelta::minutes(61));
            assert_eq!(
                call(&told, &connection, "GET", "things").await,
                (409, "CREDENTIAL_INVALID".to_owned())
            );
            gate.add_permits(10);
        };
        tokio::join!(told.world.app.settle(), between);
        for _ in 0..3 {
            let now = told.health(&ben, &request).await;
            let shown = (&now["state"], &now["credential"]["health"]["state"]);
            assert_eq!(shown, (&json!("INVALID"), &json!("INVALID")));
            told.world.app.advance(TimeDelta::hours(3));
            told.check().await;
        }
        assert_eq!(told.server.refreshes(), 2);
    }
}

/// HEALTH-2: the one who tries for all finds a provider that answers, though not to him: the others go on.
#[tokio::test]
async fn health_2_a_provider_that_answers_is_there_for_the_others() {
    let told = Told::start().await;
    let ben = told.world.as_user("ben").await;
    let (_, items) = told.ask(3).await;
    for item in &items {
        told.authorize(&ben, item).await;
    }
    told.world.app.settle().await;
    told.server.always(Some(Do::Say(502, json!({}))));
    told.world.app.advance(TimeDelta::minutes(58));
    told.check().await;
    told.server.always(None);
    // Whoever is let through first is limited.
    told.server.next([Do::Wait(429, 3600)]);
    let begun = told.server.refreshes();
    for _ in 0..2 {
        told.world.app.advance(TimeDelta::seconds(65));
        told.check().await;
    }
    assert_eq!(told.server.refreshes() - begun, 3, "the limited one, and then both others");
}

/// HEALTH-3, USE-1, USE-2: a token that ended and cannot be renewed is said to a call at once, without a worker, and no
/// connection is made of it.
#[tokio::test]
async fn use_2_a_token_that_ended_for_good_is_said_at_once() {
    let told = Told::start().await;
    told.server.without_refresh();
    let (ben, request, item) = told.granted().await;
    let connection = connect(&told, &item).await;
    let refused = (409, "CREDENTIAL_INVALID".to_owned());
    // The clock of whoever calls may be ahead: it is refused at once, and written down a minute later.
    told.world.app.advance(TimeDelta::minutes(60) + TimeDelta::seconds(1));
    assert_eq!(call(&told, &connection, "GET", "things").await, refused);
    assert_eq!(told.health(&ben, &request).await["state"], "AUTHORIZED");
    told.world.app.advance(TimeDelta::minutes(1));
    assert_eq!(call(&told, &connection, "GET", "things").await, refused);
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["invalidReason"]), (&json!("INVALID"), &json!("EXPIRED")));
    let another = told.world.as_user("ana").await.gql(CONNECT, &[("item", &item), ("name", "Other")]).await;
    assert_eq!(another.refusal(), "ILLEGAL_TRANSITION");
}

/// USE-3: what was not consented to is refused before anything is renewed for it.
#[tokio::test]
async fn use_3_a_call_without_consent_renews_nothing() {
    let told = Told::start().await;
    let (_, _, item) = told.granted().await;
    let connection = connect(&told, &item).await;
    told.world.app.advance(TimeDelta::minutes(61));
    assert_eq!(call(&told, &connection, "DELETE", "things").await, (403, "NOT_CONSENTED".to_owned()));
    assert_eq!(told.server.refreshes(), 0);
}

/// HEALTH-1: an answer that its process could not store before its claim was over comes before the next try: whoever
/// finds the claim leaves the row alone for a moment first, and then has nothing to send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_a_claim_that_is_over_is_left_alone_first() {
    let told = Told::start().await;
    let (ben, request, _) = told.granted().await;
    let gate = Arc::new(Semaphore::new(0));
    told.server.next([Do::Hold(Arc::clone(&gate))]);
    told.world.app.advance(TimeDelta::minutes(58));
    let (config, clock) = (told.world.app.service.config().clone(), told.world.app.clock.clone());
    let other = Service::start(config, clock).await.expect("another process starts");
    other.enqueue_token_checks().await.expect("a job");
    let handler = Handler::new(other.clone(), Mailer::BuiltIn);
    let renewing = tokio::spawn(async move { worker::drain(&handler).await });
    kit::eventually("the app has the call", async || told.server.refreshes() == 1).await;
    told.world.app.service.release_leases().await.expect("released");
    told.world.app.advance(TimeDelta::seconds(125));
    told.check().await;
    assert_eq!(told.server.refreshes(), 1, "it waits for whoever had the claim");
    gate.add_permits(1);
    renewing.await.expect("it went on").expect("jobs ran");
    other.finish_renewals().await;
    told.world.app.advance(TimeDelta::seconds(125));
    told.check().await;
    assert_eq!((told.server.refreshes(), told.server.spent_offered()), (1, 0));
    let now = told.health(&ben, &request).await;
    assert_eq!(
        (&now["state"], &now["credential"]["health"]["state"]),
        (&json!("AUTHORIZED"), &json!("WORKING"))
    );
    other.db().close().await;
}

/// HEALTH-4: a call finds that its token has ended for good, in the moment in which the recipient authorizes anew: it
/// goes on with what was granted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_4_what_was_granted_while_a_call_found_its_token_ended_is_used() {
    let told = Told::start().await;
    let Some(url) = told.world.app.database_url() else { return };
    told.server.without_refresh();
    let (ben, request, item) = told.granted().await;
    let connection = connect(&told, &item).await;
    told.world.app.advance(TimeDelta::minutes(62));
    let started = ben.gql(START, &[("item", &item)]).await.ok();
    let there = ben.get(started["startAuthorization"]["url"].as_str().expect("a URL")).await;
    let back = there.headers()["location"].to_str().expect("an address").to_owned();
    let mut lock = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let mut watch = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let mut waiting = async |count: i64| {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        kit::eventually("it waits", async || {
            sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut watch).await.expect("a count") == count
        })
        .await;
    };
    // First the grant waits for the request, then the call for the grant.
    lock.execute("BEGIN; SELECT id FROM credential_request FOR UPDATE").await.expect("nobody has it");
    let granting = async { ben.get(&back).await.status().as_u16() };
    let calling = async {
        waiting(1).await;
        let release = async {
            waiting(2).await;
            lock.execute("COMMIT").await.expect("released");
        };
        tokio::join!(call(&told, &connection, "GET", "things"), release).0
    };
    assert_eq!(tokio::join!(granting, calling), (200, (200, String::new())));
    assert_eq!(told.health(&ben, &request).await["state"], "AUTHORIZED");
}

/// HEALTH-3, HEALTH-1: a process dies in a renewal that a probe led to: what later probes find is written down all the
/// same, and at the next renewal it is still known that an answer may be lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_3_a_claim_that_nobody_ended_holds_up_no_probe() {
    let told = Told::start().await;
    let (ben, request, _) = granted_for_a_day(&told).await;
    told.server.probe(Some(401));
    told.server.next([Do::Never]);
    told.world.app.advance(TimeDelta::hours(24));
    process_that_dies_in_a_renewal(&told).await;
    told.world.app.service.release_leases().await.expect("released");
    let probes = told.server.probes();
    for (status, state) in [(Some(500), "DEGRADED"), (None, "WORKING")] {
        told.server.probe(status);
        told.world.app.advance(TimeDelta::seconds(125));
        told.check().await;
        assert_eq!(told.health(&ben, &request).await["credential"]["health"]["state"], state);
    }
    told.world.app.advance(TimeDelta::seconds(125));
    told.check().await;
    assert_eq!(told.server.probes() - probes, 2, "it is not asked before its time");
    told.server.next([Do::Say(400, json!({ "error": "invalid_grant" }))]);
    told.world.app.advance(TimeDelta::minutes(58));
    told.check().await;
    told.world.app.advance(TimeDelta::seconds(11));
    told.check().await;
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["invalidReason"]), (&json!("INVALID"), &json!("REFRESH_INTERRUPTED")));
}

/// REL-4, HEALTH-1: a process that is told to stop ends the renewals that it has begun and begins no more of a batch;
/// another process has the rest at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_4_a_process_that_stops_begins_no_renewal() {
    let told = Told::start().await;
    let ben = told.world.as_user("ben").await;
    for _ in 0..4 {
        for item in told.ask(10).await.1 {
            told.authorize(&ben, &item).await;
        }
    }
    let gate = Arc::new(Semaphore::new(0));
    told.server.always(Some(Do::Hold(Arc::clone(&gate))));
    told.world.app.advance(TimeDelta::minutes(58));
    told.world.app.service.enqueue_token_checks().await.expect("a job");
    let stopping = async {
        kit::eventually("the app has a call for each side", async || told.server.refreshes() == 32).await;
        told.world.app.service.begin_stop();
        gate.add_permits(100);
    };
    tokio::join!(told.world.app.settle(), stopping);
    assert_eq!(told.server.refreshes(), 32);
    let (config, clock) = (told.world.app.service.config().clone(), told.world.app.clock.clone());
    let other = Service::start(config, clock).await.expect("another process starts");
    assert!(other.enqueue_token_checks().await.expect("a job"), "something is due still");
    worker::drain(&Handler::new(other.clone(), Mailer::BuiltIn)).await.expect("jobs run");
    assert_eq!((told.server.refreshes(), told.server.spent_offered()), (40, 0));
    other.db().close().await;
}
