//! What the broker refuses, and how it says so (USE-2, USE-3).

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use kit::REVOKE;
use reqwest::Method;
use serde_json::json;

use super::stage::{Connection, Stage, in_time, refusal, told};

/// USE-2: a wrong token, none, one elsewhere than in its header, and no such connection are one answer.
#[tokio::test]
async fn use_2_a_token_opens_its_own_connection_only() {
    let stage = Stage::start().await;
    let (mine, other) = (stage.connect("One").await, stage.connect("Two").await);
    let wrong = format!("csc_{}", "A".repeat(43));
    let at = |id: &str| format!("{}/broker/{id}/things", stage.world.app.base);
    let nobody = "con_0190a0a0a0a07000a000000000000000";
    let session = stage.world.as_user("ana").await.cookie_header();
    let plain = |id: &str| stage.http.get(at(id));
    let mut answers = Vec::new();
    for request in [
        plain(&mine.id),
        plain(&mine.id).bearer_auth(&wrong),
        plain(&mine.id).bearer_auth(&other.token),
        plain(nobody).bearer_auth(&mine.token),
        plain("nonsense").bearer_auth(&mine.token),
        plain(&mine.id).header("authorization", &mine.token),
        plain(&mine.id).header("cookie", session),
        plain(&mine.id).header("x-api-key", &mine.token),
        plain(&mine.id).query(&[("access_token", &mine.token)]),
        plain(&mine.id).bearer_auth(&mine.token).bearer_auth(&other.token),
        stage.http.request(Method::OPTIONS, at(&mine.id)).header("origin", "https://evil.example"),
    ] {
        let response = request.send().await.expect("an answer");
        assert!(response.headers().contains_key("www-authenticate"));
        assert!(!response.headers().contains_key("access-control-allow-origin"));
        assert_eq!(response.status(), 401);
        answers.push(response.text().await.expect("a body"));
    }
    answers.dedup();
    assert_eq!((answers.len(), stage.app.calls().len()), (1, 0));
    assert_eq!(stage.get(&mine, "/things").await.status(), 200);

    // Rotated: the old one opens nothing.
    let rotate = "mutation($id: ID!) { rotateConnection(input: {connectionId: $id}) { token } }";
    let rotated = stage.world.as_user("ana").await.gql(rotate, &[("id", &mine.id)]).await.ok();
    assert_eq!(stage.get(&mine, "/things").await.status(), 401);
    let token = rotated["rotateConnection"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(stage.get(&Connection { token, ..mine }, "/things").await.status(), 200);
}

/// USE-1: an expired token opens nothing.
#[tokio::test]
async fn use_1_an_expired_token_opens_nothing() {
    let stage = Stage::start().await;
    let ends = (kit::beginning() + TimeDelta::hours(1)).to_rfc3339();
    let make = "mutation($item: ID!, $end: DateTime!) { createConnection(input: {itemId: $item, name: \"Short\", consumer: \"x\", expiresAt: $end}) { token connection { id } } }";
    let made =
        stage.world.as_user("ana").await.gql(make, &[("item", &stage.item), ("end", &ends)]).await.ok();
    let text = |at: &str| made.pointer(at).and_then(|text| text.as_str()).expect("a text").to_owned();
    let mine =
        Connection { id: text("/createConnection/connection/id"), token: text("/createConnection/token") };
    assert_eq!(stage.get(&mine, "/things").await.status(), 200);
    stage.world.app.advance(TimeDelta::hours(1));
    assert_eq!(refusal(stage.get(&mine, "/things").await).await, told(401, "TOKEN_EXPIRED", &[]));
}

/// USE-3: what matches no consented module is refused with the module that would allow it; nothing is sent.
#[tokio::test]
async fn use_3_the_missing_module_is_named() {
    let stage = Stage::start().await;
    let mine = stage.connect("Rules").await;
    let call = |method, path: &str| stage.request(method, &mine, path).send();
    let delete = call(Method::DELETE, "/things/1").await.expect("an answer");
    assert_eq!(refusal(delete).await, told(403, "NOT_CONSENTED", &["delete_things"]));
    let unknown = call(Method::GET, "/admin").await.expect("an answer");
    assert_eq!(refusal(unknown).await, told(403, "NOT_CONSENTED", &[]));
    let patch = call(Method::PATCH, "/things/1").await.expect("an answer");
    assert_eq!(refusal(patch).await, told(403, "NOT_CONSENTED", &[]));
    let host = stage.request(Method::GET, &mine, "/things").header("consentry-host", "evil.example");
    assert_eq!(refusal(host.send().await.expect("an answer")).await, told(403, "NOT_CONSENTED", &[]));
    for query in ["?_method=DELETE", "?%5Fmethod=x", "?X-HTTP-Method-Override=DELETE", "?method=delete"] {
        let answer = call(Method::GET, &format!("/things{query}")).await.expect("an answer");
        assert_eq!(refusal(answer).await, told(400, "MALFORMED", &[]), "{query}");
    }
    let form = stage.request(Method::POST, &mine, "/things").form(&[("a", "b"), ("_method", "delete")]);
    assert_eq!(refusal(form.send().await.expect("an answer")).await, told(400, "MALFORMED", &[]));
    assert!(stage.app.calls().is_empty());
    assert_eq!(call(Method::GET, "/things?method=email").await.expect("an answer").status(), 200);
    // A form that is too large to look through.
    let form = stage.request(Method::POST, &mine, "/things").form(&[("a", "b".repeat(1 << 20))]);
    assert_eq!(refusal(form.send().await.expect("an answer")).await, told(413, "BODY_TOO_LARGE", &[]));
}

/// REC-6, USE-2: what was revoked stops at once, and the same connection goes on when it is authorized again.
#[tokio::test]
async fn rec_6_a_revoke_stops_calls_at_once() {
    let stage = Stage::start().await;
    let mine = stage.connect("Revoked").await;
    assert_eq!(stage.get(&mine, "/things").await.status(), 200);
    stage.world.as_user("ben").await.gql(REVOKE, &[("item", &stage.item)]).await.ok();
    let answer = stage.get(&mine, "/things").await;
    assert_eq!(answer.headers()["consentry-credential"], "REVOKED");
    assert_eq!(refusal(answer).await, told(409, "NOT_AUTHORIZED", &[]));
    stage.authorize("header").await;
    assert_eq!(stage.get(&mine, "/things").await.status(), 200);
    let withdraw = "mutation($id: ID!) { withdrawConnection(input: {connectionId: $id}) { connectionId } }";
    stage.world.as_user("ana").await.gql(withdraw, &[("id", &mine.id)]).await.ok();
    assert_eq!(stage.get(&mine, "/things").await.status(), 401);
}

/// USE-2: answers that are under way when the recipient revokes stop within seconds, one that is read slowly and one of
/// which nothing comes.
#[tokio::test]
async fn rec_6_a_revoke_stops_an_answer_that_is_under_way() {
    let stage = Stage::with("header", &[("BROKER_TIMEOUT_SECONDS", "300")]).await;
    let mine = stage.connect("Long").await;
    let mut large = stage.get(&mine, "/files/large").await;
    large.chunk().await.expect("a piece");
    let mut quiet = stage.get(&mine, "/files/quiet").await;
    assert_eq!(quiet.chunk().await.expect("a piece").as_deref(), Some(b"begun".as_slice()));
    stage.world.as_user("ben").await.gql(REVOKE, &[("item", &stage.item)]).await.ok();
    // The broker asks again every five seconds of a body's time.
    let cut = in_time(async {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(300));
        loop {
            ticks.tick().await;
            match large.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    });
    let (cut, quiet) = tokio::join!(cut, in_time(quiet.chunk()));
    assert!(cut, "the answer went on to its end");
    assert!(quiet.is_err(), "it broke off");
}

/// USE-2: an app that is away or silent is told from one that refuses; too many calls at once wait outside.
#[tokio::test]
async fn use_2_an_app_that_is_away_or_silent_and_too_many_calls() {
    let stage = Stage::with("header", &[("BROKER_TIMEOUT_SECONDS", "1")]).await;
    let mine = stage.connect("Away").await;
    let silent = stage.get(&mine, "/files/silent").await;
    assert_eq!(refusal(silent).await, told(504, "APP_TIMEOUT", &[]));

    let stage = Stage::start().await;
    let mine = stage.connect("Many").await;
    let calls: Vec<_> =
        (0..128).map(|_| tokio::spawn(stage.request(Method::GET, &mine, "/files/wait").send())).collect();
    kit::eventually("all calls wait", async || stage.app.waiting.load(Ordering::SeqCst) == 128).await;
    let more = stage.get(&mine, "/things").await;
    assert_eq!(more.headers()["retry-after"], "1");
    assert_eq!(refusal(more).await, told(429, "TOO_MANY_CALLS", &[]));
    stage.app.door.notify_waiters();
    for call in calls {
        let answer = in_time(call).await.expect("ended").expect("an answer");
        assert_eq!(answer.text().await.expect("a body"), "waited");
    }
    kit::eventually("there is room again", async || stage.get(&mine, "/things").await.status() == 200).await;
}

/// USE-2: an app that nobody answers for.
#[tokio::test]
async fn use_2_an_app_that_cannot_be_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let providers =
        providers::Providers::new(providers::Outbound { allow_loopback: true }).expect("a client");
    let secret =
        domain::credential::Secret::ApiKey { key: "k".into(), params: std::collections::BTreeMap::new() };
    let catalog = domain::catalog::Catalog::parse(
        [("openai.toml", include_str!("../../../catalog/openai.toml"))],
        &domain::catalog::Options::default(),
    );
    let catalog = catalog.expect("a catalog");
    let method =
        catalog.version("openai", "v1").and_then(|version| version.method("api_key")).expect("a method");
    let call = |url: &str| providers::Call {
        method: Method::GET,
        url: url.parse().expect("a URL"),
        headers: http::HeaderMap::new(),
        body: providers::Body::Empty,
    };
    let silence = std::time::Duration::from_secs(5);
    let gone = providers.forward(method, &secret, call(&base), silence).await;
    assert!(matches!(gone, Err(providers::ForwardError::NotReached(_))));
    // SEC-2: the broker's way out is the guarded one.
    for url in ["http://169.254.169.254/latest", "https://10.0.0.1/", "http://example.com/"] {
        let kept = providers.forward(method, &secret, call(url), silence).await;
        assert!(matches!(kept, Err(providers::ForwardError::Misconfigured(_))), "{url}");
    }
}

/// USE-4: tokens are handed out only where the organization allows it and the request said so; never a key.
#[tokio::test]
async fn use_4_token_hand_out_is_off_until_told_and_never_gives_a_key() {
    let stage = Stage::start().await;
    let mine = stage.connect("Tool").await;
    let fetch = async || {
        let url = format!("{}/hand-out/{}", stage.world.app.base, mine.id);
        refusal(stage.http.post(url).bearer_auth(&mine.token).send().await.expect("an answer")).await
    };
    assert_eq!(fetch().await, told(403, "HAND_OUT_OFF", &[]));
    let allow = "mutation($org: ID!) { updateOrganization(input: {organizationId: $org, tokenHandOut: true}) { organization { tokenHandOut } } }";
    let organization = stage.world.organization.to_string();
    stage.world.as_user("owner").await.gql(allow, &[("org", &organization)]).await.ok();
    // The recipient of this request was told nothing of it.
    assert_eq!(fetch().await, told(403, "HAND_OUT_OFF", &[]));
    let (request, item) = super::stage::ask(&stage.world, &["read_things"]).await;
    let ben = stage.world.as_user("ben").await;
    let show = "query($id: ID!) { request(id: $id) { tokenHandOut } }";
    for (id, said) in [(&request, true), (&stage.request, false)] {
        assert_eq!(ben.gql(show, &[("id", id)]).await.ok()["request"]["tokenHandOut"], json!(said));
    }
    let given = [("item", item.as_str()), ("method", "header"), ("key", super::stage::KEY)];
    ben.gql(super::stage::SUBMIT, &given).await.ok();
    let told_of = super::stage::connect(&stage.world.as_user("ana").await, &item, "Tool 2").await;
    let url = format!("{}/hand-out/{}", stage.world.app.base, told_of.id);
    let key = stage.http.post(url).bearer_auth(&told_of.token).send().await.expect("an answer");
    assert_eq!(refusal(key).await, told(409, "NO_SHORT_TOKEN", &[]));
}
