//! Epochs of the key-encryption keys (SEC-1): a new key without a pause, and no way back for what was revoked.

use std::path::Path;

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::id::ItemId;
use http::StatusCode;
use kit::{DELETE, Northwind, Options, PREVIEW, SUBMIT_KEY};
use serde_json::{Value, json};
use service::{KeyError, KeyState, KeyView, Keyring, Service, StartError};
use worker::schedule::sweep;

use crate::process::{Process, command};
use crate::revocation::{asked, come_back};

/// Row with the key of the audit log, which is sealed like any secret.
const LOG: u64 = 1;

const DAY: TimeDelta = TimeDelta::days(1);

async fn keys(service: &Service) -> Vec<KeyView> {
    service.keys().await.expect("keys")
}

/// The active key, and the others.
async fn split(service: &Service) -> (KeyView, Vec<KeyView>) {
    let (active, others): (Vec<_>, Vec<_>) =
        keys(service).await.into_iter().partition(|key| key.state == KeyState::Active);
    assert_eq!(active.len(), 1, "one key is active");
    (active.into_iter().next().expect("one"), others)
}

/// Another process on the same folder.
async fn another(service: &Service, clock: &domain::clock::Clock) -> Service {
    Service::start(service.config().clone(), clock.clone()).await.expect("starts")
}

/// SEC-1: what was sealed before goes on, whatever table it is in: a sign-in at the app that is under way, a
/// credential with the version that it replaced, a revocation that was given up.
#[tokio::test]
async fn sec_1_a_new_key_changes_nothing_for_what_is_alive() {
    let asked = asked().await;
    let app = &asked.world.app;
    assert_eq!(asked.authorize().await, StatusCode::OK);
    assert_eq!(asked.authorize().await, StatusCode::OK);
    let ben = asked.world.as_user("ben").await;
    let way_back = asked.leave(&ben).await;
    let old = split(&app.service).await.0;
    assert_eq!(old.rows, 3 + LOG, "a credential, what it replaced, and a sign-in at the app");
    assert_eq!(app.service.rotate_keys().await.expect("rotated"), 3 + LOG);
    let (active, others) = split(&app.service).await;
    assert!(active.id != old.id && active.rows == 3 + LOG);
    assert_eq!((others.len(), others[0].id.as_str(), others[0].rows), (1, old.id.as_str(), 0));
    assert_eq!(come_back(&ben, &way_back).await, StatusCode::OK);
    asked.server.rows().revoke = StatusCode::FORBIDDEN;
    asked.revoke().await;
    app.settle_patiently(40).await;
    assert_eq!(asked.outcome().await, "FAILED");
    assert_eq!(
        app.service.rotate_keys().await.expect("rotated"),
        3 + LOG,
        "three secrets wait for an operator"
    );
    asked.server.rows().revoke = StatusCode::OK;
    for (job, ..) in app.service.dead_jobs().await.expect("jobs") {
        assert!(app.service.retry_dead_job(job).await.expect("started again"));
    }
    app.settle().await;
    let mut revoked = asked.server.revoked();
    revoked.sort();
    let all = ["access-1", "access-2", "access-3", "refresh-1", "refresh-2", "refresh-3"];
    assert_eq!(
        (revoked.as_slice(), asked.outcome().await),
        (all.map(str::to_owned).as_slice(), json!("REVOKED"))
    );
    assert_eq!(keys(&app.service).await.iter().map(|key| key.rows).sum::<u64>(), LOG);
}

/// SEC-1: what was derived from the old key goes on: a mailed code, and a preview that somebody has read.
#[tokio::test]
async fn sec_1_codes_and_previews_outlive_a_new_key() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id");
    let (ana, mia) = (world.as_user("ana").await, world.app.browser());
    let preview = ana.gql(PREVIEW, &[("id", id)]).await.ok();
    let token = preview["deletionPreview"]["confirmationToken"].as_str().expect("a token");
    let email = "mia@harbor.example";
    let ask = "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }";
    mia.gql(ask, &[("email", email)]).await.ok();
    // The mail is written after the key has changed, and says the same as it would have said before.
    world.app.service.rotate_keys().await.expect("rotated");
    world.app.settle().await;
    let mail = world.app.mail_to(email).await;
    let code = mail.subject.split(' ').next().expect("a code").to_owned();
    world.app.service.rotate_keys().await.expect("rotated");
    let sign_in = "mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { email } } }";
    let signed = mia.gql(sign_in, &[("email", email), ("code", &code)]).await.ok();
    assert_eq!(signed["signIn"]["viewer"]["email"], email);
    ana.gql(DELETE, &[("id", id), ("token", token)]).await.ok();
}

/// SEC-1: the schedule makes the key, nothing alive names the old one then, and it goes when its back-ups are out
/// of retention, and not before.
#[tokio::test]
async fn sec_1_the_sweep_turns_the_keys() {
    let asked = asked().await;
    let (app, service) = (&asked.world.app, &asked.world.app.service);
    asked.authorize().await;
    let first = split(service).await.0;
    app.advance(DAY * 89);
    sweep(service, true).await.expect("a sweep");
    assert_eq!(keys(service).await, std::slice::from_ref(&first), "the epoch is not over");
    app.advance(DAY);
    sweep(service, true).await.expect("a sweep");
    let (second, others) = split(service).await;
    let turned = service.now();
    let expected = KeyView {
        state: KeyState::Retired { since: turned, until: Some(turned + DAY * 35) },
        rows: 0,
        ..first.clone()
    };
    assert_eq!((second.rows, others), (1 + LOG, vec![expected.clone()]));
    app.advance(DAY * 35);
    sweep(service, true).await.expect("a sweep");
    assert_eq!(split(service).await.1, [expected], "a back-up of that day is still in retention");
    assert!(key_file(app.folder())["keys"][&first.id].is_string());
    app.advance(TimeDelta::minutes(1));
    sweep(service, true).await.expect("a sweep");
    let (active, others) = split(service).await;
    assert_eq!(
        (active.id.as_str(), others[0].state),
        (second.id.as_str(), KeyState::Destroyed { since: service.now() })
    );
    assert!(key_file(app.folder())["keys"][&first.id].is_null());
    assert_eq!(key_file(app.folder())["keys"].as_object().expect("keys").len(), 1);
    // It starts like that, and what was granted two keys ago still ends at the app.
    another(service, &app.clock).await.db().close().await;
    asked.revoke().await;
    app.settle().await;
    assert_eq!(asked.server.revoked(), ["refresh-1", "access-1"]);
}

fn key_file(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("data/keys.json")).expect("the key file");
    serde_json::from_str(&text).expect("JSON")
}

/// SEC-1: `KEY_EPOCH_DAYS=0` makes no key by itself; an operator still can.
#[tokio::test]
async fn sec_1_without_epochs_a_key_is_made_by_hand_only() {
    let settings = vec![("KEY_EPOCH_DAYS".to_owned(), "0".to_owned())];
    let world = Northwind::with(Options { settings, ..Options::default() }).await;
    let service = &world.app.service;
    world.app.advance(DAY * 1000);
    sweep(service, false).await.expect("a sweep");
    assert_eq!(keys(service).await.len(), 1);
    service.rotate_keys().await.expect("rotated");
    assert_eq!(keys(service).await.len(), 2);
}

/// SEC-1: a process that dies after it has written the new key, and before anything was sealed by it, loses
/// nothing; one that runs beside it and knows the old key only goes on.
#[tokio::test]
async fn sec_1_a_crash_right_after_the_key_was_written_loses_nothing() {
    let asked = asked().await;
    let (app, service) = (&asked.world.app, &asked.world.app.service);
    asked.authorize().await;
    let first = split(service).await.0;
    let ring = Keyring::open(&service.config().key_file(), false, service.now()).expect("the keys");
    assert!(ring.rotate(service.now(), None).expect("written"));
    let restarted = another(service, &app.clock).await;
    let (active, others) = split(&restarted).await;
    assert_eq!((active.rows, others.len(), others[0].rows), (0, 1, 1 + LOG), "nothing was sealed again yet");
    assert_eq!(others[0].id, first.id);
    sweep(&restarted, false).await.expect("a sweep");
    assert_eq!(split(&restarted).await.0.rows, 1 + LOG);
    // This process has never seen the new key, and meets it in the row.
    asked.revoke().await;
    app.settle().await;
    assert_eq!(asked.server.revoked(), ["refresh-1", "access-1"]);
}

/// SEC-1: a key file that is broken while the process runs is told, and stops nothing: no key is made or lost, and
/// the rest of the sweep is done.
#[tokio::test]
async fn sec_1_a_broken_key_file_stops_nothing_that_runs() {
    let asked = asked().await;
    let (app, service) = (&asked.world.app, &asked.world.app.service);
    asked.authorize().await;
    asked.leave(&asked.world.as_user("ben").await).await;
    let path = service.config().key_file();
    let right = std::fs::read(&path).expect("the key file");
    std::fs::write(&path, "{").expect("written");
    app.advance(DAY * 90);
    let told = sweep(service, true).await.expect_err("told").to_string();
    assert!(told.contains("is not a key file"), "{told}");
    let waiting = service.row_counts().await.expect("counts");
    assert!(waiting.contains(&("authorization", 0)), "the rest of the sweep was done");
    asked.revoke().await;
    app.settle().await;
    assert_eq!(asked.server.revoked(), ["refresh-1", "access-1"]);
    std::fs::write(&path, right).expect("written");
    sweep(service, false).await.expect("a sweep");
    assert_eq!(keys(service).await.len(), 2);
}

/// SEC-1: processes that find the epoch over at the same time make one key.
#[tokio::test]
async fn sec_1_two_sweeps_at_once_make_one_key() {
    let asked = asked().await;
    let (app, one) = (&asked.world.app, &asked.world.app.service);
    asked.authorize().await;
    let two = another(one, &app.clock).await;
    app.advance(DAY * 90);
    let (a, b, c) = tokio::join!(sweep(one, false), sweep(&two, false), sweep(one, false));
    a.and(b).and(c).expect("sweeps");
    let (active, others) = split(one).await;
    assert_eq!((active.rows, others.len()), (1 + LOG, 1));
    assert_eq!(keys(&two).await, keys(one).await);
}

/// SEC-1, REC-7: who authorizes again while keys turn keeps the newest version; every one of them is revoked at
/// the end, so each could be opened.
#[tokio::test]
async fn sec_1_authorizing_again_while_keys_turn_keeps_the_newest() {
    let asked = asked().await;
    let service = &asked.world.app.service;
    asked.authorize().await;
    for _ in 0..6 {
        let (status, rotated, swept) =
            tokio::join!(asked.authorize(), service.rotate_keys(), sweep(service, false));
        rotated.expect("rotated");
        swept.expect("swept");
        assert_eq!(status, StatusCode::OK);
    }
    sweep(service, false).await.expect("a sweep");
    assert!(split(service).await.1.iter().all(|key| key.rows == 0), "nothing alive names an old key");
    asked.revoke().await;
    asked.world.app.settle().await;
    let mut revoked = asked.server.revoked();
    revoked.sort();
    let mut all: Vec<String> =
        (1..=7).flat_map(|number| [format!("access-{number}"), format!("refresh-{number}")]).collect();
    all.sort();
    assert_eq!(revoked, all);
}

/// Copies the database as a back-up does.
async fn back_up(service: &Service, folder: &Path, name: &str) {
    service.db().fold_log().await.expect("folded");
    std::fs::copy(folder.join("data/consentry.sqlite"), folder.join(name)).expect("copied");
}

/// Puts a back-up in the place of the database, of which nothing stays.
fn restore(folder: &Path, name: &str) {
    for rest in ["data/consentry.sqlite-wal", "data/consentry.sqlite-shm"] {
        let _ = std::fs::remove_file(folder.join(rest));
    }
    std::fs::copy(folder.join(name), folder.join("data/consentry.sqlite")).expect("copied");
}

/// SEC-1: a back-up from before the retention opens nothing that was revoked since: the process refuses it and
/// names the destroyed key. A newer one opens.
#[tokio::test]
async fn sec_1_an_old_back_up_does_not_bring_back_what_was_revoked() {
    // Copies the database's file. On a server the same is drilled with its own tools (`scaled.rs`).
    if kit::profile::is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    let (app, folder) = (&world.app, world.app.folder());
    let service = &app.service;
    let request = world.ana_asks_ben(2).await;
    let item = |index: usize| request["items"][index]["id"].as_str().expect("an id");
    let ben = world.as_user("ben").await;
    for index in [0, 1] {
        ben.gql(SUBMIT_KEY, &[("item", item(index)), ("key", sandbox::API_KEY)]).await.ok();
    }
    let first = split(service).await.0;
    back_up(service, folder, "old.sqlite").await;
    ben.gql(kit::REVOKE, &[("item", item(0))]).await.ok();
    app.settle().await;
    app.advance(DAY * 90);
    sweep(service, true).await.expect("a sweep");
    back_up(service, folder, "new.sqlite").await;
    app.advance(DAY * 36);
    sweep(service, true).await.expect("a sweep");
    assert!(matches!(split(service).await.1[0].state, KeyState::Destroyed { .. }));
    let destroyed_at = service.now();
    service.db().close().await;

    restore(folder, "old.sqlite");
    let refused = Service::start(service.config().clone(), app.clock.clone()).await.err().expect("refused");
    assert!(
        matches!(&refused, StartError::Keys(KeyError::Destroyed { id, at }) if *id == first.id && *at == destroyed_at),
        "{refused}"
    );
    let out = command(folder, &["migrate"]).output().await.expect("the binary runs");
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(!out.status.success() && told.contains(&format!("key {} was destroyed on", first.id)), "{told}");

    restore(folder, "new.sqlite");
    let restored = another(service, &app.clock).await;
    let (active, others) = split(&restored).await;
    assert_eq!((active.rows, others[0].state), (1 + LOG, KeyState::Destroyed { since: destroyed_at }));
    // Revoking opens the secret, to tell the app.
    let session = restored.open_session("ben@northwind.example").await.expect("a session");
    let actor = Actor::User { user: session.user, session: session.id };
    let item: ItemId = item(1).parse().expect("an id");
    restored.revoke_item(actor, item).await.expect("opened and revoked");
    assert_eq!(split(&restored).await.0.rows, LOG);
}

/// SEC-1, OPS-6: `keys rotate` beside a running process: nothing is stopped, the set-up code that it printed goes
/// on, and no key is shown.
#[tokio::test]
async fn sec_1_keys_are_turned_beside_a_running_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(folder.path(), &[]).await;
    let code = process.line_with("Set-up code").await.rsplit(' ').next().expect("a code").to_owned();
    let run = async |arguments: &[&str]| {
        let out = command(folder.path(), arguments).output().await.expect("the binary runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let before = key_file(folder.path())["active"].as_str().expect("an id").to_owned();
    let told = run(&["keys", "rotate"]).await;
    let file = key_file(folder.path());
    let after = file["active"].as_str().expect("an id");
    assert_ne!(after, before);
    let oda = process.sign_in("oda@northwind.example").await;
    let set_up = "mutation($code: String!) { setUpInstance(input: {setUpCode: $code, organizationName: \"Northwind\", teamName: \"Automation\"}) { teamId } }";
    assert_eq!(oda.gql(set_up, &[("code", "WRON-GCOD-EWRO-NGCO")]).await.refusal(), "WRONG_SET_UP_CODE");
    oda.gql(set_up, &[("code", &code)]).await.ok();
    let listed = run(&["keys", "list"]).await;
    assert_eq!(run(&["keys"]).await, listed);
    let line = |id: &str| listed.lines().find(|line| line.starts_with(id)).expect("its line").to_owned();
    assert!(line(after).ends_with("active") && line(&before).contains("retired 20"), "{listed}");
    for key in file["keys"].as_object().expect("keys").values() {
        let key = key.as_str().expect("a key");
        assert!(!told.contains(key) && !listed.contains(key), "no key is shown");
    }
    assert!(process.stop().await.success());
}
