//! Which addresses may be connected to (SEC-2).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use crate::{Outbound, ProviderError};

/// Why an address is refused. Also the error of the resolver, by which a refusal is told from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host leads to an address that may not be called")
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for ProviderError {
    fn from(refused: Refused) -> Self {
        Self::misconfigured(refused.to_string())
    }
}

impl Outbound {
    /// Whether this address may be connected to.
    pub(crate) fn permits(self, address: IpAddr) -> bool {
        (self.allow_loopback && address.is_loopback()) || is_public(address)
    }

    /// Checks what a name resolved to: one bad address spoils all, since a name that leads to both kinds is
    /// most likely set up to get past this check.
    pub(crate) fn check_resolved(self, addresses: &[SocketAddr]) -> Result<(), Refused> {
        if addresses.iter().all(|address| self.permits(address.ip())) { Ok(()) } else { Err(Refused) }
    }

    /// Checks an address as far as it is written: scheme, user, and a literal IP. Names are checked when
    /// they are resolved.
    pub(crate) fn check_url(self, url: &Url) -> Result<(), ProviderError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProviderError::misconfigured("the address holds a user or password"));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(ProviderError::misconfigured("the address has no host")),
        };
        let is_loopback = literal.map_or(url.host_str() == Some("localhost"), |ip| ip.is_loopback());
        match url.scheme() {
            "https" => {}
            "http" if self.allow_loopback && is_loopback => {}
            _ => return Err(ProviderError::misconfigured("only https addresses may be called")),
        }
        if literal.is_some_and(|address| !self.permits(address)) {
            return Err(Refused.into());
        }
        Ok(())
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// What the IANA IPv4 special-purpose registry calls globally reachable. The metadata services of clouds are
/// in 169.254.0.0/16, 100.64.0.0/10 and 192.0.0.0/24.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a == 10
        || a == 127
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224;
    // Azure answers its hosts at this address in the midst of public ones.
    !special && address != Ipv4Addr::new(168, 63, 129, 16)
}

/// Global unicast (`2000::/3`) without what is set aside in it, and without what wraps an IPv4 address: a
/// wrapped one ends up where this check cannot see.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = (0x2000..0x4000).contains(&a);
    // 2001::/23 (Teredo, benchmarking, ORCHID), 2001:db8::/32 and 3fff::/20 (documentation), 2002::/16 (6to4).
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}
