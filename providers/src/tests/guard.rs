//! The guard of outbound calls (SEC-2).

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rstest::rstest;
use url::Url;

use super::bench::{Bench, assert_class, key_secret, oauth_secret, script, version};
use crate::address::Refused;
use crate::http::{Limits, resolve};
use crate::{Outbound, Providers};

const STRICT: Outbound = Outbound { allow_loopback: false };
const LOCAL: Outbound = Outbound { allow_loopback: true };

#[rstest]
#[case::unspecified("0.0.0.0")]
#[case::this_network("0.1.2.3")]
#[case::private_10("10.1.2.3")]
#[case::cgnat("100.64.0.1")]
#[case::cgnat_end("100.127.255.255")]
#[case::alibaba_metadata("100.100.100.200")]
#[case::link_local("169.254.1.1")]
#[case::metadata("169.254.169.254")]
#[case::ecs_metadata("169.254.170.2")]
#[case::private_172("172.16.0.1")]
#[case::private_172_end("172.31.255.255")]
#[case::ietf("192.0.0.192")]
#[case::test_1("192.0.2.1")]
#[case::relay("192.88.99.1")]
#[case::private_192("192.168.1.1")]
#[case::benchmarking("198.18.0.1")]
#[case::benchmarking_end("198.19.255.255")]
#[case::test_2("198.51.100.1")]
#[case::test_3("203.0.113.1")]
#[case::multicast("224.0.0.1")]
#[case::reserved("240.0.0.1")]
#[case::broadcast("255.255.255.255")]
#[case::azure_host("168.63.129.16")]
#[case::v6_unspecified("::")]
#[case::v6_mapped("::ffff:10.0.0.1")]
#[case::v6_mapped_public("::ffff:8.8.8.8")]
#[case::v6_mapped_loopback("::ffff:127.0.0.1")]
#[case::v6_compatible("::8.8.8.8")]
#[case::v6_nat64("64:ff9b::808:808")]
#[case::v6_nat64_private("64:ff9b::a00:1")]
#[case::v6_nat64_local("64:ff9b:1::1")]
#[case::v6_discard("100::1")]
#[case::v6_teredo("2001::1")]
#[case::v6_benchmarking("2001:2::1")]
#[case::v6_documentation("2001:db8::1")]
#[case::v6_documentation_new("3fff::1")]
#[case::v6_6to4("2002:a00:1::")]
#[case::v6_unique_local("fc00::1")]
#[case::v6_metadata("fd00:ec2::254")]
#[case::v6_link_local("fe80::1")]
#[case::v6_site_local("fec0::1")]
#[case::v6_multicast("ff02::1")]
fn address_that_nobody_may_call(#[case] address: IpAddr) {
    assert!(!STRICT.permits(address));
    assert!(!LOCAL.permits(address), "loopback is all that development adds");
    let literal = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
    let url = Url::parse(&format!("https://{literal}/")).expect("a URL");
    assert!(STRICT.check_url(&url).is_err());
}

#[rstest]
#[case("127.0.0.1")]
#[case("127.8.8.8")]
#[case("::1")]
fn loopback_needs_permission(#[case] address: IpAddr) {
    assert!(!STRICT.permits(address));
    assert!(LOCAL.permits(address));
}

#[rstest]
#[case("8.8.8.8")]
#[case("100.63.255.255")]
#[case("100.128.0.1")]
#[case("172.15.0.1")]
#[case("172.32.0.1")]
#[case("192.167.1.1")]
#[case("2606:4700::1111")]
#[case("2001:4860:4860::8888")]
fn public_addresses_are_fine(#[case] address: IpAddr) {
    assert!(STRICT.permits(address));
}

#[rstest]
#[case::https("https://api.example/", true, true)]
#[case::http("http://api.example/", false, false)]
#[case::http_loopback("http://127.0.0.1:3000/", false, true)]
#[case::http_localhost("http://LOCALHOST/", false, true)]
#[case::http_loopback_v6("http://[::1]/", false, true)]
#[case::http_public_ip("http://8.8.8.8/", false, false)]
#[case::http_lookalike("http://localhost.evil.example/", false, false)]
#[case::https_loopback("https://127.0.0.1/", false, true)]
#[case::decimal("https://2130706433/", false, true)]
#[case::hexadecimal("https://0x7f.1/", false, true)]
#[case::octal_private("https://012.0.0.1/", false, false)]
#[case::mapped("https://[::ffff:127.0.0.1]/", false, false)]
#[case::userinfo("https://api.example@evil.example/", false, false)]
#[case::ftp("ftp://api.example/", false, false)]
#[case::file("file:///etc/passwd", false, false)]
fn addresses_are_checked_as_written(#[case] url: &str, #[case] strict: bool, #[case] local: bool) {
    let url = Url::parse(url).expect("a URL");
    assert_eq!(STRICT.check_url(&url).is_ok(), strict);
    assert_eq!(LOCAL.check_url(&url).is_ok(), local);
}

#[test]
fn one_bad_address_of_a_name_spoils_all() {
    let good = SocketAddr::from(([8, 8, 8, 8], 443));
    let bad = SocketAddr::from(([10, 0, 0, 1], 443));
    assert_eq!(STRICT.check_resolved(&[good]), Ok(()));
    assert_eq!(STRICT.check_resolved(&[good, bad]), Err(Refused));
}

#[tokio::test]
async fn name_that_leads_to_loopback_is_refused_when_it_is_resolved() {
    let error = resolve(STRICT, "localhost", 443).await.expect_err("a refusal");
    assert!(error.is::<Refused>());
    assert!(resolve(LOCAL, "localhost", 443).await.is_ok());

    // The same through the whole client: the check is the resolver's, and its refusal is told from a failure.
    let providers = Providers::new(STRICT).expect("a client");
    let version = version("https://localhost:1");
    let method = version.method("key").expect("a method");
    let error = providers.probe(&version, method, &key_secret()).await.expect_err("a refusal");
    assert_class(&error, "misconfigured");
    assert!(error.to_string().contains(&Refused.to_string()), "{error}");
}

#[tokio::test]
async fn plain_http_is_refused_before_anything_is_sent() {
    let bench = Bench::start([]).await;
    let providers = Providers::new(STRICT).expect("a client");
    let error =
        providers.probe(&bench.version, bench.method("key"), &key_secret()).await.expect_err("a refusal");
    assert_class(&error, "misconfigured");
    assert!(bench.seen().is_empty());
}

#[rstest]
#[case(301)]
#[case(302)]
#[case(303)]
#[case(307)]
#[case(308)]
#[tokio::test]
async fn redirects_are_not_followed(#[case] status: u16) {
    let bench = Bench::start([script(status, "").with("location", "/eu/me?x=1"), script(200, "{}")]).await;
    let result = bench.providers.probe(&bench.version, bench.method("key"), &key_secret()).await;
    assert_class(&result.expect_err("an error"), "misconfigured");
    assert_eq!(bench.seen().len(), 1);
}

#[rstest]
#[case::at_the_cap(1024 * 1024, true)]
#[case::beyond(1024 * 1024 + 1, false)]
#[tokio::test]
async fn bodies_have_a_cap(#[case] size: usize, #[case] good: bool) {
    let bench = Bench::start([script(200, "x".repeat(size))]).await;
    let result = bench.providers.probe(&bench.version, bench.method("key"), &key_secret()).await;
    assert_eq!(result.is_ok(), good);
}

#[tokio::test]
async fn nobody_there_is_transient() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let version = version(&format!("http://{}", listener.local_addr().expect("an address")));
    drop(listener);
    let providers = Providers::new(LOCAL).expect("a client");
    let method = version.method("oauth").expect("a method");
    let result = providers.probe(&version, method, &oauth_secret(None)).await;
    assert_class(&result.expect_err("an error"), "transient");
}

#[tokio::test]
async fn silence_is_transient() {
    // Takes connections in its backlog and never answers.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let version = version(&format!("http://{}", listener.local_addr().expect("an address")));
    let limits = Limits { total: Duration::from_millis(50), ..Limits::default() };
    let providers = Providers::with_limits(LOCAL, limits).expect("a client");
    let method = version.method("oauth").expect("a method");
    let result = providers.probe(&version, method, &oauth_secret(None)).await;
    assert_class(&result.expect_err("an error"), "transient");
}
