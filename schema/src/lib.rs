//! The GraphQL schema over the service: types, queries, mutations, subscriptions.
//!
//! Resolvers parse their input, call one operation, and wrap what it returns. Every error of ours is mapped
//! in [`error`], and nowhere else. The SDL is checked in as `schema.graphql`; its descriptions are product
//! text.
//!
//! Not here: HTTP, cookies on the wire, limits on documents (crate `gql`), and any rule of the product.

#![allow(clippy::unused_async, reason = "resolvers are async for the engine")]

pub mod context;
pub mod error;
mod feed;
mod id;
mod mutations;
mod page;
mod queries;
pub mod scopes;
mod subscriptions;
mod types;

use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};
use service::Service;

pub use mutations::Mutation;
pub use queries::Query;
pub use subscriptions::Subscription;

/// The schema of Consentry.
pub type ConsentrySchema = Schema<Query, Mutation, Subscription>;

/// Begins the schema, which needs its service.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .register_output_type::<types::ErrorCode>()
        .register_output_type::<types::Node>()
        // Beyond what any screen needs; the guard has the finer limits.
        .limit_directives(10)
}

/// The schema with its service.
pub fn build(service: Service) -> ConsentrySchema {
    builder().data(service).finish()
}

/// The schema definition, sorted, as it is checked in.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_arguments().sorted_enum_items().sorted_fields();
    let sdl = builder().finish().sdl_with_options(options);
    format!("{}\n", sdl.trim_end())
}
