//! Answers of token endpoints that say no, and what the caller can do about each; also what is never called.

use std::time::Duration;

use providers::{Outbound, ProviderError, Providers};
use rstest::rstest;

use crate::kit::{
    OAUTH, Server, client, error_of, exchange, kind, now, refresh, say, tokens, unused_address, version,
};

#[rstest]
#[case::invalid_grant(400, r#"{"error":"invalid_grant","error_description":"PLANTED"}"#, "dead")]
#[case::invalid_grant_under_401(401, r#"{"error":"invalid_grant"}"#, "dead")]
#[case::invalid_grant_under_200(200, r#"{"error":"invalid_grant"}"#, "dead")]
#[case::form_under_200(200, "error=bad_verification_code&error_description=PLANTED", "dead")]
#[case::nested(400, r#"{"error":{"code":"invalid_grant","message":"PLANTED"}}"#, "dead")]
#[case::nested_type(400, r#"{"error":{"type":"token_revoked"}}"#, "dead")]
#[case::revoked(400, r#"{"error":"token_revoked"}"#, "dead")]
#[case::interaction(400, r#"{"error":"interaction_required"}"#, "dead")]
#[case::server_error(500, r#"{"error":"server_error"}"#, "transient")]
#[case::unavailable_under_400(400, r#"{"error":"temporarily_unavailable"}"#, "transient")]
#[case::slow_down(400, r#"{"error":"slow_down"}"#, "transient")]
#[case::rate_limited_under_200(200, r#"{"ok":false,"error":"ratelimited"}"#, "transient")]
#[case::other_code_under_503(503, r#"{"error":"oops"}"#, "transient")]
#[case::html_500(500, "<html>PLANTED</html>", "transient")]
#[case::html_502(502, "<html>PLANTED</html>", "transient")]
#[case::empty_503(503, "", "transient")]
#[case::empty_429(429, "", "transient")]
#[case::empty_408(408, "", "transient")]
#[case::invalid_client(401, r#"{"error":"invalid_client","error_description":"PLANTED"}"#, "misconfigured")]
#[case::unauthorized_client(400, r#"{"error":"unauthorized_client"}"#, "misconfigured")]
#[case::invalid_scope(400, r#"{"error":"invalid_scope"}"#, "misconfigured")]
#[case::unknown_code_under_200(200, r#"{"error":"odd"}"#, "misconfigured")]
#[case::code_is_a_sentence(400, r#"{"error":"PLANTED: you sent {\"x\"}"}"#, "misconfigured")]
#[case::nested_number(400, r#"{"error":{"code":400,"message":"PLANTED"}}"#, "misconfigured")]
#[case::nested_nothing(200, r#"{"error":{}}"#, "misconfigured")]
#[case::error_true(200, r#"{"error":true,"token":"PLANTED"}"#, "misconfigured")]
#[case::not_found(404, "", "misconfigured")]
#[case::html_400(400, "<html>PLANTED</html>", "misconfigured")]
#[case::html_under_200(200, "<html>PLANTED</html>", "misconfigured")]
#[case::empty(200, "", "misconfigured")]
#[case::no_token(200, r#"{"token":"PLANTED"}"#, "misconfigured")]
#[case::empty_token(200, r#"{"access_token":""}"#, "misconfigured")]
#[case::token_is_a_number(200, r#"{"access_token":1}"#, "misconfigured")]
#[case::list(200, r#"["PLANTED"]"#, "misconfigured")]
#[case::cut_off(200, r#"{"access_token":"PLANTED"#, "misconfigured")]
#[case::tokens_under_400(400, r#"{"access_token":"PLANTED"}"#, "misconfigured")]
#[tokio::test]
async fn health_1_a_refusal_is_told_by_what_can_be_done(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    let server = Server::start([say(status, body), say(status, body)]).await;
    let renewing = error_of(refresh(&server, OAUTH).await);
    let exchanging = error_of(exchange(&server, OAUTH).await);
    assert_eq!(kind(&renewing), expected, "{renewing:?}");
    assert_eq!(renewing, exchanging, "the same answer means the same for a code and for a token");
    assert_eq!(server.heard().len(), 2, "nothing is tried again here");
}

#[rstest]
#[case::of_500(500, "", Some("7"), Some(7))]
#[case::of_503(503, "", Some("120"), Some(120))]
#[case::of_429(429, "", Some("0"), Some(0))]
#[case::of_a_code(400, r#"{"error":"slow_down"}"#, Some("30"), Some(30))]
#[case::of_429_with_a_code(429, r#"{"error":"too_many"}"#, Some("31"), Some(31))]
#[case::none(503, "", None, None)]
#[case::nonsense(503, "", Some("soon"), None)]
#[case::negative(503, "", Some("-1"), None)]
#[case::past(503, "", Some("Tue, 14 Nov 2000 22:14:20 GMT"), Some(0))]
#[tokio::test]
async fn health_1_the_app_says_when_to_come_back(
    #[case] status: u16,
    #[case] body: &str,
    #[case] header: Option<&str>,
    #[case] seconds: Option<u64>,
) {
    let answer = say(status, body);
    let answer = match header {
        Some(value) => answer.with("retry-after", value),
        None => answer,
    };
    let error = error_of(refresh(&Server::start([answer]).await, OAUTH).await);
    let ProviderError::Transient { retry_after, .. } = error else { panic!("{error:?}") };
    assert_eq!(retry_after, seconds.map(Duration::from_secs));
}

#[tokio::test]
async fn health_1_codes_are_kept_for_the_record() {
    let server = Server::start([say(400, r#"{"error":"invalid_grant"}"#)]).await;
    let error = error_of(refresh(&server, OAUTH).await);
    let ProviderError::Dead { code, .. } = error else { panic!("{error:?}") };
    assert_eq!(code, "invalid_grant");
}

#[tokio::test]
async fn health_1_nobody_at_the_address_is_no_end() {
    let version = version(&unused_address(), OAUTH);
    let method = version.method("m").expect("a method");
    let secret = tokens(Some("PLANTED-old-refresh"));
    let providers = crate::kit::providers();
    let error = error_of(providers.refresh(&version, method, &secret, Some(&client()), now()).await);
    assert_eq!(kind(&error), "transient", "{error:?}");
    let error = error_of(providers.probe(&version, method, &secret).await);
    assert_eq!(kind(&error), "transient", "{error:?}");
}

#[rstest]
#[case(301)]
#[case(302)]
#[case(303)]
#[case(307)]
#[case(308)]
#[tokio::test]
async fn sec_2_redirects_are_not_followed(#[case] status: u16) {
    let second = Server::start([say(200, r#"{"access_token":"at"}"#)]).await;
    let location = format!("{}/token?PLANTED", second.url);
    let answer = || say(status, r#"{"access_token":"at"}"#).with("location", location.clone());
    let first = Server::start([answer(), answer(), answer()]).await;
    let error = error_of(refresh(&first, OAUTH).await);
    assert_eq!(kind(&error), "misconfigured", "{error:?}");
    let version = first.version(OAUTH);
    let method = version.method("m").expect("a method");
    let secret = tokens(Some("PLANTED"));
    let error = error_of(crate::kit::providers().probe(&version, method, &secret).await);
    assert_eq!(kind(&error), "misconfigured", "{error:?}");
    let revoked = crate::kit::providers().revoke(&version, method, &secret, Some(&client())).await;
    assert_eq!(kind(&error_of(revoked)), "misconfigured");
    assert_eq!(first.heard().len(), 3);
    assert_eq!(second.heard().len(), 0, "the second server is never called");
}

#[rstest]
#[case::exactly(0, true)]
#[case::one_more(1, false)]
#[tokio::test]
async fn sec_2_an_answer_beyond_a_megabyte_is_refused(#[case] more: usize, #[case] fine: bool) {
    let start = r#"{"access_token":"at","pad":"PLANTED"#;
    let end = r#""}"#;
    let pad = "x".repeat(1024 * 1024 - start.len() - end.len() + more);
    let server = Server::start([say(200, format!("{start}{pad}{end}"))]).await;
    let result = refresh(&server, OAUTH).await;
    if fine {
        assert!(result.is_ok());
    } else {
        assert_eq!(kind(&error_of(result)), "misconfigured");
    }
}

#[tokio::test]
async fn sec_2_loopback_is_closed_unless_opened() {
    let server = Server::start([]).await;
    let by_name = server.url.replace("127.0.0.1", "localhost");
    let closed = Providers::new(Outbound { allow_loopback: false }).expect("a client");
    let secure = |url: &str| url.replace("http://", "https://");
    for url in [server.url.clone(), by_name.clone(), secure(&server.url), secure(&by_name)] {
        let version = version(&url, OAUTH);
        let method = version.method("m").expect("a method");
        let secret = tokens(Some("PLANTED-old-refresh"));
        let errors = [
            error_of(closed.refresh(&version, method, &secret, Some(&client()), now()).await),
            error_of(closed.probe(&version, method, &secret).await),
            error_of(closed.revoke(&version, method, &secret, Some(&client())).await),
        ];
        for error in errors {
            assert_eq!(kind(&error), "misconfigured", "{url}: {error:?}");
        }
    }
    assert_eq!(server.heard().len(), 0, "nothing was sent");
}
