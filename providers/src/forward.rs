//! Passes a call of the broker on (USE-2): the secret put in, bodies streamed both ways, nothing kept.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::catalog::{AuthMethod, Placed, place};
use domain::credential::Secret;
use futures_util::stream::{self, Stream, StreamExt as _};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde_json::Value;
use tracing::Instrument as _;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::ProviderError;
use crate::http::{Door, failed, span_of};
use crate::oauth::{basic, hidden};

/// Pieces of a body, pulled one by one: who reads slowly slows the sender down.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// What a call brings along.
pub enum Body {
    /// Nothing.
    Empty,
    /// All of it, so that the call can be made again.
    Whole(Bytes),
    /// Passed on as it comes.
    Stream(ByteStream),
}

/// A call to pass on. The address and the headers hold no secret yet.
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: Url,
    /// The headers that may go on.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

/// What an app answered.
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// All its headers.
    pub headers: HeaderMap,
    /// Its body as it comes; an error when the app breaks it off.
    pub body: ByteStream,
}

/// Why there is no answer. No text holds a secret, a path or a body.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// Nothing was sent: the app could not be reached.
    #[error("{0}")]
    NotReached(String),
    /// Nothing moved for too long. Whether the app acted is not known.
    #[error("{0}")]
    TooSlow(String),
    /// The app broke the connection off before it answered. Whether it acted is not known.
    #[error("{0}")]
    BrokeOff(String),
    /// The secret goes into the body, and this one has no place for it: neither a JSON object nor a form.
    #[error("the secret has no place in this body")]
    NoPlace,
    /// The call cannot be made at all: the catalog or the secret does not fit, or the address may not be called.
    #[error("{0}")]
    Misconfigured(String),
}

impl From<ProviderError> for ForwardError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Misconfigured { detail } => Self::Misconfigured(detail),
            ProviderError::Transient { detail, .. } | ProviderError::Dead { detail, .. } => {
                Self::BrokeOff(detail)
            }
        }
    }
}

pub(crate) async fn forward(
    door: &Door,
    method: &AuthMethod,
    secret: &Secret,
    call: Call,
    silence: Duration,
) -> Result<Reply, ForwardError> {
    let span = span_of(&call.method, &call.url);
    let reply = exchange(door, method, secret, call, silence).instrument(span.clone()).await;
    if let Ok(reply) = &reply {
        span.record("http.response.status_code", reply.status.as_u16());
    }
    reply
}

async fn exchange(
    door: &Door,
    method: &AuthMethod,
    secret: &Secret,
    mut call: Call,
    silence: Duration,
) -> Result<Reply, ForwardError> {
    inject(method, secret, &mut call)?;
    door.outbound.check_url(&call.url)?;
    let name = format!("{} {}", call.method, call.url.host_str().unwrap_or_default());
    let moved = Arc::new(AtomicU64::new(0));
    let mut builder = door.client.request(call.method, call.url).headers(call.headers);
    match call.body {
        Body::Empty => {}
        Body::Whole(bytes) => builder = builder.body(bytes),
        Body::Stream(body) => {
            let counted = Arc::clone(&moved);
            let body = body.inspect(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            builder = builder.body(reqwest::Body::wrap_stream(body));
        }
    }
    let mut answer = pin!(builder.send());
    let response = loop {
        let before = moved.load(Ordering::Relaxed);
        match tokio::time::timeout(silence, &mut answer).await {
            Ok(answer) => break answer.map_err(|error| told(&name, &error))?,
            // A large body may take its time, as long as it goes on.
            Err(_) if moved.load(Ordering::Relaxed) != before => {}
            Err(_) => return Err(ForwardError::TooSlow(format!("{name} took too long to answer"))),
        }
    };
    tracing::debug!(call = %name, status = response.status().as_u16(), "an app answered a call of the broker");
    Ok(Reply {
        status: response.status(),
        headers: response.headers().clone(),
        body: Box::pin(body(response, silence)),
    })
}

fn body(response: reqwest::Response, silence: Duration) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Some(response), move |response| async move {
        let mut response = response?;
        // Measured while somebody waits for a piece: whoever reads slowly is no fault of the app.
        match tokio::time::timeout(silence, response.chunk()).await {
            Ok(Ok(Some(piece))) => Some((Ok(piece), Some(response))),
            Ok(Ok(None)) => None,
            Ok(Err(_)) => Some((Err(io::Error::other("the app broke its answer off")), None)),
            Err(_) => Some((Err(io::Error::other("the app stopped in the middle of its answer")), None)),
        }
    })
}

fn told(call: &str, error: &reqwest::Error) -> ForwardError {
    match failed(call, error) {
        ProviderError::Misconfigured { detail } => ForwardError::Misconfigured(detail),
        ProviderError::Transient { detail, .. } | ProviderError::Dead { detail, .. } => {
            if error.is_connect() { ForwardError::NotReached(detail) } else { ForwardError::BrokeOff(detail) }
        }
    }
}

fn inject(method: &AuthMethod, secret: &Secret, call: &mut Call) -> Result<(), ForwardError> {
    let mut members = Vec::new();
    for place in place(method, secret).map_err(ProviderError::from)? {
        match place {
            // The catalog's word goes before the caller's.
            Placed::Header(name, value) => {
                let name: HeaderName = name.parse().map_err(|_| {
                    ForwardError::Misconfigured("the catalog names an impossible header".to_owned())
                })?;
                call.headers.insert(name, hidden(&value)?);
            }
            Placed::Query(name, value) => {
                call.url.query_pairs_mut().append_pair(name, &value);
            }
            Placed::Basic(username, password) => {
                call.headers.insert(AUTHORIZATION, basic(&username, &password)?);
            }
            Placed::Body(name, value) => members.push((name, value)),
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    let whole = match &call.body {
        Body::Whole(bytes) => bytes.clone(),
        Body::Empty => Bytes::new(),
        Body::Stream(_) => return Err(ForwardError::NoPlace),
    };
    let kind = media_type(&call.headers);
    let written = if whole.is_empty() && kind.is_empty() {
        call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        into_json(b"{}", &members)
    } else if kind == "application/json" {
        into_json(&whole, &members)
    } else if kind == "application/x-www-form-urlencoded" {
        Some(into_form(&whole, &members))
    } else {
        None
    };
    call.headers.remove(CONTENT_LENGTH);
    call.body = Body::Whole(written.ok_or(ForwardError::NoPlace)?);
    Ok(())
}

/// The media type of a body in lower case, without parameters; empty where none is told.
fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn into_json(body: &[u8], members: &[(&str, Zeroizing<String>)]) -> Option<Bytes> {
    let mut object = match serde_json::from_slice(body).ok()? {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => return None,
    };
    for (name, value) in members {
        object.insert((*name).to_owned(), Value::String(value.to_string()));
    }
    serde_json::to_vec(&object).ok().map(Bytes::from)
}

fn into_form(body: &[u8], members: &[(&str, Zeroizing<String>)]) -> Bytes {
    let mut form = form_urlencoded::Serializer::new(String::new());
    // A second value of the same name might win at the app.
    let own =
        form_urlencoded::parse(body).filter(|(name, _)| members.iter().all(|(taken, _)| name != *taken));
    form.extend_pairs(own);
    form.extend_pairs(members.iter().map(|(name, value)| (name, value.as_str())));
    Bytes::from(form.finish())
}
