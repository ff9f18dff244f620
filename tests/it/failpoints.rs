//! Every gap of a delivery, reached on purpose: a real process dies at a named place, another one finishes, and
//! nothing is lost (REL-1, REL-2). In the scaled profile, where API and worker are processes apart.

use std::os::unix::process::ExitStatusExt as _;

use chrono::TimeDelta;
use domain::clock::Clock;
use kit::profile::is_scaled;
use kit::{CREATE, Profile, REVOKE, SHOW, START};
use serde_json::{Value, json};

use crate::faults::client::{Client, Said};
use crate::faults::stage::{PATIENCE, Running, Stage, until};

/// REL-1: the places that are known, those in the program, those of docs/faults.md and those that a test reaches are
/// the same; and none can be in a release build.
#[test]
fn rel_1_every_failpoint_is_reached_by_a_test() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |file: &str| std::fs::read_to_string(format!("{root}/{file}")).expect("a text");
    let mut places: Vec<String> = Vec::new();
    let mut folders =
        vec![format!("{root}/service/src"), format!("{root}/worker/src"), format!("{root}/api/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path().display().to_string();
            if std::path::Path::new(&path).is_dir() {
                folders.push(path);
            } else if !path.ends_with("service/src/failpoint.rs")
                && std::path::Path::new(&path).extension().is_some_and(|kind| kind == "rs")
            {
                let text = std::fs::read_to_string(&path).expect("a text");
                assert!(!text.contains("failpoint::reach") || path.ends_with("service/src/lib.rs"), "{path}");
                places.extend(
                    text.split("failpoint!(\"")
                        .skip(1)
                        .map(|rest| rest.split('"').next().expect("a name").to_owned()),
                );
            }
        }
    }
    places.sort();
    let mut known = service::failpoint::POINTS.map(str::to_owned);
    known.sort();
    assert_eq!(places, known);
    let tests = read("tests/it/failpoints.rs") + &read("tests/it/renewals/deaths.rs");
    let docs = read("docs/faults.md");
    for place in known {
        assert!(docs.contains(&format!("| `{place}` |")), "docs/faults.md lacks {place}");
        assert!(
            tests.contains(&format!("{place}=")) || tests.contains(&format!("\"{place}\"")),
            "no test reaches {place}"
        );
    }
    let guard = "#[cfg(debug_assertions)]\npub mod failpoint;";
    assert!(read("service/src/lib.rs").contains(guard), "not in release builds");
}

struct Scene {
    stage: Stage,
    client: Client,
    api: Running,
    // Last, so that it is dropped last: it removes the database.
    _profile: Profile,
}

/// An instance whose API has failpoints, with one requester and one recipient, and without a worker.
async fn scene(failpoints: &str) -> Scene {
    let profile = Profile::new().await;
    let stage = Stage::set(profile.settings(), 1, 1).await;
    let api = stage.api(0, failpoints);
    api.ready().await;
    let client = Client::new(&stage);
    Scene { stage, client, api, _profile: profile }
}

impl Scene {
    fn input(&self) -> Value {
        json!({ "input": {
            "teamId": self.stage.team.to_string(),
            "name": "Books",
            "recipient": { "member": self.stage.recipients[0].id },
            "items": [{ "app": "ledger", "modules": { "all": true } }],
            "acceptTerms": true,
            "idempotencyKey": "one",
        } })
    }

    async fn create(&self) -> Said {
        self.client.gql(&self.stage.requesters[0].session, CREATE, &self.input()).await
    }

    /// Sends the request; its id and its item's.
    async fn created(&self) -> (String, String) {
        let Said::Data(data) = self.create().await else { panic!("a request") };
        let request = &data["createCredentialRequest"]["request"];
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&request["id"]), text(&request["items"][0]["id"]))
    }

    async fn as_recipient(&self, query: &str, variables: Value) -> Said {
        self.client.gql(&self.stage.recipients[0].session, query, &variables).await
    }

    async fn item(&self, request: &str) -> Value {
        let Said::Data(data) = self.as_recipient(SHOW, json!({ "id": request })).await else {
            panic!("the request")
        };
        data["request"]["items"][0].clone()
    }

    /// Through the sign-in at the app.
    async fn authorize(&self, item: &str) -> Option<bool> {
        let Said::Data(start) = self.as_recipient(START, json!({ "item": item })).await else {
            panic!("a start")
        };
        let first = start["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
        self.client.sign_in_at_app(&self.stage.recipients[0].session, &first, "mia").await
    }

    /// Message-IDs of the mails with such a subject.
    async fn mails(&self, subject: &str) -> Vec<String> {
        let mails = self.stage.mails().await.into_iter();
        let these = mails.filter(|mail| mail["subject"].as_str().is_some_and(|text| text.contains(subject)));
        these.map(|mail| mail["message_id"].to_string()).collect()
    }

    /// What a worker had that is dead by now is handed out again at once, not after its lease; another does it all.
    async fn finish(&self) -> Running {
        self.stage.service.release_leases().await.expect("released");
        let other = self.stage.worker(1, "");
        until("the other worker does everything", PATIENCE, async || {
            self.stage.service.open_jobs().await.expect("jobs").is_empty()
        })
        .await;
        assert!(self.stage.service.dead_jobs().await.expect("jobs").is_empty());
        let report = self.stage.service.verify_audit(None).await.expect("read");
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        other
    }
}

/// Waits until a process has died at a place, and only there.
pub async fn dies(process: &mut Running, place: &str) {
    let ended = process.ended().await;
    assert_eq!(ended.signal(), Some(6), "by abort, not by itself: {}", process.log());
    assert!(process.log().contains(&format!("failpoint {place} reached")), "{}", process.log());
}

/// A worker dies on the way of one mail. `out` says whether the mail is out by then, `copies` how many there are in
/// the end.
async fn a_worker_dies_at(place: &str, out: usize, copies: usize) {
    if !is_scaled() {
        return;
    }
    let scene = scene("").await;
    scene.created().await;
    let mut worker = scene.stage.worker(0, &format!("{place}=exit(1)"));
    dies(&mut worker, place).await;
    assert_eq!(scene.mails("asks for access").await.len(), out, "when the worker died at {place}");
    let open = scene.stage.service.open_jobs().await.expect("jobs").len();
    assert_eq!(open, usize::from(!matches!(place, "mail.commit" | "queue.acknowledge")), "at {place}");
    scene.finish().await;
    let mut mails = scene.mails("asks for access").await;
    assert_eq!(mails.len(), copies, "after a death at {place}");
    mails.dedup();
    assert_eq!(mails.len(), 1, "each copy has the same Message-ID");
}

#[tokio::test]
async fn rel_1_death_when_rows_are_claimed() {
    a_worker_dies_at("relay.claim", 0, 1).await;
}

#[tokio::test]
async fn rel_1_death_when_rows_are_dispatched() {
    a_worker_dies_at("relay.dispatch", 0, 1).await;
}

#[tokio::test]
async fn rel_1_death_when_a_dispatch_is_taken() {
    a_worker_dies_at("queue.claim", 0, 1).await;
}

#[tokio::test]
async fn rel_1_death_when_a_job_has_begun() {
    a_worker_dies_at("job.claim", 0, 1).await;
}

#[tokio::test]
async fn rel_1_death_before_the_mail_server_is_called() {
    a_worker_dies_at("mail.call", 0, 1).await;
}

/// MAIL-2: the one gap that SMTP leaves: taken by the server, and not yet written down. The second copy has the same
/// Message-ID.
#[tokio::test]
async fn rel_1_death_behind_the_mail_servers_answer() {
    a_worker_dies_at("mail.answer", 1, 2).await;
}

#[tokio::test]
async fn rel_1_death_when_the_mail_is_written_down() {
    a_worker_dies_at("mail.commit", 1, 1).await;
}

#[tokio::test]
async fn rel_1_death_before_the_queue_is_told() {
    a_worker_dies_at("queue.acknowledge", 1, 1).await;
}

/// REL-1: a change that is not committed did not happen, and one that is has its consequences, also when the process
/// dies before it wakes anybody. A retry with the same key finds out (REQ-9).
#[tokio::test]
async fn rel_1_death_around_the_commit_of_a_change() {
    if !is_scaled() {
        return;
    }
    for (place, rows) in [("commit.before", 0), ("commit.after", 1)] {
        let mut scene = scene(&format!("{place}=exit(1)")).await;
        assert_eq!(scene.create().await, Said::Unknown, "nobody answered");
        dies(&mut scene.api, place).await;
        let counts = scene.stage.service.row_counts().await.expect("counts");
        assert_eq!(counts[0], ("credential_request", rows), "at {place}");
        scene.api.restart();
        scene.api.ready().await;
        scene.created().await;
        scene.finish().await;
        assert_eq!(scene.stage.service.row_counts().await.expect("counts")[0].1, 1, "at {place}");
        assert_eq!(scene.mails("asks for access").await.len(), 1, "at {place}");
    }
}

/// REC-6, REL-1: a worker dies around the call that revokes: the token is dead in the end, the outcome is told, and
/// the mail comes once.
async fn a_revocation_dies_at(place: &str, live: bool) {
    if !is_scaled() {
        return;
    }
    let scene = scene("").await;
    let (request, item) = scene.created().await;
    assert_eq!(scene.authorize(&item).await, Some(true));
    let mut first = scene.finish().await;
    assert!(first.stop().await.success());
    let revoked = scene.as_recipient(REVOKE, json!({ "item": item })).await;
    assert!(matches!(revoked, Said::Data(_)), "{revoked:?}");
    // One after the other, so that no other job is in the middle of something.
    let mut worker = scene.stage.worker_of_one(0, &format!("{place}=exit(1)"));
    dies(&mut worker, place).await;
    assert_eq!(!scene.stage.live_accounts().await.is_empty(), live, "when the worker died at {place}");
    scene.finish().await;
    assert!(scene.stage.live_accounts().await.is_empty(), "after a death at {place}");
    assert_eq!(scene.item(&request).await["revocation"]["outcome"], "REVOKED");
    assert_eq!(scene.mails("removed access").await.len(), 1);
    assert_eq!(scene.stage.service.kept_secrets().await.expect("a count"), 0);
}

#[tokio::test]
async fn rel_1_death_before_the_app_is_called() {
    a_revocation_dies_at("revocation.call", true).await;
}

#[tokio::test]
async fn rel_1_death_behind_the_apps_answer() {
    a_revocation_dies_at("revocation.answer", false).await;
}

#[tokio::test]
async fn rel_1_death_when_the_revocation_is_written_down() {
    a_revocation_dies_at("revocation.commit", false).await;
}

/// STATE-1, REC-2: the process dies between the app's tokens and our commit. Nothing counts, the recipient is told
/// that it was interrupted, and authorizes again.
#[tokio::test]
async fn rel_1_death_behind_the_apps_tokens() {
    if !is_scaled() {
        return;
    }
    let mut scene = scene("authorization.answer=exit(1)").await;
    let (request, item) = scene.created().await;
    assert_eq!(scene.authorize(&item).await, None, "nobody answered");
    dies(&mut scene.api, "authorization.answer").await;
    scene.api.restart();
    scene.api.ready().await;
    assert_eq!(scene.item(&request).await["state"], "PENDING");
    let later = Clock::fixed(Clock::System.now() + TimeDelta::minutes(3));
    let later = scene.stage.operations_at(later).await;
    later.expire_authorizations().await.expect("expired");
    later.db().close().await;
    let item_now = scene.item(&request).await;
    assert_eq!(
        (&item_now["state"], &item_now["attempts"][0]["reason"]),
        (&json!("INVALID"), &json!("INTERRUPTED"))
    );
    assert_eq!(scene.authorize(&item).await, Some(true));
    assert_eq!(scene.item(&request).await["state"], "AUTHORIZED");
}

/// REL-2: a worker that is frozen loses its row to another, and does nothing when it goes on: neither a second mail,
/// unless it is in the one gap, nor a second end.
#[tokio::test]
async fn rel_2_a_frozen_worker_does_nothing_twice() {
    if !is_scaled() {
        return;
    }
    for (place, copies) in [("job.claim", 1), ("mail.answer", 2)] {
        let scene = scene("").await;
        scene.created().await;
        let frozen = scene.stage.worker(0, &format!("{place}=freeze(1)"));
        until("it is frozen", PATIENCE, async || {
            frozen.log().contains(&format!("failpoint {place} reached"))
        })
        .await;
        // Longer than a run goes on without asking whether it still has its row.
        tokio::time::sleep(std::time::Duration::from_millis(5500)).await;
        scene.finish().await;
        frozen.signal("-CONT");
        frozen.ready().await;
        let mut frozen = frozen;
        assert!(frozen.stop().await.success(), "what it had in flight ends first");
        let mut mails = scene.mails("asks for access").await;
        assert_eq!(mails.len(), copies, "at {place}");
        mails.dedup();
        assert_eq!(mails.len(), 1);
        assert!(scene.stage.service.open_jobs().await.expect("jobs").is_empty());
    }
}
