//! The rules of credential requests, and nothing else.
//!
//! A *requester* asks a *recipient* for access to apps: one [`request::Draft`] becomes a credential
//! request with one *item* per app. Each item walks through the states of [`item::State`]; the request's
//! [`item::Status`] is a fold over them. What somebody may do is decided by [`policy::check`]. Each change
//! is an [`event::Event`]; what must follow from it is a list of [`job::Job`]s, computed by
//! [`reaction::jobs`].
//!
//! Not here: I/O, async code, clock reads, randomness, SQL, HTTP. Time and random bytes are arguments.
//!
//! Words (glossary of the specification): an *organization* has *teams*; a *credential* is what a recipient
//! granted for one item; a *connection* is a named use of a credential by the team; an *app* has *versions*,
//! a version has *ways to authenticate* and *modules*; a *guest* joined only to answer requests.

pub mod actor;
pub mod clock;
pub mod code;
pub mod event;
pub mod health;
pub mod id;
pub mod item;
pub mod job;
pub mod language;
pub mod policy;
pub mod reaction;
pub mod request;
pub mod scope;
pub mod text;
pub mod token;

pub use code::{ErrorCode, Problem};
pub mod catalog;
pub mod credential;
