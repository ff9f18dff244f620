//! GraphQL over HTTP, Server-Sent Events and WebSocket for any async-graphql schema, with guards.
//!
//! - [`Limits`] bound what a document may cost: it is refused on every transport before the parser or the
//!   resolvers see it.
//! - [`routes`] serves the schema: GraphQL over HTTP with POST and GET, event streams, and
//!   graphql-transport-ws, all at one path.
//! - [`Config`] holds what the application decides: who asks, which origins may, what errors look like.
//!
//! Not here: the schema, who users are, CORS (pages of other origins are refused), and limits across
//! processes.

pub mod close;
mod code;
mod config;
mod defaults;
mod documents;
mod engine;
mod guard;
mod http;
mod limits;
mod measure;
mod nulls;
mod origin;
mod rate;
mod scan;
mod variables;
mod weigh;
mod ws;

use std::sync::Arc;

use async_graphql::{ObjectType, SchemaBuilder, SubscriptionType};
use axum::{Router, routing::any};

pub use code::{Code, code_of, set_code};
pub use config::{
    Authenticate, BeforeOperation, ClientAddress, Config, Credentials, ErrorMapper, Rate, Refusal, Session,
    Transport,
};
pub use limits::Limits;

/// Serves a schema at the router's root; nest it: `Router::new().nest("/graphql", gql::routes(..))`. The schema
/// is built twice: subscriptions need an extension, which would make everything else slow.
///
/// Start the server with connection information (`into_make_service_with_connect_info::<SocketAddr>()`),
/// or requests are not limited by address; and without Nagle's algorithm (`listener.tap_io(|tcp|
/// tcp.set_nodelay(true))`), or a subscriber waits up to 40 ms for the second of two small messages.
pub fn routes<Query, Mutation, Subscription>(
    schema: impl Fn() -> SchemaBuilder<Query, Mutation, Subscription>,
    limits: Limits,
    config: Config,
) -> Router
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let engine = engine::Engine::new(schema, limits, config);
    Router::new().route("/", any(http::handle)).with_state(Arc::new(engine))
}
