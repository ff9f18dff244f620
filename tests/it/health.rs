//! Tokens are kept alive, and what works no more is told (HEALTH-1 to HEALTH-5), with an OAuth server that does as it
//! is told, and with npm `oidc-provider` for rotation.

use std::sync::Arc;

use chrono::TimeDelta;
use kit::{CREATE, REVOKE};
use serde_json::{Value, json};
use service::Service;
use tokio::sync::Semaphore;
use worker::{Handler, Mailer};

use crate::ledger::ledger;
use crate::scripted::{Do, Told};

/// HEALTH-1: ahead of its end the worker renews a token, at a certified server that rotates refresh tokens and ends a
/// grant whose spent token is offered again.
#[tokio::test]
async fn health_1_the_worker_renews_ahead_of_the_end() {
    let story = ledger().await;
    let world = &story.world;
    let mut draft = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    draft["items"] = json!([{ "app": "ledger", "modules": { "all": true } }]);
    let sent = world.as_user("ana").await.post(CREATE, json!({ "input": draft })).await.ok();
    let sent = &sent["createCredentialRequest"]["request"];
    let (id, item) = (sent["id"].as_str().expect("an id"), sent["items"][0]["id"].as_str().expect("an id"));
    let ben = world.as_user("ben").await;
    assert_eq!(story.go_through(&ben, item).await, 200);
    for version in 2..5 {
        world.app.advance(TimeDelta::minutes(59));
        assert!(world.app.service.enqueue_token_checks().await.expect("looked"), "something is due");
        world.app.settle().await;
        let show = "query($id: ID!) { request(id: $id) { items { state credential { version } } } }";
        let shown = ben.gql(show, &[("id", id)]).await.ok();
        let item = &shown["request"]["items"][0];
        assert_eq!((&item["state"], &item["credential"]["version"]), (&json!("AUTHORIZED"), &json!(version)));
        assert_eq!(story.stats().await["live_refresh"], 1, "one grant, one refresh token that is good");
    }
    assert!(!world.app.service.enqueue_token_checks().await.expect("looked"), "nothing is due any more");
}

/// HEALTH-1: an answer without a refresh token keeps the old one; expiry as text or none at all does no harm.
#[tokio::test]
async fn health_1_habits_of_servers_are_survived() {
    let told = Told::start().await;
    let (ben, request, _) = told.granted().await;
    let minute = TimeDelta::minutes;
    let renewed = async |by, what: Value| {
        told.server.next([Do::Answer(what)]);
        told.world.app.advance(by);
        told.check().await;
        let now = told.health(&ben, &request).await;
        (now["credential"]["version"].clone(), now["credential"]["expiresAt"].is_null())
    };
    assert_eq!(renewed(minute(59), json!({ "refresh_token": null })).await, (json!(2), false));
    assert_eq!(renewed(minute(59), json!({ "expires_in": "3600" })).await, (json!(3), false));
    assert_eq!(renewed(minute(59), json!({ "expires_in": null })).await, (json!(4), true));
    assert_eq!(told.server.spent_offered(), 0);
    // Without an end nothing is to be renewed.
    told.world.app.advance(TimeDelta::hours(12));
    told.check().await;
    assert_eq!(told.server.refreshes(), 3);
}

/// HEALTH-2: an app that is away, or wants to be left alone, is DEGRADED and never INVALID, however long it lasts; no
/// mail is sent, it is asked in a civil manner, and what it asks for is kept.
#[tokio::test]
async fn health_2_a_provider_that_is_down_for_a_day_breaks_nothing() {
    let told = Told::start().await;
    let (ben, request, _) = told.granted().await;
    let mails = told.world.app.mails().await.len();
    told.server.always(Some(Do::Say(503, json!({}))));
    told.world.app.advance(TimeDelta::minutes(59));
    let mut ticks = 0;
    for _ in 0..24 * 6 {
        told.check().await;
        told.world.app.advance(TimeDelta::minutes(10));
        ticks += 1;
    }
    let now = told.health(&ben, &request).await;
    let health = &now["credential"]["health"];
    assert_eq!((&now["state"], &health["state"]), (&json!("AUTHORIZED"), &json!("DEGRADED")));
    assert!(
        health["failingSince"].is_string()
            && health["lastFailure"].as_str().is_some_and(|said| said.contains("503"))
    );
    assert!(told.server.refreshes() < ticks / 2, "{} calls at {ticks} ticks", told.server.refreshes());
    assert_eq!(told.world.app.mails().await.len(), mails);
    // Back: renewed at its next try, and nothing is left of it.
    told.server.always(None);
    told.world.app.advance(TimeDelta::hours(1));
    told.check().await;
    let now = told.health(&ben, &request).await;
    assert_eq!(now["credential"]["health"]["state"], "WORKING");
    assert_eq!(
        (&now["credential"]["health"]["failures"], &now["credential"]["version"]),
        (&json!(0), &json!(2))
    );
    // A limit with a time is kept to the second.
    told.server.next([Do::Wait(429, 7200)]);
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    let calls = told.server.refreshes();
    told.world.app.advance(TimeDelta::minutes(119));
    told.check().await;
    assert_eq!(told.server.refreshes(), calls, "two hours were asked for");
    told.world.app.advance(TimeDelta::minutes(1));
    told.check().await;
    assert_eq!(told.server.refreshes(), calls + 1);
}

/// HEALTH-2: forty credentials of a provider that is down cost it one try in half a minute, and no storm when it is
/// back.
#[tokio::test]
async fn health_2_one_tries_for_all_while_a_provider_is_down() {
    let told = Told::start().await;
    let ben = told.world.as_user("ben").await;
    for _ in 0..4 {
        let (_, items) = told.ask(10).await;
        for item in &items {
            told.authorize(&ben, item).await;
        }
    }
    told.world.app.settle().await;
    told.server.always(Some(Do::Say(502, json!({}))));
    told.world.app.advance(TimeDelta::minutes(59));
    // What is on its way when it goes down cannot be called back; from then on one tries for all.
    told.check().await;
    let begun = told.server.refreshes();
    for _ in 0..60 {
        told.world.app.advance(TimeDelta::seconds(10));
        told.check().await;
    }
    let tries = told.server.refreshes() - begun;
    assert!((1..=21).contains(&tries), "{tries} tries in ten minutes");
    told.server.always(None);
    let (before, mut most) = (told.server.refreshes(), 0);
    for _ in 0..120 {
        let calls = told.server.refreshes();
        told.world.app.advance(TimeDelta::seconds(10));
        told.check().await;
        most = most.max(told.server.refreshes() - calls);
    }
    assert_eq!(told.server.refreshes() - before, 40, "each once");
    assert!(most <= 30, "{most} at once");
    assert_eq!(told.server.spent_offered(), 0);
}

/// HEALTH-4: what the app does not renew any more is INVALID at once; both sides get one mail that names app and
/// account, the recipient's leads to where it is mended; mended, the same connection goes on and both are told.
#[tokio::test]
async fn health_4_both_sides_are_told_when_it_breaks_and_when_it_works_again() {
    let told = Told::start().await;
    let (ben, request, item) = told.granted().await;
    let ana = told.world.as_user("ana").await;
    let made = ana.gql(kit::CONNECT, &[("item", &item), ("name", "Shop")]).await.ok();
    let connection = made["createConnection"]["connection"]["id"].as_str().expect("an id").to_owned();
    let mails = told.world.app.mails().await.len();
    told.server.end_all();
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["status"]), (&json!("INVALID"), &json!("INVALID")));
    assert_eq!(
        (&now["invalidReason"], &now["credential"]["health"]["state"]),
        (&json!("REFRESH_REFUSED"), &json!("INVALID"))
    );
    let flagged = "query($id: ID!) { node(id: $id) { ... on Connection { state } } }";
    assert_eq!(ana.gql(flagged, &[("id", &connection)]).await.ok()["node"]["state"], "INVALID");
    let sent = told.world.app.mails().await;
    assert_eq!(sent.len(), mails + 2, "one for each side");
    for to in ["ana@northwind.example", "ben@northwind.example"] {
        let mail = told.world.app.mail_to(to).await;
        assert!(mail.subject.contains("Scripted (mia@harbor.example) stopped working"), "{}", mail.subject);
        assert_eq!(mail.text.contains(&format!("/requests/{request}#{item}")), to.starts_with("ben"));
    }
    // Nothing more happens to it, however long it stays so.
    told.world.app.advance(TimeDelta::days(3));
    told.check().await;
    assert_eq!(told.world.app.mails().await.len(), mails + 2);
    assert_eq!(told.server.refreshes(), 1);
    // One click: the app is told whose account it was.
    told.authorize(&ben, &item).await;
    told.world.app.settle().await;
    assert_eq!(told.server.hints(), ["mia@harbor.example"]);
    assert_eq!(ana.gql(flagged, &[("id", &connection)]).await.ok()["node"]["state"], "AUTHORIZED");
    for to in ["ana@northwind.example", "ben@northwind.example"] {
        let mail = told.world.app.mail_to(to).await;
        assert!(mail.subject.contains("works again"), "{}", mail.subject);
    }
    assert_eq!(told.world.app.mails().await.len(), mails + 4);
}

/// HEALTH-3: what ends and cannot be renewed is INVALID within one sweep.
#[tokio::test]
async fn health_3_what_has_expired_is_flagged_in_one_sweep() {
    let told = Told::start().await;
    told.server.without_refresh();
    let (ben, request, _) = told.granted().await;
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    assert_eq!(told.health(&ben, &request).await["state"], "AUTHORIZED", "it is good to its end");
    told.world.app.advance(TimeDelta::minutes(1));
    told.check().await;
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["invalidReason"]), (&json!("INVALID"), &json!("EXPIRED")));
    assert_eq!(told.server.refreshes(), 0);
}

/// HEALTH-3: keys are probed on the app's schedule: away is away, refused is refused.
#[tokio::test]
async fn health_3_keys_are_probed_on_their_schedule() {
    let told = Told::start().await;
    let (request, items) = told.ask(1).await;
    let ben = told.world.as_user("ben").await;
    ben.gql(kit::SUBMIT_KEY, &[("item", &items[0]), ("key", "key-1")]).await.ok();
    let day = TimeDelta::days(1);
    let probed = async |by, status| {
        told.server.probe(status);
        let probes = told.server.probes();
        told.world.app.advance(by);
        told.check().await;
        let now = told.health(&ben, &request).await;
        (
            told.server.probes() - probes,
            now["credential"]["health"]["state"].as_str().expect("a state").to_owned(),
        )
    };
    assert_eq!(probed(TimeDelta::hours(12), None).await, (0, "WORKING".to_owned()), "too early");
    assert_eq!(probed(day, None).await, (1, "WORKING".to_owned()));
    assert_eq!(probed(day, Some(500)).await, (1, "DEGRADED".to_owned()));
    assert_eq!(probed(TimeDelta::hours(1), None).await, (1, "WORKING".to_owned()), "it comes again sooner");
    assert_eq!(probed(day, Some(401)).await, (1, "INVALID".to_owned()));
    assert_eq!(told.health(&ben, &request).await["invalidReason"], "REFUSED");
}

/// HEALTH-3: a token that the app's probe refuses may only be too old: it is renewed once before it is given up.
#[tokio::test]
async fn health_3_a_refused_token_is_renewed_before_it_is_given_up() {
    let told = Told::start().await;
    // Without an end, so that only the probe can tell.
    let (ben, request, _) = told.granted().await;
    told.server.next([Do::Answer(json!({ "expires_in": null })), Do::Answer(json!({ "expires_in": null }))]);
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    told.server.probe(Some(401));
    told.world.app.advance(TimeDelta::days(1));
    told.check().await;
    assert_eq!(told.server.refreshes(), 2);
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["invalidReason"]), (&json!("INVALID"), &json!("REFUSED")));
}

/// A process of the instance that begins to renew what is due, and dies once the app has the call.
pub async fn process_that_dies_in_a_renewal(told: &Told) {
    let (config, clock) = (told.world.app.service.config().clone(), told.world.app.clock.clone());
    let (server, calls) = (told.server.clone(), told.server.refreshes());
    let process = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let service = Service::start(config, clock).await.expect("the process starts");
            service.enqueue_token_checks().await.expect("a job");
            let handler = Handler::new(service, Mailer::BuiltIn);
            tokio::spawn(async move { worker::drain(&handler).await });
            kit::eventually("the app has the call", async || server.refreshes() > calls).await;
        });
        // Whatever it does ends here: nothing of it is driven on any more.
        runtime.shutdown_background();
    });
    tokio::task::spawn_blocking(|| process.join()).await.expect("joined").expect("it did as it should");
}

/// HEALTH-1: a process dies between the app's answer and our commit: nobody calls while its claim stands, one try with
/// the old token follows, and where the app refuses that, people are told why. Where it takes it, nobody notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_a_process_that_dies_in_a_renewal_is_followed_by_one_try() {
    for (rotates, state, reason) in
        [(true, "INVALID", json!("REFRESH_INTERRUPTED")), (false, "AUTHORIZED", Value::Null)]
    {
        let told = Told::start().await;
        let (ben, request, _) = told.granted().await;
        let gate = Arc::new(Semaphore::new(0));
        told.server.next([if rotates { Do::Hold(gate) } else { Do::Never }]);
        told.world.app.advance(TimeDelta::minutes(58));
        process_that_dies_in_a_renewal(&told).await;
        // Its job and its batch are over before its claim is.
        told.world.app.service.release_leases().await.expect("released");
        told.world.app.advance(TimeDelta::seconds(59));
        told.check().await;
        assert_eq!(told.server.refreshes(), 1, "the claim stands");
        told.world.app.advance(TimeDelta::minutes(2));
        told.check().await;
        assert_eq!(told.server.refreshes(), 1, "its holder may come back with an answer");
        told.world.app.advance(TimeDelta::seconds(11));
        told.check().await;
        assert_eq!(told.server.refreshes(), 2);
        let now = told.health(&ben, &request).await;
        assert_eq!((&now["state"], &now["invalidReason"]), (&json!(state), &reason));
        let told_them =
            told.world.app.mails().await.iter().filter(|mail| mail.subject.contains("stopped")).count();
        assert_eq!(told_them, if rotates { 2 } else { 0 });
    }
}

/// STATE-1: a revoke while a renewal is on its way: nothing is stored, and what comes back is revoked at the app.
#[tokio::test]
async fn state_1_a_renewal_that_meets_a_revoke_leaves_nothing_usable() {
    let told = Told::start().await;
    let (ben, request, item) = told.granted().await;
    let gate = Arc::new(Semaphore::new(0));
    told.server.next([Do::Hold(Arc::clone(&gate))]);
    told.world.app.advance(TimeDelta::minutes(59));
    told.world.app.service.enqueue_token_checks().await.expect("a job");
    let between = async {
        kit::eventually("the app has the call", async || told.server.refreshes() == 1).await;
        ben.gql(REVOKE, &[("item", &item)]).await.ok();
        gate.add_permits(1);
    };
    tokio::join!(told.world.app.settle(), between);
    told.world.app.settle().await;
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["credential"]), (&json!("REVOKED"), &Value::Null));
    assert_eq!(told.server.live(), 0, "neither here nor there");
}

/// STATE-1: authorizing anew while a renewal is on its way: the new grant counts, the late answer does not overwrite
/// it, and a later revoke ends both.
#[tokio::test]
async fn state_1_a_late_renewal_does_not_overwrite_a_newer_grant() {
    let told = Told::start().await;
    let (ben, request, item) = told.granted().await;
    let gate = Arc::new(Semaphore::new(0));
    told.server.next([Do::Hold(Arc::clone(&gate))]);
    told.world.app.advance(TimeDelta::minutes(59));
    told.world.app.service.enqueue_token_checks().await.expect("a job");
    let between = async {
        kit::eventually("the app has the call", async || told.server.refreshes() == 1).await;
        told.authorize(&ben, &item).await;
        gate.add_permits(1);
    };
    tokio::join!(told.world.app.settle(), between);
    let now = told.health(&ben, &request).await;
    assert_eq!((&now["state"], &now["credential"]["version"]), (&json!("AUTHORIZED"), &json!(2)));
    // The renewal goes on from the new grant.
    told.world.app.advance(TimeDelta::minutes(59));
    told.check().await;
    assert_eq!(told.server.spent_offered(), 0);
    ben.gql(REVOKE, &[("item", &item)]).await.ok();
    told.world.app.settle().await;
    assert_eq!(told.server.live(), 0);
}
