//! Tests of the catalog from file to entry, to scopes, and to the firewall's decision.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::credential::{Kind, Secret};
use crate::language::Language;

mod rules;

const GOOD: &str = r#"
id = "acme"
name = "Acme"
website = "https://acme.example"
help = "Keeps contacts."
[[versions]]
id = "v1"
name = "1"
base_url = "https://{tenant}.acme.example"
scopes = [
    { scope = "profile", words = "See who you are", effect = "READ" },
    { scope = "contacts.read", words = "See contacts", effect = "READ" },
    { scope = "contacts", words = "See and change contacts", effect = "WRITE", implies = ["contacts.read"] },
    { scope = "all", words = "Everything", effect = "ADMIN", implies = ["contacts"] },
]
[[versions.methods]]
id = "oauth"
label = "Sign in"
kind = "OAUTH2_CODE"
fields = [{ name = "tenant", label = "Tenant", kind = "HOST" }]
injections = [{ in = "HEADER", name = "Authorization", value = "Bearer {access_token}" }]
[versions.methods.oauth]
authorize_url = "https://{tenant}.acme.example/authorize"
token_url = "https://{tenant}.acme.example/token"
default_scopes = ["profile"]
[versions.methods.probe]
url = "https://{tenant}.acme.example/me"
[versions.methods.identity]
label = ["/mail", "/name"]
[versions.methods.revocation]
kind = "CALL"
method = "DELETE"
url = "https://{tenant}.acme.example/grants/{client_id}"
body = { access_token = "{access_token}" }
auth = "CLIENT"
[[versions.modules]]
id = "contact_get"
name = "Get a contact"
description = "Looks one contact up."
effect = "READ"
scopes = ["contacts.read"]
calls = [{ methods = ["GET"], path = "/contacts/*" }]
[[versions.modules]]
id = "contact_write"
name = "Change a contact"
description = "Changes one contact."
effect = "WRITE"
scopes = ["contacts"]
calls = [
    { methods = ["PATCH"], path = "/contacts/*" },
    { methods = ["GET"], path = "/files/**", host = "files.acme.example" },
]
"#;

fn options() -> Options {
    Options { variables: BTreeMap::new(), allow_loopback: false }
}

fn parse(text: &str) -> Result<Catalog, Vec<Problem>> {
    Catalog::parse([("a.toml", text)], &options())
}

fn acme() -> AppVersion {
    let catalog = parse(GOOD).expect("a good file");
    catalog.version("acme", "v1").expect("the version").clone()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn params() -> BTreeMap<String, String> {
    BTreeMap::from([("tenant".to_owned(), "contoso".to_owned())])
}

#[test]
fn good_file_becomes_an_app() {
    let version = acme();
    let method = version.method("oauth").expect("the method");
    assert_eq!(method.kind, Kind::OAuth2Code);
    assert_eq!(method.own_client(), OwnClientRule::No);
    assert_eq!(method.refresh_margin_seconds, 300);
    let oauth = method.oauth.as_ref().expect("oauth");
    assert!(oauth.pkce);
    assert_eq!((oauth.client_auth, oauth.scope_separator.as_str()), (ClientAuth::Post, " "));
    assert!(matches!(&method.revocation, Revocation::Call { auth: CallAuth::Client, .. }));
    assert_eq!(version.modules.len(), 2);
}

/// Each case spoils one line of the good file; what is expected is the key and a piece of the message.
#[rstest]
#[case::typo(r#"label = "Sign in""#, r#"lable = "Sign in""#, &[("lable", "unknown key"), ("label", "is missing")])]
#[case::id(r#"id = "acme""#, r#"id = "Acme!""#, &[("id", "1 to 64 of a-z")])]
#[case::number("[versions.methods.oauth]", "refresh_margin_seconds = 90000\n[versions.methods.oauth]",
    &[("refresh_margin_seconds", "from 0 to 86400")])]
#[case::kind("OAUTH2_CODE", "OAUTH", &[("methods[0].kind", "must be one of OAUTH2_CODE")])]
#[case::scope(r#"scopes = ["contacts.read"]"#, r#"scopes = ["nope"]"#, &[("modules[0].scopes", "`nope` is not described")])]
#[case::default_scope(r#"["profile"]"#, r#"["nope"]"#, &[("default_scopes", "`nope` is not described")])]
#[case::implied(r#"implies = ["contacts"]"#, r#"implies = ["nope"]"#, &[("scopes[3].implies", "not described")])]
#[case::no_scopes(r#"scopes = ["contacts.read"]"#, "", &[("modules[0].scopes", "no_scopes = true")])]
#[case::twice(r#"id = "contact_write""#, r#"id = "contact_get""#, &[("modules[1].id", "occurs twice")])]
#[case::plain_http(r#""https://acme.example""#, r#""http://acme.example""#, &[("website", "https")])]
#[case::plain_loopback("https://{tenant}.acme.example/token", "http://localhost/token",
    &[("oauth.token_url", "ALLOW_LOOPBACK_PROVIDERS")])]
#[case::userinfo("https://{tenant}.acme.example/me", "https://u:p@acme.example/me", &[("probe.url", "user or password")])]
#[case::query("https://{tenant}.acme.example/me", "https://acme.example/me?a=b", &[("probe.url", "no query")])]
#[case::secret_in_url("https://{tenant}.acme.example/me", "https://acme.example/{access_token}",
    &[("probe.url", "{access_token}")])]
#[case::stranger("Bearer {access_token}", "Bearer {token}", &[("injections[0].value", "{token}")])]
#[case::brace("Bearer {access_token}", "Bearer {access_token", &[("injections[0].value", "malformed")])]
#[case::no_injection("injections = [{ in", "injektions = [{ in",
    &[("injektions", "unknown key"), ("injections", "at least one")])]
#[case::catch_all(r#"path = "/contacts/*" }]"#, r#"path = "/**" }]"#, &[("calls[0].path", "every call")])]
#[case::middle(r#"path = "/contacts/*" }]"#, r#"path = "/a/**/b" }]"#, &[("calls[0].path", "only at the end")])]
#[case::part(r#"path = "/contacts/*" }]"#, r#"path = "/a*" }]"#, &[("calls[0].path", "whole segment")])]
#[case::dots(r#"path = "/contacts/*" }]"#, r#"path = "/a/../b" }]"#, &[("calls[0].path", "dot segment")])]
#[case::connect(r#"methods = ["PATCH"]"#, r#"methods = ["CONNECT"]"#, &[("calls[0].methods", "`CONNECT` is none")])]
#[case::host("files.acme.example", "*.acme.example", &[("calls[1].host", "bare host name")])]
#[case::revocation("[versions.methods.revocation]", "[versions.methods.revokation]",
    &[("revokation", "unknown key"), ("revocation", "is missing")])]
#[case::tenant(r#"kind = "HOST" }]"#, r#"kind = "HOST", required = false }]"#, &[("base_url", "{tenant}"),
    ("authorize_url", "{tenant}"), ("token_url", "{tenant}"), ("probe.url", "{tenant}"), ("revocation.url", "{tenant}")])]
#[case::reserved("default_scopes", "token_params = { grant_type = \"x\" }\ndefault_scopes",
    &[("token_params", "set by the protocol")])]
#[case::variable("https://acme.example", "${nope}", &[("", "unknown variable")])]
#[case::toml("[[versions.modules]]\nid = \"contact_get\"", "[[versions.modules\nid = \"contact_get\"", &[("", "is not TOML")])]
fn problem_is_named_with_its_key(#[case] old: &str, #[case] new: &str, #[case] expected: &[(&str, &str)]) {
    assert!(GOOD.contains(old), "the case does not spoil anything");
    let problems = parse(&GOOD.replacen(old, new, 1)).expect_err("a bad file");
    for (path, message) in expected {
        let found = problems.iter().any(|problem| {
            problem.path.ends_with(path) && problem.message.contains(message) && problem.line.is_some()
        });
        assert!(found, "no `{path}: {message}` in {problems:#?}");
    }
}

#[test]
fn every_problem_of_every_file_is_reported_in_order_of_lines() {
    let bad =
        "id = \"a\"\nname = 7\nwebsite = \"ftp://a.example\"\ncolour = \"red\"\n[[versions]]\nid = \"1\"\n";
    let problems =
        Catalog::parse([("b.toml", bad), ("c.toml", "id = 1")], &options()).expect_err("bad files");
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for expected in [
        "b.toml:2: name: must be a text, is integer",
        "b.toml:3: website: must be an https address",
        "b.toml:4: colour: unknown key",
        "b.toml:5: versions[0].methods: at least one is needed",
        "b.toml:5: versions[0].modules: at least one is needed",
        "b.toml:5: versions[0].name: is missing",
        "c.toml:1: versions: at least one is needed",
        "c.toml:1: id: must be a text, is integer",
    ] {
        assert!(shown.iter().any(|line| line == expected), "no `{expected}` in {shown:#?}");
    }
    let lines: Vec<_> = problems.iter().map(|problem| (&problem.file, problem.line)).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[rstest]
#[case::key("API_KEY", &["a field `key`"])]
#[case::basic("BASIC", &["a field `username`", "a field `password`"])]
#[case::client("CLIENT_CREDENTIALS", &["a field `client_id`", "a field `client_secret`"])]
#[case::fields("FIELDS", &["at least one secret field"])]
fn kinds_need_their_fields(#[case] kind: &str, #[case] expected: &[&str]) {
    let problems = parse(&GOOD.replacen("OAUTH2_CODE", kind, 1)).expect_err("a bad file");
    for message in expected {
        assert!(problems.iter().any(|problem| problem.message.contains(message)), "{message}: {problems:#?}");
    }
}

#[test]
fn later_file_replaces_the_app() {
    let later = GOOD.replacen("name = \"Acme\"", "name = \"Acme 2\"", 1);
    let catalog = Catalog::parse([("a", GOOD), ("b", later.as_str())], &options()).expect("good files");
    assert_eq!(catalog.len(), 1);
    assert_eq!(catalog.app("acme").map(|app| app.name.as_str()), Some("Acme 2"));
}

#[rstest]
#[case::without_value(None, true, 0)]
#[case::with_value(Some("http://127.0.0.1:4000"), true, 1)]
#[case::breaking_out(Some("http://localhost\"\nid = \"x"), true, 0)]
fn sandbox_variable_leaves_the_app_out(
    #[case] value: Option<&str>,
    #[case] allow: bool,
    #[case] apps: usize,
) {
    let text = GOOD.replace("https://{tenant}.acme.example", "${sandbox_url}");
    let variables = value.map(|value| ("sandbox_url".to_owned(), value.to_owned())).into_iter().collect();
    let catalog = Catalog::parse([("a", text.as_str())], &Options { variables, allow_loopback: allow });
    assert_eq!(catalog.expect("a good file").len(), apps);
}

#[rstest]
#[case("http://localhost:4000", true, true)]
#[case("http://127.0.0.1", true, true)]
#[case("http://[::1]:1", true, true)]
#[case("http://localhost:4000", false, false)]
#[case("http://localhost.evil.example", true, false)]
#[case("http://10.0.0.1", true, false)]
#[case("ftp://localhost", true, false)]
fn plain_http_needs_loopback_and_permission(#[case] url: &str, #[case] allow: bool, #[case] good: bool) {
    let text = GOOD.replace("https://{tenant}.acme.example", url);
    let options = Options { variables: BTreeMap::new(), allow_loopback: allow };
    assert_eq!(Catalog::parse([("a", text.as_str())], &options).is_ok(), good);
}

#[rstest]
#[case::one(&["contact_get"], &["profile", "contacts.read"])]
#[case::catalog_order(&["contact_write", "contact_get"], &["profile", "contacts.read", "contacts"])]
#[case::gone(&["gone"], &["profile"])]
#[case::none(&[], &["profile"])]
fn scopes_follow_modules(#[case] modules: &[&str], #[case] expected: &[&str]) {
    let version = acme();
    let method = version.method("oauth").expect("the method");
    let needed = scopes_for(&version, method, &ids(modules));
    assert_eq!(needed.iter().map(|need| need.scope.as_str()).collect::<Vec<_>>(), expected);
    assert!(
        needed.iter().all(|need| need.words.in_language(Language::En) != need.scope),
        "plain words for each"
    );
}

#[rstest]
#[case::exact(&["contacts.read"], &["contact_write"])]
#[case::implied(&["contacts"], &[])]
#[case::implied_twice(&["all"], &[])]
#[case::none(&[], &["contact_get", "contact_write"])]
#[case::unknown(&["other"], &["contact_get", "contact_write"])]
fn modules_without_scopes_are_not_covered(#[case] granted: &[&str], #[case] expected: &[&str]) {
    let version = acme();
    let method = version.method("oauth").expect("the method");
    let asked = ids(&["contact_get", "contact_write"]);
    assert_eq!(modules_not_covered(&version, method, &asked, &ids(granted)), ids(expected));
    let gone = modules_not_covered(&version, method, &ids(&["gone"]), &ids(granted));
    assert_eq!(gone, ids(&["gone"]), "no grant covers what left the catalog");
}

const HOST: &str = "contoso.acme.example";

#[rstest]
#[case::allowed("GET", HOST, "/contacts/1", Ok("contact_get"))]
#[case::encoded_blank("GET", HOST, "/contacts/a%20b", Ok("contact_get"))]
#[case::not_consented("PATCH", HOST, "/contacts/1", Err((&["contact_write"][..], None)))]
#[case::other_host("GET", "files.acme.example", "/files/a/b", Err((&["contact_write"][..], None)))]
#[case::wrong_host("GET", "evil.example", "/contacts/1", Err((&[][..], None)))]
#[case::two_segments("GET", HOST, "/contacts/1/2", Err((&[][..], None)))]
#[case::no_segment("GET", HOST, "/contacts/", Err((&[][..], None)))]
#[case::star_is_no_literal("GET", HOST, "/*/1", Err((&[][..], None)))]
#[case::dots("GET", HOST, "/contacts/..", Err((&[][..], Some(Malformed::DotSegment))))]
#[case::dot("GET", HOST, "/./contacts/1", Err((&[][..], Some(Malformed::DotSegment))))]
#[case::encoded_dots("GET", HOST, "/contacts/%2E%2E", Err((&[][..], Some(Malformed::DotSegment))))]
#[case::small_dots("GET", HOST, "/contacts/%2e%2e", Err((&[][..], Some(Malformed::Encoding))))]
#[case::slash("GET", HOST, "/contacts/1%2F2", Err((&[][..], Some(Malformed::Encoding))))]
#[case::small_slash("GET", HOST, "/contacts/1%2f2", Err((&[][..], Some(Malformed::Encoding))))]
#[case::twice_encoded("GET", HOST, "/contacts/%252E", Err((&[][..], Some(Malformed::Encoding))))]
#[case::needless("GET", HOST, "/contact%73/1", Err((&[][..], Some(Malformed::Encoding))))]
#[case::nul("GET", HOST, "/contacts/%00", Err((&[][..], Some(Malformed::Encoding))))]
#[case::cut("GET", HOST, "/contacts/%2", Err((&[][..], Some(Malformed::Encoding))))]
#[case::empty_segment("GET", HOST, "//contacts/1", Err((&[][..], Some(Malformed::EmptySegment))))]
#[case::backslash("GET", HOST, "/contacts/1\\2", Err((&[][..], Some(Malformed::Character))))]
#[case::encoded_backslash("GET", HOST, "/contacts/%5C", Err((&[][..], Some(Malformed::Encoding))))]
#[case::control("GET", HOST, "/contacts/1\r\n", Err((&[][..], Some(Malformed::Character))))]
#[case::matrix("GET", HOST, "/contacts/1;a=b", Err((&[][..], Some(Malformed::Character))))]
#[case::query("GET", HOST, "/contacts/1?a", Err((&[][..], Some(Malformed::Character))))]
#[case::fragment("GET", HOST, "/contacts/1#a", Err((&[][..], Some(Malformed::Character))))]
#[case::relative("GET", HOST, "contacts/1", Err((&[][..], Some(Malformed::Start))))]
#[case::userinfo("GET", "u@contoso.acme.example", "/contacts/1", Err((&[][..], Some(Malformed::Host))))]
#[case::port("GET", "contoso.acme.example:443", "/contacts/1", Err((&[][..], Some(Malformed::Host))))]
#[case::host_case("GET", "Contoso.acme.example", "/contacts/1", Err((&[][..], Some(Malformed::Host))))]
#[case::root_dot("GET", "contoso.acme.example.", "/contacts/1", Err((&[][..], Some(Malformed::Host))))]
#[case::method_case("get", HOST, "/contacts/1", Err((&[][..], Some(Malformed::Method))))]
#[case::no_method("", HOST, "/contacts/1", Err((&[][..], Some(Malformed::Method))))]
#[case::other_method("HEAD", HOST, "/contacts/1", Err((&[][..], None)))]
fn firewall_decides(
    #[case] method: &str,
    #[case] host: &str,
    #[case] path: &str,
    #[case] expected: Result<&str, (&[&str], Option<Malformed>)>,
) {
    let call = BrokerCall { method, host, path, params: &params() };
    let decision = decide(&acme(), &ids(&["contact_get"]), &call);
    let expected = match expected {
        Ok(module) => Decision::Allowed { module: module.to_owned() },
        Err((would_allow, malformed)) => Decision::Refused { would_allow: ids(would_allow), malformed },
    };
    assert_eq!(decision, expected);
}

#[test]
fn secret_lands_at_its_place_or_nowhere() {
    let version = acme();
    let method = version.method("oauth").expect("the method");
    let with = |token: &str| Secret::OAuth2Code {
        access_token: token.into(),
        refresh_token: None,
        token_type: "Bearer".to_owned(),
        client: None,
        params: params(),
    };
    let placed = place(method, &with("t1")).expect("filled");
    let Some(Placed::Header(name, value)) = placed.first() else { panic!("a header") };
    assert_eq!((*name, value.as_str()), ("authorization", "Bearer t1"));
    let injected = place(method, &with("t1\r\nx: y")).err();
    assert_eq!(injected, Some(TemplateError::Unfit("access_token".to_owned())));
}

proptest! {
    #[test]
    fn allowed_path_reads_the_same_for_every_reader(path in r"/[a-c./%25\\;A-F?#]{0,12}", tail in "[a-z.%/]{0,6}") {
        let path = format!("{path}{tail}");
        let call = BrokerCall { method: "GET", host: HOST, path: &path, params: &params() };
        if let Decision::Allowed { .. } = decide(&acme(), &ids(&["contact_get"]), &call) {
            let url = url::Url::parse(&format!("https://{HOST}{path}")).expect("a URL");
            prop_assert_eq!(url.path(), path.as_str(), "a URL parser changes nothing");
            prop_assert!(path.starts_with("/contacts/") && path.matches('/').count() == 2);
        }
        if firewall::check_path(&path).is_ok() {
            let url = url::Url::parse(&format!("https://{HOST}{path}")).expect("a URL");
            prop_assert_eq!(url.path(), path.as_str(), "a URL parser changes nothing");
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*", at in 0usize..2000, cut in 0usize..40) {
        let start = (0..=at.min(GOOD.len())).rev().find(|at| GOOD.is_char_boundary(*at)).unwrap_or(0);
        let end = (start + cut).min(GOOD.len());
        let spoilt = format!("{}{text}{}", &GOOD[..start], &GOOD[end..]);
        let _no_panic = parse(&spoilt);
    }
}
