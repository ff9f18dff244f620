//! Probes over HTTP, and what is made of a filled-in form.

use domain::credential::{Account, Secret};
use rstest::rstest;

use super::bench::{Bench, Script, assert_class, fields, key_secret, now, oauth_secret, script};

#[tokio::test]
async fn probe_tells_the_account() {
    let body = r#"{"data":{"mail":" ana@x.example\n"},"id":42,"team":{"name":"Blue"}}"#;
    let bench = Bench::start([script(200, body)]).await;
    let account = bench.providers.probe(&bench.version, bench.method("oauth"), &oauth_secret(None)).await;
    let expected = Account {
        id: Some("42".to_owned()),
        label: "ana@x.example".to_owned(),
        workspace: Some("Blue".to_owned()),
    };
    assert_eq!(account, Ok(Some(expected)));
    let seen = bench.one();
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("GET", "/contoso/me"));
    assert_eq!(seen.header("authorization"), Some("Bearer old-access"));
    assert_eq!(seen.header("x-version"), Some("7"));
    assert!(seen.body.is_empty());
}

#[rstest]
#[case::id_alone(r#"{"id":"u1"}"#, Some("u1"))]
#[case::nobody("{}", None)]
#[case::no_json("pong", None)]
#[case::partial(r#"{"errors":[{"code":"invalid_token"}],"data":{"mail":"a"}}"#, Some("a"))]
#[case::no_error(r#"{"ok":true,"error":null,"login":"ana"}"#, Some("ana"))]
#[tokio::test]
async fn good_answers_need_not_name_the_account(#[case] body: &str, #[case] label: Option<&str>) {
    let bench = Bench::start([script(200, body)]).await;
    let account = bench.providers.probe(&bench.version, bench.method("oauth"), &oauth_secret(None)).await;
    assert_eq!(account.expect("a good probe").map(|account| account.label).as_deref(), label);
}

#[rstest]
#[case::unauthorized(script(401, "<html>page of the app</html>"), "dead:http_401")]
#[case::forbidden(script(403, ""), "dead:http_403")]
#[case::with_code(script(401, r#"{"error":{"code":"token_expired"}}"#), "dead:token_expired")]
#[case::bad_request(
    script(400, r#"{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}"#),
    "dead:api_key_invalid"
)]
#[case::good_status(script(200, r#"{"ok":false,"error":"invalid_auth"}"#), "dead:invalid_auth")]
#[case::good_status_limited(script(200, r#"{"ok":false,"error":"ratelimited"}"#), "transient")]
#[case::good_status_other(script(200, r#"{"ok":false,"error":"missing_scope"}"#), "misconfigured")]
#[case::limit_as_403(script(403, "").with("x-ratelimit-remaining", "0"), "transient")]
#[case::limit_as_403_with_time(script(403, "").with("retry-after", "60"), "transient:60")]
#[case::limited(script(429, "").with("retry-after", "5"), "transient:5")]
#[case::server(script(502, "<html>page of the app</html>"), "transient")]
#[case::absent(script(404, ""), "misconfigured")]
#[case::redirect(script(302, "").with("location", "https://login.example/"), "misconfigured")]
#[tokio::test]
async fn refusals_are_sorted(#[case] answer: Script, #[case] expected: &str) {
    let bench = Bench::start([answer]).await;
    let account = bench.providers.probe(&bench.version, bench.method("key"), &key_secret()).await;
    assert_class(&account.expect_err("an error"), expected);
    assert_eq!(bench.seen().len(), 1);
}

#[tokio::test]
async fn key_goes_to_every_place_of_the_catalog() {
    let bench = Bench::start([script(204, "")]).await;
    let filled = fields(&[("key", "k&1")]);
    let grant = bench.providers.connect(&bench.version, bench.method("key"), &filled, now()).await;
    let grant = grant.expect("a grant");
    let Secret::ApiKey { key, params } = &grant.secret else { panic!("a key") };
    assert_eq!((key.expose(), params.get("region").map(String::as_str)), ("k&1", Some("eu")));
    assert_eq!((grant.account, grant.expires_at), (None, None));
    let seen = bench.one();
    assert_eq!(seen.uri.path_and_query().map(ToString::to_string).as_deref(), Some("/eu/me?api+key=k%261"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.body, r#"{"region":"eu","what":"me"}"#);
}

#[tokio::test]
async fn password_goes_into_the_header_and_a_form_stays_a_form() {
    let bench = Bench::start([script(200, ""), script(401, "")]).await;
    let filled = fields(&[("username", "ana"), ("password", "p:w")]);
    let method = bench.method("basic");
    let grant = bench.providers.connect(&bench.version, method, &filled, now()).await.expect("a grant");
    assert_eq!(grant.secret.values().get("password"), Some(&"p:w"));
    let seen = bench.one();
    assert_eq!(seen.header("authorization"), Some("Basic YW5hOnA6dw=="));
    assert_eq!(seen.body, "what=a+b");
    let refused = bench.providers.connect(&bench.version, method, &filled, now()).await;
    assert_class(&refused.err().expect("an error"), "dead:http_401");
}

#[tokio::test]
async fn incomplete_forms_and_consent_pages_are_not_connected() {
    let bench = Bench::start([]).await;
    for method in ["key", "basic", "client", "oauth"] {
        let grant = bench.providers.connect(&bench.version, bench.method(method), &fields(&[]), now()).await;
        assert_class(&grant.err().expect("an error"), "misconfigured");
    }
    assert!(bench.seen().is_empty());
}

#[tokio::test]
async fn token_with_a_line_break_never_becomes_a_header() {
    let bench = Bench::start([]).await;
    let secret = Secret::OAuth2Code {
        access_token: "a\r\nx-evil: 1".into(),
        refresh_token: None,
        token_type: "Bearer".to_owned(),
        client: None,
        params: super::bench::params(),
    };
    let account = bench.providers.probe(&bench.version, bench.method("oauth"), &secret).await;
    assert_class(&account.expect_err("an error"), "misconfigured");
    assert!(bench.seen().is_empty());
}
