//! Jobs that were given up, as administrators of the instance see them (REL-2).

use kit::{Browser, Northwind};
use serde_json::{Value, json};
use service::JobFailed;

const DEAD: &str = "query($after: String) { deadJobs(first: 1, after: $after) { totalCount edges { node { id kind requestId error attempts givenUpAt } } pageInfo { hasNextPage endCursor } } }";
const RETRY: &str = "mutation($id: ID!) { retryJob(input: {jobId: $id}) { jobId } }";
const DROP: &str = "mutation($id: ID!) { dropJob(input: {jobId: $id}) { jobId } }";

/// Two requests whose mails were given up, one after the other, and the browser of an administrator.
async fn given_up() -> (Northwind, Browser) {
    let world = Northwind::start().await;
    let service = &world.app.service;
    service.appoint_instance_admin("admin@northwind.example").await.expect("appointed");
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    for error in ["first", "second"] {
        world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
        let (id, dispatch) = service.claim_due_jobs().await.expect("claimed").remove(0);
        let run = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
        let failed = JobFailed { error: error.to_owned(), for_good: true, retry_after: None };
        service.job_failed(&run, &failed).await.expect("recorded");
        world.app.advance(chrono::TimeDelta::seconds(1));
    }
    let admin = world.as_user("admin").await;
    (world, admin)
}

async fn page(admin: &Browser, after: Option<&str>) -> Value {
    admin.post(DEAD, json!({ "after": after })).await.ok()["deadJobs"].clone()
}

/// REL-2, API-3: they are listed by pages, newest first, with what is wrong.
#[tokio::test]
async fn rel_2_given_up_jobs_are_listed() {
    let (_world, admin) = given_up().await;
    let first = page(&admin, None).await;
    let node = &first["edges"][0]["node"];
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(2), &json!(true)));
    assert_eq!(
        (&node["error"], &node["kind"], &node["attempts"]),
        (&json!("second"), &json!("MAIL_REVIEW_REQUEST"), &json!(1))
    );
    assert!(node["requestId"].is_string());
    let second = page(&admin, first["pageInfo"]["endCursor"].as_str()).await;
    assert_eq!(
        (&second["edges"][0]["node"]["error"], &second["pageInfo"]["hasNextPage"]),
        (&json!("first"), &json!(false))
    );
}

/// REL-2, SEC-4: one is started again and does its work, the other is dropped; both decisions are in the audit log,
/// with who took them.
#[tokio::test]
async fn rel_2_given_up_jobs_are_started_again_or_dropped() {
    let (world, admin) = given_up().await;
    let first = page(&admin, None).await;
    let second = page(&admin, first["pageInfo"]["endCursor"].as_str()).await;
    let id = |page: &Value| page["edges"][0]["node"]["id"].as_str().expect("an id").to_owned();
    let (second, first) = (id(&first), id(&second));
    admin.gql(RETRY, &[("id", &first)]).await.ok();
    assert_eq!(admin.gql(RETRY, &[("id", &first)]).await.refusal(), "NOT_FOUND", "it waits already");
    admin.gql(DROP, &[("id", &second)]).await.ok();
    assert_eq!(admin.gql(DROP, &[("id", &second)]).await.refusal(), "NOT_FOUND");
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 1);
    assert_eq!(page(&admin, None).await["totalCount"], 0);
    let me = world.user_id("admin").await;
    let records = world.app.service.export_audit(None, 0).await.expect("records");
    let decisions = records.iter().filter(|record| record.kind.starts_with("DEAD_JOB"));
    let decisions: Vec<_> = decisions.map(|one| (one.kind.as_str(), one.actor.as_deref())).collect();
    assert_eq!(decisions, [("DEAD_JOB_RETRIED", Some(&*me)), ("DEAD_JOB_DROPPED", Some(&*me))]);
}
