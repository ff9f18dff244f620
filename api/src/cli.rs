//! The command line (OPS-6).

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use domain::clock::Clock;
use domain::id::JobId;
use service::config::ConfigProblem;
use service::{Config, KeyState, Service, Standing};

use crate::{audit, demo, doctor, serve};

/// Credential requests: ask for access to apps that others own, without asking for passwords.
#[derive(Parser)]
#[command(name = "consentry", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, and in the embedded profile the worker too (the default).
    Serve,
    /// Run the worker alone, for the scaled profile.
    Worker,
    /// Serve an instance filled with an example organization and a sandbox provider.
    Demo,
    /// Bring the database up to this version, then end.
    Migrate,
    /// Check the configuration, the database, the keys, the mail server and a running process.
    Doctor,
    /// Look at jobs that were given up.
    Jobs {
        #[command(subcommand)]
        command: JobCommand,
    },
    /// Verify, anchor or export the audit log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Look at the key-encryption keys, or make a new one; the keys themselves are never shown.
    Keys {
        #[command(subcommand)]
        command: Option<KeyCommand>,
    },
    /// Print the GraphQL schema.
    Schema,
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Read every chain from its beginning and name the first bad record of each.
    Verify {
        /// File with an earlier answer of `anchor`; the one that the worker keeps in `DATA_DIR` when absent.
        #[arg(long)]
        anchor: Option<std::path::PathBuf>,
    },
    /// Print the ends of all chains as JSON. Kept on another machine they show that a chain was cut.
    Anchor,
    /// Print all records as JSON, one a line, oldest first.
    Export {
        /// Only those of this organization.
        #[arg(long)]
        organization: Option<domain::id::OrganizationId>,
    },
}

#[derive(Subcommand)]
enum JobCommand {
    /// List jobs that were given up, newest first.
    Dead,
    /// Start a job again.
    Retry {
        /// Id of the job.
        id: JobId,
    },
    /// Make every job that was handed out due at once, without waiting for its lease: after a crash.
    Release,
    /// Remove a job for good.
    Drop {
        /// Id of the job.
        id: JobId,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// List the keys, oldest first, with what each is for and how many rows name it (the default).
    List,
    /// Make a new key now, and seal again by it what is alive; nothing has to be stopped for it.
    Rotate,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // One TLS provider for everything in the process; a second call means that it is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("the runtime does not start: {error}")),
    };
    {
        let _inside = runtime.enter();
        service::telemetry::init();
    }
    let ended = runtime.block_on(async {
        let ended = run(cli.command.unwrap_or(Command::Serve)).await;
        service::trace::finish().await;
        ended
    });
    // What had to end has ended; threads that wait for something are not waited for.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) if error.is::<NobodyReads>() => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}")),
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Schema = command {
        answer(schema::sdl().trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = match Config::load() {
        Ok(config) => config,
        Err(problems) => {
            let lines: Vec<_> = problems.iter().map(ConfigProblem::to_string).collect();
            return Ok(complain(&format!(
                "the configuration has {} problems:\n{}",
                lines.len(),
                lines.join("\n")
            )));
        }
    };
    match command {
        Command::Serve => serve::run(config).await?,
        Command::Worker => worker::process::run(config).await?,
        Command::Demo => demo::run(config).await?,
        Command::Doctor => return doctor::run(config).await,
        Command::Migrate => {
            let service = start(config).await?;
            say(match service.db().standing().await? {
                Standing::Newer(_) => "the database is of a newer version and stays as it is",
                Standing::Current | Standing::Behind(_) | Standing::Foreign => "the database is up to date",
            });
            service.db().close().await;
        }
        Command::Jobs { command } => jobs(&look(config).await?, command).await?,
        Command::Audit { command } => return audit::run(&look(config).await?, command).await,
        Command::Keys { command } => {
            keys(&look(config).await?, command.unwrap_or(KeyCommand::List)).await?;
        }
        Command::Schema => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn start(config: Config) -> anyhow::Result<Service> {
    Service::start(config, Clock::System).await.context("Consentry does not start")
}

/// For commands beside processes that run: an upgrade is not theirs to begin.
async fn look(config: Config) -> anyhow::Result<Service> {
    Service::look(config, Clock::System).await.context("nothing was done")
}

async fn jobs(service: &Service, command: JobCommand) -> anyhow::Result<()> {
    match command {
        JobCommand::Dead => {
            for (id, kind, error) in service.dead_jobs().await? {
                answer(&format!("{id}  {kind}  {error}"))?;
            }
        }
        JobCommand::Retry { id } => {
            anyhow::ensure!(service.retry_dead_job(id).await?, "there is no given-up job {id}");
            say("the job will run again");
        }
        JobCommand::Release => {
            service.release_leases().await?;
            say("every waiting job is due now");
        }
        JobCommand::Drop { id } => {
            anyhow::ensure!(service.drop_dead_job(id).await?, "there is no given-up job {id}");
            say("the job is gone");
        }
    }
    Ok(())
}

/// How dates are shown.
const DAY: &str = "%Y-%m-%d";

async fn keys(service: &Service, command: KeyCommand) -> anyhow::Result<()> {
    if let KeyCommand::Rotate = command {
        let rows = service.rotate_keys().await?;
        say(&format!("a new key was made; rows sealed again by it: {rows}; back up the key file now\n"));
    }
    say(&format!("{:9}  {:10}  {:>8}  STATE", "KEY", "MADE", "ROWS"));
    for key in service.keys().await? {
        let state = match key.state {
            KeyState::Active => "active".to_owned(),
            KeyState::Retired { since, until: None } => format!("retired {}", since.format(DAY)),
            KeyState::Retired { since, until: Some(until) } => {
                format!("retired {}, kept for back-ups until {}", since.format(DAY), until.format(DAY))
            }
            KeyState::Destroyed { since } => format!("destroyed {}", since.format(DAY)),
        };
        let made = key.created_at.format(DAY).to_string();
        answer(&format!("{:9}  {made:10}  {:>8}  {state}", key.id, key.rows))?;
    }
    Ok(())
}

/// Whoever read the answer has gone, as `head` does when it has enough.
#[derive(Debug)]
struct NobodyReads;

impl std::fmt::Display for NobodyReads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody reads the answer any more")
    }
}

impl std::error::Error for NobodyReads {}

/// Writes what a command was asked for. Ends it where that can go nowhere: quietly, where the reader has gone.
pub(crate) fn answer(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(NobodyReads.into()),
        written => written.context("the answer cannot be written"),
    }
}

/// Says what happens. What is done is done though nobody hears it.
pub(crate) fn say(text: &str) {
    let _ = answer(text);
}

#[expect(clippy::print_stderr, reason = "the operator reads it where the command was typed")]
pub(crate) fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::FAILURE
}
