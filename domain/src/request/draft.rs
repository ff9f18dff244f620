//! Drafts and their validation: every problem at once, each at its field (REQ-1 to REQ-6, REQ-10).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::{App, AppVersion, Catalog, scopes_for};
use crate::code::{ErrorCode, Problem};
use crate::id::UserId;
use crate::text::{self, CONNECTION_NAME_MAX, Email, Lines, NAME_MAX, NOTE_MAX, PERSON_NAME_MAX};

/// Most items of one request (REQ-3).
pub const ITEMS_MAX: usize = 64;
/// Most modules that one item may name; more than any app has.
const MODULES_MAX: usize = 200;

/// What a requester typed. It is serialised to recognise a retry (REQ-9).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Draft {
    /// Name of the request.
    pub name: String,
    /// Why, in the requester's words.
    pub description: Option<String>,
    /// Whom to ask.
    pub recipient: Option<DraftRecipient>,
    /// The apps.
    pub items: Vec<DraftItem>,
    /// The box *I accept the terms* is ticked.
    pub accept_terms: bool,
}

/// Whom to ask (REQ-2).
#[derive(Debug, Clone, Serialize)]
pub enum DraftRecipient {
    /// Somebody of the organization.
    Member(UserId),
    /// What was sent as a person's id is none: told together with the other problems.
    NoId,
    /// Somebody from outside.
    Outside {
        /// Name.
        name: String,
        /// Mail address.
        email: String,
    },
}

/// One app of a draft.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DraftItem {
    /// Id of the app in the catalog.
    pub app: String,
    /// Id of its version; may be left out where there is only one.
    pub version: Option<String>,
    /// The modules.
    pub modules: Modules,
    /// A word to the recipient about this app.
    pub note: Option<String>,
    /// Name of the connection to be.
    pub connection_name: Option<String>,
}

/// Which modules are asked for.
#[derive(Debug, Clone, Serialize)]
pub enum Modules {
    /// All that the version has today (REQ-4).
    All,
    /// These.
    Ids(Vec<String>),
}

impl Default for Modules {
    fn default() -> Self {
        Self::Ids(Vec::new())
    }
}

/// A draft that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Name, clean.
    pub name: String,
    /// Description, clean.
    pub description: Option<String>,
    /// Recipient, clean; whether the requester may ask them is for the policy.
    pub recipient: Recipient,
    /// Items, in the order of the draft.
    pub items: Vec<CheckedItem>,
}

/// A recipient, clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Somebody of the organization.
    Member(UserId),
    /// Somebody from outside.
    Outside {
        /// Name.
        name: String,
        /// Mail address.
        email: Email,
    },
}

/// An item that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedItem {
    /// App of the catalog.
    pub app: String,
    /// Its version.
    pub version: String,
    /// Ids of the modules, in the catalog's order: a snapshot (REQ-4).
    pub modules: Vec<String>,
    /// The requester asked for all.
    pub all_modules: bool,
    /// The scopes that follow, per way to authenticate: a snapshot of what the requester saw (REQ-5).
    pub scopes: BTreeMap<String, Vec<String>>,
    /// Note, clean.
    pub note: Option<String>,
    /// Name of the connection, clean; a default is made where it is absent.
    pub connection_name: Option<String>,
}

/// Collects problems while the rest is still checked.
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, code: ErrorCode, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem::new(code, field, message));
    }

    fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }
}

/// The recipient of a draft, as far as it is complete.
pub fn recipient_of(draft: &Draft) -> Option<Recipient> {
    check_recipient(draft.recipient.as_ref(), &mut Problems(Vec::new()))
}

/// Checks a draft against the catalog.
///
/// # Errors
/// Every problem of the draft, in the order of its fields.
pub fn validate(draft: &Draft, catalog: &Catalog) -> Result<Checked, Vec<Problem>> {
    let mut problems = Problems(Vec::new());
    let name = problems.keep(text::required("name", &draft.name, NAME_MAX, Lines::One));
    let description =
        problems.keep(text::optional("description", draft.description.as_deref(), NOTE_MAX, Lines::Many));
    let recipient = check_recipient(draft.recipient.as_ref(), &mut problems);
    if draft.items.is_empty() {
        problems.add(ErrorCode::Required, "items", "ask for at least one app");
    }
    if draft.items.len() > ITEMS_MAX {
        problems.add(ErrorCode::TooMany, "items", format!("a request has at most {ITEMS_MAX} apps"));
    }
    let items: Vec<_> = draft
        .items
        .iter()
        .take(ITEMS_MAX)
        .enumerate()
        .map(|(index, item)| check_item(&format!("items.{index}"), item, catalog, &mut problems))
        .collect();
    if !draft.accept_terms {
        problems.add(ErrorCode::TermsNotAccepted, "acceptTerms", "accept the terms to send a request");
    }
    let items: Option<Vec<_>> = items.into_iter().collect();
    match (name, description, recipient, items) {
        (Some(name), Some(description), Some(recipient), Some(items)) if problems.0.is_empty() => {
            Ok(Checked { name, description, recipient, items })
        }
        _ => Err(problems.0),
    }
}

fn check_recipient(recipient: Option<&DraftRecipient>, problems: &mut Problems) -> Option<Recipient> {
    match recipient {
        None => {
            problems.add(ErrorCode::Required, "recipient", "choose whom to ask");
            None
        }
        Some(DraftRecipient::NoId) => {
            problems.add(ErrorCode::InvalidId, "recipient.member", "is not an id");
            None
        }
        Some(DraftRecipient::Member(user)) => Some(Recipient::Member(*user)),
        Some(DraftRecipient::Outside { name, email }) => {
            let name =
                problems.keep(text::required("recipient.outside.name", name, PERSON_NAME_MAX, Lines::One));
            let email = problems.keep(Email::parse("recipient.outside.email", email));
            Some(Recipient::Outside { name: name?, email: email? })
        }
    }
}

fn check_item(
    path: &str,
    item: &DraftItem,
    catalog: &Catalog,
    problems: &mut Problems,
) -> Option<CheckedItem> {
    let version = choose_version(path, item, catalog, problems);
    let modules =
        version.as_ref().and_then(|(_, version)| choose_modules(path, &item.modules, version, problems));
    let note =
        problems.keep(text::optional(&format!("{path}.note"), item.note.as_deref(), NOTE_MAX, Lines::Many));
    let connection_name = problems.keep(text::optional(
        &format!("{path}.connectionName"),
        item.connection_name.as_deref(),
        CONNECTION_NAME_MAX,
        Lines::One,
    ));
    let ((app, version), modules) = (version?, modules?);
    let scopes = version
        .methods
        .iter()
        .map(|method| {
            let needed = scopes_for(version, method, &modules);
            (method.id.clone(), needed.into_iter().map(|needed| needed.scope).collect())
        })
        .collect();
    Some(CheckedItem {
        app: app.id.clone(),
        version: version.id.clone(),
        modules,
        all_modules: matches!(item.modules, Modules::All),
        scopes,
        note: note?,
        connection_name: connection_name?,
    })
}

fn choose_version<'a>(
    path: &str,
    item: &DraftItem,
    catalog: &'a Catalog,
    problems: &mut Problems,
) -> Option<(&'a App, &'a AppVersion)> {
    if item.app.is_empty() {
        problems.add(ErrorCode::Required, format!("{path}.app"), "choose an app");
        return None;
    }
    let Some(app) = catalog.app(&item.app) else {
        problems.add(ErrorCode::UnknownApp, format!("{path}.app"), "the catalog has no such app");
        return None;
    };
    match (&item.version, app.versions.as_slice()) {
        (None, [only]) => Some((app, only)),
        (None, _) => {
            problems.add(
                ErrorCode::VersionRequired,
                format!("{path}.version"),
                format!("{} has several versions; choose one", app.name),
            );
            None
        }
        (Some(id), versions) => {
            let found = versions.iter().find(|version| version.id == *id);
            if found.is_none() {
                problems.add(
                    ErrorCode::UnknownVersion,
                    format!("{path}.version"),
                    format!("{} has no such version", app.name),
                );
            }
            found.map(|version| (&**app, version))
        }
    }
}

fn choose_modules(
    path: &str,
    modules: &Modules,
    version: &AppVersion,
    problems: &mut Problems,
) -> Option<Vec<String>> {
    let Modules::Ids(ids) = modules else {
        return Some(version.modules.iter().map(|module| module.id.clone()).collect());
    };
    let before = problems.0.len();
    if ids.is_empty() {
        problems.add(ErrorCode::Required, format!("{path}.modules"), "choose at least one module, or all");
    }
    if ids.len() > MODULES_MAX {
        problems.add(ErrorCode::TooMany, format!("{path}.modules"), format!("at most {MODULES_MAX} modules"));
    }
    let mut seen = BTreeSet::new();
    for (index, id) in ids.iter().take(MODULES_MAX).enumerate() {
        let field = format!("{path}.modules.ids.{index}");
        if version.module(id).is_none() {
            problems.add(ErrorCode::UnknownModule, field, "the app has no such module");
        } else if !seen.insert(id.as_str()) {
            problems.add(ErrorCode::Duplicate, field, "the module stands twice");
        }
    }
    (problems.0.len() == before).then(|| {
        version.modules.iter().map(|m| m.id.clone()).filter(|id| seen.contains(id.as_str())).collect()
    })
}
