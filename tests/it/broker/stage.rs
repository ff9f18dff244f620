//! An instance, an app at a real HTTP server that notes what it gets, and connections to it.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use http::HeaderMap;
use kit::{Browser, CONNECT, Northwind, Options};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub const KEY: &str = "planted-key-0123456789";
/// A large answer: a hundred pieces of a megabyte.
pub const PIECES: u64 = 100;
pub const PIECE: usize = 1024 * 1024;

/// A call as the app received it.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: String,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What the app noted.
#[derive(Clone, Default)]
pub struct App {
    calls: Arc<Mutex<Vec<Got>>>,
    /// Pieces of the large answer that were made.
    pub made: Arc<AtomicU64>,
    /// Opens the door that `/v1/files/wait` waits at.
    pub door: Arc<tokio::sync::Notify>,
    pub waiting: Arc<AtomicU64>,
}

impl App {
    pub fn calls(&self) -> Vec<Got> {
        self.calls.lock().expect("calls").clone()
    }

    pub fn last(&self) -> Got {
        self.calls().pop().expect("a call")
    }

    pub fn forget(&self) {
        self.calls.lock().expect("calls").clear();
    }
}

async fn answer(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if path == "/whoami" {
        return Response::new(Body::from("{\"login\":\"mia\"}"));
    }
    // A body that is too large to keep is counted.
    let body = if path.ends_with("/sink") {
        let mut length = 0;
        let mut pieces = body.into_data_stream();
        while let Some(Ok(piece)) = pieces.next().await {
            length += piece.len();
        }
        Bytes::from(length.to_string())
    } else {
        axum::body::to_bytes(body, 1 << 24).await.unwrap_or_default()
    };
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let got = Got {
        method: parts.method.to_string(),
        target: target.clone(),
        headers: parts.headers,
        body: body.clone(),
    };
    app.calls.lock().expect("calls").push(got);
    let respond = Response::builder();
    let response = match path.trim_start_matches("/v1/files/") {
        "sink" => respond.body(Body::from(body)),
        "large" => {
            let made = Arc::clone(&app.made);
            let pieces = stream::iter(0..PIECES).map(move |_| {
                made.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Infallible>(Bytes::from(vec![b'x'; PIECE]))
            });
            respond.header("content-length", PIECES * PIECE as u64).body(Body::from_stream(pieces))
        }
        "headers" => respond
            .status(299)
            .header("content-type", "application/vnd.shop+json")
            .header("content-encoding", "gzip")
            .header("etag", "\"7\"")
            .header("x-ratelimit-remaining", "4")
            .header("x-request-id", "abc")
            .header("set-cookie", "session=theirs")
            .header("access-control-allow-origin", "*")
            .header("cache-control", "public, max-age=600")
            .header("strict-transport-security", "max-age=1")
            .header("content-security-policy", "script-src *")
            .header("connection", "etag-not-this, x-hop-request-id")
            .header("x-hop-request-id", "for the next hop")
            .header("consentry-credential", "FORGED")
            .header("server", "shop")
            // Not really compressed: whoever unpacks it fails.
            .body(Body::from("not unpacked")),
        "redirect" => {
            let to = format!("https://elsewhere.example/v1/things{query}");
            respond.status(302).header("location", to).body(Body::empty())
        }
        "login" => {
            let asked: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
            respond.status(302).header("location", format!("/login/?next={asked}")).body(Body::empty())
        }
        "pages" => {
            let pages = format!("<https://shop.example/v1/things{query}&page_token=2>; rel=\"next\"");
            respond.header("link", pages).header("x-request-id", KEY).body(Body::empty())
        }
        "401" => respond.status(401).header("www-authenticate", "Bearer").body(Body::from("no")),
        "503" => respond.status(503).header("retry-after", "9").body(Body::from("later")),
        "wait" => {
            app.waiting.fetch_add(1, Ordering::SeqCst);
            app.door.notified().await;
            respond.body(Body::from("waited"))
        }
        "silent" => std::future::pending().await,
        "quiet" => {
            let begin = stream::once(async { Ok::<_, Infallible>(Bytes::from("begun")) });
            respond.body(Body::from_stream(begin.chain(stream::pending())))
        }
        _ => respond.header("content-type", "application/json").body(Body::from("{\"ok\":true}")),
    };
    response.expect("a response")
}

const METHOD: &str = r#"
[[versions.methods]]
id = "{id}"
label = "Key in {id}"
kind = "API_KEY"
fields = [{ name = "key", label = "Key", secret = true }]
injections = [{injection}]
[versions.methods.probe]
url = "{base}/whoami"
[versions.methods.identity]
label = "/login"
[versions.methods.revocation]
kind = "UNSUPPORTED"
"#;

fn app_file(base: &str) -> String {
    let mut text = format!(
        "id = \"shop\"\nname = \"Shop\"\nwebsite = \"https://shop.example/\"\nhelp = \"A shop.\"\n\
         [[versions]]\nid = \"v1\"\nname = \"1\"\nbase_url = \"{base}/v1\"\n"
    );
    for (id, injection) in [
        ("header", r#"{ in = "HEADER", name = "X-Shop-Key", value = "Key {key}" }"#),
        ("query", r#"{ in = "QUERY", name = "api_key", value = "{key}" }"#),
        ("token", r#"{ in = "QUERY", name = "token", value = "{key}" }"#),
        ("basic", r#"{ in = "BASIC", username = "shop", password = "{key}" }"#),
        ("body", r#"{ in = "BODY", name = "token", value = "{key}" }"#),
    ] {
        let method = METHOD.replace("{id}", id).replace("{base}", base).replace("{injection}", injection);
        text.push_str(&method);
    }
    for (id, effect, methods, paths) in [
        ("read_things", "READ", "\"GET\", \"HEAD\"", ["/v1/things", "/v1/things/*"]),
        ("write_things", "WRITE", "\"POST\", \"PUT\"", ["/v1/things", "/v1/things/*"]),
        ("delete_things", "DELETE", "\"DELETE\"", ["/v1/things/*", "/v1/things/*/parts/*"]),
        ("files", "WRITE", "\"GET\", \"POST\"", ["/v1/files/**", "/v1/more/**"]),
    ] {
        let calls = paths.map(|path| format!("{{ methods = [{methods}], path = \"{path}\" }}")).join(", ");
        writeln!(
            text,
            "[[versions.modules]]\nid = \"{id}\"\nname = \"{id}\"\ndescription = \"Does it.\"\neffect = \"{effect}\"\ncalls = [{calls}]"
        )
        .expect("a string");
    }
    text
}

/// The instance, the app, and a request from `ana` that `ben` has answered.
pub struct Stage {
    pub world: Northwind,
    pub app: App,
    pub item: String,
    pub request: String,
    pub http: Client,
}

/// A connection and its token.
#[derive(Clone)]
pub struct Connection {
    pub id: String,
    pub token: String,
}

pub const SUBMIT: &str = "mutation($item: ID!, $method: String!, $key: String!) { submitCredential(input: {itemId: $item, method: $method, fields: [{name: \"key\", value: $key}]}) { item { state } } }";

pub async fn serve_app() -> (App, String) {
    let app = App::default();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(answer).with_state(app.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (app, base)
}

impl Stage {
    /// An app that takes its key in a header, of which all modules but `delete_things` are asked for.
    pub async fn start() -> Self {
        Self::with("header", &[]).await
    }

    pub async fn with(method: &str, settings: &[(&str, &str)]) -> Self {
        let (app, base) = serve_app().await;
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let apps = vec![("shop.toml".to_owned(), app_file(&base))];
        let options = Options { settings: settings.collect(), apps, mailer: None };
        let world = Northwind::with(options).await;
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let http = http.build().expect("a client");
        let (request, item) = ask(&world, &["read_things", "write_things", "files"]).await;
        let stage = Self { world, app, item, request, http };
        stage.authorize(method).await;
        stage
    }

    pub async fn authorize(&self, method: &str) {
        let ben = self.world.as_user("ben").await;
        let given = [("item", self.item.as_str()), ("method", method), ("key", KEY)];
        assert_eq!(ben.gql(SUBMIT, &given).await.ok()["submitCredential"]["item"]["state"], "AUTHORIZED");
        self.world.app.settle().await;
        self.app.forget();
    }

    /// Another connection of the team.
    pub async fn connect(&self, name: &str) -> Connection {
        connect(&self.world.as_user("ana").await, &self.item, name).await
    }

    pub fn request(&self, method: Method, of: &Connection, path: &str) -> RequestBuilder {
        let url = format!("{}/broker/{}{path}", self.world.app.base, of.id);
        self.http.request(method, url).bearer_auth(&of.token)
    }

    pub async fn get(&self, of: &Connection, path: &str) -> reqwest::Response {
        self.request(Method::GET, of, path).send().await.expect("an answer")
    }

    /// Sends a request line exactly as it is written, which no client library would. Returns status and body.
    pub async fn raw(&self, of: &Connection, method: &str, target: &str, headers: &str) -> (u16, String) {
        let address = self.world.app.base.trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        let text = format!(
            "{method} {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nconnection: close\r\n{headers}\r\n",
            of.token
        );
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut got = Vec::new();
        stream.read_to_end(&mut got).await.expect("an answer");
        let got = String::from_utf8_lossy(&got).into_owned();
        let status = got.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, got)
    }
}

pub async fn ask(world: &Northwind, modules: &[&str]) -> (String, String) {
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = json!({ "app": "shop", "modules": { "ids": modules } });
    let made = world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    let request = &made["createCredentialRequest"]["request"];
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&request["id"]), text(&request["items"][0]["id"]))
}

pub async fn connect(browser: &Browser, item: &str, name: &str) -> Connection {
    let made = browser.gql(CONNECT, &[("item", item), ("name", name)]).await.ok();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let made = &made["createConnection"];
    Connection { id: text(&made["connection"]["id"]), token: text(&made["token"]) }
}

/// Status, code and modules of a refusal.
pub async fn refusal(response: reqwest::Response) -> (u16, String, Vec<String>) {
    let status = response.status().as_u16();
    let named = response.headers().get("consentry-refused").cloned();
    let error = response.json::<Value>().await.expect("JSON")["error"].clone();
    let code = error["code"].as_str().expect("a code").to_owned();
    assert_eq!(named.expect("a header").to_str().expect("a text"), code);
    assert!(!error["message"].as_str().expect("a message").is_empty());
    let modules = error["modules"].as_array().expect("modules").iter();
    (status, code, modules.map(|one| one.as_str().expect("an id").to_owned()).collect())
}

/// The same as it is expected.
pub fn told(status: u16, code: &str, modules: &[&str]) -> (u16, String, Vec<String>) {
    (status, code.to_owned(), modules.iter().map(|id| (*id).to_owned()).collect())
}

/// Long enough for anything here, so that a fault ends a test instead of holding it.
pub async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), what).await.expect("in time")
}
