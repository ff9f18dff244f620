//! The whole story with parts that nobody here wrote.

use kit::node::Part;
use kit::{Browser, CONNECT, DELETE, PREVIEW, REVOKE, SHOW};
use serde_json::{Value, json};

use crate::ledger::{app_file, ledger};

async fn show(browser: &Browser, id: &str) -> Value {
    browser.gql(SHOW, &[("id", id)]).await.ok()["request"].clone()
}

/// From a client who has never seen the tool to the last revocation.
#[tokio::test]
async fn the_story_from_the_first_mail_to_the_last_revocation() {
    let story = ledger().await;
    let world = &story.world;
    let owner = world.as_user("owner").await;
    let mut input =
        world.draft(json!({ "outside": { "name": "Mia Berg", "email": "mia@harbor.example" } }), 2);
    input["items"][0] =
        json!({ "app": "ledger", "modules": { "all": true }, "note": "For the monthly report." });
    let request =
        owner.post(kit::CREATE, json!({ "input": input })).await.ok()["createCredentialRequest"]["request"]
            .clone();
    let id = request["id"].as_str().expect("an id");
    world.app.settle().await;
    // INV-1, MAIL-1: a real mail server received it, in text and HTML.
    let invitation = story.mails().await[0].clone();
    assert_eq!(invitation["from"], json!(["access@consentry.example"]).get(0).cloned().unwrap_or_default());
    let text = invitation["text"].as_str().expect("a text");
    assert!(
        text.contains("Accept invitation")
            && text.contains("Ledger")
            && invitation["html"].as_str().expect("HTML").contains("Accept invitation")
    );
    assert_eq!(invitation["headers"]["auto-submitted"], "auto-generated");
    let link = text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1.to_owned();

    let mia = story.sign_in("mia@harbor.example").await;
    mia.gql(
        "mutation($link: String!) { acceptInvitation(input: {link: $link}) { request { id } } }",
        &[("link", &link)],
    )
    .await
    .ok();
    let items: Vec<String> = request["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    // Cancelled at the app first.
    story.control(json!({ "consent": false })).await;
    assert_eq!(story.go_through(&mia, &items[0]).await, 400);
    assert_eq!(show(&mia, id).await["items"][0]["attempts"][0]["reason"], "CONSENT_CANCELLED");
    // Then agreed to.
    story.control(json!({ "consent": true, "account": "mia" })).await;
    assert_eq!(story.go_through(&mia, &items[0]).await, 200);
    let granted = show(&mia, id).await["items"][0].clone();
    assert_eq!(
        (granted["state"].as_str(), granted["credential"]["account"]["label"].as_str()),
        (Some("AUTHORIZED"), Some("mia"))
    );
    assert_eq!(story.stats().await["granted"], 1);
    let connection =
        owner.gql(CONNECT, &[("item", &items[0])]).await.ok()["createConnection"]["connection"]["id"].clone();
    mia.gql(kit::DECLINE, &[("item", &items[1]), ("reason", "We have no such account.")]).await.ok();
    assert_eq!(show(&owner, id).await["status"], "PARTIALLY_AUTHORIZED");

    // REC-6: taken back: dead here at once, and at the app after the worker's call.
    mia.gql(REVOKE, &[("item", &items[0])]).await.ok();
    world.app.settle().await;
    assert_eq!(show(&mia, id).await["items"][0]["revocation"]["outcome"], "REVOKED");
    let stats = story.stats().await;
    assert_eq!((stats["live_access"].clone(), stats["live_refresh"].clone()), (json!(0), json!(0)));
    // Restored: the same connection goes on.
    assert_eq!(story.go_through(&mia, &items[0]).await, 200);
    world.app.settle().await;
    let node = "query($id: ID!) { node(id: $id) { id ... on Connection { state } } }";
    let connection = connection.as_str().expect("an id");
    assert_eq!(owner.gql(node, &[("id", connection)]).await.ok()["node"]["state"], "AUTHORIZED");
    // Authorized anew while authorized.
    assert_eq!(story.go_through(&mia, &items[0]).await, 200);
    assert_eq!(show(&mia, id).await["items"][0]["credential"]["version"], 3);

    // DEL-2, DEL-3: preview, then everything ends, and the other side is told.
    let preview = owner.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"].clone();
    assert_eq!(preview["connections"][0]["id"], connection);
    owner
        .gql(DELETE, &[("id", id), ("token", preview["confirmationToken"].as_str().expect("a token"))])
        .await
        .ok();
    world.app.settle_patiently(5).await;
    assert_eq!(owner.gql(node, &[("id", connection)]).await.refusal(), "NOT_FOUND");
    for (table, count) in world.app.service.row_counts().await.expect("counts") {
        assert_eq!(count, 0, "{table}");
    }
    let subjects: Vec<String> = story
        .mails()
        .await
        .iter()
        .rev()
        .map(|mail| mail["subject"].as_str().expect("a subject").to_owned())
        .collect();
    let told = |start: &str| subjects.iter().filter(|subject| subject.starts_with(start)).count();
    assert_eq!(told("Oda Owner of Northwind asks for access to 2 of your accounts"), 1);
    assert_eq!(told("Mia Berg authorized Ledger"), 2);
    assert_eq!(told("Mia Berg declined Sandbox"), 1);
    assert_eq!(told("Mia Berg removed access to Ledger"), 1);
    assert_eq!(told("The request “New-customer follow-up” was deleted"), 1);
}

/// REL-2, HEALTH-1 at the provider's side: rotation works through our client, and a spent token ends it.
#[tokio::test]
async fn refresh_tokens_rotate_at_a_server_nobody_here_wrote() {
    let oidc = Part::start("oidc.mjs", &json!({ "ttl": { "access": 60 } })).await;
    let options = domain::catalog::Options { allow_loopback: true, ..domain::catalog::Options::default() };
    let file = app_file(&oidc.ready);
    let catalog =
        domain::catalog::Catalog::parse([("ledger.toml", file.as_str())], &options).expect("a catalog");
    let version = catalog.version("ledger", "v1").expect("a version");
    let method = version.method("oauth").expect("a way");
    let providers =
        providers::Providers::new(providers::Outbound { allow_loopback: true }).expect("a client");
    let client = providers::OAuthClient { id: "client".to_owned(), secret: Some("secret".into()) };
    let redirect_uri = "http://127.0.0.1:9/oauth/callback";
    let control = reqwest::Client::new().post(oidc.ready["control"].as_str().expect("an address"));
    control.json(&json!({ "redirect_uris": { "client": [redirect_uri] } })).send().await.expect("an answer");
    let params = std::collections::BTreeMap::new();
    let verifier = "v".repeat(64);
    let scopes = ["api:read".to_owned()];
    let ask = providers::AuthorizeAsk {
        client: &client,
        params: &params,
        scopes: &scopes,
        redirect_uri,
        state: "s",
        code_verifier: &verifier,
        login_hint: Some("ana"),
    };
    let mut at = providers.authorize_url(method, &ask).expect("an address");
    let browser = Browser::new(oidc.ready["issuer"].as_str().expect("an address"));
    while at.path() != "/oauth/callback" {
        let response = browser.get(at.as_str()).await;
        let next =
            response.headers().get("location").expect("a redirect").to_str().expect("a text").to_owned();
        at = at.join(&next).expect("a URL");
    }
    let code = at.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let exchange = |code_verifier| providers::Exchange {
        code: &code,
        code_verifier,
        redirect_uri,
        client: &client,
        own_client: false,
        params: &params,
    };
    let now = kit::beginning();
    let first = providers.exchange(method, &exchange(&verifier), now).await.expect("tokens");
    let second =
        providers.refresh(version, method, &first.secret, Some(&client), now).await.expect("new tokens");
    assert!(second.expires_at.is_some_and(|at| at > now));
    let spent = providers.refresh(version, method, &first.secret, Some(&client), now).await;
    assert!(matches!(spent, Err(providers::ProviderError::Dead { .. })), "a spent token is refused");
    let after = providers.refresh(version, method, &second.secret, Some(&client), now).await;
    assert!(matches!(after, Err(providers::ProviderError::Dead { .. })), "and ends the grant");
    let wrong = providers.exchange(method, &exchange(&"w".repeat(64)), now).await;
    assert!(
        matches!(wrong, Err(providers::ProviderError::Dead { .. })),
        "a code works once, with its verifier"
    );
}
