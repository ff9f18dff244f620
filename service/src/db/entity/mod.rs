//! One file per table. Rows never leave this crate.

pub(crate) mod authorization;
pub(crate) mod connection;
pub(crate) mod credential;
pub(crate) mod credential_request;
pub(crate) mod encryption_key;
pub(crate) mod event;
pub(crate) mod feature_application;
pub(crate) mod invitation;
pub(crate) mod item_attempt;
pub(crate) mod job;
pub(crate) mod mailbox;
pub(crate) mod member_invitation;
pub(crate) mod organization;
pub(crate) mod organization_member;
pub(crate) mod request_item;
pub(crate) mod revocation;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod single_sign_on;
pub(crate) mod team;
pub(crate) mod team_member;
pub(crate) mod user;
