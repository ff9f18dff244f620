//! A full disk under the embedded profile (REL-3): what does not fit is refused with a code, nothing is written by
//! half, reading goes on, and so does everything when there is room again.
#![cfg(target_os = "linux")]

use std::path::Path;

use kit::{Browser, CREATE};
use serde_json::{Value, json};

use crate::process::{PROGRAM, Process, command, command_of};

/// How large a file of the process may become; writing beyond it fails, as on a full disk.
fn limit(process: &Process, bytes: &str) {
    let id = process.child.id().expect("it lives").to_string();
    // The soft limit alone, which may be raised again.
    let limit = format!("--fsize={bytes}:");
    let set = std::process::Command::new("prlimit").args(["--pid", &id, &limit]).status();
    assert!(set.expect("prlimit is there").success());
}

fn largest(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder.join("data")).expect("a folder");
    let sizes = files.map(|file| file.expect("a file").metadata().expect("facts").len());
    sizes.max().expect("some file")
}

async fn create(browser: &Browser, team: &Value, number: usize) -> Result<(), Vec<String>> {
    let input = json!({
        "teamId": team, "name": format!("Request {number}"), "acceptTerms": true,
        "idempotencyKey": format!("{number}"),
        "description": "x".repeat(250),
        "recipient": { "outside": { "name": "Mia", "email": format!("mia{number}@harbor.example") } },
        "items": vec![json!({ "app": "openai", "modules": { "all": true } }); 10],
    });
    let answer = browser.post(CREATE, json!({ "input": input })).await;
    if answer.is_ok() { Ok(()) } else { Err(answer.refusals()) }
}

async fn names(browser: &Browser, team: &Value) -> Vec<String> {
    let list = "query($team: ID!) { sentRequests(teamId: $team, first: 100) { edges { node { name } } } }";
    let answer = browser.post(list, json!({ "team": team })).await.ok();
    let mut names: Vec<String> = answer["sentRequests"]["edges"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| node["node"]["name"].as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

/// REL-3, API-2: what was answered is there, what was refused is not, and mails come when there is room.
#[tokio::test]
async fn rel_3_a_full_disk_refuses_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    // Without the handler a write beyond the limit would end the process: that is the limit's, not the disk's.
    let start = format!("trap '' 25; exec '{PROGRAM}' serve");
    let started = command_of("sh", folder.path(), &["-c", &start]);
    let mut process = Process::start_by(started, folder.path(), &[]).await;
    let code = process.line_with("Set-up code").await.rsplit(' ').next().expect("a code").to_owned();
    let oda = process.sign_in("oda@northwind.example").await;
    let set_up = "mutation($code: String!) { setUpInstance(input: {setUpCode: $code, organizationName: \"Northwind\", teamName: \"Automation\"}) { teamId } }";
    let team = oda.gql(set_up, &[("code", &code)]).await.ok()["setUpInstance"]["teamId"].clone();
    create(&oda, &team, 0).await.expect("there is room");
    limit(&process, &(largest(folder.path()) + 100_000).to_string());
    let mut kept = vec!["Request 0".to_owned()];
    let mut number = 0;
    let refused = loop {
        number += 1;
        match create(&oda, &team, number).await {
            Ok(()) => kept.push(format!("Request {number}")),
            Err(refusals) => break refusals,
        }
        assert!(number < 200, "the disk does not fill up");
    };
    assert_eq!(refused, ["UNAVAILABLE"]);
    kept.sort();
    assert_eq!(create(&oda, &team, number).await, Err(vec!["UNAVAILABLE".to_owned()]), "still full");
    assert_eq!(names(&oda, &team).await, kept, "what was answered is there, and nothing else");
    assert_eq!(oda.get("/healthz").await.status(), 200);

    limit(&process, "unlimited");
    create(&oda, &team, number).await.expect("there is room again");
    kept.push(format!("Request {number}"));
    kept.sort();
    assert_eq!(names(&oda, &team).await, kept);
    kit::eventually("each mail arrives", async || asked(&process).await.len() >= kept.len()).await;
    let mut mails = asked(&process).await;
    mails.sort();
    mails.dedup();
    assert_eq!((mails.len(), asked(&process).await.len()), (kept.len(), kept.len()), "one mail each");
    assert!(process.stop().await.success());
    let verified = command(folder.path(), &["audit", "verify"]).output().await.expect("it ran");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let file = format!("sqlite://{}", folder.path().join("data/consentry.sqlite").display());
    let mut db = <sqlx::SqliteConnection as sqlx::Connection>::connect(&file).await.expect("the file");
    let whole: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut db).await.expect("checked");
    assert_eq!(whole, "ok");
}

async fn asked(process: &Process) -> Vec<String> {
    let mails = process.mails().await.into_iter();
    let asks =
        mails.filter(|mail| mail["subject"].as_str().is_some_and(|text| text.contains("asks for access")));
    asks.map(|mail| mail["to"].to_string()).collect()
}
