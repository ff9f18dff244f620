//! What a document may cost, checked before the library parses or resolves anything.
//!
//! Not an extension of async-graphql, though one could hook in at the same place: with any extension the
//! library boxes and describes each field that it resolves, which costs half of the throughput of a page.
//! All that the guard needs of a schema is its registry.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    ObjectType, Request, Response, Schema, SchemaEnv, ServerError, ServerResult, SubscriptionType,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextPrepareRequest},
    parser::{
        self,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection},
    },
    registry::Registry,
};
use futures_util::FutureExt;

use crate::{code::Code, defaults, documents::Documents, limits::Limits, measure, scan, variables, weigh};

/// Which operations a transport may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Whether the document may hold a mutation at all; never by GET.
    pub mutation: bool,
    /// Whether the answer may be a stream.
    pub subscription: bool,
}

/// What the transport and the guard tell each other about one operation.
#[derive(Debug)]
pub(crate) struct Call {
    pub allowed: Allowed,
    kind: OnceLock<OperationType>,
    begun: AtomicBool,
}

impl Call {
    pub(crate) fn new(allowed: Allowed) -> Arc<Self> {
        Arc::new(Self { allowed, kind: OnceLock::new(), begun: AtomicBool::new(false) })
    }

    /// The kind of the operation, once the guard has admitted it.
    fn kind(&self) -> Option<OperationType> {
        self.kind.get().copied()
    }

    /// Whether its answer is a stream.
    pub(crate) fn is_subscription(&self) -> bool {
        self.kind() == Some(OperationType::Subscription)
    }

    /// Whether the stream of a subscription has had an event.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether it changes something and should end although nobody waits for the answer.
    pub(crate) fn is_mutation(&self) -> bool {
        self.kind() == Some(OperationType::Mutation)
    }
}

/// Refuses documents beyond the [`Limits`] before they are parsed or executed.
pub(crate) struct Rules {
    schema: SchemaEnv,
    documents: Documents,
    pub limits: Limits,
}

/// Sees what a schema tells nobody but its extensions: its registry, and that a subscription has an event.
#[derive(Clone, Default)]
pub(crate) struct Witness(Arc<OnceLock<SchemaEnv>>);

impl ExtensionFactory for Witness {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Extension for Witness {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        self.0.get_or_init(|| ctx.schema_env.clone());
        next.run(ctx, request).await
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if let Some(call) = ctx.data_opt::<Arc<Call>>() {
            call.begun.store(true, Ordering::Relaxed);
        }
        next.run(ctx, operation_name).await
    }
}

impl Rules {
    /// Rules for a schema that has this witness.
    ///
    /// # Panics
    /// If the schema does not answer `{ __typename }`, for which it needs no resolver.
    pub(crate) fn of<Query, Mutation, Subscription>(
        schema: &Schema<Query, Mutation, Subscription>,
        witness: &Witness,
        limits: Limits,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let asked = schema.execute("{ __typename }").now_or_never();
        assert!(asked.is_some(), "the name of the root is known without waiting");
        let schema = witness.0.get().cloned().expect("a schema prepares what it executes");
        Self { schema, documents: Documents::default(), limits }
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.schema.registry
    }

    /// Checks one request and leaves its parsed document in it.
    ///
    /// # Errors
    /// One for a document, and as many as there are for its variables.
    pub(crate) fn admit(&self, request: &mut Request, call: &Arc<Call>) -> Result<(), Vec<ServerError>> {
        let document = self.parsed(&request.query, call).map_err(|error| vec![error])?;
        let operation =
            selected(&document, request.operation_name.as_deref()).map_err(|error| vec![error])?;
        check_root(operation).map_err(|error| vec![error])?;
        measure::measure(&document, &self.limits).map_err(|error| vec![error])?;
        variables::check(operation, &request.variables, &self.limits)?;
        defaults::apply(&document, operation, self.registry(), &mut request.variables)?;
        weigh::weigh(&document, operation, self.registry(), &request.variables, &self.limits)
            .map_err(|error| vec![error])?;
        self.documents.keep(&request.query, &document);
        // Set once: a request is admitted once.
        let _ = call.kind.set(operation.ty);
        request.set_parsed_query(document);
        request.data.insert(Arc::clone(call));
        Ok(())
    }

    fn parsed(&self, text: &str, call: &Call) -> Result<ExecutableDocument, ServerError> {
        let document = if let Some(document) = self.documents.get(text) {
            document
        } else {
            scan::scan(text, &self.limits)?;
            parser::parse_query(text).map_err(|error| parse_error(&error))?
        };
        check_kinds(&document, call.allowed)?;
        Ok(document)
    }
}

fn check_kinds(document: &ExecutableDocument, allowed: Allowed) -> Result<(), ServerError> {
    for (_, operation) in document.operations.iter() {
        match operation.node.ty {
            OperationType::Mutation if !allowed.mutation => {
                let message = "a mutation needs POST with the content type application/json";
                return Err(Code::MethodNotAllowed.error(message, Some(operation.pos)));
            }
            OperationType::Subscription if !allowed.subscription => {
                let message = "a subscription needs a WebSocket, or text/event-stream in Accept";
                return Err(Code::NotAcceptable.error(message, Some(operation.pos)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A subscription is one stream of events, so it has one field at its root (GraphQL specification, section 5.2.3.1).
/// The library would begin a stream for each of several, and none for one in a fragment.
///
/// # Errors
/// `VALIDATION_FAILED`.
fn check_root(operation: &OperationDefinition) -> Result<(), ServerError> {
    let root = &operation.selection_set;
    if operation.ty != OperationType::Subscription
        || matches!(root.node.items.as_slice(), [one] if matches!(one.node, Selection::Field(_)))
    {
        return Ok(());
    }
    let message = "a subscription has one field at its root, which is written there and not in a fragment";
    Err(Code::ValidationFailed.error(message, Some(root.pos)))
}

/// The operation that is to run.
///
/// # Errors
/// `VALIDATION_FAILED` if the name does not select one.
pub(crate) fn selected<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ServerError> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        (DocumentOperations::Multiple(_), None) => {
            let message = "the document has several operations: operationName must say which";
            return Err(Code::ValidationFailed.error(message, None));
        }
    };
    found.map(|operation| &operation.node).ok_or_else(|| {
        Code::ValidationFailed.error("the document has no operation of the name in operationName", None)
    })
}

/// The parser's message quotes the document, which may hold secrets and be long; position and expectation
/// are enough.
fn parse_error(error: &parser::Error) -> ServerError {
    let positions: Vec<_> = error.positions().collect();
    let text = error.to_string();
    let expected = text.lines().rev().find_map(|line| line.trim_start().strip_prefix("= "));
    let message = match expected {
        Some(expected) => format!("the document does not parse: {expected}"),
        None if text.lines().count() == 1 => format!("the document does not parse: {text}"),
        None => "the document does not parse".to_owned(),
    };
    let mut error = Code::ParseError.error(message, None);
    error.locations = positions;
    error
}
