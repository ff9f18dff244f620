//! The probe: what its answers mean, whose account it is, and where the secret lies on the wire.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::credential::{Account, Secret, SecretText};
use providers::ProviderError;
use rstest::rstest;

use crate::kit::{OAUTH, Server, error_of, kind, now, providers, say, tokens, unused_address, version};

/// Probes with a planted token.
async fn probe(server: &Server) -> Result<Option<Account>, ProviderError> {
    let version = server.version(OAUTH);
    let method = version.method("m").expect("a method");
    providers().probe(&version, method, &tokens(None)).await
}

#[rstest]
#[case::unauthorized(401, "PLANTED", "dead")]
#[case::forbidden(403, r#"{"message":"PLANTED"}"#, "dead")]
#[case::no_under_200(200, r#"{"ok":false,"error":"invalid_auth","detail":"PLANTED"}"#, "dead")]
#[case::nested_error_under_200(200, r#"{"error":{"code":"token_revoked"}}"#, "dead")]
#[case::limit_under_200(200, r#"{"ok":false,"error":"ratelimited"}"#, "transient")]
#[case::no_without_a_reason(200, r#"{"ok":false,"detail":"PLANTED"}"#, "misconfigured")]
#[case::error_without_a_code(200, r#"{"error":"PLANTED 1"}"#, "misconfigured")]
#[case::error_true(200, r#"{"error":true}"#, "misconfigured")]
#[case::server_error(500, "PLANTED", "transient")]
#[case::bad_gateway(502, "", "transient")]
#[case::too_many(429, "", "transient")]
#[case::not_found(404, "", "misconfigured")]
#[case::bad_request(400, "PLANTED", "misconfigured")]
#[tokio::test]
async fn health_3_a_refused_credential_is_told_from_a_troubled_app(
    #[case] status: u16,
    #[case] body: &str,
    #[case] expected: &str,
) {
    let server = Server::start([say(status, body)]).await;
    let error = error_of(probe(&server).await);
    assert_eq!(kind(&error), expected, "{error:?}");
    assert_eq!(server.heard().len(), 1, "nothing is tried again here");
}

#[rstest]
#[case::empty(200, "")]
#[case::no_content(204, "")]
#[case::html(200, "<html></html>")]
#[case::list(200, "[1]")]
#[case::ok(200, r#"{"ok":true}"#)]
#[case::no_error(200, r#"{"error":null}"#)]
#[case::error_false(200, r#"{"error":false}"#)]
#[case::error_empty(200, r#"{"error":""}"#)]
#[case::error_empty_object(200, r#"{"error":{}}"#)]
#[case::error_empty_list(200, r#"{"error":[]}"#)]
#[case::error_zero(200, r#"{"error":0}"#)]
#[case::ok_is_a_text(200, r#"{"ok":"false"}"#)]
#[tokio::test]
async fn health_3_an_app_that_says_no_error_is_content(#[case] status: u16, #[case] body: &str) {
    let result = probe(&Server::start([say(status, body)]).await).await;
    assert_eq!(result, Ok(None));
}

#[tokio::test]
async fn health_3_the_status_and_the_wait_are_kept() {
    let dead = error_of(probe(&Server::start([say(403, "")]).await).await);
    let ProviderError::Dead { code, .. } = dead else { panic!("{dead:?}") };
    assert_eq!(code, "http_403");
    let busy = error_of(probe(&Server::start([say(429, "").with("retry-after", "9")]).await).await);
    let ProviderError::Transient { retry_after, .. } = busy else { panic!("{busy:?}") };
    assert_eq!(retry_after, Some(Duration::from_secs(9)));
}

#[rstest]
#[case::all(r#"{"id":7,"profile":{"name":"Ana"},"team":[{"id":"T1"}]}"#, Some((Some("7"), "Ana", Some("T1"))))]
#[case::second_pointer(r#"{"email":"ana@x.example"}"#, Some((None, "ana@x.example", None)))]
#[case::first_that_is_there(r#"{"profile":{"name":null},"email":"e"}"#, Some((None, "e", None)))]
#[case::first_that_says_something(r#"{"profile":{"name":" "},"email":"e"}"#, Some((None, "e", None)))]
#[case::neither_text_nor_number(r#"{"id":{},"profile":{"name":[1]},"email":"e"}"#, Some((None, "e", None)))]
#[case::line_breaks(r#"{"email":"a\r\nb\u0000c"}"#, Some((None, "abc", None)))]
#[case::no_label(r#"{"id":7}"#, Some((Some("7"), "7", None)))]
#[case::nobody(r#"{"team":[{"id":"T1"}]}"#, None)]
#[case::no_json("hello", None)]
#[tokio::test]
async fn rec_3_pointers_lead_to_the_account(
    #[case] body: &str,
    #[case] expected: Option<(Option<&str>, &str, Option<&str>)>,
) {
    let account = probe(&Server::start([say(200, body)]).await).await.expect("a good answer");
    let expected = expected.map(|(id, label, workspace)| Account {
        id: id.map(str::to_owned),
        label: label.to_owned(),
        workspace: workspace.map(str::to_owned),
    });
    assert_eq!(account, expected);
}

#[tokio::test]
async fn rec_3_a_label_is_cut_to_what_can_be_shown() {
    let body = format!(r#"{{"email":"{}"}}"#, "é".repeat(300));
    let account = probe(&Server::start([say(200, body)]).await).await.expect("a good answer");
    assert_eq!(account.map(|account| account.label), Some("é".repeat(256)));
}

const KEY: &str = r#"
kind = "API_KEY"

[[versions.methods.fields]]
name = "key"
label = "Key"
secret = true

[versions.methods.probe]
url = "BASE/me"
headers = { "x-version" = "2" }

[versions.methods.revocation]
kind = "UNSUPPORTED"

[[versions.methods.injections]]
"#;

async fn connect(server: &Server, method: &str, fields: &[(&str, &str)]) -> Result<(), ProviderError> {
    let version = server.version(method);
    let method = version.method("m").expect("a method");
    let fields: BTreeMap<String, SecretText> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), SecretText::from(*value))).collect();
    providers().connect(&version, method, &fields, now()).await.map(|grant| {
        assert_eq!((grant.granted_scopes, grant.expires_at), (None, None));
    })
}

#[tokio::test]
async fn rec_2_a_key_lies_in_its_header() {
    let server = Server::start([say(200, "{}")]).await;
    let method = format!("{KEY}in = \"HEADER\"\nname = \"X-Key\"\nvalue = \"Key {{key}}\"\n");
    connect(&server, &method, &[("key", "PLANTED é")]).await.expect("a good key");
    let heard = server.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str(), heard.query.as_str()), ("GET", "/me", ""));
    let value = heard.headers.get("x-key").map(axum::http::HeaderValue::as_bytes);
    assert_eq!(value, Some("Key PLANTED é".as_bytes()));
    assert_eq!(heard.header("x-version"), Some("2"));
    assert_eq!((heard.header("authorization"), heard.body.as_str()), (None, ""));
}

#[tokio::test]
async fn rec_2_a_key_lies_in_its_parameter_encoded() {
    let server = Server::start([say(200, "{}")]).await;
    let method = format!("{KEY}in = \"QUERY\"\nname = \"api key\"\nvalue = \"{{key}}\"\n");
    connect(&server, &method, &[("key", "PLANTED&a=b#c é")]).await.expect("a good key");
    let heard = server.only();
    assert_eq!(heard.query, "api+key=PLANTED%26a%3Db%23c+%C3%A9");
    assert_eq!(heard.header("authorization"), None);
}

#[tokio::test]
async fn sec_1_a_key_in_the_query_is_in_no_error() {
    let method = format!("{KEY}in = \"QUERY\"\nname = \"k\"\nvalue = \"{{key}}\"\n");
    let server = Server::start([say(401, "PLANTED")]).await;
    let error = error_of(connect(&server, &method, &[("key", "PLANTED")]).await);
    assert_eq!(kind(&error), "dead", "{error:?}");
    // The client's own error would name the address with its query.
    let nobody = version(&unused_address(), &method);
    let secret = Secret::ApiKey { key: "PLANTED".into(), params: BTreeMap::new() };
    let error = error_of(providers().probe(&nobody, nobody.method("m").expect("a method"), &secret).await);
    assert_eq!(kind(&error), "transient", "{error:?}");
}

#[tokio::test]
async fn rec_2_a_key_lies_in_the_body() {
    let server = Server::start([say(200, "{}")]).await;
    let method = format!("{KEY}in = \"BODY\"\nname = \"token\"\nvalue = \"{{key}}\"\n")
        .replace("url = \"BASE/me\"", "url = \"BASE/me\"\nmethod = \"POST\"\nbody = { a = \"b\" }");
    connect(&server, &method, &[("key", "PLANTED\"")]).await.expect("a good key");
    assert_eq!(server.only().body, r#"{"a":"b","token":"PLANTED\""}"#);
}

#[tokio::test]
async fn rec_2_name_and_password_lie_in_basic() {
    let server = Server::start([say(200, "{}")]).await;
    let method = KEY.replace("API_KEY", "BASIC").replace(
        "name = \"key\"\nlabel = \"Key\"\nsecret = true\n",
        "name = \"username\"\nlabel = \"U\"\n[[versions.methods.fields]]\nname = \"password\"\nlabel = \"P\"\nsecret = true\n",
    );
    let method =
        format!("{method}in = \"BASIC\"\nusername = \"{{username}}\"\npassword = \"{{password}}\"\n");
    connect(&server, &method, &[("username", "ana"), ("password", "PLANTED:é")]).await.expect("good");
    // `ana:PLANTED:é` in base64, not form-encoded (RFC 7617).
    assert_eq!(server.only().header("authorization"), Some("Basic YW5hOlBMQU5URUQ6w6k="));
}

#[tokio::test]
async fn rec_2_a_key_that_no_header_can_carry_is_not_sent() {
    let server = Server::start([]).await;
    let version = server.version(&format!("{KEY}in = \"HEADER\"\nname = \"x-key\"\nvalue = \"{{key}}\"\n"));
    let secret = Secret::ApiKey { key: "PLANTED\r\nx-evil: 1".into(), params: BTreeMap::new() };
    error_of(providers().probe(&version, version.method("m").expect("a method"), &secret).await);
    assert_eq!(server.heard().len(), 0);
}
