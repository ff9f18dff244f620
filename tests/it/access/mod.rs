//! Who gets what of every field of the schema (ROLE-1 to ROLE-8, GATE-1, REC-1, DEL-1, INV-4, INV-5): a table with
//! a row for each root field and each field with rights of its own, and a column for each kind of caller.
//!
//! A cell is `ok`, `null`, or the code of the refusal. `ok` names what others see here and this caller does not,
//! and how many entries a list has. What was refused has changed nothing that is stored; what is an exception to
//! that says so.

mod organization;
mod rows;
mod selection;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::abuse::stored;
use rows::{APART, Apart, PEOPLE, READS, Root, WORK};
use selection::{Selection, Types, present};
use stage::{CALLERS, Caller, How, Stage};

/// Cells in one world: more would meet the rate limit of their address.
const CELLS_MAX: usize = 50;

/// One row, ready to be asked.
struct Row {
    /// As the table calls it.
    name: String,
    kind: &'static str,
    /// The root field.
    root: String,
    document: String,
    /// Where the value in question is in the answer (RFC 6901).
    at: String,
    spends: bool,
}

/// What one caller was answered.
struct Cell {
    /// `ok`, `null`, or codes.
    outcome: String,
    /// Where the answer has something.
    present: BTreeSet<String>,
    changed: bool,
}

fn rows_of(types: &Types, roots: &[Root], reached: &mut BTreeSet<String>) -> Vec<Row> {
    let apart: BTreeSet<&str> = APART.iter().map(|apart| apart.field).collect();
    roots
        .iter()
        .map(|of| {
            let root = of.name.split(' ').next().expect("a name").to_owned();
            let field = types.field(&format!("{}.{root}", of.kind));
            let mut selection = Selection::new(types, &apart);
            let below = selection.below(field);
            reached.append(&mut selection.reached);
            let arguments =
                if of.arguments.is_empty() { String::new() } else { format!("({})", of.arguments) };
            let document = format!("{} {{ {root}{arguments}{below} }}", of.kind.to_lowercase());
            let at = format!("/{root}");
            Row {
                name: format!("{}.{}", of.kind, of.name),
                kind: of.kind,
                root,
                document,
                at,
                spends: of.spends,
            }
        })
        .collect()
}

fn rows_apart(types: &Types, reached: &mut BTreeSet<String>) -> Vec<Row> {
    let others: BTreeSet<&str> = APART.iter().map(|apart| apart.field).collect();
    APART
        .iter()
        .map(|Apart { field: path, way, at }| {
            let field = types.field(path);
            let apart: BTreeSet<&str> = others.iter().copied().filter(|other| other != path).collect();
            let mut selection = Selection::new(types, &apart);
            let below = selection.below(field);
            reached.append(&mut selection.reached);
            reached.insert((*path).to_owned());
            let root = way.split(['(', ' ']).next().expect("a root field").to_owned();
            let kind = if root == "connectionHealthChanged" { "Subscription" } else { "Query" };
            let way = way.replace('$', &format!("{}{below}", field.name));
            let document = format!("{} {{ {way} }}", kind.to_lowercase());
            let name = if at[1..] == root { (*path).to_owned() } else { format!("{path} (by {root})") };
            let at = format!("{at}/{}", field.name);
            Row { name, kind, root, document, at, spends: false }
        })
        .collect()
}

/// Codes of an answer's errors, each with its field, or `None` where there are none.
fn codes(answer: &Value) -> Option<String> {
    let errors = answer["errors"].as_array()?;
    let codes: BTreeSet<String> = errors
        .iter()
        .map(|error| {
            let code = error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("a code in {error}"));
            match error["extensions"]["field"].as_str() {
                Some(field) => format!("{code} {field}"),
                None => code.to_owned(),
            }
        })
        .collect();
    Some(codes.into_iter().collect::<Vec<_>>().join(", "))
}

impl Row {
    async fn ask(&self, stage: &mut Stage) -> Cell {
        stage.come_to(&self.root, &self.document).await;
        if self.root == "deleteRequest" {
            stage.confirm().await;
        }
        let before = stored(&stage.world).await;
        let answer = match self.kind {
            "Subscription" => stage.follow(&self.document).await,
            _ => stage.ask(&self.document).await,
        };
        let changed = stored(&stage.world).await != before;
        let value = answer["data"].pointer(&self.at).unwrap_or(&Value::Null);
        let mut found = BTreeSet::new();
        let outcome = match codes(&answer) {
            Some(codes) => {
                let faults =
                    ["INTERNAL", "VALIDATION_FAILED", "TOO_COMPLEX", "DOCUMENT_TOO_LARGE", "PARSE_ERROR"];
                assert!(!faults.iter().any(|fault| codes.contains(fault)), "{}: {answer}", self.document);
                codes
            }
            None if value.is_null() => "null".to_owned(),
            None => {
                present(value, "", &mut found);
                match value["totalCount"].as_u64() {
                    Some(0) => "ok, empty".to_owned(),
                    None if value.as_array().is_some_and(Vec::is_empty) => "ok, empty".to_owned(),
                    Some(count) => format!("ok, {count} in all"),
                    None => "ok".to_owned(),
                }
            }
        };
        let outcome = if value.is_boolean() { format!("{outcome}, {value}") } else { outcome };
        Cell { outcome, present: found, changed }
    }
}

/// Whether an answer can be waited for: who may follow what they receive and has received nothing gets none.
fn answers(row: &Row, caller: Caller) -> bool {
    let may_get_nothing = matches!(caller.how, How::Signed | How::With) && !caller.name.contains("recipient");
    row.name != "Subscription.requestsChanged (received)" || !may_get_nothing
}

async fn column(caller: Caller, rows: std::sync::Arc<Vec<Row>>) -> Vec<Option<Cell>> {
    let (mut stage, mut used) = (None, 0);
    let mut cells = Vec::new();
    for row in rows.iter() {
        if !answers(row, caller) {
            cells.push(None);
            continue;
        }
        let mut on = match stage.take() {
            Some(on) => on,
            None => Stage::of(caller).await,
        };
        used += 1;
        let cell = row.ask(&mut on).await;
        if !(cell.changed && row.spends) && used < CELLS_MAX {
            stage = Some(on);
        } else {
            used = 0;
        }
        cells.push(Some(cell));
    }
    cells
}

/// What everybody is answered, row by row.
async fn table(rows: Vec<Row>) -> String {
    let rows = std::sync::Arc::new(rows);
    let columns: Vec<Vec<Option<Cell>>> = futures_util::stream::iter(CALLERS)
        .map(|caller| tokio::spawn(column(*caller, std::sync::Arc::clone(&rows))))
        .buffered(4)
        .map(|column| column.expect("a column"))
        .collect()
        .await;
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<(&str, &Cell)> = CALLERS
            .iter()
            .zip(&columns)
            .filter_map(|(caller, column)| Some((caller.name, column[index].as_ref()?)))
            .collect();
        let everything: BTreeSet<&String> = cells.iter().flat_map(|(_, cell)| &cell.present).collect();
        let mut outcomes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (caller, cell) in &cells {
            outcomes.entry(outcome(row, caller, cell, &everything)).or_default().push(caller);
        }
        writeln!(out, "{}", row.name).expect("a string");
        let (ok, others): (Vec<_>, Vec<_>) =
            outcomes.iter().partition(|(outcome, _)| outcome.starts_with("ok"));
        for (outcome, callers) in ok.into_iter().chain(others) {
            writeln!(out, "  {outcome}: {}", callers.join(" | ")).expect("a string");
        }
    }
    out
}

/// The outcome with what this caller does not see of what others see, and with changes that are not expected.
fn outcome(row: &Row, caller: &str, cell: &Cell, everything: &BTreeSet<&String>) -> String {
    let mut out = cell.outcome.clone();
    let ok = out.starts_with("ok");
    if ok && out != "ok, empty" {
        let missing: Vec<&str> = everything
            .iter()
            .filter(|path| !cell.present.contains(**path))
            .filter(|path| path.rsplit_once('.').is_none_or(|(above, _)| cell.present.contains(above)))
            .map(|path| path.as_str())
            .collect();
        if !missing.is_empty() {
            write!(out, ", without {}", missing.join(", ")).expect("a string");
        }
    }
    match (row.kind, ok, cell.changed) {
        ("Mutation", true, false) => out.push_str(", changes nothing"),
        ("Mutation", true, true) | (_, _, false) => {}
        // A wrong code counts as a try.
        ("Mutation", false, true) if row.root == "signIn" => out.push_str(", counts the try"),
        (_, _, true) => panic!("{} by {caller}: {out}, and yet what is stored has changed", row.name),
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn role_6_snapshot_of_who_reads_what() {
    let types = Types::read().await;
    insta::assert_snapshot!(table(rows_of(&types, READS, &mut BTreeSet::new())).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn role_5_snapshot_of_fields_with_rights_of_their_own() {
    let types = Types::read().await;
    insta::assert_snapshot!(table(rows_apart(&types, &mut BTreeSet::new())).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn del_1_snapshot_of_who_changes_requests() {
    let types = Types::read().await;
    insta::assert_snapshot!(table(rows_of(&types, WORK, &mut BTreeSet::new())).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn role_1_snapshot_of_who_changes_people() {
    let types = Types::read().await;
    insta::assert_snapshot!(table(rows_of(&types, PEOPLE, &mut BTreeSet::new())).await);
}

/// SEC-3: the way back from the app is the recipient's, in the browser in which it began.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_3_snapshot_of_who_comes_back_from_the_app() {
    let cells: Vec<(&str, String)> = futures_util::stream::iter(CALLERS)
        .filter(|caller| std::future::ready(caller.name != "removed recipient"))
        .map(|caller| async move {
            let mut stage = Stage::of(*caller).await;
            stage.come_to("submitCredential", "").await;
            let back = stage.sign_in_at_the_app().await;
            let before = stored(&stage.world).await;
            let status = stage.call(reqwest::Method::GET, &back).send().await.expect("a page").status();
            let changed = stored(&stage.world).await != before;
            (caller.name, format!("{}{}", status.as_u16(), if changed { ", changes the item" } else { "" }))
        })
        .buffered(4)
        .collect()
        .await;
    let mut out = String::new();
    for (caller, cell) in cells {
        writeln!(out, "{caller}: {cell}").expect("a string");
    }
    insta::assert_snapshot!(out);
}

/// Fields that no row can reach, and why.
const UNREACHED: &[(&str, &str)] = &[
    // It answers only who has an event of their own account, which is theirs alone: see subscriptions.rs.
    ("Subscription.viewerChanged", "no event comes to whoever may follow"),
    ("ViewerChange.id", "the same"),
    ("ViewerChange.at", "the same"),
    ("ViewerChange.viewer", "the same"),
];

/// Every root field has a row, and every field of every object is asked for by some row.
#[tokio::test]
async fn role_6_every_field_of_the_schema_is_held_to_the_table() {
    let types = Types::read().await;
    let mut reached = BTreeSet::new();
    rows_apart(&types, &mut reached);
    for roots in [READS, WORK, PEOPLE] {
        for row in rows_of(&types, roots, &mut reached) {
            reached.insert(format!("{}.{}", row.kind, row.root));
        }
    }
    let mut missing = Vec::new();
    for (of, fields) in &types.objects {
        missing.extend(fields.iter().map(|field| format!("{of}.{}", field.name)));
    }
    missing.retain(|field| !reached.contains(field));
    let allowed: Vec<&str> = UNREACHED.iter().map(|(field, _)| *field).collect();
    assert_eq!(missing, allowed, "fields without a row in tests/it/access/rows.rs");
}
