//! What an app might take for another method than that of the call (USE-3): names by which frameworks let a parameter
//! or a member of a body stand in for it.
//!
//! Bodies are read byte by byte as they pass, with a memory that does not grow with them, so that neither their length
//! nor where they are cut hides a name.

use std::borrow::Cow;

use url::form_urlencoded;

/// Names that are used for nothing else.
const OVERRIDES: [&str; 6] =
    ["_method", "__method", "_http_method", "x-http-method", "x-http-method-override", "x-method-override"];
/// Names that also say something else in JSON, of which no framework takes them.
const FORM_OVERRIDES: [&str; 2] = ["$httpmethod", "http_method"];
/// Name that many use for something else: it stands in for the method only with one as its value.
const PLAIN: &str = "method";
const METHODS: [&str; 9] = ["get", "head", "post", "put", "patch", "delete", "options", "trace", "connect"];

/// Bytes of a written name that can be one of those, each letter as `\u0000`; what is longer is none of them.
pub(crate) const NAME: usize = 6 * 24;
/// Bytes of a header of a part that are looked at; a longer `Content-Disposition` is refused.
pub(crate) const HEADER: usize = 4096;

/// The header that names a part (RFC 7578 section 4.2).
const DISPOSITION: &[u8] = b"content-disposition";

/// The parameters of a query or a form, decoded, as the most lenient server parts them: by `;` as well as by `&`.
pub fn pairs(text: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split(|byte| *byte == b';').flat_map(form_urlencoded::parse)
}

/// Whether a parameter of a query or a form, decoded, stands in for the method.
pub fn is_override(name: &str, value: &str) -> bool {
    let is_method = || METHODS.contains(&value.trim().to_ascii_lowercase().as_str());
    is_form_override(name) || (read(name) == PLAIN && is_method())
}

/// A name as the most lenient framework reads it: PHP ends it at NUL, and takes dots, spaces and an open bracket for
/// underscores.
fn read(name: &str) -> String {
    let name = name.split('\0').next().unwrap_or_default().trim();
    name.to_ascii_lowercase().replace([' ', '.', '['], "_")
}

/// In a form or a part, whatever the value.
fn is_form_override(name: &str) -> bool {
    let name = read(name);
    OVERRIDES.contains(&name.as_str()) || FORM_OVERRIDES.contains(&name.as_str())
}

/// In JSON, whatever the value.
fn is_json_override(name: &str) -> bool {
    OVERRIDES.contains(&read(name).as_str())
}

/// Names of one body, found while it is read piece by piece.
#[derive(Debug)]
pub struct BodyNames(Written);

/// By one way of writing.
#[derive(Debug)]
enum Written {
    Form(Form),
    Parts(Parts),
    Json(Json),
}

impl BodyNames {
    /// Of `application/x-www-form-urlencoded`.
    pub fn of_form() -> Self {
        Self(Written::Form(Form::default()))
    }

    /// Of `multipart/form-data` (RFC 7578).
    pub fn of_parts() -> Self {
        Self(Written::Parts(Parts::default()))
    }

    /// Of JSON (RFC 8259), in its outermost object.
    pub fn of_json() -> Self {
        Self(Written::Json(Json::default()))
    }

    /// Reads the next piece; whether a name that stands in for the method, whatever its value, ends in it.
    pub fn has_override(&mut self, piece: &[u8]) -> bool {
        match &mut self.0 {
            Written::Form(form) => piece.iter().any(|byte| form.read(*byte)),
            Written::Parts(parts) => piece.iter().any(|byte| parts.read(*byte)),
            Written::Json(json) => piece.iter().any(|byte| json.read(*byte)),
        }
    }
}

/// Names of a form, each found where it ends.
#[derive(Debug, Default)]
struct Form {
    name: Vec<u8>,
    in_value: bool,
}

impl Form {
    fn read(&mut self, byte: u8) -> bool {
        match byte {
            b'&' | b';' => {
                self.in_value = false;
                self.name.clear();
            }
            b'=' if !self.in_value => {
                self.in_value = true;
                return form_urlencoded::parse(&self.name).any(|(name, _)| is_form_override(&name));
            }
            _ if self.in_value || self.name.len() > NAME => {}
            _ => self.name.push(byte),
        }
        false
    }
}

/// Names in the headers of parts. Any line that looks like such a header counts, whether it is one or not: where parts
/// begin is something that apps do not agree upon.
#[derive(Debug, Default)]
struct Parts {
    line: Vec<u8>,
    /// The header that names the part, with all lines that go on from it.
    header: Vec<u8>,
    after_return: bool,
}

impl Parts {
    fn read(&mut self, byte: u8) -> bool {
        let ended = byte == b'\r' || (byte == b'\n' && !self.after_return);
        self.after_return = byte == b'\r';
        if !ended {
            if byte != b'\n' && self.line.len() < HEADER {
                self.line.push(byte);
            }
            return false;
        }
        let line = self.line.trim_ascii_start();
        let goes_on = line.len() < self.line.len() && !self.header.is_empty();
        if !goes_on {
            self.header.clear();
        }
        if goes_on || line.get(..DISPOSITION.len()).is_some_and(|name| name.eq_ignore_ascii_case(DISPOSITION))
        {
            self.header.extend(&self.line);
        }
        self.line.clear();
        !self.header.is_empty() && names_override(&self.header)
    }
}

fn names_override(header: &[u8]) -> bool {
    let header = String::from_utf8_lossy(header).to_ascii_lowercase();
    let is_name = |parameter: &str| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        match name.trim().strip_prefix("name").map(str::trim_end) {
            Some("" | "*") => {
                let value = value.replace(['\\', '"'], "");
                // RFC 8187 writes the character set before the value, and the value by percent signs.
                let value = value.rsplit('\'').next().unwrap_or_default();
                let decoded: Vec<u8> = form_urlencoded::parse(value.replace('+', "%2B").as_bytes())
                    .flat_map(|(name, _)| name.into_owned().into_bytes())
                    .collect();
                is_form_override(value) || is_form_override(&String::from_utf8_lossy(&decoded))
            }
            // A name in pieces (RFC 2231) is written by nobody but who hides it.
            rest => rest.is_some_and(|rest| rest.starts_with('*')),
        }
    };
    header.len() >= HEADER || header.split(';').any(is_name)
}

/// Names of the outermost object.
#[derive(Debug, Default)]
struct Json {
    depth: u32,
    in_text: bool,
    is_escaped: bool,
    /// The last text at the first depth, as it is written.
    text: Vec<u8>,
}

impl Json {
    fn read(&mut self, byte: u8) -> bool {
        // JSON has no such byte (RFC 8259 section 7); in UTF-16 and UTF-32, where some read it, every name has.
        if byte == 0 {
            return true;
        }
        if self.in_text {
            match byte {
                b'"' if !self.is_escaped => {
                    self.in_text = false;
                    return false;
                }
                b'\\' => self.is_escaped = !self.is_escaped,
                _ => self.is_escaped = false,
            }
            if self.depth == 1 && self.text.len() <= NAME {
                self.text.push(byte);
            }
            return false;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.text.clear();
            }
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b':' if self.depth == 1 && !self.text.is_empty() => return self.is_override(),
            _ => {}
        }
        false
    }

    /// Whether the text is such a name; it is looked at once.
    fn is_override(&mut self) -> bool {
        let quoted = [b"\"", self.text.as_slice(), b"\""].concat();
        self.text.clear();
        let name: Option<String> = serde_json::from_slice(&quoted).ok();
        name.is_some_and(|name| is_json_override(&name))
    }
}
