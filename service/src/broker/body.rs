//! Bodies of calls: which are read whole, and how long ones are watched while they pass.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::catalog::{AuthMethod, Injection, pairs};
use futures_util::StreamExt as _;
use futures_util::stream;
use http::{HeaderMap, Method};
use providers::{Body, ByteStream};
use tokio::time::{Instant, timeout_at};

use super::overrides::{Kind, Scan, check_pair};
use super::refusal::{Refusal, RefusalCode};
use super::slots::Slot;
use crate::Service;

/// The most that is read whole: forms, and bodies that the secret goes into.
const WHOLE: usize = 1024 * 1024;
/// Bodies that are read whole for no other reason than that the call can be made again after a 401.
const SHORT: u64 = 64 * 1024;
/// How often a long body is asked whether it may go on.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What a call holds as long as one of its bodies passes, and what it is asked again by.
pub(super) struct Held(Arc<Inner>);

struct Inner {
    service: Service,
    _slot: Slot,
    connection: String,
    token: Option<String>,
    /// Why the rest of the body does not go on.
    refused: OnceLock<Refusal>,
}

impl Held {
    pub(super) fn new(service: Service, slot: Slot, connection: String, token: Option<String>) -> Self {
        Self(Arc::new(Inner { service, _slot: slot, connection, token, refused: OnceLock::new() }))
    }

    /// Why the body of the call was broken off, if it was.
    pub(super) fn refused(&self) -> Option<Refusal> {
        self.0.refused.get().cloned()
    }

    /// Breaks a body off before the piece that would stand in for the method goes on.
    fn look_through(&self, body: ByteStream, scan: Option<Scan>) -> ByteStream {
        let Some(mut scan) = scan else { return body };
        let held = Arc::clone(&self.0);
        Box::pin(body.map(move |piece| {
            let piece = piece?;
            scan.look(&piece).map_err(|refusal| {
                // The first says it; the app gets nothing after it.
                let _known = held.refused.set(refusal);
                io::Error::other("the body is refused")
            })?;
            Ok(piece)
        }))
    }

    /// Lets a body pass as long as the call would be allowed now: what was revoked, suspended or withdrawn stops
    /// within seconds, however long the body is, and though nothing passes.
    pub(super) fn watch(&self, body: ByteStream) -> ByteStream {
        let begin = (body, Arc::clone(&self.0), Instant::now() + LOOK_EVERY);
        Box::pin(stream::unfold(Some(begin), |passing| async move {
            let (mut body, held, mut next) = passing?;
            loop {
                if Instant::now() >= next {
                    if !held.is_allowed().await {
                        return Some((
                            Err(io::Error::other("the connection may not be used any more")),
                            None,
                        ));
                    }
                    next = Instant::now() + LOOK_EVERY;
                }
                if let Ok(piece) = timeout_at(next, body.next()).await {
                    return Some((piece?, Some((body, held, next))));
                }
            }
        }))
    }
}

impl Inner {
    async fn is_allowed(&self) -> bool {
        match self.service.grant(&self.connection, self.token.as_deref()).await {
            Ok(grant) => grant.check().is_ok(),
            // A database that is away for a moment ends nothing that began.
            Err(refusal) => refusal.code == RefusalCode::Unavailable,
        }
    }
}

/// Decides how a body passes.
pub(super) async fn read(
    auth: &AuthMethod,
    (method, headers): (&Method, &HeaderMap),
    body: Option<ByteStream>,
    length: Option<u64>,
    held: &Held,
    silence: Duration,
) -> Result<Body, Refusal> {
    let Some(body) = body.filter(|_| length != Some(0)) else { return Ok(Body::Empty) };
    let kind = Kind::of(method, headers)?;
    let scan = Scan::of(kind, headers)?;
    let takes_secret = auth.injections.iter().any(|one| matches!(one, Injection::Body { .. }));
    if kind != Kind::Form && !takes_secret && length.is_none_or(|length| length > SHORT) {
        return Ok(Body::Stream(held.watch(held.look_through(body, scan))));
    }
    let whole = collect(body, length, silence).await?;
    if kind == Kind::Form {
        for (name, value) in pairs(&whole) {
            check_pair(&name, &value)?;
        }
    } else if let Some(mut scan) = scan {
        scan.look(&whole)?;
    }
    Ok(Body::Whole(whole))
}

async fn collect(mut body: ByteStream, length: Option<u64>, silence: Duration) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("forms, and bodies that the secret goes into, may have {WHOLE} bytes");
        Refusal::new(RefusalCode::BodyTooLarge, message)
    };
    let told = usize::try_from(length.unwrap_or_default()).unwrap_or(usize::MAX);
    if told > WHOLE {
        return Err(too_large());
    }
    let mut whole = BytesMut::with_capacity(told);
    loop {
        let late = || Refusal::new(RefusalCode::BodyTimeout, "the body did not come in time");
        let piece = tokio::time::timeout(silence, body.next()).await.map_err(|_| late())?;
        let Some(piece) = piece else { return Ok(whole.freeze()) };
        let piece = piece.map_err(|_| Refusal::new(RefusalCode::Malformed, "the body broke off"))?;
        if whole.len() + piece.len() > WHOLE {
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
    }
}
