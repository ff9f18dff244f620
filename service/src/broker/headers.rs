//! Which headers go on: a list of safe ones, each way (USE-2).
//!
//! What is not listed stays here: hop-by-hop headers (RFC 9110 section 7.6.1), whatever says who calls or from where,
//! whatever could carry another secret, and whatever an app could read as another method, path or host.

use domain::catalog::{AuthMethod, Injection, pairs};
use domain::credential::Secret;
use http::header::{CONTENT_LOCATION, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// Headers of a call that go to the app, in the order of their letters.
const TO_APP: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "consistencylevel",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-range",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "last-event-id",
    "openai-beta",
    "pragma",
    "prefer",
    "range",
    "repr-digest",
    "user-agent",
    "x-goog-fieldmask",
];

/// Versions of interfaces, such as `Stripe-Version` and `X-GitHub-Api-Version`.
const VERSION: &str = "-version";

/// Headers of an answer that go to the caller, in the same order.
const TO_CALLER: &[&str] = &[
    "accept-ranges",
    "allow",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "date",
    "deprecation",
    "etag",
    "last-modified",
    "link",
    "location",
    "preference-applied",
    "repr-digest",
    "request-id",
    "retry-after",
    "sunset",
    "vary",
    "warning",
    "www-authenticate",
    "x-accepted-oauth-scopes",
    "x-next-page",
    "x-oauth-scopes",
    "x-page",
    "x-per-page",
    "x-prev-page",
    "x-total",
    "x-total-count",
    "x-total-pages",
];

/// Those of them that hold addresses.
const ADDRESSES: [HeaderName; 3] = [CONTENT_LOCATION, LINK, LOCATION];

/// Limits of the app and ids by which its support finds a call.
const LIMITS: [&str; 3] = ["ratelimit", "x-ratelimit", "x-rate-limit"];
const REQUEST_ID: &str = "-request-id";

/// How often a text may have been encoded. An address in an address in an address makes three; what is encoded more
/// often stays here.
const LAYERS: usize = 8;
/// Parts of a secret that are none by themselves, where they are no fields of the method.
const OPEN: [&str; 3] = ["client_id", "token_type", "username"];

fn goes_to_app(name: &str) -> bool {
    TO_APP.binary_search(&name).is_ok() || (name.ends_with(VERSION) && !name.starts_with("consentry-"))
}

fn goes_to_caller(name: &str) -> bool {
    TO_CALLER.binary_search(&name).is_ok()
        || (!name.starts_with("consentry-")
            && (name.ends_with(REQUEST_ID)
                || name.ends_with(VERSION)
                || LIMITS.iter().any(|start| name.starts_with(start))))
}

/// What of a call goes to the app.
pub(super) fn to_app(headers: &HeaderMap) -> HeaderMap {
    filtered(headers, goes_to_app)
}

/// What of an answer goes to the caller. Apps repeat the query of a call where they send it elsewhere or to the next
/// page, and with it a secret that the broker put there: its parameter is left out of addresses, and a header that still
/// has it in some other way stays here.
pub(super) fn to_caller(headers: &HeaderMap, method: &AuthMethod, secret: &Secret) -> HeaderMap {
    let passed = filtered(headers, goes_to_caller);
    let places: Vec<_> = method
        .injections
        .iter()
        .filter_map(|place| match place {
            Injection::Query { name, value } => Some((name.as_str(), value)),
            _ => None,
        })
        .collect();
    if places.is_empty() {
        return passed;
    }
    let names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
    let values = secret.values();
    let is_secret =
        |name: &&str| method.field(name).map_or_else(|| !OPEN.contains(name), |field| field.secret);
    let parts = places.iter().flat_map(|(_, value)| value.placeholders()).filter(is_secret);
    clean(&passed, &names, &parts.filter_map(|name| values.get(name).copied()).collect::<Vec<_>>())
}

/// Headers without parameters of these names in their addresses, and without those that hold one of these values.
fn clean(headers: &HeaderMap, names: &[&str], values: &[&str]) -> HeaderMap {
    let values: Vec<_> =
        values.iter().filter(|value| !value.is_empty()).flat_map(|value| written(value)).collect();
    let mut kept = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let value = if ADDRESSES.contains(name) {
            // What cannot be looked through stays here.
            let text = value.to_str().ok().map(|text| without(text, names));
            let Some(Ok(value)) = text.map(|text| HeaderValue::from_str(&text)) else { continue };
            value
        } else {
            value.clone()
        };
        if !holds(&String::from_utf8_lossy(value.as_bytes()), &values) {
            kept.append(name.clone(), value);
        }
    }
    kept
}

/// A text with addresses, without parameters of these names in their queries.
fn without(text: &str, names: &[&str]) -> String {
    let mut parts = text.split('?');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (query, rest) = part.split_at(part.find(['#', '>']).unwrap_or(part.len()));
        let is_secret = |pair: &&str| {
            pairs(pair.as_bytes())
                .any(|(name, _)| names.iter().any(|secret| name.eq_ignore_ascii_case(secret)))
        };
        let left: Vec<&str> = query.split('&').filter(|pair| !is_secret(pair)).collect();
        if !left.is_empty() {
            kept = kept + "?" + &left.join("&");
        }
        kept += rest;
    }
    kept
}

/// A value as it is, and as it reads where somebody decoded it once too often.
fn written(value: &str) -> [Zeroizing<String>; 2] {
    let mut read = Zeroizing::new(value.to_owned());
    for _ in 0..LAYERS {
        read = Zeroizing::new(decoded(&read));
    }
    [Zeroizing::new(value.to_owned()), read]
}

/// Whether a text holds one of these values, however often it was encoded.
fn holds(text: &str, values: &[Zeroizing<String>]) -> bool {
    let mut text = text.to_owned();
    for _ in 0..LAYERS {
        if values.iter().any(|value| text.contains(value.as_str())) {
            return true;
        }
        let plain = decoded(&text);
        if plain == text {
            return false;
        }
        text = plain;
    }
    true
}

/// A text with its percent signs and plus signs decoded once.
fn decoded(text: &str) -> String {
    // So that it is one name, and not parted.
    let whole = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(whole.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

fn filtered(headers: &HeaderMap, goes: fn(&str) -> bool) -> HeaderMap {
    // What `Connection` names is meant for the next hop alone.
    let hop: Vec<String> = headers
        .get_all(http::header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        // Without its length a body could not be told from what follows it.
        let is_hop = name != http::header::CONTENT_LENGTH && hop.iter().any(|one| one == name.as_str());
        if goes(name.as_str()) && !is_hop {
            passed.append(HeaderName::clone(name), HeaderValue::clone(value));
        }
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(headers: &HeaderMap) -> Vec<&str> {
        headers.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn use_2_nothing_that_connection_names_goes_on() {
        let headers: HeaderMap = [
            ("connection", "close, Prefer, content-length"),
            ("prefer", "x"),
            ("content-length", "1"),
            ("accept", "*/*"),
        ]
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .into_iter()
        .collect();
        let mut passed = to_app(&headers);
        assert!(passed.remove("content-length").is_some());
        assert_eq!(names(&passed), ["accept"]);
    }

    #[test]
    fn use_4_a_secret_in_a_query_is_not_told_by_addresses() {
        let cases = [
            ("/things/?api_key=planted", "/things/"),
            ("https://a.example/x?a=1&API%5Fkey=planted&b=2#api_key", "https://a.example/x?a=1&b=2#api_key"),
            (
                "<https://a.example/?page=2&api_key=planted>; rel=\"next\", </?api_key=planted>; rel=\"last\"",
                "<https://a.example/?page=2>; rel=\"next\", </>; rel=\"last\"",
            ),
            ("/x?a=1;api_key=planted&b=?api_key=planted", "/x?b="),
            ("/x?api_keys=2", "/x?api_keys=2"),
            ("/x?fields=id,name&api_key=planted", "/x?fields=id,name"),
            ("/x?q=\"a b\"&api_key=planted", "/x?q=\"a b\""),
        ];
        for (told, kept) in cases {
            assert_eq!(without(told, &["api_key"]), kept);
        }
    }

    #[test]
    fn use_4_no_header_holds_a_secret_in_whatever_way_it_is_written() {
        let secret = "a+b/c=&%41 d";
        let passes = |told: &str| {
            let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_str(told).expect("a value"))]);
            !clean(&headers, &["token"], &["", secret]).is_empty()
        };
        let mut told = secret.to_owned();
        for layer in 0..10 {
            assert!(!passes(&format!("/login/?next={told}#x")), "{layer} layers: {told}");
            told = form_urlencoded::byte_serialize(told.as_bytes()).collect();
        }
        for told in ["/x#a+b/c=&%41 d", "/x/a+b%2fc%3d%26%2541%20d/y", "/x;TOKEN=a+b/c=%26%2541+d"] {
            assert!(!passes(told), "{told}");
        }
        for told in ["/x?page_token=2", "/x?a=token%3D", "/x?a=b%2Fc=%26%41 d", "/x?a=100%"] {
            assert!(passes(told), "{told}");
        }
    }

    #[test]
    fn the_lists_are_in_order() {
        for list in [TO_APP, TO_CALLER] {
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn use_2_the_lists_hold_nothing_that_must_stay_here() {
        for name in [
            "authorization",
            "proxy-authorization",
            "cookie",
            "host",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "forwarded",
            "via",
            "origin",
            "referer",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-api-key",
            "consentry-host",
            "consentry-version",
        ] {
            assert!(!goes_to_app(name), "{name}");
        }
        for name in [
            "set-cookie",
            "set-cookie2",
            "access-control-allow-origin",
            "strict-transport-security",
            "connection",
            "transfer-encoding",
            "trailer",
            "upgrade",
            "alt-svc",
            "clear-site-data",
            "refresh",
            "content-security-policy",
            "cache-control",
            "consentry-request-id",
            "authorization",
        ] {
            assert!(!goes_to_caller(name), "{name}");
        }
    }
}
