//! Loads the catalog: the built-in apps, then those of `CATALOG_DIR`, which may replace them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::catalog::{Catalog, Options, Problem};
use rust_embed::RustEmbed;

use crate::config::Config;

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
}

fn lines(problems: &[Problem]) -> String {
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
    Catalog::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())), &options)
        .map_err(CatalogError::Entries)
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
