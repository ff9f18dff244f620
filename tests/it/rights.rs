//! Who sees what (ROLE-5, ROLE-6, DEL-1): what somebody may not see does not exist.

use crate::subscriptions::{change, connect, subscribe};
use kit::{DECLINE, DELETE, Northwind, PREVIEW, REVOKE, SHOW, START, SUBMIT_KEY};
use serde_json::json;

const EVERYBODY: [&str; 9] =
    ["anonymous", "stranger", "guest", "olga", "ana", "lead", "admin", "owner", "ben"];

/// What each of [`EVERYBODY`] is answered, empty for an answer without errors. `ana` asked `ben`.
type Row<'a> = (&'a str, &'a str, [&'a str; 9]);

#[tokio::test]
async fn role_6_every_operation_on_a_request_by_everybody() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (id, item) =
        (request["id"].as_str().expect("an id"), request["items"][0]["id"].as_str().expect("an id"));
    let (anonymous, hidden, no) = ("UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN");
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let resend = "mutation($id: ID!) { resendInvitation(input: {requestId: $id}) { request { id } } }";
    let connect =
        "mutation($item: ID!) { createConnection(input: {itemId: $item, consumer: \"x\"}) { token } }";
    let refused_by_state = "ILLEGAL_TRANSITION";
    let rows: [Row<'_>; 10] = [
        ("request", SHOW, [anonymous, hidden, hidden, hidden, "", "", "", "", ""]),
        ("node", node, [anonymous, hidden, hidden, hidden, "", "", "", "", ""]),
        ("deletionPreview", PREVIEW, [anonymous, hidden, hidden, hidden, "", "", "", "", ""]),
        ("resendInvitation", resend, [anonymous, hidden, hidden, hidden, "", "", "", "RATE_LIMITED", no]),
        ("startAuthorization", START, [anonymous, hidden, hidden, hidden, no, no, no, no, ""]),
        (
            "createConnection",
            connect,
            [
                anonymous,
                hidden,
                hidden,
                hidden,
                refused_by_state,
                refused_by_state,
                refused_by_state,
                refused_by_state,
                refused_by_state,
            ],
        ),
        ("revokeItem", REVOKE, [anonymous, hidden, hidden, hidden, no, no, no, no, refused_by_state]),
        ("submitCredential", SUBMIT_KEY, [anonymous, hidden, hidden, hidden, no, no, no, no, ""]),
        ("declineItem", DECLINE, [anonymous, hidden, hidden, hidden, no, no, no, no, ""]),
        (
            "deleteRequest",
            DELETE,
            [
                anonymous,
                hidden,
                hidden,
                hidden,
                "PREVIEW_STALE",
                "PREVIEW_STALE",
                "PREVIEW_STALE",
                "PREVIEW_STALE",
                "PREVIEW_STALE",
            ],
        ),
    ];
    let variables =
        json!({ "id": id, "item": item, "key": sandbox::API_KEY, "reason": "no", "token": "wrong" });
    for (name, operation, answers) in rows {
        for (who, expected) in EVERYBODY.into_iter().zip(answers) {
            let answer = world.as_user(who).await.post(operation, variables.clone()).await;
            if expected.is_empty() {
                answer.ok();
            } else {
                assert_eq!(answer.refusal(), expected, "{name} by {who}");
            }
        }
    }
}

/// The table above, member `ben` as recipient: a member of the team who is neither requester nor admin may
/// see, but not delete (DEL-1).
#[tokio::test]
async fn del_1_members_who_are_neither_side_may_not_delete() {
    let world = Northwind::start().await;
    let ana = world.user_id("ana").await;
    let request = world.send("ana", json!({ "member": ana }), 1).await;
    let id = request["id"].as_str().expect("an id");
    assert_eq!(world.as_user("ben").await.gql(PREVIEW, &[("id", id)]).await.refusal(), "FORBIDDEN");
    assert_eq!(
        world.as_user("ben").await.gql(SHOW, &[("id", id)]).await.ok()["request"]["viewerCanDelete"],
        false
    );
}

/// The same answer for what is hidden and for what is not there, to the letter.
#[tokio::test]
async fn role_6_hidden_and_missing_look_the_same() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let olga = world.as_user("olga").await;
    let hidden = olga.gql(SHOW, &[("id", request["id"].as_str().expect("an id"))]).await.json;
    let missing = olga.gql(SHOW, &[("id", "req_00000000000000000000000000000001")]).await.json;
    assert_eq!(hidden, missing);
}

/// ROLE-5: a guest lists nothing of the team.
#[tokio::test]
async fn role_5_a_guest_lists_nothing_of_the_team() {
    let world = Northwind::start().await;
    let team = world.automation.to_string();
    for query in [
        "query($team: ID!) { sentRequests(teamId: $team) { totalCount } }",
        "query($team: ID!) { connections(teamId: $team) { totalCount } }",
        "query($team: ID!) { recipients(teamId: $team) { totalCount } }",
        "query($team: ID!) { canAskOutside(teamId: $team) }",
    ] {
        for (who, expected) in [
            ("anonymous", "UNAUTHENTICATED"),
            ("stranger", "NOT_FOUND"),
            ("guest", "FORBIDDEN"),
            ("olga", "FORBIDDEN"),
        ] {
            assert_eq!(
                world.as_user(who).await.gql(query, &[("team", &team)]).await.refusal(),
                expected,
                "{who}: {query}"
            );
        }
        for who in ["ana", "lead", "admin", "owner"] {
            world.as_user(who).await.gql(query, &[("team", &team)]).await.ok();
        }
    }
}

/// REQ-2, ROLE-2: the list of recipients holds those whom one may ask, and nobody else.
#[tokio::test]
async fn req_2_the_list_of_recipients_is_the_policy() {
    let world = Northwind::start().await;
    let team = world.automation.to_string();
    let query = "query($team: ID!, $text: String, $first: Int! = 20, $after: String) { recipients(teamId: $team, text: $text, first: $first, after: $after) { totalCount edges { node { person { name } relation } } pageInfo { hasNextPage endCursor } } canAskOutside(teamId: $team) }";
    for (who, expected, outside) in [
        ("ana", vec!["Ana Lopez", "Ben Ito", "Lea Lead"], false),
        ("lead", vec!["Adam Admin", "Ana Lopez", "Ben Ito", "Lea Lead", "Oda Owner", "Olga Petrova"], false),
        (
            "owner",
            vec!["Adam Admin", "Ana Lopez", "Ben Ito", "Gus Guest", "Lea Lead", "Oda Owner", "Olga Petrova"],
            true,
        ),
    ] {
        let answer = world.as_user(who).await.gql(query, &[("team", &team)]).await.ok();
        let names: Vec<_> = answer["recipients"]["edges"]
            .as_array()
            .expect("edges")
            .iter()
            .map(|edge| edge["node"]["person"]["name"].as_str().expect("a name"))
            .collect();
        assert_eq!(names, expected, "{who}");
        assert_eq!(answer["canAskOutside"], outside, "{who}");
    }
    let found = world.as_user("owner").await.gql(query, &[("team", &team), ("text", "PETROVA")]).await.ok();
    assert_eq!(found["recipients"]["totalCount"], 1);
    assert_eq!(found["recipients"]["edges"][0]["node"]["relation"], "SAME_ORGANIZATION");
    let none = world.as_user("owner").await.gql(query, &[("team", &team), ("text", "%")]).await.ok();
    assert_eq!(none["recipients"]["totalCount"], 0, "a percent sign is no wildcard");
    let first = world.as_user("owner").await.post(query, json!({ "team": team, "first": 3 })).await.ok();
    let cursor = first["recipients"]["pageInfo"]["endCursor"].clone();
    let second = world
        .as_user("owner")
        .await
        .post(query, json!({ "team": team, "first": 3, "after": cursor }))
        .await
        .ok();
    assert_eq!(second["recipients"]["edges"][0]["node"]["person"]["name"], "Gus Guest");
    assert_eq!(second["recipients"]["totalCount"], 7);
}

/// LIST-2: how the mail fares is for the side that sends. A recipient who works in the team that asks is not shown
/// it, in the request, in its history and live, and sends no mail to themself.
#[tokio::test]
async fn list_2_the_recipient_is_not_shown_how_the_mail_fares() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (id, item) = (request["id"].clone(), request["items"][0]["id"].as_str().expect("an id"));
    let show = "query($id: ID!) { request(id: $id) { delivery { state } history(first: 9) { edges { node { kind } } } } }";
    let follow = "subscription($id: ID!) { requestChanged(id: $id, after: \"evt_00000000000000000000000000000000\") { kind } }";
    let ben = world.as_user("ben").await;
    ben.gql(DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    for (who, sees) in [("ana", true), ("lead", true), ("ben", false)] {
        let browser = world.as_user(who).await;
        let shown = browser.post(show, json!({ "id": id })).await.ok()["request"].clone();
        assert_eq!(shown["delivery"].is_object(), sees, "{who}");
        assert_eq!(shown["history"].to_string().contains("DELIVERY_CHANGED"), sees, "{who}");
        let mut socket = connect(&world, &browser).await;
        subscribe(&mut socket, follow, json!({ "id": id })).await;
        assert_eq!(change(&mut socket).await["kind"], "REQUEST_CREATED");
        let second = change(&mut socket).await;
        assert_eq!(second["kind"], if sees { "DELIVERY_CHANGED" } else { "ITEM_DECLINED" }, "{who}");
    }
    for again in ["resendInvitation", "remindRecipient"] {
        let again =
            format!("mutation($id: ID!) {{ {again}(input: {{requestId: $id}}) {{ request {{ id }} }} }}");
        assert_eq!(ben.post(&again, json!({ "id": id })).await.refusal(), "FORBIDDEN");
    }
}
