//! The forms of revocation.

use domain::credential::Secret;
use rstest::rstest;

use super::bench::{Bench, Script, assert_class, client, key_secret, oauth_secret, script};
use crate::Revoked;

#[rstest]
#[case::both_the_refresh_token_first(Some("old-refresh"), &[("old-refresh", "refresh_token"), ("old-access", "access_token")])]
#[case::the_access_token_alone(None, &[("old-access", "access_token")])]
#[tokio::test]
async fn tokens_are_posted(#[case] refresh: Option<&str>, #[case] tokens: &[(&str, &str)]) {
    let bench = Bench::start([script(200, ""), script(200, "")]).await;
    let (method, secret) = (bench.method("oauth"), oauth_secret(refresh));
    let revoked = bench.providers.revoke(&bench.version, method, &secret, Some(&client())).await;
    assert_eq!(revoked, Ok(Revoked::Revoked));
    let seen = bench.seen();
    assert_eq!(seen.len(), tokens.len());
    for (seen, (token, hint)) in seen.iter().zip(tokens) {
        assert_eq!(seen.uri.path(), "/contoso/revoke");
        let expected = [
            ("client_id", "the client"),
            ("client_secret", "s&cret"),
            ("token", *token),
            ("token_type_hint", *hint),
        ];
        assert_eq!(seen.form(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}

/// A server that knows refresh tokens only has ended the access token with it.
#[tokio::test]
async fn a_server_that_takes_refresh_tokens_only_is_enough() {
    let bench = Bench::start([script(200, ""), script(400, r#"{"error":"unsupported_token_type"}"#)]).await;
    let (method, secret) = (bench.method("oauth"), oauth_secret(Some("old-refresh")));
    let revoked = bench.providers.revoke(&bench.version, method, &secret, Some(&client())).await;
    assert_eq!((revoked, bench.seen().len()), (Ok(Revoked::Revoked), 2));
}

#[rstest]
#[case::unknown_token(script(400, r#"{"error":"invalid_token"}"#), Ok(Revoked::Revoked))]
#[case::dead_grant(script(400, r#"{"error":"invalid_grant"}"#), Ok(Revoked::Revoked))]
#[case::kind_of_token(script(400, r#"{"error":"unsupported_token_type"}"#), Ok(Revoked::Unsupported))]
#[case::busy(script(503, "").with("retry-after", "9"), Err("transient:9"))]
#[case::client(script(401, r#"{"error":"invalid_client"}"#), Err("misconfigured"))]
#[case::absent(script(404, ""), Err("misconfigured"))]
#[case::good_status(script(200, r#"{"ok":false,"error":"ratelimited"}"#), Err("transient"))]
#[tokio::test]
async fn answers_are_sorted(#[case] answer: Script, #[case] expected: Result<Revoked, &str>) {
    let bench = Bench::start([answer]).await;
    let (method, secret) = (bench.method("oauth"), oauth_secret(None));
    let revoked = bench.providers.revoke(&bench.version, method, &secret, Some(&client())).await;
    match expected {
        Ok(expected) => assert_eq!(revoked, Ok(expected)),
        Err(class) => assert_class(&revoked.expect_err("an error"), class),
    }
}

#[tokio::test]
async fn client_credentials_prove_themselves() {
    let bench = Bench::start([script(200, "")]).await;
    let secret = |access_token: Option<&str>| Secret::ClientCredentials {
        client_id: "c1".to_owned(),
        client_secret: "s1".into(),
        access_token: access_token.map(Into::into),
        params: super::bench::params(),
    };
    let method = bench.method("client");
    let revoked = bench.providers.revoke(&bench.version, method, &secret(Some("t1")), Some(&client())).await;
    assert_eq!(revoked, Ok(Revoked::Revoked));
    assert_eq!(bench.one().header("authorization"), Some("Basic YzE6czE="));
    let nothing = bench.providers.revoke(&bench.version, method, &secret(None), None).await;
    assert_eq!(nothing, Ok(Revoked::Revoked));
    assert!(bench.seen().is_empty(), "without a token there is nothing to call for");
}

#[tokio::test]
async fn call_of_the_app_carries_the_client() {
    let bench = Bench::start([script(204, ""), script(404, ""), script(401, "")]).await;
    let (method, secret) = (bench.method("oauth_basic"), oauth_secret(None));
    for expected in [Ok(Revoked::Revoked), Ok(Revoked::Revoked), Err("misconfigured")] {
        let revoked = bench.providers.revoke(&bench.version, method, &secret, Some(&client())).await;
        match expected {
            Ok(expected) => assert_eq!(revoked, Ok(expected)),
            Err(class) => assert_class(&revoked.expect_err("an error"), class),
        }
        let seen = bench.one();
        assert_eq!((seen.method.as_str(), seen.uri.path()), ("DELETE", "/grants/the%20client"));
        assert_eq!(seen.body, r#"{"access_token":"old-access"}"#);
        assert!(seen.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    }
    let without = bench.providers.revoke(&bench.version, method, &secret, None).await;
    assert_class(&without.expect_err("an error"), "misconfigured");
}

#[tokio::test]
async fn call_of_the_app_carries_the_credential() {
    let bench = Bench::start([script(200, "{}"), script(401, ""), script(500, "")]).await;
    let method = bench.method("key");
    let revoke = || async { bench.providers.revoke(&bench.version, method, &key_secret(), None).await };
    assert_eq!(revoke().await, Ok(Revoked::Revoked));
    assert_eq!(bench.one().uri.query(), Some("api+key=k-123"));
    assert_eq!(revoke().await, Ok(Revoked::Revoked), "it works no more, which was the aim");
    assert_class(&revoke().await.expect_err("an error"), "transient");
}

#[tokio::test]
async fn what_cannot_be_revoked_is_told() {
    let bench = Bench::start([]).await;
    let secret =
        Secret::Basic { username: "a".to_owned(), password: "b".into(), params: super::bench::params() };
    let revoked = bench.providers.revoke(&bench.version, bench.method("basic"), &secret, None).await;
    assert_eq!(revoked, Ok(Revoked::Unsupported));
}
