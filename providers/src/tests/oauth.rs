//! Consent page, code exchange, refresh.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::credential::{OwnClient, Secret};
use rstest::rstest;

use super::bench::{
    Bench, Script, assert_class, client, fields, key_secret, now, oauth_secret, params, script,
};
use crate::{AuthorizeAsk, Exchange, Grant, OAuthClient, ProviderError, pkce};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const GOOD: &str =
    r#"{"access_token":"a1","refresh_token":"r1","token_type":"bearer","expires_in":3600,"scope":"read x"}"#;

fn values(grant: &Grant) -> BTreeMap<&str, &str> {
    grant.secret.values()
}

async fn exchange(bench: &Bench, method: &str, own_client: bool) -> Result<Grant, ProviderError> {
    let (client, params) = (client(), params());
    let x = Exchange {
        code: "the-code",
        code_verifier: VERIFIER,
        redirect_uri: "https://c.example/oauth/callback",
        client: &client,
        own_client,
        params: &params,
    };
    bench.providers.exchange(bench.method(method), &x, now()).await
}

async fn refresh(bench: &Bench, secret: &Secret) -> Result<Grant, ProviderError> {
    bench.providers.refresh(&bench.version, bench.method("oauth"), secret, Some(&client()), now()).await
}

#[test]
fn challenge_is_that_of_rfc_7636_appendix_b() {
    assert_eq!(pkce::challenge(VERIFIER).as_deref(), Ok(CHALLENGE));
    for bad in [&VERIFIER[1..], &"a".repeat(129), &format!("{VERIFIER} ")] {
        assert!(pkce::challenge(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn consent_page_gets_every_parameter_once() {
    let bench = Bench::start([]).await;
    let (client, params) = (client(), params());
    let scopes = ["read".to_owned(), "profile".to_owned()];
    let ask = AuthorizeAsk {
        client: &client,
        params: &params,
        scopes: &scopes,
        redirect_uri: "https://c.example/oauth/callback",
        state: "st",
        code_verifier: VERIFIER,
        login_hint: Some("ana@x.example"),
    };
    let url = bench.providers.authorize_url(bench.method("oauth"), &ask).expect("a URL");
    assert_eq!(url.path(), "/contoso/authorize");
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("response_type", "code"),
        ("client_id", "the client"),
        ("redirect_uri", "https://c.example/oauth/callback"),
        ("scope", "profile read"),
        ("state", "st"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("login_hint", "ana@x.example"),
        ("prompt", "consent"),
    ];
    assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!url.as_str().contains(VERIFIER), "the verifier stays here");

    let ask = AuthorizeAsk { login_hint: None, ..ask };
    let url = bench.providers.authorize_url(bench.method("oauth_basic"), &ask).expect("a URL");
    let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query.get("scope").map(String::as_str), Some("read,profile"));
    assert!(!query.contains_key("code_challenge") && !query.contains_key("login_hint"));
    assert!(bench.providers.authorize_url(bench.method("key"), &ask).is_err());
}

#[tokio::test]
async fn code_is_exchanged_with_the_client_in_the_body() {
    let bench = Bench::start([script(200, GOOD)]).await;
    let grant = exchange(&bench, "oauth", false).await.expect("tokens");
    let seen = bench.one();
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("POST", "/contoso/token"));
    assert_eq!(seen.uri.query(), None);
    assert_eq!(seen.header("authorization"), None);
    let expected = [
        ("audience", "api"),
        ("client_id", "the client"),
        ("client_secret", "s&cret"),
        ("code", "the-code"),
        ("code_verifier", VERIFIER),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://c.example/oauth/callback"),
    ];
    assert_eq!(seen.form(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    let values = values(&grant);
    assert_eq!(values.get("access_token"), Some(&"a1"));
    assert_eq!(values.get("refresh_token"), Some(&"r1"));
    assert_eq!(values.get("token_type"), Some(&"Bearer"), "the form that every app takes");
    assert_eq!(values.get("tenant"), Some(&"contoso"));
    assert!(!values.contains_key("client_id"), "the instance's client is not kept");
    assert_eq!(grant.expires_at, Some(now() + TimeDelta::seconds(3600)));
    assert_eq!(grant.granted_scopes.as_deref(), Some(&["read".to_owned(), "x".to_owned()][..]));
}

#[tokio::test]
async fn client_goes_into_the_header_where_the_app_wants_that() {
    let bench = Bench::start([script(200, GOOD)]).await;
    let grant = exchange(&bench, "oauth_basic", true).await.expect("tokens");
    let seen = bench.one();
    // RFC 6749 section 2.3.1: "the+client:s%26cret".
    assert_eq!(seen.header("authorization"), Some("Basic dGhlK2NsaWVudDpzJTI2Y3JldA=="));
    let form = seen.form();
    assert!(!form.contains_key("client_secret") && !form.contains_key("code_verifier"));
    assert_eq!(values(&grant).get("client_secret"), Some(&"s&cret"), "the recipient's own client is kept");
}

#[rstest]
#[case::no_expiry(r#"{"access_token":"a1"}"#, None, None)]
#[case::expiry_as_text(r#"{"access_token":"a1","expires_in":"60"}"#, Some(60), None)]
#[case::endless(r#"{"access_token":"a1","expires_in":0}"#, None, None)]
#[case::absurd_expiry(r#"{"access_token":"a1","expires_in":9223372036854775807}"#, None, None)]
#[case::commas(r#"{"access_token":"a1","scope":"read,x"}"#, None, Some(&["read", "x"][..]))]
#[case::list(r#"{"access_token":"a1","scope":["read","x"]}"#, None, Some(&["read", "x"][..]))]
#[case::nothing_granted(r#"{"access_token":"a1","scope":""}"#, None, Some(&[][..]))]
#[case::nulls(r#"{"access_token":"a1","refresh_token":null,"scope":null,"expires_in":null}"#, None, None)]
#[case::form("access_token=a1&scope=read%2Cx&expires_in=60", Some(60), Some(&["read", "x"][..]))]
#[tokio::test]
async fn habits_of_servers_are_survived(
    #[case] body: &str,
    #[case] seconds: Option<i64>,
    #[case] scopes: Option<&[&str]>,
) {
    let bench = Bench::start([script(200, body)]).await;
    let grant = refresh(&bench, &oauth_secret(Some("old-refresh"))).await.expect("tokens");
    assert_eq!(grant.expires_at, seconds.map(|seconds| now() + TimeDelta::seconds(seconds)));
    let granted = grant.granted_scopes.as_ref().map(|scopes| scopes.iter().map(String::as_str).collect());
    assert_eq!(granted, scopes.map(<[&str]>::to_vec));
    let values = values(&grant);
    assert_eq!(values.get("access_token"), Some(&"a1"));
    assert_eq!(values.get("refresh_token"), Some(&"old-refresh"), "the old one is kept");
    assert_eq!(values.get("token_type"), Some(&"Bearer"));
    let form = bench.one().form();
    assert_eq!(form.get("grant_type").map(String::as_str), Some("refresh_token"));
    assert_eq!(form.get("refresh_token").map(String::as_str), Some("old-refresh"));
}

#[rstest]
#[case::grant(script(400, r#"{"error":"invalid_grant"}"#), "dead:invalid_grant")]
#[case::good_status(script(200, r#"{"error":"bad_verification_code"}"#), "dead:bad_verification_code")]
#[case::form(script(200, "error=bad_refresh_token&error_description=x"), "dead:bad_refresh_token")]
#[case::nested(script(400, r#"{"error":{"code":"INVALID_GRANT","message":"x"}}"#), "dead:invalid_grant")]
#[case::list(script(400, r#"{"errors":[{"errorType":"invalid_grant"}]}"#), "dead:invalid_grant")]
#[case::status_text(script(400, r#"{"status":"BAD_REFRESH_TOKEN"}"#), "dead:bad_refresh_token")]
#[case::ok_false(script(200, r#"{"ok":false,"error":"token_revoked"}"#), "dead:token_revoked")]
#[case::server(script(503, "<html>page of the app</html>"), "transient")]
#[case::server_with_grant(script(500, r#"{"error":"invalid_grant"}"#), "transient")]
#[case::busy(script(429, "").with("retry-after", "7"), "transient:7")]
#[case::busy_until(script(429, "").with("date", "Wed, 21 Oct 2015 07:28:00 GMT")
    .with("retry-after", "Wed, 21 Oct 2015 07:29:30 GMT"), "transient:90")]
#[case::busy_past(script(503, "").with("date", "Wed, 21 Oct 2015 07:28:00 GMT")
    .with("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT"), "transient:0")]
#[case::busy_for_good(script(503, "").with("retry-after", "99999999"), "transient:86400")]
#[case::busy_nonsense(script(503, "").with("retry-after", "soon"), "transient")]
#[case::busy_code(script(400, r#"{"error":"temporarily_unavailable"}"#), "transient")]
#[case::client(script(401, r#"{"error":"invalid_client"}"#), "misconfigured")]
#[case::redirect_uri(script(400, r#"{"error":"redirect_uri_mismatch"}"#), "misconfigured")]
#[case::redirect_uri_in_words(
    script(400, r#"{"error":"invalid_grant","error_description":"Redirect URI differs"}"#),
    "misconfigured"
)]
#[case::absent(script(404, "<html>page of the app</html>"), "misconfigured")]
#[case::html(script(200, "<html>a=b page of the app</html>"), "misconfigured")]
#[case::empty(script(200, ""), "misconfigured")]
#[case::no_token(script(200, r#"{"hello":"old-access"}"#), "misconfigured")]
#[case::token_as_code(script(400, r#"{"error":"k-123 old-refresh"}"#), "misconfigured")]
#[case::forbidden_page(script(403, "<html>page of the app</html>"), "misconfigured")]
#[case::redirect(script(302, "").with("location", "/elsewhere"), "misconfigured")]
#[tokio::test]
async fn refusals_are_sorted(#[case] answer: Script, #[case] expected: &str) {
    let bench = Bench::start([answer.clone(), answer]).await;
    let refreshed = refresh(&bench, &oauth_secret(Some("old-refresh"))).await;
    assert_class(&refreshed.err().expect("an error"), expected);
    let exchanged = exchange(&bench, "oauth", false).await;
    assert_class(&exchanged.err().expect("an error"), expected);
}

#[tokio::test]
async fn own_client_goes_before_the_instance() {
    let bench = Bench::start([script(200, GOOD)]).await;
    let secret = Secret::OAuth2Code {
        access_token: "a".into(),
        refresh_token: Some("r".into()),
        token_type: "Bearer".to_owned(),
        client: Some(OwnClient { id: "own".to_owned(), secret: None }),
        params: params(),
    };
    let grant = refresh(&bench, &secret).await.expect("tokens");
    let form = bench.one().form();
    assert_eq!(form.get("client_id").map(String::as_str), Some("own"));
    assert!(!form.contains_key("client_secret"), "a public client has none");
    assert_eq!(values(&grant).get("client_id"), Some(&"own"));
    assert_eq!(values(&grant).get("refresh_token"), Some(&"r1"), "a new refresh token replaces the old one");
}

#[tokio::test]
async fn what_cannot_be_refreshed_is_told_without_a_call() {
    let bench = Bench::start([]).await;
    assert_class(
        &refresh(&bench, &oauth_secret(None)).await.err().expect("an error"),
        "dead:no_refresh_token",
    );
    assert_class(&refresh(&bench, &key_secret()).await.err().expect("an error"), "misconfigured");
    let secret = oauth_secret(Some("r"));
    let without = bench.providers.refresh(&bench.version, bench.method("oauth"), &secret, None, now()).await;
    assert_class(&without.err().expect("an error"), "misconfigured");
    assert!(bench.seen().is_empty());
}

#[tokio::test]
async fn client_credentials_get_a_token_that_the_caller_probes() {
    let bench =
        Bench::start([script(200, GOOD), script(200, "{}"), script(200, r#"{"access_token":"a2"}"#)]).await;
    let filled = fields(&[("client_id", "c1"), ("client_secret", "s1")]);
    let grant = bench.providers.connect(&bench.version, bench.method("client"), &filled, now()).await;
    let grant = grant.expect("a grant");
    bench.providers.probe(&bench.version, bench.method("client"), &grant.secret).await.expect("a live token");
    let seen = bench.seen();
    let [tokens, probe] = seen.as_slice() else { panic!("a token call and a probe") };
    let form = tokens.form();
    assert_eq!(form.get("grant_type").map(String::as_str), Some("client_credentials"));
    assert_eq!(form.get("scope").map(String::as_str), Some("profile"));
    assert_eq!(probe.header("authorization"), Some("Bearer a1"));
    let renewed =
        bench.providers.refresh(&bench.version, bench.method("client"), &grant.secret, None, now()).await;
    let renewed = renewed.expect("a grant");
    assert_eq!(values(&renewed).get("access_token"), Some(&"a2"));
    assert_eq!(values(&renewed).get("client_secret"), Some(&"s1"));
}

#[rstest]
#[case(script(401, r#"{"error":"invalid_client"}"#), "dead:invalid_client")]
#[case(script(401, ""), "dead:http_401")]
#[case(script(500, ""), "transient")]
#[tokio::test]
async fn refused_own_client_is_a_dead_credential(#[case] answer: Script, #[case] expected: &str) {
    let bench = Bench::start([answer]).await;
    let filled = fields(&[("client_id", "c1"), ("client_secret", "s1")]);
    let grant = bench.providers.connect(&bench.version, bench.method("client"), &filled, now()).await;
    assert_class(&grant.err().expect("an error"), expected);
}

#[test]
fn clients_show_no_secret() {
    let shown = format!("{:?}", OAuthClient { id: "c".to_owned(), secret: Some("hunter2".into()) });
    assert!(!shown.contains("hunter2"), "{shown}");
}
