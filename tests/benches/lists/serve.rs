//! The API over HTTP, for a measurement.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::actor::Actor;
use schema::context::Caller;
use service::Service;

/// Serves the API as the program does, but without its limit of requests per second, which would end the
/// measurement after some seconds.
pub(crate) async fn serve(service: &Service, ana: Actor) -> String {
    let many = std::num::NonZeroU32::MAX;
    let authenticate: gql::Authenticate = {
        let service = service.clone();
        Arc::new(move |credentials| {
            let service = service.clone();
            Box::pin(async move {
                let token = credentials.headers["authorization"].to_str().expect("a token").to_owned();
                let actor = service.authenticate(&token).await.expect("a session");
                assert_eq!(actor, ana);
                let mut data = async_graphql::Data::default();
                data.insert(Caller { actor, ..Caller::ANONYMOUS });
                Ok(gql::Session { data: Arc::new(data), rate_key: "ana".to_owned() })
            })
        })
    };
    let config = gql::Config {
        authenticate,
        map_error: Arc::new(schema::error::map_library_error),
        rate: gql::Rate { per_second: many, burst: many, ..gql::Rate::default() },
        ..gql::Config::default()
    };
    let router = axum::Router::new().nest(
        "/graphql",
        gql::routes(|| schema::builder().data(service.clone()), gql::Limits::default(), config),
    );
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}
