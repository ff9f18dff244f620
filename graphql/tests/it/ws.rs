//! graphql-transport-ws: the protocol.

use axum::body::Body;
use http::{Request, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message, tungstenite::client::IntoClientRequest};

use crate::support::{Socket, app};

#[tokio::test]
async fn queries_mutations_and_subscriptions_run() {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    socket.subscribe("q", "{ hello }").await;
    assert_eq!(
        socket.receive().await,
        json!({ "type": "next", "id": "q", "payload": { "data": { "hello": "hello world" } } })
    );
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "q" }));
    socket.subscribe("m", "mutation { sell(books: 2) }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["sell"], 2);
    assert_eq!(socket.receive().await["type"], "complete");
    socket.subscribe("s", "subscription { count(to: 2) }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["count"], 1);
    assert_eq!(socket.receive().await["payload"]["data"]["count"], 2);
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "s" }));
    assert_eq!(app.sold(), 2);
}

#[rstest]
#[case::not_json("hello", 4400)]
#[case::not_an_object("[]", 4400)]
#[case::unknown_type(r#"{"type":"start"}"#, 4400)]
#[case::no_type("{}", 4400)]
#[case::no_payload(r#"{"type":"subscribe","id":"1"}"#, 4400)]
#[case::empty_id(r#"{"type":"subscribe","id":"","payload":{"query":"{hello}"}}"#, 4400)]
#[case::number_id(r#"{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}"#, 4400)]
#[case::no_query(r#"{"type":"subscribe","id":"1","payload":{}}"#, 4400)]
#[case::before_ack(r#"{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}"#, 4401)]
#[case::refused_init(r#"{"type":"connection_init","payload":{"token":"bad"}}"#, 4403)]
#[case::unavailable_init(r#"{"type":"connection_init","payload":{"token":"away"}}"#, 1013)]
#[tokio::test]
async fn what_is_not_of_the_protocol_closes(#[case] text: &str, #[case] code: u16) {
    let mut socket = app().socket().await;
    socket.text(text).await;
    assert_eq!(socket.closed().await, code);
}

#[tokio::test]
async fn binary_messages_close() {
    use futures_util::SinkExt;
    let mut socket = app().socket().await;
    socket.0.send(Message::Binary(vec![1, 2, 3].into())).await.expect("sent");
    assert_eq!(socket.closed().await, 4400);
}

#[tokio::test]
async fn a_second_init_closes() {
    let mut socket = Socket::ready(app().listen().await).await;
    socket.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.closed().await, 4429);
}

#[tokio::test]
async fn an_id_is_unique_while_it_lives() {
    let mut socket = Socket::ready(app().listen().await).await;
    socket.subscribe("1", "subscription { news }").await;
    socket.send(&json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
    assert_eq!(socket.receive().await["type"], "complete");
    socket.subscribe("1", "subscription { news }").await;
    socket.subscribe("1", "subscription { news }").await;
    assert_eq!(socket.closed().await, 4409);
}

#[tokio::test]
async fn other_protocols_are_refused() {
    let address = app().listen().await;
    let (socket, _) = connect_async(format!("ws://{address}/graphql")).await.expect("the upgrade succeeds");
    assert_eq!(Socket(socket).closed().await, 4406);
}

#[rstest]
#[case::parse("{ hello", "PARSE_ERROR")]
#[case::validation("subscription { nothing }", "VALIDATION_FAILED")]
#[case::variables("mutation($n: Int!) { a: sell(books: 1) b: sell(books: $n) }", "BAD_VARIABLES")]
#[case::several_roots("subscription { news lost }", "VALIDATION_FAILED")]
#[case::aliased_roots("subscription { a: news b: news }", "VALIDATION_FAILED")]
#[case::root_in_a_fragment("subscription { ...on Subscription { news } }", "VALIDATION_FAILED")]
#[case::refused_by_the_field("subscription { refused }", "FORBIDDEN")]
#[tokio::test]
async fn request_errors_are_error_frames(#[case] query: &str, #[case] code: &str) {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    socket.subscribe("1", query).await;
    let frame = socket.receive().await;
    assert_eq!((frame["type"].as_str(), frame["id"].as_str()), (Some("error"), Some("1")));
    assert_eq!(frame["payload"][0]["extensions"]["code"], code);
    // Nothing follows, and the id is free again.
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
    assert_eq!(app.sold(), 0);
}

/// An event that fails is an answer, even the first, and the stream goes on.
#[tokio::test]
async fn an_event_that_fails_is_an_answer() {
    let mut socket = Socket::ready(app().listen().await).await;
    socket.subscribe("1", "subscription { lost }").await;
    let first = socket.receive().await;
    assert_eq!(first["type"], "next", "{first}");
    assert_eq!(first["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(first["payload"].get("data"), Some(&serde_json::Value::Null));
    let second = socket.receive().await;
    assert_eq!(second["payload"], json!({ "data": { "lost": 2 } }));
}

#[tokio::test]
async fn a_panic_ends_the_operation_and_not_the_socket() {
    let mut socket = Socket::ready(app().listen().await).await;
    for query in ["{ boom }", "subscription { boom }"] {
        socket.subscribe("1", query).await;
        let mut frame = socket.receive().await;
        if frame["type"] == "next" {
            frame = socket.receive().await;
        }
        assert_eq!(
            (frame["type"].as_str(), frame["payload"][0]["extensions"]["code"].as_str()),
            (Some("error"), Some("INTERNAL"))
        );
    }
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
}

#[tokio::test]
async fn pings_are_answered() {
    let mut socket = app().socket().await;
    socket.send(&json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn the_session_is_that_of_the_init() {
    let mut socket = app().socket().await;
    socket.send(&json!({ "type": "connection_init", "payload": { "token": "ana" } })).await;
    socket.subscribe("1", "{ whoami }").await;
    assert_eq!(socket.receive().await["type"], "connection_ack");
    assert_eq!(socket.receive().await["payload"]["data"]["whoami"], Value::from("ana"));
}

#[rstest]
#[case::foreign(Some("https://evil.example"), 403)]
#[case::own(Some(crate::support::ORIGIN), 101)]
#[case::none(None, 101)]
#[tokio::test]
async fn sec_5_sockets_of_other_sites_are_refused(#[case] origin: Option<&str>, #[case] status: u16) {
    let address = app().listen().await;
    let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    let answered = match connect_async(request).await {
        Ok((_, response)) => response.status(),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => response.status(),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(answered.as_u16(), status);
}

#[tokio::test]
async fn half_an_upgrade_is_refused() {
    let request = Request::get("/graphql").header("upgrade", "websocket").body(Body::empty());
    assert_eq!(app().send(request.expect("a request")).await.status, StatusCode::BAD_REQUEST);
}
