//! The life of one item, and of the request that holds it.

mod state;
mod status;

pub use state::{Illegal, State, Step};
pub use status::{Counts, Status};
