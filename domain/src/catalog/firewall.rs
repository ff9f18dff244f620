//! The consent as a firewall (USE-3): which module, if any, allows a call.
//!
//! Default deny. The broker hands over the path exactly as it will be sent, so that what is matched here and
//! what the app reads cannot differ; a path that could be read in two ways is refused.

use std::collections::BTreeMap;

use url::Url;

use super::AppVersion;

/// A call as the broker is about to send it.
#[derive(Debug, Clone, Copy)]
pub struct BrokerCall<'a> {
    /// The HTTP method, in exact case.
    pub method: &'a str,
    /// The host alone: no port, no user.
    pub host: &'a str,
    /// The path alone, from its first `/`: no query, no fragment.
    pub path: &'a str,
    /// The fields of the credential that are not secret, for hosts with placeholders.
    pub params: &'a BTreeMap<String, String>,
}

/// The answer of [`decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Go on; count it for this module.
    Allowed {
        /// The first consented module that matches.
        module: String,
    },
    /// Do not send.
    Refused {
        /// The modules that would allow the call if consented, in catalog order; empty when none does.
        would_allow: Vec<String>,
        /// Set when the call was not even looked up, because it can be read in two ways.
        malformed: Option<Malformed>,
    },
}

/// Why a call can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not upper-case letters.
    #[error("the method is not in upper-case letters")]
    Method,
    /// Not a bare host name or IPv4 address in lower case.
    #[error("the host is not a bare name in lower case")]
    Host,
    /// The path does not begin with a slash.
    #[error("the path does not begin with a slash")]
    Start,
    /// Two slashes in a row.
    #[error("the path holds an empty segment")]
    EmptySegment,
    /// `.` or `..`, however written.
    #[error("the path holds a dot segment")]
    DotSegment,
    /// A percent sign that is not followed by two upper-case hexadecimal digits, or that encodes something
    /// that needs no encoding, a slash, a backslash, a percent sign or a control character.
    #[error("the path holds percent-encoding that is not in normal form")]
    Encoding,
    /// A backslash, a semicolon, a control character, or another that a path cannot hold.
    #[error("the path holds a character that is not possible there")]
    Character,
}

/// Decides over one call.
///
/// `consented` are the ids of the modules that the recipient consented to (REQ-4).
pub fn decide(version: &AppVersion, consented: &[String], call: &BrokerCall<'_>) -> Decision {
    if let Err(malformed) = check_call(call) {
        return Decision::Refused { would_allow: Vec::new(), malformed: Some(malformed) };
    }
    let base_host = base_host(version, call.params);
    let allowing = version.modules.iter().filter(|module| {
        module.calls.iter().any(|pattern| {
            let host = match &pattern.host {
                Some(host) => filled_host(host, call.params),
                None => base_host.clone(),
            };
            pattern.methods.iter().any(|method| method == call.method)
                && host.is_some_and(|host| host == call.host)
                && path_matches(&pattern.path, call.path)
        })
    });
    let mut would_allow = Vec::new();
    for module in allowing {
        if consented.contains(&module.id) {
            return Decision::Allowed { module: module.id.clone() };
        }
        would_allow.push(module.id.clone());
    }
    Decision::Refused { would_allow, malformed: None }
}

fn check_call(call: &BrokerCall<'_>) -> Result<(), Malformed> {
    if call.method.is_empty() || !call.method.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Malformed::Method);
    }
    if !super::template::is_host(call.host) || call.host.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(Malformed::Host);
    }
    check_path(call.path)
}

/// Whether a path is in the one form that this firewall reads. Also used for the catalog's own patterns.
pub(crate) fn check_path(path: &str) -> Result<(), Malformed> {
    let rest = path.strip_prefix('/').ok_or(Malformed::Start)?;
    let count = rest.split('/').count();
    for (index, segment) in rest.split('/').enumerate() {
        if segment.is_empty() && index + 1 < count {
            return Err(Malformed::EmptySegment);
        }
        check_segment(segment)?;
    }
    Ok(())
}

fn check_segment(segment: &str) -> Result<(), Malformed> {
    if segment == "." || segment == ".." {
        return Err(Malformed::DotSegment);
    }
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let (Some(high), Some(low)) = (upper_hex(bytes.next()), upper_hex(bytes.next())) else {
                    return Err(Malformed::Encoding);
                };
                let value = high * 16 + low;
                if value == b'.' {
                    return Err(Malformed::DotSegment);
                }
                if is_unreserved(value) || value.is_ascii_control() || b"/\\%".contains(&value) {
                    return Err(Malformed::Encoding);
                }
            }
            // RFC 3986 pchar without `;`, behind which some servers hide what others read as the path.
            byte if is_unreserved(byte) || b"!$&'()*+,=:@".contains(&byte) => {}
            _ => return Err(Malformed::Character),
        }
    }
    Ok(())
}

fn upper_hex(byte: Option<u8>) -> Option<u8> {
    match byte? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        letter @ b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut patterns = pattern.split('/');
    let mut segments = path.split('/');
    loop {
        match (patterns.next(), segments.next()) {
            (Some("**"), Some(segment)) => {
                return !segment.is_empty() && segments.all(|segment| !segment.is_empty());
            }
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(literal), Some(segment)) if literal != "*" && literal == segment => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

fn base_host(version: &AppVersion, params: &BTreeMap<String, String>) -> Option<String> {
    let url = version.base_url.as_ref()?.fill_url(&borrowed(params)).ok()?;
    Url::parse(&url).ok()?.host_str().map(str::to_owned)
}

fn filled_host(host: &super::Template, params: &BTreeMap<String, String>) -> Option<String> {
    host.fill(&borrowed(params)).ok().map(|host| host.to_ascii_lowercase())
}

fn borrowed(params: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
