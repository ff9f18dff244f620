//! `serve`: one process with the API, and in the embedded profile the worker, until it is told to stop (REL-4).

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::serve::ListenerExt as _;
use service::{Config, Service};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use worker::process::{in_time, stop_signal};
use worker::{Mailer, start};

use crate::cli::say;
use crate::{app, stop};

/// How long HTTP requests in flight may take to end once the process was told to stop.
const DRAIN: Duration = Duration::from_secs(15);
/// How long open connections are still served then. Each answer says that it is the last of its connection, so that
/// whoever calls often is gone when idle connections are closed: a request that comes in that moment is lost.
const LAST_CALLS: Duration = Duration::from_secs(1);

pub(crate) async fn run(mut config: Config) -> anyhow::Result<()> {
    let listener = listen(&mut config).await?;
    let serving = Serving::begin(listener);
    let service = tokio::select! {
        started = start::service(config) => started.context("Consentry does not start")?,
        stopped = stop_signal() => return stopped,
    };
    let running = Running::start(service, serving, Router::new())?;
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

/// A listener that answers, with little to say until the service has started.
pub(crate) struct Serving {
    door: start::Door,
    /// The process was told to stop.
    shutdown: CancellationToken,
    /// Connections that wait for a request are closed.
    closing: CancellationToken,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// Answers from now on.
    pub(crate) fn begin(listener: TcpListener) -> Self {
        let door = start::Door::default();
        let (shutdown, closing) = (CancellationToken::new(), CancellationToken::new());
        let router = door.router().layer(from_fn_with_state(shutdown.clone(), stop::say_goodbye));
        let listener = stop::Listening::new(listener, shutdown.clone());
        let close = closing.clone();
        let server = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            // Without it the kernel keeps small frames of sockets back for some 40 ms.
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
            });
            axum::serve(listener, service).with_graceful_shutdown(close.cancelled_owned()).await
        });
        Self { door, shutdown, closing, server }
    }
}

/// A process that serves.
pub(crate) struct Running {
    pub(crate) service: Service,
    serving: Serving,
    /// The worker, or in the scaled profile the connection with the other processes.
    beside: tokio::task::JoinHandle<()>,
    /// Nothing is committed any more.
    silent: CancellationToken,
    tasks: tokio_util::task::TaskTracker,
    ledger: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Opens the door to everything, and starts what runs beside.
    pub(crate) fn start(service: Service, serving: Serving, extra: Router) -> anyhow::Result<Self> {
        let shutdown = &serving.shutdown;
        let app = app::build(service.clone(), shutdown, extra);
        let (own, stop, silent) = (service.clone(), shutdown.clone(), CancellationToken::new());
        let beside = if service.config().is_scaled() {
            let silent = silent.clone();
            tokio::spawn(async move { own.bridge(silent).await })
        } else {
            let mailer = Mailer::from_config(service.config())?;
            tokio::spawn(worker::run_embedded(own, mailer, stop))
        };
        let (counting, stop) = (service.clone(), shutdown.clone());
        let ledger = tokio::spawn(async move { counting.keep_ledger(stop).await });
        serving.door.open(app.router);
        Ok(Self { service, serving, beside, silent, tasks: app.tasks, ledger })
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
        in_time(self.end()).await?;
        tracing::info!("stopped");
        Ok(())
    }

    async fn end(self) -> anyhow::Result<()> {
        self.service.begin_stop();
        self.serving.shutdown.cancel();
        self.tasks.close();
        let ended = tokio::time::timeout(DRAIN, async {
            tokio::time::sleep(LAST_CALLS).await;
            self.serving.closing.cancel();
            let server = self.serving.server.await;
            self.tasks.wait().await;
            // What they change is still told to the other processes.
            self.service.finish_renewals().await;
            self.silent.cancel();
            let beside = self.beside.await;
            (server, beside.and(self.ledger.await))
        })
        .await;
        match ended {
            Ok((Ok(Ok(())), Ok(()))) => {}
            Ok(_) => tracing::warn!("a part of the process ended with an error"),
            Err(_) => tracing::warn!("some requests did not end in time and were cut off"),
        }
        // What the last calls did.
        if let Err(error) = self.service.flush_ledger().await {
            tracing::error!(%error, "the last seconds of the ledger are lost");
        }
        // Those of the worker, and of calls that were cut off: what an app has answered is stored.
        self.service.finish_renewals().await;
        self.service.db().close().await;
        Ok(())
    }
}
