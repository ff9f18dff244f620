//! An app whose OAuth server does as it is told: it rotates refresh tokens and takes each once, like a careful real one,
//! and fails, waits or answers strangely where a test says so. What a certified server does is proved at npm
//! `oidc-provider`; no such server can be made to fail at a chosen moment.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kit::{Browser, Northwind, Options};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The app's entry in the catalog; `{base}` is where its server is.
pub const APP: &str = include_str!("scripted.toml");

/// What the token endpoint does with a refresh.
#[derive(Clone)]
pub enum Do {
    /// A status with a body, nothing more.
    Say(u16, Value),
    /// The same with `Retry-After`, in seconds.
    Wait(u16, u32),
    /// Waits to be released, then answers with a status and a body, nothing more.
    SayLate(Arc<Semaphore>, u16, Value),
    /// A good answer with these members changed; `null` leaves one out.
    Answer(Value),
    /// Takes the call and never answers; the token stays good.
    Never,
    /// Uses the token up, then waits to be released, then answers well.
    Hold(Arc<Semaphore>),
}

#[derive(Default)]
struct Inner {
    made: u32,
    live: HashSet<String>,
    access: HashSet<String>,
    script: VecDeque<Do>,
    always: Option<Do>,
    refreshes: u32,
    spent_offered: u32,
    revoked: Vec<String>,
    probe: Option<u16>,
    probe_wait: Option<u32>,
    probe_gate: Option<Arc<Semaphore>>,
    probes: u32,
    hints: Vec<String>,
    without_refresh: bool,
    base: String,
    pause: Duration,
    calls: u32,
    call_gate: Option<Arc<Semaphore>>,
    seen: Vec<String>,
}

/// The server.
#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Inner>>);

impl Scripted {
    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the next refreshes do, one after the other; then well again.
    pub fn next(&self, script: impl IntoIterator<Item = Do>) {
        self.with(|inner| inner.script.extend(script));
    }

    /// What every refresh does from now on.
    pub fn always(&self, what: Option<Do>) {
        self.with(|inner| inner.always = what);
    }

    /// What the probe answers from now on; `None` is 200.
    pub fn probe(&self, status: Option<u16>) {
        self.with(|inner| inner.probe = status);
    }

    /// The probe answers 503 and wants to be left alone for so many seconds.
    pub fn probe_later(&self, seconds: u32) {
        self.with(|inner| (inner.probe, inner.probe_wait) = (Some(503), Some(seconds)));
    }

    /// Probes that come now wait to be released.
    pub fn hold_probes(&self, gate: &Arc<Semaphore>) {
        self.with(|inner| inner.probe_gate = Some(Arc::clone(gate)));
    }

    /// Grants come without a refresh token from now on.
    pub fn without_refresh(&self) {
        self.with(|inner| inner.without_refresh = true);
    }

    /// Takes all access back at the app, as its owner can.
    pub fn end_all(&self) {
        self.with(|inner| {
            inner.live.clear();
            inner.access.clear();
        });
    }

    /// Ends all access tokens before their time; what renews them stays good.
    pub fn end_access(&self) {
        self.with(|inner| inner.access.clear());
    }

    /// Where it is.
    pub fn base(&self) -> String {
        self.with(|inner| inner.base.clone())
    }

    /// How long each answer of the token endpoint is on its way, from now on.
    pub fn pause(&self, pause: Duration) {
        self.with(|inner| inner.pause = pause);
    }

    /// Sends what it has written down as given.
    async fn on_its_way(&self, answer: Value) -> Response {
        tokio::time::sleep(self.with(|inner| inner.pause)).await;
        Json(answer).into_response()
    }

    /// Calls of the app itself.
    pub fn calls(&self) -> u32 {
        self.with(|inner| inner.calls)
    }

    /// Calls that come now wait to be released.
    pub fn hold_calls(&self, gate: &Arc<Semaphore>) {
        self.with(|inner| inner.call_gate = Some(Arc::clone(gate)));
    }

    /// Calls of the places below `/at`: the place, and the secret that came there.
    pub fn seen(&self) -> Vec<String> {
        self.with(|inner| inner.seen.clone())
    }

    /// Calls of the token endpoint that were refreshes.
    pub fn refreshes(&self) -> u32 {
        self.with(|inner| inner.refreshes)
    }

    /// Refresh tokens that were offered though they had been used up.
    pub fn spent_offered(&self) -> u32 {
        self.with(|inner| inner.spent_offered)
    }

    /// Probes.
    pub fn probes(&self) -> u32 {
        self.with(|inner| inner.probes)
    }

    /// Refresh tokens that still open something.
    pub fn live(&self) -> usize {
        self.with(|inner| inner.live.len())
    }

    /// Values of `login_hint` on the consent page.
    pub fn hints(&self) -> Vec<String> {
        self.with(|inner| inner.hints.clone())
    }

    fn tokens(&self, changed: &Value) -> Value {
        self.with(|inner| {
            inner.made += 1;
            let (access, refresh) = (format!("access-{}", inner.made), format!("refresh-{}", inner.made));
            let mut answer = json!({
                "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600,
            });
            let members = answer.as_object_mut().expect("an object");
            if inner.without_refresh {
                members.remove("refresh_token");
            }
            for (name, value) in changed.as_object().into_iter().flatten() {
                members.remove(name);
                if !value.is_null() {
                    members.insert(name.clone(), value.clone());
                }
            }
            inner.access.insert(access);
            if let Some(refresh) = members.get("refresh_token").and_then(Value::as_str) {
                inner.live.insert(refresh.to_owned());
            }
            answer
        })
    }
}

async fn authorize(State(server): State<Scripted>, Query(asked): Query<Vec<(String, String)>>) -> Redirect {
    let of = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    server.with(|inner| inner.hints.extend(of("login_hint")));
    let (to, state) = (of("redirect_uri").expect("a redirect"), of("state").expect("a state"));
    Redirect::to(&format!("{to}?code=good&state={state}"))
}

async fn token(State(server): State<Scripted>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let of = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if of("grant_type").as_deref() == Some("authorization_code") {
        return server.on_its_way(server.tokens(&json!({}))).await;
    }
    let offered = of("refresh_token").unwrap_or_default();
    let what = server.with(|inner| {
        inner.refreshes += 1;
        inner.script.pop_front().or_else(|| inner.always.clone()).unwrap_or(Do::Answer(json!({})))
    });
    match &what {
        Do::Say(status, body) => return said(*status, body),
        Do::Wait(status, seconds) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            return (StatusCode::from_u16(*status).expect("a status"), wait).into_response();
        }
        Do::SayLate(gate, status, body) => {
            gate.acquire().await.expect("open").forget();
            return said(*status, body);
        }
        Do::Never => return std::future::pending().await,
        Do::Answer(_) | Do::Hold(_) => {}
    }
    let keeps =
        matches!(&what, Do::Answer(changed) if changed.get("refresh_token").is_some_and(Value::is_null));
    let known = server.with(|inner| {
        let known = inner.live.contains(&offered);
        inner.spent_offered += u32::from(!known);
        if !keeps {
            inner.live.remove(&offered);
        }
        known
    });
    if !known {
        return said(400, &json!({ "error": "invalid_grant" }));
    }
    match what {
        Do::Hold(gate) => {
            let answer = server.tokens(&json!({}));
            gate.acquire().await.expect("open").forget();
            Json(answer).into_response()
        }
        Do::Answer(changed) => server.on_its_way(server.tokens(&changed)).await,
        Do::Say(..) | Do::Wait(..) | Do::SayLate(..) | Do::Never => unreachable!("answered above"),
    }
}

async fn revoke(State(server): State<Scripted>, Form(form): Form<Vec<(String, String)>>) {
    let token =
        form.into_iter().find(|(name, _)| name == "token").map(|(_, token)| token).unwrap_or_default();
    server.with(|inner| {
        inner.live.remove(&token);
        inner.revoked.push(token);
    });
}

fn said(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).expect("a status"), Json(body.clone())).into_response()
}

fn bearer(headers: &HeaderMap) -> String {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    shown.trim_start_matches("Bearer ").to_owned()
}

async fn me(State(server): State<Scripted>, headers: HeaderMap) -> Response {
    let shown = bearer(&headers);
    let (status, wait, gate) = server.with(|inner| {
        inner.probes += 1;
        let good = inner.access.contains(&shown) || shown == "key-1";
        let status = inner.probe.unwrap_or(if good { 200 } else { 401 });
        (status, inner.probe_wait, inner.probe_gate.clone())
    });
    if let Some(gate) = gate {
        gate.acquire().await.expect("open").forget();
    }
    let mut answer = said(status, &json!({ "mail": "mia@harbor.example" }));
    if let Some(wait) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, wait.into());
    }
    answer
}

async fn things(State(server): State<Scripted>, headers: HeaderMap) -> StatusCode {
    let shown = bearer(&headers);
    server.with(|inner| {
        inner.calls += 1;
        if inner.access.contains(&shown) { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
    })
}

/// The same where accounts live at places of their own.
async fn things_at(
    State(server): State<Scripted>,
    Path(place): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    let gate = server.with(|inner| {
        inner.seen.push(format!("{place} {}", bearer(&headers)));
        inner.call_gate.clone()
    });
    if let Some(gate) = gate {
        gate.acquire().await.expect("open").forget();
    }
    things(State(server), headers).await
}

impl Scripted {
    /// Serves it, at a free port.
    pub async fn start() -> Self {
        let server = Self::default();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        server.with(|inner| inner.base = base);
        let routes = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .route("/me", get(me))
            .route("/api/things", get(things))
            .route("/at/{place}/things", get(things_at))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        server
    }
}

/// An instance with that app, and its server.
pub struct Told {
    pub world: Northwind,
    pub server: Scripted,
}

impl Told {
    pub async fn start() -> Self {
        Self::with(APP).await
    }

    /// With another entry in the catalog.
    pub async fn with(app: &str) -> Self {
        let server = Scripted::start().await;
        let settings = [("OAUTH_SCRIPTED_CLIENT_ID", "client"), ("OAUTH_SCRIPTED_CLIENT_SECRET", "secret")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        let apps = vec![("scripted.toml".to_owned(), app.replace("{base}", &server.base()))];
        let world = Northwind::with(Options { settings, apps, mailer: None }).await;
        Self { world, server }
    }

    /// Asks `ben` for so many items, in the name of `ana`: the request's id, and the items'.
    pub async fn ask(&self, items: usize) -> (String, Vec<String>) {
        let mut draft = self.world.draft(json!({ "member": self.world.user_id("ben").await }), items);
        draft["items"] = json!(vec![json!({ "app": "scripted", "modules": { "all": true } }); items]);
        let ana = self.world.as_user("ana").await;
        let sent = ana.post(kit::CREATE, json!({ "input": draft })).await.ok();
        self.world.app.settle().await;
        let sent = &sent["createCredentialRequest"]["request"];
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        (
            text(&sent["id"]),
            sent["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect(),
        )
    }

    /// Goes through the app's page.
    pub async fn authorize(&self, browser: &Browser, item: &str) {
        let started = browser.gql(kit::START, &[("item", item)]).await.ok();
        let at = started["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
        let there = browser.get(&at).await;
        let back = there.headers()["location"].to_str().expect("an address").to_owned();
        assert_eq!(browser.get(&back).await.status(), 200);
    }

    /// One item that `ben` has authorized: the browser of `ben`, the request, the item.
    pub async fn granted(&self) -> (Browser, String, String) {
        let (request, items) = self.ask(1).await;
        let ben = self.world.as_user("ben").await;
        self.authorize(&ben, &items[0]).await;
        self.world.app.settle().await;
        (ben, request, items[0].clone())
    }

    /// Lets the worker look at what is due.
    pub async fn check(&self) {
        self.world.app.service.enqueue_token_checks().await.expect("a job");
        self.world.app.settle().await;
    }

    /// Health of the first item of a request, as its recipient sees it.
    pub async fn health(&self, browser: &Browser, request: &str) -> Value {
        let show = "query($id: ID!) { request(id: $id) { status items { state invalidReason credential { version expiresAt health { state failingSince failures lastFailure nextRefreshAt lastRefreshAt lastProbeAt nextProbeAt } } } } }";
        let shown = browser.gql(show, &[("id", request)]).await.ok();
        let mut item = shown["request"]["items"][0].clone();
        item["status"] = shown["request"]["status"].clone();
        item
    }
}
