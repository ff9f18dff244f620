//! Configuration: environment over file over defaults, checked as a whole at start (OPS-4, OPS-6).

mod check;
mod files;
mod mail;
mod single_sign_on;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use check::{Raw, client_setting};
pub use single_sign_on::SingleSignOn;
pub(crate) use single_sign_on::check_issuer;

/// The file of settings, in the working folder.
const FILE: &str = "consentry.toml";

/// Who may create requests (GATE-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeatureMode {
    /// After an application that an administrator approves.
    Manual,
    /// Whoever is eligible.
    Auto,
    /// Everybody.
    Everyone,
}

/// OAuth client of this instance at an app.
#[derive(Clone)]
pub struct InstanceClient {
    /// Client id.
    pub id: String,
    /// Client secret; public clients have none.
    pub secret: Option<SecretString>,
}

/// What this instance is set to.
#[derive(Clone)]
pub struct Config {
    /// Address of the database; `sqlite:` in the embedded profile.
    pub database_url: SecretString,
    /// Address of Redis; the scaled profile has one (OPS-2).
    pub redis_url: Option<SecretString>,
    /// What the names of keys and channels in Redis begin with, so that several instances may share a server.
    pub redis_prefix: String,
    /// Connections to PostgreSQL that this process may open.
    pub database_connections: u32,
    /// Jobs that a worker runs side by side.
    pub worker_concurrency: usize,
    /// Where the database file and the key file lie.
    pub data_dir: PathBuf,
    /// Address under which browsers reach this instance, without a slash at the end.
    pub public_url: Url,
    /// Where to listen.
    pub listen_addr: SocketAddr,
    /// Mail server; the built-in mailbox when absent.
    pub smtp_url: Option<SecretString>,
    /// Sender of the mails.
    pub mail_from: String,
    /// Folder with more apps.
    pub catalog_dir: Option<PathBuf>,
    /// Who may create requests.
    pub feature_mode: FeatureMode,
    /// Mails that one person may cause in an hour (MAIL-3).
    pub mails_per_sender: u64,
    /// Mails that one address gets in an hour; more wait for the next (MAIL-3).
    pub mails_per_recipient: u64,
    /// What a mail system shows to report mails that came back (INV-6); without it the report is off.
    pub bounce_secret: Option<SecretString>,
    /// What a monitor shows to read `/metrics`; without it the numbers are shown on addresses of this machine
    /// only.
    pub metrics_token: Option<SecretString>,
    /// Mail domains that count as free-mail ones besides the kept list (GATE-2).
    pub free_mail_domains: std::collections::BTreeSet<String>,
    /// After how many days a new key-encryption key is made; 0 means never by itself (SEC-1).
    pub key_epoch_days: u32,
    /// For how many days back-ups are kept, and with them the keys that open them (SEC-1).
    pub backup_retention_days: u32,
    /// How long nothing of a call or its answer may move before the broker gives it up.
    pub broker_timeout: std::time::Duration,
    /// Providers on loopback addresses are allowed (development only).
    pub allow_loopback_providers: bool,
    /// OAuth clients by app id.
    pub oauth_clients: BTreeMap<String, InstanceClient>,
    /// The OpenID provider by which people sign in, where there is one.
    pub single_sign_on: Option<SingleSignOn>,
    /// Address of the sandbox provider; set by `demo` only.
    pub sandbox_url: Option<String>,
    /// `public_url` was not set, so it follows the address that is listened on.
    follows_listener: bool,
    /// `listen_addr` was set.
    listens: bool,
}

/// One thing that is wrong with the configuration, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Name of the setting.
    pub setting: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.setting, self.message)
    }
}

impl Config {
    /// Reads `consentry.toml` in the working folder, where there is one, and the environment over it. A variable
    /// `NAME_FILE` names a file that holds the setting `NAME`, as secrets of containers are given.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn load() -> Result<Self, Vec<ConfigProblem>> {
        let text = match std::fs::read_to_string(FILE) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(vec![files::problem_of_file(format!("cannot be read: {error}"))]),
        };
        Self::from_parts(&text, files::read(std::env::vars())?)
    }

    /// Reads the text of a configuration file, and settings over it.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_parts(
        file: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Vec<ConfigProblem>> {
        let mut figment = Figment::from(Toml::string(file));
        for (name, value) in environment {
            let name = name.to_lowercase();
            // Compose files and unit files pass what is not set as empty.
            if value.is_empty() {
                continue;
            }
            if SETTINGS.contains(&name.as_str())
                || (name.starts_with("oauth_") && client_setting(&name).is_some())
            {
                figment = figment.merge((name, value));
            }
        }
        let raw: Raw = figment
            .extract()
            .map_err(|error| error.into_iter().map(files::unreadable).collect::<Vec<_>>())?;
        raw.check()
    }

    /// Whether many processes work on one database, with Redis between them (OPS-2).
    pub fn is_scaled(&self) -> bool {
        self.redis_url.is_some()
    }

    /// Whether browsers reach this instance on this machine only.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.public_url)
    }

    /// Whether somebody chose where to listen; a worker answers monitors only then.
    pub fn is_listen_addr_set(&self) -> bool {
        self.listens
    }

    /// Takes over the address that is really listened on: port 0 lets the system choose one.
    pub fn bound_to(&mut self, address: SocketAddr) {
        self.listen_addr = address;
        if self.follows_listener
            && let Ok(url) = Url::parse(&format!("http://{address}"))
        {
            self.public_url = url;
        }
    }

    /// Whether cookies must only travel encrypted.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// An address of this instance, such as `link("/i/x")`.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Where the worker keeps the ends of the audit log's chains.
    pub fn audit_anchor_file(&self) -> PathBuf {
        self.data_dir.join("audit-anchor.json")
    }

    /// Where the key file lies.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("keys.json")
    }
}

const SETTINGS: [&str; 26] = [
    "database_url",
    "redis_url",
    "redis_prefix",
    "database_connections",
    "worker_concurrency",
    "smtp_url",
    "mail_from",
    "public_url",
    "listen_addr",
    "data_dir",
    "catalog_dir",
    "feature_mode",
    "free_mail_domains",
    "mails_per_sender_hour",
    "mails_per_recipient_hour",
    "bounce_secret",
    "metrics_token",
    "broker_timeout_seconds",
    "key_epoch_days",
    "backup_retention_days",
    "allow_loopback_providers",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_name",
    "oidc_domains",
];

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn problem(setting: &str, message: impl Into<String>) -> ConfigProblem {
    ConfigProblem { setting: setting.to_uppercase(), message: message.into() }
}

impl InstanceClient {
    /// The secret, for the call to the provider.
    pub fn secret_text(&self) -> Option<&str> {
        self.secret.as_ref().map(secrecy::ExposeSecret::expose_secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> Result<Config, Vec<ConfigProblem>> {
        Config::from_parts(
            "",
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn ops_6_the_defaults_need_nothing() {
        let config = load(&[("PATH", "/bin"), ("HOME", "/x")]).expect("valid");
        assert_eq!(config.listen_addr.to_string(), "127.0.0.1:8080");
        assert_eq!(config.link("/i/x"), "http://127.0.0.1:8080/i/x");
        assert!(
            config.feature_mode == FeatureMode::Everyone
                && (config.key_epoch_days, config.backup_retention_days) == (90, 35)
                && !config.allow_loopback_providers
                && !config.is_https()
        );
    }

    /// The container alone, started as docker-compose.yml says: by what its image sets and by the one setting that is
    /// given. Without that it does not start: who listens on every address must say where browsers find it, since the
    /// built-in mailbox is shown where that is this machine.
    #[test]
    fn ops_1_the_container_starts_as_it_is_documented() {
        let read = |file: &str| {
            let file = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(file).expect("the file")
        };
        let (image, compose) = (read("Dockerfile"), read("docker-compose.yml"));
        let image = image.lines().rev().find_map(|line| line.strip_prefix("ENV ")).expect("what it sets");
        let mut set: Vec<(&str, &str)> = image.split(' ').filter_map(|word| word.split_once('=')).collect();
        assert!(set.contains(&("LISTEN_ADDR", "0.0.0.0:8080")), "{image}");
        let problems = load(&set).err().expect("refused");
        assert!(
            problems.len() == 1 && problems[0].to_string().contains("http://localhost:8080"),
            "{problems:?}"
        );
        let run = compose.lines().find(|line| line.contains("docker run ")).expect("the command");
        set.extend(run.split(" -e ").skip(1).filter_map(|rest| rest.split(' ').next()?.split_once('=')));
        let config = load(&set).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(config.link("/"), "http://localhost:8080/");
    }

    #[test]
    fn ops_6_an_empty_variable_is_not_set() {
        let config = load(&[("SMTP_URL", ""), ("LISTEN_ADDR", ""), ("OAUTH_HUBSPOT_CLIENT_ID", "")]);
        let config = config.expect("valid");
        assert!(config.smtp_url.is_none() && config.oauth_clients.is_empty());
        assert_eq!(config.listen_addr.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn ops_4_every_problem_is_told_at_once() {
        let problems = load(&[
            ("DATABASE_URL", "mysql://x"),
            ("LISTEN_ADDR", "here"),
            ("PUBLIC_URL", "http://example.com"),
            ("SMTP_URL", "mail"),
            ("FEATURE_MODE", "some"),
            ("ALLOW_LOOPBACK_PROVIDERS", "maybe"),
            ("KEY_EPOCH_DAYS", "-1"),
            ("BACKUP_RETENTION_DAYS", "0"),
            ("OAUTH_HUBSPOT_CLIENT_SECRET", "planted"),
        ])
        .err()
        .expect("refused");
        let settings: Vec<_> = problems.iter().map(|p| p.setting.as_str()).collect();
        assert_eq!(
            settings,
            [
                "DATABASE_URL",
                "LISTEN_ADDR",
                "PUBLIC_URL",
                "SMTP_URL",
                "MAIL_FROM",
                "FEATURE_MODE",
                "ALLOW_LOOPBACK_PROVIDERS",
                "KEY_EPOCH_DAYS",
                "BACKUP_RETENTION_DAYS",
                "OAUTH_HUBSPOT_CLIENT_ID"
            ]
        );
        assert!(problems.iter().all(|p| !p.to_string().contains("planted")));
    }

    #[test]
    fn ops_2_postgresql_and_redis_are_the_scaled_profile() {
        let scaled = [("DATABASE_URL", "postgres://x"), ("REDIS_URL", "redis://x")];
        let config = load(&scaled).expect("valid");
        assert!(config.is_scaled() && !load(&[]).expect("valid").is_scaled());
        assert_eq!((config.database_connections, config.worker_concurrency), (16, 8));
        assert_eq!(config.redis_prefix, "consentry");
        for (setting, value) in [
            ("REDIS_URL", "http://x"),
            ("REDIS_URL", "redis://"),
            ("REDIS_URL", "redis://x:port"),
            ("REDIS_URL", "redis://x/one"),
            ("DATABASE_URL", "postgres://u:p#1@x"),
            ("REDIS_PREFIX", "a b"),
            ("DATABASE_CONNECTIONS", "1"),
            ("WORKER_CONCURRENCY", "0"),
        ] {
            let mut wrong = scaled.to_vec();
            wrong.push((setting, value));
            let problems = load(&wrong).err().expect("refused");
            assert_eq!(problems.iter().map(|p| p.setting.as_str()).collect::<Vec<_>>(), [setting]);
        }
    }

    #[test]
    fn ops_2_other_mixes_refuse_with_what_to_set() {
        for (environment, setting) in [
            (&[("REDIS_URL", "redis://x")][..], "REDIS_URL"),
            (&[("DATABASE_URL", "postgres://x")], "REDIS_URL"),
        ] {
            let problems = load(environment).err().expect("refused");
            assert_eq!(problems.iter().map(|p| p.setting.as_str()).collect::<Vec<_>>(), [setting]);
        }
    }

    #[test]
    fn a_file_is_read_and_the_environment_wins() {
        let file = "listen_addr = \"127.0.0.1:1\"\nfeature_mode = \"manual\"\nkey_epoch_days = 0\nbackup_retention_days = \"7\"\noauth_github_client_id = \"123\"\n";
        let config =
            Config::from_parts(file, [("LISTEN_ADDR".to_owned(), "127.0.0.1:2".to_owned())]).expect("valid");
        assert_eq!(config.listen_addr.port(), 2);
        assert_eq!(config.feature_mode, FeatureMode::Manual);
        assert_eq!((config.key_epoch_days, config.backup_retention_days), (0, 7));
        assert_eq!(config.oauth_clients["github"].id, "123");
        assert!(Config::from_parts("lisen_addr = \"x\"", []).is_err(), "a misspelt setting is told");
    }
}
