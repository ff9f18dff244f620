//! Turns settings as they are written into a configuration, and tells every problem at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::value::Value;
use redis::IntoConnectionInfo as _;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::mail::check_mail;
use super::single_sign_on::Written;
use super::{Config, ConfigProblem, FILE, FeatureMode, InstanceClient, SETTINGS, is_loopback, problem};

/// Names in Redis begin with it.
const DEFAULT_PREFIX: &str = "consentry";
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// A quarter: few keys to look after, and a stolen one opens three months of back-ups at most.
const DEFAULT_EPOCH: u32 = 90;
/// Daily back-ups of a month and some days to spare.
const DEFAULT_RETENTION: u32 = 35;
/// Ten years: more is a slip of the pen.
const DAYS_MAX: u32 = 3650;

/// Settings as they are written, all as text so that every problem can be told at once.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    database_url: Option<String>,
    redis_url: Option<String>,
    redis_prefix: Option<String>,
    database_connections: Option<Value>,
    worker_concurrency: Option<Value>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    public_url: Option<String>,
    listen_addr: Option<String>,
    data_dir: Option<String>,
    catalog_dir: Option<String>,
    feature_mode: Option<String>,
    free_mail_domains: Option<String>,
    mails_per_sender_hour: Option<String>,
    mails_per_recipient_hour: Option<String>,
    bounce_secret: Option<String>,
    metrics_token: Option<String>,
    broker_timeout_seconds: Option<Value>,
    key_epoch_days: Option<Value>,
    backup_retention_days: Option<Value>,
    allow_loopback_providers: Option<String>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret: Option<String>,
    oidc_name: Option<String>,
    oidc_domains: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// App and part of a setting such as `oauth_hubspot_client_id`.
pub(super) fn client_setting(name: &str) -> Option<(&str, bool)> {
    let rest = name.strip_prefix("oauth_")?;
    rest.strip_suffix("_client_id")
        .map(|app| (app, true))
        .or_else(|| rest.strip_suffix("_client_secret").map(|app| (app, false)))
}

impl Raw {
    pub(super) fn check(self) -> Result<Config, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let data_dir = PathBuf::from(self.data_dir.as_deref().unwrap_or("data"));
        let database_url =
            check_database(self.database_url, self.redis_url.as_deref(), &data_dir, &mut problems);
        let redis_prefix = check_prefix(self.redis_prefix, &mut problems);
        // Two: a transaction holds one while what it decides by is read on another.
        let database_connections =
            count(&mut problems, "database_connections", self.database_connections, 2, 1000, 16);
        let worker_concurrency =
            count(&mut problems, "worker_concurrency", self.worker_concurrency, 1, 256, 8);
        let listen_addr = parse_or(
            &mut problems,
            "listen_addr",
            self.listen_addr.as_deref().unwrap_or(DEFAULT_LISTEN),
            "write it like 127.0.0.1:8080",
        );
        let public_url = check_public_url(self.public_url.as_deref(), listen_addr, &mut problems);
        let mail_from = check_mail(self.smtp_url.as_deref(), self.mail_from, &mut problems);
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
        let most = |setting: &str, text: Option<&str>, default: &str, problems: &mut _| {
            let hint = "must be a number from 1, of mails in an hour";
            parse_or::<std::num::NonZeroU64>(problems, setting, text.unwrap_or(default), hint)
        };
        let mails_per_sender =
            most("mails_per_sender_hour", self.mails_per_sender_hour.as_deref(), "60", &mut problems);
        let mails_per_recipient =
            most("mails_per_recipient_hour", self.mails_per_recipient_hour.as_deref(), "30", &mut problems);
        for (setting, text) in
            [("bounce_secret", &self.bounce_secret), ("metrics_token", &self.metrics_token)]
        {
            if text.as_ref().is_some_and(|text| text.len() < 16) {
                problems.push(problem(setting, "must have 16 characters at least"));
            }
        }
        // An app that thinks for two minutes is slow, and some do.
        let broker_timeout =
            count(&mut problems, "broker_timeout_seconds", self.broker_timeout_seconds, 1, 3600, 120);
        let epoch = days(&mut problems, "key_epoch_days", self.key_epoch_days, 0, DEFAULT_EPOCH);
        // At least a day: as long as another process may need to notice that a key was retired, and more.
        let retention =
            days(&mut problems, "backup_retention_days", self.backup_retention_days, 1, DEFAULT_RETENTION);
        let oauth_clients = check_clients(self.rest, &mut problems);
        let single_sign_on = Written {
            issuer: self.oidc_issuer,
            client_id: self.oidc_client_id,
            client_secret: self.oidc_client_secret,
            name: self.oidc_name,
            domains: self.oidc_domains,
        }
        .check(allow_loopback.unwrap_or_default(), &mut problems);
        match (listen_addr, public_url, feature_mode, allow_loopback) {
            (Some(listen_addr), Some(public_url), Some(feature_mode), Some(allow_loopback_providers))
                if problems.is_empty() =>
            {
                Ok(Config {
                    database_url,
                    redis_url: self.redis_url.map(SecretString::from),
                    redis_prefix,
                    database_connections,
                    worker_concurrency: usize::try_from(worker_concurrency).unwrap_or(1),
                    data_dir,
                    public_url,
                    listen_addr,
                    smtp_url: self.smtp_url.map(SecretString::from),
                    mail_from,
                    catalog_dir: self.catalog_dir.map(PathBuf::from),
                    feature_mode,
                    mails_per_sender: mails_per_sender.map_or(1, Into::into),
                    mails_per_recipient: mails_per_recipient.map_or(1, Into::into),
                    bounce_secret: self.bounce_secret.map(SecretString::from),
                    metrics_token: self.metrics_token.map(SecretString::from),
                    free_mail_domains: domains(self.free_mail_domains.as_deref()),
                    broker_timeout: std::time::Duration::from_secs(broker_timeout.into()),
                    key_epoch_days: epoch,
                    backup_retention_days: retention,
                    allow_loopback_providers,
                    oauth_clients,
                    single_sign_on,
                    sandbox_url: None,
                    follows_listener: self.public_url.is_none(),
                    listens: self.listen_addr.is_some(),
                })
            }
            _ => Err(problems),
        }
    }
}

/// A number of days.
fn days(
    problems: &mut Vec<ConfigProblem>,
    setting: &str,
    value: Option<Value>,
    min: u32,
    default: u32,
) -> u32 {
    number(value, min, DAYS_MAX, default).unwrap_or_else(|| {
        problems.push(problem(setting, format!("must be a number of days from {min} to {DAYS_MAX}")));
        default
    })
}

/// A number of things.
fn count(
    problems: &mut Vec<ConfigProblem>,
    setting: &str,
    value: Option<Value>,
    min: u32,
    max: u32,
    default: u32,
) -> u32 {
    number(value, min, max, default).unwrap_or_else(|| {
        problems.push(problem(setting, format!("must be a number from {min} to {max}")));
        default
    })
}

/// A number, written as a text or as a number; `None` outside of its range.
fn number(value: Option<Value>, min: u32, max: u32, default: u32) -> Option<u32> {
    let Some(value) = value else { return Some(default) };
    let number = match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => value
            .to_u128()
            .and_then(|number| u32::try_from(number).ok())
            .or_else(|| value.to_i128().and_then(|number| u32::try_from(number).ok())),
    };
    number.filter(|number| (min..=max).contains(number))
}

/// Domains, separated by commas or spaces.
pub(super) fn domains(text: Option<&str>) -> std::collections::BTreeSet<String> {
    let words = text.unwrap_or_default().split([',', ' ']).map(|word| word.trim().trim_start_matches('@'));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
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

fn check_prefix(prefix: Option<String>, problems: &mut Vec<ConfigProblem>) -> String {
    let prefix = prefix.unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    if !prefix.chars().all(|char| char.is_ascii_alphanumeric() || "-_.:".contains(char)) {
        problems.push(problem("redis_prefix", "may have letters, digits and - _ . :"));
    }
    prefix
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
    } else if postgres && !redis.is_some_and(is_redis) {
        problems.push(problem(
            "redis_url",
            "write it like redis://user:password@redis.example.com:6379, or rediss:// with TLS",
        ));
    }
    if postgres && Url::parse(&url).is_err() {
        problems.push(problem(
            "database_url",
            "write it like postgres://user:password@host:5432/consentry, with other characters than letters and digits in the password as %40",
        ));
    }
    SecretString::from(url)
}

/// Whether whoever connects can read it; else a process would run deaf.
fn is_redis(url: &str) -> bool {
    (url.starts_with("redis://") || url.starts_with("rediss://")) && url.into_connection_info().is_ok()
}

fn check_public_url(
    url: Option<&str>,
    listen: Option<SocketAddr>,
    problems: &mut Vec<ConfigProblem>,
) -> Option<Url> {
    if let (None, Some(address)) = (url, listen.filter(|address| address.ip().is_unspecified())) {
        let example = format!("http://localhost:{}", address.port());
        problems.push(problem("public_url", format!("set the address by which browsers reach what listens on {address}: https://…, or {example} where that is this machine alone")));
        return None;
    }
    let default = listen.map(|address| format!("http://{address}"));
    let text = url.or(default.as_deref())?;
    let Ok(parsed) = Url::parse(text) else {
        problems.push(problem("public_url", "write it like https://consentry.example.com"));
        return None;
    };
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && is_loopback(&parsed)) {
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
            let lower = name.to_lowercase();
            // Names of the environment come in lower case already, so this one stands in the file.
            let is_known = SETTINGS.contains(&lower.as_str()) || client_setting(&lower).is_some();
            problems.push(problem(
                &name,
                if lower != name && is_known {
                    format!("is written in lower case in {FILE}: {lower}")
                } else {
                    "is not a setting; see the list in README.md".to_owned()
                },
            ));
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
