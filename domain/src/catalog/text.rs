//! Texts that people read, in the languages that a file has them in.

use super::read::Table;
use crate::language::Language;

/// A text in English, and in the other languages that the file has it in.
///
/// TOML: the text itself at its key, and others under the same key in a table beside it that is named by the tag of
/// the language, such as `de = { name = "…" }`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    english: String,
    german: Option<String>,
}

impl Text {
    /// A text of which there is no translation, such as a name.
    pub fn of(english: impl Into<String>) -> Self {
        Self { english: english.into(), german: None }
    }

    /// The text in this language, in English where the file has no other.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.english,
            Language::De => self.german.as_deref().unwrap_or(&self.english),
        }
    }

    /// Whether the file has the text in this language; one that is empty in English is so in every other.
    pub fn has(&self, language: Language) -> bool {
        self.english.is_empty()
            || match language {
                Language::En => true,
                Language::De => self.german.is_some(),
            }
    }
}

/// A table with the texts of it in other languages.
pub(super) struct Texts<'t, 's, 'i> {
    table: &'t Table<'s, 'i>,
    german: Option<Table<'s, 'i>>,
}

impl<'t, 's, 'i> Texts<'t, 's, 'i> {
    pub fn of(table: &'t Table<'s, 'i>) -> Self {
        Self { table, german: table.table(Language::De.tag()) }
    }

    /// A text that must be there, at least in English.
    pub fn text(&self, key: &'static str) -> Text {
        Text { english: self.table.text(key), german: self.german(key) }
    }

    /// A text that may be left out; it is then empty.
    pub fn opt_text(&self, key: &'static str) -> Text {
        let english = self.table.opt_text(key);
        let german = self.german(key);
        if let (None, Some(_), Some(table)) = (&english, &german, &self.german) {
            table.problem(key, "has no text in English beside it");
        }
        Text { english: english.unwrap_or_default(), german }
    }

    fn german(&self, key: &'static str) -> Option<String> {
        self.german.as_ref()?.opt_text(key)
    }

    /// Reports translations of what is no text.
    pub fn finish(&self) {
        if let Some(table) = &self.german {
            table.finish();
        }
    }
}
