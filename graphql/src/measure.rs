//! How large a parsed document becomes when its fragments are expanded.
//!
//! Doubling fragments make a kilobyte expand to millions of selections, so sizes are first added up with
//! each fragment measured once ([`measure`]); only what stays small is walked in full ([`crate::weigh`]).

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use crate::{code::Code, limits::Limits};

/// Sizes of a selection set with its fragments expanded; saturating.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Fields, spreads and inline fragments.
    pub selections: u64,
    /// Fields that carry an alias.
    pub aliases: u64,
    /// Fields of the set itself, not of those below.
    pub fields: u64,
    /// Levels of selection sets, spreads counted as levels.
    pub depth: usize,
}

impl Size {
    fn add(&mut self, below: Self, same_level: bool) {
        self.selections = self.selections.saturating_add(below.selections);
        self.aliases = self.aliases.saturating_add(below.aliases);
        if same_level {
            self.fields = self.fields.saturating_add(below.fields);
        }
        self.depth = self.depth.max(below.depth + 1);
    }
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

enum Known {
    InProgress,
    Done(Size),
}

struct Measurer<'a> {
    fragments: &'a Fragments,
    known: HashMap<&'a str, Known>,
}

/// Adds up every operation and fragment, also those that will not run, since all are validated.
///
/// Recursion is bounded by the number of tokens, which [`crate::scan`] has limited before.
///
/// # Errors
/// `TOO_COMPLEX` beyond a limit, `VALIDATION_FAILED` for fragments that spread themselves.
pub(crate) fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<(), ServerError> {
    let mut measurer = Measurer { fragments: &document.fragments, known: HashMap::new() };
    for (name, fragment) in &document.fragments {
        let size = measurer.fragment(name.as_str(), fragment.pos)?;
        within(Size { fields: 0, ..size }, limits)?;
    }
    for (_, operation) in document.operations.iter() {
        within(measurer.set(&operation.node.selection_set.node)?, limits)?;
    }
    Ok(())
}

fn within(size: Size, limits: &Limits) -> Result<(), ServerError> {
    let checks = [
        (size.selections, limits.selections, "selections once fragments are expanded"),
        (size.aliases, limits.aliases, "aliases once fragments are expanded"),
        (size.fields, limits.root_fields, "fields at the root of the operation"),
        (size.depth as u64, limits.nesting as u64, "levels once fragments are expanded"),
    ];
    for (actual, limit, what) in checks {
        if actual > limit {
            return Err(Code::TooComplex.error(format!("more than {limit} {what}"), None));
        }
    }
    Ok(())
}

impl<'a> Measurer<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, ServerError> {
        let mut size = Size::default();
        for selection in &set.items {
            size.selections = size.selections.saturating_add(1);
            match &selection.node {
                Selection::Field(field) => {
                    size.fields = size.fields.saturating_add(1);
                    size.aliases = size.aliases.saturating_add(u64::from(field.node.alias.is_some()));
                    let below = self.set(&field.node.selection_set.node)?;
                    size.add(below, false);
                }
                Selection::InlineFragment(inline) => {
                    let below = self.set(&inline.node.selection_set.node)?;
                    size.add(below, true);
                }
                Selection::FragmentSpread(spread) => {
                    let below = self.fragment(&spread.node.fragment_name.node, spread.pos)?;
                    size.add(below, true);
                }
            }
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'a str, pos: Pos) -> Result<Size, ServerError> {
        match self.known.get(name) {
            Some(Known::Done(size)) => return Ok(*size),
            Some(Known::InProgress) => {
                return Err(Code::ValidationFailed.error("a fragment spreads itself", Some(pos)));
            }
            None => {}
        }
        // A spread of an unknown fragment is the validator's to report.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, Known::InProgress);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.known.insert(name, Known::Done(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use async_graphql::parser::parse_query;

    use super::*;

    fn sized(text: &str) -> Size {
        let document = parse_query(text).expect("the test document parses");
        let operation = document.operations.iter().next().expect("it has an operation").1;
        let mut measurer = Measurer { fragments: &document.fragments, known: HashMap::new() };
        measurer.set(&operation.node.selection_set.node).expect("no cycle")
    }

    fn refused(text: &str) -> bool {
        let document = parse_query(text).expect("the test document parses");
        measure(&document, &Limits::default()).is_err()
    }

    #[test]
    fn fragments_count_wherever_they_are_spread() {
        let size = sized("{ a { ...F } b { ...F } } fragment F on T { x y: z }");
        assert_eq!(size, Size { selections: 8, aliases: 2, fields: 2, depth: 3 });
    }

    #[test]
    fn doubling_fragments_are_refused_at_once() {
        let mut document = "{ ...F0 } fragment F30 on T { a }".to_owned();
        for n in 0..30 {
            let next = n + 1;
            write!(document, " fragment F{n} on T {{ ...F{next} ...F{next} }}").expect("writing to a string");
        }
        assert!(refused(&document));
    }

    #[test]
    fn cycles_are_refused() {
        assert!(refused("{ ...A } fragment A on T { ...B } fragment B on T { a { ...A } }"));
        assert!(refused("{ a } fragment A on T { ...A }"));
    }
}
