//! graphql-transport-ws: time-outs, sizes, slow readers, fairness, shutdown.

use std::time::Duration;

use gql::{Config, Transport};
use serde_json::json;

use crate::support::{App, Socket, app, app_with, config, until};

fn hasty(transport: Transport) -> App {
    app_with(Config { transport, ..config() })
}

#[tokio::test]
async fn no_init_in_time_closes() {
    let mut socket =
        hasty(Transport { init_timeout: Duration::from_millis(1), ..Transport::default() }).socket().await;
    assert_eq!(socket.closed().await, 4408);
}

#[tokio::test]
async fn too_many_operations_close() {
    let mut socket = Socket::ready(app().listen().await).await;
    for id in 0..=32 {
        socket.subscribe(&id.to_string(), "subscription { news }").await;
    }
    assert_eq!(socket.closed().await, 4429);
}

#[tokio::test]
async fn long_messages_close() {
    let mut socket = Socket::ready(app().listen().await).await;
    socket.send(&json!({ "type": "ping", "payload": { "pad": "x".repeat(70_000) } })).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test]
async fn a_silent_client_is_dropped() {
    let transport = Transport { ping_interval: Duration::from_millis(1), ..Transport::default() };
    let mut socket = hasty(transport).socket().await;
    // A client that does not poll its socket answers no ping. The raw connection ends without a frame.
    let mut raw = tokio::io::BufReader::new(socket.0.get_mut());
    let mut rest = Vec::new();
    let ended = tokio::io::AsyncReadExt::read_to_end(&mut raw, &mut rest);
    assert!(tokio::time::timeout(crate::support::PATIENCE, ended).await.is_ok());
}

#[tokio::test]
async fn api_5_a_slow_reader_is_told_to_resume_and_slows_nobody() {
    let app = hasty(Transport { stall_timeout: Duration::from_millis(200), ..Transport::default() });
    let address = app.listen().await;
    let mut slow = Socket::ready(address).await;
    slow.subscribe("1", "subscription { news }").await;
    until(|| app.shop.news.receiver_count() == 1).await;
    slow.subscribe("2", "subscription { noise }").await;
    let mut other = Socket::ready(address).await;
    for _ in 0..100 {
        other.subscribe("1", "{ hello }").await;
        assert_eq!(other.receive().await["type"], "next");
        assert_eq!(other.receive().await["type"], "complete");
    }
    // The server gives up by itself. What it wrote before comes first, its closing frame last.
    until(|| app.shop.news.receiver_count() == 0).await;
    assert_eq!(slow.closed().await, 4499);
}

#[tokio::test]
async fn a_busy_operation_does_not_starve_its_neighbours() {
    let mut socket = Socket::ready(app().listen().await).await;
    socket.subscribe("busy", "subscription { noise }").await;
    for n in 0..5 {
        let id = format!("quiet{n}");
        socket.subscribe(&id, "{ hello }").await;
        let mut between = 0;
        while socket.receive().await["id"] != id {
            between += 1;
            // What was written before the question was read counts too: the buffers of both kernels.
            assert!(between < 2_000, "the query is starved");
        }
    }
}

#[tokio::test]
async fn rel_4_shutdown_tells_sockets_to_reconnect() {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    socket.subscribe("1", "subscription { news }").await;
    socket.subscribe("2", "{ hello }").await;
    assert_eq!(socket.receive().await["id"], "2");
    app.config.shutdown.cancel();
    assert_eq!(socket.closed().await, 1012);
}

#[tokio::test]
async fn rel_4_shutdown_lets_a_mutation_end() {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    socket.subscribe("1", "mutation { wait }").await;
    app.shop.waiting.notified().await;
    app.config.shutdown.cancel();
    app.shop.go.notify_one();
    assert_eq!(socket.receive().await["payload"]["data"]["wait"], true);
    assert_eq!(socket.receive().await["type"], "complete");
    assert_eq!(socket.closed().await, 1012);
}

#[tokio::test]
async fn rel_4_the_process_can_wait_for_its_sockets() {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    assert!(!app.config.tasks.is_empty());
    app.config.shutdown.cancel();
    app.config.tasks.close();
    assert_eq!(socket.closed().await, 1012);
    drop(socket);
    tokio::time::timeout(crate::support::PATIENCE, app.config.tasks.wait())
        .await
        .expect("the socket's task ends");
}

#[tokio::test]
async fn a_mutation_ends_although_its_socket_is_gone() {
    let app = app();
    let mut socket = Socket::ready(app.listen().await).await;
    socket.subscribe("1", "mutation { wait }").await;
    app.shop.waiting.notified().await;
    drop(socket);
    app.shop.go.notify_one();
    until(|| app.sold() == 1).await;
}

#[tokio::test]
async fn there_is_room_for_so_many_connections() {
    let app = hasty(Transport { connections: 1, ..Transport::default() });
    let address = app.listen().await;
    let first = Socket::ready(address).await;
    let refused = tokio_tungstenite::connect_async(format!("ws://{address}/graphql")).await;
    assert!(
        matches!(refused, Err(tokio_tungstenite::tungstenite::Error::Http(answer)) if answer.status() == 429)
    );
    drop(first);
    until(|| app.config.tasks.is_empty()).await;
    Socket::ready(address).await;
}
