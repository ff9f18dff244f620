//! Grants whose OAuth client was replaced or removed since, at npm `oidc-provider`, which lets a client end its own
//! tokens only (REC-6, REC-7, RFC 7009 section 2.1).

use domain::actor::Actor;
use kit::{Browser, CREATE, REVOKE, SHOW};
use serde_json::{Value, json};
use service::Service;
use worker::{Handler, Mailer};

use crate::ledger::{Ledger, ledger_with};

const SET: &str = "mutation($org: ID!, $id: String!, $secret: String!) { setOAuthClient(input: {organizationId: $org, app: \"ledger\", clientId: $id, clientSecret: $secret}) { app } }";
const REMOVE: &str =
    "mutation($org: ID!) { removeOAuthClient(input: {organizationId: $org, app: \"ledger\"}) { app } }";

/// The ledger with three clients of ours, and a request from `ana` to `ben`.
struct Clients {
    story: Ledger,
    org: String,
    admin: Browser,
    ben: Browser,
    request: String,
    item: String,
}

impl Clients {
    async fn start() -> Self {
        let clients = ["client", "old", "new"].map(|id| {
            let secret = if id == "client" { "secret".to_owned() } else { format!("PLANTED-{id}") };
            json!({ "client_id": id, "client_secret": secret, "redirect_uris": ["http://127.0.0.1/callback"] })
        });
        let story = ledger_with(&json!({ "clients": clients })).await;
        let redirect_uri = [format!("{}/oauth/callback", story.world.app.base)];
        let all = json!({ "client": redirect_uri, "old": redirect_uri, "new": redirect_uri });
        story.control(json!({ "redirect_uris": all })).await;
        let world = &story.world;
        let mut draft = world.draft(json!({ "member": world.user_id("ben").await }), 1);
        draft["items"] = json!([{ "app": "ledger", "modules": { "all": true } }]);
        let sent = world.as_user("ana").await.post(CREATE, json!({ "input": draft })).await.ok();
        let sent = &sent["createCredentialRequest"]["request"];
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let (request, item) = (text(&sent["id"]), text(&sent["items"][0]["id"]));
        let (admin, ben) = (world.as_user("admin").await, world.as_user("ben").await);
        Self { org: world.organization.to_string(), admin, ben, request, item, story }
    }

    async fn set(&self, id: &str) {
        let secret = format!("PLANTED-{id}");
        self.admin.gql(SET, &[("org", &self.org), ("id", id), ("secret", &secret)]).await.ok();
    }

    async fn authorize(&self) {
        assert_eq!(self.story.go_through(&self.ben, &self.item).await, 200);
    }

    async fn replaced(&self) -> Value {
        let show = "query($id: ID!) { request(id: $id) { items { credential { clientReplaced } } } }";
        let shown = self.ben.gql(show, &[("id", &self.request)]).await.ok();
        shown["request"]["items"][0]["credential"]["clientReplaced"].clone()
    }

    async fn revoke(&self) {
        self.ben.gql(REVOKE, &[("item", &self.item)]).await.ok();
        self.story.world.app.settle().await;
    }

    async fn outcome(&self) -> Value {
        let shown = self.ben.gql(SHOW, &[("id", &self.request)]).await.ok();
        shown["request"]["items"][0]["revocation"]["outcome"].clone()
    }

    /// Refresh tokens that the server still accepts.
    async fn alive(&self) -> Value {
        self.story.stats().await["live_refresh"].clone()
    }

    /// Replaced clients that are forgotten now.
    async fn forgotten(&self) -> u64 {
        self.story.world.app.service.forget_replaced_clients().await.expect("asked")
    }
}

/// A grant is revoked by the client that it came by, which is kept until then and no longer.
#[tokio::test]
async fn rec_6_a_grant_is_revoked_by_the_client_that_it_came_by() {
    let all = Clients::start().await;
    for change in ["replaced", "removed"] {
        all.set("old").await;
        all.authorize().await;
        assert_eq!((all.replaced().await, all.alive().await), (json!(false), json!(1)));
        if change == "replaced" {
            all.set("new").await;
        } else {
            // The instance's counts again, for what is granted from now on.
            all.admin.gql(REMOVE, &[("org", &all.org)]).await.ok();
        }
        assert_eq!(all.replaced().await, json!(true), "{change}");
        assert_eq!(all.forgotten().await, 0, "a grant names it");
        all.revoke().await;
        assert_eq!((all.outcome().await, all.alive().await), (json!("REVOKED"), json!(0)), "{change}");
        assert_eq!(all.forgotten().await, 1, "nothing names it any more");
        assert_eq!(all.forgotten().await, 0);
    }
}

/// Who authorizes anew comes by the new client; a revoke then ends both, each by its own.
#[tokio::test]
async fn rec_7_a_grant_that_moved_to_another_client_is_ended_at_both() {
    let all = Clients::start().await;
    all.set("old").await;
    all.authorize().await;
    all.set("new").await;
    all.authorize().await;
    assert_eq!((all.replaced().await, all.alive().await), (json!(false), json!(2)));
    assert_eq!(all.forgotten().await, 0, "the first grant waits for the end of the second");
    all.revoke().await;
    assert_eq!((all.outcome().await, all.alive().await), (json!("REVOKED"), json!(0)));
    assert_eq!(all.forgotten().await, 1);
}

/// A sign-in that is under way ends by the client that began it.
#[tokio::test]
async fn rec_2_a_sign_in_goes_on_by_the_client_that_began_it() {
    let all = Clients::start().await;
    all.set("old").await;
    let page = all.story.begin(&all.ben, &all.item).await;
    all.set("new").await;
    assert_eq!(all.forgotten().await, 0);
    assert_eq!(all.story.follow(&all.ben, page).await, 200);
    assert_eq!(all.replaced().await, json!(true));
    all.revoke().await;
    assert_eq!((all.outcome().await, all.alive().await), (json!("REVOKED"), json!(0)));
}

/// A deleted organization's client is kept for the revocations that follow, and then forgotten.
#[tokio::test]
async fn role_7_a_deleted_organization_ends_its_grants_by_its_client() {
    let all = Clients::start().await;
    all.set("old").await;
    all.authorize().await;
    let owner = all.story.world.as_user("owner").await;
    let end = "mutation($org: ID!) { deleteOrganization(input: {organizationId: $org, confirmName: \"Northwind\"}) { organizationId } }";
    owner.gql(end, &[("org", &all.org)]).await.ok();
    assert_eq!(all.forgotten().await, 0, "a revocation names it");
    all.story.world.app.settle_patiently(5).await;
    assert_eq!(all.alive().await, json!(0));
    assert_eq!(all.forgotten().await, 1);
}

/// No other client takes the place of one that the instance no longer has: the app would refuse it, or take it for
/// granted. The revocation waits until the operator has put it back.
#[tokio::test]
async fn rec_6_no_other_client_of_the_instance_takes_its_place() {
    let all = Clients::start().await;
    all.authorize().await;
    let app = &all.story.world.app;
    let mut config = app.service.config().clone();
    let client = config.oauth_clients.get_mut("ledger").expect("a client");
    (client.id, client.secret) = ("new".to_owned(), Some("PLANTED-new".to_owned().into()));
    let changed = Service::start(config, app.clock.clone()).await.expect("it starts");
    let ben = changed.open_session("ben@northwind.example").await.expect("a known person");
    let ben = Actor::User { user: ben.user, session: ben.id };
    let item = all.item.parse().expect("an id");
    let shown = changed.item(ben, item).await.expect("shown");
    assert!(shown.credential.as_ref().expect("granted").client_replaced);
    assert_eq!(all.replaced().await, json!(false), "as the instance was set before");
    changed.revoke_item(ben, item).await.expect("revoked");
    worker::drain(&Handler::new(changed, Mailer::BuiltIn)).await.expect("jobs run");
    assert_eq!((all.outcome().await, all.alive().await), (json!("QUEUED"), json!(1)));
    assert_eq!(all.story.stats().await["revoke_refused"], 0, "nobody was asked");
    app.settle_patiently(5).await;
    assert_eq!((all.outcome().await, all.alive().await), (json!("REVOKED"), json!(0)));
}
