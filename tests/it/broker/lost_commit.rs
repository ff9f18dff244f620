//! USE-5: a commit that the database took, and whose answer got lost, counts no call twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderMap, Method};
use service::{BrokerCall, Service};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::ledger::{of_item, rows};
use super::stage::{Connection, Stage};

/// What a process writes before anything else of a flush; the text goes over the wire when it is prepared.
const FLUSH: &[u8] = b"INSERT INTO \"ledger_flush\"";
/// How PostgreSQL says that it took a commit.
const TAKEN: &[u8] = b"COMMIT\0";

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// A way to the database that breaks off once it has taken the first flush, before anybody hears of it. Returns its
/// port, and how often it broke.
async fn lossy(server: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (port, lost) = (listener.local_addr().expect("an address").port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&lost);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("the database");
            tokio::spawn(pass(client, server, Arc::clone(&count)));
        }
    });
    (port, lost)
}

async fn pass(mut client: TcpStream, mut server: TcpStream, lost: Arc<AtomicUsize>) {
    let (mut asked, mut told) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut flushes = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let asked = &asked[..length];
                server.write_all(asked).await.expect("the database");
                flushes |= holds(asked, FLUSH);
                if flushes && lost.load(Ordering::SeqCst) == 0 && holds(asked, b"COMMIT") {
                    while !holds(&told, TAKEN) {
                        assert!(server.read(&mut told).await.expect("the database") > 0, "it broke off");
                    }
                    lost.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
            read = server.read(&mut told) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&told[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn call(service: &Service, of: &Connection) {
    let call = BrokerCall {
        connection: of.id.clone(),
        token: Some(of.token.clone()),
        method: Method::GET,
        path: "/things".to_owned(),
        query: None,
        headers: HeaderMap::new(),
        body: None,
        length: None,
    };
    assert_eq!(service.broker(call).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn use_5_a_commit_whose_answer_got_lost_counts_once() {
    if !kit::profile::is_scaled() {
        return;
    }
    let stage = Stage::start().await;
    let one = stage.connect("Orders").await;
    let url = stage.world.app.database_url().expect("a server");
    let parsed = url::Url::parse(&url).expect("an address");
    let server = parsed.port().expect("a port");
    let (port, lost) = lossy(format!("127.0.0.1:{server}")).await;
    let mut config = stage.world.app.service.config().clone();
    config.database_url = url.replace(&format!(":{server}/"), &format!(":{port}/")).into();
    let service = Service::start(config, stage.world.app.clock.clone()).await.expect("it starts");

    call(&service, &one).await;
    assert!(service.flush_ledger().await.is_err(), "nobody told that it is written");
    assert_eq!(lost.load(Ordering::SeqCst), 1);
    call(&service, &one).await;
    call(&service, &one).await;
    assert_eq!(service.flush_ledger().await.expect("flushed"), 1, "the two calls, and not the first again");
    assert_eq!(service.flush_ledger().await.expect("flushed"), 0);
    let usage = of_item(&stage.world.as_user("ben").await, &stage.item, "DAY").await;
    assert_eq!(rows(&usage), ["Orders CALL read_things 3 2"]);
    service.db().close().await;
}
