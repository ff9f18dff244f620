//! Invitations and their links (INV-1 to INV-3).

use chrono::TimeDelta;
use kit::{Northwind, SHOW};
use serde_json::{Value, json};

const INVITATION: &str =
    "query($link: String!) { invitation(link: $link) { organizationName addressHint state requestId } }";
const ACCEPT: &str = "mutation($link: String!) { acceptInvitation(input: {link: $link}) { request { id viewerIsRecipient organization { name } } } }";

/// The owner asks Mia from outside; the id of the request, and the last part of the link in her mail.
pub async fn invite(world: &Northwind) -> (String, String) {
    let outside = json!({ "outside": { "name": "Mia Berg", "email": "mia@harbor.example" } });
    let request = world.send("owner", outside, 1).await;
    let mail = world.app.mail_to("mia@harbor.example").await;
    let link =
        mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1.to_owned();
    (request["id"].as_str().expect("an id").to_owned(), link)
}

/// INV-1: from outside to guest to recipient, in the requester's organization.
#[tokio::test]
async fn inv_1_an_invitation_joins_as_guest_and_leads_to_the_request() {
    let world = Northwind::start().await;
    let (id, link) = invite(&world).await;
    let mail = world.app.mail_to("mia@harbor.example").await;
    assert_eq!(
        mail.subject,
        "Oda Owner of Northwind asks for access to one of your accounts (New-customer follow-up)"
    );
    assert!(mail.text.contains("Accept invitation"));
    let mia = world.app.sign_in("mia@harbor.example").await;
    assert_eq!(
        mia.gql(SHOW, &[("id", &id)]).await.refusal(),
        "NOT_FOUND",
        "before accepting nothing is seen"
    );
    let accepted = mia.gql(ACCEPT, &[("link", &link)]).await.ok()["acceptInvitation"]["request"].clone();
    assert_eq!(
        accepted,
        json!({ "id": id, "viewerIsRecipient": true, "organization": { "name": "Northwind" } })
    );
    let viewer = mia
        .gql("{ viewer { name memberships { organizationName role teams { teamName role } } } }", &[])
        .await
        .ok();
    assert_eq!(viewer["viewer"]["name"], "Mia Berg", "as she was invited, since she has told no name");
    assert_eq!(
        viewer["viewer"]["memberships"],
        json!([{ "organizationName": "Northwind", "role": "GUEST", "teams": [{ "teamName": "Automation", "role": "GUEST" }] }])
    );
    let shown = mia.gql(SHOW, &[("id", &id)]).await.ok()["request"].clone();
    // REC-1: who asks, from where, and what; and not how the mail fared, which is the team's.
    assert_eq!(shown["requester"], json!({ "name": "Oda Owner", "email": "owner@northwind.example" }));
    assert_eq!((shown["team"]["name"].as_str(), shown["delivery"].is_null()), (Some("Automation"), true));
    assert_eq!(shown["items"][0]["modules"][3], json!({ "id": "delete_contact", "effect": "DELETE" }));
    mia.gql(ACCEPT, &[("link", &link)]).await.ok();
    mia.gql(
        kit::SUBMIT_KEY,
        &[("item", shown["items"][0]["id"].as_str().expect("an id")), ("key", sandbox::API_KEY)],
    )
    .await
    .ok();
}

/// INV-1: somebody inside gets a review mail, whose link shows the same.
#[tokio::test]
async fn inv_1_inside_gets_a_review_mail() {
    let world = Northwind::start().await;
    world.ana_asks_ben(1).await;
    let mail = world.app.mail_to("ben@northwind.example").await;
    assert!(mail.text.contains("Review request"));
    let link =
        mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1.to_owned();
    let seen =
        world.as_user("ben").await.gql(INVITATION, &[("link", &link)]).await.ok()["invitation"].clone();
    assert_eq!((seen["state"].as_str(), seen["requestId"].is_string()), (Some("ACCEPTED"), true));
    assert_eq!(world.as_user("ana").await.gql(ACCEPT, &[("link", &link)]).await.refusal(), "WRONG_ACCOUNT");
}

/// INV-2: a link is an address: whoever opens it learns the organization and a hint, and changes nothing.
#[tokio::test]
async fn inv_2_opening_a_link_changes_nothing() {
    let world = Northwind::start().await;
    let (id, link) = invite(&world).await;
    let before = world.as_user("owner").await.gql(SHOW, &[("id", &id)]).await.ok();
    let scanner = world.app.browser();
    for method in [reqwest::Method::GET, reqwest::Method::HEAD, reqwest::Method::GET] {
        let response = scanner.send(scanner.request(method.clone(), &format!("/i/{link}"))).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers().get("set-cookie").is_none());
        let page = response.text().await.expect("a page");
        for hidden in [
            "mia@harbor.example",
            "Mia Berg",
            "New-customer follow-up",
            "Oda Owner",
            "owner@northwind.example",
        ] {
            assert!(!page.contains(hidden), "{hidden}");
        }
        if method == reqwest::Method::GET {
            assert!(page.contains("Northwind") && page.contains("m***@harbor.example"));
        }
    }
    let seen = scanner.gql(INVITATION, &[("link", &link)]).await.ok()["invitation"].clone();
    assert_eq!(
        seen,
        json!({ "organizationName": "Northwind", "addressHint": "m***@harbor.example", "state": "OPEN", "requestId": null })
    );
    assert_eq!(world.as_user("owner").await.gql(SHOW, &[("id", &id)]).await.ok(), before);
    for wrong in ["nothing", "", "%00", "../x"] {
        assert_eq!(scanner.gql(INVITATION, &[("link", wrong)]).await.refusal(), "NOT_FOUND");
    }
    assert_eq!(scanner.get("/i/nothing").await.status(), 404);
}

/// R4: whom the link is for reads who invites to what before accepting; nobody else does (INV-2).
#[tokio::test]
async fn inv_2_only_the_addressee_reads_who_invites_to_what() {
    let world = Northwind::start().await;
    let (_, link) = invite(&world).await;
    let ask =
        "query($link: String!) { invitation(link: $link) { requestName inviterName inviterEmail teamName } }";
    let told = json!({
        "requestName": "New-customer follow-up",
        "inviterName": "Oda Owner",
        "inviterEmail": "owner@northwind.example",
        "teamName": "Automation",
    });
    let hidden = json!({ "requestName": null, "inviterName": null, "inviterEmail": null, "teamName": null });
    let mia = world.app.sign_in("mia@harbor.example").await;
    for (browser, expected) in [
        (&mia, &told),
        (&world.app.browser(), &hidden),
        (&world.as_user("ana").await, &hidden),
        (&world.as_user("owner").await, &hidden),
        (&world.as_user("stranger").await, &hidden),
    ] {
        assert_eq!(&browser.gql(ask, &[("link", &link)]).await.ok()["invitation"], expected);
    }
}

/// The address to give to a recipient leads them in, whatever the mail does; only the side that asks gets it.
#[tokio::test]
async fn inv_2_the_team_gets_the_address_that_leads_the_recipient_in() {
    let world = Northwind::start().await;
    let (id, link) = invite(&world).await;
    let ask = "query($id: ID!) { request(id: $id) { link } }";
    let list = "query($team: ID!) { sentRequests(teamId: $team) { edges { node { link } } } }";
    let owner = world.as_user("owner").await;
    let given = owner.gql(ask, &[("id", &id)]).await.ok()["request"]["link"].clone();
    let path =
        |link: &Value| link.as_str().expect("a link").split_once("//").expect("an address").1.to_owned();
    assert!(path(&given).ends_with(&format!("/i/{link}")), "{given}");
    let listed = owner.gql(list, &[("team", &world.automation.to_string())]).await.ok();
    assert_eq!(listed["sentRequests"]["edges"][0]["node"]["link"], given);
    let mia = world.app.sign_in("mia@harbor.example").await;
    mia.gql(ACCEPT, &[("link", &link)]).await.ok();
    let given = owner.gql(ask, &[("id", &id)]).await.ok()["request"]["link"].clone();
    assert!(path(&given).ends_with(&format!("/requests/{id}")), "{given}");
    assert!(mia.gql(ask, &[("id", &id)]).await.ok()["request"]["link"].is_null());
}

/// INV-3: somebody else's sign-in is never bound.
#[tokio::test]
async fn inv_3_the_wrong_account_is_told_and_not_bound() {
    let world = Northwind::start().await;
    let (id, link) = invite(&world).await;
    assert_eq!(world.app.browser().gql(ACCEPT, &[("link", &link)]).await.refusal(), "UNAUTHENTICATED");
    for who in ["stranger", "ana", "owner"] {
        let answer = world.as_user(who).await.gql(ACCEPT, &[("link", &link)]).await;
        assert_eq!(answer.refusal(), "WRONG_ACCOUNT");
        assert!(
            answer.json["errors"][0]["message"].as_str().expect("a message").contains("m***@harbor.example")
        );
    }
    let shown = world.as_user("owner").await.gql(SHOW, &[("id", &id)]).await.ok();
    assert_eq!(shown["request"]["recipient"]["userId"], Value::Null);
}

/// INV-1: who signs in without the link from the mail finds what waits for their address, and nobody else does.
#[tokio::test]
async fn inv_1_who_comes_without_the_link_finds_what_waits() {
    const INVITED: &str = "{ viewer { openInvitations { organizationName link kind state sentAt } } }";
    let world = Northwind::start().await;
    let (_, link) = invite(&world).await;
    world.app.advance(TimeDelta::minutes(1));
    let org = world.organization.to_string();
    let join = "mutation($org: ID!) { inviteMember(input: {organizationId: $org, email: \"mia@harbor.example\", name: \"Mia Berg\", role: MEMBER}) { invitationId } }";
    let joined = world.as_user("admin").await.gql(join, &[("org", &org)]).await.ok();
    let mia = world.app.sign_in("mia@harbor.example").await;
    let invited = async || {
        mia.gql(INVITED, &[]).await.ok()["viewer"]["openInvitations"].as_array().expect("a list").clone()
    };
    let found = invited().await;
    let kinds: Vec<_> = found.iter().map(|of| (of["kind"].as_str(), of["state"].as_str())).collect();
    assert_eq!(kinds, [(Some("MEMBERSHIP"), Some("OPEN")), (Some("REQUEST"), Some("OPEN"))]);
    assert!(found.iter().all(|of| of["organizationName"] == "Northwind" && of["sentAt"].is_string()));
    assert_eq!(found[1]["link"], link.as_str());
    for other in ["stranger", "owner", "ben"] {
        let answer = world.as_user(other).await.gql(INVITED, &[]).await.ok();
        assert_eq!(answer["viewer"]["openInvitations"], json!([]), "{other}");
    }
    // What is withdrawn or accepted waits no more.
    let withdraw =
        "mutation($id: ID!) { withdrawMemberInvitation(input: {invitationId: $id}) { invitationId } }";
    let id_of = joined["inviteMember"]["invitationId"].as_str().expect("an id");
    world.as_user("admin").await.gql(withdraw, &[("id", id_of)]).await.ok();
    assert_eq!(invited().await.len(), 1);
    mia.gql(ACCEPT, &[("link", &link)]).await.ok();
    assert_eq!(invited().await.len(), 0);
}

/// INV-2: links never expire by default.
#[tokio::test]
async fn inv_2_links_never_expire_by_default() {
    let world = Northwind::start().await;
    let (_, link) = invite(&world).await;
    world.app.advance(TimeDelta::days(4000));
    world.app.sign_in("mia@harbor.example").await.gql(ACCEPT, &[("link", &link)]).await.ok();
}

/// INV-2: an organization may let its links end; who accepted before stays.
#[tokio::test]
async fn inv_2_an_organization_may_let_links_end() {
    let world = Northwind::start().await;
    let set = "mutation($org: ID!) { updateOrganization(input: {organizationId: $org, linkLifetimeHours: 24}) { organization { linkLifetimeHours } } }";
    let set = world.as_user("admin").await.gql(set, &[("org", &world.organization.to_string())]).await.ok();
    assert_eq!(set["updateOrganization"]["organization"]["linkLifetimeHours"], 24);
    let (_, link) = invite(&world).await;
    let mia = world.app.sign_in("mia@harbor.example").await;
    world.app.advance(TimeDelta::hours(24));
    let mia_again = world.app.sign_in("mia@harbor.example").await;
    assert_eq!(mia.gql(INVITATION, &[("link", &link)]).await.ok()["invitation"]["state"], "EXPIRED");
    assert_eq!(mia_again.gql(ACCEPT, &[("link", &link)]).await.refusal(), "LINK_EXPIRED");
    let page = world.app.browser().get(&format!("/i/{link}")).await;
    assert!(page.text().await.expect("a page").contains("too old"));
}

/// LIST-2, INV-6: the team sees how the mail fares; resending is limited.
#[tokio::test]
async fn list_2_the_delivery_of_the_mail_is_shown() {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    let ana = world.as_user("ana").await;
    let request =
        ana.post(kit::CREATE, json!({ "input": input })).await.ok()["createCredentialRequest"]["request"]
            .clone();
    let id = request["id"].as_str().expect("an id");
    let delivery =
        || async { ana.gql(SHOW, &[("id", id)]).await.ok()["request"]["delivery"]["state"].clone() };
    assert_eq!(delivery().await, "QUEUED");
    world.app.settle().await;
    assert_eq!(delivery().await, "SENT");
    let resend =
        "mutation($id: ID!) { resendInvitation(input: {requestId: $id}) { request { delivery { state } } } }";
    for _ in 0..3 {
        ana.gql(resend, &[("id", id)]).await.ok();
        world.app.settle().await;
    }
    let refused = ana.gql(resend, &[("id", id)]).await;
    assert_eq!(refused.refusal(), "RATE_LIMITED");
    assert_eq!(refused.json["errors"][0]["extensions"]["retryAfterSeconds"], 3601);
    assert_eq!(world.app.mails().await.len(), 4);
    world.app.advance(TimeDelta::minutes(61));
    for _ in 0..3 {
        ana.gql(resend, &[("id", id)]).await.ok();
    }
    assert_eq!(ana.gql(resend, &[("id", id)]).await.refusal(), "RATE_LIMITED", "three, not four");
}

/// API-6: what was done long ago is forgotten; what still shows something, or can be started again, is not.
#[tokio::test]
async fn api_6_done_work_is_forgotten() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id");
    let item = request["items"][0]["id"].as_str().expect("an id");
    world.as_user("ben").await.gql(kit::DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    world.app.sign_in("mia@harbor.example").await;
    world.app.settle().await;
    let service = &world.app.service;
    assert_eq!(service.purge().await.expect("purged"), 0);
    world.app.advance(TimeDelta::days(8));
    // The mail of the decline; the mail with the code and the event that asked for it.
    assert_eq!(service.purge().await.expect("purged"), 3);
    assert_eq!(service.purge().await.expect("purged"), 0);
    let shown = world.as_user("ana").await.gql(SHOW, &[("id", id)]).await.ok();
    assert_eq!(shown["request"]["delivery"]["state"], "SENT");
}
