//! Answering items (REC-2, REC-5 to REC-8, *States*).

use kit::{Browser, CONNECT, DECLINE, Northwind, REVOKE, SHOW, SUBMIT_KEY};
use serde_json::{Value, json};

async fn show(browser: &Browser, id: &str) -> Value {
    browser.gql(SHOW, &[("id", id)]).await.ok()["request"].clone()
}

fn ids(request: &Value) -> (String, Vec<String>) {
    let items = request["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    (request["id"].as_str().expect("an id").to_owned(), items)
}

/// REC-2, REC-6, REC-7: key, connection, revoke, restore with the same ids, re-authorize.
#[tokio::test]
async fn rec_6_revoke_and_restore_keep_the_connections() {
    let world = Northwind::start().await;
    let (id, items) = ids(&world.ana_asks_ben(1).await);
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let item = items[0].as_str();
    let granted = ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok()["submitCredential"]["item"].clone();
    assert_eq!(granted["state"], "AUTHORIZED");
    assert_eq!(granted["credential"]["account"]["label"], "hello@harborbakery.example");
    assert_eq!(show(&ana, &id).await["status"], "AUTHORIZED");
    let made = ana.gql(CONNECT, &[("item", item)]).await.ok()["createConnection"].clone();
    assert!(made["token"].as_str().expect("a token").starts_with("csc_"));
    assert_eq!(made["connection"]["name"], "Sandbox (Ben Ito)");

    let revoked = ben.gql(REVOKE, &[("item", item)]).await.ok()["revokeItem"]["item"].clone();
    assert_eq!((revoked["state"].as_str(), revoked["credential"].is_null()), (Some("REVOKED"), true));
    assert_eq!(revoked["revocation"]["outcome"], "UNSUPPORTED");
    let connection = made["connection"]["id"].as_str().expect("an id");
    let node = "query($id: ID!) { node(id: $id) { id ... on Connection { state } } }";
    assert_eq!(ana.gql(node, &[("id", connection)]).await.ok()["node"]["state"], "REVOKED");
    assert_eq!(show(&ana, &id).await["status"], "INCOMPLETE");

    let restored = ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok()["submitCredential"]["item"]["credential"].clone();
    assert_eq!(
        (restored["id"].clone(), restored["version"].clone()),
        (granted["credential"]["id"].clone(), json!(2))
    );
    assert_eq!(ana.gql(node, &[("id", connection)]).await.ok()["node"]["state"], "AUTHORIZED");
    let renewed = ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok()["submitCredential"]["item"]["credential"].clone();
    assert_eq!(
        (renewed["id"].clone(), renewed["version"].clone()),
        (granted["credential"]["id"].clone(), json!(3))
    );
}

/// REC-2: a wrong key fails in front of the person; the item stays, the attempt is kept.
#[tokio::test]
async fn rec_2_a_wrong_key_is_refused_and_kept_as_attempt() {
    let world = Northwind::start().await;
    let (id, items) = ids(&world.ana_asks_ben(1).await);
    let ben = world.as_user("ben").await;
    assert_eq!(
        ben.gql(SUBMIT_KEY, &[("item", &items[0]), ("key", "sandbox-wrong")]).await.refusal(),
        "CREDENTIAL_REFUSED"
    );
    let item = show(&ben, &id).await["items"][0].clone();
    assert_eq!(item["state"], "PENDING");
    assert_eq!(item["attempts"][0]["reason"], "REFUSED");
    assert!(!item["attempts"].to_string().contains("sandbox-wrong"));
}

/// REC-2: fields are checked against the catalog, each problem at its place.
#[tokio::test]
async fn rec_2_fields_are_checked_at_their_places() {
    let world = Northwind::start().await;
    let (_, items) = ids(&world.ana_asks_ben(1).await);
    let ben = world.as_user("ben").await;
    let submit =
        "mutation($input: SubmitCredentialInput!) { submitCredential(input: $input) { item { state } } }";
    for (method, fields, expected) in [
        ("api_key", json!([]), vec!["REQUIRED fields"]),
        ("api_key", json!([{ "name": "key", "value": "" }]), vec!["REQUIRED fields.0.value"]),
        (
            "api_key",
            json!([{ "name": "key", "value": format!("sandbox-{}", "x".repeat(2000)) }]),
            vec!["TOO_LONG fields.0.value"],
        ),
        (
            "api_key",
            json!([{ "name": "key", "value": "sandbox-k" }, { "name": "x", "value": "y" }]),
            vec!["UNKNOWN_FIELD fields.1.name"],
        ),
        (
            "api_key",
            json!([{ "name": "key", "value": "sandbox-k" }, { "name": "key", "value": "sandbox-k" }]),
            vec!["DUPLICATE fields.1.name"],
        ),
        ("basic", json!([{ "name": "username", "value": "demo" }]), vec!["REQUIRED fields"]),
        ("fax", json!([]), vec!["UNKNOWN_METHOD method"]),
        ("oauth", json!([]), vec!["UNKNOWN_METHOD method"]),
    ] {
        let answer = ben
            .post(submit, json!({ "input": { "itemId": items[0], "method": method, "fields": fields } }))
            .await;
        assert_eq!(answer.refusals(), expected, "{method} {fields}");
    }
    for (method, fields) in [
        (
            "basic",
            json!([{ "name": "username", "value": sandbox::USERNAME }, { "name": "password", "value": sandbox::PASSWORD }]),
        ),
        (
            "client_credentials",
            json!([{ "name": "client_id", "value": sandbox::MACHINE_CLIENT_ID }, { "name": "client_secret", "value": sandbox::MACHINE_CLIENT_SECRET }]),
        ),
    ] {
        let answer = ben
            .post(submit, json!({ "input": { "itemId": items[0], "method": method, "fields": fields } }))
            .await;
        assert_eq!(answer.ok()["submitCredential"]["item"]["state"], "AUTHORIZED", "{method}");
    }
}

/// REC-5: declining needs a reason, both sides see it, it is final, and it destroys the secret first.
#[tokio::test]
async fn rec_5_declining_is_final_and_destroys_the_secret() {
    let world = Northwind::start().await;
    let (id, items) = ids(&world.ana_asks_ben(2).await);
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    assert_eq!(ben.gql(DECLINE, &[("item", &items[0]), ("reason", " ")]).await.refusal(), "REQUIRED reason");
    assert_eq!(
        ben.gql(DECLINE, &[("item", &items[0]), ("reason", &"x".repeat(257))]).await.refusal(),
        "TOO_LONG reason"
    );
    ben.gql(SUBMIT_KEY, &[("item", &items[0]), ("key", sandbox::API_KEY)]).await.ok();
    ben.gql(DECLINE, &[("item", &items[0]), ("reason", "Wrong account.")]).await.ok();
    for browser in [&ana, &ben] {
        let shown = show(browser, &id).await;
        assert_eq!(
            (shown["items"][0]["state"].as_str(), shown["items"][0]["declineReason"].as_str()),
            (Some("DECLINED"), Some("Wrong account."))
        );
        assert!(shown["items"][0]["credential"].is_null());
        // REC-8: the other item is as it was.
        assert_eq!(shown["items"][1]["state"], "PENDING");
    }
    for (operation, name) in
        [(SUBMIT_KEY, "submit"), (REVOKE, "revoke"), (DECLINE, "decline"), (kit::START, "start")]
    {
        let variables = json!({ "item": items[0], "key": sandbox::API_KEY, "reason": "again" });
        assert_eq!(ben.post(operation, variables).await.refusal(), "ILLEGAL_TRANSITION", "{name}");
    }
    ben.gql(SUBMIT_KEY, &[("item", &items[1]), ("key", sandbox::API_KEY)]).await.ok();
    assert_eq!(show(&ana, &id).await["status"], "PARTIALLY_AUTHORIZED");
    assert_eq!(ben.gql(REVOKE, &[("item", &items[0])]).await.refusal(), "ILLEGAL_TRANSITION");
}

/// REC-5: an organization may leave the reason to the recipient; page and mail then know it.
#[tokio::test]
async fn rec_5_an_organization_may_do_without_a_reason() {
    let world = Northwind::start().await;
    let (id, items) = ids(&world.ana_asks_ben(1).await);
    let ben = world.as_user("ben").await;
    let needs = "query($id: ID!) { request(id: $id) { declineReasonRequired } }";
    let bare =
        "mutation($item: ID!) { declineItem(input: {itemId: $item}) { item { state declineReason } } }";
    assert_eq!(ben.gql(needs, &[("id", &id)]).await.ok()["request"]["declineReasonRequired"], true);
    assert_eq!(ben.gql(bare, &[("item", &items[0])]).await.refusal(), "REQUIRED reason");
    let set = "mutation($org: ID!) { updateOrganization(input: {organizationId: $org, declineReasonOptional: true}) { organization { id } } }";
    world.as_user("admin").await.gql(set, &[("org", &world.organization.to_string())]).await.ok();
    assert_eq!(ben.gql(needs, &[("id", &id)]).await.ok()["request"]["declineReasonRequired"], false);
    let declined = ben.gql(bare, &[("item", &items[0])]).await.ok()["declineItem"]["item"].clone();
    assert_eq!(declined, json!({ "state": "DECLINED", "declineReason": null }));
    world.app.settle().await;
    let mail = world.app.mail_to("ana@northwind.example").await;
    assert_eq!(mail.subject, "Ben Ito declined Sandbox (New-customer follow-up)");
    assert!(!mail.text.contains("reason") && !mail.html.contains("reason"), "{}", mail.text);
}

/// MAIL-1: the requester is told of every answer, once each, and never of a secret (USE-4).
#[tokio::test]
async fn mail_1_the_requester_is_told_of_every_answer() {
    let world = Northwind::start().await;
    let (_, items) = ids(&world.ana_asks_ben(2).await);
    let ben = world.as_user("ben").await;
    ben.gql(SUBMIT_KEY, &[("item", &items[0]), ("key", sandbox::API_KEY)]).await.ok();
    ben.gql(REVOKE, &[("item", &items[0])]).await.ok();
    ben.gql(DECLINE, &[("item", &items[1]), ("reason", "Not mine.")]).await.ok();
    world.app.settle().await;
    let mails = world.app.mails().await;
    let subjects: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    assert_eq!(
        subjects,
        [
            ("ana@northwind.example", "Ben Ito declined Sandbox (New-customer follow-up)"),
            ("ana@northwind.example", "Ben Ito removed access to Sandbox (New-customer follow-up)"),
            ("ana@northwind.example", "Ben Ito authorized Sandbox (New-customer follow-up)"),
            (
                "ben@northwind.example",
                "Ana Lopez asks for access to 2 of your accounts (New-customer follow-up)"
            ),
        ]
    );
    assert!(mails[0].text.contains("Not mine."));
    assert!(
        mails
            .iter()
            .all(|mail| !mail.text.contains(sandbox::API_KEY) && !mail.html.contains(sandbox::API_KEY))
    );
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 4, "nothing is sent twice");
}

/// STATE-1: two changes of one item at the same time: one wins, the other is told.
#[tokio::test]
async fn state_1_of_two_changes_one_wins() {
    let world = Northwind::start().await;
    let (_, items) = ids(&world.ana_asks_ben(1).await);
    let (one, two) = (world.as_user("ben").await, world.as_user("ben").await);
    let decline = |browser: Browser, reason: &'static str| {
        let item = items[0].clone();
        async move { browser.gql(DECLINE, &[("item", &item), ("reason", reason)]).await.json }
    };
    let (a, b) = tokio::join!(decline(one, "first"), decline(two, "second"));
    let failed: Vec<_> = [a, b].into_iter().filter(|answer| answer.get("errors").is_some()).collect();
    assert_eq!(failed.len(), 1, "exactly one is refused");
    let code = failed[0]["errors"][0]["extensions"]["code"].as_str().expect("a code");
    assert!(["CONFLICT", "ILLEGAL_TRANSITION"].contains(&code), "{code}");
}

/// USE-1: connections are made from what is authorized, by the team, with a name of their own.
#[tokio::test]
async fn use_1_connections_have_unique_names_and_can_be_withdrawn() {
    let world = Northwind::start().await;
    let (_, items) = ids(&world.ana_asks_ben(1).await);
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    assert_eq!(ana.gql(CONNECT, &[("item", &items[0])]).await.refusal(), "ILLEGAL_TRANSITION");
    ben.gql(SUBMIT_KEY, &[("item", &items[0]), ("key", sandbox::API_KEY)]).await.ok();
    let made = ana.gql(CONNECT, &[("item", &items[0])]).await.ok();
    let name = made["createConnection"]["connection"]["name"].as_str().expect("a name").to_owned();
    assert_eq!(ana.gql(CONNECT, &[("item", &items[0]), ("name", &name)]).await.refusal(), "DUPLICATE name");
    let second = ana.gql(CONNECT, &[("item", &items[0])]).await.ok();
    assert_eq!(second["createConnection"]["connection"]["name"], format!("{name} 2"));
    // Requests look at the names of connections too (REQ-3).
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0]["connectionName"] = json!(format!("{name} 2"));
    let other = ana.post(kit::CREATE, json!({ "input": input })).await.ok();
    let shown = ana
        .gql(SHOW, &[("id", other["createCredentialRequest"]["request"]["id"].as_str().expect("an id"))])
        .await
        .ok();
    assert_eq!(shown["request"]["items"][0]["connectionName"], format!("{name} 2 2"));
    let list = "query($team: ID!) { connections(teamId: $team) { totalCount edges { node { name consumer state appId } } } }";
    let team = world.automation.to_string();
    let listed = ana.gql(list, &[("team", &team)]).await.ok()["connections"].clone();
    assert_eq!(listed["totalCount"], 2);
    assert_eq!(
        listed["edges"][1]["node"],
        json!({ "name": format!("{name} 2"), "consumer": "Order import", "state": "AUTHORIZED", "appId": "sandbox" })
    );
    let withdraw = "mutation($id: ID!) { withdrawConnection(input: {connectionId: $id}) { connectionId } }";
    let id = made["createConnection"]["connection"]["id"].as_str().expect("an id");
    assert_eq!(world.as_user("guest").await.gql(withdraw, &[("id", id)]).await.refusal(), "NOT_FOUND");
    ana.gql(withdraw, &[("id", id)]).await.ok();
    assert_eq!(ana.gql(withdraw, &[("id", id)]).await.refusal(), "NOT_FOUND");
    let bad = "mutation($item: ID!) { createConnection(input: {itemId: $item, consumer: \"\", consumerUrl: \"javascript:x\", expiresAt: \"2020-01-01T00:00:00Z\"}) { token } }";
    assert_eq!(
        ana.gql(bad, &[("item", &items[0])]).await.refusals(),
        ["REQUIRED consumer", "INVALID_FORMAT consumerUrl", "OUT_OF_RANGE expiresAt"]
    );
}
