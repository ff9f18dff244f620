//! How often a user and an address may ask, within one process.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};

use crate::config::Rate;

/// Time between two sweeps of a table: each looks at every key.
const SWEEP: Duration = Duration::from_secs(5);

/// Allowances of users and of addresses, apart, so that a flood of addresses touches no user's.
pub(crate) struct Limiter {
    users: Table<String>,
    addresses: Table<IpAddr>,
}

impl Limiter {
    pub(crate) fn new(rate: &Rate) -> Self {
        Self { users: Table::new(rate), addresses: Table::new(rate) }
    }

    /// Counts one request of an address; an unknown one is not counted.
    ///
    /// # Errors
    /// The time until the next one is allowed.
    pub(crate) fn address(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        address.map_or(Ok(()), |address| self.addresses.check(network(address)))
    }

    /// Counts one request of a user; an empty key is not counted.
    ///
    /// # Errors
    /// The time until the next one is allowed.
    pub(crate) fn user(&self, key: &str) -> Result<(), Duration> {
        if key.is_empty() { Ok(()) } else { self.users.check(key.to_owned()) }
    }
}

/// `None` is shared by newcomers while the table is full, so that no flood of keys can grow it.
struct Table<K: Hash + Eq + Clone> {
    limiter: RateLimiter<Option<K>, HashMapStateStore<Option<K>>, DefaultClock>,
    clock: DefaultClock,
    keys: usize,
    swept: Mutex<Instant>,
}

impl<K: Hash + Eq + Clone> Table<K> {
    fn new(rate: &Rate) -> Self {
        let clock = DefaultClock::default();
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let limiter = RateLimiter::hashmap_with_clock(quota, clock.clone());
        Self { limiter, clock, keys: rate.keys, swept: Mutex::new(Instant::now()) }
    }

    fn check(&self, key: K) -> Result<(), Duration> {
        self.sweep();
        let key = (self.limiter.len() < self.keys).then_some(key);
        self.limiter.check_key(&key).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets whoever has their whole allowance back: they would start with it anyway.
    fn sweep(&self) {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.elapsed() >= SWEEP {
            *swept = Instant::now();
            drop(swept);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// One customer of an IPv6 provider has at least a /64 to choose addresses from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn limiter(keys: usize) -> Limiter {
        let two = NonZeroU32::new(2).expect("not zero");
        Limiter::new(&Rate { per_second: NonZeroU32::MIN, burst: two, keys })
    }

    #[test]
    fn each_key_has_its_own_allowance() {
        let limiter = limiter(10);
        assert!(limiter.user("a").is_ok() && limiter.user("a").is_ok());
        let wait = limiter.user("a").expect_err("the burst is used up");
        assert!(wait <= Duration::from_secs(1));
        assert!(limiter.user("b").is_ok());
        assert!((0..10).all(|_| limiter.user("").is_ok()));
    }

    #[test]
    fn a_flood_of_addresses_does_not_grow_the_table() {
        let limiter = limiter(10);
        for n in 0..10_000_u32 {
            let _ = limiter.address(Some(IpAddr::V4(n.into())));
        }
        assert!(limiter.addresses.limiter.len() <= 11);
    }

    #[test]
    fn neighbours_of_one_ipv6_network_count_together() {
        let limiter = limiter(10);
        let address = |host: u128| Some(IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8 << 96) | host)));
        assert!(limiter.address(address(1)).is_ok() && limiter.address(address(2)).is_ok());
        assert!(limiter.address(address(3)).is_err());
    }
}
