//! GraphQL over HTTP: POST and GET, one JSON answer or an event stream.
//!
//! Follows the GraphQL-over-HTTP specification. Differences by choice: no batches, and GET may not carry a
//! mutation even in an operation that is not selected.

mod accept;
mod body;
mod sse;

use std::{
    future::poll_fn,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use async_graphql::ServerError;
use axum::{
    body::Body,
    extract::{ConnectInfo, State},
};
use futures_util::{StreamExt, stream, stream::BoxStream};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use tracing::Instrument as _;

use crate::{
    code::Code,
    config::{Credentials, Session},
    engine::{Answer, Engine},
    guard::{Allowed, Call},
    origin, ws,
};
use accept::{Accepted, Media};

/// A refusal with its HTTP answer still to be written.
pub(crate) struct Refused {
    pub status: StatusCode,
    pub error: Box<ServerError>,
    pub retry_after: Option<Duration>,
}

impl Refused {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self::from(code.error(message, None))
    }

    pub(crate) fn rate(wait: Duration) -> Self {
        let refused = Self::new(Code::RateLimited, "too many requests: wait, then try again");
        Self { retry_after: Some(wait), ..refused }
    }
}

impl From<ServerError> for Refused {
    fn from(error: ServerError) -> Self {
        let status = Code::of(&error).and_then(Code::status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, error: Box::new(error), retry_after: None }
    }
}

/// Answers every request to the endpoint.
pub(crate) async fn handle(State(engine): State<Arc<Engine>>, request: Request<Body>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let accepted = Accepted::by(&parts.headers);
    let media = accepted.and_then(|accepted| accepted.json).unwrap_or(Media::Json);
    let answered = if ws::is_upgrade(&parts) {
        ws::upgrade(&engine, &mut parts).await
    } else if let Some(accepted) = accepted {
        answer(&engine, parts, body, accepted).await
    } else {
        let message = "answers are application/graphql-response+json, application/json or text/event-stream";
        Err(Refused::new(Code::NotAcceptable, message))
    };
    let mut response = answered.unwrap_or_else(|refused| refusal(&engine, media, refused));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(header::VARY, HeaderValue::from_static("accept, origin"));
    response
}

async fn answer(
    engine: &Arc<Engine>,
    parts: Parts,
    body: Body,
    accepted: Accepted,
) -> Result<Response<Body>, Refused> {
    let post = parts.method == Method::POST;
    if !post && parts.method != Method::GET {
        return Err(Refused::new(Code::MethodNotAllowed, "send GET or POST"));
    }
    origin::check(&parts.headers, &engine.config.allowed_origins)?;
    let credentials = Credentials { answer_headers: accepted.json.is_some(), ..admit(engine, &parts)? };
    let params = if post {
        body::read(&parts.headers, body, &engine.config.transport).await?
    } else {
        body::from_query(&parts.uri)?
    };
    let session = authenticate(engine, credentials).await?;
    let call = Call::new(Allowed { mutation: post, subscription: accepted.stream });
    let answers = Arc::clone(engine).answers(session, params, Arc::clone(&call)).boxed();
    respond(engine, accepted, &call, answers).await
}

/// Counts the request against its address and collects what tells who asks.
pub(crate) fn admit(engine: &Engine, parts: &Parts) -> Result<Credentials, Refused> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    engine.limiter.address(address(engine, &parts.headers, peer)).map_err(Refused::rate)?;
    Ok(Credentials {
        headers: parts.headers.clone(),
        extensions: parts.extensions.clone(),
        peer,
        init: None,
        answer_headers: false,
    })
}

pub(crate) fn address(engine: &Engine, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<IpAddr> {
    match &engine.config.client_address {
        Some(find) => find(headers, peer),
        None => peer.map(|peer| peer.ip()),
    }
}

async fn authenticate(engine: &Engine, credentials: Credentials) -> Result<Arc<Session>, Refused> {
    let session = (engine.config.authenticate)(credentials).await.map_err(|refusal| Refused {
        status: refusal.status,
        error: Box::new(refusal.error()),
        retry_after: None,
    })?;
    engine.limiter.user(&session.rate_key).map_err(Refused::rate)?;
    Ok(Arc::new(session))
}

/// Waits for the first answer, or until it is clear that a subscription has begun.
async fn respond(
    engine: &Arc<Engine>,
    accepted: Accepted,
    call: &Call,
    mut answers: BoxStream<'static, Answer>,
) -> Result<Response<Body>, Refused> {
    let first = poll_fn(|cx| match answers.poll_next_unpin(cx) {
        Poll::Pending if call.is_subscription() || call.is_mutation() => Poll::Ready(None),
        answer => answer,
    })
    .await;
    let (first, answers) = if call.is_mutation() && first.is_none() {
        (finish(engine, answers).await, None)
    } else {
        (first, Some(answers))
    };
    match (first, accepted.json) {
        (Some(answer), Some(media)) if !call.is_subscription() => Ok(json(media, &answer)),
        (Some(answer), None)
            if !call.is_subscription() && status_of(&answer).is_some_and(|status| status != 400) =>
        {
            Ok(json(Media::GraphqlResponse, &answer))
        }
        (first, _) => sse::respond(engine, stream::iter(first).chain(stream::iter(answers).flatten())),
    }
}

/// Waits for a mutation in a task of its own: it ends even if its client goes away meanwhile.
async fn finish(engine: &Engine, mut answers: BoxStream<'static, Answer>) -> Option<Answer> {
    let answered = async move { answers.next().await };
    // In the trace of its request.
    engine.config.tasks.spawn(answered.in_current_span()).await.ok().flatten()
}

/// The status that the refusal's code asks for, if it does.
fn status_of(answer: &Answer) -> Option<StatusCode> {
    if answer.data.is_some() {
        return None;
    }
    answer.errors.iter().find_map(Code::of).and_then(Code::status)
}

fn json(media: Media, answer: &Answer) -> Response<Body> {
    let request_error = match media {
        Media::Json => StatusCode::OK,
        Media::GraphqlResponse => StatusCode::BAD_REQUEST,
    };
    let status = match &answer.data {
        Some(_) => StatusCode::OK,
        None => status_of(answer).unwrap_or(request_error),
    };
    let mut response = write(status, media, answer);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response.headers_mut().extend(answer.headers.clone());
    response
}

fn refusal(engine: &Engine, media: Media, refused: Refused) -> Response<Body> {
    let answer = Answer::refused(engine.coded(*refused.error, false));
    let mut response = write(refused.status, media, &answer);
    let headers = response.headers_mut();
    if refused.status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    }
    if let Some(wait) = refused.retry_after {
        // Whole seconds, rounded up, so that who obeys is served.
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    response
}

fn write(status: StatusCode, media: Media, answer: &Answer) -> Response<Body> {
    let (status, bytes) = match serde_json::to_vec(&answer.body()) {
        Ok(bytes) => (status, bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            (StatusCode::INTERNAL_SERVER_ERROR, br#"{"errors":[{"message":"the answer could not be written","extensions":{"code":"INTERNAL"}}]}"#.to_vec())
        }
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, media.content_type());
    response
}
