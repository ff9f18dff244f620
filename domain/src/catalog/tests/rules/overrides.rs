//! USE-3: names that stand in for the method, however they are written.

use proptest::prelude::*;
use rstest::rstest;

use crate::catalog::overrides::{HEADER, NAME};
use crate::catalog::{BodyNames, is_override, pairs};

/// Whether a name is found, the same for pieces of any size.
fn is_found(names: fn() -> BodyNames, body: &str) -> bool {
    let by_size = [1, 2, 7, body.len().max(1)].map(|size| {
        let mut names = names();
        body.as_bytes().chunks(size).any(|piece| names.has_override(piece))
    });
    assert!(by_size.iter().all(|found| *found == by_size[0]), "{by_size:?}");
    by_size[0]
}

#[rstest]
#[case::plain(r#"{"_method":"DELETE"}"#, true)]
#[case::behind_others("\u{feff} {\n\"a\": [{}, \"}\"], \"_METHOD\" \t: 1}", true)]
#[case::escaped(r#"{"a":"\\","\u005fm\u0065thod":"DELETE"}"#, true)]
#[case::behind_a_quote(r#"{"a":"\"","x-http-method-override":"DELETE"}"#, true)]
#[case::in_a_second_object(r#"{"a":1}{"_method":"DELETE"}"#, true)]
#[case::behind_depth(&format!(r#"{{"a":{}{},"_method":1}}"#, "[".repeat(3000), "]".repeat(3000)), true)]
#[case::wide_letters("{\0\"\0_\0m\0e\0t\0h\0o\0d\0\"\0:\0}\0", true)]
#[case::as_a_value(r#"{"a":"_method","b":{"_method":"DELETE"},"c":"\"_method\":"}"#, false)]
#[case::in_a_list(r#"["_method",{"_method":1}]"#, false)]
#[case::other_names(r#"{"method":"DELETE","http_method":"DELETE","_methods":1}"#, false)]
#[case::the_end_of_a_long_name(&format!(r#"{{"{}_method":1}}"#, "x".repeat(NAME)), false)]
#[case::not_json("not JSON", false)]
fn use_3_names_of_json_are_found(#[case] body: &str, #[case] found: bool) {
    assert_eq!(is_found(BodyNames::of_json, body), found);
}

#[rstest]
#[case::plain("Content-Disposition: form-data; name=\"_method\"", true)]
#[case::behind_a_file("content-disposition:form-data;filename=\"a;b\"; NAME = _METHOD", true)]
#[case::over_two_lines(
    "Content-Type: text/plain\nContent-Disposition: form-data;\r\n\tname=\".method\"",
    true
)]
#[case::by_percent_signs("Content-Disposition: form-data; name*=UTF-8''%5fmethod", true)]
#[case::in_pieces("Content-Disposition: form-data; name*0=\"_me\"; name*1=\"thod\"", true)]
#[case::behind_a_backslash("Content-Disposition: form-data; name=\"\\_method\"", true)]
#[case::behind_a_long_header(
    &format!("Content-Disposition: form-data; a={}; name=\"_method\"", "x".repeat(HEADER)),
    true
)]
#[case::behind_a_lone_return("a: b\rContent-Disposition: form-data; name=_method", true)]
#[case::behind_a_space(" Content-Disposition: form-data; name=_method", true)]
#[case::as_a_file("Content-Disposition: form-data; name=\"file\"; filename=\"_method\"", false)]
#[case::behind_the_headers("Content-Disposition: form-data; name=a\n\n x; name=_method", false)]
#[case::other_header("X-Disposition: form-data; name=\"_method\"", false)]
fn use_3_names_of_parts_are_found(#[case] header: &str, #[case] found: bool) {
    let body = format!("--b\r\n{header}\r\n\r\nDELETE\r\n--b--\r\n");
    assert_eq!(is_found(BodyNames::of_parts, &body), found);
}

#[rstest]
#[case::second("a=1&_method=DELETE", true)]
#[case::by_percent_signs("%5fmethod=DELETE", true)]
#[case::as_php_reads_it("a=1;[method=DELETE", true)]
#[case::with_an_end_within("_method%00x=DELETE", true)]
#[case::as_a_value("a=_method=DELETE&method=delete", false)]
#[case::without_a_value("_method", false)]
fn use_3_names_of_forms_are_found(#[case] body: &str, #[case] found: bool) {
    assert_eq!(is_found(BodyNames::of_form, body), found);
}

#[rstest]
#[case::its_own_name("_method", "", true)]
#[case::a_method("Method", " delete ", true)]
#[case::of_something_else("method", "card", false)]
#[case::of_odata("$httpMethod", "DELETE", true)]
#[case::as_php_reads_it(" method", "DELETE", true)]
#[case::other("methods", "DELETE", false)]
fn use_3_a_parameter_stands_in_for_the_method(#[case] name: &str, #[case] value: &str, #[case] does: bool) {
    assert_eq!(is_override(name, value), does);
}

#[rstest]
#[case::as_it_should_be("a=1&_method=DELETE", &["a=1", "_method=DELETE"])]
#[case::behind_a_semicolon("a=1;%5Fmethod=DELETE;b", &["a=1", "_method=DELETE", "b="])]
#[case::with_an_encoded_one("a=1%3B_method=x", &["a=1;_method=x"])]
fn use_3_parameters_are_parted_as_the_most_lenient_server_does(#[case] text: &str, #[case] parts: &[&str]) {
    let found: Vec<String> = pairs(text.as_bytes()).map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(found, parts);
}

proptest! {
    /// What a parser of JSON that was not written here finds in the outermost object is found while it passes, and
    /// nothing else.
    #[test]
    fn use_3_a_parser_finds_no_other_names(body in json(), cut in 1_usize..9) {
        let named = |value: &serde_json::Value| {
            value.as_object().is_some_and(|members| members.contains_key("_method"))
        };
        let value = serde_json::from_str(&body).expect("JSON");
        let mut names = BodyNames::of_json();
        let found = body.as_bytes().chunks(cut).any(|piece| names.has_override(piece));
        prop_assert_eq!(found, named(&value), "{}", body);
    }
}

/// A value with names and texts that look like one another, written with and without escapes.
fn json() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        r#""_method""#,
        r#""\u005fmethod""#,
        r#""\"_method\":""#,
        r#""\\""#,
        r#""{""#,
        r#""]""#,
        r#""method""#,
        r#""""#,
    ]);
    let leaf =
        prop_oneof![text.clone().prop_map(str::to_owned), Just("1".to_owned()), Just(" null ".to_owned())];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let member = (text.clone(), inner.clone()).prop_map(|(name, value)| format!("{name} :{value}"));
        prop_oneof![
            prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|values| format!("[{}]", values.join(" , "))),
        ]
    })
}
