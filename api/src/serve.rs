//! `serve`: one process with the API and the embedded worker, until it is told to stop (REL-4).

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::serve::ListenerExt as _;
use domain::clock::Clock;
use service::{Config, Service};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use worker::Mailer;

use crate::app;
use crate::cli::say;

/// How long HTTP requests in flight may take to end once the process was told to stop.
const DRAIN: Duration = Duration::from_secs(15);

pub(crate) async fn run(mut config: Config) -> anyhow::Result<()> {
    let listener = listen(&mut config).await?;
    let service = Service::start(config, Clock::System).await.context("Consentry does not start")?;
    let running = Running::start(service, listener, Router::new())?;
    running.greet().await?;
    running.until_stopped().await
}

/// Listens before anything else: an address that is taken must not leave half a start behind.
pub(crate) async fn listen(config: &mut Config) -> anyhow::Result<TcpListener> {
    let address = config.listen_addr;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("LISTEN_ADDR {address} cannot be used"))?;
    config.bound_to(listener.local_addr()?);
    Ok(listener)
}

/// A process that serves.
pub(crate) struct Running {
    pub(crate) service: Service,
    shutdown: CancellationToken,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    worker: tokio::task::JoinHandle<()>,
    tasks: tokio_util::task::TaskTracker,
}

impl Running {
    /// Serves on a listener, and starts the worker.
    pub(crate) fn start(service: Service, listener: TcpListener, extra: Router) -> anyhow::Result<Self> {
        let mailer = Mailer::from_config(service.config())?;
        let shutdown = CancellationToken::new();
        let app = app::build(service.clone(), &shutdown, extra);
        let stop = shutdown.clone();
        let server = tokio::spawn(async move {
            let service = app.router.into_make_service_with_connect_info::<SocketAddr>();
            // Without it the kernel keeps small frames of sockets back for some 40 ms.
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
            });
            axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
        });
        let worker = tokio::spawn(worker::run_embedded(service.clone(), mailer, shutdown.clone()));
        Ok(Self { service, shutdown, server, worker, tasks: app.tasks })
    }

    async fn greet(&self) -> anyhow::Result<()> {
        let config = self.service.config();
        tracing::info!(url = %config.public_url, "Consentry is ready");
        say(&format!("Consentry listens on {}", config.link("")));
        if config.smtp_url.is_none() {
            if crate::mailbox::is_served(config) {
                say(&format!("Mail goes to the built-in mailbox: {}", config.link("/mailbox")));
            } else {
                say(
                    "Mail goes nowhere: set SMTP_URL. The built-in mailbox is shown on addresses of this machine only.",
                );
            }
        }
        if !self.service.is_set_up().await? {
            say(&format!("Set-up code for the first administrator: {}", self.service.set_up_code()));
        }
        Ok(())
    }

    /// Waits for SIGTERM or Ctrl-C, then lets everything in flight end.
    pub(crate) async fn until_stopped(self) -> anyhow::Result<()> {
        stop_signal().await?;
        tracing::info!("stopping: requests and jobs in flight finish");
        self.shutdown.cancel();
        self.tasks.close();
        let ended = tokio::time::timeout(DRAIN, async {
            let server = self.server.await;
            self.tasks.wait().await;
            let worker = self.worker.await;
            (server, worker)
        })
        .await;
        match ended {
            Ok((Ok(Ok(())), Ok(()))) => {}
            Ok(_) => tracing::warn!("a part of the process ended with an error"),
            Err(_) => tracing::warn!("some requests did not end in time and were cut off"),
        }
        self.service.db().close().await;
        tracing::info!("stopped");
        Ok(())
    }
}

async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    tokio::select! {
        _ = terminate.recv() => {}
        pressed = tokio::signal::ctrl_c() => pressed.context("Ctrl-C cannot be heard")?,
    }
    Ok(())
}
