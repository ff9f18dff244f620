//! An admin of the team stops what the team does with an access, and the recipient is told (USE-6).

use serde_json::Value;

use super::stage::{Stage, refusal};

const SUSPEND: &str = "mutation($id: ID!) { suspendConnection(input: {connectionId: $id}) { connection { suspendedAt credentialSuspendedAt } } }";
const RESUME: &str =
    "mutation($id: ID!) { resumeConnection(input: {connectionId: $id}) { connection { suspendedAt } } }";
const SUSPEND_ALL: &str =
    "mutation($id: ID!) { suspendCredential(input: {itemId: $id}) { item { credential { suspendedAt } } } }";
const RESUME_ALL: &str =
    "mutation($id: ID!) { resumeCredential(input: {itemId: $id}) { item { credential { suspendedAt } } } }";

async fn subjects(stage: &Stage) -> Vec<String> {
    stage.world.app.settle().await;
    let mails = stage.world.app.mails().await;
    let to_ben = mails.into_iter().filter(|mail| mail.to.starts_with("ben@"));
    to_ben.map(|mail| mail.subject).filter(|subject| subject.contains(" its use of ")).collect()
}

/// USE-6: one connection, then all; the recipient gets a mail for each and sees it in the history.
#[tokio::test]
async fn use_6_an_admin_suspends_and_resumes_and_the_recipient_is_told() {
    let stage = Stage::start().await;
    let (one, two) = (stage.connect("One").await, stage.connect("Two").await);
    let lead = stage.world.as_user("lead").await;
    let status = async |of| stage.get(of, "/things").await.status().as_u16();
    lead.gql(SUSPEND, &[("id", &one.id)]).await.ok();
    assert_eq!((status(&one).await, status(&two).await), (423, 200));
    let answer = stage.get(&one, "/things").await;
    assert_eq!(answer.headers()["consentry-credential"], "SUSPENDED");
    assert_eq!(refusal(answer).await.1, "SUSPENDED");
    // Twice is once.
    lead.gql(SUSPEND, &[("id", &one.id)]).await.ok();
    let told = subjects(&stage).await;
    assert_eq!(told, ["Automation of Northwind suspended its use of Shop (New-customer follow-up)"]);
    let mail = stage.world.app.mail_to("ben@northwind.example").await;
    assert!(mail.text.contains("connection “One”"), "{}", mail.text);

    lead.gql(SUSPEND_ALL, &[("id", &stage.item)]).await.ok();
    assert_eq!((status(&one).await, status(&two).await), (423, 423));
    // It outlives that the recipient authorizes again.
    stage.authorize("basic").await;
    assert_eq!(status(&two).await, 423);
    lead.gql(RESUME_ALL, &[("id", &stage.item)]).await.ok();
    assert_eq!((status(&one).await, status(&two).await), (423, 200));
    lead.gql(RESUME, &[("id", &one.id)]).await.ok();
    assert_eq!(status(&one).await, 200);
    assert_eq!(subjects(&stage).await.len(), 4);
    // What is over before the mail goes out is not told.
    lead.gql(SUSPEND, &[("id", &one.id)]).await.ok();
    lead.gql(RESUME, &[("id", &one.id)]).await.ok();
    assert_eq!(subjects(&stage).await.len(), 5);

    let history = "query($id: ID!) { request(id: $id) { history(first: 50) { edges { node { kind } } } } }";
    let shown = stage.world.as_user("ben").await.gql(history, &[("id", &stage.request)]).await.ok();
    let kinds: Vec<&Value> = shown["request"]["history"]["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| &edge["node"]["kind"])
        .filter(|kind| kind.as_str().is_some_and(|kind| kind.starts_with("USE_")))
        .collect();
    assert_eq!(kinds.len(), 6);
}

/// USE-6, ROLE-6: for admins of the team alone; the recipient, who sees the item, may not, and others see nothing.
#[tokio::test]
async fn use_6_only_admins_of_the_team_suspend() {
    let stage = Stage::start().await;
    let one = stage.connect("One").await;
    for (who, on_connection, on_item) in [
        ("ana", "FORBIDDEN", "FORBIDDEN"),
        ("ben", "FORBIDDEN", "FORBIDDEN"),
        ("olga", "NOT_FOUND", "NOT_FOUND"),
        ("guest", "NOT_FOUND", "NOT_FOUND"),
        ("stranger", "NOT_FOUND", "NOT_FOUND"),
        ("anonymous", "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ] {
        let browser = stage.world.as_user(who).await;
        for (operation, id, expected) in [
            (SUSPEND, &one.id, on_connection),
            (RESUME, &one.id, on_connection),
            (SUSPEND_ALL, &stage.item, on_item),
            (RESUME_ALL, &stage.item, on_item),
        ] {
            assert_eq!(browser.gql(operation, &[("id", id)]).await.refusal(), expected, "{who}: {operation}");
        }
    }
    for who in ["owner", "admin", "lead"] {
        stage.world.as_user(who).await.gql(RESUME, &[("id", &one.id)]).await.ok();
    }
}
