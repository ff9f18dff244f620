//! The one async-graphql extension: what a document may cost, and whether it came to be executed.
//!
//! It works in `prepare_request`, the only hook that runs before the parser on every transport, and hooks
//! nothing per field, which would cost half of the throughput.

use std::{
    any::TypeId,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{
    Request, Response, ServerError, ServerResult, ValidationResult,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextPrepareRequest, NextValidation,
    },
    parser::{
        self,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
    registry::Registry,
};

use crate::{
    code::Code,
    defaults,
    limits::Limits,
    measure,
    nulls::{self, Asked},
    scan, variables, weigh,
};

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
    executed: AtomicBool,
}

impl Call {
    pub(crate) fn new(allowed: Allowed) -> Arc<Self> {
        Arc::new(Self { allowed, kind: OnceLock::new(), executed: AtomicBool::new(false) })
    }

    /// The kind of the operation, once the guard has admitted it.
    pub(crate) fn kind(&self) -> Option<OperationType> {
        self.kind.get().copied()
    }

    /// Whether it changes something and should end although nobody waits for the answer.
    pub(crate) fn is_mutation(&self) -> bool {
        self.kind() == Some(OperationType::Mutation)
    }

    /// Whether a resolver may have run: tells errors of the request (no `data` in the answer, GraphQL
    /// specification section 7.1) from errors of fields.
    pub(crate) fn executed(&self) -> bool {
        self.executed.load(Ordering::Relaxed)
    }
}

/// The extension to build a schema with: `Schema::build(..).extension(Guard::new(Limits::default()))`.
///
/// Refuses documents beyond the [`Limits`] before they are parsed or executed, and marks what was executed.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    limits: Arc<Limits>,
}

impl Guard {
    /// A guard with these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits: Arc::new(limits) }
    }
}

impl ExtensionFactory for Guard {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Extension for Guard {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        mut request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        admit(&mut request, &ctx.schema_env.registry, &self.limits)?;
        next.run(ctx, request).await
    }

    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await.map_err(|mut errors| {
            // One error per selection would make the answer many times the size of the document.
            errors.truncate(self.limits.errors);
            errors
        })
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if let Some(call) = ctx.data_opt::<Arc<Call>>() {
            call.executed.store(true, Ordering::Relaxed);
        }
        let mut response = next.run(ctx, operation_name).await;
        if !response.errors.is_empty()
            && let Some(asked) = ctx.data_opt::<Asked>()
        {
            nulls::fill(&mut response, asked, &ctx.schema_env.registry);
        }
        response
    }
}

/// Checks one request and leaves its parsed document in it.
fn admit(request: &mut Request, registry: &Registry, limits: &Limits) -> Result<(), ServerError> {
    scan::scan(&request.query, limits)?;
    let document = parser::parse_query(&request.query).map_err(|error| parse_error(&error))?;
    let call = request.data.get(&TypeId::of::<Arc<Call>>()).and_then(|call| call.downcast_ref::<Arc<Call>>());
    if let Some(call) = call {
        check_kinds(&document, call.allowed)?;
    }
    let operation = selected(&document, request.operation_name.as_deref())?;
    measure::measure(&document, limits)?;
    variables::check(operation, &request.variables, limits).map_err(carry)?;
    defaults::apply(&document, operation, registry, &mut request.variables).map_err(carry)?;
    weigh::weigh(&document, operation, registry, &request.variables, limits)?;
    if let Some(call) = call {
        // Set once: a request is prepared once.
        let _ = call.kind.set(operation.ty);
    }
    let asked = Asked { document: request.query.clone(), operation_name: request.operation_name.clone() };
    request.data.insert(asked);
    request.set_parsed_query(document);
    Ok(())
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

/// Further errors of a refusal: the library's hook can return only one.
#[derive(Debug)]
pub(crate) struct Siblings(pub Vec<ServerError>);

/// Packs several errors into one; [`unpack`] takes them apart where the answer is written.
fn carry(mut errors: Vec<ServerError>) -> ServerError {
    if errors.is_empty() {
        return Code::Internal.error("refused without a reason", None);
    }
    let mut first = errors.remove(0);
    if !errors.is_empty() {
        first.source = Some(Arc::new(Siblings(errors)));
    }
    first
}

/// Puts the errors that travelled inside another beside it.
pub(crate) fn unpack(errors: Vec<ServerError>) -> Vec<ServerError> {
    let mut all = Vec::with_capacity(errors.len());
    for mut error in errors {
        let siblings = error.source::<Siblings>().map(|siblings| siblings.0.clone());
        if siblings.is_some() {
            error.source = None;
        }
        all.push(error);
        all.extend(siblings.unwrap_or_default());
    }
    all
}
