//! USE-3: nothing goes out that no consented module allows.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rstest::rstest;

use super::{GOOD, texts, version_of};
use crate::catalog::{AppVersion, BrokerCall, Call, Decision, Malformed, Template, decide};

const API: &str = "api.tiny.example";
const FILES: &str = "files.tiny.example";

fn ask(version: &AppVersion, consented: &[&str], method: &str, host: &str, path: &str) -> Decision {
    let params = BTreeMap::new();
    decide(version, &texts(consented), &BrokerCall { method, host, path, params: &params })
}

fn refused(would_allow: &[&str]) -> Decision {
    Decision::Refused { would_allow: texts(would_allow), malformed: None }
}

#[rstest]
#[case::the_first_that_matches(&["look", "change"], "GET", API, "/things/1", Some("look"))]
#[case::the_one_consented(&["change"], "GET", API, "/things/1", Some("change"))]
#[case::other_method(&["look", "change"], "POST", API, "/things/1", Some("change"))]
#[case::rest_of_the_path(&["change"], "PUT", API, "/files/a/b/c", Some("change"))]
#[case::rest_of_one_segment(&["change"], "PUT", API, "/files/a", Some("change"))]
#[case::host_of_its_own(&["change"], "GET", FILES, "/files/a/raw", Some("change"))]
#[case::encoded_letter(&["look"], "GET", API, "/things/%C3%A9", Some("look"))]
#[case::encoded_question_mark(&["look"], "GET", API, "/things/a%3Fb", Some("look"))]
#[case::punctuation(&["look"], "GET", API, "/things/a:b@c,d=e+f", Some("look"))]
#[case::a_star_is_a_segment(&["look"], "GET", API, "/things/*", Some("look"))]
#[case::not_consented(&["look"], "POST", API, "/things/1", None)]
fn use_3_a_consented_module_allows_its_calls(
    #[case] consented: &[&str],
    #[case] method: &str,
    #[case] host: &str,
    #[case] path: &str,
    #[case] module: Option<&str>,
) {
    let expected = match module {
        Some(module) => Decision::Allowed { module: module.to_owned() },
        None => refused(&["change"]),
    };
    assert_eq!(ask(&version_of(GOOD), consented, method, host, path), expected);
}

#[rstest]
#[case::both_would(&[], "GET", API, "/things/1", &["look", "change"])]
#[case::one_would(&["look"], "PUT", API, "/files/a", &["change"])]
#[case::unknown_consent(&["gone", "Look"], "GET", API, "/things/1", &["look", "change"])]
#[case::no_module(&["look", "change"], "DELETE", API, "/things/1", &[])]
#[case::shorter(&["look", "change"], "GET", API, "/things", &[])]
#[case::empty_end(&["look", "change"], "GET", API, "/things/", &[])]
#[case::longer(&["look", "change"], "GET", API, "/things/1/2", &[])]
#[case::empty_behind(&["look", "change"], "GET", API, "/things/1/", &[])]
#[case::nothing_for_two_stars(&["look", "change"], "PUT", API, "/files", &[])]
#[case::empty_for_two_stars(&["look", "change"], "PUT", API, "/files/", &[])]
#[case::empty_end_for_two_stars(&["look", "change"], "PUT", API, "/files/a/", &[])]
#[case::case_of_the_path(&["look", "change"], "GET", API, "/Things/1", &[])]
#[case::prefix_of_a_segment(&["look", "change"], "GET", API, "/things2/1", &[])]
#[case::root(&["look", "change"], "GET", API, "/", &[])]
#[case::path_of_another_host(&["look", "change"], "GET", API, "/files/a/raw", &[])]
#[case::host_of_another_path(&["look", "change"], "GET", FILES, "/things/1", &[])]
#[case::other_host(&["look", "change"], "GET", "evil.example", "/things/1", &[])]
#[case::host_below(&["look", "change"], "GET", "a.api.tiny.example", "/things/1", &[])]
#[case::longer_host(&["look", "change"], "GET", "api.tiny.example.evil.example", "/things/1", &[])]
#[case::metadata(&["look", "change"], "GET", "169.254.169.254", "/things/1", &[])]
fn use_3_a_refusal_names_who_would_allow_it(
    #[case] consented: &[&str],
    #[case] method: &str,
    #[case] host: &str,
    #[case] path: &str,
    #[case] would_allow: &[&str],
) {
    assert_eq!(ask(&version_of(GOOD), consented, method, host, path), refused(would_allow));
}

#[rstest]
#[case::dots("GET", API, "/things/..", Malformed::DotSegment)]
#[case::dot("GET", API, "/things/.", Malformed::DotSegment)]
#[case::dots_inside("PUT", API, "/files/../things/1", Malformed::DotSegment)]
#[case::encoded_dots("PUT", API, "/files/%2E%2E/x", Malformed::DotSegment)]
#[case::half_encoded_dots("PUT", API, "/files/.%2E/x", Malformed::DotSegment)]
#[case::dots_in_small_hex("PUT", API, "/files/%2e%2e/x", Malformed::Encoding)]
#[case::slash_in_small_hex("GET", API, "/things/a%2fb", Malformed::Encoding)]
#[case::encoded_slash("GET", API, "/things/a%2Fb", Malformed::Encoding)]
#[case::encoded_backslash("GET", API, "/things/a%5Cb", Malformed::Encoding)]
#[case::encoded_twice("GET", API, "/things/%252E%252E", Malformed::Encoding)]
#[case::encoded_zero("GET", API, "/things/a%00", Malformed::Encoding)]
#[case::encoded_line_break("GET", API, "/things/a%0D%0Ab", Malformed::Encoding)]
#[case::encoded_without_need("GET", API, "/%74hings/1", Malformed::Encoding)]
#[case::cut_off("GET", API, "/things/a%2", Malformed::Encoding)]
#[case::no_hex("GET", API, "/things/%GG", Malformed::Encoding)]
#[case::two_slashes("GET", API, "//things/1", Malformed::EmptySegment)]
#[case::two_slashes_inside("PUT", API, "/files//x", Malformed::EmptySegment)]
#[case::backslash("GET", API, "/things/a\\b", Malformed::Character)]
#[case::dots_behind_backslash("GET", API, "/things/..\\x", Malformed::Character)]
#[case::semicolon("GET", API, "/things/..;", Malformed::Character)]
#[case::matrix("GET", API, "/things;a=b/1", Malformed::Character)]
#[case::zero("GET", API, "/things/a\0", Malformed::Character)]
#[case::line_break("GET", API, "/things/a\r\nx: y", Malformed::Character)]
#[case::delete("GET", API, "/things/\u{7f}", Malformed::Character)]
#[case::blank("GET", API, "/things/a b", Malformed::Character)]
#[case::letter_beyond_ascii("GET", API, "/things/é", Malformed::Character)]
#[case::full_width_dots("GET", API, "/things/\u{ff0e}\u{ff0e}", Malformed::Character)]
#[case::query("GET", API, "/things/1?a=b", Malformed::Character)]
#[case::fragment("GET", API, "/things/1#a", Malformed::Character)]
#[case::no_slash("GET", API, "things/1", Malformed::Start)]
#[case::nothing("GET", API, "", Malformed::Start)]
#[case::address("GET", API, "https://evil.example/", Malformed::Start)]
#[case::small_method("get", API, "/things/1", Malformed::Method)]
#[case::mixed_method("Get", API, "/things/1", Malformed::Method)]
#[case::no_method("", API, "/things/1", Malformed::Method)]
#[case::blank_behind_method("GET ", API, "/things/1", Malformed::Method)]
#[case::large_host("GET", "API.tiny.example", "/things/1", Malformed::Host)]
#[case::dot_behind_host("GET", "api.tiny.example.", "/things/1", Malformed::Host)]
#[case::port("GET", "api.tiny.example:443", "/things/1", Malformed::Host)]
#[case::user("GET", "u@api.tiny.example", "/things/1", Malformed::Host)]
#[case::no_host("GET", "", "/things/1", Malformed::Host)]
#[case::loopback_6("GET", "[::1]", "/things/1", Malformed::Host)]
fn use_3_what_can_be_read_in_two_ways_is_refused(
    #[case] method: &str,
    #[case] host: &str,
    #[case] path: &str,
    #[case] malformed: Malformed,
) {
    let expected = Decision::Refused { would_allow: Vec::new(), malformed: Some(malformed) };
    assert_eq!(ask(&version_of(GOOD), &["look", "change"], method, host, path), expected);
}

#[rstest]
#[case::eu("eu", "eu.tiny.example", true)]
#[case::us_with_eu("eu", "us.tiny.example", false)]
#[case::large("EU", "eu.tiny.example", true)]
#[case::other_host("evil.example/", "evil.example", false)]
fn use_3_a_host_is_that_of_the_credential(#[case] region: &str, #[case] host: &str, #[case] allowed: bool) {
    let text = GOOD.replace(
        "kind = \"OAUTH2_CODE\"",
        "kind = \"OAUTH2_CODE\"\n[[versions.methods.fields]]\nname = \"region\"\nlabel = \"Region\"",
    );
    let text = text.replace("\"files.tiny.example\"", "\"{region}.tiny.example\"");
    let version = version_of(&text);
    let params = BTreeMap::from([("region".to_owned(), region.to_owned())]);
    let call = BrokerCall { method: "GET", host, path: "/files/a/raw", params: &params };
    let decision = decide(&version, &texts(&["change"]), &call);
    assert_eq!(decision == Decision::Allowed { module: "change".to_owned() }, allowed);
    let none = BTreeMap::new();
    let call = BrokerCall { params: &none, ..call };
    assert_eq!(decide(&version, &texts(&["change"]), &call), refused(&[]), "no value, no host");
}

/// The calls of the fixture once more, each as a judgement over the parts of a path.
fn second_opinion(consented: &[&str], method: &str, host: &str, path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@%".contains(&b))
            && !part.replace("%2e", ".").replace("%2E", ".").chars().all(|c| c == '.')
            && !["%2F", "%2f", "%5C", "%5c", "%25", "%00"].iter().any(|code| part.contains(code))
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let plain_all = path.starts_with('/') && parts.iter().all(|part| plain(part));
    let things = host == API && parts.len() == 2 && parts.first() == Some(&"things");
    let raw =
        host == FILES && parts.len() == 3 && parts.first() == Some(&"files") && parts.last() == Some(&"raw");
    let files = host == API && parts.len() >= 2 && parts.first() == Some(&"files");
    let look = things && method == "GET";
    let change = (things && (method == "GET" || method == "POST"))
        || (files && method == "PUT")
        || (raw && method == "GET");
    plain_all && ((look && consented.contains(&"look")) || (change && consented.contains(&"change")))
}

fn paths() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        select(vec![
            "things", "files", "raw", "", ".", "..", "%2e", "%2E%2E", "%2F", "a%5Cb", "%25", "a;b", "*"
        ])
        .prop_map(str::to_owned),
        "[a-z0-9]{1,4}",
        "[%.;/\\\\a-fA-F0-9é\\x00-\\x20]{0,6}",
    ];
    let start = select(vec!["/", "/things/", "/files/", "", "//"]);
    (start, prop::collection::vec(segment, 0..4))
        .prop_map(|(start, parts)| format!("{start}{}", parts.join("/")))
}

proptest! {
    #[test]
    fn use_3_nothing_outside_of_consented_patterns_is_allowed(
        consented in subsequence(vec!["look", "change", "gone"], 0..=3),
        method in prop_oneof![
            select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "get", "TRACE"]).prop_map(str::to_owned),
            "[A-Za-z ]{0,5}",
        ],
        host in prop_oneof![
            select(vec![API, FILES, "evil.example", "API.tiny.example", "tiny.example"]).prop_map(str::to_owned),
            "[a-z.:@]{0,12}",
        ],
        path in paths(),
    ) {
        let version = version_of(GOOD);
        match ask(&version, &consented, &method, &host, &path) {
            Decision::Allowed { module } => {
                prop_assert!(consented.contains(&module.as_str()), "{} was not consented to", module);
                prop_assert!(second_opinion(&[module.as_str()], &method, &host, &path));
            }
            Decision::Refused { would_allow, malformed: None } => {
                prop_assert!(!second_opinion(&consented, &method, &host, &path));
                for module in would_allow {
                    prop_assert!(second_opinion(&[module.as_str()], &method, &host, &path));
                }
            }
            Decision::Refused { would_allow, malformed: Some(_) } => prop_assert!(would_allow.is_empty()),
        }
    }
}

#[rstest]
#[case::of_an_origin("https://api.tiny.example", None, "/files/*", "/files/*")]
#[case::of_a_path("https://api.tiny.example/v2/x/", None, "/v2/x/files/**", "/files/**")]
#[case::of_a_placeholder("https://api.tiny.example/{tenant}", None, "/*/files", "/files")]
#[case::of_the_path_alone("https://api.tiny.example/v2", None, "/v2", "")]
#[case::of_another_host("https://api.tiny.example/v2", Some("up.tiny.example"), "/v2/files", "/v2/files")]
fn use_2_callers_are_told_the_path_behind_the_address(
    #[case] base: &str,
    #[case] host: Option<&str>,
    #[case] path: &str,
    #[case] told: &str,
) {
    let mut version = version_of(GOOD);
    version.base_url = Some(Template::parse(base).expect("a template"));
    let host = host.map(|host| Template::parse(host).expect("a template"));
    let call = Call { methods: vec!["GET".to_owned()], host, path: path.to_owned() };
    assert_eq!(call.path_behind(&version), told);
}
