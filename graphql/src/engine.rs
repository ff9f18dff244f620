//! Runs one operation for any transport: the same refusals, error codes and care for panics everywhere.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    Data, ObjectType, Request, Response, Schema, SchemaBuilder, ServerError, SubscriptionType, Value,
    Variables,
};
use futures_util::{FutureExt, Stream, StreamExt, stream, stream::BoxStream};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::{
    code::{Code, code_of, set_code},
    config::{Config, Session},
    guard::{Call, Rules, Witness},
    limits::Limits,
    nulls::{self, Asked},
    rate::Limiter,
};

/// Longer messages are cut: the library quotes what it was sent.
const MESSAGE_CHARS: usize = 500;

type Run = Box<dyn Fn(Request, Arc<Data>) -> BoxStream<'static, Response> + Send + Sync>;

/// What all requests share.
pub(crate) struct Engine {
    run: Run,
    /// Subscriptions, seen by a [`Witness`]: whether an error ends a stream that could not be had, or stands
    /// for an event of one, cannot be told otherwise.
    subscribe: Run,
    rules: Rules,
    pub config: Config,
    pub limiter: Limiter,
    /// One permit per socket and event stream.
    pub connections: Arc<Semaphore>,
}

/// The parameters of a request, GraphQL over HTTP section 5.3 and graphql-transport-ws `subscribe`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    pub query: String,
    #[serde(default)]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Variables,
    /// Nothing is read from it, but it must be an object.
    #[serde(default)]
    #[expect(dead_code, reason = "only its type is checked")]
    pub extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

/// One answer of an operation.
#[derive(Debug)]
pub(crate) struct Answer {
    /// `None` where nothing was executed, or a resolver panicked: then the answer has no `data` key.
    pub data: Option<Value>,
    pub errors: Vec<ServerError>,
    pub extensions: std::collections::BTreeMap<String, Value>,
    /// Set by resolvers.
    pub headers: HeaderMap,
}

/// An [`Answer`] as it is written.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    #[serde(skip_serializing_if = "<[ServerError]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: &'a std::collections::BTreeMap<String, Value>,
}

impl Answer {
    pub(crate) fn refused(error: ServerError) -> Self {
        Self {
            data: None,
            errors: vec![error],
            extensions: std::collections::BTreeMap::new(),
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn body(&self) -> Body<'_> {
        Body { errors: &self.errors, data: self.data.as_ref(), extensions: &self.extensions }
    }
}

impl Engine {
    pub(crate) fn new<Query, Mutation, Subscription>(
        build: impl Fn() -> SchemaBuilder<Query, Mutation, Subscription>,
        limits: Limits,
        config: Config,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let witness = Witness::default();
        let seen = build().extension(witness.clone()).finish();
        Self {
            rules: Rules::of(&seen, &witness, limits),
            run: run(build().finish()),
            subscribe: run(seen),
            limiter: Limiter::new(&config.rate),
            connections: Arc::new(Semaphore::new(config.transport.connections)),
            config,
        }
    }

    /// Runs one operation: one answer for queries, mutations and refusals, any number for subscriptions.
    pub(crate) fn answers(
        self: Arc<Self>,
        session: Arc<Session>,
        params: Params,
        call: Arc<Call>,
    ) -> impl Stream<Item = Answer> + Send + 'static {
        let engine = Arc::clone(&self);
        let asked = Asked { document: params.query.clone(), operation_name: params.operation_name.clone() };
        let admitted = Arc::clone(&call);
        let started = async move {
            let mut request = Request::new(params.query).variables(params.variables);
            request.operation_name = params.operation_name;
            match engine.admitted(&session, request, &admitted).await {
                Ok(request) => {
                    let run = if admitted.is_subscription() { &engine.subscribe } else { &engine.run };
                    run(request, Arc::clone(&session.data))
                }
                Err(errors) => stream::once(async { Response::from_errors(errors) }).boxed(),
            }
        };
        let responses = AssertUnwindSafe(started.flatten_stream()).catch_unwind();
        responses.map(move |response| match response {
            Ok(response) => {
                let executed = if call.is_subscription() { call.has_begun() } else { is_executed(&response) };
                self.finish(response, &asked, executed)
            }
            Err(panic) => Answer::refused(panicked(panic.as_ref())),
        })
    }

    async fn admitted(
        &self,
        session: &Arc<Session>,
        request: Request,
        call: &Arc<Call>,
    ) -> Result<Request, Vec<ServerError>> {
        let mut request = match &self.config.before_operation {
            Some(before) => {
                before(Arc::clone(session), request).await.map_err(|refusal| vec![refusal.error()])?
            }
            None => request,
        };
        self.rules.admit(&mut request, call)?;
        Ok(request)
    }

    fn finish(&self, mut response: Response, asked: &Asked, executed: bool) -> Answer {
        if !executed {
            // One error per selection would make the answer many times the size of the document.
            response.errors.truncate(self.rules.limits.errors);
        } else if !response.errors.is_empty() {
            nulls::fill(&mut response, asked, self.rules.registry());
        }
        let errors = response.errors.into_iter().map(|error| self.coded(error, executed)).collect();
        Answer {
            data: executed.then_some(response.data),
            errors,
            extensions: response.extensions,
            headers: response.http_headers,
        }
    }

    /// Gives an error its final code and message.
    pub(crate) fn coded(&self, mut error: ServerError, executed: bool) -> ServerError {
        (self.config.map_error)(&mut error);
        if code_of(&error).is_none() {
            if !executed && error.path.is_empty() {
                set_code(&mut error, Code::ValidationFailed.as_str());
            } else if let Some(message) = told_of_input(&error.message) {
                error.message = message;
                set_code(&mut error, Code::BadInput.as_str());
            } else {
                let id = error_id();
                tracing::error!(
                    error_id = id,
                    message = error.message,
                    "an error reached a client's answer without a code"
                );
                error.message = internal_message(&id);
                set_code(&mut error, Code::Internal.as_str());
            }
        }
        if let Some((cut, _)) = error.message.char_indices().nth(MESSAGE_CHARS) {
            error.message.truncate(cut);
            error.message.push('…');
        }
        error
    }
}

/// What the library says of a value that is not of its type, if that is what it says. It repeats the value where an
/// object or a list was expected: that may be a secret in a wrong place, which is told to nobody and written nowhere.
fn told_of_input(message: &str) -> Option<String> {
    if message.starts_with("Failed to parse \"") {
        return Some(message.to_owned());
    }
    let (expected, _) = message.strip_prefix("Expected input type \"")?.split_once('"')?;
    Some(format!("Expected input type \"{expected}\"."))
}

/// Whether fields were resolved: tells errors of the request (no `data` in the answer, GraphQL specification
/// section 7.1) from errors of fields, each of which has its path.
fn is_executed(response: &Response) -> bool {
    response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(|error| !error.path.is_empty())
}

fn run<Query, Mutation, Subscription>(schema: Schema<Query, Mutation, Subscription>) -> Run
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    Box::new(move |request, data| schema.execute_stream_with_session_data(request, data))
}

/// The error that stands for a panic, which is logged under the same id.
fn panicked(panic: &(dyn Any + Send)) -> ServerError {
    let id = error_id();
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(error_id = id, message = text.unwrap_or("no text"), "a resolver panicked");
    Code::Internal.error(internal_message(&id), None)
}

fn internal_message(id: &str) -> String {
    format!("something went wrong on our side; the log has it as {id}")
}

/// Enough to find one line in a log.
fn error_id() -> String {
    format!("{:016x}", rand::random::<u64>())
}
