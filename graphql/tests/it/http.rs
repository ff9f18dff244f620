//! POST and GET.

use axum::body::Body;
use futures_util::future::BoxFuture;
use gql::{Config, Rate, Refusal};
use http::{Request, StatusCode, header};
use rstest::rstest;
use serde_json::json;
use std::{num::NonZeroU32, sync::Arc};

use crate::{
    shop::Who,
    support::{ORIGIN, app, app_with, config, post, until},
};

#[tokio::test]
async fn post_is_answered() {
    let answer = app()
        .post(&json!({ "query": "query($n: String!) { hello(name: $n) }", "variables": { "n": "Ana" } }))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "data": { "hello": "hello Ana" } }));
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/graphql-response+json; charset=utf-8");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn get_is_answered() {
    let uri = "/graphql?query=query($n:String!)%7Bhello(name:$n)%7D&variables=%7B%22n%22:%22Ana%22%7D";
    let answer = app().send(Request::get(uri).body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "data": { "hello": "hello Ana" } }));
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json; charset=utf-8");
}

#[rstest]
#[case::alone("mutation%7Bsell(books:1)%7D")]
#[case::beside_a_query("query%20Q%7Bhello%7Dmutation%20M%7Bsell(books:1)%7D&operationName=Q")]
#[tokio::test]
async fn get_never_runs_a_mutation(#[case] query: &str) {
    let app = app();
    let request = Request::get(format!("/graphql?query={query}")).body(Body::empty()).expect("a request");
    let answer = app.send(request).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED")
    );
    assert_eq!(answer.headers[header::ALLOW], "POST");
    assert_eq!(app.sold(), 0);
}

/// What has run once, and is not parsed again, is checked again: by the way it comes, its variables and its cost.
#[tokio::test]
async fn a_document_that_has_run_is_checked_each_time() {
    let app = app();
    assert_eq!(app.query("mutation{sell(books:1)}").await.json(), json!({ "data": { "sell": 1 } }));
    let uri = "/graphql?query=mutation%7Bsell(books:1)%7D";
    let answer = app.send(Request::get(uri).body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.code(), "METHOD_NOT_ALLOWED");
    assert_eq!(app.sold(), 1);

    let query = "query($n: Int!) { books(first: $n) { id } }";
    let asked = async |variables| app.post(&json!({ "query": query, "variables": variables })).await;
    let books = |answer: &serde_json::Value| answer["data"]["books"].as_array().map(Vec::len);
    assert_eq!(books(&asked(json!({ "n": 1 })).await.json()), Some(1));
    assert_eq!(books(&asked(json!({ "n": 2 })).await.json()), Some(2));
    assert_eq!(asked(json!({})).await.code(), "BAD_VARIABLES");
    assert_eq!(asked(json!({ "n": 1_000_000 })).await.code(), "TOO_COMPLEX");
}

#[rstest]
#[case::text(Some("text/plain"))]
#[case::form(Some("application/x-www-form-urlencoded"))]
#[case::multipart(Some("multipart/form-data; boundary=x"))]
#[case::none(None)]
#[case::latin(Some("application/json; charset=iso-8859-1"))]
#[tokio::test]
async fn only_json_bodies_run(#[case] content_type: Option<&str>) {
    let app = app();
    let mut request = Request::post("/graphql");
    if let Some(value) = content_type {
        request = request.header(header::CONTENT_TYPE, value);
    }
    let body = Body::from(r#"{"query":"mutation{sell(books:1)}"}"#);
    let answer = app.send(request.body(body).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!((answer.code().as_str(), app.sold()), ("UNSUPPORTED_MEDIA_TYPE", 0));
}

#[rstest]
#[case::foreign_origin("origin", "https://evil.example", 403)]
#[case::null_origin("origin", "null", 403)]
#[case::longer_origin("origin", "https://shop.example.evil.example", 403)]
#[case::own_origin("origin", ORIGIN, 200)]
#[case::cross_site("sec-fetch-site", "cross-site", 403)]
#[case::same_origin("sec-fetch-site", "same-origin", 200)]
#[tokio::test]
async fn sec_5_pages_of_other_sites_are_refused(
    #[case] name: &str,
    #[case] value: &str,
    #[case] status: u16,
) {
    let app = app();
    let body = json!({ "query": "mutation { sell(books: 1) }" });
    let request = post(&body).header(name, value).body(Body::from(body.to_string())).expect("a request");
    assert_eq!(app.send(request).await.status.as_u16(), status);
    assert_eq!(app.sold(), i64::from(status == 200));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let app = app();
    let body = json!({ "query": "{ hello }", "extensions": { "pad": "x".repeat(65_536) } });
    let answer = app.post(&body).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
}

#[rstest]
#[case::batch(r#"[{"query":"{hello}"}]"#)]
#[case::not_json("{hello}")]
#[case::empty("")]
#[case::no_query("{}")]
#[case::query_number(r#"{"query":1}"#)]
#[case::variables_list(r#"{"query":"{hello}","variables":[]}"#)]
#[case::variables_text(r#"{"query":"{hello}","variables":"{}"}"#)]
#[case::name_number(r#"{"query":"{hello}","operationName":1}"#)]
#[case::extensions_text(r#"{"query":"{hello}","extensions":"x"}"#)]
#[case::invalid_utf8("{\"query\":\"{hello}\u{0}")]
#[tokio::test]
async fn what_is_no_request_is_refused(#[case] body: &'static str) {
    let app = app();
    for accept in ["application/json", "application/graphql-response+json"] {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, accept);
        let answer = app.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_REQUEST"));
        assert!(answer.json().get("data").is_none());
    }
}

#[rstest]
#[case::parse("{ hello", "PARSE_ERROR")]
#[case::validation("{ nothing }", "VALIDATION_FAILED")]
#[case::missing("mutation($n: Int!) { a: sell(books: 1) b: sell(books: $n) }", "BAD_VARIABLES")]
#[case::operation("query A { hello } query B { hello }", "VALIDATION_FAILED")]
#[tokio::test]
async fn request_errors_have_no_data(#[case] query: &str, #[case] code: &str) {
    let app = app();
    for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, accept);
        let answer = app.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
        assert!(answer.json().get("data").is_none());
    }
    assert_eq!(app.sold(), 0);
}

#[rstest]
#[case::missing(json!({}))]
#[case::null(json!({ "n": null }))]
#[case::null_in_list(json!({ "n": 1, "l": [1, null] }))]
#[tokio::test]
async fn bad_variables_run_nothing(#[case] variables: serde_json::Value) {
    let app = app();
    let query = "mutation($n: Int!, $l: [Int!]) { a: sell(books: 1) b: sell(books: $n) ...F }
        fragment F on Mutation { c: sell(books: 3) @skip(if: true) __typename @include(if: true) }";
    // `$l` must be used somewhere for the document to be valid; this one is refused before that matters.
    let answer = app.post(&json!({ "query": query, "variables": variables })).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_VARIABLES"));
    assert_eq!(app.sold(), 0);
}

/// GraphQL specification, 6.4.1: an argument whose variable was not sent has its default.
#[rstest]
#[case::absent("query($n: Int) { books(first: $n) { title } }", json!({}), 10)]
#[case::in_a_fragment("query($n: Int) { ...F } fragment F on Query { books(first: $n) { title } }", json!({}), 10)]
#[case::sent("query($n: Int) { books(first: $n) { title } }", json!({ "n": 3 }), 3)]
#[case::own_default("query($n: Int = 2) { books(first: $n) { title } }", json!({}), 2)]
#[case::used_for_two_things(
    "query($n: Int) { a: books(first: $n) { title } books(first: $n) { title } }", json!({}), 10
)]
#[tokio::test]
async fn an_absent_variable_leaves_the_default(
    #[case] query: &str,
    #[case] variables: serde_json::Value,
    #[case] books: usize,
) {
    let answer = app().post(&json!({ "query": query, "variables": variables })).await;
    assert!(answer.json().get("errors").is_none(), "{}", answer.json());
    assert_eq!(answer.json()["data"]["books"].as_array().expect("books").len(), books);
}

/// Null is not absent: where it may not stand it is refused before anything runs.
#[tokio::test]
async fn a_null_variable_is_no_default() {
    let app = app();
    let query = "query($n: Int) { books(first: $n) { title } }";
    let answer = app.post(&json!({ "query": query, "variables": { "n": null } })).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_VARIABLES"));
}

#[tokio::test]
async fn every_bad_variable_is_named() {
    let query = "query($a: Int!, $b: [Int!]!) { sum(numbers: $b) hello(name: $a) }";
    let answer = app().post(&json!({ "query": query, "variables": { "b": null } })).await;
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_accept_excludes_is_refused() {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(r#"{"query":"mutation{sell(books:1)}"}"#));
    let app = app();
    let answer = app.send(request.expect("a request")).await;
    assert_eq!((answer.status, app.sold()), (StatusCode::NOT_ACCEPTABLE, 0));
}

#[tokio::test]
async fn other_methods_are_refused() {
    let answer = app().send(Request::put("/graphql").body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[header::ALLOW], "GET, POST");
}

#[tokio::test]
async fn a_subscription_needs_a_stream() {
    let answer = app().query("subscription { count(to: 1) }").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn resolvers_set_headers() {
    let answer = app().query("{ cookie }").await;
    let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
    assert_eq!(cookies, ["a=1; HttpOnly", "b=2; HttpOnly"]);
}

#[tokio::test]
async fn a_panic_is_an_internal_error_with_an_id() {
    let app = app();
    let answer = app.query("{ hello boom }").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"));
    assert!(!answer.text.contains("panics"), "{}", answer.text);
    assert_eq!(app.query("{ hello }").await.status, StatusCode::OK);
}

#[tokio::test]
async fn field_errors_keep_their_code_and_hide_what_has_none() {
    let app = app();
    let answer = app.query("{ hello refused }").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "FORBIDDEN"));
    assert_eq!(answer.json()["data"], json!({ "hello": "hello world", "refused": null }));
    let answer = app.query("{ leaky }").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "INTERNAL"));
    assert!(!answer.text.contains("db.internal"), "{}", answer.text);
}

/// GraphQL specification, section 6.4.4.
#[rstest]
#[case("{ fragile { optional } }", json!({ "fragile": { "optional": null } }))]
#[case("{ fragile { optional fine } }", json!({ "fragile": { "optional": null, "fine": 1 } }))]
#[case("{ fragile { required fine } }", json!(null))]
#[case("{ hello fragile { maybe { required fine } fine } }", json!({ "hello": "hello world", "fragile": { "maybe": null, "fine": 1 } }))]
#[case("{ fragile { maybe { child { a: required optional } fine } } }", json!({ "fragile": { "maybe": null } }))]
#[case("{ fragile { maybe { child { optional } } } }", json!({ "fragile": { "maybe": { "child": { "optional": null } } } }))]
#[case("{ fragile { maybes { ...F } } } fragment F on Fragile { required fine }", json!({ "fragile": { "maybes": [null, null] } }))]
#[case("{ fragile { maybe { children { fine required } } fine } }", json!({ "fragile": { "maybe": null, "fine": 1 } }))]
#[case("{ refused }", json!({ "refused": null }))]
#[tokio::test]
async fn failed_fields_are_null_where_their_types_allow(
    #[case] query: &str,
    #[case] data: serde_json::Value,
) {
    let answer = app().query(query).await;
    assert_eq!((answer.status, &answer.json()["data"]), (StatusCode::OK, &data));
    assert!(answer.json().as_object().is_some_and(|answer| answer.contains_key("data")));
}

#[tokio::test]
async fn the_application_says_who_asks() {
    let app = app();
    let body = json!({ "query": "{ whoami }" });
    let request = |token| post(&body).header(header::AUTHORIZATION, token).body(Body::from(body.to_string()));
    let answer = app.send(request("ana").expect("a request")).await;
    assert_eq!(answer.json(), json!({ "data": { "whoami": "ana" } }));
    let answer = app.send(request("bad").expect("a request")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn api_6_each_user_has_an_allowance() {
    let rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(2).expect("not zero"), keys: 10 };
    let app = app_with(Config { rate, ..config() });
    let body = json!({ "query": "{ hello }" });
    let request = |user| post(&body).header(header::AUTHORIZATION, user).body(Body::from(body.to_string()));
    let mut statuses = Vec::new();
    for user in ["ana", "ana", "ana", "ben"] {
        let answer = app.send(request(user).expect("a request")).await;
        let limited = answer.status == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(limited, answer.headers.contains_key(header::RETRY_AFTER));
        assert_eq!(limited, answer.code() == "RATE_LIMITED");
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 200]);
}

#[tokio::test]
async fn a_mutation_ends_although_its_client_is_gone() {
    let app = app();
    let body = json!({ "query": "mutation { wait }" });
    let request = post(&body).body(Body::from(body.to_string())).expect("a request");
    let answer = app.send(request);
    tokio::select! {
        _ = answer => panic!("nobody has let it go on"),
        () = app.shop.waiting.notified() => {}
    }
    app.shop.go.notify_one();
    until(|| app.sold() == 1).await;
}

#[tokio::test]
async fn the_application_sees_every_operation_and_every_error() {
    let before = |_, request: async_graphql::Request| -> BoxFuture<'static, _> {
        Box::pin(async move {
            if request.query.contains("sold") {
                let message = "the session has ended".to_owned();
                return Err(Refusal { status: StatusCode::UNAUTHORIZED, code: "UNAUTHENTICATED", message });
            }
            Ok(request.data(Who("set before".to_owned())))
        })
    };
    let map_error = |error: &mut async_graphql::ServerError| {
        if error.message.contains("db.internal") {
            "try later".clone_into(&mut error.message);
            gql::set_code(error, "UNAVAILABLE");
        }
    };
    let app = app_with(Config {
        before_operation: Some(Arc::new(before)),
        map_error: Arc::new(map_error),
        ..config()
    });
    assert_eq!(app.query("{ whoami }").await.json()["data"]["whoami"], "set before");
    assert_eq!(app.query("{ sold }").await.code(), "UNAUTHENTICATED");
    let answer = app.query("{ leaky }").await;
    assert_eq!(
        (answer.code().as_str(), &answer.json()["errors"][0]["message"]),
        ("UNAVAILABLE", &json!("try later"))
    );
}

#[tokio::test]
async fn api_6_addresses_are_told_by_the_application() {
    let rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN, keys: 10 };
    let address = |headers: &http::HeaderMap, _| headers.get("x-real-ip")?.to_str().ok()?.parse().ok();
    let app = app_with(Config { rate, client_address: Some(Arc::new(address)), ..config() });
    let body = json!({ "query": "{ hello }" });
    let request =
        |ip| post(&body).header("x-real-ip", ip).body(Body::from(body.to_string())).expect("a request");
    let mut statuses = Vec::new();
    for ip in ["192.0.2.1", "192.0.2.1", "192.0.2.2"] {
        statuses.push(app.send(request(ip)).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 429, 200]);
}
