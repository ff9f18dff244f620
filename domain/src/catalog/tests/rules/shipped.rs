//! What the shipped apps hold: enough of them, each whole, and none wider than it says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rstest::rstest;
use url::Url;

use super::{SHIPPED, texts};
use crate::catalog::{App, AppVersion, BrokerCall, Catalog, Decision, Options, Text, decide};
use crate::credential::Kind;
use crate::language::Language;

/// The apps that people use, without the demo's own.
fn shipped() -> Catalog {
    Catalog::parse(SHIPPED, &Options::default()).expect("the shipped files are right")
}

fn ids(catalog: &Catalog, wanted: impl Fn(&App) -> bool) -> Vec<&str> {
    catalog.iter().filter(|app| wanted(app)).map(|app| app.id.as_str()).collect()
}

#[test]
fn every_file_of_the_folder_is_shipped_and_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of the catalog")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    let tested: BTreeSet<String> = SHIPPED.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(files, tested);
}

#[test]
fn at_least_fifteen_apps_are_shipped_besides_the_sandbox() {
    let catalog = shipped();
    let ids = ids(&catalog, |app| app.id != "sandbox");
    assert!(ids.len() >= 15, "{ids:?}");
}

#[test]
fn at_least_two_apps_have_several_versions_and_two_several_methods() {
    let catalog = shipped();
    let versions = ids(&catalog, |app| app.versions.len() > 1);
    assert!(versions.len() >= 2, "{versions:?}");
    let methods = ids(&catalog, |app| app.versions.iter().all(|version| version.methods.len() > 1));
    assert!(methods.len() >= 2, "{methods:?}");
}

/// Every text of an app that has a translation, with where it stands.
fn texts_of(app: &App) -> Vec<(String, &Text)> {
    let mut texts = vec![(format!("{}: help", app.id), &app.help)];
    for version in &app.versions {
        let at = |what: &str| format!("{} {}: {what}", app.id, version.id);
        texts.extend(version.scopes.iter().map(|scope| (at(&scope.scope), &scope.words)));
        for method in &version.methods {
            texts.extend([(at(&method.id), &method.label), (at(&method.id), &method.help)]);
            let fields = method.fields.iter();
            texts.extend(
                fields.flat_map(|field| [(at(&field.name), &field.label), (at(&field.name), &field.help)]),
            );
        }
        let modules = version.modules.iter();
        texts.extend(modules.flat_map(|m| [(at(&m.id), &m.name), (at(&m.id), &m.description)]));
    }
    texts
}

#[test]
fn rec_1_every_text_is_there_in_german_too() {
    let options = Options {
        variables: BTreeMap::from([("sandbox_url".to_owned(), "https://sandbox.example".to_owned())]),
        ..Options::default()
    };
    let catalog = Catalog::parse(SHIPPED, &options).expect("the shipped files are right");
    let texts: Vec<_> = catalog.iter().flat_map(|app| texts_of(app)).collect();
    assert!(texts.len() > 400, "{}", texts.len());
    for (at, text) in &texts {
        assert!(text.has(Language::De), "{at}: {}", text.in_language(Language::En));
        let (english, german) = (text.in_language(Language::En), text.in_language(Language::De));
        let end = |text: &str| text.chars().last().filter(|last| !last.is_alphanumeric());
        assert_eq!(
            end(english) == Some('.'),
            end(german) == Some('.'),
            "{at}: a sentence, or none: {german}"
        );
    }
}

#[test]
fn use_3_every_module_has_calls_where_there_is_something_to_call() {
    for app in shipped().iter() {
        for version in &app.versions {
            // Without an address there is nothing that the broker could pass on: a mailbox.
            assert!(version.base_url.is_some() || app.id == "email", "{} is called over HTTP", app.id);
            for module in version.modules.iter().filter(|_| version.base_url.is_some()) {
                assert!(!module.calls.is_empty(), "{}: {}", app.id, module.id);
            }
        }
    }
}

#[test]
fn sec_3_every_module_needs_scopes_by_oauth_where_the_app_has_any() {
    let mut without_any = BTreeSet::new();
    let catalog = shipped();
    for app in catalog.iter() {
        for version in &app.versions {
            for method in version.methods.iter().filter(|method| method.kind == Kind::OAuth2Code) {
                if version.scopes.is_empty() {
                    without_any.insert(app.id.as_str());
                    continue;
                }
                for module in &version.modules {
                    let scopes = module.scopes_for(&method.id);
                    assert!(!scopes.is_empty(), "{}: {} by {}", app.id, module.id, method.id);
                }
            }
        }
    }
    // These two have no scopes at all, which is theirs to change. Another app that loses them shows up here.
    assert_eq!(without_any, BTreeSet::from(["mailchimp", "notion"]));
}

/// Every address that depends on what somebody types ends in a domain of the provider.
#[test]
fn sec_2_no_field_leads_a_call_to_another_domain() {
    const TYPED: [&str; 9] = [
        "evil.example",
        "evil.example/",
        "evil.example/x",
        "evil.example#",
        "evil.example?",
        "evil.example:443",
        "a@evil.example",
        "evil.example\\",
        "evil%2Eexample",
    ];
    for app in shipped().iter() {
        for version in &app.versions {
            let Some(base) = &version.base_url else { continue };
            let fields: BTreeSet<&str> = base.placeholders().collect();
            if fields.is_empty() {
                continue;
            }
            let behind = base.as_str().rsplit('}').next().expect("text behind the last field");
            assert!(behind.starts_with('.') && behind.matches('.').count() >= 2, "{}: {behind}", app.id);
            for value in TYPED {
                let values = fields.iter().map(|field| (*field, value)).collect::<BTreeMap<_, _>>();
                let Ok(filled) = base.fill_url(&values) else { continue };
                let url = Url::parse(&filled).expect("an address");
                let host = url.host_str().expect("a host");
                assert!(host.ends_with(behind), "{}: {value} leads to {host}", app.id);
            }
        }
    }
}

#[rstest]
#[case::data_center("mailchimp", "v3", "data_center", "us21", true)]
#[case::data_center_with_a_dot("mailchimp", "v3", "data_center", "evil.us21", false)]
#[case::domain("salesforce", "v67_0", "domain", "harborbakery", true)]
#[case::sandbox_of_a_domain("salesforce", "v67_0", "domain", "harborbakery--test.sandbox", true)]
#[case::domain_with_a_path("salesforce", "v67_0", "domain", "evil.example/", false)]
#[case::domain_with_a_user("salesforce", "v62_0", "domain", "a@evil.example", false)]
#[case::tenant_with_a_path("entra", "v1", "tenant", "contoso/evil", false)]
#[case::cloud_id("jira", "v3", "cloud_id", "11223344-a1b2-3b33-c444-def123456789", true)]
#[case::cloud_id_with_a_path("jira", "v2", "cloud_id", "11223344-a1b2-3b33-c444/../../../me", false)]
fn sec_2_fields_of_addresses_are_narrow(
    #[case] app: &str,
    #[case] version: &str,
    #[case] field: &str,
    #[case] value: &str,
    #[case] possible: bool,
) {
    let catalog = shipped();
    let version = catalog.version(app, version).expect("a version");
    let fields: Vec<_> = version.methods.iter().filter_map(|method| method.field(field)).collect();
    assert!(!fields.is_empty(), "somebody fills {field} in");
    for field in fields {
        assert_eq!(field.check(value).is_ok(), possible);
    }
}

/// What fills the addresses of accounts that have one of their own.
fn account() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("data_center".to_owned(), "us21".to_owned()),
        ("domain".to_owned(), "harborbakery".to_owned()),
    ])
}

/// What the broker would say with this module alone.
fn ask(version: &AppVersion, module: &str, method: &str, path: &str) -> Decision {
    let params = account();
    let values = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let base = version.base_url.as_ref().expect("an address").fill_url(&values).expect("filled");
    let base = Url::parse(&base).expect("an address");
    let host = base.host_str().expect("a host");
    decide(version, &texts(&[module]), &BrokerCall { method, host, path, params: &params })
}

#[test]
fn use_3_every_module_allows_its_own_calls() {
    for app in shipped().iter() {
        for version in app.versions.iter().filter(|version| version.base_url.is_some()) {
            for module in &version.modules {
                for call in &module.calls {
                    let path = call.path.replace("**", "x").replace('*', "x");
                    for method in &call.methods {
                        let allowed = Decision::Allowed { module: module.id.clone() };
                        assert_eq!(ask(version, &module.id, method, &path), allowed, "{}: {path}", app.id);
                    }
                }
            }
        }
    }
}

/// Calls close to what a module allows, by version and module.
#[rstest]
#[case::no_draft_is_sent("gmail", "v1", "write_draft", "POST", "/gmail/v1/users/me/drafts/send")]
#[case::no_message_is_gone("gmail", "v1", "trash_message", "DELETE", "/gmail/v1/users/me/messages/1")]
#[case::no_other_mailbox("gmail", "v1", "search_messages", "GET", "/gmail/v1/users/ana@x.example/messages")]
#[case::reading_changes_nothing("google_sheets", "v4", "get_rows", "POST", "/v4/spreadsheets/1:batchUpdate")]
#[case::an_update_clears_nothing(
    "google_sheets",
    "v4",
    "update_rows",
    "POST",
    "/v4/spreadsheets/1/values/A1:clear"
)]
#[case::no_event_is_deleted(
    "google_calendar",
    "v3",
    "write_event",
    "DELETE",
    "/calendar/v3/calendars/primary/events/1"
)]
#[case::no_base_is_deleted("airtable", "v0", "delete_records", "DELETE", "/v0/meta/bases/app1")]
#[case::posting_deletes_nothing("slack", "web", "post_message", "POST", "/api/chat.delete")]
#[case::no_customer_is_deleted("stripe", "v1", "write_customer", "DELETE", "/v1/customers/cus_1")]
#[case::no_charge_is_made("stripe", "v1", "refund_payment", "POST", "/v1/charges")]
#[case::not_for_good(
    "mailchimp",
    "v3",
    "archive_member",
    "POST",
    "/3.0/lists/1/members/2/actions/delete-permanent"
)]
#[case::no_permission_is_given(
    "salesforce",
    "v67_0",
    "write_record",
    "POST",
    "/services/data/v67.0/sobjects/PermissionSetAssignment"
)]
#[case::no_other_version(
    "salesforce",
    "v62_0",
    "get_record",
    "GET",
    "/services/data/v67.0/sobjects/Contact/003"
)]
#[case::no_issue_is_deleted("jira", "v3", "write_issue", "DELETE", "/ex/jira/1/rest/api/3/issue/A-1")]
#[case::no_other_product("jira", "v3", "get_issues", "GET", "/ex/confluence/1/rest/api/3/issue/A-1")]
#[case::no_part_is_deleted("notion", "v2026_03_11", "update_page", "DELETE", "/v1/blocks/1")]
#[case::databases_of_the_new_version(
    "notion",
    "v2026_03_11",
    "query_database",
    "POST",
    "/v1/databases/1/query"
)]
fn use_3_a_module_goes_no_further_than_it_says(
    #[case] app: &str,
    #[case] version: &str,
    #[case] module: &str,
    #[case] method: &str,
    #[case] path: &str,
) {
    let catalog = shipped();
    let version = catalog.version(app, version).expect("a version");
    assert!(version.module(module).is_some(), "there is a module {module}");
    match ask(version, module, method, path) {
        Decision::Refused { malformed: None, .. } => {}
        other => panic!("{module} must not allow {method} {path}: {other:?}"),
    }
}
