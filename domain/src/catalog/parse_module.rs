//! Modules and scopes of a catalog file.

use std::collections::{BTreeMap, BTreeSet};

use super::firewall::check_path;
use super::parse_app::{check_scopes, is_always_there};
use super::read::Table;
use super::template::is_host;
use super::text::Texts;
use super::{AppVersion, Call, Effect, Module, ScopeText};
use crate::credential::Kind;

const EFFECTS: [(&str, Effect); 4] =
    [("READ", Effect::Read), ("WRITE", Effect::Write), ("DELETE", Effect::Delete), ("ADMIN", Effect::Admin)];

/// Methods that a module may name; the rest (`CONNECT`, `TRACE`) is never forwarded.
pub(super) const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

pub(super) fn parse_scope(table: &Table<'_, '_>) -> ScopeText {
    let scope = table.text("scope");
    // RFC 6749 section 3.3: printable ASCII without blank, quote and backslash.
    if !scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\') {
        table.problem("scope", "must be printable ASCII without blanks, quotes and backslashes");
    }
    let texts = Texts::of(table);
    let text = ScopeText {
        scope,
        words: texts.text("words"),
        effect: table.choice("effect", None, &EFFECTS).unwrap_or(Effect::Admin),
        implies: table.texts("implies"),
    };
    texts.finish();
    table.finish();
    text
}

pub(super) fn parse_module(table: &Table<'_, '_>) -> Module {
    let id = table.name("id");
    let texts = Texts::of(table);
    let (name, description) = (texts.text("name"), texts.text("description"));
    texts.finish();
    let effect = table.choice("effect", None, &EFFECTS).unwrap_or(Effect::Admin);
    let scopes = table.texts("scopes");
    let method_scopes: BTreeMap<_, _> = table.text_lists("method_scopes").into_iter().collect();
    let calls = table.tables("calls").iter().map(parse_call).collect();
    Module { id, name, description, effect, scopes, method_scopes, calls }
}

fn parse_call(table: &Table<'_, '_>) -> Call {
    let methods = table.texts("methods");
    if methods.is_empty() {
        table.problem("methods", "at least one is needed");
    }
    for method in methods.iter().filter(|method| !METHODS.contains(&method.as_str())) {
        table.problem("methods", format!("`{method}` is none of {}", METHODS.join(", ")));
    }
    let host = table.opt_template("host");
    if let Some(host) = &host {
        let values = host.placeholders().map(|name| (name, "x")).collect();
        if !host.fill(&values).is_ok_and(|host| is_host(&host)) {
            table.problem("host", "must be a bare host name: no scheme, port or path, no wildcard");
        }
    }
    let path = table.text("path");
    check_pattern(table, &path);
    table.finish();
    Call { methods, host, path }
}

fn check_pattern(table: &Table<'_, '_>, path: &str) {
    if path.is_empty() {
        return;
    }
    if let Err(malformed) = check_path(path) {
        table.problem("path", malformed.to_string());
    }
    let count = path.split('/').count();
    for (index, segment) in path.split('/').enumerate() {
        let last = index + 1 == count;
        if segment == "**" && !last {
            table.problem("path", "`**` stands only at the end");
        } else if segment.contains('*') && segment != "*" && segment != "**" {
            table.problem("path", "`*` stands only for a whole segment");
        }
    }
    if path == "/**" {
        table.problem("path", "`/**` alone would allow every call");
    }
}

/// What cannot be seen from a module alone: its method ids, scopes, calls and host placeholders.
pub(super) fn check_modules(tables: &[Table<'_, '_>], version: &AppVersion) {
    let known: BTreeSet<&str> = version.scopes.iter().map(|scope| scope.scope.as_str()).collect();
    for (table, module) in tables.iter().zip(&version.modules) {
        check_scopes(table, "scopes", &module.scopes, &known);
        for (method, scopes) in &module.method_scopes {
            check_scopes(table, "method_scopes", scopes, &known);
            if version.method(method).is_none() {
                table.problem("method_scopes", format!("no method `{method}`"));
            }
        }
        check_needs_scopes(table, module, version);
        if version.base_url.is_some() && module.calls.is_empty() {
            table.problem("calls", "at least one is needed: without one the broker allows nothing");
        }
        if version.base_url.is_none() && module.calls.iter().any(|call| call.host.is_none()) {
            table.problem("calls", "a call needs a host where the version has no `base_url`");
        }
        let hosts = module.calls.iter().filter_map(|call| call.host.as_ref());
        for placeholder in hosts.flat_map(super::Template::placeholders) {
            // As for `base_url`: `Fields` keeps all its values sealed, so that the broker has none to fill in.
            let there = version.methods.iter().all(|method| {
                method.kind != Kind::Fields
                    && method.field(placeholder).is_some_and(|field| !field.secret && is_always_there(field))
            });
            if !there {
                let message = format!("{{{placeholder}}} is no required open field of every method");
                table.problem("calls", message);
            }
        }
        table.finish();
    }
}

/// Without scopes an OAuth grant would be whatever the server gives by default. `no_scopes = true` says that
/// this is meant.
fn check_needs_scopes(table: &Table<'_, '_>, module: &Module, version: &AppVersion) {
    let meant = table.boolean("no_scopes", false);
    let bare = version
        .methods
        .iter()
        .find(|method| method.kind == Kind::OAuth2Code && module.scopes_for(&method.id).is_empty());
    match bare {
        Some(method) if !meant => {
            let message = format!(
                "the method `{}` needs scopes; `no_scopes = true` says that there are none",
                method.id
            );
            table.problem("scopes", message);
        }
        None if meant => table.problem("no_scopes", "stands beside scopes, or without an OAuth method"),
        _ => {}
    }
}
