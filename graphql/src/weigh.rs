//! What executing an operation may cost: selections times the sizes of the lists above them, and the rules
//! for introspection. Walks the expanded operation, which [`crate::measure`] has found to be small.

use std::collections::HashSet;

use async_graphql::{
    Name, Pos, Positioned, ServerError, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet},
    registry::{MetaType, Registry},
};

use async_graphql_value::{ConstValue, Value};

use crate::{code::Code, limits::Limits};

/// Looks at types one by one: more in one document is an export, which `__schema` does better.
const TYPE_LOOKUPS: u32 = 5;

/// Fields of `__Type` that lead to the types and fields again; nested in each other they multiply, so one
/// path may pass through one of them.
const BACK_EDGES: [&str; 5] = ["fields", "inputFields", "interfaces", "possibleTypes", "enumValues"];

struct Weigher<'a> {
    document: &'a ExecutableDocument,
    registry: &'a Registry,
    variables: &'a Variables,
    limits: &'a Limits,
    cost: u64,
    schemas: u32,
    type_lookups: u32,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place<'a> {
    parent: Option<&'a MetaType>,
    /// Product of the list sizes on the path.
    times: u64,
    /// `first` or `last` of a connection, for the list inside it.
    page: Option<u64>,
    introspection: bool,
    /// Whether the path has passed a back edge of introspection.
    looped: bool,
}

/// Refuses an operation whose execution may cost too much.
///
/// # Errors
/// `TOO_COMPLEX`.
pub(crate) fn weigh(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    registry: &Registry,
    variables: &Variables,
    limits: &Limits,
) -> Result<(), ServerError> {
    let root = match operation.ty {
        OperationType::Query => Some(registry.query_type.as_str()),
        OperationType::Mutation => registry.mutation_type.as_deref(),
        OperationType::Subscription => registry.subscription_type.as_deref(),
    };
    let place = Place {
        parent: root.and_then(|name| registry.types.get(name)),
        times: 1,
        page: None,
        introspection: false,
        looped: false,
    };
    let mut weigher = Weigher { document, registry, variables, limits, cost: 0, schemas: 0, type_lookups: 0 };
    weigher.set(&operation.selection_set.node, place, &mut HashSet::new())
}

impl<'a> Weigher<'a> {
    /// `seen`: names already selected on the same object, for introspection.
    fn set(
        &mut self,
        set: &'a SelectionSet,
        place: Place<'a>,
        seen: &mut HashSet<&'a str>,
    ) -> Result<(), ServerError> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(field, place, seen)?,
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|on| &on.node.on.node);
                    self.set(&inline.node.selection_set.node, self.narrowed(place, on), seen)?;
                }
                Selection::FragmentSpread(spread) => {
                    let document = self.document;
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        let place = self.narrowed(place, Some(&fragment.node.type_condition.node.on.node));
                        self.set(&fragment.node.selection_set.node, place, seen)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn narrowed(&self, place: Place<'a>, on: Option<&Name>) -> Place<'a> {
        let narrower = on.and_then(|name| self.registry.types.get(name.as_str()));
        Place { parent: narrower.or(place.parent), ..place }
    }

    fn field(
        &mut self,
        field: &'a Positioned<Field>,
        place: Place<'a>,
        seen: &mut HashSet<&'a str>,
    ) -> Result<(), ServerError> {
        self.cost = self.cost.saturating_add(place.times);
        if self.cost > self.limits.cost {
            let message = format!("the operation may resolve more than {} fields", self.limits.cost);
            return Err(Code::TooComplex.error(message, Some(field.pos)));
        }
        let name = field.node.name.node.as_str();
        let below = if place.introspection || name == "__schema" || name == "__type" {
            self.introspect(name, field.pos, place, seen)?
        } else {
            self.data(&field.node, place)
        };
        self.set(&field.node.selection_set.node, below, &mut HashSet::new())
    }

    fn data(&self, field: &Field, place: Place<'a>) -> Place<'a> {
        let name = field.name.node.as_str();
        let Some(meta) = place.parent.and_then(|parent| parent.field_by_name(name)) else {
            return Place { parent: None, page: None, ..place };
        };
        let asked = ["first", "last"].into_iter().find_map(|name| self.size_argument(field, name));
        let pages = meta.args.contains_key("first") || meta.args.contains_key("last");
        let list = meta.ty.contains('[');
        let size = asked.or(if pages { Some(self.limits.assumed_list) } else { None });
        let times = if list { size.or(place.page).unwrap_or(self.limits.assumed_list).max(1) } else { 1 };
        let named = meta.ty.trim_matches(['[', ']', '!']);
        Place {
            parent: self.registry.types.get(named),
            times: place.times.saturating_mul(times),
            page: if list { None } else { size },
            ..place
        }
    }

    fn size_argument(&self, field: &Field, name: &str) -> Option<u64> {
        let number = match &field.get_argument(name)?.node {
            Value::Number(number) => number,
            Value::Variable(variable) => match self.variables.get(variable)? {
                ConstValue::Number(number) => number,
                _ => return None,
            },
            _ => return None,
        };
        number.as_u64()
    }

    /// Introspection resolves each selection once per type or field of the whole schema, so it may select
    /// a field only once per object, whatever the alias, and may not go round in circles.
    fn introspect(
        &mut self,
        name: &'a str,
        pos: Pos,
        place: Place<'a>,
        seen: &mut HashSet<&'a str>,
    ) -> Result<Place<'a>, ServerError> {
        let refuse = |why: &str| Err(Code::TooComplex.error(why, Some(pos)));
        match name {
            "__schema" => self.schemas += 1,
            "__type" => self.type_lookups += 1,
            _ => {
                if !seen.insert(name) {
                    return refuse("introspection may select a field once per object");
                }
            }
        }
        if self.schemas > 1 || self.type_lookups > TYPE_LOOKUPS {
            return refuse("introspection may ask for the schema once and for five types by name");
        }
        let back = BACK_EDGES.contains(&name);
        if back && place.looped {
            return refuse("introspection may not nest fields of types in fields of types");
        }
        Ok(Place { introspection: true, looped: place.looped || back, parent: None, page: None, ..place })
    }
}
