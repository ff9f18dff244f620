//! Organizations, teams, and who belongs to them.

mod add;
mod recipients;
mod standing;

pub use recipients::{PersonView, RecipientChoice};
pub(crate) use standing::standing_in;
