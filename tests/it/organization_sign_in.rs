//! Signing in by the OpenID provider of an organization (INV-4): what works, and who manages it.

use kit::node::Part;
use kit::{Answer, Browser, Northwind, Options};
use serde_json::{Value, json};

use crate::issuer::{Begun, Issuer, Key, location, viewer};
use crate::single_sign_on::{control, go_through};

const SET: &str = "mutation($org: ID!, $issuer: String!) { setSingleSignOn(input: {organizationId: $org, issuer: $issuer, clientId: \"consentry\", clientSecret: \"planted secret\", name: \"North & wind\"}) { organizationId } }";
const CLAIM: &str = "mutation($org: ID!, $domain: String!) { claimMailDomain(input: {organizationId: $org, domain: $domain}) { mailDomainId } }";
const REVIEW: &str = "mutation($id: ID!, $confirm: Boolean!, $refusal: String) { reviewMailDomain(input: {mailDomainId: $id, confirm: $confirm, refusal: $refusal}) { mailDomainId } }";
const RELEASE: &str = "mutation($id: ID!) { releaseMailDomain(input: {mailDomainId: $id}) { mailDomainId } }";
const REMOVE: &str =
    "mutation($org: ID!) { removeSingleSignOn(input: {organizationId: $org}) { organizationId } }";
const WAY: &str = "query($email: String!) { singleSignOn(email: $email) { name url } }";
const SHOW: &str = "query($org: ID!) { organization(id: $org) { signIn { redirectUri provider { name issuer clientId changedAt } mailDomains { id domain state refusal decidedAt } } } }";

pub async fn set_issuer(owner: &Browser, org: &str, issuer: &str) -> Answer {
    owner.gql(SET, &[("org", org), ("issuer", issuer)]).await
}

/// Claims a domain; returns the id of the claim.
pub async fn claim(owner: &Browser, org: &str, domain: &str) -> String {
    let claimed = owner.gql(CLAIM, &[("org", org), ("domain", domain)]).await.ok();
    claimed["claimMailDomain"]["mailDomainId"].as_str().expect("an id").to_owned()
}

/// Confirms a claim, or refuses it with a reason.
pub async fn review(admin: &Browser, id: &str, refusal: Option<&str>) -> Answer {
    admin.post(REVIEW, json!({ "id": id, "confirm": refusal.is_none(), "refusal": refusal })).await
}

pub async fn release(owner: &Browser, id: &str) -> Answer {
    owner.gql(RELEASE, &[("id", id)]).await
}

pub async fn remove_issuer(owner: &Browser, org: &str) -> Answer {
    owner.gql(REMOVE, &[("org", org)]).await
}

/// The way in that an address is told.
pub async fn way_of(world: &Northwind, email: &str) -> Value {
    world.app.browser().gql(WAY, &[("email", email)]).await.ok()["singleSignOn"].clone()
}

/// Two organizations with owners, and `ivy`, who administers the instance and is of the first one's domain.
pub struct Two {
    pub world: Northwind,
    pub org: String,
    pub owner: Browser,
    pub elsewhere: String,
    pub stranger: Browser,
    pub ivy: Browser,
}

impl Two {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let world = Northwind::with(Options { settings: settings.collect(), ..Options::default() }).await;
        let (owner, stranger) = (world.as_user("owner").await, world.as_user("stranger").await);
        let service = &world.app.service;
        let member = domain::policy::OrganizationRole::Member;
        service
            .enrol("ivy@northwind.example", "Ivy", world.organization, member, &[])
            .await
            .expect("a person");
        service.appoint_instance_admin("ivy@northwind.example").await.expect("appointed");
        let ivy = world.as_user("ivy").await;
        let mine = "{ viewer { memberships { organizationId } } }";
        let mine = stranger.gql(mine, &[]).await.ok()["viewer"]["memberships"][0]["organizationId"].clone();
        let elsewhere = mine.as_str().expect("an id").to_owned();
        let org = world.organization.to_string();
        Self { world, org, owner, elsewhere, stranger, ivy }
    }

    /// The first organization has a provider and the confirmed domain `northwind.example`; returns the provider,
    /// its key, and the claim.
    pub async fn furnish(&self) -> (Issuer, Key, String) {
        let (issuer, key) = (Issuer::start().await, Key::es256());
        issuer.script(|script| script.keys = vec![key.published("a")]);
        set_issuer(&self.owner, &self.org, &issuer.url).await.ok();
        let claimed = claim(&self.owner, &self.org, "northwind.example").await;
        review(&self.ivy, &claimed, None).await.ok();
        (issuer, key, claimed)
    }

    pub async fn begin(&self, browser: &Browser) -> Begun {
        Begun::begin_at(browser, "/sign-in/oidc/northwind.example?return=/graphiql").await
    }

    /// Claims of a token for an address.
    pub fn claims(&self, begun: &Begun, issuer: &Issuer, email: &str) -> Value {
        let mut claims = begun.claims(&self.world.app, issuer);
        claims["email"] = email.into();
        claims
    }

    /// What its admins see of the organization's sign-in.
    pub async fn shown(&self) -> Value {
        let admin = self.world.as_user("admin").await;
        admin.gql(SHOW, &[("org", &self.org)]).await.ok()["organization"]["signIn"].clone()
    }
}

/// INV-4: the whole way by a server that nobody here wrote. Who is new has an account and belongs nowhere.
#[tokio::test]
async fn inv_4_a_real_server_of_an_organization_signs_its_people_in() {
    let client = json!({ "client_id": "consentry", "client_secret": "planted secret", "redirect_uris": ["http://127.0.0.1/callback"], "grant_types": ["authorization_code"] });
    let part = Part::start("oidc.mjs", &json!({ "clients": [client] })).await;
    let issuer = part.ready["issuer"].as_str().expect("an address");
    let two = Two::start(&[]).await;
    let app = &two.world.app;
    app.advance(domain::clock::Clock::System.now() - app.clock.now());
    // The sessions are older than that.
    let (owner, ivy) = (two.world.as_user("owner").await, two.world.as_user("ivy").await);
    set_issuer(&owner, &two.org, issuer).await.ok();
    let claimed = claim(&owner, &two.org, "Example.com").await;
    assert_eq!(way_of(&two.world, "ana@example.com").await, Value::Null, "nobody has confirmed it");
    review(&ivy, &claimed, None).await.ok();
    let shown = two.shown().await;
    let redirect_uri = format!("{}/sign-in/oidc/callback/{}", app.base, two.org);
    assert_eq!(shown["redirectUri"], redirect_uri.as_str());
    control(&part, json!({ "redirect_uris": { "consentry": [redirect_uri] } })).await;

    let way = way_of(&two.world, "ANA@example.com").await;
    assert_eq!(
        way,
        json!({ "name": "North & wind", "url": format!("{}/sign-in/oidc/example.com", app.base) })
    );
    let page = way["url"].as_str().expect("an address");
    let browser = app.browser();
    let back = go_through(app, &part, &browser, page).await;
    assert_eq!((back.status().as_u16(), location(&back).as_str()), (303, "/graphiql"));
    assert_eq!(viewer(&browser).await, json!({ "email": "ana@example.com", "name": "ana" }));
    let mine = browser.gql("{ viewer { memberships { role } isInstanceAdmin } }", &[]).await.ok();
    assert_eq!(mine, json!({ "viewer": { "memberships": [], "isInstanceAdmin": false } }));
    // The account is the one that a mailed code opens too: codes go on.
    let id = "{ viewer { id } }";
    let by_code = app.sign_in("ana@example.com").await.gql(id, &[]).await.ok();
    assert_eq!(by_code, browser.gql(id, &[]).await.ok());
    // Whom the server does not confirm, nobody signs in.
    control(&part, json!({ "consent": false })).await;
    let other = app.browser();
    assert_eq!(go_through(app, &part, &other, page).await.status(), 400);
    assert_eq!(viewer(&other).await, Value::Null);
}

/// INV-4: the way in is told by the domain alone, and nothing of who is known.
#[tokio::test]
async fn inv_4_the_way_in_tells_nothing_of_people() {
    let two = Two::start(&[]).await;
    let before = way_of(&two.world, "ana@northwind.example").await;
    assert_eq!((before, way_of(&two.world, "no@northwind.example").await), (Value::Null, Value::Null));
    two.furnish().await;
    let known = way_of(&two.world, "ana@northwind.example").await;
    assert!(known.is_object());
    assert_eq!(known, way_of(&two.world, "nobody@northwind.example").await);
    for other in ["stranger@elsewhere.example", "a@eu.northwind.example", "a@xnorthwind.example"] {
        assert_eq!(way_of(&two.world, other).await, Value::Null, "{other}");
    }
    let wrong = two.world.app.browser().gql(WAY, &[("email", "northwind.example")]).await;
    assert_eq!(wrong.refusal(), "INVALID_FORMAT email");
    for page in ["/sign-in/oidc/elsewhere.example", "/sign-in/oidc/eu.northwind.example", "/sign-in/oidc/%ff"]
    {
        assert_eq!(two.world.app.browser().get(page).await.status(), 404, "{page}");
    }
}

/// INV-4, ROLE-6: owners manage it, admins see it, and the secret is shown to nobody and stored sealed.
#[tokio::test]
async fn inv_4_owners_set_the_provider() {
    let two = Two::start(&[]).await;
    let (issuer, _, claimed) = two.furnish().await;
    let refusals =
        [("admin", "FORBIDDEN"), ("lead", "FORBIDDEN"), ("guest", "FORBIDDEN"), ("stranger", "NOT_FOUND")];
    for (who, refusal) in refusals {
        let browser = two.world.as_user(who).await;
        assert_eq!(set_issuer(&browser, &two.org, &issuer.url).await.refusal(), refusal, "{who}");
        assert_eq!(remove_issuer(&browser, &two.org).await.refusal(), refusal, "{who}");
        assert_eq!(release(&browser, &claimed).await.refusal(), refusal, "{who}");
        let claim = browser.gql(CLAIM, &[("org", &two.org), ("domain", "x.example")]).await;
        assert_eq!(claim.refusal(), refusal, "{who}");
        assert_eq!(review(&browser, &claimed, Some("no")).await.refusal(), "FORBIDDEN", "{who}");
    }
    for who in ["lead", "guest", "stranger"] {
        let answer = two.world.as_user(who).await.gql(SHOW, &[("org", &two.org)]).await;
        assert_eq!(answer.refusal(), if who == "stranger" { "NOT_FOUND" } else { "FORBIDDEN" }, "{who}");
    }
    let shown = two.shown().await;
    assert_eq!(shown["provider"]["issuer"], issuer.url.as_str());
    assert_eq!(shown["provider"]["clientId"], "consentry");
    assert_eq!(shown["mailDomains"][0]["state"], "CONFIRMED");
    assert!(!shown.to_string().contains("planted"));
    let file = two.world.app.stored().await;
    assert!(!file.windows(14).any(|window| window == b"planted secret"));

    let bad = "mutation($org: ID!) { setSingleSignOn(input: {organizationId: $org, issuer: \"http://login.example\", clientId: \"\", clientSecret: \"\", name: \"a\\u202eb\"}) { organizationId } }";
    assert_eq!(
        two.owner.gql(bad, &[("org", &two.org)]).await.refusals(),
        ["INVALID_FORMAT issuer", "REQUIRED clientId", "REQUIRED clientSecret", "INVALID_CHARACTERS name"]
    );
    remove_issuer(&two.owner, &two.org).await.ok();
    assert_eq!(remove_issuer(&two.owner, &two.org).await.refusal(), "NOT_FOUND");
    assert_eq!(way_of(&two.world, "ana@northwind.example").await, Value::Null);
}

/// INV-4: what does not answer for its name is not stored, and what was there before stays.
#[tokio::test]
async fn inv_4_a_provider_answers_before_it_counts() {
    let two = Two::start(&[]).await;
    let (issuer, ..) = two.furnish().await;
    let other = Issuer::start().await;
    other.script(|script| script.down = true);
    assert_eq!(set_issuer(&two.owner, &two.org, &other.url).await.refusal(), "PROVIDER_UNAVAILABLE");
    other.script(|script| {
        script.down = false;
        script.discovery["issuer"] = issuer.url.as_str().into();
    });
    let answer = set_issuer(&two.owner, &two.org, &other.url).await;
    assert_eq!(answer.refusal(), "PROVIDER_MISCONFIGURED");
    assert!(!answer.json.to_string().contains("planted"));
    assert_eq!(two.shown().await["provider"]["issuer"], issuer.url.as_str());
}

/// INV-4, GATE-2: a claim does nothing before it is confirmed; a domain is one organization's at a time; those of
/// free and disposable mail providers, and those of the instance's own sign-in, are nobody's.
#[tokio::test]
async fn inv_4_a_domain_is_confirmed_for_one_organization() {
    let issuer = Issuer::start().await;
    let settings = [
        ("OIDC_ISSUER", issuer.url.as_str()),
        ("OIDC_CLIENT_ID", "consentry"),
        ("OIDC_CLIENT_SECRET", "planted secret"),
        ("OIDC_DOMAINS", "instance.example"),
        ("FREE_MAIL_DOMAINS", "citymail.example"),
    ];
    let two = Two::start(&settings).await;
    for (domain, refusal) in [
        ("gmail.com", "INVALID_FORMAT domain"),
        ("Mailinator.com", "INVALID_FORMAT domain"),
        ("x.citymail.example", "INVALID_FORMAT domain"),
        ("instance.example", "INVALID_FORMAT domain"),
        ("localhost", "INVALID_FORMAT domain"),
        ("a@northwind.example", "INVALID_FORMAT domain"),
        ("", "INVALID_FORMAT domain"),
    ] {
        let answer = two.owner.gql(CLAIM, &[("org", &two.org), ("domain", domain)]).await;
        assert_eq!(answer.refusal(), refusal, "{domain}");
    }
    set_issuer(&two.owner, &two.org, &issuer.url).await.ok();
    set_issuer(&two.stranger, &two.elsewhere, &issuer.url).await.ok();
    let ours = claim(&two.owner, &two.org, " @Northwind.Example ").await;
    let again = two.owner.gql(CLAIM, &[("org", &two.org), ("domain", "northwind.example")]).await;
    assert_eq!(again.refusal(), "DUPLICATE domain");
    // Nobody is kept from claiming by somebody else's claim, and learns nothing of it.
    let theirs = claim(&two.stranger, &two.elsewhere, "northwind.example").await;
    assert_eq!(two.world.app.browser().get("/sign-in/oidc/northwind.example").await.status(), 404);
    let all = "{ mailDomains(state: WAITING) { totalCount edges { node { organizationName mailDomain { domain } } } } }";
    let listed = two.ivy.gql(all, &[]).await.ok()["mailDomains"].clone();
    assert_eq!(listed["totalCount"], 2);
    assert_eq!(listed["edges"][0]["node"]["organizationName"], "Elsewhere");
    assert_eq!(two.owner.gql(all, &[]).await.refusal(), "FORBIDDEN");

    review(&two.ivy, &ours, None).await.ok();
    assert!(way_of(&two.world, "a@northwind.example").await.is_object());
    assert_eq!(review(&two.ivy, &theirs, None).await.refusal(), "CONFLICT");
    assert_eq!(review(&two.ivy, &theirs, Some("")).await.refusal(), "REQUIRED refusal");
    review(&two.ivy, &theirs, Some("Northwind's.")).await.ok();
    let words = json!({ "id": theirs, "confirm": true, "refusal": "x" });
    assert_eq!(two.ivy.post(REVIEW, words).await.refusal(), "UNKNOWN_FIELD refusal");
    // A confirmation is taken back, and the refused claim once more.
    review(&two.ivy, &ours, Some("Sold.")).await.ok();
    assert_eq!(way_of(&two.world, "a@northwind.example").await, Value::Null);
    let shown = two.shown().await;
    assert_eq!(
        (&shown["mailDomains"][0]["state"], &shown["mailDomains"][0]["refusal"]),
        (&json!("REFUSED"), &json!("Sold."))
    );
    assert_eq!(claim(&two.stranger, &two.elsewhere, "northwind.example").await, theirs);
    review(&two.ivy, &theirs, None).await.ok();
    assert_eq!(review(&two.ivy, &ours, None).await.refusal(), "CONFLICT");
    release(&two.stranger, &theirs).await.ok();
    assert_eq!(release(&two.stranger, &theirs).await.refusal(), "NOT_FOUND");
    review(&two.ivy, &ours, None).await.ok();
    assert!(way_of(&two.world, "a@northwind.example").await.is_object());
    // The instance's own domains lead to the instance's provider.
    let way = way_of(&two.world, "a@instance.example").await;
    assert_eq!(way["url"], format!("{}/sign-in/oidc", two.world.app.base));
}

/// SEC-4: each step is in the organization's log, sign-ins by its provider too.
#[tokio::test]
async fn sec_4_the_log_tells_of_every_step() {
    let two = Two::start(&[]).await;
    let (issuer, key, claimed) = two.furnish().await;
    let browser = two.world.app.browser();
    let begun = two.begin(&browser).await;
    issuer.answers(&key.sign(Some("a"), &two.claims(&begun, &issuer, "ana@northwind.example")));
    assert_eq!(begun.finish(&browser).await.status(), 303);
    release(&two.owner, &claimed).await.ok();
    remove_issuer(&two.owner, &two.org).await.ok();
    let log = "query($org: ID!) { organization(id: $org) { auditLog(first: 6) { edges { node { kind payload } } } } }";
    let log =
        two.owner.gql(log, &[("org", &two.org)]).await.ok()["organization"]["auditLog"]["edges"].clone();
    let kinds: Vec<_> = log.as_array().expect("records").iter().map(|edge| &edge["node"]["kind"]).collect();
    assert_eq!(
        kinds,
        [
            "SINGLE_SIGN_ON_REMOVED",
            "MAIL_DOMAIN_RELEASED",
            "SIGNED_IN",
            "MAIL_DOMAIN_CONFIRMED",
            "MAIL_DOMAIN_CLAIMED",
            "SINGLE_SIGN_ON_SET"
        ]
    );
    assert!(!log.to_string().contains("northwind.example"), "ids, and no text that somebody wrote");
}
