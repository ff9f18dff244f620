//! Serves the tests' schema, for `tests/node/audits.mjs` and for trying clients by hand:
//! `cargo run -p gql --example serve -- 127.0.0.1:4000` prints the address it listens on.

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/shop.rs"]
mod shop;

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc};

use axum::{Router, serve::ListenerExt};
use gql::{Config, Limits, Rate};

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the address is the output of this program")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("{origin}/graphql");
    // The audits come faster than people do.
    let rate = Rate { burst: NonZeroU32::new(10_000).expect("not zero"), ..Rate::default() };
    let config = Config { allowed_origins: vec![origin], rate, ..Config::default() };
    let shop = Arc::new(shop::Shop::default());
    let ticking = Arc::clone(&shop);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(std::time::Duration::from_secs(1));
        for n in 0.. {
            ticks.tick().await;
            // Fails only while nobody listens.
            let _ = ticking.news.send(n);
        }
    });
    let app = Router::new().nest("/graphql", gql::routes(|| shop::schema(&shop), Limits::default(), config));
    let listener = listener.tap_io(|connection| {
        // Only costs time where it fails.
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
}
