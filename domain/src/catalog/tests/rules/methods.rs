//! Problems of ways to authenticate: fields, OAuth servers, probes, injections, revocations.

use rstest::rstest;

use super::{GOOD, shown};
use crate::catalog::{Catalog, Options};

/// Changes the right file at one place and expects exactly these problems, without their lines.
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(GOOD.contains(from), "`{from}` is in the right file");
    let text = GOOD.replacen(from, to, 1);
    let found = Catalog::parse([("t.toml", text.as_str())], &Options::default()).err().unwrap_or_default();
    for problem in &found {
        assert_eq!(problem.file, "t.toml");
        assert!(problem.line.is_some_and(|line| (1..=text.lines().count()).contains(&line)));
    }
    let mut found: Vec<String> = found
        .iter()
        .map(|problem| {
            format!("{}: {}", problem.path.trim_start_matches("versions[0].methods"), problem.message)
        })
        .collect();
    found.sort();
    assert_eq!(found, expected);
}

const PROBE: &str = "[versions.methods.probe]\nurl = \"https://api.tiny.example/{region}/me\"\n";
const REVOKE: &str = "[versions.methods.revocation]\nkind = \"UNSUPPORTED\"\n";

#[rstest]
#[case::missing(PROBE, "", &[
    "[1].identity: needs a probe over HTTP, whose answer it reads",
    "[1].probe: is missing: what a recipient types is tested before it is accepted",
    "[1].probe_every_seconds: needs a probe",
])]
#[case::secret_in_the_address("/{region}/me", "/{key}/me", &["[1].probe.url: {key} is no open field that is always there"])]
#[case::no_such_field("/{region}/me", "/{zone}/me", &["[1].probe.url: {zone} is no open field that is always there"])]
#[case::method("{region}/me\"", "{region}/me\"\nmethod = \"TRACE\"", &[
    "[1].probe.method: must be one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE",
])]
#[case::pointer("label = \"/email\"", "label = \"email\"", &["[1].identity.label: `email` is no JSON pointer; it begins with /"])]
#[case::no_label("label = \"/email\"", "id = \"/email\"", &["[1].identity.label: is missing: people recognise the account by it"])]
#[case::too_often("probe_every_seconds = 300", "probe_every_seconds = 299", &["[1].probe_every_seconds: must be 0 (never) or at least 300"])]
#[case::no_number("probe_every_seconds = 300", "probe_every_seconds = -1", &["[1].probe_every_seconds: must be a whole number from 0 to 2592000"])]
#[case::other_type("probe_every_seconds = 300", "probe_every_seconds = \"300\"", &["[1].probe_every_seconds: must be a whole number from 0 to 2592000"])]
fn rec_2_what_is_typed_can_be_tested(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    check(from, to, expected);
}

#[rstest]
#[case::missing(REVOKE, "", &["[1].revocation: is missing; kind = \"UNSUPPORTED\" says that the app has no such call"])]
#[case::kind("\"UNSUPPORTED\"", "\"NONE\"", &["[1].revocation.kind: must be one of RFC7009, CALL, UNSUPPORTED"])]
#[case::rfc_7009_of_a_key("\"UNSUPPORTED\"", "\"RFC7009\"\nurl = \"https://tiny.example/revoke\"", &[
    "[1].revocation.kind: RFC7009 revokes tokens, which this kind does not have",
])]
#[case::manual_page("\"UNSUPPORTED\"", "\"UNSUPPORTED\"\nmanual_url = \"http://tiny.example/\"", &[
    "[1].revocation.manual_url: must be an https address",
])]
#[case::secret_in_the_address("\"UNSUPPORTED\"", "\"CALL\"\nmethod = \"DELETE\"\nurl = \"https://tiny.example/keys/{key}\"", &[
    "[1].revocation.url: {key} is no open field that is always there",
])]
#[case::call("\"UNSUPPORTED\"", "\"CALL\"\nmethod = \"POST\"\nurl = \"https://tiny.example/end\"\nbody = { token = \"{key}\" }\nauth = \"NOTHING\"", &[])]
fn rec_6_revocation_is_stated(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    check(from, to, expected);
}

#[rstest]
#[case::missing("[versions.methods.oauth]\nauthorize_url = \"https://tiny.example/authorize\"\ntoken_url = \"https://tiny.example/token\"\ndefault_scopes = [\"who\"]\nauthorize_params = { prompt = \"consent\" }\n", "", &[
    "[0].oauth: is missing: the kind OAUTH2_CODE needs it",
])]
#[case::of_a_key("prefix = \"sk-\"\n", "prefix = \"sk-\"\n[versions.methods.oauth]\ntoken_url = \"https://tiny.example/token\"\n", &[
    "[1].oauth: the kind API_KEY has none",
])]
#[case::no_page("authorize_url = \"https://tiny.example/authorize\"", "", &["[0].oauth.authorize_url: is missing: recipients agree there"])]
#[case::reserved("{ prompt = \"consent\" }", "{ state = \"1\", redirect_uri = \"x\" }", &[
    "[0].oauth.authorize_params: `redirect_uri` is set by the protocol",
    "[0].oauth.authorize_params: `state` is set by the protocol",
])]
#[case::reserved_at_the_token("authorize_params = { prompt = \"consent\" }", "token_params = { grant_type = \"password\" }", &[
    "[0].oauth.token_params: `grant_type` is set by the protocol",
])]
#[case::separator("authorize_params = { prompt = \"consent\" }", "scope_separator = \"\"", &["[0].oauth.scope_separator: must be a blank, comma, plus or semicolon"])]
#[case::secret_in_the_address("https://tiny.example/token", "https://tiny.example/{client_secret}", &[
    "[0].oauth.token_url: {client_secret} is no open field that is always there",
])]
#[case::plain_http("https://tiny.example/token", "http://tiny.example/token", &["[0].oauth.token_url: must be an https address"])]
#[case::client_auth("default_scopes", "client_auth = \"NONE\"\ndefault_scopes", &["[0].oauth.client_auth: must be one of BASIC, POST"])]
fn sec_3_oauth_servers_are_described_whole(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    check(from, to, expected);
}

#[rstest]
#[case::no_such_part("value = \"{key}\"", "value = \"{token}\"", &[
    "[1].injections[0].value: {token} is neither a part of the credential nor a field that is always there",
])]
#[case::part_of_another_kind("Bearer {access_token}", "Bearer {key}", &[
    "[0].injections[0].value: {key} is neither a part of the credential nor a field that is always there",
])]
#[case::host_header("name = \"x-key\"", "name = \"Host\"", &["[1].injections[0].name: is no header that a call may carry"])]
#[case::broken_header("name = \"x-key\"", "name = \"x key\"", &["[1].injections[0].name: is no header that a call may carry"])]
#[case::place("in = \"HEADER\"\nname = \"x-key\"", "in = \"PATH\"\nname = \"x-key\"", &["[1].injections[0].in: must be one of HEADER, QUERY, BASIC, BODY"])]
#[case::nowhere("[[versions.methods.injections]]\nin = \"HEADER\"\nname = \"x-key\"\nvalue = \"{key}\"\n", "", &[
    "[1].injections: at least one is needed: calls must carry the secret somewhere",
])]
#[case::malformed("value = \"{key}\"", "value = \"{key\"", &["[1].injections[0].value: malformed placeholder at byte 0"])]
fn use_4_secrets_have_a_place(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    check(from, to, expected);
}

#[rstest]
#[case::default_of_a_secret("prefix = \"sk-\"", "prefix = \"sk-\"\ndefault = \"sk-1\"", &["[1].fields[0].default: a secret has no default"])]
#[case::default_too_long("default = \"eu\"", "default = \"europe\"", &["[1].fields[1].default: is too long"])]
#[case::default_of_other_characters("default = \"eu\"", "default = \"E1\"", &["[1].fields[1].default: holds characters that are not possible here"])]
#[case::default_of_other_prefix("default = \"eu\"", "default = \"eu\"\nprefix = \"u\"", &["[1].fields[1].default: does not begin as expected"])]
#[case::default_of_other_form("default = \"eu\"", "default = \"eu\"\nkind = \"PORT\"", &["[1].fields[1].default: is not of the expected form"])]
#[case::lengths("max_length = 2", "max_length = 2\nmin_length = 3", &[
    "[1].fields[1].default: is too short",
    "[1].fields[1].min_length: is more than `max_length`",
])]
#[case::no_length("max_length = 2", "max_length = 0", &["[1].fields[1].max_length: must be a whole number from 1 to 16384"])]
#[case::kind("max_length = 2", "max_length = 2\nkind = \"DATE\"", &["[1].fields[1].kind: must be one of TEXT, MULTILINE, EMAIL, URL, HOST, PORT"])]
#[case::help_page("max_length = 2", "max_length = 2\nhelp_url = \"http://tiny.example\"", &["[1].fields[1].help_url: must be an https address"])]
#[case::open_key("secret = true\n", "", &["[1].fields: the field `key` must be secret"])]
#[case::optional_key("secret = true\n", "secret = true\nrequired = false\n", &["[1].fields: the field `key` must be required"])]
#[case::further_secret("default = \"eu\"", "secret = true", &[
    "[1].fields: `region` is secret; only the kind FIELDS has further secrets",
    "[1].probe.url: {region} is no open field that is always there",
])]
#[case::not_always_there("default = \"eu\"", "required = false", &["[1].probe.url: {region} is no open field that is always there"])]
#[case::kind_of_secret("kind = \"API_KEY\"", "kind = \"KEY\"", &[
    "[1].kind: must be one of OAUTH2_CODE, CLIENT_CREDENTIALS, API_KEY, BASIC, FIELDS",
])]
#[case::fields_of_another_kind("kind = \"API_KEY\"", "kind = \"BASIC\"", &[
    "[1].fields: `key` is secret; only the kind FIELDS has further secrets",
    "[1].fields: the kind BASIC needs a field `password`",
    "[1].fields: the kind BASIC needs a field `username`",
])]
fn rec_2_forms_are_described_whole(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    check(from, to, expected);
}

#[test]
fn use_3_sealed_fields_fill_neither_base_address_nor_host() {
    // FIELDS keeps every value sealed: the broker has none of them to fill a host with.
    let text = GOOD
        .split_once("[[versions.methods]]\nid = \"oauth\"")
        .zip(GOOD.split_once("[[versions.methods]]\nid = \"token\""))
        .map(|((before, _), (_, after))| format!("{before}[[versions.methods]]\nid = \"token\"{after}"))
        .expect("two methods")
        .replace("API_KEY", "FIELDS")
        .replace("https://api.tiny.example\"", "https://{region}.tiny.example\"")
        .replace("\"files.tiny.example\"", "\"{region}.tiny.example\"");
    let problems = Catalog::parse([("t.toml", text.as_str())], &Options::default());
    let problems = shown(&problems.expect_err("neither can be filled"));
    let base = "versions[0].base_url: {region} is no required open field of the method `token`";
    let host = "versions[0].modules[1].calls: {region} is no required open field of every method";
    assert!(problems.iter().any(|problem| problem.ends_with(base)), "{problems:#?}");
    assert!(problems.iter().any(|problem| problem.ends_with(host)), "{problems:#?}");
}
