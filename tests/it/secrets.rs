//! No secret is anywhere but sealed (USE-4, SEC-1): the real binary at TRACE, and everything it wrote.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::clock::Clock;
use kit::{Browser, CONNECT, SUBMIT_KEY};
use serde_json::Value;

use crate::issuer::{Begun, Issuer, Key};
use crate::process::{Process, agree_at_sandbox};

/// A secret as it might leak: plain, in two kinds of base64, in hexadecimal, percent-encoded.
fn encodings(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    vec![
        secret.to_owned(),
        STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        URL_SAFE_NO_PAD.encode(secret),
        hex,
        percent,
    ]
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    found
}

pub async fn items(browser: &Browser) -> Vec<(String, String)> {
    let query = "{ receivedRequests(first: 50) { edges { node { name items { id state } } } } }";
    let answer = browser.gql(query, &[]).await.ok();
    let requests = answer["receivedRequests"]["edges"].as_array().expect("edges").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    requests
        .iter()
        .flat_map(|edge| edge["node"]["items"].as_array().expect("items").clone())
        .map(|item| (text(&item["id"]), text(&item["state"])))
        .collect()
}

#[tokio::test]
async fn use_4_no_secret_is_in_logs_files_mails_or_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start_with(folder.path(), &["demo"], &[("RUST_LOG", "trace")]).await;
    process.line_with("Ctrl-C").await;
    let (dana, ben) = (Browser::new(&process.base), Browser::new(&process.base));
    dana.get("/demo/dana").await;
    ben.get("/demo/ben").await;
    let mut secrets: Vec<String> =
        [sandbox::API_KEY, sandbox::CLIENT_SECRET, sandbox::PASSWORD, sandbox::MACHINE_CLIENT_SECRET]
            .map(str::to_owned)
            .to_vec();
    for browser in [&dana, &ben] {
        secrets.push(browser.cookie("consentry_session").expect("a session"));
    }
    let mut answers = String::new();
    let all = items(&ben).await;
    let pending: Vec<&String> =
        all.iter().filter(|(_, state)| state == "PENDING").map(|(id, _)| id).collect();
    // Every kind of secret once: key, name and password, machine client, a wrong key, OAuth.
    let submit = "mutation($input: SubmitCredentialInput!) { submitCredential(input: $input) { item { state credential { account { label } } } } }";
    for fields in [
        serde_json::json!({ "method": "basic", "fields": [{ "name": "username", "value": sandbox::USERNAME }, { "name": "password", "value": sandbox::PASSWORD }] }),
        serde_json::json!({ "method": "client_credentials", "fields": [{ "name": "client_id", "value": sandbox::MACHINE_CLIENT_ID }, { "name": "client_secret", "value": sandbox::MACHINE_CLIENT_SECRET }] }),
        serde_json::json!({ "method": "api_key", "fields": [{ "name": "key", "value": "sandbox-planted-wrong-key" }] }),
        serde_json::json!({ "method": "api_key", "fields": ["sandbox-planted-wrong-place"] }),
    ] {
        let mut input = fields;
        input["itemId"] = serde_json::json!(pending[0]);
        answers.push_str(&ben.post(submit, serde_json::json!({ "input": input })).await.json.to_string());
    }
    secrets.extend(["sandbox-planted-wrong-key", "sandbox-planted-wrong-place"].map(str::to_owned));
    answers.push_str(
        &ben.gql(SUBMIT_KEY, &[("item", pending[0]), ("key", sandbox::API_KEY)]).await.json.to_string(),
    );
    let through = agree_at_sandbox(&ben, pending[1]).await;
    answers.push_str(&through.page);
    secrets.extend([through.state, through.code]);
    let made = dana.gql(CONNECT, &[("item", pending[1])]).await.ok();
    secrets.push(made["createConnection"]["token"].as_str().expect("a token").to_owned());
    secrets.extend(of_programs(&dana, &process.base, &mut answers).await);
    answers.push_str(&ben.gql(kit::REVOKE, &[("item", pending[1])]).await.json.to_string());
    answers.push_str(&process.mails().await.iter().map(Value::to_string).collect::<String>());
    process.stop().await;
    assert!(secrets.len() >= 12);
    nowhere(&secrets, folder.path(), answers, "an app answered");
}

/// A token for a program, used over HTTP, and the OAuth client of an organization.
async fn of_programs(dana: &Browser, base: &str, answers: &mut String) -> [String; 2] {
    let made = dana
        .gql("mutation { createApiToken(input: {name: \"n\", scopes: [REQUESTS_READ]}) { token } }", &[])
        .await;
    let token = made.ok()["createApiToken"]["token"].as_str().expect("a token").to_owned();
    let program = Browser::new(base);
    let request = program.request(reqwest::Method::POST, "/graphql").bearer_auth(&token);
    let asked = request.json(&serde_json::json!({ "query": "{ viewer { apiTokens { name } name } }" }));
    answers.push_str(&program.send(asked).await.text().await.expect("an answer"));
    let viewer =
        dana.gql("{ viewer { memberships { organizationId } apiTokens { id scopes } } }", &[]).await.ok();
    let organization = viewer["viewer"]["memberships"][0]["organizationId"].as_str().expect("an id");
    let secret = "client-planted-secret".to_owned();
    let set = "mutation($org: ID!, $secret: String) { setOAuthClient(input: {organizationId: $org, app: \"hubspot\", clientId: \"c\", clientSecret: $secret}) { app } }";
    answers.push_str(&dana.gql(set, &[("org", organization), ("secret", &secret)]).await.json.to_string());
    let show = "query($org: ID!) { organization(id: $org) { oauthClients { app clientId hasSecret } auditLog { edges { node { kind payload } } } } }";
    answers.push_str(&dana.gql(show, &[("org", organization)]).await.ok().to_string());
    answers.push_str(&viewer.to_string());
    [token, secret]
}

/// Looks for secrets in everything that the process wrote and answered; `logged` is in the log.
pub fn nowhere(secrets: &[String], folder: &Path, answers: String, logged: &str) {
    let mut places = files(folder);
    places.push(("answers and mails".to_owned(), answers.into_bytes()));
    let log = std::fs::read_to_string(folder.join("stderr.log")).expect("a log");
    assert!(log.contains("TRACE") && log.contains(logged), "{log}");
    for secret in secrets {
        for encoded in encodings(secret) {
            for (name, content) in &places {
                let leaks = content.windows(encoded.len()).any(|window| window == encoded.as_bytes());
                assert!(!leaks, "{encoded} is in {name}");
            }
        }
    }
}

/// INV-4: the same for a sign-in by OpenID Connect, one that works and one that does not.
#[tokio::test]
async fn inv_4_no_secret_of_a_single_sign_on_is_in_logs_files_or_answers() {
    let (folder, issuer) = (tempfile::tempdir().expect("a folder"), Issuer::start().await);
    let settings = [
        ("RUST_LOG", "trace"),
        ("ALLOW_LOOPBACK_PROVIDERS", "true"),
        ("OIDC_ISSUER", issuer.url.as_str()),
        ("OIDC_CLIENT_ID", "consentry"),
        ("OIDC_CLIENT_SECRET", "planted-client-secret"),
    ];
    let process = Process::start_with(folder.path(), &["serve"], &settings).await;
    let (browser, key, other) = (Browser::new(&process.base), Key::es256(), Key::es256());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let mut secrets: Vec<String> =
        ["planted-client-secret", "planted-code", "planted-access"].map(str::to_owned).to_vec();
    let mut answers = String::new();
    for (key, status) in [(&other, 502), (&key, 303)] {
        let begun = Begun::begin(&browser, "/").await;
        let id_token = key.sign(Some("a"), &begun.claims_at(&Clock::System, &issuer));
        issuer.answers(&id_token);
        let page = begun.finish(&browser).await;
        assert_eq!(page.status(), status);
        answers.push_str(&page.text().await.expect("a page"));
        let verifier = issuer.script(|script| script.form["code_verifier"].clone());
        secrets.extend(id_token.split('.').map(str::to_owned));
        secrets.extend([begun.asked("state"), begun.asked("nonce"), verifier]);
    }
    for name in ["consentry_session", "consentry_single_sign_on"] {
        secrets.push(browser.cookie(name).expect("a cookie"));
    }
    process.stop().await;
    nowhere(&secrets, folder.path(), answers, "the signature of the ID token is wrong");
}
