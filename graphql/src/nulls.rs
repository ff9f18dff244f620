//! Puts the nulls into an answer that its errors call for.
//!
//! async-graphql leaves the key of a failed field out. The GraphQL specification (section 6.4.4) wants
//! `null` there, or, where the field's type is not nullable, at the nearest place above that may be null:
//! otherwise typed clients meet a missing value, and caches take the answer for incomplete.

use async_graphql::{
    Name, PathSegment, Response, Value,
    parser::{
        parse_query,
        types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet},
    },
    registry::{MetaType, Registry},
};

use crate::guard::selected;

/// What was asked, kept for the case that a field fails.
#[derive(Debug)]
pub(crate) struct Asked {
    pub document: String,
    pub operation_name: Option<String>,
}

/// Sets to null what the answer's errors say has failed.
pub(crate) fn fill(response: &mut Response, asked: &Asked, registry: &Registry) {
    let Ok(document) = parse_query(&asked.document) else { return };
    let Ok(operation) = selected(&document, asked.operation_name.as_deref()) else { return };
    let root = match operation.ty {
        OperationType::Query => Some(registry.query_type.as_str()),
        OperationType::Mutation => registry.mutation_type.as_deref(),
        OperationType::Subscription => registry.subscription_type.as_deref(),
    };
    let Some(root) = root.and_then(|name| registry.types.get(name)) else { return };
    let walker = Walker { document: &document, registry };
    let mut nulled: Vec<&[PathSegment]> = Vec::new();
    for error in &response.errors {
        let path = error.path.as_slice();
        if path.is_empty() || nulled.iter().any(|above| path.starts_with(above)) {
            continue;
        }
        let nullable = walker.nullable(&operation.selection_set.node, root, path);
        let reach = reach(&response.data, path);
        let deepest = nullable.into_iter().filter(|length| *length <= reach).max().unwrap_or(0);
        let place = path.get(..deepest).unwrap_or_default();
        set_null(&mut response.data, place);
        nulled.push(place);
    }
}

struct Walker<'a> {
    document: &'a ExecutableDocument,
    registry: &'a Registry,
}

impl<'a> Walker<'a> {
    /// Lengths of the prefixes of `path` whose value may be null.
    fn nullable(&self, root: &'a SelectionSet, root_type: &'a MetaType, path: &[PathSegment]) -> Vec<usize> {
        let mut found = vec![0];
        let mut sets = vec![root];
        let mut parent = Some(root_type);
        let mut of_type = String::new();
        for (length, segment) in (1..).zip(path) {
            match segment {
                PathSegment::Field(key) => {
                    let mut fields = Vec::new();
                    for set in &sets {
                        self.matching(set, parent, key, &mut fields);
                    }
                    let declared = fields
                        .iter()
                        .find_map(|(field, on)| Some(&on.as_ref()?.field_by_name(&field.name.node)?.ty));
                    let Some(declared) = declared else { return found };
                    of_type.clone_from(declared);
                    sets = fields.iter().map(|(field, _)| &field.selection_set.node).collect();
                }
                PathSegment::Index(_) => {
                    let inner = of_type.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
                    let Some(inner) = inner else { return found };
                    of_type = inner.to_owned();
                }
            }
            match of_type.strip_suffix('!') {
                Some(required) => of_type = required.to_owned(),
                None => found.push(length),
            }
            parent = self.registry.types.get(of_type.as_str());
        }
        found
    }

    /// Fields of a set whose key in the answer is `key`, each with the type it was selected on.
    fn matching(
        &self,
        set: &'a SelectionSet,
        on: Option<&'a MetaType>,
        key: &str,
        found: &mut Vec<(&'a Field, Option<&'a MetaType>)>,
    ) {
        let narrowed = |name: &Name| self.registry.types.get(name.as_str()).or(on);
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    if field.node.response_key().node == key {
                        found.push((&field.node, on));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(on, |to| narrowed(&to.node.on.node));
                    self.matching(&inline.node.selection_set.node, on, key, found);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let on = narrowed(&fragment.node.type_condition.node.on.node);
                        self.matching(&fragment.node.selection_set.node, on, key, found);
                    }
                }
            }
        }
    }
}

/// How far along the path null can be set: to what is there, or to the first key that is missing.
fn reach(data: &Value, path: &[PathSegment]) -> usize {
    let mut at = data;
    for (length, segment) in path.iter().enumerate() {
        let below = match (at, segment) {
            (Value::Object(fields), PathSegment::Field(key)) => fields.get(key.as_str()),
            (Value::List(items), PathSegment::Index(index)) => items.get(*index),
            // The library answers null for an object of which every field failed.
            (Value::Null, PathSegment::Field(_)) => None,
            _ => return length,
        };
        match below {
            Some(below) => at = below,
            None => return length + 1,
        }
    }
    path.len()
}

fn set_null(data: &mut Value, path: &[PathSegment]) {
    let Some((last, above)) = path.split_last() else {
        *data = Value::Null;
        return;
    };
    let mut at = data;
    for segment in above {
        let below = match (at, segment) {
            (Value::Object(fields), PathSegment::Field(key)) => fields.get_mut(key.as_str()),
            (Value::List(items), PathSegment::Index(index)) => items.get_mut(*index),
            _ => None,
        };
        let Some(below) = below else { return };
        at = below;
    }
    // An object of which every field failed.
    if matches!(at, Value::Null) {
        *at = Value::Object(async_graphql::indexmap::IndexMap::new());
    }
    match (at, last) {
        (Value::Object(fields), PathSegment::Field(key)) => {
            fields.insert(Name::new(key), Value::Null);
        }
        (Value::List(items), PathSegment::Index(index)) => {
            if let Some(item) = items.get_mut(*index) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}
