//! Runs one operation for any transport: the same refusals, error codes and care for panics everywhere.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Data, Executor, Request, Response, ServerError, Value, Variables};
use futures_util::{FutureExt, Stream, StreamExt, stream, stream::BoxStream};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::{
    code::{Code, code_of, set_code},
    config::{Config, Session},
    guard::{Call, unpack},
    rate::Limiter,
};

/// Longer messages are cut: the library quotes what it was sent.
const MESSAGE_CHARS: usize = 500;

type Run = dyn Fn(Request, Arc<Data>) -> BoxStream<'static, Response> + Send + Sync;

/// What all requests share.
pub(crate) struct Engine {
    run: Box<Run>,
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
    pub(crate) fn new<E: Executor>(executor: E, config: Config) -> Self {
        Self {
            run: Box::new(move |request, data| executor.execute_stream(request, Some(data))),
            limiter: Limiter::new(&config.rate),
            connections: Arc::new(Semaphore::new(config.transport.connections)),
            config,
        }
    }

    /// Whether the schema was built with [`crate::Guard`], which alone gives a code to what does not parse.
    pub(crate) fn is_guarded(&self) -> bool {
        let mut answers = (self.run)(Request::new("\""), Arc::default());
        let answer = answers.next().now_or_never().flatten();
        answer.is_some_and(|answer| answer.errors.iter().any(|error| code_of(error).is_some()))
    }

    /// Runs one operation: one answer for queries, mutations and refusals, any number for subscriptions.
    pub(crate) fn answers(
        self: Arc<Self>,
        session: Arc<Session>,
        params: Params,
        call: Arc<Call>,
    ) -> impl Stream<Item = Answer> + Send + 'static {
        let engine = Arc::clone(&self);
        let marked = Arc::clone(&call);
        let started = async move {
            let mut request = Request::new(params.query).variables(params.variables).data(marked);
            request.operation_name = params.operation_name;
            if let Some(before) = &engine.config.before_operation {
                request = match before(Arc::clone(&session), request).await {
                    Ok(request) => request,
                    Err(refusal) => {
                        return stream::once(async move { Response::from_errors(vec![refusal.error()]) })
                            .boxed();
                    }
                };
            }
            (engine.run)(request, Arc::clone(&session.data))
        };
        let responses = AssertUnwindSafe(started.flatten_stream()).catch_unwind();
        responses.map(move |response| match response {
            Ok(response) => self.finish(response, call.executed()),
            Err(panic) => Answer::refused(panicked(panic.as_ref())),
        })
    }

    fn finish(&self, response: Response, executed: bool) -> Answer {
        let errors = unpack(response.errors).into_iter().map(|error| self.coded(error, executed)).collect();
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
            if !executed {
                set_code(&mut error, Code::ValidationFailed.as_str());
            } else if error.message.starts_with("Failed to parse \"") {
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
