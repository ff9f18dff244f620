//! Finds names in bodies that pass, byte by byte, and says which of them stand in for the method.

use url::form_urlencoded;

use super::overrides::{is_json_override, is_override};

/// Bytes of a written name that can be one of those, each letter as `\u0000`; what is longer is none of them.
pub(super) const NAME: usize = 6 * 24;
/// Bytes of a header of a part that are looked at; a longer `Content-Disposition` is refused.
pub(super) const HEADER: usize = 4096;

/// The header that names a part (RFC 7578 section 4.2).
const DISPOSITION: &[u8] = b"content-disposition";

/// By one way of writing.
pub(super) enum Names {
    Form(Form),
    Parts(Parts),
    Json(Json),
}

impl Names {
    /// Whether one that stands in for the method ends in this piece.
    pub(super) fn has_override(&mut self, piece: &[u8]) -> bool {
        match self {
            Self::Form(form) => piece.iter().any(|byte| form.read(*byte)),
            Self::Parts(parts) => piece.iter().any(|byte| parts.read(*byte)),
            Self::Json(json) => piece.iter().any(|byte| json.read(*byte)),
        }
    }
}

/// Names of a form, each found where it ends.
#[derive(Default)]
pub(super) struct Form {
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
                return form_urlencoded::parse(&self.name).any(|(name, _)| is_override(&name));
            }
            _ if self.in_value || self.name.len() > NAME => {}
            _ => self.name.push(byte),
        }
        false
    }
}

/// Names in the headers of parts. Any line that looks like such a header counts, whether it is one or not: where parts
/// begin is something that apps do not agree upon.
#[derive(Default)]
pub(super) struct Parts {
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
                is_override(value) || is_override(&String::from_utf8_lossy(&decoded))
            }
            // A name in pieces (RFC 2231) is written by nobody but who hides it.
            rest => rest.is_some_and(|rest| rest.starts_with('*')),
        }
    };
    header.len() >= HEADER || header.split(';').any(is_name)
}

/// Names of the outermost object.
#[derive(Default)]
pub(super) struct Json {
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
