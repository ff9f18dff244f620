//! `doctor`: checks a set-up from the outside, changes nothing, and says what to do (OPS-4).

use std::os::unix::fs::PermissionsExt as _;
use std::process::ExitCode;
use std::time::Duration;

use domain::catalog::OwnClientRule;
use domain::clock::Clock;
use domain::credential::Kind;
use service::{Config, Service, Standing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use worker::Mailer;
use worker::queue::redis::{OLDEST_SERVER, RedisQueue};

use crate::cli::say;

pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut healthy = true;
    let mut check = |name: &str, result: Result<String, String>| match result {
        Ok(text) => say(&format!("ok       {name}: {text}")),
        Err(text) => {
            healthy = false;
            say(&format!("problem  {name}: {text}"));
        }
    };
    check("configuration", Ok(format!("public address {}", config.link(""))));
    check("key file", key_file(&config));
    if let Some(open) = open_database(&config) {
        check("database file", Err(open));
    }
    check("mail", mail(&config).await);
    check("process", process(&config).await);
    if let Some(answer) = redis(&config).await {
        check("redis", answer);
    }
    match Service::look(config, Clock::System).await {
        Err(error) => check("database, keys and catalog", Err(error.to_string())),
        Ok(service) => {
            check("database, keys and catalog", Ok(format!("{} apps", service.catalog().len())));
            if let Standing::Newer(migrations) = service.db().standing().await? {
                say(&format!("note     the tables are of a newer version, {migrations} migrations ahead"));
            }
            if let Some(answer) = service.check_single_sign_on().await {
                check("single sign-on", answer.map(|name| format!("{name} answers")));
            }
            let missing = apps_without_client(&service);
            if !missing.is_empty() {
                say(&format!("note     apps that wait for an OAuth client: {}", missing.join(", ")));
            }
            let public = service.public_clients();
            if !public.is_empty() {
                say(&format!(
                    "note     not set, which is right for public clients only: {}",
                    public.join(", ")
                ));
            }
            let dead = service.dead_jobs().await?.len();
            check(
                "jobs",
                if dead == 0 {
                    Ok("none given up".to_owned())
                } else {
                    Err(format!("{dead} given up; see `consentry jobs dead`"))
                },
            );
            service.db().close().await;
        }
    }
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `None` in the embedded profile.
async fn redis(config: &Config) -> Option<Result<String, String>> {
    let queue = RedisQueue::of(config)?;
    let asked = async {
        let queue = queue.map_err(|error| error.to_string())?;
        let version = queue
            .server_version()
            .await
            .map_err(|error| format!("does not answer, or refuses us ({error}); check REDIS_URL"))?;
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if major.is_some_and(|major| major >= OLDEST_SERVER) {
            Ok(format!("version {version} answers"))
        } else {
            Err(format!(
                "the server is of version {version}; version {OLDEST_SERVER} is the oldest that does"
            ))
        }
    };
    Some(match tokio::time::timeout(Duration::from_secs(5), asked).await {
        Ok(answer) => answer,
        Err(_) => Err("does not answer; check REDIS_URL".to_owned()),
    })
}

/// What to do about a database whose files others on this machine may read.
fn open_database(config: &Config) -> Option<String> {
    let open = config
        .database_files()
        .into_iter()
        .filter(|path| std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0));
    let open = open.map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
    (!open.is_empty()).then(|| format!("{open} can be read by others; run: chmod 600 {open}"))
}

fn key_file(config: &Config) -> Result<String, String> {
    let path = config.key_file();
    match std::fs::metadata(&path) {
        Err(_) => Ok(format!("{} will be made at the first start", path.display())),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            Err(format!("{0} can be read by others; run: chmod 600 {0}", path.display()))
        }
        Ok(_) => Ok(format!("{} (back it up apart from the database)", path.display())),
    }
}

async fn mail(config: &Config) -> Result<String, String> {
    match Mailer::from_config(config).map_err(|error| error.to_string())? {
        Mailer::BuiltIn if crate::mailbox::is_served(config) => Ok("built-in mailbox".to_owned()),
        Mailer::BuiltIn => Err("no mail leaves this instance; set SMTP_URL and MAIL_FROM".to_owned()),
        Mailer::Smtp(smtp) => {
            if smtp.answers().await {
                Ok("the mail server answers".to_owned())
            } else {
                Err("the mail server does not answer, or refuses our name and password; check SMTP_URL"
                    .to_owned())
            }
        }
    }
}

async fn process(config: &Config) -> Result<String, String> {
    let ask = async {
        let mut stream = TcpStream::connect(config.listen_addr).await?;
        stream
            .write_all(
                format!("GET /readyz HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", config.listen_addr)
                    .as_bytes(),
            )
            .await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(Duration::from_secs(5), ask).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => {
            Ok(format!("ready on {}", config.listen_addr))
        }
        Ok(Ok(_)) => Err(format!("the process on {} is not ready; see /readyz", config.listen_addr)),
        Ok(Err(_)) | Err(_) => {
            Err(format!("nothing answers on {}; start it with `consentry serve`", config.listen_addr))
        }
    }
}

fn apps_without_client(service: &Service) -> Vec<String> {
    service
        .catalog()
        .iter()
        .filter(|app| {
            app.versions.iter().flat_map(|version| &version.methods).any(|method| {
                method.kind == Kind::OAuth2Code
                    && method.own_client() == OwnClientRule::No
                    && !service.config().oauth_clients.contains_key(&app.id.replace('-', "_"))
            })
        })
        .map(|app| app.name.clone())
        .collect()
}
