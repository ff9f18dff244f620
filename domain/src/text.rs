//! Text that people write: cleaned and checked once, at the edge (REQ-1).

use unicode_normalization::UnicodeNormalization;

use crate::code::{ErrorCode, Problem};

/// Longest name of a request, in Unicode scalar values (REQ-1).
pub const NAME_MAX: usize = 255;
/// Longest description, note or reason (REQ-1, REQ-3, REC-5).
pub const NOTE_MAX: usize = 256;
/// Longest name of a connection (REQ-3).
pub const CONNECTION_NAME_MAX: usize = 128;
/// Longest name of a person.
pub const PERSON_NAME_MAX: usize = 128;
/// Longest mail address (RFC 5321, 4.5.3.1.3: 256 octets with the angle brackets).
pub const EMAIL_MAX: usize = 254;

/// Whether line breaks may stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One line: every control character is refused.
    One,
    /// Line breaks are allowed and become `\n`.
    Many,
}

/// Characters that show nothing or turn the reading direction of what follows. They would let a text look
/// like another, so they are refused like control characters.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Marks of direction, with which Arabic and Hebrew are written. They show nothing themselves.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}')
}

/// Normalises to NFC, trims, and checks characters and length (Unicode scalar values, 1 to `max`).
///
/// # Errors
/// One [`Problem`] at `field`: `REQUIRED` when nothing is left, `INVALID_CHARACTERS`, or `TOO_LONG`.
pub fn required(field: &str, text: &str, max: usize, lines: Lines) -> Result<String, Problem> {
    match optional(field, Some(text), max, lines)? {
        Some(clean) => Ok(clean),
        None => Err(Problem::new(ErrorCode::Required, field, "must not be empty")),
    }
}

/// Like [`required`], but an absent, empty or blank text is `None`.
///
/// # Errors
/// `INVALID_CHARACTERS` or `TOO_LONG` at `field`.
pub fn optional(
    field: &str,
    text: Option<&str>,
    max: usize,
    lines: Lines,
) -> Result<Option<String>, Problem> {
    let Some(text) = text else { return Ok(None) };
    // Nothing of a hundred times the length can be right; do not normalise megabytes to find out.
    if text.len() > max.saturating_mul(100) {
        return Err(Problem::new(ErrorCode::TooLong, field, format!("must have at most {max} characters")));
    }
    let unified = if lines == Lines::Many { text.replace("\r\n", "\n") } else { text.to_owned() };
    // Of a name marks of direction are left out, so that none looks like another; longer texts need them inside.
    let kept = unified.nfc().filter(|c| lines == Lines::Many || !is_mark(*c)).collect::<String>();
    let clean = kept.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).to_owned();
    if clean.chars().any(|c| (c.is_control() && !(c == '\n' && lines == Lines::Many)) || is_deceptive(c)) {
        return Err(Problem::new(ErrorCode::InvalidCharacters, field, "must not contain control characters"));
    }
    if clean.chars().count() > max {
        return Err(Problem::new(ErrorCode::TooLong, field, format!("must have at most {max} characters")));
    }
    Ok((!clean.is_empty()).then_some(clean))
}

/// A mail address, lower case, as it is compared and stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address of the form `local@domain` (RFC 5321 without quoted local parts, comments and
    /// address literals, which no provider hands out to people).
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG`, `INVALID_CHARACTERS` or `INVALID_FORMAT` at `field`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Problem> {
        let clean = required(field, text, EMAIL_MAX, Lines::One)?.to_lowercase();
        let bad =
            || Problem::new(ErrorCode::InvalidFormat, field, "is not a mail address such as ana@example.com");
        let (local, domain) = clean.rsplit_once('@').ok_or_else(bad)?;
        let local_ok = (1..=64).contains(&local.len())
            && local.split('.').all(|atom| {
                !atom.is_empty()
                    && atom.chars().all(|c| {
                        c.is_ascii_alphanumeric()
                            || "!#$%&'*+/=?^_`{|}~-".contains(c)
                            || (!c.is_ascii() && c.is_alphanumeric())
                    })
            });
        let domain_ok = domain.contains('.')
            && domain.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| {
                        c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric())
                    })
            });
        if local_ok && domain_ok { Ok(Self(clean)) } else { Err(bad()) }
    }

    /// An address that was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`, in small letters.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Enough for its owner to recognise it, too little for anybody else: `m***@example.com` (INV-2).
    pub fn hint(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => {
                let first = local.chars().next().map(String::from).unwrap_or_default();
                format!("{first}***@{domain}")
            }
            None => "***".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn req_1_text_is_counted_in_scalar_values_after_nfc_and_trimming() {
        let decomposed = format!("  {}\u{0065}\u{0301} ", "x".repeat(254));
        let clean = required("name", &decomposed, NAME_MAX, Lines::One).expect("255 after NFC");
        assert_eq!(clean.chars().count(), 255);
        assert!(clean.ends_with('é'));
        assert_eq!(
            required("name", &"é".repeat(256), NAME_MAX, Lines::One).expect_err("too long").code,
            ErrorCode::TooLong
        );
    }

    #[rstest]
    #[case("", ErrorCode::Required)]
    #[case(" \t ", ErrorCode::Required)]
    #[case(" \u{200E}\u{200F} ", ErrorCode::Required)]
    #[case("a\nb", ErrorCode::InvalidCharacters)]
    #[case("a\u{0}b", ErrorCode::InvalidCharacters)]
    #[case("a\u{202E}b", ErrorCode::InvalidCharacters)]
    fn req_1_bad_names_are_refused(#[case] text: &str, #[case] code: ErrorCode) {
        let problem = required("name", text, NAME_MAX, Lines::One).expect_err("refused");
        assert_eq!((problem.code, problem.field.as_str()), (code, "name"));
    }

    /// Arabic and Hebrew are written with marks of direction: names do without them, longer texts keep them inside.
    #[test]
    fn req_1_marks_of_direction_are_taken() {
        let text = "\u{200F}שלום\u{200F} Sandbox\u{200E} ";
        assert_eq!(required("name", text, NAME_MAX, Lines::One).expect("a name"), "שלום Sandbox");
        assert_eq!(required("note", text, NOTE_MAX, Lines::Many).expect("a note"), "שלום\u{200F} Sandbox");
    }

    #[test]
    fn req_1_line_breaks_are_allowed_in_notes_only() {
        assert_eq!(optional("note", Some("a\r\nb"), NOTE_MAX, Lines::Many), Ok(Some("a\nb".to_owned())));
        assert!(optional("note", Some("a\rb"), NOTE_MAX, Lines::Many).is_err());
        assert_eq!(optional("note", Some("  "), NOTE_MAX, Lines::Many), Ok(None));
    }

    #[rstest]
    #[case("Ana.Lopez+x@Example.COM", Some("ana.lopez+x@example.com"))]
    #[case("jürgen@müller.example", Some("jürgen@müller.example"))]
    #[case("ana@localhost", None)]
    #[case("ana@@example.com", None)]
    #[case("ana@example..com", None)]
    #[case("ana @example.com", None)]
    #[case("\"a b\"@example.com", None)]
    #[case("ana@example.com\nbcc: x@example.com", None)]
    #[case("ana@[127.0.0.1]", None)]
    #[case("<ana@example.com>", None)]
    #[case("ana@-example.com", None)]
    fn addresses(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(Email::parse("email", text).ok().as_ref().map(Email::as_str), expected);
    }

    #[test]
    fn inv_2_the_hint_shows_one_letter_and_the_domain() {
        assert_eq!(Email::parse("e", "mia@x.com").expect("valid").hint(), "m***@x.com");
    }
}
