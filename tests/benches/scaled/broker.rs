//! Calls through the broker against nginx as a plain reverse proxy, in front of the same server, with the same client;
//! and a large answer on its way.

use std::convert::Infallible;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::{StreamExt as _, stream};
use kit::system::free_port;
use kit::{CONNECT, CREATE, Northwind, Options};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, load, median};
use crate::program::{Program, most};

const LASTS: Duration = Duration::from_secs(2);
const ROUNDS: usize = 9;
const PIECE: usize = 1024 * 1024;
const PIECES: usize = 100;
const SUBMIT: &str = "mutation($item: ID!) { submitCredential(input: {itemId: $item, method: \"key\", fields: [{name: \"key\", value: \"a-key-for-measuring\"}]}) { item { state } } }";

/// An app, an access to it, and the program that stands before it.
pub(crate) struct Stage {
    pub(crate) world: Northwind,
    pub(crate) program: Program,
    pub(crate) app: String,
    pub(crate) connection: String,
    pub(crate) token: String,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let app = serve_app().await;
        let text = format!(
            r#"
id = "shop"
name = "Shop"
website = "https://shop.example/"
help = "A shop."

[[versions]]
id = "v1"
name = "1"
base_url = "{app}"

[[versions.methods]]
id = "key"
label = "Key"
kind = "API_KEY"

[[versions.methods.fields]]
name = "key"
label = "Key"
secret = true

[versions.methods.revocation]
kind = "UNSUPPORTED"

[versions.methods.probe]
url = "{app}/things"

[[versions.methods.injections]]
in = "HEADER"
name = "x-shop-key"
value = "{{key}}"

[[versions.modules]]
id = "read"
name = "Read"
description = "Reads."
effect = "READ"
calls = [{{ methods = ["GET"], path = "/things" }}, {{ methods = ["GET"], path = "/large" }}]
"#
        );
        let apps = vec![("shop.toml".to_owned(), text)];
        let world = Northwind::with(Options { apps, ..Options::default() }).await;
        let mut draft = world.draft(json!({ "member": world.user_id("ben").await }), 1);
        draft["items"][0] = json!({ "app": "shop", "modules": { "all": true } });
        let ana = world.as_user("ana").await;
        let made = ana.post(CREATE, json!({ "input": draft })).await.ok();
        let item = &made["createCredentialRequest"]["request"]["items"][0]["id"];
        let item = item.as_str().expect("an id");
        world.as_user("ben").await.gql(SUBMIT, &[("item", item)]).await.ok();
        let made = ana.gql(CONNECT, &[("item", item), ("name", "Shop")]).await.ok();
        let made = &made["createConnection"];
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let (connection, token) = (text(&made["connection"]["id"]), text(&made["token"]));
        world.app.settle().await;
        let program = Program::serve(&world.app).await;
        Self { world, program, app, connection, token }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/broker/{}{path}", self.program.base, self.connection)
    }
}

pub(crate) async fn measure() {
    let stage = Stage::set().await;
    let nginx = Nginx::start(&stage.app).await;
    let direct = calling(format!("{}/things", stage.app), String::new());
    let plain = calling(format!("{}/things", nginx.base), String::new());
    let ours = calling(stage.url("/things"), stage.token.clone());
    for connections in [1, 16, 64] {
        let mut table: Vec<(Load, Load, Load)> = Vec::new();
        for _ in 0..ROUNDS {
            table.push((
                load(connections, LASTS, ours.clone()).await,
                load(connections, LASTS, plain.clone()).await,
                load(connections, LASTS, direct.clone()).await,
            ));
        }
        let pick = |of: &dyn Fn(&(Load, Load, Load)) -> f64| median(table.iter().map(of).collect());
        let half = |load: &Load| load.part(0.5).as_secs_f64() * 1e3;
        println!(
            "broker at {connections} connections: {:.0} a second, nginx {:.0}, ratio {:.2} (goal: 0.30); median {:.2} ms, nginx {:.2} ms, direct {:.2} ms: added {:.2} ms (goal at one: under 2 ms); p99 {:.1} ms",
            pick(&|row| row.0.rate),
            pick(&|row| row.1.rate),
            pick(&|row| row.0.rate / row.1.rate),
            pick(&|row| half(&row.0)),
            pick(&|row| half(&row.1)),
            pick(&|row| half(&row.2)),
            pick(&|row| half(&row.0) - half(&row.2)),
            pick(&|row| row.0.part(0.99).as_secs_f64() * 1e3),
        );
    }
    large(&stage).await;
}

fn calling(
    url: String,
    token: String,
) -> impl Fn(reqwest::Client, usize) -> futures_util::future::BoxFuture<'static, ()> + Clone + Send + 'static
{
    move |http, _| {
        let asked = http.get(&url).bearer_auth(&token);
        Box::pin(async move {
            let answer = asked.send().await.expect("an answer");
            assert_eq!(answer.status(), 200);
            answer.bytes().await.expect("a body");
        })
    }
}

/// A hundred megabytes, three times, after one that nobody counts.
async fn large(stage: &Stage) {
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let fetch = async || {
        let asked = http.get(stage.url("/large")).bearer_auth(&stage.token);
        let mut pieces = asked.send().await.expect("an answer").bytes_stream();
        let mut length = 0;
        while let Some(piece) = pieces.next().await {
            length += piece.expect("a piece").len();
        }
        assert_eq!(length, PIECE * PIECES);
    };
    for round in 0..4 {
        let (before, stop) = (stage.program.memory(), CancellationToken::new());
        let done = async {
            fetch().await;
            stop.cancel();
        };
        let (most, ()) = tokio::join!(most(&stage.program, stop.clone()), done);
        #[expect(clippy::cast_precision_loss, reason = "megabytes")]
        let grown = most.saturating_sub(before) as f64 / 1024.0 / 1024.0;
        if round > 0 {
            println!("100 MB through the broker: memory grew by {grown:.1} MB at most (goal: under 4 MB)");
        }
    }
}

async fn serve_app() -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let things = json!({ "things": vec![json!({ "id": 7, "name": "A thing of the shop" }); 10] }).to_string();
    let large = || async {
        let piece = Bytes::from(vec![7_u8; PIECE]);
        let pieces = stream::iter((0..PIECES).map(move |_| Ok::<_, Infallible>(piece.clone())));
        Body::from_stream(pieces)
    };
    let routes = Router::new()
        .route("/things", get(move || std::future::ready(things.clone())))
        .route("/large", get(large));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    base
}

/// nginx, with connections to the app that are kept.
struct Nginx {
    child: Child,
    base: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    async fn start(app: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let config = format!(
            "daemon off; pid {folder}/pid; error_log stderr crit; worker_processes 2;\n\
             events {{ worker_connections 512; }}\n\
             http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;\n\
             upstream app {{ server {app}; keepalive 64; }}\n\
             server {{ listen 127.0.0.1:{port}; keepalive_requests 1000000; location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }} }}",
            folder = folder.path().display(),
            app = app.trim_start_matches("http://"),
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, config).expect("a file");
        let child = Command::new("nginx")
            .arg("-c")
            .arg(&file)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is installed; see scripts/bench.sh");
        let base = format!("http://127.0.0.1:{port}");
        kit::eventually("nginx answers", async || reqwest::get(format!("{base}/things")).await.is_ok()).await;
        Self { child, base, _folder: folder }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it, when it is told to.
        kit::system::signal(&[self.child.id()], "-TERM");
        let _ = self.child.wait();
    }
}
