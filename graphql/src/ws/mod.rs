//! graphql-transport-ws (the protocol of npm `graphql-ws`), with the limits it leaves open.
//!
//! One socket is one task: it reads, polls its operations and writes through a bounded queue. A client that
//! does not read stops its own operations only, and is closed when one message waits too long
//! ([`crate::close::SLOW_READER`]). Closing codes are in [`crate::close`].

mod message;
mod socket;
mod writer;

use std::sync::Arc;

use axum::{body::Body, extract::FromRequestParts, extract::ws::WebSocketUpgrade, response::IntoResponse};
use http::{HeaderMap, Response, header, request::Parts};

use crate::{
    code::Code,
    engine::Engine,
    http::{Refused, admit},
    origin,
};

/// The name of the protocol in `Sec-WebSocket-Protocol`.
const PROTOCOL: &str = "graphql-transport-ws";

/// Bytes that a socket is asked for at a time. The library clears so many each time it looks whether something came,
/// which is before each message that is sent too; with its own 128 KiB that took half of the time of a fan-out.
const READ_BYTES: usize = 4 * 1024;

/// Whether the request asks for a WebSocket.
pub(crate) fn is_upgrade(parts: &Parts) -> bool {
    let named = |headers: &HeaderMap| {
        headers.get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
    };
    named(&parts.headers) || parts.headers.contains_key(header::SEC_WEBSOCKET_KEY)
}

/// Upgrades the connection and serves it.
///
/// # Errors
/// 403 for another origin, 429 beyond the rate or with no room for another socket, 400 for what is no
/// upgrade.
pub(crate) async fn upgrade(engine: &Arc<Engine>, parts: &mut Parts) -> Result<Response<Body>, Refused> {
    origin::check(&parts.headers, &engine.config.allowed_origins)?;
    let credentials = admit(engine, parts)?;
    let bytes = engine.config.transport.message_bytes;
    let upgrade = WebSocketUpgrade::from_request_parts(parts, &()).await.map_err(|rejection| {
        let status = rejection.into_response().status();
        Refused { status, ..Refused::from(Code::BadRequest.error("not a WebSocket upgrade", None)) }
    })?;
    let permit = Arc::clone(&engine.connections).try_acquire_owned();
    let permit = permit.map_err(|_| Refused::rate(engine.config.transport.drain))?;
    let engine = Arc::clone(engine);
    let upgrade = upgrade.protocols([PROTOCOL]).read_buffer_size(READ_BYTES);
    let upgrade = upgrade.max_message_size(bytes).max_frame_size(bytes);
    let tasks = engine.config.tasks.clone();
    Ok(upgrade.on_upgrade(move |socket| {
        tasks.track_future(async move {
            socket::serve(socket, engine, credentials).await;
            drop(permit);
        })
    }))
}
