//! Secrets survive the vault and show nothing.

use std::collections::BTreeMap;

use rstest::rstest;

use domain::credential::{BadSecret, Kind, OwnClient, Params, Secret, SecretText};

fn params() -> Params {
    Params::from([("tenant".to_owned(), "contoso".to_owned())])
}

fn oauth(client: Option<OwnClient>, refresh: Option<&str>) -> Secret {
    Secret::OAuth2Code {
        access_token: "at \"1\"\n".into(),
        refresh_token: refresh.map(Into::into),
        token_type: "Bearer".to_owned(),
        client,
        params: params(),
    }
}

fn fields() -> Secret {
    Secret::Fields(BTreeMap::from([("host".to_owned(), "mail.example".into())]))
}

#[rstest]
#[case::oauth(oauth(None, None))]
#[case::oauth_full(oauth(Some(OwnClient { id: "c".to_owned(), secret: Some("s".into()) }), Some("rt")))]
#[case::oauth_public(oauth(Some(OwnClient { id: "c".to_owned(), secret: None }), Some("rt")))]
#[case::client(Secret::ClientCredentials { client_id: "c".to_owned(), client_secret: "s".into(),
    access_token: None, params: Params::new() })]
#[case::key(Secret::ApiKey { key: "k\u{e9}".into(), params: params() })]
#[case::basic(Secret::Basic { username: "ana".to_owned(), password: "pw".into(), params: params() })]
#[case::fields(fields())]
fn secret_survives_the_vault(#[case] secret: Secret) {
    let bytes = secret.to_bytes();
    assert_eq!(bytes.len(), bytes.capacity(), "the buffer must not have grown");
    let Ok(back) = Secret::from_bytes(&bytes) else { panic!("must be readable") };
    assert_eq!(back.kind(), secret.kind());
    assert_eq!(back.values(), secret.values());
    assert_eq!(*back.to_bytes(), *bytes);
}

#[rstest]
#[case::garbage(b"{", BadSecret::Unreadable)]
#[case::later(br#"{"v":2,"kind":"FIELDS","parts":{},"params":{}}"#, BadSecret::Format(2))]
#[case::part(br#"{"v":1,"kind":"API_KEY","parts":{},"params":{}}"#, BadSecret::Missing("key"))]
fn bad_bytes_are_named(#[case] bytes: &[u8], #[case] expected: BadSecret) {
    assert_eq!(Secret::from_bytes(bytes).err(), Some(expected));
}

#[test]
fn a_part_wins_over_a_field_of_the_same_name() {
    let params = Params::from([("key".to_owned(), "field".to_owned())]);
    let secret = Secret::ApiKey { key: "real".into(), params };
    assert_eq!(secret.values().get("key"), Some(&"real"));
}

#[test]
fn secret_text_shows_nothing() {
    assert_eq!(format!("{:?}", SecretText::new("hunter2")), "SecretText(hidden)");
}

#[test]
fn kinds_have_one_name_everywhere() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).ok(), Some(kind.as_str().into()));
        assert_eq!(Kind::from_name(kind.as_str()), Some(kind));
    }
}
