//! Configuration: environment over file over defaults, checked as a whole at start (OPS-4, OPS-6).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::Value;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

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
    /// Providers on loopback addresses are allowed (development only).
    pub allow_loopback_providers: bool,
    /// OAuth clients by app id.
    pub oauth_clients: BTreeMap<String, InstanceClient>,
    /// Address of the sandbox provider; set by `demo` only.
    pub sandbox_url: Option<String>,
    /// `public_url` was not set, so it follows the address that is listened on.
    follows_listener: bool,
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

/// Settings as they are written, all as text so that every problem can be told at once.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    database_url: Option<String>,
    redis_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    public_url: Option<String>,
    listen_addr: Option<String>,
    data_dir: Option<String>,
    catalog_dir: Option<String>,
    feature_mode: Option<String>,
    allow_loopback_providers: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

impl Config {
    /// Reads `consentry.toml` in the working folder, where there is one, and the environment over it.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn load() -> Result<Self, Vec<ConfigProblem>> {
        let file = Path::new("consentry.toml");
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(vec![problem("consentry.toml", format!("cannot be read: {error}"))]),
        };
        Self::from_parts(&text, std::env::vars())
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
            if SETTINGS.contains(&name.as_str())
                || (name.starts_with("oauth_") && client_setting(&name).is_some())
            {
                figment = figment.merge((name, value));
            }
        }
        let raw: Raw = figment.extract().map_err(|error| {
            error
                .into_iter()
                .map(|one| problem(&one.path.join("."), one.kind.to_string()))
                .collect::<Vec<_>>()
        })?;
        raw.check()
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

    /// Where the key file lies.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("keys.json")
    }
}

const SETTINGS: [&str; 10] = [
    "database_url",
    "redis_url",
    "smtp_url",
    "mail_from",
    "public_url",
    "listen_addr",
    "data_dir",
    "catalog_dir",
    "feature_mode",
    "allow_loopback_providers",
];

fn problem(setting: &str, message: impl Into<String>) -> ConfigProblem {
    ConfigProblem { setting: setting.to_uppercase(), message: message.into() }
}

/// App and part of a setting such as `oauth_hubspot_client_id`.
fn client_setting(name: &str) -> Option<(&str, bool)> {
    let rest = name.strip_prefix("oauth_")?;
    rest.strip_suffix("_client_id")
        .map(|app| (app, true))
        .or_else(|| rest.strip_suffix("_client_secret").map(|app| (app, false)))
}

impl Raw {
    fn check(self) -> Result<Config, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let data_dir = PathBuf::from(self.data_dir.as_deref().unwrap_or("data"));
        let database_url =
            check_database(self.database_url, self.redis_url.as_deref(), &data_dir, &mut problems);
        let listen_addr = parse_or(
            &mut problems,
            "listen_addr",
            self.listen_addr.as_deref().unwrap_or(DEFAULT_LISTEN),
            "write it like 127.0.0.1:8080",
        );
        let public_url = check_public_url(self.public_url.as_deref(), listen_addr, &mut problems);
        if let Some(smtp) = &self.smtp_url
            && !(smtp.starts_with("smtp://") || smtp.starts_with("smtps://"))
        {
            problems.push(problem("smtp_url", "write it like smtps://user:password@mail.example.com, or smtp://… for a server on this machine"));
        }
        if self.smtp_url.is_some() && self.mail_from.is_none() {
            problems.push(problem(
                "mail_from",
                "set the sender of mails, such as Consentry <access@example.com>",
            ));
        }
        let feature_mode = match self.feature_mode.as_deref().unwrap_or("everyone") {
            "manual" => Some(FeatureMode::Manual),
            "auto" => Some(FeatureMode::Auto),
            "everyone" => Some(FeatureMode::Everyone),
            _ => {
                problems.push(problem("feature_mode", "must be manual, auto or everyone"));
                None
            }
        };
        let allow_loopback = match self.allow_loopback_providers.as_deref().unwrap_or("false") {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => {
                problems.push(problem("allow_loopback_providers", "must be true or false"));
                None
            }
        };
        let oauth_clients = check_clients(self.rest, &mut problems);
        match (listen_addr, public_url, feature_mode, allow_loopback) {
            (Some(listen_addr), Some(public_url), Some(feature_mode), Some(allow_loopback_providers))
                if problems.is_empty() =>
            {
                Ok(Config {
                    database_url,
                    data_dir,
                    public_url,
                    listen_addr,
                    smtp_url: self.smtp_url.map(SecretString::from),
                    mail_from: self.mail_from.unwrap_or_else(|| "Consentry <consentry@localhost>".to_owned()),
                    catalog_dir: self.catalog_dir.map(PathBuf::from),
                    feature_mode,
                    allow_loopback_providers,
                    oauth_clients,
                    sandbox_url: None,
                    follows_listener: self.public_url.is_none(),
                })
            }
            _ => Err(problems),
        }
    }
}

fn parse_or<T: std::str::FromStr>(
    problems: &mut Vec<ConfigProblem>,
    setting: &str,
    text: &str,
    hint: &str,
) -> Option<T> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        problems.push(problem(setting, hint));
    }
    parsed
}

fn check_database(
    url: Option<String>,
    redis: Option<&str>,
    data_dir: &Path,
    problems: &mut Vec<ConfigProblem>,
) -> SecretString {
    let url = url.unwrap_or_else(|| format!("sqlite://{}", data_dir.join("consentry.sqlite").display()));
    let sqlite = url.starts_with("sqlite:");
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !sqlite && !postgres {
        problems.push(problem("database_url", "must begin with sqlite: or postgres://"));
    } else if sqlite && redis.is_some() {
        problems.push(problem("redis_url", "SQLite runs in one process and needs no Redis; unset REDIS_URL, or set DATABASE_URL to a postgres:// address"));
    } else if postgres && redis.is_none() {
        problems.push(problem(
            "redis_url",
            "PostgreSQL needs Redis beside it; set REDIS_URL, or unset DATABASE_URL to use SQLite",
        ));
    } else if postgres {
        problems.push(problem(
            "database_url",
            "the scaled profile is not ready yet; unset DATABASE_URL and REDIS_URL to use SQLite",
        ));
    }
    SecretString::from(url)
}

fn check_public_url(
    url: Option<&str>,
    listen: Option<SocketAddr>,
    problems: &mut Vec<ConfigProblem>,
) -> Option<Url> {
    let default = listen.map(|address| format!("http://{address}"));
    let text = url.or(default.as_deref())?;
    let Ok(parsed) = Url::parse(text) else {
        problems.push(problem("public_url", "write it like https://consentry.example.com"));
        return None;
    };
    let loopback = match parsed.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && loopback) {
        problems.push(problem("public_url", "must begin with https:// (http:// is allowed for localhost only): cookies and secrets travel over it"));
        return None;
    }
    if parsed.path() != "/"
        || parsed.query().is_some()
        || parsed.fragment().is_some()
        || !parsed.username().is_empty()
    {
        problems.push(problem(
            "public_url",
            "must be an address without path, query or user, such as https://consentry.example.com",
        ));
        return None;
    }
    Some(parsed)
}

fn check_clients(
    rest: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, InstanceClient> {
    let mut ids = BTreeMap::new();
    let mut secrets = BTreeMap::new();
    for (name, value) in rest {
        let Some((app, is_id)) = client_setting(&name).map(|(app, is_id)| (app.to_owned(), is_id)) else {
            problems.push(problem(&name, "is not a setting; see the list in README.md"));
            continue;
        };
        // A client id may be all digits, which the environment reads as a number.
        let text = match (value.as_str(), value.to_i128(), value.to_u128()) {
            (Some(text), _, _) => text.to_owned(),
            (None, Some(number), _) => number.to_string(),
            (None, None, Some(number)) => number.to_string(),
            (None, None, None) => {
                problems.push(problem(&name, "must be a text"));
                continue;
            }
        };
        if is_id {
            ids.insert(app, text)
        } else {
            secrets.insert(app, text)
        };
    }
    for app in secrets.keys().filter(|app| !ids.contains_key(*app)) {
        problems.push(problem(&format!("oauth_{app}_client_id"), "is missing beside the client secret"));
    }
    ids.into_iter()
        .map(|(app, id)| {
            let secret = secrets.remove(&app).map(SecretString::from);
            (app, InstanceClient { id, secret })
        })
        .collect()
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
                && !config.allow_loopback_providers
                && !config.is_https()
        );
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
                "OAUTH_HUBSPOT_CLIENT_ID"
            ]
        );
        assert!(problems.iter().all(|p| !p.to_string().contains("planted")));
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
        let file =
            "listen_addr = \"127.0.0.1:1\"\nfeature_mode = \"manual\"\noauth_github_client_id = \"123\"\n";
        let config =
            Config::from_parts(file, [("LISTEN_ADDR".to_owned(), "127.0.0.1:2".to_owned())]).expect("valid");
        assert_eq!(config.listen_addr.port(), 2);
        assert_eq!(config.feature_mode, FeatureMode::Manual);
        assert_eq!(config.oauth_clients["github"].id, "123");
        assert!(Config::from_parts("lisen_addr = \"x\"", []).is_err(), "a misspelt setting is told");
    }
}
