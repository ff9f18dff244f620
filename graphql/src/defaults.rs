//! Arguments that have a default, given as a variable (GraphQL specification, sections 6.4.1 and 5.8.5): a variable that
//! was not sent leaves the argument at its default, and one that is null may not stand where null may not be. The
//! library takes both for null, and fails in the middle of the operation.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, ServerError, Value, Variables,
    parser::{
        parse_query,
        types::{Directive, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
    },
    registry::{MetaType, Registry},
};
use async_graphql_value::Value as Literal;

use crate::code::Code;

/// How a variable is used.
#[derive(Default)]
struct Uses<'a> {
    /// The default of each argument that is this variable and nothing else.
    defaults: Vec<Option<&'a str>>,
    /// Somewhere null may not be.
    never_null: bool,
}

/// Gives variables that were not sent the default of the arguments where they stand, and refuses null where it may not
/// be.
///
/// # Errors
/// `BAD_VARIABLES`.
pub(crate) fn apply(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    registry: &Registry,
    variables: &mut Variables,
) -> Result<(), Vec<ServerError>> {
    let root = match operation.ty {
        OperationType::Query => Some(&registry.query_type),
        OperationType::Mutation => registry.mutation_type.as_ref(),
        OperationType::Subscription => registry.subscription_type.as_ref(),
    };
    let mut walk = Walk { registry, uses: HashMap::new() };
    walk.directives(&operation.directives);
    walk.set(&operation.selection_set.node, root.and_then(|name| registry.types.get(name)));
    for fragment in document.fragments.values() {
        let on = registry.types.get(fragment.node.type_condition.node.on.node.as_str());
        walk.directives(&fragment.node.directives);
        walk.set(&fragment.node.selection_set.node, on);
    }
    let mut errors = Vec::new();
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        let Some(uses) = walk.uses.get(name) else { continue };
        match variables.get(name) {
            Some(Value::Null) if uses.never_null => {
                let message = format!("variable ${name} must not be null here; leave it out for the default");
                errors.push(Code::BadVariables.error(message, Some(definition.pos)));
            }
            Some(_) => {}
            None if definition.node.default_value.is_some() => {}
            None => {
                let Some(Some(first)) = uses.defaults.first() else { continue };
                // With two defaults there is no one value for it.
                if uses.defaults.iter().all(|other| *other == Some(*first))
                    && let Some(value) = literal(first)
                {
                    variables.insert(name.clone(), value);
                }
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

struct Walk<'a> {
    registry: &'a Registry,
    uses: HashMap<Name, Uses<'a>>,
}

impl<'a> Walk<'a> {
    /// Walks what was written, not what it expands to: each fragment once.
    fn set(&mut self, set: &SelectionSet, on: Option<&'a MetaType>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.directives(&field.directives);
                    let known = on.and_then(|on| on.field_by_name(&field.name.node));
                    for (name, value) in &field.arguments {
                        let argument = known.and_then(|known| known.args.get(name.node.as_str()));
                        match (&value.node, argument) {
                            (Literal::Variable(variable), Some(argument)) => {
                                let uses = self.uses.entry(variable.clone()).or_default();
                                uses.defaults.push(argument.default_value.as_deref());
                                uses.never_null |= argument.ty.ends_with('!');
                            }
                            (value, _) => self.inside(value),
                        }
                    }
                    let of = known.map(|known| known.ty.trim_matches(|c| matches!(c, '[' | ']' | '!')));
                    self.set(&field.selection_set.node, of.and_then(|name| self.registry.types.get(name)));
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.node.directives);
                    let to = inline.node.type_condition.as_ref();
                    let to = to.and_then(|to| self.registry.types.get(to.node.on.node.as_str()));
                    self.set(&inline.node.selection_set.node, to.or(on));
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.node.directives),
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            for (_, value) in &directive.node.arguments {
                self.inside(&value.node);
            }
        }
    }

    /// Variables inside of a value: what their absence means there is not for a default to say.
    fn inside(&mut self, value: &Literal) {
        match value {
            Literal::Variable(variable) => self.uses.entry(variable.clone()).or_default().defaults.push(None),
            Literal::List(items) => items.iter().for_each(|item| self.inside(item)),
            Literal::Object(members) => members.values().for_each(|member| self.inside(member)),
            _ => {}
        }
    }
}

/// Reads a default as the schema writes it.
fn literal(text: &str) -> Option<Value> {
    let document = parse_query(format!("{{ a(b: {text}) }}")).ok()?;
    let (_, operation) = document.operations.iter().next()?;
    let Selection::Field(field) = &operation.node.selection_set.node.items.first()?.node else { return None };
    let (_, value) = field.node.arguments.first()?;
    value.node.clone().into_const()
}
