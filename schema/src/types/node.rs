//! Anything with a global id (API-3).

use async_graphql::{ID, Interface};

use super::connection::Connection;
use super::item::RequestItem;
use super::person::User;
use super::request::CredentialRequest;

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub enum Node {
    /// A request.
    CredentialRequest(CredentialRequest),
    /// An app of a request.
    RequestItem(RequestItem),
    /// A connection.
    Connection(Connection),
    /// You.
    User(User),
}
