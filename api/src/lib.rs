//! The process: HTTP around the schema, the command line, and the embedded worker.
//!
//! Not here: any rule of the product. GraphQL's transport is crate `gql`, the pages are crate `web`.

pub mod app;
mod audit;
mod auth;
mod bounces;
mod broker;
pub mod cli;
mod demo;
mod doctor;
mod headers;
mod health;
mod mailbox;
mod measure;
mod oauth_callback;
mod pages;
mod serve;
mod single_sign_on;
mod stop;

/// Of the processor time of a page, a third was spent in the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
