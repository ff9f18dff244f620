//! The transport through its public door: over HTTP, as an event stream, over a real WebSocket.
#![allow(clippy::indexing_slicing, reason = "JSON values answer a missing key with null")]

mod hostile;
mod http;
mod shop;
mod sse;
mod support;
mod ws;
mod ws_bounds;
