//! Answers as Server-Sent Events: the *distinct connections* mode of the graphql-sse protocol.
//!
//! Each answer is an event `next`, errors of the request included; `complete` follows the last. A stream
//! that ends without `complete` was cut (shutdown, network): the client connects again and resumes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderName, HeaderValue, Response, header};
use tokio::time::timeout;

use super::Refused;
use crate::engine::{Answer, Engine};

/// How long a client should wait when the process has no room for another stream.
const FULL_RETRY: Duration = Duration::from_secs(5);
/// With an empty `data` line, without which a browser does not tell of the event.
const COMPLETE: Bytes = Bytes::from_static(b"event: complete\ndata:\n\n");
/// A comment, ignored by clients, that keeps proxies from closing an idle stream.
const KEEP_ALIVE: Bytes = Bytes::from_static(b":\n\n");

/// Starts the event stream.
///
/// # Errors
/// 429 when the process has no room for another stream.
pub(super) fn respond(
    engine: &Engine,
    answers: impl Stream<Item = Answer> + Send + 'static,
) -> Result<Response<Body>, Refused> {
    let permit = Arc::clone(&engine.connections).try_acquire_owned();
    let permit = permit.map_err(|_| Refused::rate(FULL_RETRY))?;
    let shutdown = engine.config.shutdown.clone().cancelled_owned();
    let events =
        answers.map(|answer| next(&answer)).chain(stream::once(async { COMPLETE })).take_until(shutdown);
    let idle = engine.config.transport.keep_alive;
    // The permit is held until the stream is dropped.
    let bytes = stream::unfold((Box::pin(events), permit), move |(mut events, permit)| async move {
        let event = timeout(idle, events.next()).await.unwrap_or(Some(KEEP_ALIVE))?;
        Some((Ok::<_, Infallible>(event), (events, permit)))
    });
    let mut response = Response::new(Body::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    // nginx would hold events back.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// JSON as we write it has no line breaks, so one `data` line holds it.
fn next(answer: &Answer) -> Bytes {
    let json = serde_json::to_string(&answer.body()).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        r#"{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}"#
            .to_owned()
    });
    Bytes::from(format!("event: next\ndata: {json}\n\n"))
}
