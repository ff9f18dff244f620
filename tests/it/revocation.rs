//! What becomes of secrets at their provider (REC-6, REC-7, REL-2): given up, started again, superseded.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use kit::{Browser, CREATE, Northwind, Options, REVOKE, SHOW, START};
use serde_json::{Value, json};
use url::Url;

/// An OAuth server that gives numbered tokens and can be told to refuse.
#[derive(Clone)]
pub struct Server(Arc<Mutex<Rows>>);

pub struct Rows {
    given: u32,
    revoked: Vec<String>,
    pub revoke: StatusCode,
    me: StatusCode,
    /// The next token call waits for this to open.
    hold: Option<Arc<Hold>>,
}

#[derive(Default)]
struct Hold {
    asked: tokio::sync::Notify,
    open: tokio::sync::Notify,
}

impl Server {
    pub fn rows(&self) -> std::sync::MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn start() -> (Self, String) {
        let rows =
            Rows { given: 0, revoked: Vec::new(), revoke: StatusCode::OK, me: StatusCode::OK, hold: None };
        let server = Self(Arc::new(Mutex::new(rows)));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new()
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .route("/me", get(me))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (server, base)
    }

    /// Tokens that were revoked, in order.
    pub fn revoked(&self) -> Vec<String> {
        self.rows().revoked.clone()
    }
}

async fn token(State(server): State<Server>) -> Json<Value> {
    let hold = server.rows().hold.take();
    if let Some(hold) = hold {
        hold.asked.notify_one();
        hold.open.notified().await;
    }
    let mut rows = server.rows();
    rows.given += 1;
    let number = rows.given;
    Json(
        json!({ "access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"), "token_type": "Bearer" }),
    )
}

async fn revoke(
    State(server): State<Server>,
    Form(form): Form<std::collections::HashMap<String, String>>,
) -> StatusCode {
    let mut rows = server.rows();
    if rows.revoke.is_success() {
        rows.revoked.push(form["token"].clone());
    }
    rows.revoke
}

async fn me(State(server): State<Server>) -> impl IntoResponse {
    (server.rows().me, Json(json!({ "login": "mia" })))
}

fn app_file(base: &str) -> String {
    let method = |id: &str, kind: &str, more: &str, oauth: &str| {
        format!(
            r#"
[[versions.methods]]
id = "{id}"
label = "{id}"
kind = "{kind}"
injections = [{{ in = "HEADER", name = "authorization", value = "Bearer {{access_token}}" }}]
{more}
[versions.methods.oauth]
{oauth}token_url = "{base}/token"

[versions.methods.probe]
url = "{base}/me"

[versions.methods.revocation]
kind = "RFC7009"
url = "{base}/revoke"
"#
        )
    };
    let fields = "fields = [{ name = \"client_id\", label = \"Id\" }, { name = \"client_secret\", label = \"Secret\", secret = true }]\n";
    let consent = format!("authorize_url = \"{base}/authorize\"\n");
    format!(
        r#"
id = "numbers"
name = "Numbers"
website = "https://numbers.example/"
help = "An app that counts its tokens."

[[versions]]
id = "v1"
name = "Version 1"
base_url = "{base}"

[[versions.scopes]]
scope = "all"
words = "See everything"
effect = "READ"
{}{}
[[versions.modules]]
id = "see"
name = "See"
description = "Sees everything."
effect = "READ"
scopes = ["all"]

[[versions.modules.calls]]
methods = ["GET"]
path = "/me"
"#,
        method("oauth", "OAUTH2_CODE", "", &consent),
        method("machine", "CLIENT_CREDENTIALS", fields, ""),
    )
}

/// A request for one item of the numbered app, from `ana` to `ben`.
pub struct Asked {
    pub world: Northwind,
    pub server: Server,
    pub id: String,
    pub item: String,
}

pub async fn asked() -> Asked {
    let (server, base) = Server::start().await;
    let settings = [("OAUTH_NUMBERS_CLIENT_ID", "c"), ("OAUTH_NUMBERS_CLIENT_SECRET", "s")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let apps = vec![("numbers.toml".to_owned(), app_file(&base))];
    let world = Northwind::with(Options { settings, apps, ..Options::default() }).await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = json!({ "app": "numbers", "modules": { "all": true } });
    let request = world.as_user("ana").await.post(CREATE, json!({ "input": input })).await.ok();
    let request = request["createCredentialRequest"]["request"].clone();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    world.app.settle().await;
    Asked { id: text(&request["id"]), item: text(&request["items"][0]["id"]), world, server }
}

impl Asked {
    pub async fn authorize(&self) -> StatusCode {
        let ben = self.world.as_user("ben").await;
        let way_back = self.leave(&ben).await;
        come_back(&ben, &way_back).await
    }

    /// Goes to the app; returns where the app sends the browser back to.
    pub async fn leave(&self, browser: &Browser) -> String {
        let started = browser.gql(START, &[("item", &self.item)]).await.ok();
        let url = Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
        let state = url.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        format!("/oauth/callback?state={state}&code=c")
    }

    pub async fn revoke(&self) {
        self.world.as_user("ben").await.gql(REVOKE, &[("item", &self.item)]).await.ok();
    }

    async fn item(&self) -> Value {
        let shown = self.world.as_user("ben").await.gql(SHOW, &[("id", &self.id)]).await.ok();
        shown["request"]["items"][0].clone()
    }

    pub async fn outcome(&self) -> Value {
        self.item().await["revocation"]["outcome"].clone()
    }
}

pub async fn come_back(browser: &Browser, way: &str) -> StatusCode {
    StatusCode::from_u16(browser.get(way).await.status().as_u16()).expect("a status")
}

/// REC-6, REL-2: a revocation that was given up keeps what it needs: once the cause is mended it can be
/// started again, and then the provider is told.
#[tokio::test]
async fn rel_2_a_revocation_that_was_given_up_can_be_started_again() {
    let asked = asked().await;
    assert_eq!(asked.authorize().await, StatusCode::OK);
    asked.server.rows().revoke = StatusCode::FORBIDDEN;
    asked.revoke().await;
    asked.world.app.settle().await;
    assert_eq!(asked.outcome().await, "QUEUED", "an operator can mend it: no giving up at the first try");
    asked.world.app.settle_patiently(40).await;
    assert_eq!(asked.outcome().await, "FAILED");
    let service = &asked.world.app.service;
    let dead = service.dead_jobs().await.expect("jobs");
    assert_eq!((dead.len(), dead[0].1.as_str()), (1, "REVOKE_AT_PROVIDER"));
    asked.server.rows().revoke = StatusCode::OK;
    assert!(service.retry_dead_job(dead[0].0).await.expect("started again"));
    assert_eq!(asked.outcome().await, "QUEUED");
    asked.world.app.settle().await;
    assert_eq!(asked.outcome().await, "REVOKED");
    assert_eq!(asked.server.revoked(), ["refresh-1", "access-1"]);
    assert!(!service.retry_dead_job(dead[0].0).await.expect("asked"), "nothing is left to start again");
}

/// REL-2: dropping a given-up revocation destroys the secret that it kept.
#[tokio::test]
async fn rel_2_a_dropped_revocation_keeps_no_secret() {
    let asked = asked().await;
    asked.authorize().await;
    asked.server.rows().revoke = StatusCode::FORBIDDEN;
    asked.revoke().await;
    asked.world.app.settle_patiently(40).await;
    let service = &asked.world.app.service;
    assert_eq!(service.kept_secrets().await.expect("counted"), 1);
    let dead = service.dead_jobs().await.expect("jobs");
    assert!(service.drop_dead_job(dead[0].0).await.expect("dropped"));
    assert_eq!(service.kept_secrets().await.expect("counted"), 0);
    assert_eq!(asked.outcome().await, "FAILED");
}

/// DEL-3: a deletion clears given-up revocations and their jobs too.
#[tokio::test]
async fn del_3_given_up_revocations_go_with_their_request() {
    let asked = asked().await;
    asked.authorize().await;
    asked.server.rows().revoke = StatusCode::FORBIDDEN;
    asked.revoke().await;
    asked.world.app.settle_patiently(40).await;
    let ben = asked.world.as_user("ben").await;
    let preview = ben.gql(kit::PREVIEW, &[("id", &asked.id)]).await.ok();
    let token = preview["deletionPreview"]["confirmationToken"].as_str().expect("a token").to_owned();
    ben.gql(kit::DELETE, &[("id", &asked.id), ("token", &token)]).await.ok();
    asked.world.app.settle_patiently(5).await;
    let service = &asked.world.app.service;
    assert!(service.dead_jobs().await.expect("jobs").is_empty());
    for (table, count) in service.row_counts().await.expect("counts") {
        assert_eq!(count, 0, "{table}");
    }
}

/// REC-7, STATE-1: a replaced secret is kept for its revocation only, so that a later revoke ends both: the
/// app may let an old token live on beside the new one. It is not revoked at once, since some apps end the
/// new one with it.
#[tokio::test]
async fn rec_7_a_replaced_secret_ends_with_the_next_revoke() {
    let asked = asked().await;
    asked.authorize().await;
    assert_eq!(asked.authorize().await, StatusCode::OK);
    asked.world.app.settle().await;
    assert_eq!(asked.server.revoked(), [""; 0]);
    assert_eq!(asked.outcome().await, Value::Null, "nothing was revoked yet");
    asked.revoke().await;
    asked.world.app.settle().await;
    let mut revoked = asked.server.revoked();
    revoked.sort();
    assert_eq!(revoked, ["access-1", "access-2", "refresh-1", "refresh-2"]);
    assert_eq!(asked.outcome().await, "REVOKED");
    assert_eq!(asked.world.app.service.kept_secrets().await.expect("counted"), 0);
}

/// STATE-1: a token that was fetched and then refused by the probe is revoked, for machine clients too.
#[tokio::test]
async fn state_1_a_token_that_the_probe_refuses_is_revoked() {
    let asked = asked().await;
    asked.server.rows().me = StatusCode::UNAUTHORIZED;
    let submit = "mutation($item: ID!) { submitCredential(input: {itemId: $item, method: \"machine\", fields: [{name: \"client_id\", value: \"m\"}, {name: \"client_secret\", value: \"n\"}]}) { item { state } } }";
    let ben = asked.world.as_user("ben").await;
    assert_eq!(ben.gql(submit, &[("item", &asked.item)]).await.refusal(), "CREDENTIAL_REFUSED");
    asked.world.app.settle().await;
    assert_eq!(asked.server.revoked(), ["access-1"]);
}

/// REL-1, STATE-1: a sign-in whose outcome nobody wrote down is not forgotten; the answer that comes after all
/// is not stored, and its token is revoked.
#[tokio::test]
async fn state_1_a_sign_in_that_was_cut_off_is_told() {
    let asked = Arc::new(asked().await);
    let hold = Arc::new(Hold::default());
    asked.server.rows().hold = Some(Arc::clone(&hold));
    let callback = tokio::spawn({
        let asked = Arc::clone(&asked);
        async move { asked.authorize().await }
    });
    hold.asked.notified().await;
    let service = &asked.world.app.service;
    worker::schedule::sweep(service, false).await.expect("a sweep");
    assert_eq!(asked.item().await["state"], "PENDING", "the app may take its time");
    asked.world.app.advance(chrono::TimeDelta::minutes(2));
    worker::schedule::sweep(service, false).await.expect("a sweep");
    let item = asked.item().await;
    assert_eq!((&item["state"], &item["attempts"][0]["reason"]), (&json!("INVALID"), &json!("INTERRUPTED")));
    hold.open.notify_one();
    assert_eq!(callback.await.expect("a callback"), StatusCode::CONFLICT);
    asked.world.app.settle().await;
    assert_eq!(asked.item().await["state"], "INVALID");
    assert_eq!(asked.server.revoked(), ["refresh-1", "access-1"]);
    assert_eq!(asked.authorize().await, StatusCode::OK);
    assert_eq!(asked.item().await["state"], "AUTHORIZED");
}
