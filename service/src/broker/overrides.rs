//! Looks for what an app might take for another method than that of the call (USE-3). Which names these are says
//! `domain::catalog`; here is which body is read in which way, and how packed ones are looked into while they pass.

use std::io::{self, Write};

use domain::catalog::{BodyNames, is_override};
use flate2::write::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Method};

use super::refusal::{Refusal, RefusalCode};

/// Encodings in which the letters of these names are the bytes that are looked for.
const ENCODINGS: [&str; 4] = ["utf-8", "utf8", "us-ascii", "iso-8859-1"];

/// Bytes that a packed body may have, unpacked, for each of its own, and from the start: whoever sends little must not
/// make much work.
const UNPACKED: u64 = 100;
const UNPACKED_FREE: u64 = 1024 * 1024;

/// Refuses what an app might take for another method, in a query or a form.
pub(super) fn check_pair(name: &str, value: &str) -> Result<(), Refusal> {
    if is_override(name, value) { Err(refused()) } else { Ok(()) }
}

fn refused() -> Refusal {
    Refusal::new(RefusalCode::Malformed, "a parameter must not stand in for the method")
}

/// How an app reads a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Parts with names, as browsers send files.
    Parts,
    /// JSON, whatever it is called.
    Json,
    /// Not said; some frameworks take what is posted like this for a form, some for JSON.
    Untold,
    /// As something without names.
    Other,
}

impl Kind {
    /// # Errors
    /// `MALFORMED` where two types are told, of which the app might believe the other, or an encoding that could hide
    /// a name.
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut told = headers.get_all(CONTENT_TYPE).iter();
        let kind = told.next().map(|kind| String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase());
        if told.next().is_some() {
            return Err(Refusal::new(RefusalCode::Malformed, "send one `Content-Type`"));
        }
        let kind = kind.unwrap_or_default();
        let is_plain = |told: &str| {
            let told = told.trim_start_matches([' ', '=', '"']);
            ENCODINGS.iter().any(|encoding| told.starts_with(encoding))
        };
        let read_as = match kind.trim_start() {
            "" if method == Method::POST => Self::Untold,
            form if form.starts_with("application/x-www-form-urlencoded") => Self::Form,
            parts if parts.starts_with("multipart/") => Self::Parts,
            json if json.contains("/json") || json.contains("+json") => Self::Json,
            _ => return Ok(Self::Other),
        };
        if kind.split("charset").skip(1).all(is_plain) {
            Ok(read_as)
        } else {
            Err(Refusal::new(RefusalCode::Malformed, "write the body in UTF-8"))
        }
    }
}

/// Looks through one body, piece by piece.
pub(super) enum Scan {
    Plain(Reader),
    Zipped(Box<MultiGzDecoder<Reader>>),
}

impl Scan {
    /// `None` where no app looks for names in such a body.
    ///
    /// # Errors
    /// `MALFORMED` where the body is packed in a way that cannot be looked into.
    pub(super) fn of(kind: Kind, headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let names = match kind {
            Kind::Form => vec![BodyNames::of_form()],
            Kind::Parts => vec![BodyNames::of_parts()],
            Kind::Json => vec![BodyNames::of_json()],
            // Whoever is told nothing may look for either.
            Kind::Untold => vec![BodyNames::of_form(), BodyNames::of_json()],
            Kind::Other => return Ok(None),
        };
        let reader = |left| Reader { names, left };
        let mut codings = headers.get_all(CONTENT_ENCODING).iter();
        let coding = codings.next().map(|coding| coding.as_bytes().trim_ascii().to_ascii_lowercase());
        match (coding.as_deref(), codings.next()) {
            (None | Some(b"identity" | b""), None) => Ok(Some(Self::Plain(reader(u64::MAX)))),
            (Some(b"gzip" | b"x-gzip"), None) if kind == Kind::Json => {
                Ok(Some(Self::Zipped(Box::new(MultiGzDecoder::new(reader(UNPACKED_FREE))))))
            }
            _ => {
                let message = "a body with names may be packed by gzip where it is JSON, and not at all where it is not";
                Err(Refusal::new(RefusalCode::Malformed, message))
            }
        }
    }

    /// # Errors
    /// `MALFORMED`: the body stands in for the method, or is not what it is called.
    pub(super) fn look(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        let seen = match self {
            Self::Plain(reader) => reader.write_all(piece),
            Self::Zipped(decoder) => {
                let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                let left = &mut decoder.get_mut().left;
                *left = left.saturating_add(length.saturating_mul(UNPACKED));
                // Everything that the app could unpack so far is looked at before it goes on.
                decoder.write_all(piece).and_then(|()| decoder.flush())
            }
        };
        seen.map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => refused(),
            io::ErrorKind::QuotaExceeded => {
                let message = format!("the body unpacks to more than {UNPACKED} times its size");
                Refusal::new(RefusalCode::Malformed, message)
            }
            _ => Refusal::new(RefusalCode::Malformed, "the body is not packed as it says"),
        })
    }
}

/// Reads a body as far as it may.
pub(super) struct Reader {
    names: Vec<BodyNames>,
    /// Bytes that may still come.
    left: u64,
}

impl Write for Reader {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.left = left.ok_or(io::ErrorKind::QuotaExceeded)?;
        if self.names.iter_mut().any(|names| names.has_override(piece)) {
            Err(io::ErrorKind::PermissionDenied.into())
        } else {
            Ok(piece.len())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, http::HeaderValue::from_static(value));
        }
        headers
    }

    fn zipped(body: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body).expect("memory");
        encoder.finish().expect("memory")
    }

    /// Whether a packed body is refused, the same for pieces of any size.
    fn is_refused(packed: &[u8]) -> bool {
        let by_size = [1, 2, 7, packed.len().max(1)].map(|size| {
            let coding = headers(CONTENT_ENCODING, &["gzip"]);
            let mut scan = Scan::of(Kind::Json, &coding).expect("a way to look").expect("names");
            packed.chunks(size).any(|piece| scan.look(piece).is_err())
        });
        assert!(by_size.iter().all(|refused| *refused == by_size[0]), "{by_size:?}");
        by_size[0]
    }

    #[test]
    fn use_3_packed_bodies_are_looked_into() {
        assert!(is_refused(&zipped(br#"{"_method":"DELETE"}"#)));
        assert!(!is_refused(&zipped(br#"{"method":"DELETE"}"#)));
        assert!(is_refused(br#"{"a":"plain"}"#), "it is not packed");
        let halves = [zipped(b"{\"_met"), zipped(b"hod\":1}")].concat();
        assert!(is_refused(&halves), "packed in two members");
        let zeros = |size| zipped(format!("[{}1]", "0,".repeat(size)).as_bytes());
        assert!(is_refused(&zeros(5_000_000)), "much work for little");
        assert!(!is_refused(&zeros(400_000)), "less than a megabyte");
    }

    #[test]
    fn use_3_what_cannot_be_looked_into_is_refused() {
        let coded = |values: &[&'static str]| headers(CONTENT_ENCODING, values);
        for kind in [Kind::Form, Kind::Untold, Kind::Parts, Kind::Json] {
            assert!(Scan::of(kind, &coded(&["identity"])).is_ok());
            assert_eq!(Scan::of(kind, &coded(&["gzip"])).is_ok(), kind == Kind::Json, "{kind:?}");
            for values in [["br"].as_slice(), &["gzip, gzip"], &["gzip", "gzip"], &["identity", "gzip"]] {
                assert!(Scan::of(kind, &coded(values)).is_err(), "{kind:?} {values:?}");
            }
        }
        assert!(matches!(Scan::of(Kind::Other, &coded(&["br"])), Ok(None)));
    }

    #[test]
    fn use_3_a_body_is_read_as_what_an_app_may_take_it_for() {
        let kind = |method, told: &[&'static str]| Kind::of(&method, &headers(CONTENT_TYPE, told)).ok();
        assert_eq!(kind(Method::POST, &[]), Some(Kind::Untold));
        assert_eq!(kind(Method::POST, &[""]), Some(Kind::Untold));
        assert_eq!(kind(Method::PUT, &[]), Some(Kind::Other));
        assert_eq!(
            kind(Method::POST, &[" Application/X-WWW-Form-Urlencoded;charset=utf-8"]),
            Some(Kind::Form)
        );
        assert_eq!(kind(Method::POST, &["multipart/form-data; boundary=b"]), Some(Kind::Parts));
        assert_eq!(kind(Method::PATCH, &["application/merge-patch+json"]), Some(Kind::Json));
        assert_eq!(kind(Method::POST, &["text/plain"]), Some(Kind::Other));
        assert_eq!(kind(Method::POST, &["text/plain", "application/json"]), None);
        assert_eq!(kind(Method::POST, &["application/json; charset=\"UTF-8\""]), Some(Kind::Json));
        assert_eq!(kind(Method::POST, &["application/json;charset = utf-7"]), None);
        assert_eq!(kind(Method::POST, &["text/csv; charset=utf-16"]), Some(Kind::Other));
        assert_eq!(kind(Method::POST, &["application/json; charset=utf-8; charset=utf-16"]), None);
    }
}
