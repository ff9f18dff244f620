//! What the tests stand on: a whole instance in this process, people with browsers, and parts that nobody
//! here wrote (an OAuth server, a mail server).

#![allow(clippy::missing_panics_doc, clippy::indexing_slicing, reason = "the kit panics to fail a test")]

pub mod client;
pub mod node;
pub mod postgres;
pub mod profile;
pub mod redis;
pub mod system;

use std::net::SocketAddr;

use axum::Router;
use axum::serve::ListenerExt as _;
use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Clock;
use domain::id::{OrganizationId, TeamId};
use domain::policy::{OrganizationRole, TeamRole};
use service::config::InstanceClient;
use service::{BuiltInMail, Config, Service};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use worker::{Handler, Mailer};

pub use client::{Answer, Browser};
pub use postgres::Postgres;
pub use profile::Profile;
pub use redis::Redis;

/// A whole instance: real HTTP on a free port, its own database (a SQLite file, or one on the PostgreSQL of
/// [`profile`]), a clock that stands still, and jobs that
/// run when [`TestApp::settle`] is called.
pub struct TestApp {
    /// The operations.
    pub service: Service,
    /// The clock.
    pub clock: Clock,
    /// Address of the instance, without a slash at the end.
    pub base: String,
    handler: Handler,
    shutdown: CancellationToken,
    folder: tempfile::TempDir,
    // Last, so that it is dropped last: it removes the database.
    profile: Profile,
}

/// What an instance is started with.
#[derive(Default)]
pub struct Options {
    /// More settings, as in the environment.
    pub settings: Vec<(String, String)>,
    /// Apps besides the built-in ones: file names and texts.
    pub apps: Vec<(String, String)>,
    /// A mailer other than the built-in mailbox.
    pub mailer: Option<Mailer>,
}

/// Asks again and again until the answer is yes; a test fails that waits longer than twenty seconds.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(10));
    let asking = async {
        while !is_so().await {
            ticks.tick().await;
        }
    };
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), asking).await;
    assert!(answer.is_ok(), "{what}: not in time");
}

/// When the tests' time begins.
pub fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a valid time")
}

impl TestApp {
    /// Starts an instance with the sandbox app.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts an instance with options.
    pub async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}");
        let profile = Profile::new().await;
        let mut config = config(&folder, address, &options, &profile);
        config.sandbox_url = Some(format!("{base}/sandbox"));
        config.oauth_clients.insert(
            "sandbox".to_owned(),
            InstanceClient {
                id: sandbox::CLIENT_ID.to_owned(),
                secret: Some(sandbox::CLIENT_SECRET.to_owned().into()),
            },
        );
        let clock = Clock::fixed(beginning());
        let service = Service::start(config, clock.clone()).await.expect("the instance starts");
        let shutdown = CancellationToken::new();
        let extra = Router::new().nest("/sandbox", sandbox::routes(&format!("{base}/sandbox")));
        serve(&service, listener, extra, &shutdown);
        let handler = Handler::new(service.clone(), options.mailer.unwrap_or(Mailer::BuiltIn));
        Self { service, clock, base, handler, shutdown, folder, profile }
    }

    /// Another process of the same instance, as far as anybody can see: its own port, pool and bus. The scaled
    /// profile has it.
    pub async fn beside(&self) -> Beside {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let config = self.service.config().clone();
        let service = Service::start(config, self.clock.clone()).await.expect("the process starts");
        let shutdown = CancellationToken::new();
        serve(&service, listener, Router::new(), &shutdown);
        Beside { service, base, shutdown }
    }

    /// Where the instance keeps its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Address of its database, where that is a server.
    pub fn database_url(&self) -> Option<String> {
        self.profile.database_url()
    }

    /// Every byte that the instance has stored in its database.
    pub async fn stored(&self) -> Vec<u8> {
        self.profile.stored(&self.service, self.folder()).await
    }

    /// Something that differs when anything stored differs.
    pub async fn fingerprint(&self) -> Vec<u8> {
        self.profile.fingerprint(&self.service, self.folder()).await
    }

    /// Runs statements on its database as somebody else would who has its address.
    pub async fn execute(&self, statements: &str) {
        self.profile.execute(self.folder(), statements).await;
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Runs jobs until nothing is due.
    pub async fn settle(&self) {
        worker::drain(&self.handler).await.expect("jobs run");
    }

    /// Runs what is due now, and lets what failed become due until everything has ended or `tries` is over.
    pub async fn settle_patiently(&self, tries: usize) {
        for _ in 0..tries {
            self.settle().await;
            if self.service.open_jobs().await.expect("jobs").is_empty() {
                return;
            }
            self.advance(TimeDelta::hours(1));
        }
    }

    /// Mails of the built-in mailbox, newest first.
    pub async fn mails(&self) -> Vec<BuiltInMail> {
        self.service.built_in_mails().await.expect("mails")
    }

    /// The newest mail to an address.
    pub async fn mail_to(&self, address: &str) -> BuiltInMail {
        self.mails()
            .await
            .into_iter()
            .find(|mail| mail.to == address)
            .unwrap_or_else(|| panic!("a mail to {address}"))
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// A browser in which somebody signs in by mailed code, as a person would.
    pub async fn sign_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser
            .gql(
                "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }",
                &[("email", email)],
            )
            .await
            .ok();
        self.settle().await;
        let mail = self.mail_to(email).await;
        let code = mail.subject.split(' ').next().expect("a code").to_owned();
        browser
            .gql("mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { id } } }", &[("email", email), ("code", &code)])
            .await
            .ok();
        browser
    }

    /// A browser of a known person, without the way through the mailbox.
    pub async fn known(&self, email: &str) -> Browser {
        let session = self.service.open_session(email).await.expect("a known person");
        let browser = self.browser();
        browser.set_cookie("consentry_session", &session.token);
        browser
    }
}

/// Another process of an instance.
pub struct Beside {
    /// Its operations.
    pub service: Service,
    /// Its address. Browsers are told another as the public one, so its sockets want that as their origin.
    pub base: String,
    shutdown: CancellationToken,
}

impl Beside {
    /// The same person at this process.
    pub fn browser_of(&self, browser: &Browser) -> Browser {
        let here = Browser::new(&self.base);
        here.set_cookie("consentry_session", &browser.cookie("consentry_session").expect("signed in"));
        here
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn serve(service: &Service, listener: TcpListener, extra: Router, shutdown: &CancellationToken) {
    let app = api::app::build(service.clone(), shutdown, extra);
    let stop = shutdown.clone();
    tokio::spawn(async move {
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket option"));
        let service = app.router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
    });
    let (bridged, stop) = (service.clone(), shutdown.clone());
    tokio::spawn(async move { bridged.bridge(stop).await });
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn config(folder: &tempfile::TempDir, address: SocketAddr, options: &Options, profile: &Profile) -> Config {
    let apps = folder.path().join("apps");
    std::fs::create_dir_all(&apps).expect("a folder for apps");
    for (name, text) in &options.apps {
        std::fs::write(apps.join(name), text).expect("an app file");
    }
    let mut settings = vec![
        ("DATA_DIR".to_owned(), folder.path().join("data").display().to_string()),
        ("CATALOG_DIR".to_owned(), apps.display().to_string()),
        ("LISTEN_ADDR".to_owned(), address.to_string()),
        ("ALLOW_LOOPBACK_PROVIDERS".to_owned(), "true".to_owned()),
        // The clock stands still, so an hour's mails are all mails of a test.
        ("MAILS_PER_SENDER_HOUR".to_owned(), "10000".to_owned()),
        ("MAILS_PER_RECIPIENT_HOUR".to_owned(), "10000".to_owned()),
    ];
    settings.extend(profile.settings());
    settings.extend(options.settings.iter().cloned());
    Config::from_parts("", settings).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// An organization with two teams and somebody in every role.
pub struct Northwind {
    /// The instance.
    pub app: TestApp,
    /// The organization.
    pub organization: OrganizationId,
    /// The team that asks.
    pub automation: TeamId,
    /// Another team.
    pub sales: TeamId,
}

impl Northwind {
    /// Starts an instance with people: `owner`, `admin` (of the organization), `lead` (admin of Automation),
    /// `ana` and `ben` (members of Automation), `olga` (member of Sales), `guest` (of Automation), all
    /// `@northwind.example`; and `stranger@elsewhere.example`, who owns an organization of their own.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// The same with options.
    pub async fn with(options: Options) -> Self {
        let app = TestApp::with(options).await;
        let service = &app.service;
        let organization = service.found_organization("Northwind").await.expect("an organization");
        let automation = service.found_team(organization, "Automation").await.expect("a team");
        let sales = service.found_team(organization, "Sales").await.expect("a team");
        let people: [(&str, &str, OrganizationRole, Vec<(TeamId, TeamRole)>); 7] = [
            ("owner", "Oda Owner", OrganizationRole::Owner, vec![]),
            ("admin", "Adam Admin", OrganizationRole::Admin, vec![]),
            ("lead", "Lea Lead", OrganizationRole::Member, vec![(automation, TeamRole::Admin)]),
            ("ana", "Ana Lopez", OrganizationRole::Member, vec![(automation, TeamRole::Member)]),
            ("ben", "Ben Ito", OrganizationRole::Member, vec![(automation, TeamRole::Member)]),
            ("olga", "Olga Petrova", OrganizationRole::Member, vec![(sales, TeamRole::Member)]),
            ("guest", "Gus Guest", OrganizationRole::Guest, vec![(automation, TeamRole::Guest)]),
        ];
        for (name, full, role, teams) in people {
            service
                .enrol(&format!("{name}@northwind.example"), full, organization, role, &teams)
                .await
                .expect("a person");
        }
        let elsewhere = service.found_organization("Elsewhere").await.expect("an organization");
        service
            .enrol("stranger@elsewhere.example", "Sam Stranger", elsewhere, OrganizationRole::Owner, &[])
            .await
            .expect("a person");
        Self { app, organization, automation, sales }
    }

    /// A browser of one of the people; `anonymous` is nobody.
    pub async fn as_user(&self, name: &str) -> Browser {
        match name {
            "anonymous" => self.app.browser(),
            "stranger" => self.app.known("stranger@elsewhere.example").await,
            name => self.app.known(&format!("{name}@northwind.example")).await,
        }
    }

    /// Global id of a person.
    pub async fn user_id(&self, name: &str) -> String {
        self.as_user(name).await.gql("{ viewer { id } }", &[]).await.ok()["viewer"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// Sends a request for sandbox items and returns it as `{id, items {id}}`; the worker has run.
    pub async fn send(&self, from: &str, recipient: serde_json::Value, items: usize) -> serde_json::Value {
        let input = self.draft(recipient, items);
        let answer = self.as_user(from).await.post(CREATE, serde_json::json!({ "input": input })).await.ok();
        self.app.settle().await;
        answer["createCredentialRequest"]["request"].clone()
    }

    /// The input of a request for sandbox items.
    pub fn draft(&self, recipient: serde_json::Value, items: usize) -> serde_json::Value {
        let item = serde_json::json!({ "app": "sandbox", "modules": { "all": true } });
        serde_json::json!({
            "teamId": self.automation.to_string(),
            "name": "New-customer follow-up",
            "recipient": recipient,
            "items": vec![item; items],
            "acceptTerms": true,
        })
    }

    /// Sends a request from `ana` to `ben` and returns it.
    pub async fn ana_asks_ben(&self, items: usize) -> serde_json::Value {
        let ben = self.user_id("ben").await;
        self.send("ana", serde_json::json!({ "member": ben }), items).await
    }
}

/// Creates a request.
pub const CREATE: &str = "mutation($input: CreateCredentialRequestInput!) { createCredentialRequest(input: $input) { request { id name status items { id state connectionName moduleIds } } } }";
/// Grants access by the sandbox's key.
pub const SUBMIT_KEY: &str = "mutation($item: ID!, $key: String!) { submitCredential(input: {itemId: $item, method: \"api_key\", fields: [{name: \"key\", value: $key}]}) { item { id state credential { id version account { label } grantedScopes } } } }";
/// Declines an item.
pub const DECLINE: &str = "mutation($item: ID!, $reason: String!) { declineItem(input: {itemId: $item, reason: $reason}) { item { id state declineReason } } }";
/// Takes access back.
pub const REVOKE: &str = "mutation($item: ID!) { revokeItem(input: {itemId: $item}) { item { id state revocation { outcome } credential { id } } } }";
/// Shows a request.
pub const SHOW: &str = "query($id: ID!) { request(id: $id) { id name status description counts { pending authorized declined revoked invalid } requester { name email } recipient { userId name email fromOutside } team { name } organization { name } delivery { state detail } viewerIsRecipient viewerCanDelete items { id state appId note connectionName declineReason invalidReason modules { id effect } permissions { scope words } credential { id version method account { label } grantedScopes } revocation { outcome } attempts { reason detail method } } } }";
/// Begins an OAuth sign-in at the sandbox.
pub const START: &str = "mutation($item: ID!) { startAuthorization(input: {itemId: $item, method: \"oauth\"}) { url expiresAt } }";
/// What a deletion ends.
pub const PREVIEW: &str = "query($id: ID!) { deletionPreview(requestId: $id) { confirmationToken connections { id name consumer lastUsedAt } } }";
/// Deletes a request.
pub const DELETE: &str = "mutation($id: ID!, $token: String!) { deleteRequest(input: {requestId: $id, confirmationToken: $token}) { requestId } }";
/// Makes a connection.
pub const CONNECT: &str = "mutation($item: ID!, $name: String) { createConnection(input: {itemId: $item, name: $name, consumer: \"Order import\"}) { token connection { id name state } } }";
/// Takes somebody out of an organization.
pub const REMOVE: &str = "mutation($org: ID!, $user: ID!) { removeMember(input: {organizationId: $org, userId: $user}) { userId } }";
