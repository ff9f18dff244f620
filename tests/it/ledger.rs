//! An instance whose app has npm `oidc-provider` as its OAuth server, and whose mail goes to npm
//! `smtp-server`: parts that nobody here wrote.

use kit::node::Part;
use kit::{Browser, Northwind, Options};
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;
use worker::Mailer;
use worker::mailer::Smtp;

const START: &str =
    "mutation($item: ID!) { startAuthorization(input: {itemId: $item, method: \"oauth\"}) { url } }";

/// An app whose OAuth server is `oidc-provider`.
pub fn app_file(provider: &Value) -> String {
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

[[versions.modules.calls]]
methods = ["GET"]
path = "/me"

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

/// The instance and its neighbours.
pub struct Ledger {
    pub world: Northwind,
    oidc: Part,
    smtp: Part,
    http: Client,
}

/// Starts all three.
pub async fn ledger() -> Ledger {
    ledger_with(&json!({})).await
}

/// The same with what the OAuth server is started with.
pub async fn ledger_with(server: &Value) -> Ledger {
    let plain = json!({});
    let (oidc, smtp) = tokio::join!(Part::start("oidc.mjs", server), Part::start("smtp.mjs", &plain));
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
    let story = Ledger { world, oidc, smtp, http };
    story
        .control(
            json!({ "redirect_uris": { "client": [format!("{}/oauth/callback", story.world.app.base)] } }),
        )
        .await;
    story
}

impl Ledger {
    pub async fn control(&self, change: Value) {
        let response = self
            .http
            .post(self.oidc.ready["control"].as_str().expect("an address"))
            .json(&change)
            .send()
            .await
            .expect("an answer");
        assert!(response.status().is_success());
    }

    pub async fn stats(&self) -> Value {
        let at = format!("{}/stats", self.oidc.ready["control"].as_str().expect("an address"));
        self.http.get(at).send().await.expect("an answer").json().await.expect("JSON")
    }

    fn mail_door(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.smtp.ready["control"])
    }

    pub async fn mails(&self) -> Vec<Value> {
        self.http.get(self.mail_door("/mails")).send().await.expect("an answer").json().await.expect("JSON")
    }

    pub async fn script(&self, next: &[&str]) {
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
    pub async fn sign_in(&self, email: &str) -> Browser {
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

    /// Begins a sign-in at the app; returns its first page.
    pub async fn begin(&self, browser: &Browser, item: &str) -> Url {
        let start = browser.gql(START, &[("item", item)]).await.ok();
        Url::parse(start["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL")
    }

    /// Follows the app's sign-in from its first page to the callback, as a browser does.
    pub async fn go_through(&self, browser: &Browser, item: &str) -> reqwest::StatusCode {
        let page = self.begin(browser, item).await;
        self.follow(browser, page).await
    }

    /// The same from a page on.
    pub async fn follow(&self, browser: &Browser, mut at: Url) -> reqwest::StatusCode {
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
