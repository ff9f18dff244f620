//! What one document may cost.

/// Limits on one GraphQL document and its variables, checked before the work that they bound.
///
/// The defaults let the full introspection query of the reference implementation pass (2 KB, about 400
/// tokens, some 250 expanded selections) with room for every screen of an application, and keep the worst
/// document that passes under 50 ms of CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document (UTF-8). Default 16,384.
    pub document_bytes: usize,
    /// Lexical tokens, comments not counted. Default 2,000.
    pub tokens: usize,
    /// Brackets of any kind open at once, and levels of selections after fragments are expanded.
    /// Default 32: the parser recurses per level, and a worker's stack is 2 MiB.
    pub nesting: usize,
    /// Selections after fragments are expanded. Default 1,000.
    pub selections: u64,
    /// Aliases after fragments are expanded. Default 50.
    pub aliases: u64,
    /// Fields at the root of the operation, expanded. Default 20.
    pub root_fields: u64,
    /// Estimated number of resolved fields: each selection times the sizes of the lists above it.
    /// Default 25,000 (about 1 µs each).
    pub cost: u64,
    /// Size assumed for a list whose size the document does not say (`first` or `last`). Default 10.
    pub assumed_list: u64,
    /// Values (scalars, lists, objects) in the variables altogether. Default 2,000.
    pub variable_values: usize,
    /// Levels of lists and objects in one variable. Default 16.
    pub variable_depth: usize,
    /// Items of one list, in a variable or in the document. Default 500.
    pub list_items: usize,
    /// Errors in one answer to a document that does not validate; more are cut off. Default 20.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 16 * 1024,
            tokens: 2_000,
            nesting: 32,
            selections: 1_000,
            aliases: 50,
            root_fields: 20,
            cost: 25_000,
            assumed_list: 10,
            variable_values: 2_000,
            variable_depth: 16,
            list_items: 500,
            errors: 20,
        }
    }
}
