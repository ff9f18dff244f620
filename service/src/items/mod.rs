//! What a recipient does with an item, and what becomes of its secret.

mod answer;
mod attempt;
mod authorize;
mod callback;
mod revocation;
mod secret;
mod submit;

pub use attempt::Attempt;
pub use authorize::{AuthorizationStart, FieldValue, OwnClientInput};
pub use callback::{Callback, CallbackDone};
