//! The one way out (SEC-2).
//!
//! https only; no address that is private, loopback, link-local or otherwise not of the public internet,
//! checked on the very address that is connected to; no redirect; no proxy; caps on time and size. Loopback,
//! also by plain http, is open only by explicit configuration for development.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method, RequestBuilder};
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::Result;
use crate::error::{misconfigured, transient};

/// What may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outbound {
    /// Loopback addresses, also by plain http. For development only.
    pub allow_loopback: bool,
}

const CONNECT_TIME_OUT: Duration = Duration::from_secs(5);
const TOTAL_TIME_OUT: Duration = Duration::from_secs(20);
/// Token and probe answers are some kilobytes; a megabyte is a mistake or an attack.
const BODY_MAX: usize = 1024 * 1024;

/// Whether an address belongs to the public internet, however it is wrapped.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0) // protocol assignments, RFC 6890
        || (a == 192 && b == 88 && c == 99) // 6to4 relays, RFC 7526
        || (a == 198 && (b == 18 || b == 19)) // benchmarking, RFC 2544
        || a >= 240; // reserved, RFC 1112
    !special
}

#[expect(clippy::many_single_char_names, reason = "the eight parts of an address have no names")]
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match (a, b) {
        // IPv4-mapped, IPv4-compatible and the like: all of ::/32.
        (0, 0) => c == 0 && d == 0 && e == 0 && f == 0xffff && v4(g, h),
        // NAT64 (RFC 6052) and its local range (RFC 8215).
        (0x64, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && v4(g, h),
        // 6to4 (RFC 3056).
        (0x2002, _) => v4(b, c),
        // Teredo, ORCHID, documentation and benchmarking lie in 2001::/23 and 2001:db8::/32.
        (0x2001, b) if b < 0x200 || b == 0xdb8 => false,
        // Documentation (RFC 9637).
        (0x3fff, b) if b < 0x1000 => false,
        // Only 2000::/3 is handed out as global unicast.
        _ => (0x2000..0x4000).contains(&a),
    }
}

impl Outbound {
    fn permits(self, ip: IpAddr) -> bool {
        is_public(ip) || (self.allow_loopback && ip.is_loopback())
    }

    /// Checks an address before anything is sent: scheme, user, and a host that is written as a number.
    fn check(self, url: &Url) -> Result<()> {
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err(misconfigured("the address has no host")),
        };
        if literal.is_some_and(|ip| !self.permits(ip)) {
            return Err(misconfigured("the address is not of the public internet"));
        }
        let loopback = literal.is_some_and(|ip| ip.is_loopback()) || url.host_str() == Some("localhost");
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allow_loopback && loopback => Ok(()),
            _ => Err(misconfigured("only https addresses are called")),
        }
    }
}

/// Resolves names and leaves only addresses that may be connected to.
struct GuardedResolver(Outbound);

/// The name led to no address that may be called.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address of the public internet")]
struct NothingPermitted;

async fn resolve(
    outbound: Outbound,
    host: &str,
    port: u16,
) -> std::result::Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let permitted: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await?
        .filter(|address| outbound.permits(address.ip()))
        .collect();
    if permitted.is_empty() { Err(Box::new(NothingPermitted)) } else { Ok(permitted) }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let outbound = self.0;
        Box::pin(async move {
            let addresses: Addrs = Box::new(resolve(outbound, name.as_str(), 0).await?.into_iter());
            Ok(addresses)
        })
    }
}

/// The guarded client.
#[derive(Clone)]
pub(crate) struct Guarded {
    client: Client,
    outbound: Outbound,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Guarded {
    pub(crate) fn new(outbound: Outbound) -> Result<Self> {
        // An error means that the provider is set already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .dns_resolver(Arc::new(GuardedResolver(outbound)))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIME_OUT)
            .timeout(TOTAL_TIME_OUT)
            .user_agent(concat!("consentry/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                misconfigured("the HTTP client cannot be made; are TLS root certificates installed?")
            })?;
        Ok(Self { client, outbound })
    }

    /// Begins a request to an address that may be called.
    pub(crate) fn request(&self, method: Method, url: Url) -> Result<RequestBuilder> {
        self.outbound.check(&url)?;
        Ok(self.client.request(method, url))
    }

    /// Sends a request and reads the answer up to the cap.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let (status, retry_after) = (response.status(), retry_after(response.headers(), SystemTime::now()));
        if status.is_redirection() {
            return Err(misconfigured("the app redirected the call, which is not followed"));
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > BODY_MAX {
                return Err(misconfigured("the app's answer is larger than a megabyte"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, body })
    }

    /// A connection to a host that may be called, for protocols other than HTTP.
    pub(crate) async fn connect(&self, host: &str, port: u16) -> Result<tokio::net::TcpStream> {
        let literal = host.parse::<IpAddr>().ok();
        let addresses = match literal {
            Some(ip) if !self.outbound.permits(ip) => {
                return Err(misconfigured("the host is not of the public internet"));
            }
            Some(ip) => vec![SocketAddr::new(ip, port)],
            None => resolve(self.outbound, host, port).await.map_err(|error| unreachable(error.as_ref()))?,
        };
        match tokio::time::timeout(CONNECT_TIME_OUT, tokio::net::TcpStream::connect(addresses.as_slice()))
            .await
        {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(_)) => Err(transient("the host could not be reached")),
            Err(_) => Err(transient("the host did not answer in time")),
        }
    }
}

/// A name that leads only to forbidden addresses is wrong for good; one that does not resolve may return.
fn unreachable(error: &(dyn std::error::Error + 'static)) -> crate::ProviderError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<NothingPermitted>() {
            return misconfigured("the host is not of the public internet");
        }
        cause = error.source();
    }
    transient("the app could not be reached")
}

/// Never repeats the library's text: it may hold the address with its query.
fn failed(error: &reqwest::Error) -> crate::ProviderError {
    if error.is_timeout() { transient("the app did not answer in time") } else { unreachable(error) }
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); a date is held against `now`.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some(SystemTime::from(at).duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("8.8.8.8", true)]
    #[case("127.0.0.1", false)]
    #[case("10.1.2.3", false)]
    #[case("172.16.0.1", false)]
    #[case("192.168.1.1", false)]
    #[case("169.254.169.254", false)]
    #[case("100.64.0.1", false)]
    #[case("100.128.0.1", true)]
    #[case("0.0.0.0", false)]
    #[case("192.0.0.8", false)]
    #[case("198.18.0.1", false)]
    #[case("203.0.113.7", false)]
    #[case("224.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("240.0.0.1", false)]
    #[case("2606:4700::1111", true)]
    #[case("::1", false)]
    #[case("::", false)]
    #[case("fe80::1", false)]
    #[case("fc00::1", false)]
    #[case("fd00:ec2::254", false)]
    #[case("ff02::1", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("::ffff:8.8.8.8", true)]
    #[case("::127.0.0.1", false)]
    #[case("64:ff9b::7f00:1", false)]
    #[case("64:ff9b::808:808", true)]
    #[case("64:ff9b:1::7f00:1", false)]
    #[case("2002:7f00:1::", false)]
    #[case("2002:808:808::", true)]
    #[case("2001:db8::1", false)]
    #[case("2001::1", false)]
    #[case("3fff::1", false)]
    fn sec_2_only_public_addresses_are_called(#[case] ip: &str, #[case] public: bool) {
        assert_eq!(is_public(ip.parse().expect("an address")), public);
    }

    #[rstest]
    #[case("https://example.com/", false, true)]
    #[case("http://example.com/", true, false)]
    #[case("ftp://example.com/", true, false)]
    #[case("https://127.0.0.1/", false, false)]
    #[case("https://127.1/", false, false)]
    #[case("https://0x7f.1/", false, false)]
    #[case("https://2130706433/", false, false)]
    #[case("https://[::1]/", false, false)]
    #[case("https://[::ffff:10.0.0.1]/", false, false)]
    #[case("http://127.0.0.1:9/", true, true)]
    #[case("http://127.0.0.1:9/", false, false)]
    #[case("http://localhost:9/", true, true)]
    #[case("http://10.0.0.1/", true, false)]
    #[case("https://10.0.0.1/", true, false)]
    fn sec_2_addresses_are_checked_before_anything_is_sent(
        #[case] url: &str,
        #[case] allow_loopback: bool,
        #[case] ok: bool,
    ) {
        assert_eq!(Outbound { allow_loopback }.check(&Url::parse(url).expect("a URL")).is_ok(), ok);
    }

    #[tokio::test]
    async fn sec_2_a_name_is_checked_by_where_it_leads() {
        let closed = resolve(Outbound { allow_loopback: false }, "localhost", 1).await;
        let error = closed.expect_err("loopback is closed");
        assert_eq!(unreachable(error.as_ref()), misconfigured("the host is not of the public internet"));
        assert!(resolve(Outbound { allow_loopback: true }, "localhost", 1).await.is_ok());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let read = |text: &str| {
            retry_after(&HeaderMap::from_iter([(header::RETRY_AFTER, text.parse().expect("a header"))]), now)
        };
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        assert_eq!(read("Tue, 14 Nov 2023 22:14:20 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(read("Tue, 14 Nov 2000 22:14:20 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }
}
