//! Answers of token endpoints that are good, in all the ways in which they are.

use chrono::TimeDelta;
use domain::credential::{Secret, SecretText};
use providers::Grant;
use rstest::rstest;

use crate::kit::{OAUTH, Server, exchange, now, refresh, say};

/// The parts of a grant that the tests look at: access token, refresh token, type.
fn parts(grant: &Grant) -> (String, Option<String>, String) {
    match &grant.secret {
        Secret::OAuth2Code { access_token, refresh_token, token_type, .. } => (
            access_token.expose().to_owned(),
            refresh_token.as_ref().map(|token| token.expose().to_owned()),
            token_type.clone(),
        ),
        _ => panic!("tokens of an authorization code"),
    }
}

#[rstest]
#[case::json(
    r#"{"access_token":"at","refresh_token":"rt","token_type":"bearer"}"#,
    "at",
    Some("rt"),
    "Bearer"
)]
#[case::no_refresh_token(r#"{"access_token":"at","token_type":"Bearer"}"#, "at", None, "Bearer")]
#[case::empty_refresh_token(r#"{"access_token":"at","refresh_token":""}"#, "at", None, "Bearer")]
#[case::null_refresh_token(r#"{"access_token":"at","refresh_token":null}"#, "at", None, "Bearer")]
#[case::no_token_type(r#"{"access_token":"at"}"#, "at", None, "Bearer")]
#[case::null_error(r#"{"error":null,"access_token":"at"}"#, "at", None, "Bearer")]
#[case::empty_error(r#"{"error":"","access_token":"at"}"#, "at", None, "Bearer")]
#[case::false_error(r#"{"error":false,"access_token":"at"}"#, "at", None, "Bearer")]
#[case::more_members(r#"{"access_token":"at","id_token":"x.y.z","bot":{"id":1}}"#, "at", None, "Bearer")]
#[case::blanks_around(" \r\n{\"access_token\":\"at\"}\n", "at", None, "Bearer")]
#[case::form("access_token=a%2Bt&refresh_token=rt&token_type=bearer", "a+t", Some("rt"), "Bearer")]
#[case::form_and_line_break("access_token=at&scope=\n", "at", None, "Bearer")]
#[tokio::test]
async fn health_1_tokens_are_read_however_they_are_written(
    #[case] body: &str,
    #[case] access: &str,
    #[case] renewal: Option<&str>,
    #[case] token_type: &str,
) {
    let server = Server::start([say(200, body)]).await;
    let grant = exchange(&server, OAUTH).await.expect("tokens");
    assert_eq!(parts(&grant), (access.to_owned(), renewal.map(str::to_owned), token_type.to_owned()));
    assert_eq!(grant.account, None);
}

#[rstest]
#[case::none(r#"{"access_token":"at"}"#, "PLANTED-old-refresh")]
#[case::empty(r#"{"access_token":"at","refresh_token":""}"#, "PLANTED-old-refresh")]
#[case::null(r#"{"access_token":"at","refresh_token":null}"#, "PLANTED-old-refresh")]
#[case::form("access_token=at", "PLANTED-old-refresh")]
#[case::rotated(r#"{"access_token":"at","refresh_token":"new"}"#, "new")]
#[tokio::test]
async fn health_1_a_renewal_without_a_refresh_token_keeps_the_old_one(
    #[case] body: &str,
    #[case] kept: &str,
) {
    let server = Server::start([say(200, body)]).await;
    let grant = refresh(&server, OAUTH).await.expect("tokens");
    assert_eq!(parts(&grant), ("at".to_owned(), Some(kept.to_owned()), "Bearer".to_owned()));
    let form = server.only().form();
    assert_eq!(form.get("grant_type").map(String::as_str), Some("refresh_token"));
    assert_eq!(form.get("refresh_token").map(String::as_str), Some("PLANTED-old-refresh"));
}

#[rstest]
#[case::missing("", None)]
#[case::number(r#","expires_in":3600"#, Some(3600))]
#[case::text(r#","expires_in":"3600""#, Some(3600))]
#[case::text_with_blanks(r#","expires_in":" 3600 ""#, Some(3600))]
#[case::fraction(r#","expires_in":3599.9"#, Some(3599))]
#[case::one(r#","expires_in":1"#, Some(1))]
#[case::ten_years(r#","expires_in":315360000"#, Some(315_360_000))]
#[case::beyond_the_calendar(r#","expires_in":9000000000000000"#, None)]
#[case::zero(r#","expires_in":0"#, None)]
#[case::negative(r#","expires_in":-5"#, None)]
#[case::beyond_64_bits(r#","expires_in":99999999999999999999"#, None)]
#[case::infinite(r#","expires_in":1e300"#, None)]
#[case::null(r#","expires_in":null"#, None)]
#[case::word(r#","expires_in":"soon""#, None)]
#[case::object(r#","expires_in":{"s":1}"#, None)]
#[case::yes(r#","expires_in":true"#, None)]
#[tokio::test]
async fn health_1_the_expiry_is_read_or_left_open(#[case] member: &str, #[case] seconds: Option<i64>) {
    let server = Server::start([say(200, format!(r#"{{"access_token":"at"{member}}}"#))]).await;
    let grant = exchange(&server, OAUTH).await.expect("tokens");
    assert_eq!(grant.expires_at, seconds.map(|seconds| now() + TimeDelta::seconds(seconds)));
}

#[rstest]
#[case::missing(" ", "", None)]
#[case::null(" ", r#","scope":null"#, None)]
#[case::number(" ", r#","scope":1"#, None)]
#[case::blanks(" ", r#","scope":"read write""#, Some("read|write"))]
#[case::many_blanks(" ", r#","scope":" read  write ""#, Some("read|write"))]
#[case::commas(",", r#","scope":"read,write""#, Some("read|write"))]
#[case::commas_and_blanks(",", r#","scope":"read, write""#, Some("read|write"))]
#[case::blanks_though_commas_are_sent(",", r#","scope":"read write""#, Some("read|write"))]
#[case::commas_though_blanks_are_sent(" ", r#","scope":"a,b""#, Some("a|b"))]
#[case::list(" ", r#","scope":["read","write"]"#, Some("read|write"))]
#[case::empty(" ", r#","scope":"""#, Some(""))]
#[tokio::test]
async fn rec_4_granted_scopes_are_read_however_they_are_written(
    #[case] separator: &str,
    #[case] member: &str,
    #[case] scopes: Option<&str>,
) {
    let server = Server::start([say(200, format!(r#"{{"access_token":"at"{member}}}"#))]).await;
    let method = format!("{OAUTH}scope_separator = \"{separator}\"\n");
    let grant = exchange(&server, &method).await.expect("tokens");
    assert_eq!(grant.granted_scopes.map(|scopes| scopes.join("|")).as_deref(), scopes);
}

#[tokio::test]
async fn rec_2_an_own_client_is_kept_with_the_tokens_and_renews_them() {
    let answer = || say(200, r#"{"access_token":"at","refresh_token":"rt"}"#);
    let server = Server::start([answer(), answer()]).await;
    let version = server.version(OAUTH);
    let method = version.method("m").expect("a method");
    let own = providers::OAuthClient { id: "own".to_owned(), secret: Some(SecretText::from("own-secret")) };
    let params = std::collections::BTreeMap::from([("tenant".to_owned(), "t".to_owned())]);
    let exchange = providers::Exchange {
        code: "c",
        code_verifier: "v",
        redirect_uri: "https://consentry.example/callback",
        client: &own,
        own_client: true,
        params: &params,
    };
    let providers = crate::kit::providers();
    let grant = providers.exchange(method, &exchange, now()).await.expect("tokens");
    let instance = crate::kit::client();
    let renewed = providers.refresh(&version, method, &grant.secret, Some(&instance), now()).await;
    let renewed = renewed.expect("tokens");
    assert_eq!(renewed.secret.params(), Some(&params));
    for secret in [&grant.secret, &renewed.secret] {
        let Secret::OAuth2Code { client: Some(kept), .. } = secret else { panic!("the client is kept") };
        assert_eq!((kept.id.as_str(), kept.secret.as_ref()), ("own", own.secret.as_ref()));
    }
    for heard in server.heard() {
        assert_eq!(heard.form().get("client_id").map(String::as_str), Some("own"));
    }
}
