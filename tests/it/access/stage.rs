//! The world in which one caller asks, with everything that the rows name.

use std::collections::{BTreeMap, HashMap};

use domain::actor::Actor;
use domain::policy::{OrganizationRole, TeamRole};
use domain::scope::Scope;
use kit::{Browser, CONNECT, CREATE, Northwind, Options, REMOVE, START};
use reqwest::Method;
use schema::scopes::{Needs, TABLE};
use serde_json::{Value, json};
use service::{JobFailed, NewSession};

/// How somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// With nothing.
    Anonymously,
    /// With a session.
    Signed,
    /// With a session that was ended.
    Ended,
    /// With a token that is over.
    Expired,
    /// With a token that was revoked.
    Revoked,
    /// With a token that has every scope but the one that the field needs.
    Without,
    /// With a token that has the scope that the field needs, and no other.
    With,
    /// With a token that has every scope.
    Every,
}

/// Which request the rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// `ana` asked `ben`.
    Inside,
    /// `admin` asked `mia`, who is a guest.
    Guest,
    /// `rhea`, who was removed since, asked `ben`.
    OfRemoved,
    /// `ana` asked `rob`, who was removed since.
    ToRemoved,
}

/// A column of the table.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// As the table calls them.
    pub name: &'static str,
    /// The person.
    who: &'static str,
    pub how: How,
    request: Request,
}

const fn caller(name: &'static str, who: &'static str, how: How, request: Request) -> Caller {
    Caller { name, who, how, request }
}

/// Everybody, from the least to the most.
pub const CALLERS: &[Caller] = &[
    caller("anonymous", "", How::Anonymously, Request::Inside),
    caller("ended session", "ana", How::Ended, Request::Inside),
    caller("expired token", "owner", How::Expired, Request::Inside),
    caller("revoked token", "owner", How::Revoked, Request::Inside),
    caller("stranger", "stranger", How::Signed, Request::Inside),
    caller("instance admin", "ivy", How::Signed, Request::Inside),
    caller("removed requester", "rhea", How::Signed, Request::OfRemoved),
    caller("removed recipient", "rob", How::Signed, Request::ToRemoved),
    caller("guest", "guest", How::Signed, Request::Inside),
    caller("guest recipient", "mia", How::Signed, Request::Guest),
    caller("other team", "olga", How::Signed, Request::Inside),
    caller("member", "max", How::Signed, Request::Inside),
    caller("requester", "ana", How::Signed, Request::Inside),
    caller("recipient", "ben", How::Signed, Request::Inside),
    caller("recipient's token", "ben", How::Every, Request::Inside),
    caller("team admin", "lead", How::Signed, Request::Inside),
    caller("admin", "admin", How::Signed, Request::Inside),
    caller("owner", "owner", How::Signed, Request::Inside),
    caller("owner's token without", "owner", How::Without, Request::Inside),
    caller("owner's token with", "owner", How::With, Request::Inside),
];

/// A caller in a world of their own.
pub struct Stage {
    /// The world.
    pub world: Northwind,
    /// The caller.
    pub caller: Caller,
    /// What stands in the rows in braces.
    pub words: BTreeMap<&'static str, String>,
    browser: Browser,
    /// A browser in which nobody is signed in.
    nobody: Browser,
    token: Option<String>,
    tokens: HashMap<Vec<&'static str>, String>,
    recipient: Browser,
}

fn address(who: &str) -> String {
    match who {
        "stranger" => "stranger@elsewhere.example".to_owned(),
        "ivy" => "ivy@instance.example".to_owned(),
        who => format!("{who}@northwind.example"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

async fn session(world: &Northwind, who: &str) -> NewSession {
    world.app.service.open_session(&address(who)).await.expect("a known person")
}

/// Somebody's browser; making one from another spares the set-up of a client.
async fn browser(world: &Northwind, beside: &Browser, who: &str) -> Browser {
    let browser = beside.another();
    browser.set_cookie("consentry_session", &session(world, who).await.token);
    browser
}

const SUBMIT: &str = "mutation($item: ID!, $key: String!, $confirm: Boolean!) { submitCredential(input: {itemId: $item, method: \"api_key\", fields: [{name: \"key\", value: $key}], confirmAccount: $confirm}) { item { id } } }";
const TOKEN: &str = "mutation($scopes: [ApiTokenScope!]!, $days: Int!) { createApiToken(input: {name: \"n\", scopes: $scopes, expiresInDays: $days}) { token apiToken { id } } }";
const REVOKE_TOKEN: &str = "mutation($id: ID!) { revokeApiToken(input: {apiTokenId: $id}) { apiTokenId } }";

async fn make_token(browser: &Browser, scopes: &[&str], days: u32) -> (String, String) {
    let made = browser.post(TOKEN, json!({ "scopes": scopes, "days": days })).await.ok();
    let made = &made["createApiToken"];
    (text(&made["token"]), text(&made["apiToken"]["id"]))
}

fn written(scopes: impl Iterator<Item = Scope>) -> Vec<&'static str> {
    scopes
        .map(|scope| match scope {
            Scope::RequestsRead => "REQUESTS_READ",
            Scope::RequestsWrite => "REQUESTS_WRITE",
            Scope::ConnectionsRead => "CONNECTIONS_READ",
            Scope::ConnectionsWrite => "CONNECTIONS_WRITE",
            Scope::MembersRead => "MEMBERS_READ",
            Scope::MembersWrite => "MEMBERS_WRITE",
        })
        .collect()
}

impl Stage {
    /// A fresh world in which somebody asks.
    pub async fn of(caller: Caller) -> Self {
        let settings = vec![("FEATURE_MODE".to_owned(), "manual".to_owned())];
        let world = Northwind::with(Options { settings, ..Options::default() }).await;
        let nobody = world.app.browser();
        let mut token = None;
        if caller.how == How::Expired {
            let owner = browser(&world, &nobody, "owner").await;
            token = Some(make_token(&owner, &written(Scope::ALL.iter().copied()), 1).await.0);
            world.app.advance(chrono::TimeDelta::days(1));
        }
        let mut words = BTreeMap::from([
            ("{start}", "evt_00000000000000000000000000000000".to_owned()),
            ("{key}", sandbox::API_KEY.to_owned()),
            ("{organization}", world.organization.to_string()),
            ("{team}", world.automation.to_string()),
        ]);
        enrol(&world, &mut words).await;
        organization(&world, &nobody, &mut words).await;
        let recipient = request(&world, &nobody, caller.request, &mut words).await;
        let veras = browser(&world, &nobody, "vera").await;
        words.insert("{verasSession}", session(&world, "vera").await.id.to_string());
        words.insert("{verasToken}", make_token(&veras, &["MEMBERS_READ"], 9).await.1);
        for (mine, veras) in
            [("{me}", "{vera}"), ("{mySession}", "{verasSession}"), ("{myToken}", "{verasToken}")]
        {
            words.insert(mine, words[veras].clone());
        }
        let mut own = nobody.another();
        if caller.how != How::Anonymously {
            own = browser(&world, &nobody, caller.who).await;
            let mine = session(&world, caller.who).await;
            words.insert("{me}", mine.user.to_string());
            words.insert("{mySession}", mine.id.to_string());
            words.insert("{myToken}", make_token(&own, &["MEMBERS_READ"], 9).await.1);
        }
        if caller.how == How::Signed && ["ben", "mia", "rob"].contains(&caller.who) {
            // The browser in which the sign-in at the app begins.
            let session = recipient.cookie("consentry_session").expect("a session");
            own.set_cookie("consentry_session", &session);
        }
        if caller.how == How::Ended {
            let ended = session(&world, caller.who).await;
            let actor = Actor::User { user: ended.user, session: ended.id };
            world.app.service.end_session(actor, ended.id).await.expect("ended");
            own.set_cookie("consentry_session", &ended.token);
        }
        if caller.how == How::Revoked {
            let (revoked, id) = make_token(&own, &written(Scope::ALL.iter().copied()), 9).await;
            own.gql(REVOKE_TOKEN, &[("id", &id)]).await.ok();
            token = Some(revoked);
        }
        Self { world, caller, words, browser: own, nobody, token, tokens: HashMap::new(), recipient }
    }

    /// Takes the token in hand with which the caller comes to a root field.
    pub async fn come_to(&mut self, field: &str, document: &str) {
        let needs = TABLE.iter().find(|(name, _)| *name == field).map(|(_, needs)| *needs);
        let needed = match needs {
            Some(Needs::Scope(scope)) => Some(scope),
            // `node` needs what its thing needs.
            _ if field == "node" && document.contains("{connection}") => Some(Scope::ConnectionsRead),
            _ if field == "node"
                && ["{request}", "{item}", "{pending}", "{waiting}"]
                    .iter()
                    .any(|word| document.contains(word)) =>
            {
                Some(Scope::RequestsRead)
            }
            _ => None,
        };
        let all = Scope::ALL.iter().copied();
        let scopes = match (self.caller.how, needed) {
            (How::Every | How::With, None) | (How::Every, Some(_)) => written(all),
            (How::Without, needed) => written(all.filter(|scope| Some(*scope) != needed)),
            (How::With, Some(scope)) => written(std::iter::once(scope)),
            _ => return,
        };
        if !self.tokens.contains_key(&scopes) {
            let token = make_token(&self.browser, &scopes, 9).await.0;
            self.tokens.insert(scopes.clone(), token);
        }
        self.token = Some(self.tokens[&scopes].clone());
        // Its first use is written down; what comes after is not.
        self.ask("{ __typename }").await;
    }

    /// A request of the caller, with session or token.
    pub fn call(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        match (&self.token, self.caller.how) {
            (Some(token), How::Expired | How::Revoked | How::Without | How::With | How::Every) => {
                self.nobody.request(method, target).header("authorization", format!("Bearer {token}"))
            }
            _ => self.browser.request(method, target),
        }
    }

    /// The answer to a document, in which words are filled in.
    pub async fn ask(&self, document: &str) -> Value {
        let request = self.call(Method::POST, "/graphql").json(&json!({ "query": self.filled(document) }));
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// The first answer to a subscription.
    pub async fn follow(&self, document: &str) -> Value {
        let request = self.call(Method::POST, "/graphql").header("accept", "text/event-stream");
        let body = json!({ "query": self.filled(document) });
        let mut response = request.json(&body).send().await.expect("an answer");
        let mut text = String::new();
        while let Some(chunk) = response.chunk().await.expect("a chunk") {
            text.push_str(&String::from_utf8_lossy(&chunk));
            // What keeps an idle stream open.
            assert!(!text.starts_with(':'), "neither a change nor a refusal: {document}");
            let event = text.split_once("data: {").and_then(|(_, rest)| rest.split_once("\n\n"));
            if let Some((data, _)) = event {
                return serde_json::from_str(&format!("{{{data}")).expect("JSON");
            }
        }
        // Refused before there was a stream.
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("an event in {text:?}"))
    }

    fn filled(&self, document: &str) -> String {
        self.words.iter().fold(document.to_owned(), |text, (word, value)| text.replace(word, value))
    }

    /// Fills in the caller's own confirmation of a deletion, where they get one.
    pub async fn confirm(&mut self) {
        let preview = "{ deletionPreview(requestId: \"{request}\") { confirmationToken } }";
        let answer = match self.caller.how {
            How::Anonymously | How::Ended => Value::Null,
            _ => self.browser.post(&self.filled(preview), json!({})).await.json,
        };
        let token = answer["data"]["deletionPreview"]["confirmationToken"].as_str().unwrap_or("none");
        self.words.insert("{confirmation}", token.to_owned());
    }

    /// Lets the recipient sign in at the app, up to the way back, which the caller then takes.
    pub async fn sign_in_at_the_app(&self) -> String {
        let Some(item) = self.words.get("{pending}") else { panic!("an item waits") };
        let started = self.recipient.gql(START, &[("item", item)]).await.ok();
        let at = url::Url::parse(&text(&started["startAuthorization"]["url"])).expect("a URL");
        let query: HashMap<_, _> = at.query_pairs().into_owned().collect();
        let mut form = vec![("decision", "allow"), ("account", "account-1"), ("granted", "contacts:read")];
        form.extend(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let request = self.recipient.request(Method::POST, at.as_str()).form(&form);
        let answer = self.recipient.send(request).await;
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }
}

/// More people than the kit has: `max` and `vera` work in the team, `mia` is a guest of it, `ivy` administers the
/// instance and belongs nowhere near; `rhea` and `rob` will be removed.
async fn enrol(world: &Northwind, words: &mut BTreeMap<&'static str, String>) {
    let (service, team) = (&world.app.service, world.automation);
    for who in ["max", "vera", "rhea", "rob"] {
        let teams = [(team, TeamRole::Member)];
        let name = format!("{who} Northwind");
        service
            .enrol(&address(who), &name, world.organization, OrganizationRole::Member, &teams)
            .await
            .expect("a person");
    }
    let teams = [(team, TeamRole::Guest)];
    service
        .enrol(&address("mia"), "Mia Berg", world.organization, OrganizationRole::Guest, &teams)
        .await
        .expect("a person");
    let instance = service.found_organization("Instance").await.expect("an organization");
    service.enrol(&address("ivy"), "Ivy", instance, OrganizationRole::Member, &[]).await.expect("a person");
    service.appoint_instance_admin(&address("ivy")).await.expect("appointed");
    let ivy = session(world, "ivy").await;
    let ivy = Actor::User { user: ivy.user, session: ivy.id };
    for who in ["ana", "lead", "admin", "owner", "rhea"] {
        let user = session(world, who).await.user;
        service.set_feature(ivy, user, true).await.expect("switched on");
    }
    for (word, who) in [("{vera}", "vera"), ("{olga}", "olga")] {
        words.insert(word, session(world, who).await.user.to_string());
    }
}

/// Gives up the one job that waits: the mail of the invitation.
async fn given_up(world: &Northwind) -> String {
    let service = &world.app.service;
    let waiting = service.claim_due_jobs().await.expect("claimed");
    let [(id, dispatch)] = waiting[..] else { panic!("one job waits: {waiting:?}") };
    let run = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
    let failed = JobFailed { error: "refused".to_owned(), for_good: true, retry_after: None };
    service.job_failed(&run, &failed).await.expect("recorded");
    id.to_string()
}

/// What the organization has: an OAuth client, an invitation, an application.
async fn organization(world: &Northwind, nobody: &Browser, words: &mut BTreeMap<&'static str, String>) {
    let admin = browser(world, nobody, "admin").await;
    let org = world.organization.to_string();
    let set = "mutation($org: ID!, $id: String!, $secret: String!) { setOAuthClient(input: {organizationId: $org, app: \"sandbox\", clientId: $id, clientSecret: $secret}) { app } }";
    let client = [("org", org.as_str()), ("id", sandbox::CLIENT_ID), ("secret", sandbox::CLIENT_SECRET)];
    admin.gql(set, &client).await.ok();
    let invite = "mutation($org: ID!) { inviteMember(input: {organizationId: $org, email: \"nora@northwind.example\", name: \"Nora\", role: MEMBER}) { invitationId } }";
    let invited = admin.gql(invite, &[("org", &org)]).await.ok();
    words.insert("{invitation}", text(&invited["inviteMember"]["invitationId"]));
    words.insert("{deadJob}", given_up(world).await);
    let apply = "mutation { applyForFeature(input: {company: \"c\", reason: \"r\"}) { application { id } } }";
    let applied = browser(world, nobody, "olga").await.gql(apply, &[]).await.ok();
    words.insert("{application}", text(&applied["applyForFeature"]["application"]["id"]));
}

/// Sends the request that the rows are about: its first item is authorized and in use, the second waits, and the
/// third has an account that waits to be confirmed. Returns the recipient's browser.
async fn request(
    world: &Northwind,
    nobody: &Browser,
    which: Request,
    words: &mut BTreeMap<&'static str, String>,
) -> Browser {
    let (from, to) = match which {
        Request::Inside => ("ana", "ben"),
        Request::Guest => ("admin", "mia"),
        Request::OfRemoved => ("rhea", "ben"),
        Request::ToRemoved => ("ana", "rob"),
    };
    let (sender, recipient) = (browser(world, nobody, from).await, browser(world, nobody, to).await);
    let users = (session(world, from).await.user.to_string(), session(world, to).await.user.to_string());
    let draft = world.draft(json!({ "member": users.1 }), 3);
    let sent =
        sender.post(CREATE, json!({ "input": draft })).await.ok()["createCredentialRequest"]["request"]
            .clone();
    world.app.settle().await;
    words.insert("{request}", text(&sent["id"]));
    for (index, word) in ["{item}", "{pending}", "{waiting}"].into_iter().enumerate() {
        words.insert(word, text(&sent["items"][index]["id"]));
    }
    for (word, confirm) in [("{item}", false), ("{waiting}", true)] {
        let variables = json!({ "item": words[word], "key": sandbox::API_KEY, "confirm": confirm });
        recipient.post(SUBMIT, variables).await.ok();
    }
    let made = sender.gql(CONNECT, &[("item", &words["{item}"])]).await.ok();
    words.insert("{connection}", text(&made["createConnection"]["connection"]["id"]));
    let mail = world.app.mail_to(&address(to)).await;
    let link = mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1;
    words.insert("{link}", link.to_owned());
    let removed = match which {
        Request::OfRemoved => users.0,
        Request::ToRemoved => users.1,
        Request::Inside | Request::Guest => return recipient,
    };
    let org = world.organization.to_string();
    let admin = browser(world, nobody, "admin").await;
    admin.gql(REMOVE, &[("org", &org), ("user", &removed)]).await.ok();
    recipient
}
