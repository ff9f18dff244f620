//! The contacts of the Harbor Bakery: one list for every account.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// So many contacts are kept; then one must go first.
const MAX_CONTACTS: usize = 500;
/// More than the longest name and, by RFC 5321, than the longest mail address.
const MAX_TEXT_CHARS: usize = 254;

/// A contact as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Contact {
    id: String,
    name: String,
    email: String,
    created_at: String,
}

/// A contact as the API takes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContact {
    name: String,
    email: String,
}

/// Why a contact was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// Empty, too long, or no mail address.
    Invalid,
    /// There is no room.
    Full,
}

/// The list.
pub(crate) struct Contacts {
    by_number: BTreeMap<u32, Contact>,
    next: u32,
}

impl Contacts {
    /// The list of a fresh sandbox.
    pub(crate) fn seeded(now: DateTime<Utc>) -> Self {
        let mut contacts = Self { by_number: BTreeMap::new(), next: 1 };
        for (name, email) in [
            ("Ida Kornfeld", "ida@millstone-flour.example"),
            ("Tomas Rey", "tomas@reydairy.example"),
            ("Quayside Café", "orders@quayside-cafe.example"),
        ] {
            contacts.put(name, email, now);
        }
        contacts
    }

    /// Every contact that holds the text in its name or mail address, in any case; all when it is empty.
    pub(crate) fn search(&self, text: &str) -> Vec<Contact> {
        let wanted = text.to_lowercase();
        let holds = |value: &str| value.to_lowercase().contains(&wanted);
        let found = self.by_number.values().filter(|contact| holds(&contact.name) || holds(&contact.email));
        found.cloned().collect()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Contact> {
        self.by_number.get(&number(id)?)
    }

    pub(crate) fn add(&mut self, new: &NewContact, now: DateTime<Utc>) -> Result<Contact, NotAdded> {
        let (name, email) = (new.name.trim(), new.email.trim());
        let fits = |text: &str| (1..=MAX_TEXT_CHARS).contains(&text.chars().count());
        let is_mail = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !fits(name) || !fits(email) || !is_mail {
            return Err(NotAdded::Invalid);
        }
        if self.by_number.len() >= MAX_CONTACTS {
            return Err(NotAdded::Full);
        }
        Ok(self.put(name, email, now))
    }

    /// Takes a contact out; whether it was there.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        number(id).is_some_and(|number| self.by_number.remove(&number).is_some())
    }

    fn put(&mut self, name: &str, email: &str, now: DateTime<Utc>) -> Contact {
        let number = self.next;
        self.next += 1;
        let contact = Contact {
            id: format!("contact-{number}"),
            name: name.to_owned(),
            email: email.to_owned(),
            created_at: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        self.by_number.insert(number, contact.clone());
        contact
    }
}

/// The number in `contact-7`; other spellings of it are other ids.
fn number(id: &str) -> Option<u32> {
    let digits = id.strip_prefix("contact-")?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}
