//! Apps that are down, answer nonsense, or have several versions, seen through the API.

use axum::Router;
use axum::routing::any;
use kit::{CREATE, Northwind, Options, SHOW, START};
use serde_json::{Value, json};
use url::Url;

/// An app whose key, consent and tokens are at an address.
fn app_file(base: &str) -> String {
    let version = |id: &str| {
        format!(
            r#"
[[versions]]
id = "{id}"
name = "Version {id}"
base_url = "{base}"

[[versions.scopes]]
scope = "all"
words = "See everything"
effect = "READ"

[[versions.methods]]
id = "key"
label = "Key"
kind = "API_KEY"
fields = [{{ name = "key", label = "Key", secret = true }}]
injections = [{{ in = "HEADER", name = "x-key", value = "{{key}}" }}]

[versions.methods.probe]
url = "{base}/me"

[versions.methods.revocation]
kind = "UNSUPPORTED"

[[versions.methods]]
id = "oauth"
label = "Sign in"
kind = "OAUTH2_CODE"
injections = [{{ in = "HEADER", name = "authorization", value = "Bearer {{access_token}}" }}]

[versions.methods.oauth]
authorize_url = "{base}/authorize"
token_url = "{base}/token"

[versions.methods.revocation]
kind = "UNSUPPORTED"

[[versions.modules]]
id = "see"
name = "See"
description = "Sees everything."
effect = "READ"
scopes = ["all"]

[[versions.modules.calls]]
methods = ["GET"]
path = "/me"
"#
        )
    };
    format!(
        "id = \"flaky\"\nname = \"Flaky\"\nwebsite = \"https://flaky.example/\"\nhelp = \"An app with bad days.\"\n{}{}",
        version("v1"),
        version("v2")
    )
}

struct Asked {
    world: Northwind,
    id: String,
    item: String,
}

/// A request for the app at an address, from `ana` to `ben`.
async fn asked(base: &str) -> Asked {
    let settings = [("OAUTH_FLAKY_CLIENT_ID", "c"), ("OAUTH_FLAKY_CLIENT_SECRET", "s")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let apps = vec![("flaky.toml".to_owned(), app_file(base))];
    let world = Northwind::with(Options { settings, apps, ..Options::default() }).await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = json!({ "app": "flaky", "modules": { "all": true } });
    let ana = world.as_user("ana").await;
    // REQ-3: of several versions one must be chosen.
    let unchosen = ana.post(CREATE, json!({ "input": input })).await;
    assert_eq!(unchosen.refusal(), "VERSION_REQUIRED items.0.version");
    input["items"][0]["version"] = json!("v2");
    let request =
        ana.post(CREATE, json!({ "input": input })).await.ok()["createCredentialRequest"]["request"].clone();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    Asked { id: text(&request["id"]), item: text(&request["items"][0]["id"]), world }
}

impl Asked {
    async fn key(&self) -> kit::Answer {
        let submit = "mutation($item: ID!) { submitCredential(input: {itemId: $item, method: \"key\", fields: [{name: \"key\", value: \"planted\"}]}) { item { state } } }";
        self.world.as_user("ben").await.gql(submit, &[("item", &self.item)]).await
    }

    /// Comes back from the app's page of consent with a code.
    async fn come_back(&self) -> reqwest::StatusCode {
        let ben = self.world.as_user("ben").await;
        let started = ben.gql(START, &[("item", &self.item)]).await.ok();
        let url = Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
        let state = url.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        ben.get(&format!("/oauth/callback?state={state}&code=c")).await.status()
    }

    async fn shown(&self) -> Value {
        self.world.as_user("ben").await.gql(SHOW, &[("id", &self.id)]).await.ok()["request"]["items"][0]
            .clone()
    }
}

/// A server that answers everything with the same.
async fn always(status: u16, body: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let status = http::StatusCode::from_u16(status).expect("a status");
    let app = Router::new().fallback(any(move || async move { (status, body) }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    base
}

/// REC-2, *States*: an app that is down leaves the item when a key is tried, and breaks it after consent.
#[tokio::test]
async fn rec_2_an_app_that_is_down_is_told_apart_from_a_wrong_key() {
    for base in ["http://127.0.0.1:1".to_owned(), always(503, "").await] {
        let asked = asked(&base).await;
        assert_eq!(asked.key().await.refusal(), "PROVIDER_UNAVAILABLE");
        let item = asked.shown().await;
        assert_eq!(
            (item["state"].as_str(), item["attempts"][0]["reason"].as_str()),
            (Some("PENDING"), Some("UNAVAILABLE"))
        );
        assert_eq!(asked.come_back().await, 400);
        let item = asked.shown().await;
        assert_eq!(
            (item["state"].as_str(), item["invalidReason"].as_str()),
            (Some("INVALID"), Some("UNAVAILABLE"))
        );
    }
}

/// *States*: an app that answers nonsense is set up wrongly: the item is INVALID, and nothing of the secret
/// shows.
#[tokio::test]
async fn states_an_app_that_answers_nonsense_is_misconfigured() {
    let base = always(404, "<html>planted</html>").await;
    let asked = asked(&base).await;
    let answer = asked.key().await;
    assert_eq!(answer.refusal(), "PROVIDER_MISCONFIGURED");
    let item = asked.shown().await;
    assert_eq!(
        (item["state"].as_str(), item["invalidReason"].as_str()),
        (Some("INVALID"), Some("MISCONFIGURED"))
    );
    assert!(!answer.json.to_string().contains("planted") && !item.to_string().contains("planted"));
    assert_eq!(asked.come_back().await, 400);
    assert_eq!(asked.shown().await["attempts"][0]["reason"], "MISCONFIGURED");
}
