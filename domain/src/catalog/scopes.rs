//! From modules to scopes, and from granted scopes back to modules.

use super::{AppVersion, AuthMethod, Effect, Text};

/// A scope that a request needs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeNeeded {
    /// The scope as the app writes it.
    pub scope: String,
    /// What it allows, in plain words.
    pub words: Text,
    /// The strongest thing that it allows.
    pub effect: Effect,
    /// The ids of the modules that need it; empty for a scope that the method always asks for.
    pub modules: Vec<String>,
}

/// The scopes that these modules need when authorized by this method (REQ-5): first those that the method
/// always asks for, then by module in catalog order; each once. Ids that are no modules of this version are
/// passed over: they may have left the catalog since the request.
pub fn scopes_for(version: &AppVersion, method: &AuthMethod, modules: &[String]) -> Vec<ScopeNeeded> {
    let mut needed: Vec<ScopeNeeded> = Vec::new();
    let defaults = method.oauth.iter().flat_map(|oauth| &oauth.default_scopes);
    let of_modules = version
        .modules
        .iter()
        .filter(|module| modules.contains(&module.id))
        .flat_map(|module| module.scopes_for(&method.id).iter().map(|scope| (scope, Some(&module.id))));
    for (scope, module) in defaults.map(|scope| (scope, None)).chain(of_modules) {
        let module = module.cloned();
        if let Some(known) = needed.iter_mut().find(|known| known.scope == *scope) {
            known.modules.extend(module);
            continue;
        }
        let text = version.scope(scope);
        needed.push(ScopeNeeded {
            scope: scope.clone(),
            words: text.map_or_else(|| Text::of(scope), |text| text.words.clone()),
            effect: text.map_or(Effect::Admin, |text| text.effect),
            modules: module.into_iter().collect(),
        });
    }
    needed
}

/// The scopes that were asked for and not granted (REC-4).
pub fn scopes_missing(
    version: &AppVersion,
    method: &AuthMethod,
    modules: &[String],
    granted: &[String],
) -> Vec<ScopeNeeded> {
    let held = held(version, granted);
    let needed = scopes_for(version, method, modules).into_iter();
    needed.filter(|needed| !held.contains(&needed.scope.as_str())).collect()
}

/// What a grant covers: a granted scope covers itself and, step by step, what the catalog says it implies.
fn held<'a>(version: &'a AppVersion, granted: &'a [String]) -> Vec<&'a str> {
    let mut held: Vec<&str> = granted.iter().map(String::as_str).collect();
    let mut next = 0;
    while let Some(scope) = held.get(next).copied() {
        let implied = version.scope(scope).map(|text| text.implies.as_slice()).unwrap_or_default();
        for scope in implied {
            if !held.contains(&scope.as_str()) {
                held.push(scope);
            }
        }
        next += 1;
    }
    held
}

/// The modules, in catalog order, that do not work with what was granted (REC-4). Ids that have left the catalog
/// come last: no grant covers them.
pub fn modules_not_covered(
    version: &AppVersion,
    method: &AuthMethod,
    modules: &[String],
    granted: &[String],
) -> Vec<String> {
    let held = held(version, granted);
    let uncovered = version.modules.iter().filter(|module| {
        modules.contains(&module.id)
            && module.scopes_for(&method.id).iter().any(|scope| !held.contains(&scope.as_str()))
    });
    let gone = modules.iter().filter(|id| version.module(id).is_none());
    uncovered.map(|module| &module.id).chain(gone).cloned().collect()
}
