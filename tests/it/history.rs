//! Histories, the audit log, and what somebody granted (LIST-3, SEC-4, REC-4, REC-10).

use kit::{CONNECT, DECLINE, Northwind, REVOKE, SUBMIT_KEY};
use serde_json::{Value, json};

const HISTORY: &str = "query($id: ID!, $after: String) { request(id: $id) { history(first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { kind actor itemId person { name } } } } } }";
const GRANTS: &str = "{ grants { totalCount edges { node { endedAt item { state } request { name organization { name } } } } } }";

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The whole history as `KIND ACTOR name`, newest first, page by page.
async fn history(world: &Northwind, who: &str, id: &str) -> Vec<String> {
    let me = world.as_user(who).await;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page =
            me.post(HISTORY, json!({ "id": id, "after": after })).await.ok()["request"]["history"].clone();
        for edge in page["edges"].as_array().expect("edges") {
            let node = &edge["node"];
            let name = node["person"]["name"].as_str().unwrap_or("-");
            all.push(format!("{} {} {name}", text(&node["kind"]), text(&node["actor"])));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], all.len());
            return all;
        }
        after = Some(text(&page["pageInfo"]["endCursor"]).to_owned());
    }
}

/// LIST-3, ROLE-5: who did what and when; a recipient from outside sees no people of the team but the requester.
#[tokio::test]
async fn list_3_every_request_has_a_history() {
    let world = Northwind::start().await;
    let request = world.send("admin", json!({ "member": world.user_id("guest").await }), 1).await;
    let (id, item) = (text(&request["id"]), text(&request["items"][0]["id"]));
    let guest = world.as_user("guest").await;
    guest.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    world.as_user("ana").await.gql(CONNECT, &[("item", item)]).await.ok();
    guest.gql(REVOKE, &[("item", item)]).await.ok();
    let teams = history(&world, "ana", id).await;
    assert_eq!(
        teams,
        [
            "ITEM_REVOKED RECIPIENT Gus Guest",
            "CONNECTION_CREATED TEAM Ana Lopez",
            "ITEM_AUTHORIZED RECIPIENT Gus Guest",
            "DELIVERY_CHANGED CONSENTRY -",
            "REQUEST_CREATED REQUESTER Adam Admin",
        ]
    );
    let recipients = history(&world, "guest", id).await;
    assert_eq!(
        recipients,
        [
            "ITEM_REVOKED RECIPIENT Gus Guest",
            "CONNECTION_CREATED TEAM -",
            "ITEM_AUTHORIZED RECIPIENT Gus Guest",
            "REQUEST_CREATED REQUESTER Adam Admin",
        ]
    );
    let strange = world.as_user("stranger").await.gql(HISTORY, &[("id", id)]).await;
    assert_eq!(strange.refusal(), "NOT_FOUND");
}

/// REC-10: everything somebody ever granted, across organizations, with how it ended.
#[tokio::test]
async fn rec_10_everything_that_was_granted_is_on_one_page() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(3).await;
    let ben = world.as_user("ben").await;
    for index in 0..2 {
        let item = text(&request["items"][index]["id"]);
        ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
        world.app.advance(chrono::TimeDelta::minutes(1));
    }
    ben.gql(DECLINE, &[("item", text(&request["items"][2]["id"])), ("reason", "no")]).await.ok();
    ben.gql(REVOKE, &[("item", text(&request["items"][0]["id"]))]).await.ok();
    let grants = ben.gql(GRANTS, &[]).await.ok()["grants"].clone();
    assert_eq!(grants["totalCount"], 2, "what was declined was never granted");
    let nodes: Vec<&Value> =
        grants["edges"].as_array().expect("grants").iter().map(|edge| &edge["node"]).collect();
    assert_eq!((&nodes[0]["item"]["state"], nodes[0]["endedAt"].is_null()), (&json!("AUTHORIZED"), true));
    assert_eq!((&nodes[1]["item"]["state"], nodes[1]["endedAt"].is_null()), (&json!("REVOKED"), false));
    assert_eq!(nodes[0]["request"]["organization"]["name"], "Northwind");
    assert_eq!(world.as_user("ana").await.gql(GRANTS, &[]).await.ok()["grants"]["totalCount"], 0);
    assert_eq!(world.app.browser().gql(GRANTS, &[]).await.refusal(), "UNAUTHENTICATED");
    // What leaving would end: of one organization, and standing.
    let narrowed = "query($org: ID, $stands: Boolean, $after: String) { grants(organizationId: $org, stands: $stands, first: 1, after: $after) { totalCount pageInfo { hasNextPage } edges { node { endedAt lastUsedAt } } } }";
    let org = world.organization.to_string();
    for (variables, count) in [
        (json!({ "org": org, "stands": true }), 1),
        (json!({ "org": org, "stands": false }), 1),
        (json!({ "org": org }), 2),
        (json!({ "stands": true }), 1),
        (json!({ "org": domain::id::OrganizationId(uuid::Uuid::nil()).to_string() }), 0),
    ] {
        let found = ben.post(narrowed, variables.clone()).await.ok()["grants"].clone();
        assert_eq!(found["totalCount"], count, "{variables}");
        assert_eq!(found["pageInfo"]["hasNextPage"], count > 1, "{variables}");
        for edge in found["edges"].as_array().expect("grants") {
            if let Some(stands) = variables["stands"].as_bool() {
                assert_eq!(edge["node"]["endedAt"].is_null(), stands);
            }
            assert!(edge["node"]["lastUsedAt"].is_null(), "nothing uses it");
        }
    }
    let wrong = ben.post(narrowed, json!({ "org": "x" })).await;
    assert_eq!(wrong.refusal(), "INVALID_ID organizationId");
    // It stays theirs to see and to take back after they left the organization.
    let leave = "mutation($org: ID!) { leaveOrganization(input: {organizationId: $org}) { userId } }";
    ben.gql(leave, &[("org", &world.organization.to_string())]).await.ok();
    assert_eq!(ben.gql(GRANTS, &[]).await.ok()["grants"]["totalCount"], 2);
}

/// REC-4: what the app granted less is told: permissions that are missing, modules that will not work.
#[tokio::test]
async fn rec_4_missing_scopes_name_the_modules_that_will_not_work() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let item = text(&request["items"][0]["id"]);
    let ben = world.as_user("ben").await;
    let show = "query($id: ID!) { node(id: $id) { ... on RequestItem { state missingPermissions { scope words modules } modulesNotCovered { id } modules { id } } } }";
    let shown = ben.gql(show, &[("id", item)]).await.ok()["node"].clone();
    assert_eq!((&shown["missingPermissions"], &shown["modulesNotCovered"]), (&json!([]), &json!([])));
    let started = ben.gql(kit::START, &[("item", item)]).await.ok();
    let at = url::Url::parse(text(&started["startAuthorization"]["url"])).expect("a URL");
    let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
    let mut form = vec![("decision", "allow"), ("account", "account-1"), ("granted", "contacts:read")];
    form.extend(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = ben.send(ben.request(reqwest::Method::POST, at.as_str()).form(&form)).await;
    ben.get(answer.headers()["location"].to_str().expect("an address")).await;
    let shown = ben.gql(show, &[("id", item)]).await.ok()["node"].clone();
    assert_eq!(shown["state"], "AUTHORIZED");
    let scopes: Vec<&str> = shown["missingPermissions"]
        .as_array()
        .expect("permissions")
        .iter()
        .map(|row| text(&row["scope"]))
        .collect();
    assert_eq!(scopes, ["contacts:write", "contacts:delete"]);
    let missing = shown["modulesNotCovered"].as_array().expect("modules").len();
    assert!(missing > 0 && missing < shown["modules"].as_array().expect("modules").len());
    for module in shown["modulesNotCovered"].as_array().expect("modules") {
        let needed = shown["missingPermissions"].as_array().expect("permissions");
        assert!(needed.iter().any(|row| row["modules"].as_array().expect("ids").contains(&module["id"])));
    }
}

/// SEC-4: owners and admins read their organization's log; it names no text that people wrote, and verifies.
#[tokio::test]
async fn sec_4_admins_read_the_log_and_it_verifies() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let item = text(&request["items"][0]["id"]);
    world.as_user("ben").await.gql(DECLINE, &[("item", item), ("reason", "PLANTED reason")]).await.ok();
    let log = "query($org: ID!) { organization(id: $org) { auditLog(first: 2) { totalCount edges { node { seq kind actorKind payload person { name } } } } } }";
    let org = world.organization.to_string();
    let shown =
        world.as_user("admin").await.gql(log, &[("org", &org)]).await.ok()["organization"]["auditLog"]
            .clone();
    assert_eq!(shown["totalCount"], 2);
    let newest = &shown["edges"][0]["node"];
    assert_eq!(
        (&newest["seq"], &newest["kind"], &newest["actorKind"]),
        (&json!(2), &json!("ITEM_DECLINED"), &json!("PERSON"))
    );
    assert_eq!(newest["person"]["name"], "Ben Ito");
    assert!(!shown.to_string().contains("PLANTED"));
    for (who, refusal) in
        [("ana", "FORBIDDEN"), ("lead", "FORBIDDEN"), ("guest", "FORBIDDEN"), ("stranger", "NOT_FOUND")]
    {
        assert_eq!(world.as_user(who).await.gql(log, &[("org", &org)]).await.refusals()[0], refusal, "{who}");
    }
    assert_eq!(world.app.service.verify_audit(None).await.expect("read").faults, []);
}

/// SEC-4: a record says in names of today whom and what it is about, and which role somebody has since; what is gone
/// has no name.
#[tokio::test]
async fn sec_4_records_say_whom_they_are_about() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (owner, ana) = (world.as_user("owner").await, world.as_user("ana").await);
    let (org, team, ben) =
        (world.organization.to_string(), world.automation.to_string(), world.user_id("ben").await);
    let item = text(&request["items"][0]["id"]);
    world.as_user("ben").await.gql(DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    let role = "mutation($org: ID!, $user: ID!) { setMemberRole(input: {organizationId: $org, userId: $user, role: ADMIN}) { userId } }";
    owner.gql(role, &[("org", &org), ("user", &ben)]).await.ok();
    let role = "mutation($team: ID!, $user: ID!) { setTeamRole(input: {teamId: $team, userId: $user, role: ADMIN}) { userId } }";
    owner.gql(role, &[("team", &team), ("user", &ben)]).await.ok();
    let log = "query($org: ID!) { organization(id: $org) { auditLog(first: 4) { edges { node { kind subject { name } teamName requestName appName role teamRole } } } } }";
    let records = async || {
        let shown = owner.gql(log, &[("org", &org)]).await.ok();
        let edges = shown["organization"]["auditLog"]["edges"].as_array().expect("records").clone();
        edges.into_iter().map(|edge| edge["node"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(
        records().await,
        [
            json!({ "kind": "TEAM_ROLE_SET", "subject": { "name": "Ben Ito" }, "teamName": "Automation", "requestName": null, "appName": null, "role": null, "teamRole": "ADMIN" }),
            json!({ "kind": "MEMBER_ROLE_SET", "subject": { "name": "Ben Ito" }, "teamName": null, "requestName": null, "appName": null, "role": "ADMIN", "teamRole": null }),
            json!({ "kind": "ITEM_DECLINED", "subject": { "name": "Ben Ito" }, "teamName": "Automation", "requestName": request["name"], "appName": "Sandbox", "role": null, "teamRole": null }),
            json!({ "kind": "REQUEST_CREATED", "subject": { "name": "Ben Ito" }, "teamName": "Automation", "requestName": request["name"], "appName": null, "role": null, "teamRole": null }),
        ]
    );
    let id = text(&request["id"]);
    let token =
        ana.gql(kit::PREVIEW, &[("id", id)]).await.ok()["deletionPreview"]["confirmationToken"].clone();
    ana.gql(kit::DELETE, &[("id", id), ("token", text(&token))]).await.ok();
    let gone = records().await;
    assert_eq!((&gone[0]["kind"], &gone[0]["requestName"]), (&json!("REQUEST_DELETED"), &json!(null)));
    assert_eq!((&gone[3]["kind"], &gone[3]["appName"]), (&json!("ITEM_DECLINED"), &json!(null)));
}

/// SEC-4: who was invited as what stands in the log, and as what they joined.
#[tokio::test]
async fn sec_4_records_say_who_was_invited_as_what() {
    let world = Northwind::start().await;
    let (org, team) = (world.organization.to_string(), world.automation.to_string());
    let owner = world.as_user("owner").await;
    let invite = "mutation($org: ID!, $team: ID!) { inviteMember(input: {organizationId: $org, email: \"nora@northwind.example\", name: \"Nora New\", role: ADMIN, teamId: $team, teamRole: MEMBER}) { invitationId } }";
    owner.gql(invite, &[("org", &org), ("team", &team)]).await.ok();
    let link = crate::people::link_to(&world, "nora@northwind.example").await;
    let accept =
        "mutation($link: String!) { acceptInvitation(input: {link: $link}) { organization { id } } }";
    world.app.sign_in("nora@northwind.example").await.gql(accept, &[("link", &link)]).await.ok();
    let log = "query($org: ID!) { organization(id: $org) { auditLog(first: 2) { edges { node { kind role teamRole inviteeEmail subject { name } } } } } }";
    assert_eq!(
        owner.gql(log, &[("org", &org)]).await.ok()["organization"]["auditLog"]["edges"],
        json!([
            { "node": { "kind": "MEMBER_JOINED", "role": "ADMIN", "teamRole": "MEMBER", "inviteeEmail": null, "subject": { "name": "Nora New" } } },
            { "node": { "kind": "MEMBER_INVITED", "role": "ADMIN", "teamRole": null, "inviteeEmail": "nora@northwind.example", "subject": null } },
        ])
    );
}

/// LIST-3, API-3: the log is narrowed to kinds, newest first, page by page; other organizations' never appear.
#[tokio::test]
async fn list_3_the_log_is_narrowed_to_kinds() {
    const LOG: &str = "query($org: ID!, $kinds: [String!], $after: String) { organization(id: $org) { auditLog(first: 2, after: $after, kinds: $kinds) { totalCount pageInfo { hasNextPage endCursor } edges { node { seq kind } } } } }";
    let world = Northwind::start().await;
    let org = world.organization.to_string();
    for _ in 0..3 {
        let request = world.ana_asks_ben(1).await;
        let item = text(&request["items"][0]["id"]);
        world.as_user("ben").await.gql(DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    }
    let admin = world.as_user("admin").await;
    let all = async |kinds: Value| {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "org": org, "kinds": kinds, "after": after });
            let page = admin.post(LOG, variables).await.ok()["organization"]["auditLog"].clone();
            for edge in page["edges"].as_array().expect("edges") {
                found.push((
                    edge["node"]["seq"].as_i64().expect("a number"),
                    text(&edge["node"]["kind"]).to_owned(),
                ));
            }
            if page["pageInfo"]["hasNextPage"] == false {
                assert_eq!(page["totalCount"], found.len(), "{kinds}");
                return found;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    };
    let whole = all(json!([])).await;
    assert!(whole.len() >= 6 && whole.is_sorted_by(|a, b| a.0 > b.0), "{whole:?}");
    for kinds in [
        json!(["ITEM_DECLINED"]),
        json!(["REQUEST_CREATED", "ITEM_DECLINED"]),
        json!(["ITEM_DECLINED", "ITEM_DECLINED"]),
        json!(["REQUEST_CREATED", "NOTHING"]),
        json!(["' OR 1=1 --"]),
    ] {
        let of_kinds: Vec<_> = whole
            .iter()
            .filter(|(_, kind)| kinds.as_array().expect("kinds").contains(&json!(kind)))
            .cloned()
            .collect();
        assert_eq!(all(kinds.clone()).await, of_kinds, "{kinds}");
    }
    let many: Vec<String> = (0..21).map(|n| format!("K{n}")).collect();
    let refused = admin.post(LOG, json!({ "org": org, "kinds": many })).await;
    assert_eq!(refused.refusal(), "TOO_MANY kinds");
    let bad = admin.post(LOG, json!({ "org": org, "kinds": ["ITEM_DECLINED"], "after": "x" })).await;
    assert_eq!(bad.refusal(), "INVALID_CURSOR after");
    let strange =
        world.as_user("ana").await.post(LOG, json!({ "org": org, "kinds": ["ITEM_DECLINED"] })).await;
    assert_eq!(strange.refusals()[0], "FORBIDDEN");
}
