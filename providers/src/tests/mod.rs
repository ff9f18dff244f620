//! Tests through the public door, against a real HTTP server on this machine that answers by script.

mod bench;
mod guard;
mod imap;
mod oauth;
mod probe;
mod revoke;
