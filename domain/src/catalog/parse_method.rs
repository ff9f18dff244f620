//! Ways to authenticate of a catalog file.

use std::collections::BTreeSet;

use super::parse_app::{check_https, check_url, is_always_there};
use super::parse_oauth::{parse_call, parse_oauth, parse_revocation};
use super::read::{Table, unique};
use super::{AuthMethod, Field, FieldKind, Identity, Injection, Probe, Template};
use crate::credential::Kind;

const FIELD_KINDS: [(&str, FieldKind); 6] = [
    ("TEXT", FieldKind::Text),
    ("MULTILINE", FieldKind::Multiline),
    ("EMAIL", FieldKind::Email),
    ("URL", FieldKind::Url),
    ("HOST", FieldKind::Host),
    ("PORT", FieldKind::Port),
];

#[derive(Clone, Copy)]
enum ProbeKind {
    Http,
    Imap,
}

#[derive(Clone, Copy)]
enum Place {
    Header,
    Query,
    Basic,
    Body,
}

/// Reads `[[versions.methods]]`; `is_called` tells whether the version has a `base_url` for the broker.
pub(super) fn parse_method(table: &Table<'_, '_>, is_called: bool) -> AuthMethod {
    let id = table.name("id");
    let label = table.text("label");
    let help = table.opt_text("help").unwrap_or_default();
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let kind = table.choice("kind", None, &kinds).unwrap_or(Kind::Fields);
    let tables = table.tables("fields");
    let fields: Vec<Field> = tables.iter().map(parse_field).collect();
    unique(&tables, "name", fields.iter().map(|field| field.name.as_str()));
    check_own_fields(table, kind, &fields);
    let oauth = table.table("oauth").map(|oauth| parse_oauth(&oauth, kind, &fields));
    check_oauth(table, kind, oauth.is_some());
    let probe = table.table("probe").and_then(|probe| parse_probe(&probe, kind, &fields));
    if probe.is_none() && !matches!(kind, Kind::OAuth2Code) && !table.has("probe") {
        table.problem("probe", "is missing: what a recipient types is tested before it is accepted");
    }
    let identity = table.table("identity").map(|identity| parse_identity(&identity));
    if identity.is_some() && !matches!(probe, Some(Probe::Http(_))) {
        table.problem("identity", "needs a probe over HTTP, whose answer it reads");
    }
    let injections: Vec<_> =
        table.tables("injections").iter().filter_map(|place| parse_injection(place, kind, &fields)).collect();
    if is_called && injections.is_empty() && !table.has("injections") {
        table.problem("injections", "at least one is needed: calls must carry the secret somewhere");
    }
    let revocation = parse_revocation(table, kind, &fields);
    let refresh_margin_seconds = table.number("refresh_margin_seconds", 300, 0..=86_400);
    let probe_every_seconds = table.number("probe_every_seconds", 0, 0..=2_592_000);
    if (1..300).contains(&probe_every_seconds) {
        table.problem("probe_every_seconds", "must be 0 (never) or at least 300");
    }
    table.finish();
    AuthMethod {
        id,
        label,
        help,
        kind,
        fields,
        oauth,
        probe,
        identity,
        injections,
        revocation,
        refresh_margin_seconds,
        probe_every_seconds,
    }
}

fn parse_field(table: &Table<'_, '_>) -> Field {
    let field = Field {
        name: table.name("name"),
        label: table.text("label"),
        help: table.opt_text("help").unwrap_or_default(),
        help_url: table.opt_text("help_url"),
        kind: table.choice("kind", Some(FieldKind::Text), &FIELD_KINDS).unwrap_or(FieldKind::Text),
        secret: table.boolean("secret", false),
        required: table.boolean("required", true),
        default: table.opt_text("default"),
        example: table.opt_text("example"),
        min_length: table.number("min_length", 0, 0..=16_384),
        max_length: table.number("max_length", 1024, 1..=16_384),
        characters: table.opt_text("characters"),
        prefix: table.opt_text("prefix"),
    };
    if let Some(url) = &field.help_url {
        check_https(table, "help_url", url);
    }
    if field.min_length > field.max_length {
        table.problem("min_length", "is more than `max_length`");
    }
    if field.secret && field.default.is_some() {
        table.problem("default", "a secret has no default");
    }
    if let Some(default) = &field.default
        && let Err(problem) = field.check(default)
    {
        table.problem("default", problem.to_string());
    }
    table.finish();
    field
}

/// The fields that a kind cannot do without; the secret is made from them.
fn check_own_fields(table: &Table<'_, '_>, kind: Kind, fields: &[Field]) {
    let needed: &[(&str, bool)] = match kind {
        Kind::OAuth2Code => &[],
        Kind::ClientCredentials => &[("client_id", false), ("client_secret", true)],
        Kind::ApiKey => &[("key", true)],
        Kind::Basic => &[("username", false), ("password", true)],
        Kind::Fields => {
            if !fields.iter().any(|field| field.secret) {
                table.problem("fields", "at least one secret field is needed");
            }
            &[]
        }
    };
    for (name, secret) in needed {
        match fields.iter().find(|field| field.name == *name) {
            None => table.problem("fields", format!("the kind {} needs a field `{name}`", kind.as_str())),
            Some(field) if !field.required => {
                table.problem("fields", format!("the field `{name}` must be required"));
            }
            Some(field) if *secret && !field.secret => {
                table.problem("fields", format!("the field `{name}` must be secret"));
            }
            Some(_) => {}
        }
    }
    // Other secrets would have no place in the sealed value of these kinds.
    let own: BTreeSet<&str> = needed.iter().map(|(name, _)| *name).collect();
    if kind != Kind::Fields {
        for field in fields.iter().filter(|field| field.secret && !own.contains(field.name.as_str())) {
            table.problem(
                "fields",
                format!("`{}` is secret; only the kind FIELDS has further secrets", field.name),
            );
        }
    }
}

fn check_oauth(table: &Table<'_, '_>, kind: Kind, present: bool) {
    let wanted = matches!(kind, Kind::OAuth2Code | Kind::ClientCredentials);
    if wanted && !present && !table.has("oauth") {
        table.problem("oauth", format!("is missing: the kind {} needs it", kind.as_str()));
    }
    if !wanted && present {
        table.problem("oauth", format!("the kind {} has none", kind.as_str()));
    }
}

fn parse_probe(table: &Table<'_, '_>, kind: Kind, fields: &[Field]) -> Option<Probe> {
    let probe = match table.choice(
        "kind",
        Some(ProbeKind::Http),
        &[("HTTP", ProbeKind::Http), ("IMAP", ProbeKind::Imap)],
    )? {
        ProbeKind::Http => Probe::Http(parse_call(table, kind, fields)),
        ProbeKind::Imap => {
            let part = |key| {
                let template = table.template(key);
                check_parts(table, key, &template, kind, fields);
                template
            };
            Probe::Imap {
                host: part("host"),
                port: part("port"),
                username: part("username"),
                password: part("password"),
            }
        }
    };
    table.finish();
    Some(probe)
}

fn parse_identity(table: &Table<'_, '_>) -> Identity {
    let pointers = |key| {
        let pointers = table.texts(key);
        for pointer in pointers.iter().filter(|pointer| !pointer.starts_with('/')) {
            table.problem(key, format!("`{pointer}` is no JSON pointer; it begins with /"));
        }
        pointers
    };
    let identity =
        Identity { id: pointers("id"), label: pointers("label"), workspace: pointers("workspace") };
    if identity.label.is_empty() {
        table.problem("label", "is missing: people recognise the account by it");
    }
    table.finish();
    identity
}

fn parse_injection(table: &Table<'_, '_>, kind: Kind, fields: &[Field]) -> Option<Injection> {
    const PLACES: [(&str, Place); 4] =
        [("HEADER", Place::Header), ("QUERY", Place::Query), ("BASIC", Place::Basic), ("BODY", Place::Body)];
    let part = |key| {
        let template = table.template(key);
        check_parts(table, key, &template, kind, fields);
        template
    };
    let place = table.choice("in", None, &PLACES)?;
    let injection = match place {
        Place::Header => {
            let name = table.text("name").to_lowercase();
            if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') || name == "host" {
                table.problem("name", "is no header that a call may carry");
            }
            Injection::Header { name, value: part("value") }
        }
        Place::Query => Injection::Query { name: table.text("name"), value: part("value") },
        Place::Basic => Injection::Basic { username: part("username"), password: part("password") },
        Place::Body => Injection::Body { name: table.text("name"), value: part("value") },
    };
    table.finish();
    Some(injection)
}

/// Names that templates of a kind may use besides the fields.
fn parts_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::OAuth2Code => &["access_token", "refresh_token", "token_type", "client_id", "client_secret"],
        Kind::ClientCredentials => &["access_token", "client_id", "client_secret"],
        Kind::ApiKey => &["key"],
        Kind::Basic => &["username", "password"],
        Kind::Fields => &[],
    }
}

/// A template that is filled with the credential: each name must be a part of it, and always there.
pub(super) fn check_parts(
    table: &Table<'_, '_>,
    key: &str,
    template: &Template,
    kind: Kind,
    fields: &[Field],
) {
    for name in template.placeholders() {
        let is_part = parts_of(kind).contains(&name);
        let is_field = fields.iter().any(|field| field.name == name && is_always_there(field));
        if !is_part && !is_field {
            table.problem(
                key,
                format!("{{{name}}} is neither a part of the credential nor a field that is always there"),
            );
        }
    }
}

/// An address that is filled with open fields only: a secret must not lie in an address (USE-4).
pub(super) fn check_open_url(table: &Table<'_, '_>, key: &str, template: &Template, fields: &[Field]) {
    check_url(table, key, template);
    for name in template.placeholders() {
        if !fields.iter().any(|field| field.name == name && !field.secret && is_always_there(field)) {
            table.problem(key, format!("{{{name}}} is no open field that is always there"));
        }
    }
}
