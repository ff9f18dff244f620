//! What is sent: the client's proof, PKCE, scopes, and the secret at its places.

use std::collections::BTreeMap;

use domain::credential::{Secret, SecretText};
use providers::AuthorizeAsk;
use rstest::rstest;

use crate::kit::{OAUTH, Server, client, exchange, kind, now, providers, refresh, say};

const TOKENS: &str = r#"{"access_token":"PLANTED-new","expires_in":60}"#;
/// `client:1` and `PLANTED secret/+&é`, each form-encoded (RFC 6749, 2.3.1), joined and in base64.
const BASIC: &str = "Basic Y2xpZW50JTNBMTpQTEFOVEVEK3NlY3JldCUyRiUyQiUyNiVDMyVBOQ==";

#[tokio::test]
async fn sec_3_basic_proves_the_client_in_the_header_alone() {
    let server = Server::start([say(200, TOKENS), say(200, TOKENS)]).await;
    let method = format!("{OAUTH}client_auth = \"BASIC\"\n");
    exchange(&server, &method).await.expect("tokens");
    refresh(&server, &method).await.expect("tokens");
    for heard in server.heard() {
        assert_eq!(heard.header("authorization"), Some(BASIC));
        let form = heard.form();
        assert!(!form.contains_key("client_id") && !form.contains_key("client_secret"), "{form:?}");
    }
}

#[tokio::test]
async fn sec_3_post_proves_the_client_in_the_body_alone() {
    let server = Server::start([say(200, TOKENS), say(200, TOKENS)]).await;
    let method = format!("{OAUTH}client_auth = \"POST\"\n");
    exchange(&server, &method).await.expect("tokens");
    refresh(&server, &method).await.expect("tokens");
    for heard in server.heard() {
        assert_eq!(heard.header("authorization"), None);
        let form = heard.form();
        assert_eq!(form.get("client_id").map(String::as_str), Some("client:1"));
        assert_eq!(form.get("client_secret").map(String::as_str), Some("PLANTED secret/+&é"));
    }
}

#[rstest]
#[case::with_pkce("", true)]
#[case::without("pkce = false\n", false)]
#[tokio::test]
async fn sec_3_the_verifier_is_sent_where_the_server_knows_pkce(#[case] line: &str, #[case] sent: bool) {
    let server = Server::start([say(200, TOKENS)]).await;
    let method = format!("{OAUTH}token_params = {{ audience = \"things\" }}\n{line}");
    exchange(&server, &method).await.expect("tokens");
    let heard = server.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str(), heard.query.as_str()), ("POST", "/token", ""));
    assert_eq!(heard.header("accept"), Some("application/json"));
    assert_eq!(heard.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(heard.header("referer"), None);
    let mut expected = BTreeMap::from([
        ("grant_type", "authorization_code"),
        ("code", "PLANTED-code"),
        ("redirect_uri", "https://consentry.example/callback"),
        ("audience", "things"),
        ("client_id", "client:1"),
        ("client_secret", "PLANTED secret/+&é"),
    ]);
    if sent {
        expected.insert("code_verifier", "PLANTED-verifier-of-at-least-43-characters-0000");
    }
    let form = heard.form();
    assert_eq!(
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<BTreeMap<_, _>>(),
        expected
    );
}

#[rstest]
#[case::with_pkce("", true)]
#[case::without("pkce = false\n", false)]
#[tokio::test]
async fn sec_3_the_page_of_consent_gets_the_challenge_and_no_secret(#[case] line: &str, #[case] pkce: bool) {
    let server = Server::start([]).await;
    let method = format!(
        "{OAUTH}default_scopes = [\"read\"]\nscope_separator = \",\"\nauthorize_params = {{ prompt = \"consent\" }}\n{line}"
    );
    let version = server.version(&method);
    let client = client();
    let ask = AuthorizeAsk {
        client: &client,
        params: &BTreeMap::new(),
        scopes: &["write".to_owned(), "read".to_owned()],
        redirect_uri: "https://consentry.example/callback?a=b",
        state: "s t",
        code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        login_hint: Some("ana@x.example"),
    };
    let url = providers().authorize_url(version.method("m").expect("a method"), &ask).expect("an address");
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let get = |name: &str| query.get(name).map(String::as_str);
    assert_eq!(get("response_type"), Some("code"));
    assert_eq!(get("client_id"), Some("client:1"));
    assert_eq!(get("redirect_uri"), Some("https://consentry.example/callback?a=b"));
    assert_eq!(get("state"), Some("s t"));
    assert_eq!(get("scope"), Some("read,write"));
    assert_eq!(get("prompt"), Some("consent"));
    assert_eq!(get("login_hint"), Some("ana@x.example"));
    assert_eq!(get("code_challenge"), pkce.then_some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    assert_eq!(get("code_challenge_method"), pkce.then_some("S256"));
    assert!(!url.as_str().contains("PLANTED") && !url.as_str().contains("dBjftJeZ"), "{url}");
    assert_eq!(server.heard().len(), 0);
}

const MACHINE: &str = r#"
kind = "CLIENT_CREDENTIALS"

[[versions.methods.fields]]
name = "client_id"
label = "Client id"

[[versions.methods.fields]]
name = "client_secret"
label = "Client secret"
secret = true

[[versions.methods.fields]]
name = "tenant"
label = "Tenant"
default = "common"

[[versions.methods.injections]]
in = "HEADER"
name = "authorization"
value = "Bearer {access_token}"

[versions.methods.probe]
url = "BASE/{tenant}/me"

[versions.methods.identity]
label = "/name"

[versions.methods.revocation]
kind = "RFC7009"
url = "BASE/{tenant}/revoke"

[versions.methods.oauth]
token_url = "BASE/{tenant}/token"
default_scopes = ["read", "write"]
"#;

fn machine_form(tenant: &str) -> BTreeMap<String, SecretText> {
    [("client_id", "ci"), ("client_secret", "PLANTED-cs"), ("tenant", tenant)]
        .map(|(name, value)| (name.to_owned(), SecretText::from(value)))
        .into()
}

#[tokio::test]
async fn rec_2_a_client_of_its_own_gets_a_token_and_is_tested() {
    let me = || say(200, r#"{"name":"robot"}"#);
    let server = Server::start([say(200, TOKENS), me(), say(200, TOKENS)]).await;
    let version = server.version(MACHINE);
    let method = version.method("m").expect("a method");
    let grant = providers().connect(&version, method, &machine_form("a b/.."), now()).await.expect("a grant");
    let account = providers().probe(&version, method, &grant.secret).await.expect("a live token");
    assert_eq!(account.map(|account| account.label).as_deref(), Some("robot"));
    assert_eq!(grant.expires_at, Some(now() + chrono::TimeDelta::seconds(60)));
    let renewed = providers().refresh(&version, method, &grant.secret, None, now()).await.expect("a token");
    assert!(matches!(renewed.secret, Secret::ClientCredentials { .. }));
    let heard = server.heard();
    let paths: Vec<&str> = heard.iter().map(|heard| heard.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/a%20b%2F../token", "/a%20b%2F../me", "/a%20b%2F../token"],
        "values stay in their segment"
    );
    let [first, probe, second] = heard.as_slice() else { panic!("three requests") };
    let form: Vec<(String, String)> = first.form().into_iter().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [
        pair("client_id", "ci"),
        pair("client_secret", "PLANTED-cs"),
        pair("grant_type", "client_credentials"),
        pair("scope", "read write"),
    ];
    assert_eq!(form, expected);
    assert_eq!(second.form(), first.form());
    assert_eq!(probe.header("authorization"), Some("Bearer PLANTED-new"));
}

#[rstest]
#[case::refused_client(vec![say(401, r#"{"error":"invalid_client"}"#)], "dead")]
#[case::unreachable_token(vec![say(503, "")], "transient")]
#[case::refused_token(vec![say(200, TOKENS), say(401, "PLANTED")], "dead")]
#[tokio::test]
async fn rec_2_what_does_not_work_is_not_accepted(
    #[case] script: Vec<crate::kit::Say>,
    #[case] expected: &str,
) {
    let server = Server::start(script).await;
    let version = server.version(MACHINE);
    let method = version.method("m").expect("a method");
    let (providers, form) = (providers(), machine_form("t"));
    let error = match providers.connect(&version, method, &form, now()).await {
        Ok(grant) => providers.probe(&version, method, &grant.secret).await.expect_err("a refusal"),
        Err(error) => error,
    };
    assert_eq!(kind(&error), expected, "{error:?}");
}
