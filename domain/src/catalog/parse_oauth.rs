//! OAuth servers, calls and revocations of a catalog file.

use super::parse_app::check_https;
use super::parse_method::{Names, check_open_url, check_parts};
use super::parse_module::METHODS;
use super::read::Table;
use super::{BodyFormat, CallAuth, ClientAuth, HttpCall, OAuth, OwnClientRule, Revocation, Template};
use crate::credential::Kind;

const CLIENT_AUTHS: [(&str, ClientAuth); 2] = [("BASIC", ClientAuth::Basic), ("POST", ClientAuth::Post)];
const OWN_CLIENTS: [(&str, OwnClientRule); 3] =
    [("NO", OwnClientRule::No), ("OPTIONAL", OwnClientRule::Optional), ("REQUIRED", OwnClientRule::Required)];
const BODY_FORMATS: [(&str, BodyFormat); 2] = [("JSON", BodyFormat::Json), ("FORM", BodyFormat::Form)];
const CALL_AUTHS: [(&str, CallAuth); 3] =
    [("CREDENTIAL", CallAuth::Credential), ("CLIENT", CallAuth::Client), ("NOTHING", CallAuth::Nothing)];

#[derive(Clone, Copy)]
enum RevocationKind {
    Rfc7009,
    Call,
    Unsupported,
}

/// Parameters that the protocol sets itself; a file that set them too would break it.
const RESERVED: [&str; 12] = [
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "state",
];

/// Reads `[versions.methods.oauth]`.
pub(super) fn parse_oauth(table: &Table<'_, '_>, names: Names<'_>) -> OAuth {
    let address = |key: &'static str, template: &Template| check_open_url(table, key, template, names);
    let authorize_url = table.opt_template("authorize_url");
    match (&authorize_url, names.kind) {
        (Some(url), Kind::OAuth2Code) => address("authorize_url", url),
        (None, Kind::OAuth2Code) => table.problem("authorize_url", "is missing: recipients agree there"),
        (Some(_), _) => table.problem("authorize_url", "only the kind OAUTH2_CODE has one"),
        (None, _) => {}
    }
    let token_url = table.template("token_url");
    address("token_url", &token_url);
    let issuer = table.opt_template("issuer");
    if let Some(issuer) = &issuer {
        address("issuer", issuer);
    }
    let params = |key| {
        let pairs = table.pairs(key);
        for (name, _) in pairs.iter().filter(|(name, _)| RESERVED.contains(&name.as_str())) {
            table.problem(key, format!("`{name}` is set by the protocol"));
        }
        pairs
    };
    let oauth = OAuth {
        authorize_url,
        token_url,
        issuer,
        scope_separator: table.raw_text("scope_separator").unwrap_or_else(|| " ".to_owned()),
        client_auth: table
            .choice("client_auth", Some(ClientAuth::Post), &CLIENT_AUTHS)
            .unwrap_or(ClientAuth::Post),
        pkce: table.boolean("pkce", true),
        authorize_params: params("authorize_params"),
        token_params: params("token_params"),
        default_scopes: table.texts("default_scopes"),
        own_client: table
            .choice("own_client", Some(OwnClientRule::No), &OWN_CLIENTS)
            .unwrap_or(OwnClientRule::No),
    };
    // Mistyped blanks would glue scopes together or add letters to them.
    if !matches!(oauth.scope_separator.as_str(), " " | "," | ", " | "+" | ";") {
        table.problem("scope_separator", "must be a blank, comma, plus or semicolon");
    }
    table.finish();
    oauth
}

/// Reads the keys of a call; the caller finishes the table.
pub(super) fn parse_call(table: &Table<'_, '_>, names: Names<'_>) -> HttpCall {
    let methods = METHODS.map(|method| (method, method));
    let method = table.choice("method", Some("GET"), &methods).unwrap_or("GET").to_owned();
    let url = table.template("url");
    check_open_url(table, "url", &url, names);
    let headers = table.pairs("headers");
    for (name, value) in &headers {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            table.problem("headers", format!("`{name}` is no header"));
        }
        if !value.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            table.problem("headers", format!("the value of `{name}` is not printable ASCII"));
        }
    }
    let body = table
        .pairs("body")
        .into_iter()
        .filter_map(|(name, text)| {
            let template = table.template_of("body", &text)?;
            check_parts(table, "body", &template, names);
            Some((name, template))
        })
        .collect();
    let body_as = table.choice("body_as", Some(BodyFormat::Json), &BODY_FORMATS).unwrap_or(BodyFormat::Json);
    HttpCall { method, url, headers, body, body_as }
}

/// Reads `[versions.methods.revocation]`, which must be there: that nothing can be revoked is worth saying.
pub(super) fn parse_revocation(table: &Table<'_, '_>, names: Names<'_>) -> Revocation {
    const KINDS: [(&str, RevocationKind); 3] = [
        ("RFC7009", RevocationKind::Rfc7009),
        ("CALL", RevocationKind::Call),
        ("UNSUPPORTED", RevocationKind::Unsupported),
    ];
    let unsupported = Revocation::Unsupported { manual_url: None };
    let Some(inner) = table.table("revocation") else {
        if !table.has("revocation") {
            table.problem(
                "revocation",
                "is missing; kind = \"UNSUPPORTED\" says that the app has no such call",
            );
        }
        return unsupported;
    };
    let revocation = match inner.choice("kind", None, &KINDS) {
        None => unsupported,
        Some(RevocationKind::Rfc7009) => {
            if !matches!(names.kind, Kind::OAuth2Code | Kind::ClientCredentials) {
                inner.problem("kind", "RFC7009 revokes tokens, which this kind does not have");
            }
            let url = inner.template("url");
            check_open_url(&inner, "url", &url, names);
            let client_auth = inner.choice("client_auth", Some(ClientAuth::Post), &CLIENT_AUTHS);
            Revocation::Rfc7009 { url, client_auth: client_auth.unwrap_or(ClientAuth::Post) }
        }
        Some(RevocationKind::Call) => Revocation::Call {
            call: parse_call(&inner, names),
            auth: inner
                .choice("auth", Some(CallAuth::Credential), &CALL_AUTHS)
                .unwrap_or(CallAuth::Credential),
        },
        Some(RevocationKind::Unsupported) => {
            let manual_url = inner.opt_text("manual_url");
            if let Some(url) = &manual_url {
                check_https(&inner, "manual_url", url);
            }
            Revocation::Unsupported { manual_url }
        }
    };
    inner.finish();
    revocation
}
