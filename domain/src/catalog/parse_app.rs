//! From one TOML file to one app.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::de::DeTable;
use url::Url;

use super::parse_method::parse_method;
use super::parse_module::{check_modules, parse_module, parse_scope};
use super::read::{Sheet, Table, unique};
use super::text::Texts;
use super::{App, AppVersion, Options, Problem, Template};
use crate::credential::Kind;

/// The variables that files may use.
const VARIABLES: [&str; 1] = ["sandbox_url"];

/// Reads one file; `Ok(None)` when it uses a variable that has no value.
pub(super) fn parse_file(file: &str, text: &str, options: &Options) -> Result<Option<App>, Vec<Problem>> {
    let filled = match fill_variables(file, text, options) {
        Ok(Some(filled)) => filled,
        Ok(None) => return Ok(None),
        Err(problem) => return Err(vec![problem]),
    };
    let sheet =
        Sheet { file, text: &filled, allow_loopback: options.allow_loopback, problems: RefCell::default() };
    let (root, errors) = DeTable::parse_recoverable(&filled);
    if !errors.is_empty() {
        let problems = errors.into_iter().map(|error| Problem {
            file: file.to_owned(),
            line: error.span().map(|span| sheet.line(span.start)),
            path: String::new(),
            message: format!("is not TOML: {}", error.message()),
        });
        return Err(problems.collect());
    }
    let app = parse_app(&Table::new(&sheet, root.get_ref(), String::new(), 0));
    let mut problems = sheet.problems.into_inner();
    if problems.is_empty() {
        return Ok(Some(app));
    }
    problems.sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
    problems.dedup();
    Err(problems)
}

fn fill_variables(file: &str, text: &str, options: &Options) -> Result<Option<String>, Problem> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    let mut absent = false;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name).unwrap_or_default();
        if !VARIABLES.contains(&name) {
            return Err(Problem {
                file: file.to_owned(),
                line: Some(filled.matches('\n').count() + 1),
                path: String::new(),
                message: format!("unknown variable; known is {}", VARIABLES.join(", ")),
            });
        }
        match options.variables.get(name) {
            // The value lands inside of quoted text: nothing that could end it.
            Some(value)
                if !value.contains(['"', '\'', '\\', '{', '}']) && !value.contains(char::is_control) =>
            {
                filled.push_str(value);
            }
            Some(_) | None => absent = true,
        }
        rest = after.get(name.len() + 1..).unwrap_or_default();
    }
    filled.push_str(rest);
    Ok((!absent).then_some(filled))
}

fn parse_app(table: &Table<'_, '_>) -> App {
    let id = table.name("id");
    let name = table.text("name");
    let website = table.text("website");
    check_https(table, "website", &website);
    let texts = Texts::of(table);
    let help = texts.text("help");
    texts.finish();
    let tables = table.some_tables("versions");
    let versions: Vec<AppVersion> = tables.iter().map(parse_version).collect();
    unique(&tables, "id", versions.iter().map(|version| version.id.as_str()));
    table.finish();
    App { id, name, website, help, versions, organization: None }
}

fn parse_version(table: &Table<'_, '_>) -> AppVersion {
    let id = table.name("id");
    let name = table.text("name");
    let base_url = table.opt_template("base_url");
    if let Some(url) = &base_url {
        check_url(table, "base_url", url);
    }
    let tables = table.tables("scopes");
    let scopes: Vec<_> = tables.iter().map(parse_scope).collect();
    unique(&tables, "scope", scopes.iter().map(|scope| scope.scope.as_str()));
    let known: BTreeSet<&str> = scopes.iter().map(|scope| scope.scope.as_str()).collect();
    for (table, scope) in tables.iter().zip(&scopes) {
        check_scopes(table, "implies", &scope.implies, &known);
    }
    let tables = table.some_tables("methods");
    let methods: Vec<_> = tables.iter().map(|method| parse_method(method, base_url.is_some())).collect();
    unique(&tables, "id", methods.iter().map(|method| method.id.as_str()));
    for (table, method) in tables.iter().zip(&methods) {
        let defaults = method.oauth.iter().flat_map(|oauth| &oauth.default_scopes);
        check_scopes(table, "oauth.default_scopes", defaults, &known);
    }
    let tables = table.some_tables("modules");
    let modules: Vec<_> = tables.iter().map(parse_module).collect();
    unique(&tables, "id", modules.iter().map(|module| module.id.as_str()));
    let version = AppVersion { id, name, base_url, methods, modules, scopes };
    check_modules(&tables, &version);
    check_base_placeholders(table, &version);
    table.finish();
    version
}

/// Scopes that are used must be described: nobody consents to a bare `crm.objects.contacts.write` (REQ-5).
pub(super) fn check_scopes<'x>(
    table: &Table<'_, '_>,
    key: &str,
    scopes: impl IntoIterator<Item = &'x String>,
    known: &BTreeSet<&str>,
) {
    for scope in scopes {
        if !known.contains(scope.as_str()) {
            table.problem(key, format!("scope `{scope}` is not described under `scopes`"));
        }
    }
}

/// The base address is filled from fields that are not secret, and each method must have them.
fn check_base_placeholders(table: &Table<'_, '_>, version: &AppVersion) {
    for placeholder in version.base_url.iter().flat_map(Template::placeholders) {
        for method in &version.methods {
            // `Fields` keeps all its values sealed, so that none of them can be part of an address.
            let open = method.field(placeholder).is_some_and(|field| !field.secret && is_always_there(field));
            if !open || method.kind == Kind::Fields {
                let message =
                    format!("{{{placeholder}}} is no required open field of the method `{}`", method.id);
                table.problem("base_url", message);
            }
        }
    }
}

/// Whether a field has a value in every credential.
pub(super) fn is_always_there(field: &super::Field) -> bool {
    field.required || field.default.is_some()
}

/// An address without placeholders that people open: https only.
pub(super) fn check_https(table: &Table<'_, '_>, key: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    match Url::parse(text) {
        Ok(url) => check_parsed(table, key, &url),
        Err(error) => table.problem(key, format!("is no address: {error}")),
    }
}

/// An address with placeholders that the service calls.
pub(super) fn check_url(table: &Table<'_, '_>, key: &str, template: &Template) {
    if template.as_str().is_empty() {
        return;
    }
    let values = template.placeholders().map(|name| (name, "x")).collect();
    // A placeholder for a port or scheme is not possible: `x` is neither.
    let url = template.fill_url(&values).ok().and_then(|filled| Url::parse(&filled).ok());
    let Some(url) = url else {
        table.problem(key, "is no address");
        return;
    };
    if url.query().is_some() {
        table.problem(key, "must have no query; parameters have keys of their own");
    }
    check_parsed(table, key, &url);
}

fn check_parsed(table: &Table<'_, '_>, key: &str, url: &Url) {
    if !url.username().is_empty() || url.password().is_some() {
        table.problem(key, "must not hold a user or password");
    }
    if url.fragment().is_some() {
        table.problem(key, "must have no fragment");
    }
    let loopback = is_loopback(url);
    match url.scheme() {
        "https" => {}
        "http" if loopback && table.sheet.allow_loopback => {}
        "http" if loopback => {
            table.problem(key, "plain http to loopback is for development (ALLOW_LOOPBACK_PROVIDERS)");
        }
        _ => table.problem(key, "must be an https address"),
    }
}

/// Whether the host is loopback as written: `localhost`, `127.0.0.0/8`, `::1`.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
