//! Sends requests and opens sockets.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, serve::ListenerExt};
use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use gql::{Config, Credentials, Limits, Refusal, Session};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use tower::ServiceExt;

use crate::shop::{Shop, Who, schema};

pub const ORIGIN: &str = "https://shop.example";
/// Nothing in these tests takes this long; it ends a test that hangs.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct App {
    pub shop: Arc<Shop>,
    pub config: Config,
    pub router: Router,
}

/// Waits for what is bound to happen, without a clock.
pub async fn until(happened: impl Fn() -> bool) {
    let waited = async {
        while !happened() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waited).await.expect("it happens");
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

fn authenticate(credentials: &Credentials) -> Result<Session, Refusal> {
    let header = credentials.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let from_init = credentials.init.as_ref().and_then(|init| init["token"].as_str());
    let mut data = async_graphql::Data::default();
    match header.or(from_init) {
        Some("bad") => {
            let message = "this token is not valid".to_owned();
            Err(Refusal { status: StatusCode::UNAUTHORIZED, code: "UNAUTHENTICATED", message })
        }
        Some("away") => {
            let message = "nobody can be looked up for a moment".to_owned();
            Err(Refusal { status: StatusCode::SERVICE_UNAVAILABLE, code: "UNAVAILABLE", message })
        }
        Some(name) => {
            data.insert(Who(name.to_owned()));
            Ok(Session { data: Arc::new(data), rate_key: name.to_owned() })
        }
        None => Ok(Session::default()),
    }
}

pub fn config() -> Config {
    Config {
        allowed_origins: vec![ORIGIN.to_owned()],
        authenticate: Arc::new(|credentials| -> BoxFuture<'static, _> {
            Box::pin(async move { authenticate(&credentials) })
        }),
        ..Config::default()
    }
}

pub fn app() -> App {
    app_with(config())
}

pub fn app_with(config: Config) -> App {
    let shop = Arc::new(Shop::default());
    let routes = gql::routes(|| schema(&shop), Limits::default(), config.clone());
    App { shop, config, router: Router::new().nest("/graphql", routes) }
}

impl App {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router does not fail");
        let (parts, body) = response.into_parts();
        let bytes =
            tokio::time::timeout(PATIENCE, body.collect()).await.expect("the body ends").expect("whole");
        let text = String::from_utf8(bytes.to_bytes().to_vec()).expect("UTF-8");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub async fn post(&self, body: &Value) -> Answer {
        self.send(post(body).body(Body::from(body.to_string())).expect("a request")).await
    }

    pub async fn query(&self, query: &str) -> Answer {
        self.post(&json!({ "query": query })).await
    }

    pub fn sold(&self) -> i64 {
        self.shop.sold.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Listens on a free port.
    pub async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let service = self.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener.tap_io(without_delay), service).await });
        address
    }

    /// A socket of this app, not initialised.
    pub async fn socket(&self) -> Socket {
        Socket::open(self.listen().await).await
    }
}

fn without_delay(connection: &mut TcpStream) {
    connection.set_nodelay(true).expect("a live connection");
}

pub fn post(_body: &Value) -> http::request::Builder {
    Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
}

pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn open(address: SocketAddr) -> Self {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        Self(connect_async(request).await.expect("the upgrade succeeds").0)
    }

    /// A socket that has been acknowledged.
    pub async fn ready(address: SocketAddr) -> Self {
        let mut socket = Self::open(address).await;
        socket.send(&json!({ "type": "connection_init" })).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
        socket
    }

    pub async fn send(&mut self, message: &Value) {
        self.text(&message.to_string()).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.expect("the socket is open");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    pub async fn message(&mut self) -> Message {
        let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes");
        next.expect("the socket is open").expect("the connection holds")
    }

    /// The next JSON message.
    pub async fn receive(&mut self) -> Value {
        loop {
            match self.message().await {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    /// The code that the server closes with, whatever it sends before.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.expect("a reason").code.into();
            }
        }
    }
}
