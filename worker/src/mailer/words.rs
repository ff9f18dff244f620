//! Text in the head of a mail that looks like an encoded word: mail programs would show it as other text than was
//! typed (MAIL-3). It is encoded itself, so that they show what stands there.

use std::fmt::Write as _;

use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};

const BEGIN: &str = "=?utf-8?Q?";
const END: &str = "?=";
/// RFC 2047 section 2 allows 75 characters in a word and 76 in a line, of which the name of the header takes some.
const WORD_MAX: usize = 60;

/// The header of a text that must not stand there as it is.
pub(super) fn text_header(name: &'static str, text: &str) -> Option<HeaderValue> {
    let words = encoded(text)?;
    let name = HeaderName::new_from_ascii_str(name);
    Some(HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), words))
}

/// The same of a mailbox, by the name in front of its address.
pub(super) fn mailbox_header(name: &'static str, mailbox: &Mailbox) -> Option<HeaderValue> {
    let words = encoded(mailbox.name.as_deref()?)?;
    let address: &str = mailbox.email.as_ref();
    let name = HeaderName::new_from_ascii_str(name);
    Some(HeaderValue::dangerous_new_pre_encoded(
        name,
        mailbox.to_string(),
        format!("{words}\r\n <{address}>"),
    ))
}

/// The whole text as encoded words; `None` where nothing in it looks like one, which lettre writes well.
fn encoded(text: &str) -> Option<String> {
    if !text.contains("=?") {
        return None;
    }
    let mut all = BEGIN.to_owned();
    let mut length = BEGIN.len();
    for char in text.chars() {
        let mut piece = String::new();
        if char.is_ascii_alphanumeric() {
            piece.push(char);
        } else {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(piece, "={byte:02X}");
            }
        }
        // A character stands in one word (RFC 2047 section 5).
        if length + piece.len() + END.len() > WORD_MAX {
            all.push_str(END);
            all.push_str("\r\n ");
            all.push_str(BEGIN);
            length = BEGIN.len();
        }
        length += piece.len();
        all.push_str(&piece);
    }
    all.push_str(END);
    Some(all)
}
