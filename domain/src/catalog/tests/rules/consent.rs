//! From modules to scopes, and from granted scopes back to modules.

use rstest::rstest;

use super::{GOOD, texts, version_of};
use crate::catalog::{Effect, modules_not_covered, scopes_for};
use crate::language::Language;

#[rstest]
#[case::nothing("oauth", &[], &["who:"])]
#[case::one("oauth", &["look"], &["who:", "read: look"])]
#[case::each_scope_once("oauth", &["look", "change"],
    &["who:", "read: look change", "write: change"])]
#[case::in_catalog_order("oauth", &["change", "look"],
    &["who:", "read: look change", "write: change"])]
#[case::own_list_of_the_method("token", &["look"], &[])]
#[case::common_list("token", &["change"], &["write: change", "read: change"])]
#[case::left_the_catalog("oauth", &["gone", "look"], &["who:", "read: look"])]
fn req_5_modules_lead_to_scopes(#[case] method: &str, #[case] modules: &[&str], #[case] expected: &[&str]) {
    let version = version_of(GOOD);
    let method = version.method(method).expect("a method");
    let needed = scopes_for(&version, method, &texts(modules));
    let needed: Vec<String> =
        needed.iter().map(|need| format!("{}: {}", need.scope, need.modules.join(" "))).collect();
    let needed: Vec<&str> = needed.iter().map(|need| need.trim_end()).collect();
    assert_eq!(needed, expected);
}

#[test]
fn req_5_scopes_come_in_plain_words_and_with_their_strongest_effect() {
    let version = version_of(GOOD);
    let method = version.method("oauth").expect("a method");
    let needed = scopes_for(&version, method, &texts(&["change"]));
    let words: Vec<_> =
        needed.iter().map(|need| (need.words.in_language(Language::En), need.effect)).collect();
    let expected = [
        ("Know who you are", Effect::Read),
        ("Change your things", Effect::Write),
        ("See your things", Effect::Read),
    ];
    assert_eq!(words, expected);
}

#[rstest]
#[case::all_granted("oauth", &["look", "change"], &["read", "write"], &[])]
#[case::nothing_granted("oauth", &["look", "change"], &[], &["look", "change"])]
#[case::a_part_missing("oauth", &["look", "change"], &["read"], &["change"])]
#[case::implied("oauth", &["look", "change"], &["write"], &[])]
#[case::implied_in_two_steps("oauth", &["look", "change"], &["all"], &[])]
#[case::not_implied_backwards("oauth", &["change"], &["read", "who"], &["change"])]
#[case::unknown_scope("oauth", &["look"], &["reading"], &["look"])]
#[case::case_matters("oauth", &["look"], &["READ"], &["look"])]
#[case::needs_none("token", &["look"], &[], &[])]
#[case::in_catalog_order("oauth", &["change", "look"], &[], &["look", "change"])]
#[case::gone_comes_last("oauth", &["gone", "look"], &["who"], &["look", "gone"])]
#[case::no_grant_covers_what_is_gone("oauth", &["gone"], &["all"], &["gone"])]
#[case::not_asked_for("oauth", &["look"], &["read"], &[])]
fn rec_4_granted_scopes_lead_back_to_modules(
    #[case] method: &str,
    #[case] modules: &[&str],
    #[case] granted: &[&str],
    #[case] expected: &[&str],
) {
    let version = version_of(GOOD);
    let method = version.method(method).expect("a method");
    let uncovered = modules_not_covered(&version, method, &texts(modules), &texts(granted));
    assert_eq!(uncovered, texts(expected));
}

#[test]
fn rec_4_scopes_that_imply_each_other_come_to_an_end() {
    let text =
        GOOD.replacen("effect = \"READ\"\n\n", "effect = \"READ\"\nimplies = [\"all\", \"read\"]\n\n", 1);
    let version = version_of(&text);
    let method = version.method("oauth").expect("a method");
    assert_eq!(modules_not_covered(&version, method, &texts(&["change"]), &texts(&["read"])), texts(&[]));
}
