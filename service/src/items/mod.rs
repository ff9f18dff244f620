//! What a recipient does with an item, and what becomes of its secret.

mod answer;
mod attempt;
mod authorize;
mod callback;
mod client;
mod confirm;
mod revocation;
mod secret;
mod submit;

pub use attempt::Attempt;
pub use authorize::{AuthorizationStart, Confirm, FieldValue, OwnClientInput};
pub use callback::{Callback, CallbackDone};
pub(crate) use client::UsedClient;
pub(crate) use secret::{break_item, state_of};
