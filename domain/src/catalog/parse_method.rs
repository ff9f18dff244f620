//! Ways to authenticate of a catalog file.

use std::collections::BTreeSet;

use super::parse_app::{check_https, check_url, is_always_there};
use super::parse_oauth::{parse_call, parse_oauth, parse_revocation};
use super::read::{Table, unique};
use super::text::Texts;
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

/// What templates of a method may name.
#[derive(Clone, Copy)]
pub(super) struct Names<'f> {
    /// The kind, whose parts have names of their own.
    pub kind: Kind,
    /// The fields of the form.
    pub fields: &'f [Field],
    /// Whether the OAuth client is at hand: only when access is taken back, since a stored credential holds
    /// none but the recipient's own.
    pub with_client: bool,
}

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
    let texts = Texts::of(table);
    let (label, help) = (texts.text("label"), texts.opt_text("help"));
    texts.finish();
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let kind = table.choice("kind", None, &kinds).unwrap_or(Kind::Fields);
    let tables = table.tables("fields");
    let fields: Vec<Field> = tables.iter().map(parse_field).collect();
    unique(&tables, "name", fields.iter().map(|field| field.name.as_str()));
    check_own_fields(table, kind, &fields);
    let names = Names { kind, fields: &fields, with_client: false };
    let oauth = table.table("oauth").map(|oauth| parse_oauth(&oauth, names));
    check_oauth(table, kind, oauth.is_some());
    let probe = table.table("probe").and_then(|probe| parse_probe(&probe, names));
    if probe.is_none() && !matches!(kind, Kind::OAuth2Code) && !table.has("probe") {
        table.problem("probe", "is missing: what a recipient types is tested before it is accepted");
    }
    let identity = table.table("identity").map(|identity| parse_identity(&identity));
    if identity.is_some() && !matches!(probe, Some(Probe::Http(_))) {
        table.problem("identity", "needs a probe over HTTP, whose answer it reads");
    }
    let tables = table.tables("injections");
    let injections: Vec<_> = tables.iter().filter_map(|place| parse_injection(place, names)).collect();
    if is_called && injections.is_empty() && !table.has("injections") {
        table.problem("injections", "at least one is needed: calls must carry the secret somewhere");
    }
    let revocation = parse_revocation(table, Names { with_client: true, ..names });
    let refresh_margin_seconds = table.number("refresh_margin_seconds", 300, 0..=86_400);
    let probe_every_seconds = table.number("probe_every_seconds", 0, 0..=2_592_000);
    if (1..300).contains(&probe_every_seconds) {
        table.problem("probe_every_seconds", "must be 0 (never) or at least 300");
    }
    if probe_every_seconds > 0 && !table.has("probe") {
        table.problem("probe_every_seconds", "needs a probe");
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
    let texts = Texts::of(table);
    let field = Field {
        name: table.name("name"),
        label: texts.text("label"),
        help: texts.opt_text("help"),
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
    texts.finish();
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
        let problem = match fields.iter().find(|field| field.name == *name) {
            None => format!("the kind {} needs a field `{name}`", kind.as_str()),
            Some(field) if !field.required => format!("the field `{name}` must be required"),
            Some(field) if *secret && !field.secret => format!("the field `{name}` must be secret"),
            Some(_) => continue,
        };
        table.problem("fields", problem);
    }
    // Other secrets would have no place in the sealed value of these kinds.
    let own: BTreeSet<&str> = needed.iter().map(|(name, _)| *name).collect();
    if kind != Kind::Fields {
        for field in fields.iter().filter(|field| field.secret && !own.contains(field.name.as_str())) {
            let message = format!("`{}` is secret; only the kind FIELDS has further secrets", field.name);
            table.problem("fields", message);
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

fn parse_probe(table: &Table<'_, '_>, names: Names<'_>) -> Option<Probe> {
    const KINDS: [(&str, ProbeKind); 2] = [("HTTP", ProbeKind::Http), ("IMAP", ProbeKind::Imap)];
    let probe = match table.choice("kind", Some(ProbeKind::Http), &KINDS)? {
        ProbeKind::Http => Probe::Http(parse_call(table, names)),
        ProbeKind::Imap => {
            let part = |key| {
                let template = table.template(key);
                check_parts(table, key, &template, names);
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

fn parse_injection(table: &Table<'_, '_>, names: Names<'_>) -> Option<Injection> {
    const PLACES: [(&str, Place); 4] =
        [("HEADER", Place::Header), ("QUERY", Place::Query), ("BASIC", Place::Basic), ("BODY", Place::Body)];
    let part = |key| {
        let template = table.template(key);
        check_parts(table, key, &template, names);
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

impl Names<'_> {
    fn is_part(self, name: &str) -> bool {
        let parts: &[&str] = match self.kind {
            Kind::OAuth2Code => &["access_token", "token_type"],
            Kind::ClientCredentials => &["access_token", "client_id", "client_secret"],
            Kind::ApiKey => &["key"],
            Kind::Basic => &["username", "password"],
            Kind::Fields => &[],
        };
        parts.contains(&name) || (self.with_client && matches!(name, "client_id" | "client_secret"))
    }

    fn is_open_field(self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name && !field.secret && is_always_there(field))
    }
}

/// A template that is filled with the credential: each name must be a part of it, and always there.
pub(super) fn check_parts(table: &Table<'_, '_>, key: &str, template: &Template, names: Names<'_>) {
    for name in template.placeholders() {
        let is_field = names.fields.iter().any(|field| field.name == name && is_always_there(field));
        if !is_field && !names.is_part(name) {
            let message =
                format!("{{{name}}} is neither a part of the credential nor a field that is always there");
            table.problem(key, message);
        }
    }
}

/// An address that is filled with open fields only: a secret must not lie in an address (USE-4).
pub(super) fn check_open_url(table: &Table<'_, '_>, key: &str, template: &Template, names: Names<'_>) {
    check_url(table, key, template);
    for name in template.placeholders() {
        let is_client = names.with_client && name == "client_id";
        if !is_client && !names.is_open_field(name) {
            table.problem(key, format!("{{{name}}} is no open field that is always there"));
        }
    }
}
