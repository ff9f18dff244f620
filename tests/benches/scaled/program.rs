//! The program itself, optimized, on the database of an instance in this process.

use std::time::Duration;

use kit::TestApp;
use kit::system::free_port;
use secrecy::ExposeSecret as _;
use tokio::process::{Child, Command};

/// A process of the program.
pub(crate) struct Program {
    child: Child,
    pub(crate) base: String,
}

impl Program {
    /// An API process.
    pub(crate) async fn serve(app: &TestApp) -> Self {
        let config = app.service.config();
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_consentry-under-test"))
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", config.database_url.expose_secret())
            .env("REDIS_URL", config.redis_url.as_ref().expect("Redis").expose_secret())
            .env("REDIS_PREFIX", &config.redis_prefix)
            .env("DATA_DIR", app.folder().join("data"))
            .env("CATALOG_DIR", app.folder().join("apps"))
            .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
            .env("PUBLIC_URL", &base)
            .env("ALLOW_LOOPBACK_PROVIDERS", "true")
            .env("RUST_LOG", "error")
            .kill_on_drop(true)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        let http = reqwest::Client::new();
        kit::eventually("the program is ready", async || {
            http.get(format!("{base}/readyz")).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
        Self { child, base }
    }

    /// Bytes of memory that it has now.
    pub(crate) fn memory(&self) -> u64 {
        let id = self.child.id().expect("it lives").to_string();
        let out = std::process::Command::new("ps").args(["-o", "rss=", "-p", &id]).output().expect("ps");
        String::from_utf8_lossy(&out.stdout).trim().parse::<u64>().expect("a number") * 1024
    }
}

/// Asks for the memory of a program until told to stop; the most that was seen.
pub(crate) async fn most(program: &Program, stop: tokio_util::sync::CancellationToken) -> u64 {
    let mut most = 0;
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    while !stop.is_cancelled() {
        ticks.tick().await;
        most = most.max(program.memory());
    }
    most
}
