//! Every problem of a file is named with file, line and key, all at once.

use rstest::rstest;

use super::{GOOD, shown, with_sandbox};
use crate::catalog::{Catalog, Options};

fn problems_of(text: &str, options: &Options) -> Vec<String> {
    Catalog::parse([("t.toml", text)], options).err().map(|found| shown(&found)).unwrap_or_default()
}

/// The line of the first occurrence, from 1, counted apart from the parser.
fn line_of(text: &str, part: &str) -> usize {
    let at = text.lines().position(|line| line.contains(part));
    at.expect("the part is in the file") + 1
}

/// Changes the right file at one place. The problem is expected in the line that holds `at`.
fn check(from: &str, to: &str, at: &str, problem: &str) {
    assert!(GOOD.contains(from), "`{from}` is in the right file");
    let text = GOOD.replacen(from, to, 1);
    let line = line_of(&text, at);
    assert_eq!(problems_of(&text, &Options::default()), [format!("t.toml:{line}: {problem}")]);
}

const M1: &str = "versions[0].methods[1]";

#[test]
fn the_right_file_has_no_problem() {
    assert_eq!(problems_of(GOOD, &Options::default()), [""; 0]);
}

#[test]
fn several_problems_are_named_at_once_in_the_order_of_lines() {
    let first = "id = \"Bad Id\"\nname = \"N\"\nwebsite = \"http://n.example\"\ncolour = \"red\"\n";
    let second = "[[versions]\n";
    let problems = Catalog::parse([("a.toml", first), ("b.toml", second)], &Options::default());
    let problems = shown(&problems.expect_err("both are wrong"));
    assert_eq!(
        problems.get(..5).expect("five of the first file"),
        [
            "a.toml:1: help: is missing",
            "a.toml:1: id: must be 1 to 64 of a-z, 0-9 and _",
            "a.toml:1: versions: at least one is needed",
            "a.toml:3: website: must be an https address",
            "a.toml:4: colour: unknown key",
        ]
    );
    assert!(problems.get(5).is_some_and(|problem| problem.starts_with("b.toml:1: is not TOML: ")));
}

#[rstest]
#[case::of_no_text(
    "help = \"An app.\"",
    "help = \"An app.\"\nde.website = \"x\"",
    "de.website",
    "de.website: unknown key"
)]
#[case::of_a_name(
    "help = \"An app.\"",
    "help = \"An app.\"\nde.name = \"Winzig\"",
    "de.name",
    "de.name: unknown key"
)]
#[case::empty(
    "help = \"An app.\"",
    "help = \"An app.\"\nde.help = \" \"",
    "de.help",
    "de.help: must not be empty"
)]
#[case::no_table(
    "help = \"An app.\"",
    "help = \"An app.\"\nde = \"x\"",
    "de = ",
    "de: must be a table, is string"
)]
#[case::without_the_english_one(
    "label = \"Sign in\"",
    "label = \"Sign in\"\nde.help = \"Hilfe\"",
    "de.help",
    "versions[0].methods[0].de.help: has no text in English beside it"
)]
fn a_translation_stands_beside_its_text(
    #[case] from: &str,
    #[case] to: &str,
    #[case] at: &str,
    #[case] problem: &str,
) {
    check(from, to, at, problem);
}

#[rstest]
#[case::of_the_app("help = \"An app.\"", "help = \"An app.\"\ncolour = 1", "colour", "colour: unknown key")]
#[case::of_a_call(
    "path = \"/files/**\"",
    "path = \"/files/**\"\nquery = \"a\"",
    "query",
    "versions[0].modules[1].calls[1].query: unknown key"
)]
#[case::of_a_field(
    "prefix = ",
    "pattern = ",
    "pattern",
    "versions[0].methods[1].fields[0].pattern: unknown key"
)]
#[case::twice(
    "id = \"change\"",
    "id = \"look\" # 2",
    "# 2",
    "versions[0].modules[1].id: `look` occurs twice"
)]
#[case::field_twice(
    "name = \"region\"\nlabel = \"Region\"\ndefault = \"eu\"",
    "name = \"key\" # 2\nlabel = \"K\"\ndefault = \"eu\"",
    "[versions.methods.probe]",
    ""
)]
#[case::method_not_known(
    "methods = [\"PUT\"]",
    "methods = [\"CONNECT\"]",
    "CONNECT",
    "versions[0].modules[1].calls[1].methods: `CONNECT` is none of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
)]
#[case::method_in_small_letters(
    "methods = [\"PUT\"]",
    "methods = [\"put\"]",
    "[\"put\"]",
    "versions[0].modules[1].calls[1].methods: `put` is none of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
)]
#[case::no_methods(
    "methods = [\"PUT\"]",
    "methods = []",
    "methods = []",
    "versions[0].modules[1].calls[1].methods: at least one is needed"
)]
fn keys_and_ids_are_checked(#[case] from: &str, #[case] to: &str, #[case] at: &str, #[case] problem: &str) {
    if problem.is_empty() {
        // One change, two problems: the second `key`, and what then lacks a field.
        let text = GOOD.replacen(from, to, 1);
        let (twice, url) = (line_of(&text, "# 2"), line_of(&text, "{region}"));
        let problems = problems_of(&text, &Options::default());
        assert!(problems.contains(&format!("t.toml:{twice}: {M1}.fields[1].name: `key` occurs twice")));
        let lacking =
            format!("t.toml:{url}: {M1}.probe.url: {{region}} is no open field that is always there");
        assert!(problems.contains(&lacking), "{problems:#?}");
    } else {
        check(from, to, at, problem);
    }
}

#[rstest]
#[case::of_a_module(
    "scopes = [\"read\"]",
    "scopes = [\"read\", \"other\"]",
    "\"other\"",
    "versions[0].modules[0].scopes: scope `other` is not described under `scopes`"
)]
#[case::implied(
    "implies = [\"read\"]",
    "implies = [\"other\"]",
    "\"other\"",
    "versions[0].scopes[1].implies: scope `other` is not described under `scopes`"
)]
#[case::of_a_method(
    "default_scopes = [\"who\"]",
    "default_scopes = [\"other\"]",
    "[\"other\"]",
    "versions[0].methods[0].oauth.default_scopes: scope `other` is not described under `scopes`"
)]
#[case::by_method(
    "{ token = [] }",
    "{ token = [\"other\"] }",
    "\"other\"",
    "versions[0].modules[0].method_scopes: scope `other` is not described under `scopes`"
)]
#[case::of_no_method(
    "{ token = [] }",
    "{ tokens = [] }",
    "tokens",
    "versions[0].modules[0].method_scopes: no method `tokens`"
)]
#[case::without_scopes(
    "scopes = [\"read\"]\nmethod",
    "scopes = []\nmethod",
    "scopes = []",
    "versions[0].modules[0].scopes: the method `oauth` needs scopes; `no_scopes = true` says that there are none"
)]
fn req_5_scopes_are_described(#[case] from: &str, #[case] to: &str, #[case] at: &str, #[case] problem: &str) {
    check(from, to, at, problem);
}

#[rstest]
#[case::double_star_inside("/a/**/b", &["`**` stands only at the end"])]
#[case::part_of_a_segment("/a*", &["`*` stands only for a whole segment"])]
#[case::three_stars("/a/***", &["`*` stands only for a whole segment"])]
#[case::everything("/**", &["`/**` alone would allow every call"])]
#[case::no_slash("a/b", &["the path does not begin with a slash"])]
#[case::dots("/a/../b", &["the path holds a dot segment"])]
#[case::encoded_dots("/a/%2E%2E/b", &["the path holds a dot segment"])]
#[case::empty_segment("/a//b", &["the path holds an empty segment"])]
#[case::query("/a?b=c", &["the path holds a character that is not possible there"])]
#[case::encoded_slash("/a%2Fb", &["the path holds percent-encoding that is not in normal form"])]
#[case::both("/a*/**/b", &["`**` stands only at the end", "`*` stands only for a whole segment"])]
fn use_3_patterns_are_read_in_one_way_only(#[case] path: &str, #[case] messages: &[&str]) {
    let text = GOOD.replacen("\"/files/**\"", &format!("\"{path}\""), 1);
    let line = line_of(&text, "[\"PUT\"]") + 1;
    let found = problems_of(&text, &Options::default());
    let mut expected: Vec<String> = messages
        .iter()
        .map(|message| format!("t.toml:{line}: versions[0].modules[1].calls[1].path: {message}"))
        .collect();
    expected.sort();
    let mut sorted = found;
    sorted.sort();
    assert_eq!(sorted, expected);
}

#[rstest]
#[case::scheme("https://x.example")]
#[case::port("x.example:8080")]
#[case::path("x.example/a")]
#[case::wildcard("*.tiny.example")]
fn use_3_hosts_are_bare_names(#[case] host: &str) {
    check(
        "\"files.tiny.example\"",
        &format!("\"{host}\""),
        host,
        "versions[0].modules[1].calls[2].host: must be a bare host name: no scheme, port or path, no wildcard",
    );
}

#[test]
fn use_3_a_host_is_filled_from_open_fields_of_every_method() {
    let text = GOOD.replacen("\"files.tiny.example\"", "\"{region}.tiny.example\"", 1);
    let line = line_of(&text, "id = \"change\"");
    let problems = problems_of(&text, &Options::default());
    let expected = "versions[0].modules[1].calls: {region} is no required open field of every method";
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let (at, message) = problems.first().and_then(|problem| problem.split_once(": ")).expect("one problem");
    assert_eq!(message, expected);
    let at: usize = at.trim_start_matches("t.toml:").parse().expect("a line");
    assert!(at > line, "{at} lies in the module of line {line}");
}

#[rstest]
#[case::plain_http("http://api.tiny.example", "must be an https address")]
#[case::plain_http_to_loopback(
    "http://127.0.0.1:8",
    "plain http to loopback is for development (ALLOW_LOOPBACK_PROVIDERS)"
)]
#[case::other_scheme("ftp://api.tiny.example", "must be an https address")]
#[case::user("https://u:p@api.tiny.example", "must not hold a user or password")]
#[case::fragment("https://api.tiny.example/#a", "must have no fragment")]
#[case::query("https://api.tiny.example/?a=b", "must have no query; parameters have keys of their own")]
#[case::no_address("api.tiny.example", "is no address")]
#[case::open_brace("https://api.tiny.example/{a", "malformed placeholder at byte 25")]
fn sec_2_addresses_are_checked(#[case] url: &str, #[case] message: &str) {
    let text = GOOD.replacen("\"https://api.tiny.example\"", &format!("\"{url}\""), 1);
    let problems = problems_of(&text, &Options::default());
    let line = line_of(&text, "name = \"Version 1\"") + 1;
    let wanted = format!("t.toml:{line}: versions[0].base_url: {message}");
    assert!(problems.contains(&wanted), "{problems:#?}");
}

#[rstest]
#[case::loopback("http://127.0.0.1:8", true)]
#[case::localhost("http://localhost:8", true)]
#[case::loopback_6("http://[::1]:8", true)]
#[case::other_host("http://api.tiny.example", false)]
#[case::private_host("http://192.168.0.1", false)]
#[case::name_below_localhost("http://a.localhost", false)]
fn sec_2_plain_http_is_for_loopback_alone(#[case] url: &str, #[case] right: bool) {
    let text = GOOD.replacen("https://api.tiny.example\"", &format!("{url}\""), 1);
    let problems = problems_of(&text, &with_sandbox("https://s.example", true));
    let line = line_of(&text, url);
    let wrong = format!("t.toml:{line}: versions[0].base_url: must be an https address");
    assert_eq!(problems, if right { Vec::new() } else { vec![wrong] });
}
