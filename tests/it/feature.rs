//! The feature *credential requests* (GATE-1 to GATE-5).

use kit::{CREATE, Northwind, Options, SHOW, SUBMIT_KEY};
use serde_json::{Value, json};

const APPLY: &str = "mutation($company: String!, $reason: String!) { applyForFeature(input: {company: $company, reason: $reason}) { application { id state hasPlan hasCorporateAddress isEligible } } }";
const REVIEW: &str = "mutation($id: ID!, $approve: Boolean!, $refusal: String) { reviewFeatureApplication(input: {applicationId: $id, approve: $approve, refusal: $refusal}) { applicationId } }";
const LIST: &str = "{ featureApplications(state: OPEN) { totalCount edges { node { id company reason isEligible person { email } } } } }";
const MINE: &str = "{ viewer { canCreateRequests featureApplication { state refusal } } }";
const PLAN: &str = "mutation($org: ID!, $plan: Plan!) { setOrganizationPlan(input: {organizationId: $org, plan: $plan}) { plan } }";
const SET: &str =
    "mutation($user: ID!, $on: Boolean!) { setFeature(input: {userId: $user, on: $on}) { userId } }";

async fn world(mode: &str) -> Northwind {
    let settings = vec![
        ("FEATURE_MODE".to_owned(), mode.to_owned()),
        ("FREE_MAIL_DOMAINS".to_owned(), "elsewhere.example".to_owned()),
    ];
    let world = Northwind::with(Options { settings, ..Options::default() }).await;
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    world
}

async fn send(world: &Northwind, who: &str) -> kit::Answer {
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user(who).await.post(CREATE, json!({ "input": input })).await
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// GATE-2: apply, be checked, be refused with a reason, apply again, be approved; told by mail; then requests
/// can be sent.
#[tokio::test]
async fn gate_2_an_application_is_checked_reviewed_and_told() {
    let world = world("manual").await;
    let (ana, owner) = (world.as_user("ana").await, world.as_user("owner").await);
    assert_eq!(
        ana.gql(APPLY, &[("company", ""), ("reason", "")]).await.refusals(),
        ["REQUIRED company", "REQUIRED reason"]
    );
    let form = [("company", "Northwind"), ("reason", "Client onboarding")];
    let first = ana.gql(APPLY, &form).await.ok()["applyForFeature"]["application"].clone();
    assert_eq!(
        (&first["hasPlan"], &first["hasCorporateAddress"], &first["isEligible"]),
        (&json!(false), &json!(true), &json!(false))
    );
    assert_eq!(ana.gql(APPLY, &form).await.refusal(), "CONFLICT");
    // GATE-4: her team reads that she waits for it.
    let team = world.automation.to_string();
    let waits =
        "query($team: ID!) { teamMembers(teamId: $team) { edges { node { person { email } hasApplied } } } }";
    let waiting = async || {
        let members = world.as_user("ben").await.gql(waits, &[("team", &team)]).await.ok();
        let edges = members["teamMembers"]["edges"].as_array().expect("people").clone();
        let waiting = edges.iter().filter(|edge| edge["node"]["hasApplied"] == true);
        waiting.map(|edge| text(&edge["node"]["person"]["email"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(waiting().await, ["ana@northwind.example"]);
    assert_eq!(ana.gql(LIST, &[]).await.refusal(), "FORBIDDEN");
    let listed = owner.gql(LIST, &[]).await.ok()["featureApplications"].clone();
    assert_eq!(listed["totalCount"], 1);
    assert_eq!(listed["edges"][0]["node"]["person"]["email"], "ana@northwind.example");
    let id = text(&first["id"]).to_owned();
    let refuse = |refusal: &str| json!({ "id": id, "approve": false, "refusal": refusal });
    assert_eq!(ana.post(REVIEW, refuse("x")).await.refusal(), "FORBIDDEN");
    assert_eq!(owner.post(REVIEW, refuse("")).await.refusal(), "REQUIRED refusal");
    owner.post(REVIEW, refuse("Ask again once you have a plan.")).await.ok();
    assert_eq!(waiting().await, [""; 0]);
    assert_eq!(owner.post(REVIEW, refuse("x")).await.refusal(), "CONFLICT");
    world.app.settle().await;
    assert!(world.app.mail_to("ana@northwind.example").await.text.contains("once you have a plan"));
    let mine = ana.gql(MINE, &[]).await.ok()["viewer"].clone();
    assert_eq!(
        mine,
        json!({ "canCreateRequests": false, "featureApplication": { "state": "REFUSED", "refusal": "Ask again once you have a plan." } })
    );
    assert_eq!(send(&world, "ana").await.refusal(), "FEATURE_REQUIRED");
    let org = world.organization.to_string();
    assert_eq!(ana.gql(PLAN, &[("org", &org), ("plan", "PARTNER")]).await.refusal(), "FORBIDDEN");
    owner.gql(PLAN, &[("org", &org), ("plan", "PARTNER")]).await.ok();
    let second = ana.gql(APPLY, &form).await.ok()["applyForFeature"]["application"].clone();
    assert_eq!(second["isEligible"], true);
    owner.post(REVIEW, json!({ "id": second["id"], "approve": true })).await.ok();
    world.app.settle().await;
    assert!(world.app.mail_to("ana@northwind.example").await.subject.contains("can send"));
    assert_eq!(ana.gql(MINE, &[]).await.ok()["viewer"]["canCreateRequests"], true);
    send(&world, "ana").await.ok();
    assert_eq!(ana.gql(APPLY, &form).await.refusal(), "CONFLICT");
}

/// GATE-3: in the mode `auto` the feature is on for whom it may be: plan and corporate address; guests have no
/// part in the plan.
#[tokio::test]
async fn gate_3_auto_is_on_when_eligible() {
    let world = world("auto").await;
    assert_eq!(send(&world, "ana").await.refusal(), "FEATURE_REQUIRED");
    let org = world.organization.to_string();
    world.as_user("owner").await.gql(PLAN, &[("org", &org), ("plan", "ENTERPRISE")]).await.ok();
    send(&world, "ana").await.ok();
    let can = |who: &'static str| {
        let world = &world;
        async move { world.as_user(who).await.gql(MINE, &[]).await.ok()["viewer"]["canCreateRequests"].clone() }
    };
    assert_eq!((can("guest").await, can("stranger").await), (json!(false), json!(false)));
}

/// GATE-4: every member of the team sees who has the feature; guests do not see the list.
#[tokio::test]
async fn gate_4_the_member_list_shows_who_has_the_feature() {
    let world = world("manual").await;
    let (owner, lea) = (world.as_user("owner").await, world.user_id("lead").await);
    owner.post(SET, json!({ "user": lea, "on": true })).await.ok();
    let members =
        "query($team: ID!) { teamMembers(teamId: $team) { edges { node { person { name } hasFeature } } } }";
    let team = world.automation.to_string();
    let shown =
        world.as_user("ben").await.gql(members, &[("team", &team)]).await.ok()["teamMembers"]["edges"]
            .clone();
    let with: Vec<&str> = shown
        .as_array()
        .expect("people")
        .iter()
        .filter(|edge| edge["node"]["hasFeature"] == true)
        .map(|edge| text(&edge["node"]["person"]["name"]))
        .collect();
    assert_eq!((with, shown.as_array().map(Vec::len)), (vec!["Lea Lead"], Some(4)));
    // Guests answer, whatever is switched on for them.
    owner.post(SET, json!({ "user": world.user_id("guest").await, "on": true })).await.ok();
    let all = "query($org: ID!) { organization(id: $org) { members(first: 100) { edges { node { role hasFeature } } } } }";
    let shown = owner.gql(all, &[("org", &world.organization.to_string())]).await.ok();
    let shown = shown["organization"]["members"]["edges"].as_array().expect("people").clone();
    let guests: Vec<_> = shown.iter().filter(|edge| edge["node"]["role"] == "GUEST").collect();
    assert!(!guests.is_empty() && guests.iter().all(|edge| edge["node"]["hasFeature"] == false));
    for (who, refusal) in [("guest", "FORBIDDEN"), ("olga", "FORBIDDEN"), ("stranger", "NOT_FOUND")] {
        assert_eq!(world.as_user(who).await.gql(members, &[("team", &team)]).await.refusal(), refusal);
    }
}

/// GATE-5, GATE-1: losing the feature stops new requests only; answering never needs it.
#[tokio::test]
async fn gate_5_losing_the_feature_stops_new_requests_only() {
    let world = world("manual").await;
    let (owner, ana) = (world.as_user("owner").await, world.user_id("ana").await);
    assert_eq!(
        world.as_user("ana").await.post(SET, json!({ "user": ana, "on": true })).await.refusal(),
        "FORBIDDEN"
    );
    owner.post(SET, json!({ "user": ana, "on": true })).await.ok();
    let request = send(&world, "ana").await.ok()["createCredentialRequest"]["request"].clone();
    owner.post(SET, json!({ "user": ana, "on": false })).await.ok();
    assert_eq!(send(&world, "ana").await.refusal(), "FEATURE_REQUIRED");
    let item = text(&request["items"][0]["id"]);
    world.as_user("ben").await.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    let shown = world.as_user("ana").await.gql(SHOW, &[("id", text(&request["id"]))]).await.ok();
    assert_eq!(shown["request"]["status"], "AUTHORIZED");
}
