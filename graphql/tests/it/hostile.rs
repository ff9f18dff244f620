//! API-6: documents made to hurt, each over HTTP and over WebSocket.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Socket, app};

/// API-6 for an optimised build, in wall time; without optimisation and on a busy machine only a sign of life.
const BOUND: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

fn doubling(levels: usize) -> String {
    let mut document = format!("{{ ...F0 }} fragment F{levels} on Query {{ hello }}");
    for n in 0..levels {
        let next = n + 1;
        write!(document, " fragment F{n} on Query {{ ...F{next} ...F{next} }}").expect("writing to a string");
    }
    document
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(" ")
}

fn chained(count: usize) -> String {
    let fragments = many(count, |n| format!("fragment F{n} on Query {{ ...F{} }}", n + 1));
    format!("{{ ...F0 }} {fragments} fragment F{count} on Query {{ hello }}")
}

fn documents() -> Vec<(&'static str, String)> {
    let mut all = syntax();
    all.extend(expansion());
    all.extend(multiplication());
    all
}

fn syntax() -> Vec<(&'static str, String)> {
    vec![
        ("lists nested 2,000 deep", format!("{{ sum(numbers: {}) }}", nested("[", "1", "]", 2_000))),
        ("lists never closed", format!("{{ sum(numbers: {}", "[".repeat(16_000))),
        ("objects nested", format!("{{ hello(name: {}) }}", nested("{a:", "1", "}", 1_000))),
        ("selections nested", nested("{a", "", "}", 1_500)),
        ("list types nested", format!("query($a: {}) {{ hello }}", nested("[", "Int", "]", 1_000))),
        ("parentheses", format!("{{ hello{}", "(".repeat(10_000))),
        ("mixed brackets", format!("{{ hello(a: {}", "[{a:(".repeat(3_000))),
        ("closers only", "}])".repeat(5_000)),
        ("a string that does not end", "{ hello(name: \"".to_owned() + &"x".repeat(10_000)),
        ("a block string that does not end", "{ hello(name: \"\"\"".to_owned() + &"[".repeat(10_000)),
        ("a string of escapes", format!("{{ nothing(name: \"{}\") }}", "\\u0000".repeat(2_700))),
        ("a lone surrogate", "{ hello(name: \"\\uD800\") nothing }".to_owned()),
        ("a bad escape, then brackets", format!("{{ hello(name: \"\\x\" {}", "[".repeat(9_000))),
        ("a huge integer", format!("{{ book(id: {}) nothing }}", "9".repeat(15_000))),
        ("a huge exponent", "{ sum(numbers: [1e999999999]) }".to_owned()),
        ("a huge name", format!("{{ {} }}", "a".repeat(16_000))),
        ("null bytes", "{ hello\0\0\0 }".to_owned()),
        ("only a byte order mark", "\u{feff}".repeat(5_000)),
        ("only commas", ",".repeat(16_000)),
        ("only comments", "#\n".repeat(8_000)),
        ("emoji as names", "{ 🦀🦀🦀 }".to_owned()),
        ("right-to-left marks", format!("{{ hello{} }}", "\u{202e}".repeat(4_000))),
        ("empty", String::new()),
        ("dots", ".".repeat(16_000)),
        ("dollars", format!("{{ hello(name: {}) }}", "$".repeat(9_000))),
        ("quotes", "\"".repeat(16_000)),
        ("a megabyte of spaces", " ".repeat(60_000)),
        ("a type system document", "type A { a: Int }".to_owned()),
    ]
}

fn expansion() -> Vec<(&'static str, String)> {
    vec![
        ("doubling fragments", doubling(24)),
        ("doubling fragments, many levels", doubling(120)),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned()),
        (
            "a cycle of fragments",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { hello ...A }".to_owned(),
        ),
        ("a cycle that is not used", "{ hello } fragment A on Query { ...A }".to_owned()),
        (
            "a cycle through inline fragments",
            "{ ...A } fragment A on Query { ... { ... { ...A } } }".to_owned(),
        ),
        ("a chain of fragments", chained(200)),
        ("an unused doubling fragment", doubling(24).replacen("{ ...F0 }", "{ hello }", 1)),
        ("doubling in the other operation", format!("query A {{ hello }} query B {}", doubling(24))),
        ("thousands of aliases", format!("{{ {} }}", many(900, |n| format!("a{n}:hello")))),
        (
            "aliases in fragments",
            format!("{{ {} }} fragment A on Query {{ a: hello b: hello c: hello }}", "...A ".repeat(30)),
        ),
        ("many operations", many(300, |n| format!("query Q{n} {{ hello }}"))),
        ("the same operation twice", many(300, |_| "query Q { hello }".to_owned())),
        ("repeated directives", format!("{{ hello {} }}", "@skip(if: false) ".repeat(300))),
        ("unknown directives", format!("{{ hello {} }}", many(900, |n| format!("@d{n}")))),
        ("unknown fields", format!("{{ {} }}", many(900, |n| format!("f{n}")))),
        ("unknown fragments", format!("{{ {} }}", many(600, |n| format!("...F{n}")))),
        (
            "unused fragments",
            format!("{{ hello }} {}", many(250, |n| format!("fragment F{n} on Query {{ hello }}"))),
        ),
        ("many variables", format!("query({}) {{ hello }}", many(300, |n| format!("$v{n}: Int!")))),
        ("the same argument often", format!("{{ hello({}) }}", "name: \"a\" ".repeat(300))),
    ]
}

fn multiplication() -> Vec<(&'static str, String)> {
    let author = "authors { books { authors { books { authors { books { authors { name } } } } } } }";
    vec![
        ("lists in lists", format!("{{ books(first: 100) {{ {author} }} }}")),
        ("one field often in a list", format!("{{ books(first: 100) {{ {} }} }}", "title ".repeat(900))),
        ("a page of a billion", "{ books(first: 1000000000) { title } }".to_owned()),
        (
            "introspection in circles",
            format!("{{ __schema {{ types {{ {} }} }} }}", nested("fields { type { ", "name", "} }", 6)),
        ),
        (
            "introspection often",
            format!("{{ {} }}", many(20, |n| format!("a{n}: __schema {{ types {{ name }} }}"))),
        ),
        ("one name of all types often", format!("{{ __schema {{ types {{ {} }} }} }}", "name ".repeat(900))),
        (
            "many types by name",
            format!("{{ {} }}", many(20, |n| format!("a{n}: __type(name: \"Query\") {{ name }}"))),
        ),
    ]
}

fn check(name: &str, errors: &Value, took: Duration) {
    let code = errors[0]["extensions"]["code"].as_str().unwrap_or_default();
    let expected = ["PARSE_ERROR", "VALIDATION_FAILED", "DOCUMENT_TOO_LARGE", "TOO_COMPLEX", "BAD_VARIABLES"];
    assert!(expected.contains(&code), "{name}: {errors}");
    assert!(errors.as_array().is_some_and(|errors| errors.len() <= 20), "{name}: too many errors");
    assert!(errors.to_string().len() < 20_000, "{name}: the answer is larger than the question");
    assert!(took < BOUND, "{name}: {took:?}");
}

#[tokio::test]
async fn api_6_hostile_documents_over_http() {
    let app = app();
    let documents = documents();
    assert!(documents.len() >= 30);
    for (name, document) in documents {
        let start = Instant::now();
        let answer = app.query(&document).await;
        check(name, &answer.json()["errors"], start.elapsed());
        assert!(answer.json().get("data").is_none(), "{name}");
    }
    assert_eq!(app.query("{ hello }").await.status, http::StatusCode::OK);
}

#[tokio::test]
async fn api_6_hostile_documents_over_websocket() {
    let mut socket = Socket::ready(app().listen().await).await;
    for (n, (name, document)) in documents().into_iter().enumerate() {
        let start = Instant::now();
        socket.subscribe(&n.to_string(), &document).await;
        let frame = socket.receive().await;
        assert_eq!(
            (frame["type"].as_str(), frame["id"].as_str()),
            (Some("error"), Some(n.to_string().as_str())),
            "{name}"
        );
        check(name, &frame["payload"], start.elapsed());
    }
    socket.subscribe("last", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
}

/// The dearest documents that the limits let pass.
#[tokio::test]
async fn api_6_dear_documents_stay_in_bounds() {
    let app = app();
    for (name, document) in [
        ("one field often", format!("{{ books(first: 100) {{ {} }} }}", "title ".repeat(240))),
        (
            "aliases in a list",
            format!("{{ books(first: 100) {{ {} }} }}", many(50, |n| format!("a{n}: title"))),
        ),
        ("lists in a list", "{ books(first: 100) { authors { name books { title } } } }".to_owned()),
        ("many arguments", format!("{{ sum(numbers: [{}]) }}", "1 ".repeat(490))),
        ("introspection", include_str!("introspection.graphql").to_owned()),
    ] {
        let start = Instant::now();
        let answer = app.query(&document).await;
        let took = start.elapsed();
        assert!(answer.json().get("errors").is_none(), "{name}: {}", answer.text);
        assert!(took < BOUND, "{name}: {took:?}");
    }
}

fn deep(levels: usize) -> Value {
    serde_json::from_str(&nested("[", "1", "]", levels)).expect("JSON")
}

/// Variables: the document, what is sent, and whether it is refused as JSON already.
#[tokio::test]
async fn api_6_hostile_variables() {
    let app = app();
    let query = "query($n: [Int!]!) { sum(numbers: $n) }";
    for (name, value) in [
        ("deep", deep(30)),
        ("long", Value::from(vec![1; 501])),
        ("many", Value::from(vec![Value::from(vec![1; 100]); 100])),
        ("null inside", json!([1, null])),
        ("of another type", json!({ "a": "b" })),
        ("a huge number", json!([1e300])),
    ] {
        let start = Instant::now();
        let answer = app.post(&json!({ "query": query, "variables": { "n": value } })).await;
        check(name, &answer.json()["errors"], start.elapsed());
    }
    // Deeper than any JSON parser should go: written by hand, since ours would not read it either.
    let text = format!(r#"{{"query":"{{hello}}","variables":{{"n":{}}}}}"#, nested("[", "1", "]", 20_000));
    let request = crate::support::post(&Value::Null).body(axum::body::Body::from(text)).expect("a request");
    assert_eq!(app.send(request).await.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn the_full_introspection_query_passes() {
    let answer = app().query(include_str!("introspection.graphql")).await;
    assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text);
    assert!(answer.json().get("errors").is_none(), "{}", answer.text);
}
