//! People, their sessions, and the first start.

mod session;
mod set_up;
mod sign_in;
mod token;
mod viewer;

pub use session::{NewSession, SessionView};
pub(crate) use session::{encode, hash, new_token};
pub use sign_in::{SignInAsked, SignInTry};
pub use token::ApiTokenView;
pub use viewer::{MembershipView, UserView};
