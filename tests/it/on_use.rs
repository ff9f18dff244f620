//! Tokens are renewed when a call needs it, once for all who call (USE-2, HEALTH-1, HEALTH-2).

use std::sync::Arc;

use chrono::TimeDelta;
use kit::{CONNECT, REVOKE};
use reqwest::{Client, Response};
use secrecy::ExposeSecret;
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::{Notify, Semaphore};

use crate::scripted::{Do, Told};

/// A connection, and who calls by it.
struct Caller {
    told: Told,
    id: String,
    token: String,
    request: String,
    item: String,
    ben: kit::Browser,
    http: Client,
}

impl Caller {
    async fn start() -> Self {
        let told = Told::start().await;
        let (ben, request, item) = told.granted().await;
        let made =
            told.world.as_user("ana").await.gql(CONNECT, &[("item", &item), ("name", "Shop")]).await.ok();
        let made = &made["createConnection"];
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let (id, token) = (text(&made["connection"]["id"]), text(&made["token"]));
        Self {
            told,
            id,
            token,
            request,
            item,
            ben,
            http: Client::builder().no_proxy().build().expect("a client"),
        }
    }

    async fn call_at(&self, base: &str) -> Response {
        let at = format!("{base}/broker/{}/things", self.id);
        self.http.get(at).bearer_auth(&self.token).send().await.expect("an answer")
    }

    async fn call(&self) -> Response {
        self.call_at(&self.told.world.app.base).await
    }

    /// The app was asked for a new token by one of two calls, and refused it for both.
    fn was_refused_once(&self, answers: [Response; 2]) {
        for answer in answers {
            assert_eq!(
                (answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()),
                (409, "CREDENTIAL_INVALID")
            );
        }
        assert_eq!(self.told.server.refreshes(), 1);
    }

    fn advance(&self, by: TimeDelta) {
        self.told.world.app.advance(by);
    }
}

fn told_of(response: &Response, name: &str) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// USE-2, HEALTH-1: thirty-two calls at once with a token that has ended: one renewal, and no call fails. In the
/// scaled profile they come to two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_many_calls_at_once_renew_once() {
    let caller = Caller::start().await;
    let app = &caller.told.world.app;
    let beside = if app.service.config().is_scaled() { Some(app.beside().await) } else { None };
    let bases =
        [app.base.clone(), beside.as_ref().map_or_else(|| app.base.clone(), |beside| beside.base.clone())];
    for round in 1..4 {
        caller.advance(TimeDelta::hours(1));
        let calls = (0..32).map(|index| caller.call_at(&bases[index % 2]));
        for answer in futures_util::future::join_all(calls).await {
            assert_eq!(answer.status(), 200);
        }
        assert_eq!((caller.told.server.refreshes(), caller.told.server.spent_offered()), (round, 0));
    }
}

/// USE-2: while there is time a call goes out at once, and asks nobody for a token.
#[tokio::test]
async fn use_2_a_good_token_is_used_as_it_is() {
    let caller = Caller::start().await;
    caller.advance(TimeDelta::minutes(59));
    assert_eq!(caller.call().await.status(), 200);
    assert_eq!(caller.told.server.refreshes(), 0, "the worker's business");
    // Within the last half minute the worker is too late.
    caller.advance(TimeDelta::seconds(31));
    assert_eq!(caller.call().await.status(), 200);
    assert_eq!(caller.told.server.refreshes(), 1);
}

/// USE-2: a 401 of the app leads to one renewal and one more call; if the app says it again soon, it has another
/// reason, and the caller gets it as it is.
#[tokio::test]
async fn use_2_a_401_is_answered_by_one_renewal_and_one_more_call() {
    let caller = Caller::start().await;
    caller.advance(TimeDelta::minutes(10));
    caller.told.server.end_access();
    assert_eq!(caller.call().await.status(), 200);
    assert_eq!((caller.told.server.refreshes(), caller.told.server.calls()), (1, 2));
    caller.told.server.end_access();
    let answer = caller.call().await;
    assert_eq!((answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()), (401, ""));
    assert_eq!((caller.told.server.refreshes(), caller.told.server.calls()), (1, 3));
}

/// HEALTH-2: while the app does not renew, a token that is good is used and DEGRADED is told; one that has ended is
/// refused by us with a time, and the app is not asked by each call.
#[tokio::test]
async fn health_2_calls_do_not_press_an_app_that_is_down() {
    let caller = Caller::start().await;
    caller.told.server.always(Some(Do::Say(503, json!({}))));
    caller.advance(TimeDelta::seconds(3580));
    for _ in 0..5 {
        assert_eq!(caller.call().await.status(), 200);
    }
    assert_eq!(caller.told.server.refreshes(), 1);
    assert_eq!(told_of(&caller.call().await, "consentry-credential"), "DEGRADED");
    caller.advance(TimeDelta::seconds(25));
    for _ in 0..5 {
        let answer = caller.call().await;
        assert_eq!(
            (answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()),
            (503, "TOKEN_NOT_RENEWED")
        );
        let wait: u32 = told_of(&answer, "retry-after").parse().expect("a number");
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert_eq!(caller.told.server.refreshes(), 1);
    // It is back, and so is the call, without the worker.
    caller.told.server.always(None);
    caller.advance(TimeDelta::seconds(60));
    assert_eq!(caller.call().await.status(), 200);
    assert_eq!(told_of(&caller.call().await, "consentry-credential"), "AUTHORIZED");
}

/// HEALTH-1: while one process hears that the app renews no more, a call waits at another: it does not ask once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_what_one_process_heard_no_other_asks_again() {
    let caller = Caller::start().await;
    if !caller.told.world.app.service.config().is_scaled() {
        return;
    }
    let beside = caller.told.world.app.beside().await;
    let gate = Arc::new(Semaphore::new(0));
    let refused = Do::SayLate(Arc::clone(&gate), 400, json!({ "error": "invalid_grant" }));
    caller.told.server.next([refused]);
    caller.advance(TimeDelta::hours(1));
    let second = async {
        kit::eventually("the app has the call", async || caller.told.server.refreshes() == 1).await;
        let waits = caller.call_at(&beside.base);
        let release = async {
            // The call beside it has found the claim, and looks again and again whether it is over.
            let queries = beside.service.db().queries();
            kit::eventually("it looks", async || beside.service.db().queries() > queries + 20).await;
            gate.add_permits(1);
        };
        tokio::join!(waits, release).0
    };
    let (first, second) = tokio::join!(caller.call(), second);
    caller.was_refused_once([first, second]);
}

/// HEALTH-1: another process has read the row and is about to ask, when this one hears that the app renews no more: what
/// is spent is not offered again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_who_read_the_row_before_it_was_refused_does_not_ask() {
    let caller = Caller::start().await;
    let config = caller.told.world.app.service.config();
    if !config.is_scaled() {
        return;
    }
    let url = ExposeSecret::expose_secret(&config.database_url).to_owned();
    let beside = caller.told.world.app.beside().await;
    let gate = Arc::new(Semaphore::new(0));
    let refused = Do::SayLate(Arc::clone(&gate), 400, json!({ "error": "invalid_grant" }));
    caller.told.server.next([refused]);
    caller.advance(TimeDelta::hours(1));
    let mut lock = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let mut watch = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let heard = Notify::new();
    let first = async {
        let answer = caller.call().await;
        heard.notify_one();
        answer
    };
    let second = async {
        kit::eventually("the app has the call", async || caller.told.server.refreshes() == 1).await;
        // A process looks here between its look at the row and its claim.
        lock.execute("BEGIN; LOCK TABLE breaker").await.expect("nobody has it");
        let release = async {
            let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'breaker'::regclass";
            kit::eventually("it has read the row", async || {
                let waiting: i64 = sqlx::query_scalar(waits).fetch_one(&mut watch).await.expect("locks");
                waiting > 0
            })
            .await;
            gate.add_permits(1);
            heard.notified().await;
            lock.execute("COMMIT").await.expect("released");
        };
        tokio::join!(caller.call_at(&beside.base), release).0
    };
    let (first, second) = tokio::join!(first, second);
    caller.was_refused_once([first, second]);
}

/// HEALTH-1: a token that ends while a call waits for the next one is not sent any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_a_token_that_ended_meanwhile_is_not_sent() {
    let caller = Caller::start().await;
    let gate = Arc::new(Semaphore::new(0));
    caller.told.server.next([Do::SayLate(Arc::clone(&gate), 503, json!({}))]);
    caller.advance(TimeDelta::seconds(3580));
    let ended = async {
        kit::eventually("the app has the call", async || caller.told.server.refreshes() == 1).await;
        caller.advance(TimeDelta::seconds(25));
        gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(caller.call(), ended);
    assert_eq!(
        (answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()),
        (503, "TOKEN_NOT_RENEWED")
    );
    assert_eq!(caller.told.server.calls(), 0);
}

/// USE-2, HEALTH-1: the app counts in whole seconds, and ended a token of seconds a moment early: it is renewed though it
/// is young, and the call succeeds.
#[tokio::test]
async fn use_2_a_short_token_that_ended_early_is_renewed() {
    let caller = Caller::start().await;
    caller.told.server.next([Do::Answer(json!({ "expires_in": 8 }))]);
    caller.advance(TimeDelta::hours(1));
    assert_eq!(caller.call().await.status(), 200);
    caller.advance(TimeDelta::seconds(1));
    caller.told.server.end_access();
    assert_eq!(caller.call().await.status(), 401, "a quarter of its life is just now");
    caller.advance(TimeDelta::seconds(1));
    assert_eq!(caller.call().await.status(), 200);
    assert_eq!(caller.told.server.refreshes(), 2);
}

/// HEALTH-4: a call may be the first to learn that the access ended at the app.
#[tokio::test]
async fn health_4_a_call_that_finds_the_access_dead_tells_both_sides() {
    let caller = Caller::start().await;
    caller.told.server.end_all();
    caller.advance(TimeDelta::hours(1));
    let answer = caller.call().await;
    assert_eq!(
        (answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()),
        (409, "CREDENTIAL_INVALID")
    );
    caller.told.world.app.settle().await;
    assert_eq!(caller.told.health(&caller.ben, &caller.request).await["invalidReason"], "REFRESH_REFUSED");
    assert!(caller.told.world.app.mail_to("ana@northwind.example").await.subject.contains("stopped working"));
    // Mended by the recipient, the same token of the same connection goes on.
    caller.told.authorize(&caller.ben, &caller.item).await;
    assert_eq!(caller.call().await.status(), 200);
}

/// STATE-1: a caller that waits for a renewal gets nothing once the access is taken back, and what the app gave is
/// revoked there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_1_a_revoke_beats_a_call_that_waits_for_its_token() {
    let caller = Caller::start().await;
    let gate = Arc::new(Semaphore::new(0));
    caller.told.server.next([Do::Hold(Arc::clone(&gate))]);
    caller.advance(TimeDelta::hours(1));
    let revoked = async {
        kit::eventually("the app has the call", async || caller.told.server.refreshes() == 1).await;
        caller.ben.gql(REVOKE, &[("item", &caller.item)]).await.ok();
        gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(caller.call(), revoked);
    assert_eq!(
        (answer.status().as_u16(), told_of(&answer, "consentry-refused").as_str()),
        (409, "NOT_AUTHORIZED")
    );
    caller.told.world.app.settle().await;
    assert_eq!((caller.told.server.live(), caller.told.server.calls()), (0, 0));
}

/// USE-4, USE-5: where it is allowed and the recipient was told, a tool gets the access token with its end, fresh where
/// it was about to end, and never what renews it; the ledger has it, and a revoke ends it.
#[tokio::test]
async fn use_4_a_token_is_handed_out_with_its_end_and_counted() {
    let told = Told::start().await;
    let world = &told.world;
    let allow = "mutation($org: ID!) { updateOrganization(input: {organizationId: $org, tokenHandOut: true}) { organization { tokenHandOut } } }";
    world.as_user("owner").await.gql(allow, &[("org", &world.organization.to_string())]).await.ok();
    let (ben, _, item) = told.granted().await;
    let ana = world.as_user("ana").await;
    let made = ana.gql(CONNECT, &[("item", &item), ("name", "Tool")]).await.ok()["createConnection"].clone();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let (id, token) = (text(&made["connection"]["id"]), text(&made["token"]));
    let http = Client::builder().no_proxy().build().expect("a client");
    let fetch = async || {
        let asked = http.post(format!("{}/hand-out/{id}", world.app.base)).bearer_auth(&token);
        asked.send().await.expect("an answer")
    };
    world.app.advance(TimeDelta::hours(1));
    let answer = fetch().await;
    assert_eq!(answer.status(), 200);
    assert_eq!(told_of(&answer, "cache-control"), "no-store");
    let given: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(told.server.refreshes(), 1, "it was about to end");
    assert_eq!((&given["token_type"], &given["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let mut names: Vec<&String> = given.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_at", "expires_in", "token_type"], "not what renews it");
    let app = told.server.base();
    let used = http.get(format!("{app}/api/things")).bearer_auth(text(&given["access_token"])).send().await;
    assert_eq!(used.expect("an answer").status(), 200);
    world.app.service.flush_ledger().await.expect("flushed");
    let usage = "query($item: ID!) { itemUsage(itemId: $item, from: \"2027-01-15T00:00:00Z\", to: \"2027-01-16T00:00:00Z\") { kind calls } }";
    let usage = ben.gql(usage, &[("item", &item)]).await.ok();
    assert_eq!(usage["itemUsage"], json!([{ "kind": "HAND_OUT", "calls": 1 }]));
    ben.gql(REVOKE, &[("item", &item)]).await.ok();
    let refused = fetch().await;
    assert_eq!(
        (refused.status().as_u16(), told_of(&refused, "consentry-refused").as_str()),
        (409, "NOT_AUTHORIZED")
    );
}
