//! Live changes over a real WebSocket (API-5) and over Server-Sent Events (API-4).

use futures_util::{SinkExt as _, StreamExt as _};
use kit::{Browser, DECLINE, Northwind, SUBMIT_KEY};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

pub type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

pub const CHANGED: &str = "subscription($id: ID!, $after: ID) { requestChanged(id: $id, after: $after) { id kind requestId itemId request { status items { state } } } }";

pub async fn connect(world: &Northwind, browser: &Browser) -> Socket {
    connect_to(&world.app.base, browser).await
}

/// A socket at one of the processes of an instance.
pub async fn connect_to(base: &str, browser: &Browser) -> Socket {
    let mut request =
        format!("{}/graphql", base.replace("http://", "ws://")).into_client_request().expect("a request");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
    request.headers_mut().insert("cookie", browser.cookie_header().parse().expect("a header"));
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a socket");
    send(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(next(&mut socket).await["type"], "connection_ack");
    socket
}

pub async fn send(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

pub async fn subscribe(socket: &mut Socket, query: &str, variables: Value) {
    send(
        socket,
        json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } }),
    )
    .await;
    // Answered in turn: once this comes, the subscription before it is in place.
    send(
        socket,
        json!({ "id": "2", "type": "subscribe", "payload": { "query": "{ instance { version } }" } }),
    )
    .await;
}

/// The next message that is neither a ping nor of the marker query.
pub async fn next(socket: &mut Socket) -> Value {
    loop {
        let message = tokio::time::timeout(std::time::Duration::from_secs(10), socket.next())
            .await
            .expect("in time")
            .expect("open")
            .expect("a message");
        if let Message::Text(text) = message {
            let json: Value = serde_json::from_str(&text).expect("JSON");
            if json["type"] != "ping" && json["id"] != "2" {
                return json;
            }
        }
    }
}

pub async fn change(socket: &mut Socket) -> Value {
    let message = next(socket).await;
    assert_eq!(message["type"], "next", "{message}");
    let data = message["payload"]["data"].as_object().expect("data").clone();
    data.into_values().next().expect("one field")
}

/// Waits until the subscription with the marker behind it is in place.
async fn settled(world: &Northwind, browser: &Browser, query: &str, variables: Value) -> Socket {
    settled_at(&world.app.base, browser, query, variables).await
}

/// The same at one of the processes of an instance.
pub async fn settled_at(base: &str, browser: &Browser, query: &str, variables: Value) -> Socket {
    let mut socket = connect_to(base, browser).await;
    subscribe(&mut socket, query, variables).await;
    loop {
        let message = tokio::time::timeout(std::time::Duration::from_secs(10), socket.next())
            .await
            .expect("in time")
            .expect("open")
            .expect("a message");
        if let Message::Text(text) = message
            && text.contains("\"complete\"")
        {
            return socket;
        }
    }
}

/// API-5: both sides see a change at once, each with an id; `after` resumes without loss.
#[tokio::test]
async fn api_5_changes_arrive_and_resume() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let (id, items) = (request["id"].as_str().expect("an id"), &request["items"]);
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    // From the very first event on: nothing that is replayed can be missed.
    let from_start = json!({ "id": id, "after": "evt_00000000000000000000000000000000" });
    let mut socket = connect(&world, &ana).await;
    subscribe(&mut socket, CHANGED, from_start.clone()).await;
    assert_eq!(change(&mut socket).await["kind"], "REQUEST_CREATED");
    assert_eq!(change(&mut socket).await["kind"], "DELIVERY_CHANGED");
    ben.gql(SUBMIT_KEY, &[("item", items[0]["id"].as_str().expect("an id")), ("key", sandbox::API_KEY)])
        .await
        .ok();
    let authorized = change(&mut socket).await;
    assert_eq!(
        (authorized["kind"].as_str(), authorized["itemId"].as_str()),
        (Some("ITEM_AUTHORIZED"), items[0]["id"].as_str())
    );
    assert_eq!(authorized["request"]["items"][0]["state"], "AUTHORIZED");
    drop(socket);
    ben.gql(DECLINE, &[("item", items[1]["id"].as_str().expect("an id")), ("reason", "no")]).await.ok();
    let mut socket = connect(&world, &ana).await;
    subscribe(&mut socket, CHANGED, json!({ "id": id, "after": authorized["id"] })).await;
    let declined = change(&mut socket).await;
    assert_eq!(
        (declined["kind"].as_str(), declined["request"]["status"].as_str()),
        (Some("ITEM_DECLINED"), Some("PARTIALLY_AUTHORIZED"))
    );
}

/// API-5: the lists and the health of connections are live too.
#[tokio::test]
async fn api_5_lists_and_health_are_live() {
    let world = Northwind::start().await;
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let team = world.automation.to_string();
    let list = "subscription($team: ID, $list: RequestListKind!) { requestsChanged(list: $list, teamId: $team) { kind request { name } } }";
    let health = "subscription($team: ID!) { connectionHealthChanged(teamId: $team) { item { state credential { account { label } } } } }";
    let mut sent = settled(&world, &ana, list, json!({ "team": team, "list": "SENT" })).await;
    let mut received = settled(&world, &ben, list, json!({ "list": "RECEIVED" })).await;
    let mut healthy = settled(&world, &ana, health, json!({ "team": team })).await;
    let request = world.ana_asks_ben(1).await;
    for socket in [&mut sent, &mut received] {
        let created = change(socket).await;
        assert_eq!(
            (created["kind"].as_str(), created["request"]["name"].as_str()),
            (Some("REQUEST_CREATED"), Some("New-customer follow-up"))
        );
    }
    ben.gql(
        SUBMIT_KEY,
        &[("item", request["items"][0]["id"].as_str().expect("an id")), ("key", sandbox::API_KEY)],
    )
    .await
    .ok();
    assert_eq!(
        change(&mut healthy).await["item"],
        json!({ "state": "AUTHORIZED", "credential": { "account": { "label": "hello@harborbakery.example" } } })
    );
}

/// API-5, ROLE-6: what somebody may not see they cannot follow; after a membership ends no event passes.
#[tokio::test]
async fn api_5_rights_are_checked_at_delivery() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let id = request["id"].as_str().expect("an id");
    for (who, expected) in [
        ("anonymous", "UNAUTHENTICATED"),
        ("stranger", "NOT_FOUND"),
        ("guest", "NOT_FOUND"),
        ("olga", "NOT_FOUND"),
    ] {
        let mut socket = connect(&world, &world.as_user(who).await).await;
        send(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": CHANGED, "variables": { "id": id } } })).await;
        let refused = next(&mut socket).await;
        let errors = if refused["type"] == "error" {
            refused["payload"].clone()
        } else {
            refused["payload"]["errors"].clone()
        };
        assert_eq!(errors[0]["extensions"]["code"], expected, "{who}: {refused}");
    }
    let (lead, ana) = (world.as_user("lead").await, world.as_user("ana").await);
    let mut leads = settled(&world, &lead, CHANGED, json!({ "id": id })).await;
    let mut anas = settled(&world, &ana, CHANGED, json!({ "id": id })).await;
    let lead_id = world.user_id("lead").await;
    world
        .as_user("owner")
        .await
        .post(kit::REMOVE, json!({ "org": world.organization.to_string(), "user": lead_id }))
        .await
        .ok();
    let ben = world.as_user("ben").await;
    for index in 0..2 {
        ben.gql(
            DECLINE,
            &[("item", request["items"][index]["id"].as_str().expect("an id")), ("reason", "no")],
        )
        .await
        .ok();
        assert_eq!(change(&mut anas).await["kind"], "ITEM_DECLINED");
    }
    // Both changes went by; the expelled one's socket got neither, only the answer to what they ask now.
    send(
        &mut leads,
        json!({ "id": "3", "type": "subscribe", "payload": { "query": "{ viewer { email } }" } }),
    )
    .await;
    let message = next(&mut leads).await;
    assert_eq!(
        (message["id"].as_str(), message["payload"]["data"]["viewer"]["email"].as_str()),
        (Some("3"), Some("lead@northwind.example"))
    );
}

/// INV-4: a session that was ended gets no event any more.
#[tokio::test]
async fn inv_4_an_ended_session_gets_no_event() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id");
    let ana = world.as_user("ana").await;
    let mut socket = settled(&world, &ana, CHANGED, json!({ "id": id })).await;
    ana.gql("mutation { endSession(input: {}) { sessionId } }", &[]).await.ok();
    let item = request["items"][0]["id"].as_str().expect("an id");
    world.as_user("ben").await.gql(DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    let message = next(&mut socket).await;
    assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{message}");
}

/// API-5: a deletion is delivered to both sides, without the request.
#[tokio::test]
async fn api_5_a_deletion_is_delivered() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id");
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let mut socket = settled(&world, &ben, CHANGED, json!({ "id": id })).await;
    let token = ana.gql(kit::PREVIEW, &[("id", id)]).await.ok()["deletionPreview"]["confirmationToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    ana.gql(kit::DELETE, &[("id", id), ("token", &token)]).await.ok();
    let deleted = change(&mut socket).await;
    assert_eq!(
        (deleted["kind"].as_str(), deleted["requestId"].as_str(), deleted["request"].is_null()),
        (Some("REQUEST_DELETED"), Some(id), true)
    );
}

/// API-4: Server-Sent Events where a socket cannot pass.
#[tokio::test]
async fn api_4_events_also_come_as_a_stream() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let ana = world.as_user("ana").await;
    let variables = json!({ "id": request["id"], "after": "evt_00000000000000000000000000000000" });
    let request = ana
        .request(reqwest::Method::POST, "/graphql")
        .header("accept", "text/event-stream")
        .json(&json!({ "query": CHANGED, "variables": variables }));
    let mut response = ana.send(request).await;
    assert_eq!(
        response.headers()["content-type"].to_str().expect("a type").split(';').next(),
        Some("text/event-stream")
    );
    let mut text = String::new();
    while !text.contains("REQUEST_CREATED") {
        text.push_str(&String::from_utf8_lossy(&response.chunk().await.expect("a chunk").expect("more")));
    }
    assert!(text.contains("event: next"), "{text}");
}

/// INV-4: where no cookie can be set, no sign-in is begun and no code is used up.
#[tokio::test]
async fn inv_4_sign_in_needs_an_answer_that_can_set_cookies() {
    let world = Northwind::start().await;
    let browser = world.app.browser();
    let ask = "mutation { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } }";
    browser.gql(ask, &[]).await.ok();
    world.app.settle().await;
    let code =
        world.app.mail_to("mia@harbor.example").await.subject.split(' ').next().expect("one").to_owned();
    let sign_in = format!(
        "mutation {{ signIn(input: {{email: \"mia@harbor.example\", code: \"{code}\"}}) {{ viewer {{ id }} }} }}"
    );
    let mails = world.app.mails().await.len();
    let mut socket = connect(&world, &browser).await;
    for query in [ask, sign_in.as_str()] {
        let request = browser.request(reqwest::Method::POST, "/graphql");
        let request = request.header("accept", "text/event-stream").json(&json!({ "query": query }));
        let body = browser.send(request).await.text().await.expect("a stream");
        assert!(body.contains("BAD_REQUEST"), "{body}");
        send(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": query } })).await;
        let answer = next(&mut socket).await;
        assert_eq!(answer["payload"]["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{answer}");
        assert_eq!(next(&mut socket).await["type"], "complete");
    }
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), mails);
    browser.gql(&sign_in, &[]).await.ok();
}

/// GATE-2: the decision on an application arrives live, and nobody else hears of it.
#[tokio::test]
async fn gate_2_a_decision_arrives_live() {
    let world = Northwind::start().await;
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let watch = "subscription($after: ID) { viewerChanged(after: $after) { id viewer { email } } }";
    let mut anas = connect(&world, &ana).await;
    subscribe(&mut anas, watch, json!({})).await;
    let mut bens = connect(&world, &ben).await;
    subscribe(&mut bens, watch, json!({})).await;
    let set = "mutation($user: ID!) { setFeature(input: {userId: $user, on: true}) { userId } }";
    let owner = world.as_user("owner").await;
    for who in ["ana", "ben"] {
        owner.gql(set, &[("user", &world.user_id(who).await)]).await.ok();
    }
    for (socket, email) in [(&mut anas, "ana@northwind.example"), (&mut bens, "ben@northwind.example")] {
        let change = next(socket).await;
        assert_eq!(change["payload"]["data"]["viewerChanged"]["viewer"]["email"], email, "{change}");
    }
}

/// INV-5, API-5: a program follows changes by a token in the first message; a revoked one gets nothing more.
#[tokio::test]
async fn inv_5_a_program_follows_changes_until_its_token_is_revoked() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let ana = world.as_user("ana").await;
    let made = ana.gql("mutation { createApiToken(input: {name: \"n\", scopes: [REQUESTS_READ]}) { token apiToken { id } } }", &[]).await.ok();
    let mut upgrade = format!("{}/graphql", world.app.base.replace("http://", "ws://"))
        .into_client_request()
        .expect("a request");
    upgrade.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
    let (mut socket, _) = tokio_tungstenite::connect_async(upgrade).await.expect("a socket");
    let token = format!("Bearer {}", made["createApiToken"]["token"].as_str().expect("a token"));
    send(&mut socket, json!({ "type": "connection_init", "payload": { "authorization": token } })).await;
    assert_eq!(next(&mut socket).await["type"], "connection_ack");
    subscribe(&mut socket, CHANGED, json!({ "id": request["id"] })).await;
    let ben = world.as_user("ben").await;
    let item = |index: usize| request["items"][index]["id"].as_str().expect("an id").to_owned();
    // The socket is known to listen once it has answered the marker; changes come after it.
    send(
        &mut socket,
        json!({ "id": "3", "type": "subscribe", "payload": { "query": "{ instance { version } }" } }),
    )
    .await;
    while next(&mut socket).await["type"] != "complete" {}
    ben.gql(DECLINE, &[("item", &item(0)), ("reason", "no")]).await.ok();
    assert_eq!(change(&mut socket).await["kind"], "ITEM_DECLINED");
    let id = made["createApiToken"]["apiToken"]["id"].as_str().expect("an id");
    ana.gql("mutation($id: ID!) { revokeApiToken(input: {apiTokenId: $id}) { apiTokenId } }", &[("id", id)])
        .await
        .ok();
    ben.gql(DECLINE, &[("item", &item(1)), ("reason", "no")]).await.ok();
    let last = next(&mut socket).await;
    assert!(!last.to_string().contains("ITEM_DECLINED"), "{last}");
    assert_eq!(last["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{last}");
}
