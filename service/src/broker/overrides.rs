//! What an app might take for another method than that of the call (USE-3): names by which frameworks let a parameter
//! or a member of a body stand in for it. A body is looked through while it passes, so its length hides nothing.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Method};

use super::names::{Form, Json, Names, Parts};
use super::refusal::{Refusal, RefusalCode};

/// Names that are used for nothing else.
const OVERRIDES: [&str; 6] =
    ["_method", "__method", "_http_method", "x-http-method", "x-http-method-override", "x-method-override"];
/// Names that also say something else in JSON, of which no framework takes them.
const FORM_OVERRIDES: [&str; 2] = ["$httpmethod", "http_method"];
/// Name that many use for something else: it stands in for the method only with one as its value.
const PLAIN: &str = "method";
/// Encodings in which the letters of these names are the bytes that are looked for.
const ENCODINGS: [&str; 4] = ["utf-8", "utf8", "us-ascii", "iso-8859-1"];
const METHODS: [&str; 9] = ["get", "head", "post", "put", "patch", "delete", "options", "trace", "connect"];

/// Bytes that a packed body may have, unpacked, for each of its own, and from the start: whoever sends little must not
/// make much work.
const UNPACKED: u64 = 100;
const UNPACKED_FREE: u64 = 1024 * 1024;

/// Refuses what an app might take for another method, in a query or a form.
pub(super) fn check_pair(name: &str, value: &str) -> Result<(), Refusal> {
    let is_method = || METHODS.contains(&value.trim().to_ascii_lowercase().as_str());
    if is_override(name) || (read(name) == PLAIN && is_method()) { Err(refused()) } else { Ok(()) }
}

fn refused() -> Refusal {
    Refusal::new(RefusalCode::Malformed, "a parameter must not stand in for the method")
}

/// A name as the most lenient framework reads it: PHP ends it at NUL, and takes dots, spaces and an open bracket for
/// underscores.
fn read(name: &str) -> String {
    let name = name.split('\0').next().unwrap_or_default().trim();
    name.to_ascii_lowercase().replace([' ', '.', '['], "_")
}

/// In a form or a part.
pub(super) fn is_override(name: &str) -> bool {
    let name = read(name);
    OVERRIDES.contains(&name.as_str()) || FORM_OVERRIDES.contains(&name.as_str())
}

/// In JSON.
pub(super) fn is_json_override(name: &str) -> bool {
    OVERRIDES.contains(&read(name).as_str())
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
    /// Not said; some frameworks take what is posted like this for a form.
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
            Kind::Form | Kind::Untold => Names::Form(Form::default()),
            Kind::Parts => Names::Parts(Parts::default()),
            Kind::Json => Names::Json(Json::default()),
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
    names: Names,
    /// Bytes that may still come.
    left: u64,
}

impl Write for Reader {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.left = left.ok_or(io::ErrorKind::QuotaExceeded)?;
        if self.names.has_override(piece) {
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
    use super::super::names::{HEADER, NAME};
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

    /// Whether a body is refused, the same for pieces of any size.
    fn is_refused(kind: Kind, headers: &HeaderMap, body: &[u8]) -> bool {
        let by_size = [1, 2, 7, body.len().max(1)].map(|size| {
            let mut scan = Scan::of(kind, headers).expect("a way to look").expect("names");
            body.chunks(size).any(|piece| scan.look(piece).is_err())
        });
        assert!(by_size.iter().all(|refused| *refused == by_size[0]), "{by_size:?}");
        by_size[0]
    }

    #[test]
    fn use_3_names_are_found_however_they_are_written() {
        let part = |header: &str| format!("--b\r\n{header}\r\n\r\nDELETE\r\n--b--\r\n");
        let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
        let cases: &[(Kind, &str, bool)] = &[
            (Kind::Json, r#"{"_method":"DELETE"}"#, true),
            (Kind::Json, "\u{feff} {\n\"a\": [{}, \"}\"], \"_METHOD\" \t: 1}", true),
            (Kind::Json, r#"{"a":"\\","\u005fm\u0065thod":"DELETE"}"#, true),
            (Kind::Json, r#"{"a":"\"","x-http-method-override":"DELETE"}"#, true),
            (Kind::Json, r#"{"a":1}{"_method":"DELETE"}"#, true),
            (Kind::Json, &format!(r#"{{"a":{deep},"_method":"DELETE"}}"#), true),
            (Kind::Json, r#"{"a":"_method","b":{"_method":"DELETE"},"c":"\"_method\":"}"#, false),
            (Kind::Json, r#"["_method",{"_method":1}]"#, false),
            (Kind::Json, r#"{"method":"DELETE","http_method":"DELETE","_methods":1}"#, false),
            (Kind::Json, &format!(r#"{{"{}_method":1}}"#, "x".repeat(NAME)), false),
            (Kind::Json, "not JSON", false),
            (Kind::Json, "{\0\"\0_\0m\0e\0t\0h\0o\0d\0\"\0:\0}\0", true),
            (Kind::Parts, &part("Content-Disposition: form-data; name=\"_method\""), true),
            (Kind::Parts, &part("content-disposition:form-data;filename=\"a;b\"; NAME = _METHOD"), true),
            (
                Kind::Parts,
                &part("Content-Type: text/plain\nContent-Disposition: form-data;\r\n\tname=\".method\""),
                true,
            ),
            (Kind::Parts, &part("Content-Disposition: form-data; name*=UTF-8''%5fmethod"), true),
            (Kind::Parts, &part("Content-Disposition: form-data; name*0=\"_me\"; name*1=\"thod\""), true),
            (Kind::Parts, &part("Content-Disposition: form-data; name=\"\\_method\""), true),
            (
                Kind::Parts,
                &part(&format!("Content-Disposition: form-data; a={}; name=\"_method\"", "x".repeat(HEADER))),
                true,
            ),
            (
                Kind::Parts,
                &part("Content-Disposition: form-data; name=\"file\"; filename=\"_method\""),
                false,
            ),
            (Kind::Parts, &part("a: b\rContent-Disposition: form-data; name=_method"), true),
            (Kind::Parts, &part(" Content-Disposition: form-data; name=_method"), true),
            (Kind::Parts, &part("Content-Disposition: form-data; name=a\n\n x; name=_method"), false),
            (Kind::Parts, &part("X-Disposition: form-data; name=\"_method\""), false),
            (Kind::Untold, "a=1&_method=DELETE", true),
            (Kind::Untold, "%5fmethod=DELETE", true),
            (Kind::Untold, "a=1;[method=DELETE", true),
            (Kind::Untold, "_method%00x=DELETE", true),
            (Kind::Untold, "a=_method=DELETE&method=delete", false),
            (Kind::Untold, "_method", false),
        ];
        let gzip = headers(CONTENT_ENCODING, &["gzip"]);
        for (kind, body, expected) in cases {
            assert_eq!(is_refused(*kind, &HeaderMap::new(), body.as_bytes()), *expected, "{kind:?} {body}");
            if *kind == Kind::Json {
                assert_eq!(is_refused(*kind, &gzip, &zipped(body.as_bytes())), *expected, "packed {body}");
            }
        }
        assert!(is_refused(Kind::Json, &gzip, br#"{"a":"plain"}"#), "it is not packed");
        let halves = [zipped(b"{\"_met"), zipped(b"hod\":1}")].concat();
        assert!(is_refused(Kind::Json, &gzip, &halves), "packed in two members");
        let zeros = |size| zipped(format!("[{}1]", "0,".repeat(size)).as_bytes());
        assert!(is_refused(Kind::Json, &gzip, &zeros(5_000_000)), "much work for little");
        assert!(!is_refused(Kind::Json, &gzip, &zeros(400_000)), "less than a megabyte");
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
