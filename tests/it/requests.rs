//! Creating requests (REQ-1 to REQ-10).

use domain::ErrorCode;
use kit::{CREATE, Northwind, SHOW};
use serde_json::{Value, json};

async fn create(world: &Northwind, from: &str, input: &Value) -> kit::Answer {
    world.as_user(from).await.post(CREATE, json!({ "input": input })).await
}

/// REQ-1, REQ-3, REQ-4, REQ-6: what was typed is kept clean; *all* is the list of that day.
#[tokio::test]
async fn req_1_a_request_keeps_what_was_asked() {
    let world = Northwind::start().await;
    let ben = world.user_id("ben").await;
    let mut input = world.draft(json!({ "member": ben }), 1);
    input["name"] = json!("  Follow-up  ");
    input["description"] = json!("Line one\r\nline two");
    input["items"][0]["note"] = json!("For the welcome mail.");
    let request = create(&world, "ana", &input).await.ok()["createCredentialRequest"]["request"].clone();
    assert_eq!(request["name"], "Follow-up");
    assert_eq!(request["status"], "INCOMPLETE");
    assert_eq!(request["items"][0]["connectionName"], "Sandbox (Ben Ito)");
    assert_eq!(
        request["items"][0]["moduleIds"],
        json!(["search_contacts", "get_contact", "create_contact", "delete_contact"])
    );
    let id = request["id"].as_str().expect("an id");
    let shown = world.as_user("ana").await.gql(SHOW, &[("id", id)]).await.ok()["request"].clone();
    assert_eq!(shown["description"], "Line one\nline two");
    assert_eq!(
        shown["recipient"],
        json!({ "userId": ben, "name": "Ben Ito", "email": "ben@northwind.example", "fromOutside": false })
    );
    assert_eq!(
        shown["items"][0]["permissions"][0],
        json!({ "scope": "contacts:read", "words": "See your contacts" })
    );
    assert_eq!(
        shown["counts"],
        json!({ "pending": 1, "authorized": 0, "declined": 0, "revoked": 0, "invalid": 0 })
    );
}

/// REQ-10: every problem at once, each at its field.
#[tokio::test]
async fn req_10_every_problem_is_told_at_once() {
    let world = Northwind::start().await;
    let input = json!({
        "teamId": world.automation.to_string(),
        "name": " ",
        "description": "x".repeat(257),
        "recipient": { "outside": { "name": "", "email": "nobody" } },
        "items": [
            { "app": "nothing", "modules": { "all": true } },
            { "app": "sandbox", "version": "v9", "modules": { "all": true } },
            { "app": "sandbox", "modules": { "ids": [] }, "note": "a\u{0}b" },
            { "app": "sandbox", "modules": { "ids": ["search_contacts", "fly", "search_contacts"] }, "connectionName": "x".repeat(129) },
        ],
        "acceptTerms": false,
    });
    let refusals = create(&world, "owner", &input).await.refusals();
    assert_eq!(
        refusals,
        [
            "REQUIRED name",
            "TOO_LONG description",
            "REQUIRED recipient.outside.name",
            "INVALID_FORMAT recipient.outside.email",
            "UNKNOWN_APP items.0.app",
            "UNKNOWN_VERSION items.1.version",
            "REQUIRED items.2.modules",
            "INVALID_CHARACTERS items.2.note",
            "UNKNOWN_MODULE items.3.modules.ids.1",
            "DUPLICATE items.3.modules.ids.2",
            "TOO_LONG items.3.connectionName",
            "TERMS_NOT_ACCEPTED acceptTerms",
        ]
    );
}

/// API-2: input that does not have its type is told at its field, too.
#[tokio::test]
async fn api_2_values_of_another_type_name_their_field() {
    let world = Northwind::start().await;
    let ben = json!({ "member": world.user_id("ben").await });
    let cases = [
        ("/name", json!(5), "VALIDATION_FAILED name"),
        ("/name", Value::Null, "VALIDATION_FAILED name"),
        ("/items/0/app", json!({ "id": "sandbox" }), "VALIDATION_FAILED items.0.app"),
        ("/items/0", json!({ "app": "sandbox" }), "VALIDATION_FAILED items.0.modules"),
        (
            "/items/0",
            json!({ "app": "sandbox", "x\".y": 1, "modules": { "all": true } }),
            "VALIDATION_FAILED items.0",
        ),
        ("/recipient", json!("ben"), "BAD_INPUT"),
        ("/acceptTerms", json!("yes"), "VALIDATION_FAILED acceptTerms"),
    ];
    for (at, value, refusal) in cases {
        let mut input = world.draft(ben.clone(), 1);
        *input.pointer_mut(at).expect("it") = value;
        assert_eq!(create(&world, "ana", &input).await.refusal(), refusal, "{at}");
    }
    let ana = world.as_user("ana").await;
    let listed = "query($team: ID!) { sentRequests(teamId: $team, first: \"x\") { totalCount } }";
    let listed = ana.gql(listed, &[("team", &world.automation.to_string())]).await;
    assert_eq!(listed.refusal(), "VALIDATION_FAILED first");
}

/// REQ-3: 1 to 64 items, the same app may stand twice, names are made unique.
#[tokio::test]
async fn req_3_one_to_64_items() {
    let world = Northwind::start().await;
    let ben = json!({ "member": world.user_id("ben").await });
    assert_eq!(create(&world, "ana", &world.draft(ben.clone(), 0)).await.refusal(), "REQUIRED items");
    assert_eq!(create(&world, "ana", &world.draft(ben.clone(), 65)).await.refusal(), "TOO_MANY items");
    let request =
        create(&world, "ana", &world.draft(ben, 64)).await.ok()["createCredentialRequest"]["request"].clone();
    let names: std::collections::BTreeSet<_> = request["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["connectionName"].to_string())
        .collect();
    assert_eq!(names.len(), 64);
    assert!(names.contains("\"Sandbox (Ben Ito) 64\""));
}

/// ROLE-2, ROLE-3 through the API: who may ask whom.
#[tokio::test]
async fn role_2_who_may_ask_whom() {
    let world = Northwind::start().await;
    let outside = json!({ "outside": { "name": "Mia Berg", "email": "mia@harbor.example" } });
    let mut recipients = vec![("outside", outside)];
    for name in ["ben", "olga", "guest"] {
        recipients.push((name, json!({ "member": world.user_id(name).await })));
    }
    let not_allowed = "RECIPIENT_NOT_ALLOWED recipient";
    for (from, answers) in [
        ("ana", [not_allowed, "", not_allowed, not_allowed]),
        ("lead", [not_allowed, "", "", not_allowed]),
        ("admin", ["", "", "", ""]),
        ("owner", ["", "", "", ""]),
        ("olga", ["FORBIDDEN"; 4]),
        ("guest", ["FORBIDDEN"; 4]),
        ("stranger", ["NOT_FOUND"; 4]),
        ("anonymous", ["UNAUTHENTICATED"; 4]),
    ] {
        for ((to, recipient), expected) in recipients.iter().zip(answers) {
            let answer = create(&world, from, &world.draft(recipient.clone(), 1)).await;
            if expected.is_empty() {
                answer.ok();
            } else {
                assert_eq!(answer.refusal(), expected, "{from} asks {to}");
            }
        }
    }
}

/// REQ-2: an address of somebody of this organization is refused with that person; one of elsewhere is not
/// told apart from an unknown one.
#[tokio::test]
async fn req_2_an_address_of_the_organization_is_offered_and_others_are_not_told() {
    let world = Northwind::start().await;
    let to = |email: &str| world.draft(json!({ "outside": { "name": "X", "email": email } }), 1);
    let answer = create(&world, "owner", &to("Ben@Northwind.example")).await;
    assert_eq!(answer.refusal(), "ALREADY_IN_ORGANIZATION recipient.outside.email");
    let ben = world.user_id("ben").await;
    assert!(answer.json["errors"][0]["message"].as_str().expect("a message").contains(&ben));
    let known = create(&world, "owner", &to("stranger@elsewhere.example")).await.ok()["createCredentialRequest"]["request"]["status"].clone();
    let unknown = create(&world, "owner", &to("nobody@elsewhere.example")).await.ok()["createCredentialRequest"]["request"]["status"].clone();
    assert_eq!(known, unknown);
    let stranger = world.user_id("stranger").await;
    let member = world.draft(json!({ "member": stranger }), 1);
    assert_eq!(create(&world, "owner", &member).await.refusal(), "NOT_FOUND recipient.member");
}

/// REQ-8: a request to oneself sends no mail, and can be answered.
#[tokio::test]
async fn req_8_a_request_to_oneself_sends_no_mail() {
    let world = Northwind::start().await;
    let ana = world.user_id("ana").await;
    let request = world.send("ana", json!({ "member": ana }), 1).await;
    assert!(world.app.mails().await.is_empty());
    let item = request["items"][0]["id"].as_str().expect("an id");
    world.as_user("ana").await.gql(kit::SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    world.app.settle().await;
    assert!(world.app.mails().await.is_empty());
}

/// REQ-9: a retry with the same key returns the first result and sends one mail.
#[tokio::test]
async fn req_9_a_retry_sends_nothing_twice() {
    let world = Northwind::start().await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["idempotencyKey"] = json!("k-1");
    let first = create(&world, "ana", &input).await.ok();
    let again = create(&world, "ana", &input).await.ok();
    assert_eq!(
        first["createCredentialRequest"]["request"]["id"],
        again["createCredentialRequest"]["request"]["id"]
    );
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 1);
    input["idempotencyKey"] = json!("k".repeat(201));
    assert_eq!(create(&world, "ana", &input).await.refusal(), "TOO_LONG idempotencyKey");
}

/// REQ-9: a key belongs to one request, and is free again when that is deleted.
#[tokio::test]
async fn req_9_a_key_belongs_to_one_request() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["idempotencyKey"] = json!("k-1");
    let first = create(&world, "ana", &input).await.ok()["createCredentialRequest"]["request"].clone();
    let mut other = input.clone();
    other["name"] = json!("Something else");
    assert_eq!(create(&world, "ana", &other).await.refusal(), "DUPLICATE idempotencyKey");
    create(&world, "lead", &other).await.ok();
    let id = first["id"].as_str().expect("an id");
    let preview = ana.gql(kit::PREVIEW, &[("id", id)]).await.ok();
    let token = preview["deletionPreview"]["confirmationToken"].as_str().expect("a token");
    ana.gql(kit::DELETE, &[("id", id), ("token", token)]).await.ok();
    let second = create(&world, "ana", &input).await.ok()["createCredentialRequest"]["request"].clone();
    assert_ne!(second["id"], first["id"]);
}

/// REQ-10: whom one may not ask, a bad id and a bad key are told together with the rest.
#[tokio::test]
async fn req_10_problems_of_recipient_and_key_come_with_the_others() {
    let world = Northwind::start().await;
    let cases = [
        (json!({ "member": world.user_id("olga").await }), "RECIPIENT_NOT_ALLOWED recipient"),
        (json!({ "member": "usr_00000000000000000000000000000001" }), "NOT_FOUND recipient.member"),
        (json!({ "member": "nobody" }), "INVALID_ID recipient.member"),
        (
            json!({ "outside": { "name": "Mia", "email": "mia@harbor.example" } }),
            "RECIPIENT_NOT_ALLOWED recipient",
        ),
    ];
    for (recipient, refusal) in cases {
        let mut input = world.draft(recipient, 1);
        input["name"] = json!("");
        input["acceptTerms"] = json!(false);
        input["idempotencyKey"] = json!("");
        let mut refusals = create(&world, "ana", &input).await.refusals();
        refusals.sort();
        let mut expected =
            ["REQUIRED name", "TERMS_NOT_ACCEPTED acceptTerms", "REQUIRED idempotencyKey", refusal];
        expected.sort_unstable();
        assert_eq!(refusals, expected);
    }
}

/// REQ-2, ROLE-3: a guest of the team counts as outside, whatever they are in the organization.
#[tokio::test]
async fn role_3_guests_of_the_team_are_offered_to_whom_may_ask_outside() {
    let world = Northwind::start().await;
    world
        .app
        .service
        .enrol(
            "tia@northwind.example",
            "Tia Teamguest",
            world.organization,
            domain::policy::OrganizationRole::Member,
            &[(world.automation, domain::policy::TeamRole::Guest)],
        )
        .await
        .expect("a person");
    let query = "query($team: ID!) { recipients(teamId: $team) { edges { node { person { name } } } } }";
    for (who, offered) in [("lead", false), ("ana", false), ("admin", true)] {
        let team = world.automation.to_string();
        let answer = world.as_user(who).await.gql(query, &[("team", &team)]).await.ok();
        let names = answer["recipients"]["edges"].as_array().expect("people").clone();
        assert_eq!(
            names.iter().any(|row| row["node"]["person"]["name"] == "Tia Teamguest"),
            offered,
            "{who}"
        );
    }
}

/// GATE-1: without the feature nobody sends, and everybody may answer.
#[tokio::test]
async fn gate_1_the_feature_is_needed_to_send() {
    let options = kit::Options {
        settings: vec![("FEATURE_MODE".to_owned(), "manual".to_owned())],
        ..kit::Options::default()
    };
    let world = Northwind::with(options).await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    assert_eq!(create(&world, "ana", &input).await.refusal(), ErrorCode::FeatureRequired.as_str());
}

/// Ids of other types and things that are no ids.
#[tokio::test]
async fn ids_of_other_types_name_nothing() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let user = world.user_id("ana").await;
    assert_eq!(ana.gql(SHOW, &[("id", &user)]).await.refusal(), "NOT_FOUND");
    assert_eq!(ana.gql(SHOW, &[("id", "req_00000000000000000000000000000001")]).await.refusal(), "NOT_FOUND");
    for text in ["", "req_1", "1", "{}", "req_0000000000000000000000000000000Z"] {
        assert_eq!(ana.gql(SHOW, &[("id", text)]).await.refusal(), "INVALID_ID id", "{text}");
    }
}

/// ROLE-4: an organization admin works in any team; the request belongs to the team that it was sent from.
#[tokio::test]
async fn role_4_a_request_belongs_to_the_team_it_was_sent_from() {
    let world = Northwind::start().await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["teamId"] = json!(world.sales.to_string());
    let request = create(&world, "admin", &input).await.ok()["createCredentialRequest"]["request"].clone();
    let id = request["id"].as_str().expect("an id");
    assert_eq!(
        world.as_user("olga").await.gql(SHOW, &[("id", id)]).await.ok()["request"]["team"]["name"],
        "Sales"
    );
    assert_eq!(world.as_user("ana").await.gql(SHOW, &[("id", id)]).await.refusal(), "NOT_FOUND");
    let sent = "query($team: ID!) { sentRequests(teamId: $team) { totalCount } }";
    for (team, count) in [(world.sales, 1), (world.automation, 0)] {
        let listed = world.as_user("admin").await.gql(sent, &[("team", &team.to_string())]).await.ok();
        assert_eq!(listed["sentRequests"]["totalCount"], count);
    }
}

/// API-2: a value that is not of its type is the caller's mistake, told as such.
#[tokio::test]
async fn api_2_a_value_that_is_not_of_its_type_is_no_fault() {
    let world = Northwind::start().await;
    let team = world.automation.to_string();
    let wrong = [
        format!("{{ teamMembers(teamId: \"{team}\", first: 3000000000) {{ totalCount }} }}"),
        "mutation { createConnection(input: {itemId: \"x\", consumer: \"y\", expiresAt: \"tomorrow\"}) { token } }".to_owned(),
        "{ connectionUsage(connectionId: \"x\", from: \"2026-11-29\", to: \"2026-11-30\") { calls } }".to_owned(),
        "mutation { submitCredential(input: {itemId: \"x\", method: \"api_key\", fields: [\"PLANTED\"]}) { item { id } } }".to_owned(),
        "mutation { createConnection(input: {itemId: \"x\", consumer: \"y\", expiresAt: 5}) { token } }".to_owned(),
    ];
    for query in wrong {
        let answer = world.as_user("ana").await.gql(&query, &[]).await;
        assert_eq!(answer.refusal(), "BAD_INPUT", "{query}");
        let told = answer.json.to_string();
        assert!(told.contains("Failed to parse") || told.contains("Expected input type"), "{told}");
        assert!(!told.contains("PLANTED"), "what may be a secret is not repeated: {told}");
    }
}
