//! The program as a process.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kit::Browser;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;

/// A running process and what it printed.
pub struct Process {
    pub child: Child,
    lines: tokio::io::Lines<BufReader<ChildStdout>>,
    pub base: String,
}

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_consentry-under-test");

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    command_of(PROGRAM, folder, arguments)
}

/// Another program that leads to it.
pub fn command_of(program: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DATA_DIR", folder.join("data"))
        .kill_on_drop(true)
        .stdin(Stdio::null());
    command
}

impl Process {
    /// Starts the program on a port that the system chooses, and waits for its first line.
    pub async fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_with(folder, arguments, &[]).await
    }

    /// The same with more settings; its log goes to `stderr.log` in the folder.
    pub async fn start_with(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        Self::start_by(command(folder, arguments), folder, settings).await
    }

    /// The same by a command of one's own.
    pub async fn start_by(mut command: Command, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let log = std::fs::File::create(folder.join("stderr.log")).expect("a log file");
        command
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command.spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let first = lines.next_line().await.expect("a line").expect("the process lives");
        let base = first
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .expect("an address")
            .trim_end_matches('/')
            .to_owned();
        Self { child, lines, base }
    }

    /// Ends the program as an operator does, and waits for its end.
    pub async fn stop(mut self) -> std::process::ExitStatus {
        self.signal("-TERM");
        tokio::time::timeout(Duration::from_secs(20), self.child.wait())
            .await
            .expect("in time")
            .expect("ended")
    }

    pub async fn line_with(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.next_line().await.expect("a line").expect("the process lives");
            if line.contains(text) {
                return line;
            }
        }
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().expect("the process lives").to_string();
        let sent = std::process::Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    pub async fn mails(&self) -> Vec<Value> {
        Browser::new(&self.base).get("/mailbox.json").await.json().await.expect("JSON")
    }

    /// Waits for a mail, by asking: the process has no other door for it.
    pub async fn mail(&self, subject: &str) -> Value {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            ticks.tick().await;
            if let Some(mail) = self
                .mails()
                .await
                .into_iter()
                .find(|mail| mail["subject"].as_str().is_some_and(|text| text.contains(subject)))
            {
                return mail;
            }
        }
    }

    pub async fn sign_in(&self, email: &str) -> Browser {
        let browser = Browser::new(&self.base);
        browser
            .gql(
                "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }",
                &[("email", email)],
            )
            .await
            .ok();
        let mail = self.mail("sign-in code").await;
        let code = mail["subject"].as_str().expect("a subject").split(' ').next().expect("a code").to_owned();
        let sign_in = "mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { id } } }";
        browser.gql(sign_in, &[("email", email), ("code", &code)]).await.ok();
        browser
    }
}

/// What a sign-in at the demo's app passed through the browser, and the page at its end.
pub struct Through {
    pub state: String,
    pub code: String,
    pub page: String,
}

/// Goes to the demo's app for an item and agrees there.
pub async fn agree_at_sandbox(browser: &Browser, item: &str) -> Through {
    let started = browser.gql(kit::START, &[("item", item)]).await.ok();
    let at = Url::parse(started["startAuthorization"]["url"].as_str().expect("a URL")).expect("a URL");
    let query: std::collections::HashMap<_, _> = at.query_pairs().into_owned().collect();
    let form: Vec<(&str, &str)> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("decision", "allow"), ("account", "account-1"), ("granted", "contacts:read")])
        .collect();
    let back = browser.send(browser.request(reqwest::Method::POST, at.as_str()).form(&form)).await;
    let back = back.headers()["location"].to_str().expect("a text").to_owned();
    let code = Url::parse(&back)
        .expect("a URL")
        .query_pairs()
        .find(|(name, _)| name == "code")
        .expect("a code")
        .1
        .into_owned();
    let page = browser.get(&back).await;
    assert_eq!(page.status(), 200);
    Through { state: query["state"].clone(), code, page: page.text().await.expect("a page") }
}
