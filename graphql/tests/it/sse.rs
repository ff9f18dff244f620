//! Server-Sent Events.

use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use rstest::rstest;
use tower::ServiceExt;

use crate::support::{Answer, App, PATIENCE, app};

async fn stream(app: &App, query: &str) -> Answer {
    let body = serde_json::json!({ "query": query }).to_string();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/event-stream");
    app.send(request.body(Body::from(body)).expect("a request")).await
}

/// Names and data of the events in a stream.
fn events(text: &str) -> Vec<(String, String)> {
    let field = |event: &str, name: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
        line.unwrap_or("none").to_owned()
    };
    text.split("\n\n")
        .filter(|event| !event.is_empty())
        .map(|event| (field(event, "event"), field(event, "data")))
        .collect()
}

#[rstest]
#[case::subscription("subscription { count(to: 2) }", &[r#"{"data":{"count":1}}"#, r#"{"data":{"count":2}}"#])]
#[case::query("{ hello }", &[r#"{"data":{"hello":"hello world"}}"#])]
#[tokio::test]
async fn answers_are_events(#[case] query: &str, #[case] data: &[&str]) {
    let answer = stream(&app(), query).await;
    assert_eq!(
        (answer.status, answer.headers[header::CONTENT_TYPE].as_bytes()),
        (StatusCode::OK, &b"text/event-stream; charset=utf-8"[..])
    );
    let mut expected: Vec<_> = data.iter().map(|data| ("next".to_owned(), (*data).to_owned())).collect();
    expected.push(("complete".to_owned(), String::new()));
    assert_eq!(events(&answer.text), expected);
}

#[tokio::test]
async fn request_errors_are_events() {
    let answer = stream(&app(), "subscription { nothing }").await;
    let events = events(&answer.text);
    assert!(events[0].1.contains("VALIDATION_FAILED") && !events[0].1.contains("\"data\""), "{events:?}");
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn a_panic_ends_the_stream_with_an_error() {
    let answer = stream(&app(), "subscription { boom }").await;
    let events = events(&answer.text);
    assert_eq!(events.len(), 3);
    assert!(events[1].1.contains("INTERNAL") && !events[1].1.contains("panics"), "{events:?}");
}

#[tokio::test]
async fn get_streams_subscriptions_and_no_mutation() {
    let app = app();
    let get = |query: &str| {
        let request =
            Request::get(format!("/graphql?query={query}")).header(header::ACCEPT, "text/event-stream");
        request.body(Body::empty()).expect("a request")
    };
    let answer = app.send(get("subscription%7Bcount(to:1)%7D")).await;
    assert_eq!(events(&answer.text).len(), 2);
    let answer = app.send(get("mutation%7Bsell(books:1)%7D")).await;
    assert_eq!((answer.status, app.sold()), (StatusCode::METHOD_NOT_ALLOWED, 0));
}

#[tokio::test]
async fn rel_4_shutdown_ends_streams_without_complete() {
    let app = app();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/event-stream")
        .body(Body::from(r#"{"query":"subscription{news}"}"#));
    let response = app.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
    app.config.shutdown.cancel();
    let rest = tokio::time::timeout(PATIENCE, response.into_body().collect()).await.expect("the stream ends");
    assert!(rest.expect("whole").to_bytes().is_empty());
}
