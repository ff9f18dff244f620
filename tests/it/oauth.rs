//! Sign-in at the app and the way back (SEC-3, STATE-1), against the sandbox over real HTTP.

use chrono::TimeDelta;
use kit::{Browser, DECLINE, DELETE, Northwind, PREVIEW, REVOKE, SHOW, START};
use serde_json::Value;
use url::Url;

struct Asked {
    world: Northwind,
    ben: Browser,
    id: String,
    item: String,
}

async fn asked() -> Asked {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let ben = world.as_user("ben").await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    Asked { id: text(&request["id"]), item: text(&request["items"][0]["id"]), world, ben }
}

impl Asked {
    async fn start(&self) -> Url {
        let started = self.ben.gql(START, &[("item", &self.item)]).await.ok();
        Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL")
    }

    /// Agrees at the sandbox with these scopes; returns where it sends the browser.
    async fn agree(&self, at: &Url, decision: &str, scopes: &[&str]) -> String {
        let page = self.ben.get(at.as_str()).await;
        assert_eq!(page.status(), 200);
        let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
        let mut form = vec![("decision", decision), ("account", "account-2")];
        form.extend(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        form.extend(scopes.iter().map(|scope| ("granted", *scope)));
        let answer = self.ben.send(self.ben.request(reqwest::Method::POST, at.as_str()).form(&form)).await;
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }

    async fn item(&self) -> Value {
        self.ben.gql(SHOW, &[("id", &self.id)]).await.ok()["request"]["items"][0].clone()
    }

    /// Goes through with it, and returns the token's state at the provider afterwards.
    async fn authorize(&self) {
        let at = self.start().await;
        let back = self.agree(&at, "allow", &["contacts:read"]).await;
        assert_eq!(self.ben.get(&back).await.status(), 200);
    }
}

/// SEC-3, REC-2: PKCE, bound state, exact redirect; the account and the granted scopes are shown.
#[tokio::test]
async fn sec_3_a_sign_in_at_the_app_authorizes() {
    let asked = asked().await;
    let at = asked.start().await;
    let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["redirect_uri"], format!("{}/oauth/callback", asked.world.app.base));
    assert_eq!(query["scope"], "contacts:read contacts:write contacts:delete");
    let back = asked.agree(&at, "allow", &["contacts:read", "contacts:write"]).await;
    let page = asked.ben.get(&back).await;
    assert_eq!(page.status(), 200);
    let text = page.text().await.expect("a page");
    let code = Url::parse(&back)
        .expect("a URL")
        .query_pairs()
        .find(|(name, _)| name == "code")
        .expect("a code")
        .1
        .into_owned();
    assert!(text.contains("Done") && !text.contains(&code));
    let item = asked.item().await;
    assert_eq!(item["state"], "AUTHORIZED");
    assert_eq!(item["credential"]["account"]["label"], "accounts@harborbakery.example");
    assert_eq!(item["credential"]["grantedScopes"], serde_json::json!(["contacts:read", "contacts:write"]));
    // Twice is once: the state is used up.
    assert_eq!(asked.ben.get(&back).await.status(), 400);
    assert_eq!(asked.item().await["state"], "AUTHORIZED");
}

/// *States*: consent cancelled leaves the item and keeps the attempt.
#[tokio::test]
async fn states_cancelling_at_the_app_keeps_the_item() {
    let asked = asked().await;
    let at = asked.start().await;
    let back = asked.agree(&at, "cancel", &[]).await;
    let page = asked.ben.get(&back).await;
    assert_eq!(page.status(), 400);
    assert!(page.text().await.expect("a page").contains("nothing was shared"));
    let item = asked.item().await;
    assert_eq!(
        (item["state"].as_str(), item["attempts"][0]["reason"].as_str()),
        (Some("PENDING"), Some("CONSENT_CANCELLED"))
    );
}

/// SEC-3: another browser, another person, a made-up state and none at all are refused, and use nothing up.
#[tokio::test]
async fn sec_3_the_callback_belongs_to_one_browser() {
    let asked = asked().await;
    let at = asked.start().await;
    let back = asked.agree(&at, "allow", &["contacts:read"]).await;
    for other in
        [asked.world.app.browser(), asked.world.as_user("ben").await, asked.world.as_user("ana").await]
    {
        assert_eq!(other.get(&back).await.status(), 400);
    }
    for path in [
        "/oauth/callback",
        "/oauth/callback?state=x&code=y",
        "/oauth/callback?code=y",
        "/oauth/callback?state=",
    ] {
        let page = asked.ben.get(path).await;
        assert_eq!(page.status(), 400, "{path}");
        // Nobody is left standing there.
        assert!(page.text().await.expect("a page").contains("<a href=\"/\">"), "{path}");
    }
    assert_eq!(asked.item().await["state"], "PENDING");
    assert_eq!(asked.ben.get(&back).await.status(), 200);
    assert_eq!(asked.item().await["state"], "AUTHORIZED");
}

/// SEC-3: a wrong or missing `iss` (RFC 9207) shares nothing.
#[tokio::test]
async fn sec_3_the_issuer_is_checked() {
    for replacement in [Some("https://evil.example"), None] {
        let asked = asked().await;
        let at = asked.start().await;
        let back = Url::parse(&asked.agree(&at, "allow", &["contacts:read"]).await).expect("a URL");
        let mut forged = back.clone();
        forged.query_pairs_mut().clear().extend_pairs(back.query_pairs().filter(|(name, _)| name != "iss"));
        if let Some(iss) = replacement {
            forged.query_pairs_mut().append_pair("iss", iss);
        }
        assert_eq!(asked.ben.get(forged.as_str()).await.status(), 400);
        let item = asked.item().await;
        assert_eq!(
            (item["state"].as_str(), item["attempts"][0]["reason"].as_str()),
            (Some("PENDING"), Some("WRONG_ISSUER"))
        );
    }
}

/// SEC-3: ten minutes; afterwards the closed window is kept as attempt.
#[tokio::test]
async fn sec_3_a_late_callback_is_refused() {
    let asked = asked().await;
    let at = asked.start().await;
    let back = asked.agree(&at, "allow", &["contacts:read"]).await;
    asked.world.app.advance(TimeDelta::minutes(10));
    assert_eq!(asked.ben.get(&back).await.status(), 400);
    worker::schedule::sweep(&asked.world.app.service, true).await.expect("a sweep");
    let item = asked.item().await;
    assert_eq!(
        (item["state"].as_str(), item["attempts"][0]["reason"].as_str()),
        (Some("PENDING"), Some("WINDOW_CLOSED"))
    );
}

/// *States*: a failed exchange and an app that says it is set up wrongly make the item INVALID; trying again
/// repairs it.
#[tokio::test]
async fn states_a_failed_exchange_is_invalid_and_can_be_repaired() {
    let asked = asked().await;
    let at = asked.start().await;
    let back = asked.agree(&at, "allow", &["contacts:read"]).await;
    let broken = back.replace("code=", "code=x");
    assert_eq!(asked.ben.get(&broken).await.status(), 400);
    let item = asked.item().await;
    assert_eq!(
        (item["state"].as_str(), item["invalidReason"].as_str()),
        (Some("INVALID"), Some("EXCHANGE_FAILED"))
    );
    let status =
        || async { asked.ben.gql(SHOW, &[("id", &asked.id)]).await.ok()["request"]["status"].clone() };
    assert_eq!(status().await, "INVALID");
    asked.authorize().await;
    assert_eq!(asked.item().await["state"], "AUTHORIZED");
    assert_eq!(status().await, "INCOMPLETE");
    // An authorized item stays authorized when an attempt to replace it fails.
    let at = asked.start().await;
    let state = at.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    let iss = format!("{}/sandbox", asked.world.app.base);
    assert_eq!(
        asked.ben.get(&format!("/oauth/callback?state={state}&error=invalid_scope&iss={iss}")).await.status(),
        400
    );
    let item = asked.item().await;
    assert_eq!(
        (item["state"].as_str(), item["attempts"][0]["reason"].as_str()),
        (Some("AUTHORIZED"), Some("MISCONFIGURED"))
    );
}

/// STATE-1: a callback that comes after revoke, decline or delete stores nothing, and the fresh token is
/// revoked at the provider.
#[tokio::test]
async fn state_1_a_callback_after_the_end_stores_nothing_and_revokes() {
    for end in ["revoke", "decline", "delete"] {
        let asked = asked().await;
        asked.authorize().await;
        let at = asked.start().await;
        let back = asked.agree(&at, "allow", &["contacts:read"]).await;
        match end {
            "revoke" => drop(asked.ben.gql(REVOKE, &[("item", &asked.item)]).await.ok()),
            "decline" => drop(asked.ben.gql(DECLINE, &[("item", &asked.item), ("reason", "no")]).await.ok()),
            _ => {
                let preview = asked.ben.gql(PREVIEW, &[("id", &asked.id)]).await.ok();
                let token =
                    preview["deletionPreview"]["confirmationToken"].as_str().expect("a token").to_owned();
                asked.ben.gql(DELETE, &[("id", &asked.id), ("token", &token)]).await.ok();
            }
        }
        assert_eq!(asked.ben.get(&back).await.status(), 409, "{end}");
        if end != "delete" {
            let item = asked.item().await;
            assert!(item["credential"].is_null(), "{end}");
            assert_eq!(item["attempts"][0]["reason"], "TOO_LATE");
            assert_eq!(item["revocation"]["outcome"], "QUEUED");
        }
        asked.world.app.settle_patiently(5).await;
        if end != "delete" {
            assert_eq!(asked.item().await["revocation"]["outcome"], "REVOKED", "{end}");
        }
        assert!(asked.world.app.service.open_jobs().await.expect("jobs").is_empty(), "{end}");
    }
}

/// REC-6: revoking tells the provider, and its outcome is shown.
#[tokio::test]
async fn rec_6_the_provider_is_told_and_its_outcome_shown() {
    let asked = asked().await;
    asked.authorize().await;
    let revoked = asked.ben.gql(REVOKE, &[("item", &asked.item)]).await.ok()["revokeItem"]["item"].clone();
    assert_eq!(revoked["revocation"]["outcome"], "QUEUED");
    asked.world.app.settle().await;
    assert_eq!(asked.item().await["revocation"]["outcome"], "REVOKED");
}

/// STATE-1: of two sign-ins begun side by side the first that comes back wins.
#[tokio::test]
async fn state_1_of_two_sign_ins_the_first_wins() {
    let asked = asked().await;
    let (one, two) = (asked.start().await, asked.start().await);
    let first = asked.agree(&one, "allow", &["contacts:read"]).await;
    let second = asked.agree(&two, "allow", &["contacts:read"]).await;
    assert_eq!(asked.ben.get(&first).await.status(), 200);
    assert_eq!(asked.ben.get(&second).await.status(), 409);
    assert_eq!(asked.item().await["credential"]["version"], 1);
}

/// REC-2: without a client of the instance the recipient is told what the operator must set.
#[tokio::test]
async fn rec_2_a_missing_client_is_told() {
    let world = Northwind::start().await;
    let mut input = world.draft(serde_json::json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = serde_json::json!({ "app": "github", "modules": { "all": true } });
    let request =
        world.as_user("ana").await.post(kit::CREATE, serde_json::json!({ "input": input })).await.ok();
    let item =
        request["createCredentialRequest"]["request"]["items"][0]["id"].as_str().expect("an id").to_owned();
    let answer = world.as_user("ben").await.gql(START, &[("item", &item)]).await;
    assert_eq!(answer.refusal(), "OAUTH_CLIENT_MISSING");
    assert!(
        answer.json["errors"][0]["message"].as_str().expect("a message").contains("OAUTH_GITHUB_CLIENT_ID")
    );
    // Of their own, where the app takes one.
    let own = "mutation($item: ID!) { startAuthorization(input: {itemId: $item, method: \"oauth\", client: {id: \"mine\", secret: \"s\"}}) { url } }";
    let url = world.as_user("ben").await.gql(own, &[("item", &item)]).await.ok()["startAuthorization"]["url"]
        .as_str()
        .expect("a URL")
        .to_owned();
    assert!(url.starts_with("https://github.com/login/oauth/authorize?") && url.contains("client_id=mine"));
    let sandbox_own = own.replace("\"mine\"", "\"x\"");
    let sandbox_item = world.ana_asks_ben(1).await["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        world.as_user("ben").await.gql(&sandbox_own, &[("item", &sandbox_item)]).await.refusal(),
        "UNKNOWN_FIELD client"
    );
}
