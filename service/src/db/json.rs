//! What lies in columns of JSON, read from their text as what it is.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// Names of modules or scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub(crate) struct Names(pub(crate) Vec<String>);

/// Scopes by the method that asks for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub(crate) struct ScopesByMethod(pub(crate) BTreeMap<String, Vec<String>>);
