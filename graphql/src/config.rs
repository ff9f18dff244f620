//! What the application decides: who asks, what errors look like, how much is allowed.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use async_graphql::{Data, Request, ServerError};
use futures_util::future::BoxFuture;
use http::{Extensions, HeaderMap, StatusCode};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::code::set_code;

/// What an application may look at to tell who asks.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Headers of the HTTP request, or of the WebSocket's upgrade.
    pub headers: HeaderMap,
    /// Extensions of that request, as layers of the application have left them.
    pub extensions: Extensions,
    /// The other end of the connection, where the server was started with connection information.
    pub peer: Option<SocketAddr>,
    /// The `payload` of `connection_init`; `None` on HTTP and where the client sent none.
    pub init: Option<serde_json::Value>,
    /// Whether the answer can carry headers, such as cookies: over plain HTTP, not on a socket or a stream.
    pub answer_headers: bool,
}

/// Who asks: what resolvers see of it, and what their rate limit is counted by.
#[derive(Debug, Default)]
pub struct Session {
    /// Found by resolvers through `ctx.data::<T>()`. On a socket it lives as long as the socket.
    pub data: Arc<Data>,
    /// For instance `user:<id>`. Empty: limited by address only.
    pub rate_key: String,
}

/// Why the application refuses a caller.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Status over HTTP when [`Authenticate`] refuses. A refused `connection_init` closes with 4403, or with
    /// 1013 where it is a fault of the server's (5xx), and what [`BeforeOperation`] refuses is answered like any request
    /// error.
    pub status: StatusCode,
    /// Goes to `extensions.code`.
    pub code: &'static str,
    /// Said to the caller; never a secret.
    pub message: String,
}

impl Refusal {
    pub(crate) fn error(&self) -> ServerError {
        let mut error = ServerError::new(self.message.clone(), None);
        set_code(&mut error, self.code);
        error
    }
}

/// Tells who asks: called once per HTTP request, and once per socket at `connection_init`.
pub type Authenticate =
    Arc<dyn Fn(Credentials) -> BoxFuture<'static, Result<Session, Refusal>> + Send + Sync>;

/// Called before each operation on every transport: checks that a socket's session still holds, and adds
/// what belongs to one operation (data loaders) by `request.data(..)`.
pub type BeforeOperation =
    Arc<dyn Fn(Arc<Session>, Request) -> BoxFuture<'static, Result<Request, Refusal>> + Send + Sync>;

/// Gives every error of every answer its final code and message, on every transport. An error that has no
/// `extensions.code` afterwards becomes `VALIDATION_FAILED`, `BAD_INPUT` or a logged `INTERNAL`.
pub type ErrorMapper = Arc<dyn Fn(&mut ServerError) + Send + Sync>;

/// Tells the address that a request is counted by, for servers behind a proxy.
pub type ClientAddress = Arc<dyn Fn(&HeaderMap, Option<SocketAddr>) -> Option<IpAddr> + Send + Sync>;

/// Rate limit, kept in this process, per user and per address.
///
/// Every HTTP request, upgrade and operation on a socket costs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per second in the long run. Default 50.
    pub per_second: NonZeroU32,
    /// Requests at once after a pause. Default 200.
    pub burst: NonZeroU32,
    /// Users and addresses remembered at once; beyond, newcomers share one allowance. Default 100,000
    /// (about 10 MB).
    pub keys: usize,
}

impl Default for Rate {
    fn default() -> Self {
        const PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("not zero");
        const BURST: NonZeroU32 = NonZeroU32::new(200).expect("not zero");
        Self { per_second: PER_SECOND, burst: BURST, keys: 100_000 }
    }
}

/// Bounds of the transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transport {
    /// Bytes of an HTTP body or a WebSocket message. Default 65,536.
    pub message_bytes: usize,
    /// Time to send an HTTP body. Default 10 s.
    pub body_timeout: Duration,
    /// Time between the upgrade and `connection_init`, authentication included. Default 10 s.
    pub init_timeout: Duration,
    /// Time between two of our pings on a socket; a client that answers none of two is gone. Default 20 s.
    pub ping_interval: Duration,
    /// Time between two comments on an idle event stream, so that proxies keep it. Default 12 s.
    pub keep_alive: Duration,
    /// Time that one message may wait for a client that does not read. Default 10 s.
    pub stall_timeout: Duration,
    /// Messages waiting for one socket; when full its operations are not polled. Default 32.
    pub queue: usize,
    /// Operations running on one socket. Default 32.
    pub operations: usize,
    /// Sockets and event streams of the whole process. Default 10,000.
    pub connections: usize,
    /// Time for running queries and mutations of a socket to end at shutdown, and for a client to take our
    /// closing frame. Default 5 s.
    pub drain: Duration,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            message_bytes: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            init_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(20),
            keep_alive: Duration::from_secs(12),
            stall_timeout: Duration::from_secs(10),
            queue: 32,
            operations: 32,
            connections: 10_000,
            drain: Duration::from_secs(5),
        }
    }
}

/// Everything [`crate::routes`] needs from the application.
#[derive(Clone)]
pub struct Config {
    /// Origins (`https://host[:port]`) whose pages may send requests with credentials. A request with
    /// another `Origin` is refused; one without (not a browser) is not.
    pub allowed_origins: Vec<String>,
    /// Tells who asks.
    pub authenticate: Authenticate,
    /// Runs before each operation.
    pub before_operation: Option<BeforeOperation>,
    /// Gives errors their code.
    pub map_error: ErrorMapper,
    /// The address that requests are counted by; the peer's own where `None`.
    pub client_address: Option<ClientAddress>,
    /// Cancelled when the process is to end: streams end and sockets close with 1012.
    pub shutdown: CancellationToken,
    /// Knows every socket and every mutation whose client has gone: wait for it before the process ends.
    pub tasks: TaskTracker,
    /// Rate limit.
    pub rate: Rate,
    /// Bounds of the transports.
    pub transport: Transport,
}

impl Default for Config {
    /// Everybody is anonymous, no page of any origin may ask, errors stay as they are.
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            authenticate: Arc::new(|_| Box::pin(async { Ok(Session::default()) })),
            before_operation: None,
            map_error: Arc::new(|_| ()),
            client_address: None,
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            rate: Rate::default(),
            transport: Transport::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("allowed_origins", &self.allowed_origins)
            .field("rate", &self.rate)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}
