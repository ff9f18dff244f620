//! A thousand subscribers of one list at one API process: how soon each has each of fifty changes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use domain::actor::Actor;
use futures_util::{SinkExt as _, StreamExt as _};
use kit::{CREATE, Northwind};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::serve::serve;

const SUBSCRIBERS: usize = 1_000;
const CHANGES: usize = 50;
/// The subscription, and a query behind it that is answered when it is in place.
const CHANGED: &str = "subscription($team: ID!) { requestsChanged(list: SENT, teamId: $team) { id kind requestId request { status } } }";
const MARK: &str = "{ instance { version } }";

pub(crate) async fn measure() {
    let world = Northwind::start().await;
    let session = world.app.service.open_session("ana@northwind.example").await.expect("a person");
    let ana = Actor::User { user: session.user, session: session.id };
    let base = serve(&world.app.service, ana).await;
    let team = world.automation.to_string();
    let (sender, mut told) = mpsc::unbounded_channel();
    let (placed, mut in_place) = mpsc::unbounded_channel();
    for _ in 0..SUBSCRIBERS {
        let (base, token, team) = (base.clone(), session.token.clone(), team.clone());
        let (sender, placed) = (sender.clone(), placed.clone());
        tokio::spawn(async move { subscribe(&base, &token, &team, &placed, &sender).await });
    }
    for _ in 0..SUBSCRIBERS {
        in_place.recv().await.expect("each comes in place");
    }
    let draft = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    let browser = world.as_user("ana").await;
    for pause in [Duration::from_millis(200), Duration::ZERO] {
        let (mut begun, mut times) = (HashMap::new(), Vec::with_capacity(SUBSCRIBERS * CHANGES));
        let mut ticks = tokio::time::interval(pause.max(Duration::from_nanos(1)));
        for _ in 0..CHANGES {
            ticks.tick().await;
            let start = Instant::now();
            let made = browser.post(CREATE, json!({ "input": draft })).await.ok();
            let id = made["createCredentialRequest"]["request"]["id"].as_str().expect("an id").to_owned();
            begun.insert(id, start);
        }
        while times.len() < SUBSCRIBERS * CHANGES {
            let next = tokio::time::timeout(Duration::from_secs(30), told.recv()).await;
            let (id, at): (String, Instant) = next.expect("nothing is lost").expect("they live");
            times.push(at - begun[&id]);
        }
        times.sort_unstable();
        let part = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
        println!(
            "{CHANGES} changes, a pause of {pause:?} between them, to {SUBSCRIBERS} subscribers, from the call of the mutation: all arrived; median {:.0} ms, p99 {:.0} ms, longest {:.0} ms (goal: p99 under 500 ms)",
            part(50),
            part(99),
            part(100)
        );
    }
}

async fn subscribe(
    base: &str,
    token: &str,
    team: &str,
    placed: &mpsc::UnboundedSender<()>,
    told: &mpsc::UnboundedSender<(String, Instant)>,
) {
    let at = format!("{}/graphql", base.replace("http://", "ws://"));
    let mut request = at.into_client_request().expect("a request");
    for (name, value) in [("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", token)] {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    // A thousand clients share the two cores with what is measured; each clears its buffer whenever it looks.
    let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
    let opened = tokio_tungstenite::connect_async_with_config(request, Some(config), false).await;
    let (mut socket, _) = opened.expect("a socket");
    let mut send = async |message: Value| {
        socket.send(Message::text(message.to_string())).await.expect("sent");
    };
    send(json!({ "type": "connection_init" })).await;
    let subscription = json!({ "query": CHANGED, "variables": { "team": team } });
    send(json!({ "id": "1", "type": "subscribe", "payload": subscription })).await;
    send(json!({ "id": "2", "type": "subscribe", "payload": { "query": MARK } })).await;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let at = Instant::now();
        let json: Value = serde_json::from_str(&text).expect("JSON");
        match (json["type"].as_str(), json["id"].as_str()) {
            (Some("complete"), Some("2")) => placed.send(()).expect("somebody waits"),
            (Some("next"), Some("1")) => {
                let id = json["payload"]["data"]["requestsChanged"]["requestId"].as_str();
                let id = id.unwrap_or_else(|| panic!("{json}")).to_owned();
                let _ = told.send((id, at));
            }
            (Some("ping"), _) => socket.send(Message::text("{\"type\":\"pong\"}")).await.expect("sent"),
            (Some("error"), _) => panic!("{json}"),
            _ => {}
        }
    }
}
