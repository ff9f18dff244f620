//! Seeing whose account it is before a grant counts (REC-3).

use chrono::TimeDelta;
use kit::{Browser, DECLINE, Northwind};
use serde_json::{Value, json};

const START: &str = "mutation($item: ID!) { startAuthorization(input: {itemId: $item, method: \"oauth\", confirmAccount: true}) { url } }";
const SUBMIT: &str = "mutation($item: ID!, $key: String!) { submitCredential(input: {itemId: $item, method: \"api_key\", fields: [{name: \"key\", value: $key}], confirmAccount: true}) { item { state waitingAccount { account { label } } } } }";
const CONFIRM: &str = "mutation($item: ID!) { confirmAccount(input: {itemId: $item}) { item { state waitingAccount { expiresAt } credential { account { label } } } } }";
const REJECT: &str = "mutation($item: ID!) { rejectAccount(input: {itemId: $item}) { item { state waitingAccount { expiresAt } attempts { reason } } } }";
const ITEM: &str = "query($id: ID!) { node(id: $id) { ... on RequestItem { state waitingAccount { account { label } } credential { version account { label } } revocation { outcome } attempts { reason } } } }";

struct Asked {
    world: Northwind,
    ben: Browser,
    item: String,
    id: String,
}

async fn asked() -> Asked {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let ben = world.as_user("ben").await;
    Asked { ben, item: text(&request["items"][0]["id"]), id: text(&request["id"]), world }
}

impl Asked {
    /// Goes through the sandbox as one of its two accounts.
    async fn sign_in(&self, account: &str) {
        let started = self.ben.gql(START, &[("item", &self.item)]).await.ok();
        let at =
            url::Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
        let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
        let mut form = vec![("decision", "allow"), ("account", account), ("granted", "contacts:read")];
        form.extend(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let answer = self.ben.send(self.ben.request(reqwest::Method::POST, at.as_str()).form(&form)).await;
        let page = self.ben.get(answer.headers()["location"].to_str().expect("an address")).await;
        assert_eq!(page.status(), 200);
        assert!(page.text().await.expect("a page").contains("Almost done"));
    }

    async fn seen_by(&self, who: &Browser) -> Value {
        who.gql(ITEM, &[("id", &self.item)]).await.ok()["node"].clone()
    }

    async fn decide(&self, how: &str) -> kit::Answer {
        self.ben.gql(how, &[("item", &self.item)]).await
    }
}

/// REC-3: the account is shown to the recipient and to nobody else, and counts only once it is confirmed.
#[tokio::test]
async fn rec_3_the_account_is_seen_before_it_counts() {
    let asked = asked().await;
    assert_eq!(asked.decide(CONFIRM).await.refusal(), "INVALID_STATE");
    asked.sign_in("account-1").await;
    let waiting = asked.seen_by(&asked.ben).await;
    assert_eq!((&waiting["state"], waiting["credential"].is_null()), (&json!("PENDING"), true));
    let first = waiting["waitingAccount"]["account"]["label"].clone();
    assert!(first.is_string());
    let ana = asked.world.as_user("ana").await;
    assert_eq!(asked.seen_by(&ana).await["waitingAccount"], Value::Null);
    assert_eq!(ana.gql(CONFIRM, &[("item", &asked.item)]).await.refusal(), "FORBIDDEN");
    // The wrong one: thrown away, the app is told, and another account is taken.
    let rejected = asked.decide(REJECT).await.ok()["rejectAccount"]["item"].clone();
    assert_eq!(
        rejected,
        json!({ "state": "PENDING", "waitingAccount": null, "attempts": [{ "reason": "OTHER_ACCOUNT" }] })
    );
    asked.world.app.settle().await;
    assert_eq!(asked.seen_by(&asked.ben).await["revocation"]["outcome"], "REVOKED");
    asked.sign_in("account-2").await;
    let confirmed = asked.decide(CONFIRM).await.ok()["confirmAccount"]["item"].clone();
    assert_eq!((&confirmed["state"], confirmed["waitingAccount"].is_null()), (&json!("AUTHORIZED"), true));
    assert_ne!(confirmed["credential"]["account"]["label"], first);
    assert_eq!(asked.decide(CONFIRM).await.refusal(), "INVALID_STATE");
}

/// REC-4: what was left out at the app is told beside the question whose account it is, and is the same afterwards.
#[tokio::test]
async fn rec_4_what_was_left_out_is_told_before_it_counts() {
    const LEFT_OUT: &str = "missingPermissions { scope words modules } modulesNotCovered { id }";
    let asked = asked().await;
    let show = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on RequestItem {{ {LEFT_OUT} waitingAccount {{ {LEFT_OUT} }} }} }} }}"
    );
    let shown = || async { asked.ben.gql(&show, &[("id", &asked.item)]).await.ok()["node"].clone() };
    asked.sign_in("account-1").await;
    let before = shown().await;
    assert_eq!((&before["missingPermissions"], &before["modulesNotCovered"]), (&json!([]), &json!([])));
    let told = &before["waitingAccount"];
    let scopes: Vec<_> =
        told["missingPermissions"].as_array().expect("some").iter().map(|one| &one["scope"]).collect();
    assert_eq!(scopes, ["contacts:write", "contacts:delete"]);
    assert_ne!(told["modulesNotCovered"], json!([]));
    asked.decide(CONFIRM).await.ok();
    let after = shown().await;
    for field in ["missingPermissions", "modulesNotCovered"] {
        assert_eq!(after[field], told[field], "{field}");
    }
    // A key is granted as a whole.
    asked.ben.gql(SUBMIT, &[("item", &asked.item), ("key", sandbox::API_KEY)]).await.ok();
    assert_eq!(shown().await["waitingAccount"], json!({ "missingPermissions": [], "modulesNotCovered": [] }));
}

/// REC-3: a key waits in the same way; the running access of an authorized item goes on meanwhile.
#[tokio::test]
async fn rec_3_a_key_waits_too_and_disturbs_nothing() {
    let asked = asked().await;
    let key = [("item", asked.item.as_str()), ("key", sandbox::API_KEY)];
    let waiting = asked.ben.gql(SUBMIT, &key).await.ok()["submitCredential"]["item"].clone();
    assert_eq!(waiting["state"], "PENDING");
    assert!(waiting["waitingAccount"]["account"]["label"].is_string());
    asked.decide(CONFIRM).await.ok();
    asked.ben.gql(SUBMIT, &key).await.ok();
    let shown = asked.seen_by(&asked.ben).await;
    assert_eq!((&shown["state"], &shown["credential"]["version"]), (&json!("AUTHORIZED"), &json!(1)));
    asked.decide(CONFIRM).await.ok();
    assert_eq!(asked.seen_by(&asked.ben).await["credential"]["version"], 2);
}

/// REC-3, STATE-1: what is not confirmed in ten minutes, or whose item goes another way, is thrown away and revoked.
#[tokio::test]
async fn state_1_what_was_not_confirmed_does_not_live_on() {
    for end in ["time", "decline", "delete", "second", "leave"] {
        let asked = asked().await;
        asked.sign_in("account-1").await;
        match end {
            "time" => asked.world.app.advance(TimeDelta::minutes(10)),
            "decline" => drop(asked.ben.gql(DECLINE, &[("item", &asked.item), ("reason", "no")]).await.ok()),
            "second" => asked.sign_in("account-2").await,
            // ROLE-7: nothing of theirs stays behind.
            "leave" => {
                let leave =
                    "mutation($org: ID!) { leaveOrganization(input: {organizationId: $org}) { userId } }";
                asked.ben.gql(leave, &[("org", &asked.world.organization.to_string())]).await.ok();
                assert_eq!(asked.seen_by(&asked.ben).await["waitingAccount"], Value::Null);
            }
            _ => {
                let preview = asked.ben.gql(kit::PREVIEW, &[("id", &asked.id)]).await.ok();
                let token = preview["deletionPreview"]["confirmationToken"].as_str().expect("one").to_owned();
                asked.ben.gql(kit::DELETE, &[("id", &asked.id), ("token", &token)]).await.ok();
            }
        }
        if end == "time" {
            assert_eq!(asked.decide(CONFIRM).await.refusal(), "INVALID_STATE");
        }
        worker::schedule::sweep(&asked.world.app.service, false).await.expect("a sweep");
        asked.world.app.settle_patiently(5).await;
        if end == "delete" {
            for (table, count) in asked.world.app.service.row_counts().await.expect("counts") {
                assert_eq!(count, 0, "{table}");
            }
            continue;
        }
        let shown = asked.seen_by(&asked.ben).await;
        assert_eq!(shown["revocation"]["outcome"], "REVOKED", "{end}");
        assert_eq!(shown["waitingAccount"].is_null(), end != "second", "{end}");
        if end == "time" {
            assert_eq!(shown["attempts"][0]["reason"], "WINDOW_CLOSED");
        }
    }
}
