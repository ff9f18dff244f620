//! Parts from npm that nobody here wrote: an OAuth server and a mail server. They end with their standard
//! input, so none is left behind.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running part.
pub struct Part {
    /// What it said when it was ready.
    pub ready: Value,
    _child: Child,
}

impl Part {
    /// Starts `tests/node/<script>` with a configuration.
    ///
    /// # Panics
    /// When Node or the packages are missing; `make test` installs them.
    pub async fn start(script: &str, config: &Value) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/node");
        let mut child = Command::new("node")
            .arg(script)
            .arg(config.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed; run `make test`");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let line = lines
            .next_line()
            .await
            .expect("a line")
            .expect("the part starts; run `make test` once to install its packages");
        Self { ready: serde_json::from_str(&line).expect("one line of JSON"), _child: child }
    }
}
