//! Every rule of the product that is delivered is named by a test (docs/rules.md).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const FAMILIES: [&str; 15] = [
    "ROLE", "GATE", "REQ", "INV", "REC", "STATE", "LIST", "DEL", "USE", "HEALTH", "MAIL", "API", "SEC",
    "REL", "OPS",
];

/// A row of docs/rules.md.
struct Rule {
    state: String,
    tests: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn rules() -> BTreeMap<String, Rule> {
    let text = std::fs::read_to_string(root().join("docs/rules.md")).expect("docs/rules.md");
    let mut rules = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| ")).skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, words, state, tests] = cells[..] else { panic!("four cells in {row}") };
        assert!(!words.is_empty(), "{id} says what it is about");
        assert!(["delivered", "in part", "not yet"].contains(&state), "{id} is {state}");
        let tests = tests.split(',').map(|file| file.trim().trim_matches('`').to_owned());
        let tests = tests.filter(|file| !file.is_empty()).collect();
        let known = rules.insert(id.to_owned(), Rule { state: state.to_owned(), tests });
        assert!(known.is_none(), "{id} has one row");
    }
    rules
}

/// Adds the tests below a folder, by their path from the root; of other files only their module of tests.
fn read(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
                read(&path, into);
            }
            continue;
        }
        let place = path.strip_prefix(root()).expect("below the root").to_str().expect("a path");
        let place = place.replace('\\', "/");
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        // This file names rules as examples.
        if place == "tests/it/rules.rs" || !["rs", "mjs"].contains(&kind) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        if place.split('/').any(|part| part == "tests" || part == "tests.rs") {
            into.insert(place, text);
        } else if let Some((_, tests)) =
            text.split_once("\nmod tests {").or(text.split_once("\n    mod tests {"))
        {
            into.insert(place, tests.to_owned());
        }
    }
}

/// Ids that a line names: `REC-3` in it, or `rec_3_` in the name of a function. What a file says of itself as a
/// whole proves nothing.
fn named(line: &str) -> BTreeSet<String> {
    let line = line.trim_start();
    if line.starts_with("//!") {
        return BTreeSet::new();
    }
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mut ids: BTreeSet<String> = words.filter_map(|word| id(word.split_once('-')?)).collect();
    if let Some((_, rest)) = line.split_once("fn ") {
        let name = rest.split('(').next().unwrap_or_default().to_uppercase();
        let parts: Vec<&str> = name.split('_').collect();
        ids.extend(parts.windows(2).filter_map(|pair| id((pair[0], pair[1]))));
    }
    ids
}

fn id((family, number): (&str, &str)) -> Option<String> {
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (FAMILIES.contains(&family) && is_number).then(|| format!("{family}-{number}"))
}

#[test]
fn delivered_rules_are_named_by_tests() {
    let rules = rules();
    let mut files = BTreeMap::new();
    read(&root(), &mut files);
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (place, text) in &files {
        for id in text.lines().flat_map(named) {
            found.entry(id).or_default().insert(place);
        }
    }
    let names = |id: &str, file: &str| found.get(id).is_some_and(|files| files.contains(file));
    let mut faults: Vec<String> = Vec::new();
    for (id, rule) in &rules {
        if rule.state == "delivered" && !found.contains_key(id) {
            faults.push(format!("{id} is delivered, and no test names it"));
        }
        if rule.state == "delivered" && rule.tests.is_empty() {
            faults.push(format!("the row of {id} names no test"));
        }
        for file in rule.tests.iter().filter(|file| !names(id, file)) {
            faults.push(format!("{file} does not name {id}"));
        }
    }
    for (id, files) in found.iter().filter(|(id, _)| !rules.contains_key(*id)) {
        faults.push(format!("{id} has no row, and is named by {files:?}"));
    }
    assert!(faults.is_empty(), "docs/rules.md: {faults:#?}");
}

#[test]
fn ids_are_found_in_comments_and_names() {
    let ids = |line| named(line).into_iter().collect::<Vec<_>>();
    assert_eq!(ids("/// REC-3, INV-1 to INV-2: x"), ["INV-1", "INV-2", "REC-3"]);
    assert_eq!(ids("async fn role_2_req_10_who(a: u8) {"), ["REQ-10", "ROLE-2"]);
    assert_eq!(ids("//! All of REC-3"), Vec::<String>::new());
    assert_eq!(ids("fn list_of_3_rows() { RFC-7009 }"), Vec::<String>::new());
}
