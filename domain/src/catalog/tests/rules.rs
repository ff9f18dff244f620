//! The rules of catalog files, of scopes and of the firewall, on the shipped files and on small ones.

use std::collections::BTreeMap;

use rstest::rstest;

use crate::catalog::*;
use crate::credential::Kind;

mod broker;
mod consent;
mod methods;
mod overrides;
mod problems;
mod shipped;
mod values;

/// The files that Consentry ships.
const SHIPPED: [(&str, &str); 16] = [
    ("airtable.toml", include_str!("../../../../catalog/airtable.toml")),
    ("email.toml", include_str!("../../../../catalog/email.toml")),
    ("entra.toml", include_str!("../../../../catalog/entra.toml")),
    ("github.toml", include_str!("../../../../catalog/github.toml")),
    ("gmail.toml", include_str!("../../../../catalog/gmail.toml")),
    ("google_calendar.toml", include_str!("../../../../catalog/google_calendar.toml")),
    ("google_sheets.toml", include_str!("../../../../catalog/google_sheets.toml")),
    ("hubspot.toml", include_str!("../../../../catalog/hubspot.toml")),
    ("jira.toml", include_str!("../../../../catalog/jira.toml")),
    ("mailchimp.toml", include_str!("../../../../catalog/mailchimp.toml")),
    ("notion.toml", include_str!("../../../../catalog/notion.toml")),
    ("openai.toml", include_str!("../../../../catalog/openai.toml")),
    ("salesforce.toml", include_str!("../../../../catalog/salesforce.toml")),
    ("sandbox.toml", include_str!("../../../../catalog/sandbox.toml")),
    ("slack.toml", include_str!("../../../../catalog/slack.toml")),
    ("stripe.toml", include_str!("../../../../catalog/stripe.toml")),
];

/// A right file with an OAuth method, a key method, and a module of three calls.
const GOOD: &str = include_str!("rules/good.toml");

fn with_sandbox(url: &str, allow_loopback: bool) -> Options {
    Options { variables: BTreeMap::from([("sandbox_url".to_owned(), url.to_owned())]), allow_loopback }
}

/// The only version of a file that must be right.
fn version_of(text: &str) -> AppVersion {
    let catalog = Catalog::parse([("app.toml", text)], &Options::default()).expect("a right file");
    let app = catalog.iter().next().expect("one app");
    app.versions.first().expect("one version").clone()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[rstest]
#[case::demo(with_sandbox("http://127.0.0.1:7000", true), true)]
#[case::demo_by_name(with_sandbox("http://localhost:7000", true), true)]
#[case::public_sandbox(with_sandbox("https://sandbox.example", false), true)]
#[case::without_sandbox(Options::default(), false)]
fn the_shipped_files_are_right(#[case] options: Options, #[case] sandbox: bool) {
    let catalog = Catalog::parse(SHIPPED, &options).map_err(|problems| shown(&problems));
    let catalog = catalog.expect("no problem");
    assert_eq!(catalog.len(), SHIPPED.len() - usize::from(!sandbox));
    assert_eq!(catalog.app("sandbox").is_some(), sandbox);
    let names: Vec<String> = catalog.iter().map(|app| app.name.to_lowercase()).collect();
    assert!(names.is_sorted(), "apps come by name: {names:?}");
    for version in catalog.iter().flat_map(|app| &app.versions) {
        assert!(!version.methods.is_empty() && !version.modules.is_empty());
        for method in version.methods.iter().filter(|method| method.kind != Kind::OAuth2Code) {
            assert!(method.probe.is_some(), "rec_2: {} is tested before it is accepted", method.id);
        }
    }
}

#[test]
fn sec_2_a_sandbox_on_plain_http_needs_the_leave_for_loopback() {
    let sandbox = SHIPPED.into_iter().filter(|(file, _)| *file == "sandbox.toml");
    let options = with_sandbox("http://127.0.0.1:7000", false);
    let problems = Catalog::parse(sandbox, &options).expect_err("plain http is closed");
    assert!(!problems.is_empty());
    for problem in &problems {
        assert_eq!(problem.message, "plain http to loopback is for development (ALLOW_LOOPBACK_PROVIDERS)");
    }
}

#[test]
fn a_later_file_replaces_an_app_whole() {
    let later = GOOD.replace("name = \"Tiny\"", "name = \"Other\"").replace("id = \"v1\"", "id = \"v2\"");
    let catalog = Catalog::parse([("a.toml", GOOD), ("b.toml", &later)], &Options::default())
        .expect("both files are right");
    assert_eq!(catalog.len(), 1);
    assert_eq!(catalog.app("tiny").map(|app| app.name.as_str()), Some("Other"));
    assert_eq!(catalog.version("tiny", "v1"), None);
    assert!(catalog.version("tiny", "v2").is_some());
}

#[test]
fn a_wrong_file_that_is_replaced_later_is_still_reported() {
    let wrong = GOOD.replace("help = \"An app.\"", "");
    let problems = Catalog::parse([("a.toml", wrong.as_str()), ("b.toml", GOOD)], &Options::default()).err();
    let problems = problems.expect("the first file lacks its help");
    assert_eq!(shown(&problems), ["a.toml:1: help: is missing"]);
}

#[rstest]
#[case::first_line("${nothing}\n", 1)]
#[case::in_text("id = \"a\"\nname = \"${nothing}\"\n", 2)]
#[case::begins_a_line("id = \"a\"\n\n${nothing}\n", 3)]
#[case::unclosed("id = \"a\"\nname = \"${sandbox_url\n", 2)]
#[case::other_case("\nid = \"${SANDBOX_URL}\"\n", 2)]
fn an_unknown_variable_is_named_with_its_line(#[case] text: &str, #[case] line: usize) {
    let problems = Catalog::parse([("a.toml", text)], &with_sandbox("https://s.example", false));
    let problems = shown(&problems.expect_err("an unknown variable"));
    assert_eq!(problems, [format!("a.toml:{line}: unknown variable; known is sandbox_url")]);
}

#[rstest]
#[case("https://s.example\"\nid = \"x")]
#[case("https://s.example/{key}")]
#[case("https://s.example\\n")]
fn a_value_that_could_end_its_text_is_taken_for_none(#[case] value: &str) {
    let catalog = Catalog::parse(SHIPPED, &with_sandbox(value, true)).expect("the file is left out");
    assert!(catalog.app("sandbox").is_none());
}
