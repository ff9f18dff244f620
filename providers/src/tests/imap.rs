//! The probe of a mail box: the conversation over a stream in memory, and the guard before it.

use rstest::rstest;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use super::bench::{Bench, assert_class, fields, now};
use crate::ProviderError;
use crate::imap::{Mailbox, converse};
use crate::{Outbound, Providers};

const MAILBOX: Mailbox<'_> =
    Mailbox { host: "imap.x.example", port: 993, username: "ana@x.example", password: "k-123 \"q\"" };

/// Greets, answers the login with `answer` behind its tag, and hangs up after the goodbye.
async fn serve(stream: DuplexStream, answer: &str) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await.expect("a greeting");
    let mut lines = Vec::new();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let tag = line.split(' ').next().unwrap_or_default().to_owned();
        let reply = if line.contains(" LOGIN ") { answer } else { "OK bye" };
        let sent = stream.write_all(format!("{tag} {reply}\r\n").as_bytes()).await;
        lines.push(std::mem::take(&mut line));
        if sent.is_err() {
            break;
        }
    }
    lines
}

async fn log_in(answer: &str, mailbox: &Mailbox<'_>) -> (Result<(), ProviderError>, Vec<String>) {
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::join!(converse(ours, mailbox), serve(theirs, answer))
}

#[tokio::test]
async fn login_and_logout_are_spoken() {
    let (result, lines) = log_in("OK done", &MAILBOX).await;
    assert_eq!(result, Ok(()));
    let [login, logout] = lines.as_slice() else { panic!("two lines: {lines:?}") };
    assert!(login.ends_with("LOGIN \"ana@x.example\" \"k-123 \\\"q\\\"\"\r\n"), "{login:?}");
    assert!(logout.ends_with("LOGOUT\r\n"), "{logout:?}");
}

#[rstest]
#[case("NO [AUTHENTICATIONFAILED] k-123 is wrong", "dead:login_refused")]
#[case("NO go away", "dead:login_refused")]
#[case("NO [UNAVAILABLE] later", "transient")]
#[case("NO [LIMIT] too many", "transient")]
#[case("BAD what", "misconfigured")]
#[tokio::test]
async fn refusals_are_sorted(#[case] answer: &str, #[case] expected: &str) {
    let (result, _) = log_in(answer, &MAILBOX).await;
    assert_class(&result.expect_err("an error"), expected);
}

/// SEC-2: what a server says is not kept without end.
#[tokio::test]
async fn sec_2_a_server_that_never_ends_its_line_is_left() {
    let (ours, mut theirs) = tokio::io::duplex(4096);
    let endless = async {
        let mut sent = 0;
        theirs.write_all(b"* OK ").await.expect("a greeting begins");
        while theirs.write_all(&[b'x'; 1024]).await.is_ok() {
            sent += 1024;
        }
        sent
    };
    let (result, sent) = tokio::join!(converse(ours, &MAILBOX), endless);
    assert_class(&result.expect_err("an error"), "transient");
    assert!(sent < 128 * 1024, "{sent} bytes were taken");
}

#[tokio::test]
async fn line_breaks_cannot_add_a_command() {
    let mailbox = Mailbox { password: "x\r\na1 DELETE INBOX", ..MAILBOX };
    let (result, lines) = log_in("OK done", &mailbox).await;
    assert_class(&result.expect_err("an error"), "misconfigured");
    assert!(lines.is_empty(), "{lines:?}");
}

#[tokio::test]
async fn server_that_hangs_up_is_transient() {
    let (ours, theirs) = tokio::io::duplex(64);
    drop(theirs);
    assert_class(&converse(ours, &MAILBOX).await.expect_err("an error"), "transient");
}

#[rstest]
#[case("localhost")]
#[case("127.0.0.1")]
#[case("169.254.169.254")]
#[tokio::test]
async fn mail_servers_are_guarded_too(#[case] host: &str) {
    let bench = Bench::start([]).await;
    let providers = Providers::new(Outbound { allow_loopback: false }).expect("a client");
    let filled = fields(&[("host", host), ("user", "ana"), ("pass", "k-123")]);
    let grant = providers.connect(&bench.version, bench.method("mail"), &filled, now()).await;
    assert_class(&grant.err().expect("an error"), "misconfigured");
}

#[tokio::test]
async fn mail_server_without_tls_is_transient_and_learns_nothing() {
    let bench = Bench::start([]).await;
    let port = bench.url.rsplit(':').next().expect("a port").to_owned();
    let filled = fields(&[("host", "127.0.0.1"), ("port", &port), ("user", "ana"), ("pass", "k-123")]);
    let grant = bench.providers.connect(&bench.version, bench.method("mail"), &filled, now()).await;
    assert_class(&grant.err().expect("an error"), "transient");
    assert!(bench.seen().is_empty());
}
