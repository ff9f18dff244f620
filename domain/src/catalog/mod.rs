//! The catalog: which apps can be asked for, how one authenticates, and what follows from a consent.
//!
//! A catalog is read from TOML files, one app each; `docs/catalog.md` describes every key. This module holds
//! the entry types, the validation, the way from modules to scopes and back, and the broker's firewall. It
//! neither reads files nor makes calls: the crates `service` and `providers` do.

mod entry;
mod field;
mod firewall;
mod overrides;
mod parse_app;
mod parse_method;
mod parse_module;
mod parse_oauth;
mod place;
mod read;
mod scopes;
mod template;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use entry::{
    App, AppVersion, AuthMethod, BodyFormat, Call, CallAuth, ClientAuth, Effect, HttpCall, Identity,
    Injection, Module, OAuth, OwnClientRule, Probe, Revocation, ScopeText,
};
pub use field::{Field, FieldKind, FieldProblem};
pub use firewall::{BrokerCall, Decision, Malformed, decide};
pub use overrides::{BodyNames, is_override, pairs};
pub use place::{Placed, place};
pub use scopes::{ScopeNeeded, modules_not_covered, scopes_for, scopes_missing};
pub use template::{Template, TemplateError};
pub use text::Text;

/// Every app that can be asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    apps: BTreeMap<String, Arc<App>>,
}

/// What [`Catalog::parse`] needs to know besides the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Values for `${name}` in the files. The only name is `sandbox_url`, the address of the sandbox provider
    /// without a slash at its end. A file that uses a variable without a value is left out.
    pub variables: BTreeMap<String, String>,
    /// Whether addresses may be plain http when their host is loopback (SEC-2; development only).
    pub allow_loopback: bool,
}

/// One problem of a catalog file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The key, such as `versions[0].modules[2].scopes`; empty for the file as a whole.
    pub path: String,
    /// What is wrong, in words.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl Catalog {
    /// Reads files, given as name and text. An app of a later file replaces the one of the same id.
    ///
    /// # Errors
    /// Every problem of every file, in the order of files and, within one, of lines.
    pub fn parse<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
        options: &Options,
    ) -> Result<Self, Vec<Problem>> {
        let mut apps = BTreeMap::new();
        let mut problems = Vec::new();
        for (file, text) in files {
            match parse_app::parse_file(file, text, options) {
                Ok(Some(app)) => {
                    apps.insert(app.id.clone(), Arc::new(app));
                }
                Ok(None) => {}
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(Self { apps }) } else { Err(problems) }
    }

    /// The same with more apps, each in place of the one of its id.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = App>) -> Self {
        let mut apps = self.apps.clone();
        apps.extend(more.into_iter().map(|app| (app.id.clone(), Arc::new(app))));
        Self { apps }
    }

    /// The app of this id.
    pub fn app(&self, id: &str) -> Option<&Arc<App>> {
        self.apps.get(id)
    }

    /// One version of one app.
    pub fn version(&self, app: &str, version: &str) -> Option<&AppVersion> {
        self.app(app)?.versions.iter().find(|known| known.id == version)
    }

    /// Every app, sorted by name (letters alike in any case), then by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<App>> {
        let mut apps: Vec<&Arc<App>> = self.apps.values().collect();
        apps.sort_by_key(|app| (app.name.to_lowercase(), &app.id));
        apps.into_iter()
    }

    /// How many apps there are.
    pub fn len(&self) -> usize {
        self.apps.len()
    }

    /// Whether there is no app.
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty()
    }
}
