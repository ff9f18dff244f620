//! Selections made from the schema, so that a new field is asked for by everybody at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

/// Entries that a page is asked for.
pub const PAGE: u64 = 5;
/// Entries that the guard of the transport assumes for a list without a page.
const LIST: u64 = 10;
/// Entries of nested lists at which a selection ends, well within the guard's limit on cost.
const ENTRIES_MAX: u64 = 1000;

/// A field of an object type.
pub struct Field {
    /// Name.
    pub name: String,
    /// The type that it leads to, without list and not-null.
    pub leads_to: String,
    list: bool,
    pages: bool,
    asks: bool,
}

/// Object types with their fields, and interfaces with the types behind them.
pub struct Types {
    /// Fields of each object type.
    pub objects: BTreeMap<String, Vec<Field>>,
    interfaces: BTreeMap<String, Vec<String>>,
}

impl Types {
    /// The schema's own account of itself.
    pub async fn read() -> Self {
        let query = "{ __schema { types { kind name possibleTypes { name } fields { name args { name defaultValue type { kind } } type { ...T } } } } } fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let answer = schema::builder().finish().execute(query).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let data = serde_json::to_value(answer.data).expect("JSON");
        let (mut objects, mut interfaces) = (BTreeMap::new(), BTreeMap::new());
        for one in data["__schema"]["types"].as_array().expect("types") {
            let name = text(&one["name"]);
            if one["kind"] == "INTERFACE" || one["kind"] == "UNION" {
                let behind = one["possibleTypes"].as_array().expect("types");
                interfaces.insert(name, behind.iter().map(|one| text(&one["name"])).collect());
            } else if one["kind"] == "OBJECT" && !name.starts_with("__") {
                let fields = one["fields"].as_array().expect("fields");
                objects.insert(name, fields.iter().map(field).collect());
            }
        }
        Self { objects, interfaces }
    }

    /// The type of a field such as `Organization.members`.
    pub fn field(&self, path: &str) -> &Field {
        let (of, name) = path.split_once('.').expect("a type and a field");
        let fields = self.objects.get(of).unwrap_or_else(|| panic!("the schema has a type {of}"));
        fields.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("the schema has {path}"))
    }
}

fn field(of: &Value) -> Field {
    let (mut leads_to, mut list) = (&of["type"], false);
    while !leads_to["ofType"].is_null() {
        list |= leads_to["kind"] == "LIST";
        leads_to = &leads_to["ofType"];
    }
    let args = of["args"].as_array().expect("arguments");
    Field {
        name: text(&of["name"]),
        leads_to: text(&leads_to["name"]),
        list,
        pages: args.iter().any(|arg| arg["name"] == "first"),
        asks: args.iter().any(|arg| arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Everything that can be asked about a type in one document: each object type in full where it comes first, by
/// its simple fields afterwards.
pub struct Selection<'a> {
    types: &'a Types,
    /// Fields that need rights of their own and have their own row.
    apart: &'a BTreeSet<&'a str>,
    seen: BTreeSet<&'a str>,
    most: u64,
    /// Fields that were selected, such as `Organization.name`.
    pub reached: BTreeSet<String>,
}

impl<'a> Selection<'a> {
    /// Nothing yet.
    pub fn new(types: &'a Types, apart: &'a BTreeSet<&'a str>) -> Self {
        Self { types, apart, seen: BTreeSet::new(), most: ENTRIES_MAX, reached: BTreeSet::new() }
    }

    /// The selection below a field, empty where it leads to a simple value.
    pub fn below(&mut self, field: &'a Field) -> String {
        let times = if field.list { LIST } else { 1 };
        self.set(&field.leads_to, times, if field.pages { PAGE } else { LIST })
    }

    fn set(&mut self, of: &'a str, times: u64, list: u64) -> String {
        if let Some(behind) = self.types.interfaces.get(of) {
            let mut out = " { __typename".to_owned();
            // One of them only is answered, so each is asked for in full; the guard adds up all.
            let (seen, most) = (self.seen.clone(), self.most);
            self.most /= behind.len().max(1) as u64;
            for one in behind {
                self.seen.clone_from(&seen);
                write!(out, " ... on {one}{}", self.set(one, times, list)).expect("a string");
            }
            self.most = most;
            return out + " }";
        }
        let Some(fields) = self.types.objects.get(of) else { return String::new() };
        let first = self.seen.insert(of);
        let mut out = " {".to_owned();
        for field in fields {
            let key = format!("{of}.{}", field.name);
            let simple = !self.types.objects.contains_key(&field.leads_to);
            let times = times * if field.list { list } else { 1 };
            let fits = simple || (first && times <= self.most);
            if field.asks || !fits || self.apart.contains(key.as_str()) {
                continue;
            }
            self.reached.insert(key);
            let page = if field.pages { format!("(first: {PAGE})") } else { String::new() };
            let below = self.set(&field.leads_to, times, if field.pages { PAGE } else { LIST });
            write!(out, " {}{page}{below}", field.name).expect("a string");
        }
        if out.ends_with('{') { " { __typename }".to_owned() } else { out + " }" }
    }
}

/// Paths of an answer at which there is something: neither null nor an empty list.
pub fn present(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::Array(rows) => rows.iter().for_each(|row| present(row, path, into)),
        Value::Object(fields) => {
            into.insert(path.to_owned());
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                present(value, &path, into);
            }
        }
        _ => {
            into.insert(path.to_owned());
        }
    }
}
