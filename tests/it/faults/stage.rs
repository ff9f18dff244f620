//! A scaled instance of real processes, with a mail server and an OAuth server that nobody here wrote, and people who
//! are signed in.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use domain::clock::Clock;
use domain::id::TeamId;
use domain::policy::{OrganizationRole, TeamRole};
use kit::node::Part;
use kit::system::{free_port, is_stopped, signal};
use serde_json::{Value, json};
use service::{Config, Service};
use tokio::process::Child;

use crate::ledger::app_file;
use crate::process::command;

/// Longest wait for something that comes by itself.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Asks until it is so.
pub async fn until(what: &str, patience: Duration, mut is_so: impl AsyncFnMut() -> bool) {
    let asking = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while !is_so().await {
            ticks.tick().await;
        }
    };
    let answer = tokio::time::timeout(patience, asking).await;
    assert!(answer.is_ok(), "{what}: not in time");
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub session: String,
}

/// Everything but the processes of ours.
pub struct Stage {
    pub folder: tempfile::TempDir,
    pub settings: Vec<(String, String)>,
    /// The operations, as operators have them: on the same database, with the same keys.
    pub service: Service,
    pub team: TeamId,
    pub requesters: Vec<Person>,
    pub recipients: Vec<Person>,
    /// Ports of the API processes; the first one's address is the public one.
    pub ports: [u16; 2],
    pub http: reqwest::Client,
    oidc: Part,
    smtp: Part,
}

impl Stage {
    /// On a database and a Redis, given as settings. No token runs out while a test lasts.
    pub async fn set(servers: Vec<(String, String)>, requesters: usize, recipients: usize) -> Self {
        Self::with_tokens_of(7200, servers, requesters, recipients).await
    }

    /// The same with tokens of the app that live for so many seconds, and can be renewed for two hours.
    pub async fn with_tokens_of(
        seconds: u32,
        servers: Vec<(String, String)>,
        requesters: usize,
        recipients: usize,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let lives = json!({ "ttl": { "access": seconds, "refresh": 7200 } });
        let plain = json!({});
        let (oidc, smtp) = tokio::join!(Part::start("oidc.mjs", &lives), Part::start("smtp.mjs", &plain));
        let apps = folder.path().join("apps");
        std::fs::create_dir(&apps).expect("a folder");
        std::fs::write(apps.join("ledger.toml"), app_file(&oidc.ready)).expect("an app file");
        let ports = [free_port(), free_port()];
        let public = format!("http://127.0.0.1:{}", ports[0]);
        let own = [
            ("CATALOG_DIR", apps.display().to_string()),
            ("PUBLIC_URL", public.clone()),
            ("SMTP_URL", format!("smtp://127.0.0.1:{}", smtp.ready["smtp"])),
            ("MAIL_FROM", "Consentry <access@consentry.example>".to_owned()),
            ("ALLOW_LOOPBACK_PROVIDERS", "true".to_owned()),
            ("FEATURE_MODE", "everyone".to_owned()),
            ("OAUTH_LEDGER_CLIENT_ID", "client".to_owned()),
            ("OAUTH_LEDGER_CLIENT_SECRET", "secret".to_owned()),
            ("MAILS_PER_SENDER_HOUR", "100000".to_owned()),
            ("MAILS_PER_RECIPIENT_HOUR", "100000".to_owned()),
        ];
        let mut settings: Vec<(String, String)> =
            own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        settings.extend(servers);
        let service = operations(folder.path(), &settings, Clock::System).await;
        let organization = service.found_organization("Northwind").await.expect("an organization");
        let team = service.found_team(organization, "Automation").await.expect("a team");
        let mut people = Vec::new();
        for number in 0..requesters + recipients {
            let email = format!("person{number}@northwind.example");
            let id = service
                .enrol(
                    &email,
                    &format!("Person {number}"),
                    organization,
                    OrganizationRole::Member,
                    &[(team, TeamRole::Member)],
                )
                .await
                .expect("a person");
            let session = service.open_session(&email).await.expect("a session").token;
            people.push(Person { id: id.to_string(), email, session });
        }
        let recipients = people.split_off(requesters);
        let http = reqwest::Client::builder().no_proxy().pool_idle_timeout(Duration::from_secs(4));
        let http = http.build().expect("a client");
        let redirects = json!({ "redirect_uris": { "client": [format!("{public}/oauth/callback")] } });
        let stage =
            Self { folder, settings, service, team, requesters: people, recipients, ports, http, oidc, smtp };
        let control = stage.oidc.ready["control"].as_str().expect("an address").to_owned();
        stage.post(&control, &redirects).await;
        stage
    }

    /// The operations with another clock.
    pub async fn operations_at(&self, clock: Clock) -> Service {
        operations(self.folder.path(), &self.settings, clock).await
    }

    async fn post(&self, url: &str, body: &Value) {
        let answer = self.http.post(url).json(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{url}");
    }

    async fn ask(&self, url: &str) -> Value {
        self.http.get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// What the mail server was sent, newest first.
    pub async fn mails(&self) -> Vec<Value> {
        let mails = self.ask(&format!("http://127.0.0.1:{}/mails", self.smtp.ready["control"])).await;
        mails.as_array().expect("a list").clone()
    }

    /// Where the mail server is told what it does with the next mails.
    pub fn mail_script_url(&self) -> String {
        format!("http://127.0.0.1:{}/script", self.smtp.ready["control"])
    }

    /// How many tokens of each account the app accepts now.
    pub async fn live_accounts(&self) -> std::collections::BTreeMap<String, u64> {
        let at = format!("{}/live", self.oidc.ready["control"].as_str().expect("an address"));
        serde_json::from_value(self.ask(&at).await).expect("counts")
    }

    /// What the app has counted.
    pub async fn app_stats(&self) -> Value {
        self.ask(&format!("{}/stats", self.oidc.ready["control"].as_str().expect("an address"))).await
    }

    /// The owner of an account takes all access to it back at the app.
    pub async fn end_at_app(&self, account: &str) {
        let at = format!("{}/revoke", self.oidc.ready["control"].as_str().expect("an address"));
        self.post(&at, &json!({ "account": account })).await;
    }

    /// Addresses of the API processes.
    pub fn bases(&self) -> Vec<String> {
        self.ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect()
    }

    /// An API process.
    pub fn api(&self, index: usize, failpoints: &str) -> Running {
        self.start("serve", &format!("api-{}", index + 1), self.ports[index], failpoints)
    }

    /// A worker.
    pub fn worker(&self, index: usize, failpoints: &str) -> Running {
        self.start("worker", &format!("worker-{}", index + 1), free_port(), failpoints)
    }

    /// A worker that runs one job after the other.
    pub fn worker_of_one(&self, index: usize, failpoints: &str) -> Running {
        let one = ("WORKER_CONCURRENCY".to_owned(), "1".to_owned());
        self.start_with("worker", &format!("worker-{}", index + 1), free_port(), failpoints, Some(one))
    }

    fn start(&self, kind: &'static str, name: &str, port: u16, failpoints: &str) -> Running {
        self.start_with(kind, name, port, failpoints, None)
    }

    fn start_with(
        &self,
        kind: &'static str,
        name: &str,
        port: u16,
        failpoints: &str,
        more: Option<(String, String)>,
    ) -> Running {
        let mut settings = self.settings.clone();
        settings.extend(more);
        settings.push(("FAILPOINTS".to_owned(), failpoints.to_owned()));
        Running::start(Plan {
            kind,
            name: name.to_owned(),
            port,
            folder: self.folder.path().into(),
            settings,
        })
    }
}

async fn operations(folder: &Path, settings: &[(String, String)], clock: Clock) -> Service {
    let mut settings = settings.to_vec();
    settings.push(("DATA_DIR".to_owned(), folder.join("data").display().to_string()));
    let config = Config::from_parts("", settings).unwrap_or_else(|problems| panic!("{problems:?}"));
    Service::start(config, clock).await.expect("the operations")
}

/// How a process is started.
struct Plan {
    kind: &'static str,
    name: String,
    port: u16,
    folder: PathBuf,
    settings: Vec<(String, String)>,
}

/// A process of ours.
pub struct Running {
    plan: Plan,
    child: Child,
}

impl Running {
    fn start(plan: Plan) -> Self {
        let child = spawn(&plan, &plan.settings);
        Self { plan, child }
    }

    /// Its name, for logs.
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// Where it answers.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.plan.port)
    }

    /// Waits until it says that it can do its work.
    pub async fn ready(&self) {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let url = format!("{}/readyz", self.base());
        until(&format!("{} is ready", self.name()), PATIENCE, async || {
            http.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }

    pub fn signal(&self, name: &str) {
        signal(&[self.child.id().expect("it lives")], name);
    }

    /// Whether it was stopped by SIGSTOP.
    pub fn is_frozen(&self) -> bool {
        self.child.id().is_some_and(is_stopped)
    }

    pub async fn kill(&mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("{} ends in time:\n{}", self.name(), self.log())).expect("ended")
    }

    /// Tells it to stop and waits for its end.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.ended().await
    }

    /// Starts it again, without failpoints.
    pub fn restart(&mut self) {
        self.plan.settings.retain(|(name, _)| name != "FAILPOINTS");
        self.child = spawn(&self.plan, &self.plan.settings);
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(&self.plan)).unwrap_or_default()
    }
}

fn log_file(plan: &Plan) -> PathBuf {
    plan.folder.join(format!("{}.log", plan.name))
}

fn spawn(plan: &Plan, settings: &[(String, String)]) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(log_file(plan)).expect("a log file");
    command(&plan.folder, &[plan.kind])
        .env("LISTEN_ADDR", format!("127.0.0.1:{}", plan.port))
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the binary starts")
}
