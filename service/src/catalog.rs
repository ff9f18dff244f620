//! Loads the catalog: the built-in apps, then those of `CATALOG_DIR`, which may replace them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::catalog::{App, Catalog, OAuth, Options, OwnClientRule, Problem};
use domain::credential::Kind;
use rust_embed::RustEmbed;

use crate::config::{Config, ConfigProblem};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../catalog"]
struct BuiltIn;

/// Why the catalog cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The folder cannot be read.
    #[error("CATALOG_DIR {}: {source}", path.display())]
    Folder {
        /// Which folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Entries are wrong; every problem is named.
    #[error("the catalog has {} problems:\n{}", .0.len(), lines(.0))]
    Entries(Vec<Problem>),
    /// OAuth clients of the instance that do not fit their apps (OPS-4).
    #[error("the OAuth clients have {} problems:\n{}", .0.len(), lines(.0))]
    Clients(Vec<ConfigProblem>),
}

fn lines(problems: &[impl std::fmt::Display]) -> String {
    problems.iter().map(|problem| format!("  {problem}\n")).collect()
}

/// Reads and checks every entry.
pub(crate) fn load(config: &Config) -> Result<Catalog, CatalogError> {
    let mut files: Vec<(String, String)> = BuiltIn::iter()
        .filter(|name| name.ends_with(".toml"))
        .filter_map(|name| {
            Some((name.to_string(), String::from_utf8(BuiltIn::get(&name)?.data.into_owned()).ok()?))
        })
        .collect();
    files.sort();
    if let Some(folder) = &config.catalog_dir {
        files.extend(read_folder(folder)?);
    }
    let variables = config
        .sandbox_url
        .iter()
        .map(|url| ("sandbox_url".to_owned(), url.clone()))
        .collect::<BTreeMap<_, _>>();
    let options = Options { variables, allow_loopback: config.allow_loopback_providers };
    let catalog = Catalog::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())), &options)
        .map_err(CatalogError::Entries)?;
    let problems = check_clients(config, &catalog);
    if problems.is_empty() { Ok(catalog) } else { Err(CatalogError::Clients(problems)) }
}

/// Clients for apps that there are not, and those without a secret where none can do without: else a recipient would
/// be the first to meet it.
fn check_clients(config: &Config, catalog: &Catalog) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    for (key, client) in &config.oauth_clients {
        let name = key.to_uppercase();
        match app_of(catalog, key) {
            // Those that organizations define for themselves are in the database.
            None if is_defined_later(key) => {}
            None => problems.push(ConfigProblem {
                setting: format!("OAUTH_{name}_CLIENT_ID"),
                message: "no app of the catalog has this id; correct it, set CATALOG_DIR, or unset it"
                    .to_owned(),
            }),
            // A client without a secret is safe with PKCE only (RFC 9700 section 2.1.1).
            Some(app) if client.secret.is_none() && asks_for_client(app, |oauth| !oauth.pkce) => {
                problems.push(ConfigProblem {
                    setting: format!("OAUTH_{name}_CLIENT_SECRET"),
                    message: format!("is missing: {} takes no client without a secret", app.name),
                });
            }
            Some(_) => {}
        }
    }
    problems
}

/// Apps whose client of the instance has no secret: right for a public client, and for no other.
pub(crate) fn public_clients(config: &Config, catalog: &Catalog) -> Vec<String> {
    let without = config.oauth_clients.iter().filter(|(_, client)| client.secret.is_none());
    without
        .filter(|(key, _)| app_of(catalog, key).is_some_and(|app| asks_for_client(app, |_| true)))
        .map(|(key, _)| format!("OAUTH_{}_CLIENT_SECRET", key.to_uppercase()))
        .collect()
}

fn app_of<'c>(catalog: &'c Catalog, key: &str) -> Option<&'c App> {
    catalog.iter().map(AsRef::as_ref).find(|app: &&App| app.id.replace('-', "_") == key)
}

/// Whether a way to this app uses the instance's client, and is such a one.
fn asks_for_client(app: &App, is: impl Fn(&OAuth) -> bool) -> bool {
    let methods = app.versions.iter().flat_map(|version| &version.methods);
    methods
        .filter(|method| method.kind == Kind::OAuth2Code && method.own_client() != OwnClientRule::Required)
        .any(|method| method.oauth.as_ref().is_some_and(&is))
}

/// Whether an id is formed as those of apps that organizations define: with twelve hexadecimal digits at its end.
fn is_defined_later(key: &str) -> bool {
    key.rsplit_once('_').is_some_and(|(_, own)| own.len() == 12 && own.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn read_folder(folder: &std::path::Path) -> Result<Vec<(String, String)>, CatalogError> {
    let error = |path: &std::path::Path| {
        let path = path.to_path_buf();
        move |source| CatalogError::Folder { path, source }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error(folder))? {
        let path = entry.map_err(error(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(error(&path))?;
            files.push((
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                text,
            ));
        }
    }
    files.sort();
    Ok(files)
}
