//! Variables, checked before anything runs: a missing one is otherwise noticed in the middle, when earlier
//! fields of a mutation have already been carried out.

use async_graphql::{
    ServerError, Value, Variables,
    parser::types::{BaseType, OperationDefinition, Type},
};

use crate::{code::Code, limits::Limits};

/// Refuses variables that are too many or too deep, or required and missing or null.
///
/// Presence and null follow GraphQL specification section 6.1.2 (`CoerceVariableValues`); whether a value
/// fits its type is the validator's to say, which also runs before execution.
///
/// # Errors
/// `BAD_VARIABLES`, one per problem.
pub(crate) fn check(
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<(), Vec<ServerError>> {
    let mut left = limits.variable_values;
    for (name, value) in variables.iter() {
        if let Err(why) = small(value, limits, 0, &mut left) {
            let name: String = name.chars().take(64).collect();
            return Err(vec![Code::BadVariables.error(format!("variable ${name}: {why}"), None)]);
        }
    }
    let mut errors = Vec::new();
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let required = &definition.node.var_type.node;
        let why = match variables.get(name) {
            None if !required.nullable && definition.node.default_value.is_none() => "is required",
            None => continue,
            Some(value) => match fits(value, required) {
                Ok(()) => continue,
                Err(why) => why,
            },
        };
        let message = format!("variable ${name} of type {required} {why}");
        errors.push(Code::BadVariables.error(message, Some(definition.pos)));
        if errors.len() == limits.errors {
            break;
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn small(value: &Value, limits: &Limits, depth: usize, left: &mut usize) -> Result<(), String> {
    let Some(rest) = left.checked_sub(1) else {
        return Err(format!("more than {} values in all variables", limits.variable_values));
    };
    *left = rest;
    if depth > limits.variable_depth {
        return Err(format!("deeper than {} levels", limits.variable_depth));
    }
    match value {
        Value::List(items) if items.len() > limits.list_items => {
            Err(format!("a list of more than {} items", limits.list_items))
        }
        Value::List(items) => items.iter().try_for_each(|item| small(item, limits, depth + 1, left)),
        Value::Object(fields) => fields.values().try_for_each(|field| small(field, limits, depth + 1, left)),
        _ => Ok(()),
    }
}

fn fits(value: &Value, required: &Type) -> Result<(), &'static str> {
    match (value, &required.base) {
        (Value::Null, _) if required.nullable => Ok(()),
        (Value::Null, _) => Err("must not be null"),
        (Value::List(items), BaseType::List(inner)) => {
            items.iter().try_for_each(|item| fits(item, inner)).map_err(|_| "must not hold null")
        }
        // A single value stands for a list of one.
        (single, BaseType::List(inner)) => fits(single, inner),
        _ => Ok(()),
    }
}
