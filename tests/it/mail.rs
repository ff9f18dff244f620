//! Mail that survives its server (MAIL-2, REL-2).

use kit::{Northwind, Options, SHOW};
use serde_json::json;
use worker::Mailer;
use worker::mailer::Smtp;

use crate::ledger::ledger;

/// MAIL-2: a mail server that refuses for a while gets the mail later, once; one that refuses for good is
/// given up, shown, and started again by hand (REL-2).
#[tokio::test]
async fn mail_2_mails_survive_a_mail_server_that_refuses() {
    let story = ledger().await;
    let world = &story.world;
    let ana = world.as_user("ana").await;
    let delivery = |id: String| {
        let ana = &ana;
        async move { ana.gql(SHOW, &[("id", &id)]).await.ok()["request"]["delivery"].clone() }
    };
    story.script(&["451", "drop"]).await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id").to_owned();
    assert_eq!(delivery(id.clone()).await["state"], "DELAYED");
    assert_eq!(delivery(id.clone()).await["detail"], "the mail server answered 451");
    world.app.advance(chrono::TimeDelta::seconds(3));
    world.app.settle().await;
    assert_eq!(delivery(id.clone()).await["state"], "DELAYED");
    world.app.advance(chrono::TimeDelta::seconds(10));
    world.app.settle().await;
    assert_eq!(delivery(id).await["state"], "SENT");
    assert_eq!(story.mails().await.len(), 1);

    story.script(&["550"]).await;
    let refused = world.ana_asks_ben(1).await;
    let id = refused["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        delivery(id.clone()).await,
        json!({ "state": "FAILED", "detail": "the mail server answered 550" })
    );
    let dead = world.app.service.dead_jobs().await.expect("jobs");
    assert_eq!(dead.len(), 1);
    assert!(world.app.service.retry_dead_job(dead[0].0).await.expect("started again"));
    world.app.settle().await;
    assert_eq!(delivery(id).await["state"], "SENT");
    let mails = story.mails().await;
    assert_eq!(mails.len(), 2);
    let ids: std::collections::BTreeSet<String> =
        mails.iter().map(|mail| mail["message_id"].to_string()).collect();
    assert_eq!(ids.len(), 2, "each mail has an id of its own");
}

/// MAIL-2: two days without a mail server lose nothing.
#[tokio::test]
async fn mail_2_two_days_without_a_mail_server_lose_nothing() {
    let gone = Mailer::Smtp(Box::new(
        Smtp::new("smtp://127.0.0.1:1", "access@consentry.example").expect("a mailer"),
    ));
    let world = Northwind::with(Options { mailer: Some(gone), ..Options::default() }).await;
    world.ana_asks_ben(1).await;
    for _ in 0..48 {
        world.app.advance(chrono::TimeDelta::hours(1));
        world.app.settle().await;
    }
    assert_eq!(world.app.service.open_jobs().await.expect("jobs").len(), 1);
    assert!(world.app.service.dead_jobs().await.expect("jobs").is_empty());
    // The server is back: another worker, which has one, delivers.
    let handler = worker::Handler::new(world.app.service.clone(), Mailer::BuiltIn);
    world.app.advance(chrono::TimeDelta::hours(1));
    worker::drain(&handler).await.expect("jobs run");
    assert_eq!(world.app.mails().await.len(), 1);
}

/// REL-2: a job that runs twice at the same time sends one mail.
#[tokio::test]
async fn rel_2_a_job_that_runs_twice_sends_one_mail() {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    let jobs = world.app.service.open_jobs().await.expect("jobs");
    let handler = worker::Handler::new(world.app.service.clone(), Mailer::BuiltIn);
    let (id, dispatch) = world.app.service.claim_due_jobs().await.expect("claimed").remove(0);
    // A dispatch that was overtaken by another does nothing.
    handler.handle(id, dispatch - 1).await;
    assert!(world.app.mails().await.is_empty());
    tokio::join!(handler.handle(id, dispatch), handler.handle(id, dispatch), handler.handle(id, dispatch));
    assert_eq!((jobs.len(), world.app.mails().await.len()), (1, 1));
}

/// REL-1: what was handed out and lost comes back when its lease is over, and not before.
#[tokio::test]
async fn rel_1_a_lost_dispatch_comes_back() {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    assert_eq!(world.app.service.claim_due_jobs().await.expect("claimed").len(), 1);
    world.app.settle().await;
    assert!(world.app.mails().await.is_empty(), "it is another's until the lease is over");
    world.app.advance(chrono::TimeDelta::seconds(91));
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 1);
}

/// MAIL-3, REQ-1: a name that looks like an encoded word is shown as it was typed, and not as what it would decode to.
#[tokio::test]
async fn mail_3_a_name_that_looks_encoded_is_shown_as_it_was_typed() {
    let story = ledger().await;
    let world = &story.world;
    let hidden = "=?utf-8?Q?=0D=0ABcc:_evil@x.example?=";
    for (name, person) in [
        (hidden.to_owned(), hidden.to_owned()),
        (format!("Für {hidden} {}", "💌 ü=?_?=".repeat(20)), format!("Mia {hidden} \"Ö\" <evil@x.example>")),
    ] {
        let mut input =
            world.draft(json!({ "outside": { "name": person, "email": "mia@harbor.example" } }), 1);
        input["name"] = json!(name);
        world.as_user("owner").await.post(kit::CREATE, json!({ "input": input })).await.ok();
        world.app.settle().await;
        let mail = story.mails().await.remove(0);
        let subject = mail["subject"].as_str().expect("a subject");
        assert!(subject.ends_with(&format!("({name})")), "{subject}");
        assert_eq!(mail["to_names"], json!([person]));
        assert_eq!(mail["to"], json!(["mia@harbor.example"]));
        assert_eq!(mail["envelope"]["to"], json!(["mia@harbor.example"]));
        let head = mail["headers"].to_string();
        assert!(!head.contains("=?utf-8?Q?=0D") && mail["headers"]["bcc"].is_null(), "{head}");
        let lines = ["subject", "to"].map(|name| mail["headers"][name].as_str().expect("a header"));
        assert!(lines.iter().flat_map(|header| header.lines()).all(|line| line.len() <= 76), "{head}");
    }
}

/// MAIL-1: a reminder names what waits for an answer, and nothing that was answered.
#[tokio::test]
async fn mail_1_a_reminder_names_what_is_open() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(3).await;
    let (id, items) = (request["id"].as_str().expect("an id"), &request["items"]);
    let item = |place: usize| items[place]["id"].as_str().expect("an id");
    let ben = world.as_user("ben").await;
    let remind = async |lists: &str, says: &str| {
        let ask = "mutation($id: ID!) { remindRecipient(input: {requestId: $id}) { request { id } } }";
        world.as_user("ana").await.gql(ask, &[("id", id)]).await.ok();
        world.app.settle().await;
        let mail = world.app.mail_to("ben@northwind.example").await;
        assert!(
            mail.subject.contains("waits for your answer") || mail.text.contains("waits for your answer")
        );
        assert!(mail.text.contains(lists) && mail.text.contains(says), "{}", mail.text);
    };
    remind("- 3 × Sandbox", "access to 3 of your accounts").await;
    ben.gql(kit::SUBMIT_KEY, &[("item", item(0)), ("key", sandbox::API_KEY)]).await.ok();
    ben.gql(kit::DECLINE, &[("item", item(1)), ("reason", "no")]).await.ok();
    world.app.advance(chrono::TimeDelta::days(2));
    remind("- Sandbox", "access to one of your accounts").await;
}
