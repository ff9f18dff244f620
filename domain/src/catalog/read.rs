//! Reads TOML tables and keeps every problem with its line, instead of stopping at the first.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Template};

/// One file while it is read.
pub(super) struct Sheet<'s> {
    pub file: &'s str,
    pub text: &'s str,
    /// Whether http to loopback addresses is fine (SEC-2).
    pub allow_loopback: bool,
    pub problems: RefCell<Vec<Problem>>,
}

impl Sheet<'_> {
    pub fn report(&self, line: Option<usize>, path: String, message: impl Into<String>) {
        let problem = Problem { file: self.file.to_owned(), line, path, message: message.into() };
        self.problems.borrow_mut().push(problem);
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }
}

/// One table while it is read: every key that is asked for is remembered, the rest is unknown.
pub(super) struct Table<'s, 'i> {
    pub sheet: &'s Sheet<'s>,
    keys: &'s DeTable<'i>,
    path: String,
    line: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'s, 'i> Table<'s, 'i> {
    pub fn new(sheet: &'s Sheet<'s>, table: &'s DeTable<'i>, path: String, at: usize) -> Self {
        Self { sheet, keys: table, path, line: sheet.line(at), asked: RefCell::default() }
    }

    /// Reports a problem of one key; an absent key gets its table's line.
    pub fn problem(&self, key: &str, message: impl Into<String>) {
        self.sheet.report(Some(self.line_of(key)), self.path_of(key), message);
    }

    /// The line of a key, or of one in a table inside, such as `oauth.default_scopes`: as far as it is there.
    fn line_of(&self, key: &str) -> usize {
        let (mut table, mut line) = (Some(self.keys), self.line);
        for part in key.split('.') {
            let Some(value) = table.and_then(|table| table.get(part)) else { break };
            line = self.sheet.line(value.span().start);
            table = value.get_ref().as_table();
        }
        line
    }

    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.keys.keys().filter(|key| !asked.contains(key.get_ref().as_ref())) {
            let line = self.sheet.line(key.span().start);
            self.sheet.report(Some(line), self.path_of(key.get_ref()), "unknown key");
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn get(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'i>>> {
        self.asked.borrow_mut().insert(key);
        self.keys.get(key)
    }

    fn wrong_type(&self, key: &str, expected: &str, value: &DeValue<'_>) {
        self.problem(key, format!("must be {expected}, is {}", value.type_str()));
    }

    /// A text, trimmed; `None` when absent or of another type.
    pub fn opt_text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?.get_ref();
        let Some(text) = value.as_str() else {
            self.wrong_type(key, "a text", value);
            return None;
        };
        if text.trim().is_empty() {
            self.problem(key, "must not be empty");
        }
        Some(text.trim().to_owned())
    }

    /// A text as it stands, blanks included.
    pub fn raw_text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?.get_ref();
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(key, "a text", value);
        }
        text
    }

    /// A text that must be there; empty after the report when it is not.
    pub fn text(&self, key: &'static str) -> String {
        if !self.has(key) {
            self.problem(key, "is missing");
        }
        self.opt_text(key).unwrap_or_default()
    }

    /// A name: `a-z`, `0-9`, `_`; 1 to 64 characters.
    pub fn name(&self, key: &'static str) -> String {
        let name = self.text(key);
        if !name.is_empty() && !super::template::is_name(&name) {
            self.problem(key, "must be 1 to 64 of a-z, 0-9 and _");
        }
        name
    }

    /// A template; `None` when absent or malformed.
    pub fn opt_template(&self, key: &'static str) -> Option<Template> {
        self.template_of(key, &self.opt_text(key)?)
    }

    /// A template that must be there.
    pub fn template(&self, key: &'static str) -> Template {
        self.template_of(key, &self.text(key)).unwrap_or_else(Template::empty)
    }

    pub fn template_of(&self, key: &str, text: &str) -> Option<Template> {
        Template::parse(text).map_err(|error| self.problem(key, error.to_string())).ok()
    }

    pub fn boolean(&self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.get(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, "true or false", value.get_ref());
            default
        })
    }

    /// A whole number within bounds.
    pub fn number(&self, key: &'static str, default: u32, range: std::ops::RangeInclusive<u32>) -> u32 {
        let Some(value) = self.get(key) else { return default };
        let number =
            value.get_ref().as_integer().and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            let (low, high) = range.into_inner();
            self.problem(key, format!("must be a whole number from {low} to {high}"));
            default
        })
    }

    /// One of several words; the first is taken after the report of another.
    pub fn choice<T: Copy>(&self, key: &'static str, default: Option<T>, words: &[(&str, T)]) -> Option<T> {
        if !self.has(key) && default.is_some() {
            return default;
        }
        let word = self.text(key);
        if let Some((_, value)) = words.iter().find(|(known, _)| *known == word) {
            return Some(*value);
        }
        if !word.is_empty() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.problem(key, format!("must be one of {}", known.join(", ")));
        }
        None
    }

    /// A list of texts, or one text; empty when absent. None may be empty or occur twice.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        self.texts_in(key, value.get_ref())
    }

    fn texts_in(&self, key: &str, value: &DeValue<'_>) -> Vec<String> {
        if let Some(text) = value.as_str() {
            return vec![text.to_owned()];
        }
        let Some(values) = value.as_array() else {
            self.wrong_type(key, "a list of texts", value);
            return Vec::new();
        };
        let mut texts: Vec<String> = Vec::new();
        for value in values {
            match value.get_ref().as_str().map(str::trim) {
                None | Some("") => self.problem(key, "must be a list of texts, none of them empty"),
                Some(text) if texts.iter().any(|known| known == text) => {
                    self.problem(key, format!("`{text}` occurs twice"));
                }
                Some(text) => texts.push(text.to_owned()),
            }
        }
        texts
    }

    /// A table of lists of texts.
    pub fn text_lists(&self, key: &'static str) -> Vec<(String, Vec<String>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, "a table", value.get_ref());
            return Vec::new();
        };
        let pairs = table.iter().map(|(name, value)| {
            let path = format!("{key}.{}", name.get_ref());
            (name.get_ref().to_string(), self.texts_in(&path, value.get_ref()))
        });
        pairs.collect()
    }

    /// A table of texts.
    pub fn pairs(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, "a table of texts", value.get_ref());
            return Vec::new();
        };
        let pairs = table.iter().filter_map(|(name, value)| {
            let Some(text) = value.get_ref().as_str() else {
                self.problem(key, format!("`{}` must be a text", name.get_ref()));
                return None;
            };
            Some((name.get_ref().to_string(), text.to_owned()))
        });
        pairs.collect()
    }

    /// A table inside; `None` when absent.
    pub fn table(&self, key: &'static str) -> Option<Table<'s, 'i>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, "a table", value.get_ref());
            return None;
        };
        Some(Table::new(self.sheet, table, self.path_of(key), value.span().start))
    }

    /// A list of tables; empty when absent.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'s, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(values) = value.get_ref().as_array() else {
            self.wrong_type(key, "a list of tables", value.get_ref());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(key));
            match value.get_ref().as_table() {
                Some(table) => tables.push(Table::new(self.sheet, table, path, value.span().start)),
                None => self.problem(key, "must be a list of tables"),
            }
        }
        tables
    }

    /// A list of tables of which at least one must be there.
    pub fn some_tables(&self, key: &'static str) -> Vec<Table<'s, 'i>> {
        let tables = self.tables(key);
        if tables.is_empty() && self.keys.get(key).is_none_or(|value| value.get_ref().is_array()) {
            self.problem(key, "at least one is needed");
        }
        tables
    }
}

/// Reports ids that occur more than once in a list.
pub(super) fn unique<'x>(tables: &[Table<'_, '_>], key: &str, ids: impl Iterator<Item = &'x str>) {
    let mut seen = BTreeSet::new();
    for (table, id) in tables.iter().zip(ids) {
        if !id.is_empty() && !seen.insert(id) {
            table.problem(key, format!("`{id}` occurs twice"));
        }
    }
}
