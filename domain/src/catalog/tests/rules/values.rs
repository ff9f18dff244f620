//! What recipients type, and what becomes of it: checks of fields, and the sealed form of secrets.

use std::collections::BTreeMap;

use rstest::rstest;

use super::{GOOD, version_of};
use crate::catalog::{Field, FieldKind, FieldProblem, Placed, Text, place};
use crate::credential::{BadSecret, Kind, OwnClient, Secret, SecretText};

fn field(kind: FieldKind) -> Field {
    Field {
        name: "f".to_owned(),
        label: Text::of("F"),
        help: Text::default(),
        help_url: None,
        kind,
        secret: false,
        required: true,
        default: None,
        example: None,
        min_length: 0,
        max_length: 64,
        characters: None,
        prefix: None,
    }
}

#[rstest]
#[case(FieldKind::Text, "a\tb", Some(FieldProblem::Characters))]
#[case(FieldKind::Text, "a\nb", Some(FieldProblem::Characters))]
#[case(FieldKind::Text, "a\0", Some(FieldProblem::Characters))]
#[case(FieldKind::Multiline, "a\nb", None)]
#[case(FieldKind::Multiline, "a\0b", Some(FieldProblem::Characters))]
#[case(FieldKind::Email, "a@b.example", None)]
#[case(FieldKind::Email, "a b@c.example", Some(FieldProblem::Form))]
#[case(FieldKind::Email, "@b.example", Some(FieldProblem::Form))]
#[case(FieldKind::Email, "b.example", Some(FieldProblem::Form))]
#[case(FieldKind::Url, "https://a.example/b?c=d", None)]
#[case(FieldKind::Url, "http://a.example", Some(FieldProblem::Form))]
#[case(FieldKind::Url, "javascript:alert(1)", Some(FieldProblem::Form))]
#[case(FieldKind::Url, "https://u:p@a.example", Some(FieldProblem::Form))]
#[case(FieldKind::Host, "a-b.example", None)]
#[case(FieldKind::Host, "-a.example", Some(FieldProblem::Form))]
#[case(FieldKind::Host, "a..example", Some(FieldProblem::Form))]
#[case(FieldKind::Host, "a.example/x", Some(FieldProblem::Form))]
#[case(FieldKind::Host, "u@a.example", Some(FieldProblem::Form))]
#[case(FieldKind::Port, "1", None)]
#[case(FieldKind::Port, "65535", None)]
#[case(FieldKind::Port, "0", Some(FieldProblem::Form))]
#[case(FieldKind::Port, "0993", Some(FieldProblem::Form))]
#[case(FieldKind::Port, "65536", Some(FieldProblem::Form))]
#[case(FieldKind::Port, "-1", Some(FieldProblem::Form))]
fn rec_2_values_have_the_form_of_their_field(
    #[case] kind: FieldKind,
    #[case] value: &str,
    #[case] problem: Option<FieldProblem>,
) {
    assert_eq!(field(kind).check(value).err(), problem);
}

#[rstest]
#[case::required(Field { ..field(FieldKind::Text) }, "", Some(FieldProblem::Required))]
#[case::optional(Field { required: false, ..field(FieldKind::Text) }, "", None)]
#[case::default(Field { default: Some("d".to_owned()), ..field(FieldKind::Text) }, "", None)]
#[case::optional_is_not_too_short(Field { required: false, min_length: 3, ..field(FieldKind::Text) }, "", None)]
#[case::just_long_enough(Field { min_length: 3, ..field(FieldKind::Text) }, "äöü", None)]
#[case::too_short(Field { min_length: 4, ..field(FieldKind::Text) }, "äöü", Some(FieldProblem::TooShort))]
#[case::just_short_enough(Field { max_length: 3, ..field(FieldKind::Text) }, "äöü", None)]
#[case::too_long(Field { max_length: 2, ..field(FieldKind::Text) }, "äöü", Some(FieldProblem::TooLong))]
#[case::class(Field { characters: Some("a-f0-9".to_owned()), ..field(FieldKind::Text) }, "c0ffee", None)]
#[case::outside(Field { characters: Some("a-f0-9".to_owned()), ..field(FieldKind::Text) }, "cafg",
    Some(FieldProblem::Characters))]
#[case::prefix(Field { prefix: Some("sk-".to_owned()), ..field(FieldKind::Text) }, "sk-1", None)]
#[case::other_prefix(Field { prefix: Some("sk-".to_owned()), ..field(FieldKind::Text) }, "pk-1",
    Some(FieldProblem::Prefix))]
fn rec_2_lengths_characters_and_prefixes_are_checked(
    #[case] field: Field,
    #[case] value: &str,
    #[case] problem: Option<FieldProblem>,
) {
    assert_eq!(field.check(value).err(), problem);
}

fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, SecretText> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), SecretText::from(*value))).collect()
}

#[test]
fn req_10_every_problem_of_a_form_comes_at_once() {
    let version = version_of(GOOD);
    let method = version.method("token").expect("a method");
    let problems = method.check_fields(&typed(&[("key", "pk-1"), ("region", "E1"), ("zone", "x")]));
    let expected = [
        ("key".to_owned(), FieldProblem::Prefix),
        ("region".to_owned(), FieldProblem::Characters),
        ("zone".to_owned(), FieldProblem::Unknown),
    ];
    assert_eq!(problems, expected);
    assert_eq!(method.check_fields(&typed(&[])), [("key".to_owned(), FieldProblem::Required)]);
    assert_eq!(method.check_fields(&typed(&[("key", "sk-1"), ("region", "")])), []);
}

#[test]
fn rec_2_defaults_stand_in_for_what_is_left_empty() {
    let version = version_of(GOOD);
    let method = version.method("token").expect("a method");
    let full = method.with_defaults(&typed(&[("key", "sk-1"), ("region", ""), ("zone", "x")]));
    assert_eq!(full, typed(&[("key", "sk-1"), ("region", "eu")]));
}

fn secrets() -> Vec<Secret> {
    let params = || BTreeMap::from([("region".to_owned(), "eu".to_owned())]);
    vec![
        Secret::OAuth2Code {
            access_token: "at \"é\"".into(),
            refresh_token: Some("rt".into()),
            token_type: "Bearer".to_owned(),
            client: Some(OwnClient { id: "id".to_owned(), secret: Some("cs".into()) }),
            params: params(),
        },
        Secret::ClientCredentials {
            client_id: "id".to_owned(),
            client_secret: "cs".into(),
            access_token: Some("at".into()),
            params: params(),
        },
        Secret::ApiKey { key: "sk-\u{1f511}".into(), params: params() },
        Secret::Basic { username: "ana".to_owned(), password: "p:w".into(), params: params() },
        Secret::Fields(typed(&[("host", "mail.example"), ("password", "line\nline")])),
    ]
}

#[test]
fn use_4_each_kind_survives_the_vault() {
    assert_eq!(secrets().iter().map(Secret::kind).collect::<Vec<_>>(), Kind::ALL);
    for secret in secrets() {
        let bytes = secret.to_bytes();
        let back = Secret::from_bytes(&bytes).expect("what was written can be read");
        assert_eq!(back.kind(), secret.kind());
        assert_eq!(back.values(), secret.values());
        assert_eq!(back.params(), secret.params());
        assert_eq!(back.can_refresh(), secret.can_refresh());
        assert_eq!(*back.to_bytes(), *bytes, "the same bytes again");
    }
}

#[rstest]
#[case::later_format("\"v\":1", "\"v\":2", BadSecret::Format(2))]
#[case::no_format("\"v\":1,", "", BadSecret::Unreadable)]
#[case::unknown_kind("API_KEY", "PASSKEY", BadSecret::Unreadable)]
#[case::unknown_member("\"v\":1", "\"v\":1,\"w\":1", BadSecret::Unreadable)]
#[case::other_kind("API_KEY", "BASIC", BadSecret::Missing("username"))]
#[case::no_json("{", "", BadSecret::Unreadable)]
fn use_4_an_unknown_format_is_refused_without_its_content(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: BadSecret,
) {
    let secret = Secret::ApiKey { key: "hunter2".into(), params: BTreeMap::new() };
    let written = String::from_utf8(secret.to_bytes().to_vec()).expect("JSON");
    assert!(written.contains(from));
    let error = Secret::from_bytes(written.replacen(from, to, 1).as_bytes()).err();
    assert_eq!(error, Some(expected));
    assert!(!error.map(|error| format!("{error:?} {error}")).unwrap_or_default().contains("hunter2"));
}

#[test]
fn use_4_debug_of_secret_text_hides_it() {
    let hidden = SecretText::from("hunter2");
    assert_eq!(
        format!("{hidden:?} {:#?} {:?}", Some(&hidden), typed(&[("key", "hunter2")])).find("hunter2"),
        None
    );
    assert_eq!(hidden.expose(), "hunter2");
}

#[test]
fn use_4_a_header_with_a_line_break_is_never_made() {
    let version = version_of(GOOD);
    let method = version.method("token").expect("a method");
    let secret = |key: &str| Secret::ApiKey { key: key.into(), params: BTreeMap::new() };
    let error = place(method, &secret("hunter2\r\nx: y")).err().expect("a line break");
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    let placed = place(method, &secret("sk-1")).expect("a header");
    assert!(matches!(placed.as_slice(), [Placed::Header("x-key", value)] if value.as_str() == "sk-1"));
}
