//! Apps that an organization defines for itself (SEC-2, REQ-3).

use kit::{CREATE, Northwind, REVOKE, SUBMIT_KEY};
use serde_json::{Value, json};

const DEFINE: &str = "mutation($org: ID!, $definition: String!) { defineApp(input: {organizationId: $org, definition: $definition}) { app } }";
const REMOVE_APP: &str =
    "mutation($org: ID!, $app: String!) { removeApp(input: {organizationId: $org, app: $app}) { app } }";
const APPS: &str = "{ apps(text: \"billing\") { id name isDefinedByOrganization } }";

/// A definition whose probe goes to `base`.
fn definition(base: &str) -> String {
    format!(
        r#"
id = "billing"
name = "Northwind Billing"
website = "https://billing.example/"
help = "Where Northwind keeps its invoices."

[[versions]]
id = "v1"
name = "Version 1"
base_url = "{base}"

[[versions.methods]]
id = "api_key"
label = "Key"
kind = "API_KEY"
fields = [{{ name = "key", label = "Key", secret = true }}]
injections = [{{ in = "HEADER", name = "authorization", value = "Bearer {{key}}" }}]

[versions.methods.probe]
url = "{base}/me"

[versions.methods.revocation]
kind = "UNSUPPORTED"
manual_url = "https://billing.example/keys"

[[versions.modules]]
id = "read"
name = "Read invoices"
description = "Reads invoices."
effect = "READ"

[[versions.modules.calls]]
methods = ["GET"]
path = "/invoices"
"#
    )
}

async fn define(world: &Northwind, who: &str, definition: &str) -> kit::Answer {
    let org = world.organization.to_string();
    world.as_user(who).await.gql(DEFINE, &[("org", &org), ("definition", definition)]).await
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A server that accepts every key, on this machine.
async fn server() -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let me = axum::routing::get(|| async { axum::Json(json!({ "login": "mia" })) });
    let app = axum::Router::new().route("/me", me);
    tokio::spawn(async move { axum::serve(listener, app).await });
    base
}

async fn ask(world: &Northwind, app: &str) -> kit::Answer {
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = json!({ "app": app, "modules": { "all": true } });
    world.as_user("ana").await.post(CREATE, json!({ "input": input })).await
}

/// An organization's admins define apps for its own teams; recipients are told that it is one; nobody else sees it,
/// and it stands still while anything lives that was granted for it.
#[tokio::test]
async fn sec_2_an_organization_defines_apps_for_itself() {
    let world = Northwind::start().await;
    let base = server().await;
    for (who, refusal) in [("ana", "FORBIDDEN"), ("lead", "FORBIDDEN"), ("stranger", "NOT_FOUND")] {
        assert_eq!(define(&world, who, &definition(&base)).await.refusal(), refusal, "{who}");
    }
    let made = define(&world, "admin", &definition(&base)).await.ok();
    let app = text(&made["defineApp"]["app"]).to_owned();
    assert!(app.starts_with("billing_"));
    let seen = json!([{ "id": app, "name": "Northwind Billing", "isDefinedByOrganization": true }]);
    assert_eq!(world.as_user("ana").await.gql(APPS, &[]).await.ok()["apps"], seen);
    assert_eq!(world.as_user("guest").await.gql(APPS, &[]).await.ok()["apps"], seen);
    for who in ["stranger", "anonymous"] {
        assert_eq!(world.as_user(who).await.gql(APPS, &[]).await.ok()["apps"], json!([]), "{who}");
    }
    let request = ask(&world, &app).await.ok()["createCredentialRequest"]["request"].clone();
    let item = text(&request["items"][0]["id"]);
    let ben = world.as_user("ben").await;
    let shown =
        "query($id: ID!) { node(id: $id) { ... on RequestItem { app { name isDefinedByOrganization } } } }";
    assert_eq!(ben.gql(shown, &[("id", item)]).await.ok()["node"]["app"]["isDefinedByOrganization"], true);
    ben.gql(SUBMIT_KEY, &[("item", item), ("key", "k-1")]).await.ok();
    // Secrets that were given to one address are not led to another.
    let elsewhere = definition("https://elsewhere.example");
    let other = define(&world, "owner", &elsewhere).await.ok()["defineApp"]["app"].clone();
    assert_ne!(other, json!(app), "another definition is another app");
    let org = world.organization.to_string();
    let remove = [("org", org.as_str()), ("app", app.as_str())];
    let owner = world.as_user("owner").await;
    assert_eq!(owner.gql(REMOVE_APP, &remove).await.refusal(), "CONFLICT");
    ben.gql(REVOKE, &[("item", item)]).await.ok();
    world.app.settle().await;
    owner.gql(REMOVE_APP, &remove).await.ok();
    assert_eq!(owner.gql(REMOVE_APP, &remove).await.refusal(), "NOT_FOUND");
    assert_eq!(owner.gql(APPS, &[]).await.ok()["apps"].as_array().map(Vec::len), Some(1), "the other one");
    let anew = define(&world, "owner", &definition(&base)).await.ok()["defineApp"]["app"].clone();
    assert_ne!(anew, json!(app), "an id is never given again");
    assert_eq!(ask(&world, &app).await.refusal(), "UNKNOWN_APP items.0.app");
    let gone = ben.gql(SUBMIT_KEY, &[("item", item), ("key", "k-1")]).await;
    assert_eq!(gone.refusal(), "UNKNOWN_APP");
}

/// Another organization's app does not exist for one's own requests, and two may use one name.
#[tokio::test]
async fn role_6_apps_of_others_do_not_exist() {
    let world = Northwind::start().await;
    let stranger = world.as_user("stranger").await;
    let memberships = stranger.gql("{ viewer { memberships { organizationId } } }", &[]).await.ok();
    let org = text(&memberships["viewer"]["memberships"][0]["organizationId"]).to_owned();
    let text_of = definition("https://elsewhere.example");
    let theirs = stranger.gql(DEFINE, &[("org", &org), ("definition", &text_of)]).await.ok();
    let theirs = text(&theirs["defineApp"]["app"]).to_owned();
    assert_eq!(ask(&world, &theirs).await.refusal(), "UNKNOWN_APP items.0.app");
    let ours = define(&world, "admin", &text_of).await.ok();
    assert_ne!(text(&ours["defineApp"]["app"]), theirs);
}

/// SEC-2: bad definitions are refused with every problem, and no definition reaches what the guarded client forbids.
#[tokio::test]
async fn sec_2_definitions_reach_nothing_that_is_forbidden() {
    let world = Northwind::start().await;
    let broken = definition("https://x.example")
        .replace("effect = \"READ\"", "effect = \"ALL\"")
        .replace("kind = \"API_KEY\"", "kind = \"MAGIC\"");
    let refusals = define(&world, "admin", &broken).await.refusals();
    assert!(
        refusals.len() >= 2 && refusals.iter().all(|one| one == "INVALID_FORMAT definition"),
        "{refusals:?}"
    );
    for text in ["", "x = 1", &definition("http://billing.example"), &"#".repeat(40_000)] {
        let refusals = define(&world, "admin", text).await.refusals();
        assert!(refusals.iter().all(|one| one.ends_with(" definition")), "{refusals:?}");
    }
    let sandboxed = definition("${sandbox_url}");
    assert!(!define(&world, "admin", &sandboxed).await.refusals().is_empty(), "the sandbox is the demo's");
    for base in ["https://169.254.169.254", "https://10.0.0.1:8443", "https://[fd00::1]"] {
        let world = Northwind::start().await;
        let made = define(&world, "admin", &definition(base)).await.ok();
        let request = ask(&world, text(&made["defineApp"]["app"])).await.ok();
        let item = text(&request["createCredentialRequest"]["request"]["items"][0]["id"]).to_owned();
        let tried = world.as_user("ben").await.gql(SUBMIT_KEY, &[("item", &item), ("key", "k")]).await;
        assert_eq!(tried.refusal(), "PROVIDER_MISCONFIGURED", "{base}");
    }
}
