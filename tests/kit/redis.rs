//! A Redis for one test: one that may be flushed, stopped and filled up.

use std::process::{Child, Command, Stdio};

use std::io::{BufRead as _, BufReader};

use redis::FromRedisValue;
use redis::aio::MultiplexedConnection;

use crate::system::{free_port, signal};

/// A server of its own on a free port, without persistence; it ends with the test.
pub struct Redis {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Redis {
    /// Starts a server and waits until it listens.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Another process may take the port in between; then the server ends, and the next port is tried.
        for _ in 0..10 {
            let port = free_port();
            if let Some(child) = serve(port, folder.path()) {
                return Self { child, port, folder };
            }
        }
        panic!("redis-server does not start; scripts/setup.sh installs it")
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, as `kill -9` does; everything in it is lost.
    pub fn kill(&mut self) {
        self.child.kill().expect("it lives");
        self.child.wait().expect("it has ended");
    }

    /// Starts it anew, empty, at the same address.
    pub fn restart(&mut self) {
        self.child = serve(self.port, self.folder.path()).expect("redis-server starts again");
    }

    /// Stops it where it stands.
    pub fn freeze(&self) {
        signal(&[self.child.id()], "-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        signal(&[self.child.id()], "-CONT");
    }

    /// Sends it a command, words apart by spaces.
    pub async fn ask<T: FromRedisValue>(&self, command: &str) -> T {
        let mut words = command.split(' ');
        let mut cmd = redis::cmd(words.next().expect("a command"));
        for word in words {
            cmd.arg(word);
        }
        cmd.query_async(&mut self.connection().await).await.expect("Redis answers")
    }

    async fn connection(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.url()).expect("an address");
        client.get_multiplexed_async_connection().await.expect("Redis listens")
    }
}

/// `None` when it ended before it listened.
fn serve(port: u16, folder: &std::path::Path) -> Option<Child> {
    let mut child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server is installed; see scripts/setup.sh");
    let lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    // What comes later is little, and fits into the pipe.
    for line in lines.map_while(Result::ok) {
        if line.contains("Ready to accept connections") {
            return Some(child);
        }
    }
    let _ = child.wait();
    None
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
