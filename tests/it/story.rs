//! The whole story with parts that nobody here wrote: npm `oidc-provider` as the app's OAuth server, npm
//! `smtp-server` as the mail server.

use kit::node::Part;
use kit::{Browser, CONNECT, DELETE, Northwind, Options, PREVIEW, REVOKE, SHOW};
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;
use worker::Mailer;
use worker::mailer::Smtp;

const START: &str =
    "mutation($item: ID!) { startAuthorization(input: {itemId: $item, method: \"oauth\"}) { url } }";

/// An app whose OAuth server is `oidc-provider`.
fn app_file(provider: &Value) -> String {
    let at = |name: &str| provider[name].as_str().expect("an address").to_owned();
    format!(
        r#"
id = "ledger"
name = "Ledger"
website = "https://ledger.example/"
help = "Books of a shop."

[[versions]]
id = "v1"
name = "Version 1"
base_url = "{issuer}"

[[versions.scopes]]
scope = "openid"
words = "Know who you are"
effect = "READ"

[[versions.scopes]]
scope = "api:read"
words = "See the books"
effect = "READ"

[[versions.scopes]]
scope = "api:write"
words = "Write into the books"
effect = "WRITE"

[[versions.methods]]
id = "oauth"
label = "Sign in at Ledger"
kind = "OAUTH2_CODE"

[versions.methods.oauth]
authorize_url = "{authorize}"
token_url = "{token}"
issuer = "{issuer}"
client_auth = "BASIC"
default_scopes = ["openid"]

[versions.methods.probe]
url = "{userinfo}"

[versions.methods.identity]
label = "/sub"

[[versions.methods.injections]]
in = "HEADER"
name = "authorization"
value = "Bearer {{access_token}}"

[versions.methods.revocation]
kind = "RFC7009"
url = "{revoke}"
client_auth = "BASIC"

[[versions.modules]]
id = "read_books"
name = "Read the books"
description = "Reads every entry."
effect = "READ"
scopes = ["api:read"]

[[versions.modules.calls]]
methods = ["GET"]
path = "/books"

[[versions.modules]]
id = "write_books"
name = "Write into the books"
description = "Adds entries."
effect = "WRITE"
scopes = ["api:write"]

[[versions.modules.calls]]
methods = ["POST"]
path = "/books"
"#,
        issuer = at("issuer"),
        authorize = at("authorization_endpoint"),
        token = at("token_endpoint"),
        userinfo = at("userinfo_endpoint"),
        revoke = at("revocation_endpoint"),
    )
}

struct World {
    world: Northwind,
    oidc: Part,
    smtp: Part,
    http: Client,
}

async fn world() -> World {
    let plain = json!({});
    let (oidc, smtp) = tokio::join!(Part::start("oidc.mjs", &plain), Part::start("smtp.mjs", &plain));
    let mailer = Mailer::Smtp(Box::new(
        Smtp::new(
            &format!("smtp://127.0.0.1:{}", smtp.ready["smtp"]),
            "Consentry <access@consentry.example>",
        )
        .expect("a mailer"),
    ));
    let settings = [("OAUTH_LEDGER_CLIENT_ID", "client"), ("OAUTH_LEDGER_CLIENT_SECRET", "secret")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    let options = Options {
        settings,
        apps: vec![("ledger.toml".to_owned(), app_file(&oidc.ready))],
        mailer: Some(mailer),
    };
    let world = Northwind::with(options).await;
    let http = Client::builder().no_proxy().build().expect("a client");
    let story = World { world, oidc, smtp, http };
    story
        .control(
            json!({ "redirect_uris": { "client": [format!("{}/oauth/callback", story.world.app.base)] } }),
        )
        .await;
    story
}

impl World {
    async fn control(&self, change: Value) {
        let response = self
            .http
            .post(self.oidc.ready["control"].as_str().expect("an address"))
            .json(&change)
            .send()
            .await
            .expect("an answer");
        assert!(response.status().is_success());
    }

    async fn stats(&self) -> Value {
        let at = format!("{}/stats", self.oidc.ready["control"].as_str().expect("an address"));
        self.http.get(at).send().await.expect("an answer").json().await.expect("JSON")
    }

    fn mail_door(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.smtp.ready["control"])
    }

    async fn mails(&self) -> Vec<Value> {
        self.http.get(self.mail_door("/mails")).send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn script(&self, next: &[&str]) {
        let response = self
            .http
            .post(self.mail_door("/script"))
            .json(&json!({ "next": next }))
            .send()
            .await
            .expect("an answer");
        assert!(response.status().is_success());
    }

    /// Signs in by the code that the mail server received.
    async fn sign_in(&self, email: &str) -> Browser {
        let browser = self.world.app.browser();
        browser
            .gql(
                "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }",
                &[("email", email)],
            )
            .await
            .ok();
        self.world.app.settle().await;
        let mails = self.mails().await;
        let subject = mails.iter().find(|mail| mail["to"][0] == email).expect("a mail")["subject"]
            .as_str()
            .expect("a subject")
            .to_owned();
        let code = subject.split(' ').next().expect("a code");
        let sign_in = "mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { id } } }";
        browser.gql(sign_in, &[("email", email), ("code", code)]).await.ok();
        browser
    }

    /// Follows the app's sign-in from its first page to the callback, as a browser does.
    async fn go_through(&self, browser: &Browser, item: &str) -> reqwest::StatusCode {
        let start = browser.gql(START, &[("item", item)]).await.ok();
        let mut at = Url::parse(start["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
        let app = Browser::new(self.oidc.ready["issuer"].as_str().expect("an address"));
        for _ in 0..12 {
            let ours = at.as_str().starts_with(&self.world.app.base);
            let response = if ours { browser.get(at.as_str()).await } else { app.get(at.as_str()).await };
            match response.headers().get("location") {
                Some(next) if !ours => at = at.join(next.to_str().expect("a text")).expect("a URL"),
                _ => return response.status(),
            }
        }
        panic!("the sign-in at the app goes in circles");
    }
}

async fn show(browser: &Browser, id: &str) -> Value {
    browser.gql(SHOW, &[("id", id)]).await.ok()["request"].clone()
}

/// From a client who has never seen the tool to the last revocation.
#[tokio::test]
async fn the_story_from_the_first_mail_to_the_last_revocation() {
    let story = world().await;
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

/// MAIL-2: a mail server that refuses for a while gets the mail later, once; one that refuses for good is
/// given up, shown, and started again by hand (REL-2).
#[tokio::test]
async fn mail_2_mails_survive_a_mail_server_that_refuses() {
    let story = world().await;
    let world = &story.world;
    let ana = world.as_user("ana").await;
    let delivery = |id: String| {
        let ana = &ana;
        async move { ana.gql(SHOW, &[("id", &id)]).await.ok()["request"]["delivery"].clone() }
    };
    story.script(&["451", "drop"]).await;
    let request = world.ana_asks_ben(1).await;
    let id = request["id"].as_str().expect("an id").to_owned();
    assert_eq!(delivery(id.clone()).await["state"], "DELAYED");
    assert_eq!(delivery(id.clone()).await["detail"], "the mail server answered 451");
    world.app.advance(chrono::TimeDelta::seconds(3));
    world.app.settle().await;
    assert_eq!(delivery(id.clone()).await["state"], "DELAYED");
    world.app.advance(chrono::TimeDelta::seconds(10));
    world.app.settle().await;
    assert_eq!(delivery(id).await["state"], "SENT");
    assert_eq!(story.mails().await.len(), 1);

    story.script(&["550"]).await;
    let refused = world.ana_asks_ben(1).await;
    let id = refused["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        delivery(id.clone()).await,
        json!({ "state": "FAILED", "detail": "the mail server answered 550" })
    );
    let dead = world.app.service.dead_jobs().await.expect("jobs");
    assert_eq!(dead.len(), 1);
    assert!(world.app.service.retry_dead_job(dead[0].0).await.expect("started again"));
    world.app.settle().await;
    assert_eq!(delivery(id).await["state"], "SENT");
    let mails = story.mails().await;
    assert_eq!(mails.len(), 2);
    let ids: std::collections::BTreeSet<String> =
        mails.iter().map(|mail| mail["message_id"].to_string()).collect();
    assert_eq!(ids.len(), 2, "each mail has an id of its own");
}

/// MAIL-2: two days without a mail server lose nothing.
#[tokio::test]
async fn mail_2_two_days_without_a_mail_server_lose_nothing() {
    let gone = Mailer::Smtp(Box::new(
        Smtp::new("smtp://127.0.0.1:1", "access@consentry.example").expect("a mailer"),
    ));
    let world = Northwind::with(Options { mailer: Some(gone), ..Options::default() }).await;
    world.ana_asks_ben(1).await;
    for _ in 0..48 {
        world.app.advance(chrono::TimeDelta::hours(1));
        world.app.settle().await;
    }
    assert_eq!(world.app.service.open_jobs().await.expect("jobs").len(), 1);
    assert!(world.app.service.dead_jobs().await.expect("jobs").is_empty());
    // The server is back: another worker, which has one, delivers.
    let handler = worker::Handler::new(world.app.service.clone(), Mailer::BuiltIn);
    world.app.advance(chrono::TimeDelta::hours(1));
    worker::drain(&handler).await.expect("jobs run");
    assert_eq!(world.app.mails().await.len(), 1);
}
