//! Taking access back at the app: RFC 7009, calls of an app's own, and apps that have neither.

use std::collections::BTreeMap;

use domain::credential::{OwnClient, Secret};
use providers::{OAuthClient, ProviderError, Revoked};
use rstest::rstest;

use crate::kit::{OAUTH, Server, client, error_of, kind, providers, say, tokens};

async fn revoke(
    server: &Server,
    method: &str,
    secret: &Secret,
    client: Option<&OAuthClient>,
) -> Result<Revoked, ProviderError> {
    let version = server.version(method);
    providers().revoke(&version, version.method("m").expect("a method"), secret, client).await
}

/// Token and hint of every request, in order.
fn told(server: &Server) -> Vec<(String, String)> {
    let heard = server.heard();
    let pairs = heard.iter().map(|heard| {
        assert_eq!(
            (heard.method.as_str(), heard.path.as_str(), heard.query.as_str()),
            ("POST", "/revoke", "")
        );
        let mut form = heard.form();
        let mut take = |name: &str| form.remove(name).unwrap_or_default();
        (take("token"), take("token_type_hint"))
    });
    pairs.collect()
}

fn pair(token: &str, hint: &str) -> (String, String) {
    (token.to_owned(), hint.to_owned())
}

#[rstest]
#[case::whole_grant(Some("PLANTED-refresh"), &[("PLANTED-refresh", "refresh_token"), ("PLANTED-old-access", "access_token")])]
#[case::no_refresh_token(None, &[("PLANTED-old-access", "access_token")])]
#[tokio::test]
async fn rec_6_the_refresh_token_goes_before_the_access_token(
    #[case] refresh: Option<&str>,
    #[case] expected: &[(&str, &str)],
) {
    let server = Server::start([say(200, ""), say(200, "")]).await;
    assert_eq!(revoke(&server, OAUTH, &tokens(refresh), Some(&client())).await, Ok(Revoked::Revoked));
    assert_eq!(told(&server), expected.iter().map(|(token, hint)| pair(token, hint)).collect::<Vec<_>>());
    let heard = server.heard().into_iter().next().expect("a request");
    assert_eq!(heard.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(heard.header("authorization"), None);
    let form = heard.form();
    assert_eq!(form.get("client_id").map(String::as_str), Some("client:1"));
    assert_eq!(form.get("client_secret").map(String::as_str), Some("PLANTED secret/+&é"));
}

#[tokio::test]
async fn rec_6_the_client_proves_itself_as_the_catalog_says() {
    let server = Server::start([say(200, "")]).await;
    let method = OAUTH.replace("url = \"BASE/revoke\"", "url = \"BASE/revoke\"\nclient_auth = \"BASIC\"");
    let done = revoke(&server, &method, &tokens(None), Some(&client())).await;
    assert_eq!(done, Ok(Revoked::Revoked));
    assert_eq!(told(&server), [pair("PLANTED-old-access", "access_token")]);
    let heard = server.only();
    assert!(heard.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    assert!(!heard.body.contains("client_"), "{}", heard.body);
}

#[tokio::test]
async fn rec_6_an_own_client_revokes_its_own_tokens() {
    let server = Server::start([say(200, "")]).await;
    let secret = Secret::OAuth2Code {
        access_token: "PLANTED".into(),
        refresh_token: None,
        token_type: "Bearer".to_owned(),
        client: Some(OwnClient { id: "own".to_owned(), secret: None }),
        params: BTreeMap::new(),
    };
    assert_eq!(revoke(&server, OAUTH, &secret, Some(&client())).await, Ok(Revoked::Revoked));
    let form = server.only().form();
    assert_eq!(form.get("client_id").map(String::as_str), Some("own"));
    assert_eq!(form.get("client_secret"), None);
}

#[tokio::test]
async fn rec_6_without_a_client_it_is_the_server_that_decides() {
    let server = Server::start([say(401, r#"{"error":"invalid_client"}"#)]).await;
    let error = error_of(revoke(&server, OAUTH, &tokens(Some("PLANTED")), None).await);
    assert_eq!(kind(&error), "misconfigured");
    assert!(!server.only().body.contains("client_"));
}

#[rstest]
#[case::rfc_7009(200, "")]
#[case::invalid_token(400, r#"{"error":"invalid_token"}"#)]
#[case::invalid_token_under_401(401, r#"{"error":"invalid_token"}"#)]
#[case::invalid_grant(400, r#"{"error":"invalid_grant"}"#)]
#[tokio::test]
async fn rec_6_an_unknown_token_counts_as_revoked(#[case] status: u16, #[case] body: &str) {
    let server = Server::start([say(status, body)]).await;
    let done = revoke(&server, OAUTH, &tokens(None), Some(&client())).await;
    assert_eq!(done, Ok(Revoked::Revoked));
}

#[rstest]
#[case::busy(503, "", "transient")]
#[case::too_many(429, "", "transient")]
#[case::invalid_client(401, r#"{"error":"invalid_client","error_description":"PLANTED"}"#, "misconfigured")]
#[case::unauthorized(401, "", "misconfigured")]
#[case::bad_request(400, "PLANTED", "misconfigured")]
#[case::no_such_endpoint(404, "<html>PLANTED</html>", "misconfigured")]
#[tokio::test]
async fn rec_6_what_was_not_revoked_is_not_called_revoked(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    let server = Server::start([say(status, body)]).await;
    let error = error_of(revoke(&server, OAUTH, &tokens(Some("PLANTED")), Some(&client())).await);
    assert_eq!(kind(&error), expected, "{error:?}");
    assert_eq!(server.heard().len(), 1, "nothing is tried again here");
}

#[tokio::test]
async fn rec_6_a_token_that_cannot_be_revoked_is_not_called_revoked() {
    let server = Server::start([say(400, r#"{"error":"unsupported_token_type"}"#)]).await;
    let done = revoke(&server, OAUTH, &tokens(None), Some(&client())).await;
    assert_eq!(done, Ok(Revoked::Unsupported));
}

const CALL: &str = r#"
kind = "API_KEY"

[[versions.methods.fields]]
name = "key"
label = "Key"
secret = true

[versions.methods.probe]
url = "BASE/me"

[[versions.methods.injections]]
in = "HEADER"
name = "x-key"
value = "{key}"

[versions.methods.revocation]
kind = "CALL"
method = "POST"
url = "BASE/end"
body = { token = "{key}" }
"#;

fn key() -> Secret {
    Secret::ApiKey { key: "PLANTED".into(), params: BTreeMap::new() }
}

#[rstest]
#[case::credential("CREDENTIAL", Some("PLANTED"), None)]
#[case::client("CLIENT", None, Some("Basic Y2xpZW50JTNBMTpQTEFOVEVEK3NlY3JldCUyRiUyQiUyNiVDMyVBOQ=="))]
#[case::nothing("NOTHING", None, None)]
#[tokio::test]
async fn rec_6_a_call_carries_what_the_catalog_says(
    #[case] auth: &str,
    #[case] secret: Option<&str>,
    #[case] authorization: Option<&str>,
) {
    let server = Server::start([say(204, "")]).await;
    let method = format!("{CALL}auth = \"{auth}\"\n");
    assert_eq!(revoke(&server, &method, &key(), Some(&client())).await, Ok(Revoked::Revoked));
    let heard = server.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/end"));
    assert_eq!(heard.header("x-key"), secret);
    assert_eq!(heard.header("authorization"), authorization);
    assert_eq!(heard.body, r#"{"token":"PLANTED"}"#);
}

#[rstest]
#[case::not_found(404, None)]
#[case::gone(410, None)]
#[case::busy(500, Some("transient"))]
#[case::forbidden(403, Some("misconfigured"))]
#[tokio::test]
async fn rec_6_a_key_that_the_app_does_not_know_counts_as_revoked(
    #[case] status: u16,
    #[case] expected: Option<&str>,
) {
    let server = Server::start([say(status, "")]).await;
    let result = revoke(&server, CALL, &key(), None).await;
    match expected {
        None => assert_eq!(result, Ok(Revoked::Revoked)),
        Some(expected) => assert_eq!(kind(&error_of(result)), expected),
    }
}

#[tokio::test]
async fn rec_6_an_app_without_such_a_call_is_not_called() {
    let server = Server::start([]).await;
    let (method, _) = CALL.split_once("kind = \"CALL\"").expect("a call");
    let method = format!("{method}kind = \"UNSUPPORTED\"\n");
    assert_eq!(revoke(&server, &method, &key(), Some(&client())).await, Ok(Revoked::Unsupported));
    assert_eq!(server.heard().len(), 0);
}
