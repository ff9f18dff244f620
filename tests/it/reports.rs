//! Reporting a request that its recipient does not trust (MAIL-1, ROLE-6, DEL-3).

use kit::{DELETE, Northwind, PREVIEW, SHOW};
use serde_json::{Value, json};

const REPORT: &str = "mutation($id: ID!, $comment: String) { reportRequest(input: {requestId: $id, comment: $comment}) { request { id status viewerReportedAt } } }";
const REPORTED: &str =
    "query($id: ID!) { request(id: $id) { changedAt viewerReportedAt history { edges { node { kind } } } } }";
const LOG: &str = "query($org: ID!) { organization(id: $org) { auditLog { edges { node { kind payload person { name } } } } } }";

/// To whom mails about reports went, newest first.
async fn told(world: &Northwind) -> Vec<String> {
    let mails = world.app.mails().await;
    let about = mails.into_iter().filter(|mail| {
        mail.subject.contains("does not trust a request") || mail.subject.contains("traut einer Anfrage")
    });
    let mut told: Vec<String> = about.map(|mail| mail.to).collect();
    told.sort_unstable();
    told
}

async fn world() -> (Northwind, String) {
    let world = Northwind::start().await;
    world.app.service.appoint_instance_admin("stranger@elsewhere.example").await.expect("appointed");
    let request = world.ana_asks_ben(2).await;
    let id = request["id"].as_str().expect("an id").to_owned();
    (world, id)
}

/// MAIL-1: who answers for the organization and for the instance is told, once each and once per report, with the
/// recipient's words; the requester is not, neither by mail nor in the history of the request.
#[tokio::test]
async fn mail_1_a_report_reaches_owners_and_administrators_and_not_the_requester() {
    let (world, id) = world().await;
    let (ana, ben, owner) =
        (world.as_user("ana").await, world.as_user("ben").await, world.as_user("owner").await);
    let german = "mutation { updateProfile(input: {language: DE}) { viewer { id } } }";
    world.as_user("stranger").await.gql(german, &[]).await.ok();
    let before = ana.gql(SHOW, &[("id", &id)]).await.ok();
    let changed = ana.gql(REPORTED, &[("id", &id)]).await.ok()["request"]["changedAt"].clone();
    world.app.advance(chrono::TimeDelta::hours(1));
    let comment = "She never asked me.\n<b>PLANTED</b> & https://evil.example";
    let reported = ben.post(REPORT, json!({ "id": id, "comment": comment })).await.ok();
    let reported = reported["reportRequest"]["request"].clone();
    assert_eq!(reported["status"], "INCOMPLETE", "a report answers nothing");
    world.app.settle().await;
    assert_eq!(told(&world).await, ["owner@northwind.example", "stranger@elsewhere.example"]);

    let mail = world.app.mail_to("owner@northwind.example").await;
    assert_eq!(mail.subject, "Ben Ito does not trust a request of Northwind (New-customer follow-up)");
    for part in
        ["She never asked me.", "Ana Lopez (ana@northwind.example)", "ben@northwind.example", "Automation"]
    {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
    }
    assert!(mail.text.contains("<b>PLANTED</b>") && !mail.html.contains("<b>PLANTED</b>"));
    assert!(mail.html.contains("&lt;b&gt;PLANTED") && !mail.html.contains("href=\"https://evil.example"));
    let link = format!("/requests/{id}");
    assert!(mail.text.contains(&link) && mail.text.contains("Open request"));
    let mail = world.app.mail_to("stranger@elsewhere.example").await;
    assert!(mail.subject.contains("traut einer Anfrage von Northwind nicht"), "{}", mail.subject);
    assert!(!mail.text.contains(&link), "they cannot open it: {}", mail.text);

    // A second report says the same, and mails nobody.
    world.app.advance(chrono::TimeDelta::hours(1));
    let again = ben.post(REPORT, json!({ "id": id, "comment": "Another." })).await.ok();
    assert_eq!(again["reportRequest"]["request"], reported);
    world.app.settle().await;
    assert_eq!(told(&world).await.len(), 2);

    assert_eq!(ana.gql(SHOW, &[("id", &id)]).await.ok(), before);
    for (browser, knows) in [(&ana, false), (&ben, true), (&owner, false)] {
        let shown = browser.gql(REPORTED, &[("id", &id)]).await.ok()["request"].clone();
        assert_eq!(shown["viewerReportedAt"].is_string(), knows);
        assert_eq!(shown["changedAt"], changed, "nothing shows that something happened");
        assert!(!shown["history"].to_string().contains("REPORT"), "{shown}");
    }
    let log = owner.gql(LOG, &[("org", &world.organization.to_string())]).await.ok();
    let edges = log["organization"]["auditLog"]["edges"].as_array().expect("records").clone();
    let of_reports: Vec<&Value> =
        edges.iter().filter(|edge| edge["node"]["kind"] == "REQUEST_REPORTED").collect();
    assert_eq!(of_reports.len(), 1);
    assert_eq!(of_reports[0]["node"]["person"]["name"], "Ben Ito");
    assert!(!log.to_string().contains("PLANTED"), "the log holds ids only");
    assert_eq!(world.app.service.verify_audit(None).await.expect("read").faults, []);
}

/// ROLE-6: only the recipient reports; for who cannot see the request there is none.
#[tokio::test]
async fn role_6_only_the_recipient_reports() {
    let (world, id) = world().await;
    for (who, refusal) in [
        ("anonymous", "UNAUTHENTICATED"),
        ("stranger", "NOT_FOUND"),
        ("guest", "NOT_FOUND"),
        ("olga", "NOT_FOUND"),
        ("ana", "FORBIDDEN"),
        ("lead", "FORBIDDEN"),
        ("owner", "FORBIDDEN"),
    ] {
        assert_eq!(world.as_user(who).await.gql(REPORT, &[("id", &id)]).await.refusal(), refusal, "{who}");
    }
    let ben = world.as_user("ben").await;
    for (comment, refusal) in
        [("x".repeat(1001), "TOO_LONG comment"), ("\u{202e}".to_owned(), "INVALID_CHARACTERS comment")]
    {
        assert_eq!(ben.post(REPORT, json!({ "id": id, "comment": comment })).await.refusal(), refusal);
    }
    let own = world.send("ana", json!({ "member": world.user_id("ana").await }), 1).await;
    let own = own["id"].as_str().expect("an id");
    assert_eq!(world.as_user("ana").await.gql(REPORT, &[("id", own)]).await.refusal(), "FORBIDDEN");
    world.app.settle().await;
    assert_eq!(told(&world).await, Vec::<String>::new());
    let longest = "ä".repeat(1000);
    ben.post(REPORT, json!({ "id": id, "comment": longest })).await.ok();
    world.app.settle().await;
    assert_eq!(told(&world).await.len(), 2);
}

/// MAIL-1, INV-3: who is invited and doubts need not accept first; a link for somebody else reports nothing.
#[tokio::test]
async fn mail_1_who_is_invited_reports_before_they_accept() {
    let world = Northwind::start().await;
    let (id, link) = crate::invitation::invite(&world).await;
    let (id, link) = (id.as_str(), link.as_str());
    let (mia, ben) = (world.app.sign_in("mia@harbor.example").await, world.as_user("ben").await);
    let stranger = world.as_user("stranger").await;
    assert_eq!(stranger.gql(REPORT, &[("id", id)]).await.refusal(), "NOT_FOUND");
    assert_eq!(ben.gql(REPORT, &[("id", id)]).await.refusal(), "FORBIDDEN", "it is of their own team");
    let query = "mutation($id: ID!) { reportRequest(input: {requestId: $id, comment: \"Who is this?\"}) { reportedAt request { id } } }";
    let reported = mia.gql(query, &[("id", id)]).await.ok()["reportRequest"].clone();
    assert!(reported["reportedAt"].is_string() && reported["request"].is_null(), "{reported}");
    assert_eq!(mia.gql(SHOW, &[("id", id)]).await.refusal(), "NOT_FOUND", "reporting accepts nothing");
    world.app.settle().await;
    assert_eq!(told(&world).await, ["owner@northwind.example"]);
    let mail = world.app.mail_to("owner@northwind.example").await;
    assert!(mail.text.contains("Who is this?") && mail.text.contains("mia@harbor.example"), "{}", mail.text);

    let shown = "query($link: String!) { invitation(link: $link) { state viewerReportedAt } }";
    let told_mia = mia.gql(shown, &[("link", link)]).await.ok()["invitation"].clone();
    assert_eq!(
        (&told_mia["state"], &told_mia["viewerReportedAt"]),
        (&json!("OPEN"), &reported["reportedAt"])
    );
    let told_ben = ben.gql(shown, &[("link", link)]).await.ok()["invitation"].clone();
    assert!(told_ben["viewerReportedAt"].is_null(), "{told_ben}");
}

/// An owner who sent the request is told as an owner; who is both is told once, and needs no comment.
#[tokio::test]
async fn mail_1_a_requester_who_owns_is_told_as_an_owner() {
    let world = Northwind::start().await;
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    let request = world.send("owner", json!({ "member": world.user_id("ben").await }), 1).await;
    world.as_user("ben").await.gql(REPORT, &[("id", request["id"].as_str().expect("an id"))]).await.ok();
    world.app.settle().await;
    assert_eq!(told(&world).await, ["owner@northwind.example"]);
    let mail = world.app.mail_to("owner@northwind.example").await;
    assert!(mail.text.contains("They wrote nothing about why."), "{}", mail.text);
}

/// ROLE-7: who does not own the organization any more when the mail is written is not told.
#[tokio::test]
async fn role_7_who_owns_no_more_is_told_no_more() {
    let (world, id) = world().await;
    let (owner, admin) = (world.as_user("owner").await, world.user_id("admin").await);
    let set = "mutation($org: ID!, $user: ID!, $role: OrganizationRole!) { setMemberRole(input: {organizationId: $org, userId: $user, role: $role}) { userId } }";
    let org = world.organization.to_string();
    owner.gql(set, &[("org", &org), ("user", &admin), ("role", "OWNER")]).await.ok();
    world.as_user("ben").await.gql(REPORT, &[("id", &id)]).await.ok();
    owner.gql(set, &[("org", &org), ("user", &admin), ("role", "ADMIN")]).await.ok();
    world.app.settle().await;
    assert_eq!(told(&world).await, ["owner@northwind.example", "stranger@elsewhere.example"]);
    assert!(world.app.service.open_jobs().await.expect("jobs").is_empty());
}

/// DEL-3: deleting the request at once keeps the report from nobody; then nothing of it is left.
#[tokio::test]
async fn del_3_a_deletion_does_not_hold_a_report_back_and_leaves_none() {
    let (world, id) = world().await;
    let ana = world.as_user("ana").await;
    let comment = "PLANTED words";
    world.as_user("ben").await.post(REPORT, json!({ "id": id, "comment": comment })).await.ok();
    let token = ana.gql(PREVIEW, &[("id", &id)]).await.ok()["deletionPreview"]["confirmationToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    ana.gql(DELETE, &[("id", &id), ("token", &token)]).await.ok();
    world.app.settle_patiently(5).await;
    assert_eq!(told(&world).await, ["owner@northwind.example", "stranger@elsewhere.example"]);
    let mail = world.app.mails().await.into_iter().find(|mail| mail.text.contains(comment)).expect("a mail");
    assert!(!mail.text.contains(&format!("/requests/{id}")), "it is gone: {}", mail.text);
    assert!(world.app.service.open_jobs().await.expect("jobs").is_empty());
    for (table, count) in world.app.service.row_counts().await.expect("counts") {
        assert_eq!(count, 0, "{table}");
    }
}
