//! How a process that was told to stop takes leave of those who call it (REL-4): nobody new is let in, and whoever is
//! there hears with the next answer that it is the last.

use std::io;
use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::Listener;
use http::{HeaderValue, StatusCode, Version, header};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A listener that closes when the process is told to stop, but first takes the connections that the kernel has
/// accepted for it: those would be reset. Whoever comes later is refused, and goes to another process.
pub(crate) struct Listening {
    listener: Option<TcpListener>,
    address: io::Result<SocketAddr>,
    stop: CancellationToken,
}

impl Listening {
    pub(crate) fn new(listener: TcpListener, stop: CancellationToken) -> Self {
        Self { address: listener.local_addr(), listener: Some(listener), stop }
    }
}

impl Listener for Listening {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let Some(listener) = &mut self.listener else { return std::future::pending().await };
        tokio::select! {
            biased;
            accepted = Listener::accept(listener) => return accepted,
            () = self.stop.cancelled() => {}
        }
        self.listener = None;
        std::future::pending().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.address {
            Ok(address) => Ok(*address),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

/// Says with each answer that its connection ends, once the process was told to stop. RFC 9112 section 9.6; HTTP/2
/// has a frame of its own for it.
pub(crate) async fn say_goodbye(
    State(stop): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    let is_http_1 = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if is_http_1 && stop.is_cancelled() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
