//! A flat look at a document before it is parsed.
//!
//! The parser recurses, so a few kilobytes of brackets overflow its stack. This scan does not recurse and
//! knows just enough of the lexical grammar (GraphQL specification, section 2.1) to count what the parser
//! will see: brackets inside strings and comments do not count.

use async_graphql::ServerError;

use crate::{code::Code, limits::Limits};

/// Refuses a document that is too long, has too many tokens or is nested too deeply.
///
/// # Errors
/// `DOCUMENT_TOO_LARGE`, `TOO_COMPLEX`, or `PARSE_ERROR` for a string that does not end.
pub(crate) fn scan(document: &str, limits: &Limits) -> Result<(), ServerError> {
    if document.len() > limits.document_bytes {
        let message = format!("the document is longer than {} bytes", limits.document_bytes);
        return Err(Code::DocumentTooLarge.error(message, None));
    }
    let mut scanner = Scanner { bytes: document.as_bytes(), at: 0 };
    let (mut tokens, mut open) = (0_usize, 0_usize);
    while let Some(token) = scanner.next_token()? {
        tokens += 1;
        if tokens > limits.tokens {
            let message = format!("the document has more than {} tokens", limits.tokens);
            return Err(Code::DocumentTooLarge.error(message, None));
        }
        match token {
            b'{' | b'[' | b'(' => open += 1,
            // A closer without an opener is left to the parser, which stops there.
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > limits.nesting {
            let message = format!("the document is nested deeper than {} levels", limits.nesting);
            return Err(Code::TooComplex.error(message, None));
        }
    }
    Ok(())
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The first byte of the next token, or `None` at the end.
    fn next_token(&mut self) -> Result<Option<u8>, ServerError> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b',' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'#' => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
                _ if self.starts_with(b"\xEF\xBB\xBF") => self.at += 3,
                b'"' => {
                    self.string()?;
                    return Ok(Some(byte));
                }
                b'.' if self.starts_with(b"...") => {
                    self.at += 3;
                    return Ok(Some(byte));
                }
                _ if is_word(byte) || byte == b'-' => {
                    self.at += 1;
                    self.skip_while(is_word);
                    return Ok(Some(byte));
                }
                _ => {
                    self.at += 1;
                    return Ok(Some(byte));
                }
            }
        }
        Ok(None)
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&keep) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<(), ServerError> {
        if self.starts_with(b"\"\"\"") {
            self.at += 3;
            while self.peek(0).is_some() {
                if self.starts_with(b"\\\"\"\"") {
                    self.at += 4;
                } else if self.starts_with(b"\"\"\"") {
                    self.at += 3;
                    return Ok(());
                } else {
                    self.at += 1;
                }
            }
            return Err(unterminated());
        }
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\n' | b'\r' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err(unterminated())
    }
}

/// Names and numbers are cut alike: what matters is that the parser never sees more tokens than counted
/// here by more than a constant factor.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn unterminated() -> ServerError {
    Code::ParseError.error("a string does not end", None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(document: &str) -> Option<&'static str> {
        scan(document, &Limits::default()).err().and_then(|error| Code::of(&error)).map(Code::as_str)
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let open = "[".repeat(500);
        assert_eq!(code(&format!("{{ a(b: \"{open}\") }}")), None);
        assert_eq!(code(&format!("{{ a(b: \"\\\"{open}\") }}")), None);
        assert_eq!(code(&format!("{{ a(b: \"\"\"{open}\\\"\"\"{open}\"\"\") }}")), None);
        assert_eq!(code(&format!("{{ a # {open}\n }}")), None);
        assert_eq!(code(&format!("{{ a #\r b(c: {open}")), Some("TOO_COMPLEX"));
    }

    #[test]
    fn the_limits_are_exact() {
        let limits = Limits::default();
        let nested = |levels: usize| format!("{}a{}", "{a".repeat(levels), "}".repeat(levels));
        assert_eq!(code(&nested(limits.nesting)), None);
        assert_eq!(code(&nested(limits.nesting + 1)), Some("TOO_COMPLEX"));
        assert_eq!(code(&"a ".repeat(limits.tokens)), None);
        assert_eq!(code(&"a ".repeat(limits.tokens + 1)), Some("DOCUMENT_TOO_LARGE"));
        assert_eq!(code(&" ".repeat(limits.document_bytes)), None);
        assert_eq!(code(&" ".repeat(limits.document_bytes + 1)), Some("DOCUMENT_TOO_LARGE"));
    }

    #[test]
    fn strings_must_end() {
        for document in ["\"", "\"a\n\"", "\"\"\"a\"\"", "\"\\", "{ a(b: \"\"\" \\\"\"\" ) }"] {
            assert_eq!(code(document), Some("PARSE_ERROR"), "{document:?}");
        }
    }
}
