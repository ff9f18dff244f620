//! Form fields of a way to authenticate, and the check of what was filled in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::AuthMethod;
use super::template::is_host;
use super::text::Text;
use crate::credential::SecretText;

/// One field of the form that a recipient fills in.
///
/// TOML: `[[versions.methods.fields]]` with `name`, `label`, `help`, `help_url`, `kind` (`TEXT`, `MULTILINE`,
/// `EMAIL`, `URL`, `HOST`, `PORT`; `TEXT`), `secret` (false), `required` (true), `default`, `example`,
/// `min_length` (0), `max_length` (1024), `characters`, `prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Unique in the method; the name that templates use.
    pub name: String,
    /// What stands above the field.
    pub label: Text,
    /// Where to find the value, in the recipient's words; may be empty.
    pub help: Text,
    /// A page where it is found or made; `None` if there is none.
    pub help_url: Option<String>,
    /// What is to be typed.
    pub kind: FieldKind,
    /// Whether the value is hidden, sealed and never shown again.
    pub secret: bool,
    /// Whether it must be filled in.
    pub required: bool,
    /// What holds when it is left empty; also shown in the form. Never for a secret.
    pub default: Option<String>,
    /// An example that is shown in the empty field.
    pub example: Option<String>,
    /// At least so many characters, if anything; 0 to `max_length`.
    pub min_length: u32,
    /// At most so many characters; 1 to 16,384.
    pub max_length: u32,
    /// The characters that are possible, as single ones and ranges, such as `a-z0-9-`; `None` means any but
    /// control characters.
    pub characters: Option<String>,
    /// What every value begins with, such as `sk-`.
    pub prefix: Option<String>,
}

/// What is to be typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines, such as a key in PEM form.
    Multiline,
    /// A mail address.
    Email,
    /// An https address.
    Url,
    /// A host name without scheme, port or path.
    Host,
    /// A TCP port, 1 to 65,535.
    Port,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// Required and empty.
    #[error("is required")]
    Required,
    /// No such field in this method.
    #[error("is not asked for")]
    Unknown,
    /// Fewer characters than the least.
    #[error("is too short")]
    TooShort,
    /// More characters than the most.
    #[error("is too long")]
    TooLong,
    /// Control characters, or others than the field allows.
    #[error("holds characters that are not possible here")]
    Characters,
    /// Does not begin as every such value does.
    #[error("does not begin as expected")]
    Prefix,
    /// Not a mail address, https address, host name or port.
    #[error("is not of the expected form")]
    Form,
}

impl Field {
    /// Checks one value; an empty one is right where nothing is required.
    ///
    /// # Errors
    /// The first problem, in the order of [`FieldProblem`].
    pub fn check(&self, value: &str) -> Result<(), FieldProblem> {
        if value.is_empty() {
            let needed = self.required && self.default.is_none();
            return if needed { Err(FieldProblem::Required) } else { Ok(()) };
        }
        let length = value.chars().count();
        if length < self.min_length as usize {
            return Err(FieldProblem::TooShort);
        }
        if length > self.max_length as usize {
            return Err(FieldProblem::TooLong);
        }
        if !value.chars().all(|c| self.allows(c)) {
            return Err(FieldProblem::Characters);
        }
        if self.prefix.as_ref().is_some_and(|prefix| !value.starts_with(prefix.as_str())) {
            return Err(FieldProblem::Prefix);
        }
        if self.has_form(value) { Ok(()) } else { Err(FieldProblem::Form) }
    }

    fn allows(&self, c: char) -> bool {
        if self.kind == FieldKind::Multiline && matches!(c, '\n' | '\r') {
            return true;
        }
        !c.is_control() && self.characters.as_deref().is_none_or(|class| class_holds(class, c))
    }

    fn has_form(&self, value: &str) -> bool {
        match self.kind {
            FieldKind::Text | FieldKind::Multiline => true,
            FieldKind::Email => value.rsplit_once('@').is_some_and(|(local, host)| {
                !local.is_empty() && !value.contains(char::is_whitespace) && is_host(host)
            }),
            FieldKind::Url => Url::parse(value).is_ok_and(|url| {
                url.scheme() == "https" && url.username().is_empty() && url.password().is_none()
            }),
            FieldKind::Host => is_host(value),
            // No sign and no leading zero: `u16::from_str` would take `+993`.
            FieldKind::Port => value.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == value),
        }
    }
}

/// Whether a class such as `a-z_` holds a character. A hyphen at either end stands for itself.
fn class_holds(class: &str, c: char) -> bool {
    let mut rest = class.chars();
    while let Some(low) = rest.next() {
        let mut ahead = rest.clone();
        if let (Some('-'), Some(high)) = (ahead.next(), ahead.next()) {
            if (low..=high).contains(&c) {
                return true;
            }
            rest = ahead;
        } else if low == c {
            return true;
        }
    }
    false
}

impl AuthMethod {
    /// Checks a filled-in form: every problem at once, by field name (REQ-10).
    pub fn check_fields(&self, values: &BTreeMap<String, SecretText>) -> Vec<(String, FieldProblem)> {
        let known = self.fields.iter().filter_map(|field| {
            let value = values.get(&field.name).map_or("", SecretText::expose);
            field.check(value).err().map(|problem| (field.name.clone(), problem))
        });
        let unknown = values.keys().filter(|name| self.field(name).is_none());
        known.chain(unknown.map(|name| (name.clone(), FieldProblem::Unknown))).collect()
    }

    /// What was filled in together with the defaults of what was left empty; optional fields without a
    /// default and names that are no fields are left out.
    pub fn with_defaults(&self, values: &BTreeMap<String, SecretText>) -> BTreeMap<String, SecretText> {
        let filled = self.fields.iter().filter_map(|field| {
            let given = values.get(&field.name).filter(|value| !value.is_empty()).cloned();
            let value = given.or_else(|| field.default.as_deref().map(SecretText::from))?;
            Some((field.name.clone(), value))
        });
        filled.collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field {
            name: "f".to_owned(),
            label: Text::of("F"),
            help: Text::default(),
            help_url: None,
            kind,
            secret: false,
            required: true,
            default: None,
            example: None,
            min_length: 2,
            max_length: 20,
            characters: None,
            prefix: None,
        }
    }

    #[rstest]
    #[case::fine(FieldKind::Text, "some text", Ok(()))]
    #[case::empty(FieldKind::Text, "", Err(FieldProblem::Required))]
    #[case::short(FieldKind::Text, "é", Err(FieldProblem::TooShort))]
    #[case::long(FieldKind::Text, "123456789012345678901", Err(FieldProblem::TooLong))]
    #[case::break_in_line(FieldKind::Text, "a\r\nb", Err(FieldProblem::Characters))]
    #[case::lines(FieldKind::Multiline, "a\r\nb", Ok(()))]
    #[case::mail(FieldKind::Email, "ana@x.example", Ok(()))]
    #[case::no_mail(FieldKind::Email, "ana@", Err(FieldProblem::Form))]
    #[case::plain_http(FieldKind::Url, "http://x.example", Err(FieldProblem::Form))]
    #[case::userinfo(FieldKind::Url, "https://u@x.example", Err(FieldProblem::Form))]
    #[case::host(FieldKind::Host, "imap.x.example", Ok(()))]
    #[case::host_with_port(FieldKind::Host, "imap.x:993", Err(FieldProblem::Form))]
    #[case::port(FieldKind::Port, "993", Ok(()))]
    #[case::signed_port(FieldKind::Port, "+993", Err(FieldProblem::Form))]
    #[case::port_too_high(FieldKind::Port, "65536", Err(FieldProblem::Form))]
    fn values_are_checked_by_kind(
        #[case] kind: FieldKind,
        #[case] value: &str,
        #[case] expected: Result<(), FieldProblem>,
    ) {
        assert_eq!(field(kind).check(value), expected);
    }

    #[test]
    fn classes_and_prefixes_are_checked() {
        let narrow = Field {
            characters: Some("a-c_-".to_owned()),
            prefix: Some("a".to_owned()),
            ..field(FieldKind::Text)
        };
        assert_eq!(narrow.check("a_-c"), Ok(()));
        assert_eq!(narrow.check("ad"), Err(FieldProblem::Characters));
        assert_eq!(narrow.check("ba"), Err(FieldProblem::Prefix));
    }
}
