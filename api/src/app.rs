//! All routes of one process (OPS-6).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use schema::context::Cookies;
use service::Service;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{auth, bounces, broker, headers, health, mailbox, oauth_callback, pages, single_sign_on};

/// What every handler works with.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) service: Service,
    pub(crate) cookies: Cookies,
    pub(crate) readiness: health::Readiness,
    /// Work that must come to its end even when whoever asked for it goes away.
    pub(crate) tasks: TaskTracker,
}

/// A process's HTTP side.
pub struct App {
    /// Everything below `/`.
    pub router: Router,
    /// Sockets, mutations and callbacks in flight: wait for them before the process ends.
    pub tasks: TaskTracker,
}

/// Puts the routes together. `shutdown` tells streams and sockets to end.
pub fn build(service: Service, shutdown: &CancellationToken, extra: Router) -> App {
    let tasks = TaskTracker::new();
    let cookies = Cookies::of(&service);
    let readiness = health::Readiness::new(shutdown.clone());
    let state = AppState { service: service.clone(), cookies, readiness, tasks: tasks.clone() };
    let graphql = gql::routes(
        || schema::builder().data(service.clone()),
        gql::Limits::default(),
        gql::Config {
            allowed_origins: vec![service.config().public_url.origin().ascii_serialization()],
            authenticate: auth::authenticate(service.clone(), cookies),
            before_operation: Some(auth::before_operation(service.clone())),
            map_error: Arc::new(schema::error::map_library_error),
            shutdown: shutdown.clone(),
            tasks: tasks.clone(),
            ..gql::Config::default()
        },
    );
    let mut own = Router::new()
        .merge(pages::routes())
        .merge(oauth_callback::routes())
        .merge(single_sign_on::routes())
        .merge(health::routes())
        .merge(bounces::routes())
        .merge(broker::routes());
    if mailbox::is_served(service.config()) {
        own = own.merge(mailbox::routes());
    }
    let router = own
        .with_state(state)
        .nest("/graphql", graphql)
        .merge(web::routes())
        .merge(worker::status::metrics_route(service.clone()))
        .merge(extra);
    App { router: headers::layer(router), tasks }
}

/// The address type that handlers see of the other end.
pub type Peer = SocketAddr;
