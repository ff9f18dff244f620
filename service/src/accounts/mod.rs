//! People, their sessions, and the first start.

mod return_path;
mod session;
mod set_up;
mod sign_in;
mod single_sign_on;
mod token;
mod viewer;

pub use session::{NewSession, SessionView};
pub(crate) use session::{encode, hash, new_token};
pub use sign_in::{SignInAsked, SignInTry};
pub use single_sign_on::{SingleSignOnAnswer, SingleSignOnStart, SingleSignOnView};
pub use token::ApiTokenView;
pub(crate) use token::signed_in;
pub use viewer::{MembershipView, UserView};
