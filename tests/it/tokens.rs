//! Tokens of programs (INV-5), and OAuth clients of organizations.

use chrono::TimeDelta;
use kit::{Browser, CREATE, Northwind, SHOW};
use serde_json::{Value, json};

const MAKE: &str = "mutation($scopes: [ApiTokenScope!]!, $days: Int! = 90) { createApiToken(input: {name: \"Nightly\", scopes: $scopes, expiresInDays: $days}) { token apiToken { id scopes expiresAt lastUsedAt } } }";
const REVOKE_TOKEN: &str = "mutation($id: ID!) { revokeApiToken(input: {apiTokenId: $id}) { apiTokenId } }";

struct Program<'a> {
    world: &'a Northwind,
    token: String,
    id: String,
}

impl<'a> Program<'a> {
    async fn of(world: &'a Northwind, who: &str, scopes: &[&str]) -> Self {
        let made = world.as_user(who).await.post(MAKE, json!({ "scopes": scopes })).await.ok();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let made = &made["createApiToken"];
        Self { world, token: text(&made["token"]), id: text(&made["apiToken"]["id"]) }
    }

    async fn ask(&self, query: &str, variables: Value) -> (u16, Value) {
        let browser = self.world.app.browser();
        let request = browser.request(reqwest::Method::POST, "/graphql");
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let response = browser.send(request.json(&json!({ "query": query, "variables": variables }))).await;
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    async fn code(&self, query: &str, variables: Value) -> String {
        let (_, answer) = self.ask(query, variables).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("ok").to_owned()
    }
}

/// INV-5, INV-2: what a link tells the person whom it is for, no token of theirs reads, whatever its scopes.
#[tokio::test]
async fn inv_5_a_token_reads_no_more_of_a_link_than_anybody() {
    let world = Northwind::start().await;
    world.ana_asks_ben(1).await;
    let mail = world.app.mail_to("ben@northwind.example").await;
    let link = mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1;
    let ask = "query($link: String!) { invitation(link: $link) { organizationName requestId requestName inviterName inviterEmail teamName } }";
    let ben = world.as_user("ben").await.gql(ask, &[("link", link)]).await.ok()["invitation"].clone();
    assert_eq!(ben["teamName"], "Automation");
    let program = Program::of(&world, "ben", &["MEMBERS_WRITE"]).await;
    let (_, answer) = program.ask(ask, json!({ "link": link })).await;
    let hidden = json!({
        "organizationName": "Northwind", "requestId": null, "requestName": null, "inviterName": null,
        "inviterEmail": null, "teamName": null,
    });
    assert_eq!(answer["data"]["invitation"], hidden);
}

/// INV-5, SEC-4: the log tells a program that may read members who did what to whom, and names of requests, of their
/// apps and recipients only where it may read requests, too.
#[tokio::test]
async fn inv_5_the_log_names_requests_to_who_may_read_them() {
    let world = Northwind::start().await;
    world.ana_asks_ben(1).await;
    let (org, ben) = (world.organization.to_string(), world.user_id("ben").await);
    let role = "mutation($org: ID!, $user: ID!) { setMemberRole(input: {organizationId: $org, userId: $user, role: ADMIN}) { userId } }";
    world.as_user("owner").await.gql(role, &[("org", &org), ("user", &ben)]).await.ok();
    let log = "query($org: ID!) { organization(id: $org) { auditLog(first: 2) { edges { node { kind person { name } subject { name } teamName requestName } } } } }";
    for (scopes, subject, name) in [
        (&["MEMBERS_READ"][..], Value::Null, false),
        (&["MEMBERS_READ", "REQUESTS_READ"][..], json!({ "name": "Ben Ito" }), true),
    ] {
        let program = Program::of(&world, "admin", scopes).await;
        let (_, answer) = program.ask(log, json!({ "org": org })).await;
        let edges = &answer["data"]["organization"]["auditLog"]["edges"];
        let (set, created) = (&edges[0]["node"], &edges[1]["node"]);
        assert_eq!((&set["kind"], &set["subject"]["name"]), (&json!("MEMBER_ROLE_SET"), &json!("Ben Ito")));
        assert_eq!((&created["kind"], &created["subject"]), (&json!("REQUEST_CREATED"), &subject));
        assert_eq!(created["person"]["name"], "Ana Lopez");
        assert_eq!(created["teamName"], "Automation");
        assert_eq!(created["requestName"].is_string(), name, "{created}");
    }
}

/// INV-5: a token acts within its scopes and its owner's rights, and nothing else.
#[tokio::test]
async fn inv_5_a_token_acts_within_its_scopes() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (id, item) = (request["id"].clone(), request["items"][0]["id"].clone());
    let reader = Program::of(&world, "ana", &["REQUESTS_READ"]).await;
    assert!(reader.token.starts_with("cst_") && reader.token.len() > 40);
    assert_eq!(reader.code(SHOW, json!({ "id": id })).await, "ok");
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    assert_eq!(reader.code(CREATE, json!({ "input": input })).await, "INSUFFICIENT_SCOPE");
    assert_eq!(reader.code(kit::PREVIEW, json!({ "id": id })).await, "INSUFFICIENT_SCOPE");
    let connections = "query($team: ID!) { connections(teamId: $team) { totalCount } }";
    let team = json!({ "team": world.automation.to_string() });
    assert_eq!(reader.code(connections, team.clone()).await, "INSUFFICIENT_SCOPE");
    assert_eq!(reader.code("{ viewer { name } }", json!({})).await, "ok");
    for personal in ["{ viewer { apiTokens { id } } }", "{ viewer { sessions { id } } }"] {
        assert_ne!(reader.code(personal, json!({})).await, "ok", "{personal}");
    }
    let writer = Program::of(&world, "ana", &["REQUESTS_WRITE", "CONNECTIONS_READ"]).await;
    assert_eq!(writer.code(CREATE, json!({ "input": input })).await, "ok");
    assert_eq!(writer.code(connections, team).await, "ok");
    assert_eq!(writer.code(SHOW, json!({ "id": id })).await, "INSUFFICIENT_SCOPE");
    // Consent is for people: no token answers, whoever's it is.
    let bens = Program::of(
        &world,
        "ben",
        &["REQUESTS_READ", "REQUESTS_WRITE", "CONNECTIONS_WRITE", "MEMBERS_WRITE"],
    )
    .await;
    let key = json!({ "item": item, "key": sandbox::API_KEY });
    for (query, variables) in [
        (kit::SUBMIT_KEY, key),
        (kit::START, json!({ "item": item })),
        (kit::DECLINE, json!({ "item": item, "reason": "no" })),
        (kit::REVOKE, json!({ "item": item })),
        (MAKE, json!({ "scopes": ["MEMBERS_WRITE"] })),
    ] {
        assert_eq!(bens.code(query, variables).await, "INSUFFICIENT_SCOPE", "{query}");
    }
    // And never more than its owner may.
    let stranger = Program::of(&world, "stranger", &["REQUESTS_READ"]).await;
    assert_eq!(stranger.code(SHOW, json!({ "id": id })).await, "NOT_FOUND");
}

/// INV-5: a wrong, a revoked and an expired token open nothing, and a program does not go on as nobody.
#[tokio::test]
async fn inv_5_wrong_revoked_and_expired_tokens_open_nothing() {
    let world = Northwind::start().await;
    let program = Program::of(&world, "ana", &["REQUESTS_READ"]).await;
    let viewer = "{ viewer { name } }";
    assert_eq!(program.ask(viewer, json!({})).await.0, 200);
    let ana = world.as_user("ana").await;
    let list = "{ viewer { apiTokens { id lastUsedAt scopes } } }";
    let listed = ana.gql(list, &[]).await.ok()["viewer"]["apiTokens"].clone();
    assert!(!listed[0]["lastUsedAt"].is_null());
    assert!(!listed.to_string().contains(&program.token));
    for wrong in ["cst_x", "", "csc_x"] {
        let other = Program { world: &world, token: wrong.to_owned(), id: String::new() };
        assert_eq!(other.ask(viewer, json!({})).await.0, 401, "{wrong}");
    }
    assert_eq!(
        world.as_user("ben").await.gql(REVOKE_TOKEN, &[("id", &program.id)]).await.refusal(),
        "NOT_FOUND"
    );
    ana.gql(REVOKE_TOKEN, &[("id", &program.id)]).await.ok();
    assert_eq!(program.ask(viewer, json!({})).await.0, 401);
    let short = ana.post(MAKE, json!({ "scopes": ["REQUESTS_READ"], "days": 1 })).await.ok();
    let token = short["createApiToken"]["token"].as_str().expect("a token").to_owned();
    let short = Program { world: &world, token, id: String::new() };
    assert_eq!(short.ask(viewer, json!({})).await.0, 200);
    world.app.advance(TimeDelta::days(1));
    assert_eq!(short.ask(viewer, json!({})).await.0, 401);
    let bad = ana.post(MAKE, json!({ "scopes": [], "days": 400 })).await.refusals();
    assert_eq!(bad, ["REQUIRED scopes", "OUT_OF_RANGE expiresInDays"]);
}

/// INV-5, SEC-1: neither the token nor the secret of an organization's client lies in the database.
#[tokio::test]
async fn sec_1_tokens_and_client_secrets_are_not_stored_in_the_clear() {
    let world = Northwind::start().await;
    let program = Program::of(&world, "ana", &["REQUESTS_READ"]).await;
    set_client(&world, "admin", "PLANTED-client-secret").await.ok();
    let file = world.app.stored().await;
    for secret in [program.token.as_bytes(), b"PLANTED-client-secret"] {
        assert!(!file.windows(secret.len()).any(|window| window == secret));
    }
}

async fn set_client(world: &Northwind, who: &str, secret: &str) -> kit::Answer {
    let set = "mutation($org: ID!, $app: String!, $secret: String) { setOAuthClient(input: {organizationId: $org, app: $app, clientId: \"northwind-client\", clientSecret: $secret}) { app } }";
    let org = world.organization.to_string();
    world.as_user(who).await.gql(set, &[("org", &org), ("app", "sandbox"), ("secret", secret)]).await
}

async fn client_id(ben: &Browser, item: &str) -> String {
    let started = ben.gql(kit::START, &[("item", item)]).await.ok();
    let url = url::Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
    url.query_pairs().find(|(name, _)| name == "client_id").expect("a client").1.into_owned()
}

/// Whether a way to HubSpot is there, and who brings its client, as `who` is told.
async fn way(who: &Browser, query: &str, id: &str, pointer: &str) -> (bool, String) {
    let answer = who.gql(query, &[("id", id)]).await.ok();
    let methods = answer.pointer(pointer).expect("methods").as_array().expect("a list").clone();
    let way = methods.iter().find(|method| method["kind"] == "OAUTH2_CODE").expect("a sign-in").clone();
    (way["available"] == true, way["ownClient"].as_str().expect("a rule").to_owned())
}

/// REC-2: where neither the instance nor the organization that asks has a client, a recipient has to bring one, and is
/// told so; where there is one, not.
#[tokio::test]
async fn rec_2_recipients_bring_a_client_only_where_there_is_none() {
    let world = Northwind::start().await;
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    input["items"][0] = json!({ "app": "hubspot", "modules": { "all": true } });
    let sent = world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    let id = sent["createCredentialRequest"]["request"]["id"].as_str().expect("an id").to_owned();
    let asked = "query($id: ID!) { request(id: $id) { items { appVersion { methods { kind available ownClient } } } } }";
    let listed = "query($id: String!) { app(id: $id) { versions { methods { kind available ownClient } } } }";
    let told = async |name: &str| {
        way(&world.as_user(name).await, listed, "hubspot", "/app/versions/0/methods").await
    };
    let ben = world.as_user("ben").await;
    let of_request = async || way(&ben, asked, &id, "/request/items/0/appVersion/methods").await;
    let (brings, spared) = ((true, "REQUIRED".to_owned()), (true, "OPTIONAL".to_owned()));
    assert_eq!((of_request().await, told("ana").await), (brings.clone(), brings.clone()));
    let set = "mutation($org: ID!) { setOAuthClient(input: {organizationId: $org, app: \"hubspot\", clientId: \"c\", clientSecret: \"s\"}) { app } }";
    world.as_user("admin").await.gql(set, &[("org", &world.organization.to_string())]).await.ok();
    assert_eq!((of_request().await, told("ana").await), (spared.clone(), spared));
    assert_eq!(told("stranger").await, brings, "of another organization");
}

/// REC-2: recipients sign in with the organization's client where it has one, else with the instance's; only
/// admins set it, and nobody reads its secret.
#[tokio::test]
async fn rec_2_an_organization_brings_its_own_client() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let item = request["items"][0]["id"].as_str().expect("an id");
    let ben = world.as_user("ben").await;
    assert_eq!(client_id(&ben, item).await, sandbox::CLIENT_ID);
    for (who, refusal) in
        [("ana", "FORBIDDEN"), ("lead", "FORBIDDEN"), ("guest", "FORBIDDEN"), ("stranger", "NOT_FOUND")]
    {
        assert_eq!(set_client(&world, who, "s").await.refusal(), refusal, "{who}");
    }
    set_client(&world, "admin", "one").await.ok();
    set_client(&world, "admin", "two").await.ok();
    assert_eq!(client_id(&ben, item).await, "northwind-client");
    let list = "query($org: ID!) { organization(id: $org) { oauthClients { app clientId hasSecret } } }";
    let org = world.organization.to_string();
    let listed =
        world.as_user("admin").await.gql(list, &[("org", &org)]).await.ok()["organization"]["oauthClients"]
            .clone();
    assert_eq!(listed, json!([{ "app": "sandbox", "clientId": "northwind-client", "hasSecret": true }]));
    let remove =
        "mutation($org: ID!) { removeOAuthClient(input: {organizationId: $org, app: \"sandbox\"}) { app } }";
    world.as_user("admin").await.gql(remove, &[("org", &org)]).await.ok();
    assert_eq!(client_id(&ben, item).await, sandbox::CLIENT_ID);
    assert_eq!(world.as_user("admin").await.gql(remove, &[("org", &org)]).await.refusal(), "NOT_FOUND");
    let bad = "mutation($org: ID!) { setOAuthClient(input: {organizationId: $org, app: \"openai\", clientId: \"\", clientSecret: \"\"}) { app } }";
    assert_eq!(
        world.as_user("admin").await.gql(bad, &[("org", &org)]).await.refusals(),
        ["UNKNOWN_METHOD app", "REQUIRED clientId", "REQUIRED clientSecret"]
    );
}

/// INV-5, HEALTH-5: a token that watches connections reads state and reason, and not what people wrote; where its
/// owner belongs is for `members:read`.
#[tokio::test]
async fn inv_5_each_scope_reads_its_own_part() {
    let world = Northwind::start().await;
    let ben = world.user_id("ben").await;
    let mut draft = world.draft(json!({ "member": ben }), 1);
    draft["items"][0]["note"] = "PLANTED-note".into();
    let ana = world.as_user("ana").await;
    let sent = ana.post(CREATE, json!({ "input": draft })).await.ok();
    let item = &sent["createCredentialRequest"]["request"]["items"][0]["id"];
    let key = json!({ "item": item, "key": sandbox::API_KEY });
    world.as_user("ben").await.post(kit::SUBMIT_KEY, key).await.ok();
    let monitor = Program::of(&world, "ana", &["CONNECTIONS_READ"]).await;
    let both = Program::of(&world, "ana", &["CONNECTIONS_READ", "REQUESTS_READ"]).await;
    let team = json!({ "team": world.automation.to_string() });
    let list = |fields: &str| {
        format!("query($team: ID!) {{ credentials(teamId: $team) {{ edges {{ node {{ {fields} }} }} }} }}")
    };
    let health =
        list("state invalidReason revokeReason connectionName credential { expiresAt account { label } }");
    assert_eq!(monitor.code(&health, team.clone()).await, "ok");
    for written in ["note", "declineReason", "attempts { detail }", "waitingAccount { expiresAt }"] {
        let (_, answer) = monitor.ask(&list(written), team.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INSUFFICIENT_SCOPE", "{written}");
        assert!(!answer.to_string().contains("PLANTED"), "{written}");
        assert_eq!(both.code(&list(written), team.clone()).await, "ok", "{written}");
    }
    let mine = "{ viewer { name memberships { organizationName } } }";
    assert_eq!(both.code(mine, json!({})).await, "INSUFFICIENT_SCOPE");
    assert_eq!(Program::of(&world, "ana", &["MEMBERS_READ"]).await.code(mine, json!({})).await, "ok");
}
