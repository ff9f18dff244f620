//! A PostgreSQL for one test: one that may be killed and frozen.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use crate::system::{children, free_port, signal};

/// A server of its own on a free port; it ends with the test.
pub struct Postgres {
    child: Child,
    port: u16,
    data: PathBuf,
    // Last, so that it is removed last.
    folder: tempfile::TempDir,
}

impl Postgres {
    /// Makes a server, starts it, and waits until it answers. Its programs are in the path of
    /// `scripts/with-services.sh`.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("postgres");
        if is_root(folder.path()) {
            // PostgreSQL does not run as root, and its own user has to reach its folder.
            std::fs::create_dir(&data).expect("a folder");
            run(Command::new("chmod").arg("711").arg(folder.path()));
            run(Command::new("chown").arg("postgres:").arg(&data));
        }
        run(as_postgres(folder.path(), "initdb").arg("--pgdata").arg(&data).args([
            "--username=consentry",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        let port = free_port();
        let child = serve(folder.path(), &data, port);
        let server = Self { child, port, data, folder };
        server.answers().await;
        server
    }

    /// Address of its database.
    pub fn url(&self) -> String {
        format!("postgres://consentry@127.0.0.1:{}/postgres", self.port)
    }

    /// Kills all its processes at once, as `kill -9` does.
    pub fn kill(&mut self) {
        signal(&self.processes(), "-KILL");
        self.child.wait().expect("it has ended");
    }

    /// Starts it anew on the same data, and waits until it answers.
    pub async fn restart(&mut self) {
        self.child = serve(self.folder.path(), &self.data, self.port);
        self.answers().await;
    }

    /// Stops all its processes where they stand.
    pub fn freeze(&self) {
        signal(&self.processes(), "-STOP");
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        signal(&self.processes(), "-CONT");
    }

    fn processes(&self) -> Vec<u32> {
        let own = self.child.id();
        // The server first, so that it starts no more of them.
        let mut all = vec![own];
        all.extend(children(own));
        all
    }

    async fn answers(&self) {
        let asking = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(20));
            loop {
                ticks.tick().await;
                let Ok(mut db) = PgConnection::connect(&self.url()).await else { continue };
                if db.ping().await.is_ok() {
                    return;
                }
            }
        };
        let answered = tokio::time::timeout(Duration::from_mins(1), asking).await;
        let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(answered.is_ok(), "PostgreSQL does not answer: {}", log());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.thaw();
        signal(&self.processes(), "-KILL");
        let _ = self.child.wait();
    }
}

fn is_root(folder: &Path) -> bool {
    std::fs::metadata(folder).expect("a folder").uid() == 0
}

fn as_postgres(folder: &Path, program: &str) -> Command {
    let mut command = if is_root(folder) {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", program]);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").stdin(Stdio::null());
    command
}

fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; see scripts/setup.sh"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn serve(folder: &Path, data: &Path, port: u16) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log");
    // It survives kill -9 of its processes without waiting for the disk: that is for power cuts.
    let settings = ["fsync=off", "full_page_writes=off", "max_connections=100", "listen_addresses=127.0.0.1"];
    as_postgres(folder, "postgres")
        .arg("-D")
        .arg(data)
        .args(["-p", &port.to_string(), "-k", ""])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("PostgreSQL starts")
}
