//! The one guarded client (SEC-2). Nothing here logs addresses beyond the host, headers or bodies.

use std::error::Error as _;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use http::{Method, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use tracing::Instrument as _;
use url::Url;
use zeroize::Zeroizing;

use crate::address::Refused;
use crate::error::Passing;
use crate::{Outbound, ProviderError};

/// How long a connection is kept that nobody uses. Servers close theirs after some time, many after five seconds; a
/// call on one that is being closed breaks off, and of a renewal nobody knows then whether the token was used.
const IDLE: Duration = Duration::from_secs(4);

/// The bounds of one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Until the connection stands, name look-up and TLS included.
    pub connect: Duration,
    /// From the look-up to the last byte.
    pub total: Duration,
    /// The most bytes of an answer.
    pub body: usize,
}

impl Default for Limits {
    /// A person waits in front of the call: far beyond 20 seconds nobody does. Answers of token endpoints
    /// and probes are a few kilobytes; a megabyte leaves room without letting a server fill the memory.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(20), body: 1024 * 1024 }
    }
}

/// The client together with its rules.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) client: reqwest::Client,
    pub outbound: Outbound,
    pub limits: Limits,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
    /// Method and host, for details of errors.
    pub call: String,
}

/// A call to make.
pub(crate) struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Zeroizing<String>>,
}

struct GuardedResolver(Outbound);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let outbound = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolve(outbound, name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Looks a name up and checks what comes out; the caller connects to these addresses and no others.
pub(crate) async fn resolve(
    outbound: Outbound,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    outbound.check_resolved(&found)?;
    // Plain http is let through for this name alone; a hosts file must not turn it into another machine.
    if host == "localhost" && !found.iter().all(|address| address.ip().is_loopback()) {
        return Err(Refused.into());
    }
    Ok(found)
}

impl Door {
    pub fn new(outbound: Outbound, limits: Limits) -> Result<Self, ProviderError> {
        // Fails when there is one already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .dns_resolver(GuardedResolver(outbound))
            .https_only(!outbound.allow_loopback)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("consentry/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| ProviderError::misconfigured("the TLS client cannot be set up"))?;
        Ok(Self { client, outbound, limits })
    }

    /// The same door, with less time for a call.
    pub fn within(&self, total: Duration) -> Self {
        Self { limits: Limits { total: total.min(self.limits.total), ..self.limits }, ..self.clone() }
    }

    /// Sends one request and reads the answer, whatever its status.
    pub async fn send(&self, request: Request) -> Result<Answer, ProviderError> {
        let span = span_of(&request.method, &request.url);
        let answer = self.exchange(request).instrument(span.clone()).await;
        if let Ok(answer) = &answer {
            span.record("http.response.status_code", answer.status.as_u16());
        }
        answer
    }

    async fn exchange(&self, request: Request) -> Result<Answer, ProviderError> {
        self.outbound.check_url(&request.url)?;
        let call = format!("{} {}", request.method, request.url.host_str().unwrap_or_default());
        let mut builder = self.client.request(request.method, request.url).headers(request.headers);
        builder = builder.timeout(self.limits.total);
        if let Some(body) = &request.body {
            builder = builder.body(body.as_bytes().to_vec());
        }
        let mut response = builder.send().await.map_err(|error| failed(&call, &error))?;
        let mut body = Zeroizing::new(Vec::new());
        // Counted while it streams: a length header can lie.
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&call, &error))? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(ProviderError::misconfigured(format!("{call} answered with too large a body")));
            }
            body.extend_from_slice(&chunk);
        }
        let status = response.status();
        tracing::debug!(%call, status = status.as_u16(), "an app answered");
        Ok(Answer { status, headers: response.headers().clone(), body, call })
    }
}

/// A call of an app, for traces: its host and nothing more of its address.
pub(crate) fn span_of(method: &Method, url: &Url) -> tracing::Span {
    tracing::info_span!(
        target: "trace", "provider.call", otel.kind = "client", http.request.method = %method,
        server.address = url.host_str().unwrap_or_default(), http.response.status_code = tracing::field::Empty
    )
}

/// The error's own text is left out: it holds the whole address.
pub(crate) fn failed(call: &str, error: &reqwest::Error) -> ProviderError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<Refused>() {
            return ProviderError::misconfigured(format!("{call}: {Refused}"));
        }
        cause = inner.source();
    }
    // A connection that took too long to stand is both.
    let (how, what) = if error.is_connect() {
        (Passing::Unreached, "could not be reached")
    } else if error.is_timeout() {
        (Passing::Unanswered, "took too long")
    } else if error.is_builder() {
        return ProviderError::misconfigured(format!("{call} is no possible request"));
    } else {
        (Passing::Unanswered, "broke off")
    };
    ProviderError::transient(how, format!("{call} {what}"))
}

impl Answer {
    /// How long the app asks to wait (RFC 9110 section 10.2.3): seconds, or a date, which is measured from
    /// the answer's own date, so that clocks that differ do no harm. At most a day: no server may put a
    /// credential to sleep for good.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = if let Ok(seconds) = text.parse::<u64>() {
            Duration::from_secs(seconds)
        } else {
            let from = DateTime::parse_from_rfc2822(self.headers.get(DATE)?.to_str().ok()?).ok()?;
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            (until - from).to_std().unwrap_or_default()
        };
        Some(wait.min(Duration::from_hours(24)))
    }
}
