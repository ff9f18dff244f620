//! A client that knows of several processes: it goes to another where it cannot connect, and tells apart what was
//! answered, what was refused, and what nobody knows.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::redirect;
use serde_json::{Value, json};

use super::stage::Stage;

/// Longest wait for one answer: longer than the longest time that a server is frozen.
const LONGEST: Duration = Duration::from_secs(90);

/// How an operation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Done.
    Data(Value),
    /// Not done, for this reason.
    Refused(String),
    /// The connection broke, or the service said that it was not available: it may have been done.
    Unknown,
}

pub struct Client {
    http: reqwest::Client,
    bases: Vec<String>,
    turn: AtomicUsize,
    /// How often each answer was given that is no plain success.
    pub noted: Mutex<BTreeMap<String, usize>>,
}

impl Client {
    pub fn new(stage: &Stage) -> Self {
        Self { http: browser(), bases: stage.bases(), turn: AtomicUsize::new(0), noted: Mutex::default() }
    }

    /// One that knows of one process only.
    pub fn at(base: String) -> Self {
        Self { http: browser(), bases: vec![base], turn: AtomicUsize::new(0), noted: Mutex::default() }
    }

    fn note(&self, what: &str) {
        *self.noted.lock().expect("notes").entry(what.to_owned()).or_default() += 1;
    }

    /// Sends until one of the processes takes the connection; `None` when the connection broke later.
    async fn send(&self, make: impl Fn(&str) -> reqwest::RequestBuilder) -> Option<reqwest::Response> {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        loop {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            match make(&self.bases[turn % self.bases.len()]).send().await {
                Ok(answer) if answer.status() == 429 || is_starting(&answer) => self.note("not now"),
                Ok(answer) => return Some(answer),
                Err(error) if error.is_connect() => self.note("no connection"),
                Err(_) => {
                    self.note("broken off");
                    return None;
                }
            }
            ticks.tick().await;
        }
    }

    /// Runs an operation.
    pub async fn gql(&self, session: &str, query: &str, variables: &Value) -> Said {
        let body = json!({ "query": query, "variables": variables });
        loop {
            let asked = |base: &str| {
                let request = self.http.post(format!("{base}/graphql")).json(&body);
                request.header("cookie", format!("consentry_session={session}"))
            };
            let Some(answer) = self.send(asked).await else { return Said::Unknown };
            let Ok(answer) = answer.json::<Value>().await else {
                self.note("broken off");
                return Said::Unknown;
            };
            let Some(error) = answer["errors"].get(0) else { return Said::Data(answer["data"].clone()) };
            let code = error["extensions"]["code"].as_str().unwrap_or("NO CODE").to_owned();
            self.note(&code);
            match code.as_str() {
                "RATE_LIMITED" => {}
                "UNAVAILABLE" | "INTERNAL" => return Said::Unknown,
                _ => return Said::Refused(code),
            }
        }
    }

    /// Runs an operation whose outcome nobody knows once more, until it is known.
    pub async fn surely(&self, session: &str, query: &str, variables: &Value) -> Result<Value, String> {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        loop {
            match self.gql(session, query, variables).await {
                Said::Data(data) => return Ok(data),
                Said::Refused(code) => return Err(code),
                Said::Unknown => {}
            }
            ticks.tick().await;
        }
    }

    /// Goes through a sign-in at the app, from its first page to ours, as `account`. True when we said that it is
    /// done, false when we said no, `None` when nobody knows.
    pub async fn sign_in_at_app(&self, session: &str, first: &str, account: &str) -> Option<bool> {
        let mut at = url::Url::parse(first).expect("a URL");
        at.query_pairs_mut().append_pair("login_hint", account);
        let mut cookies = BTreeMap::new();
        let back = loop {
            let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let page = self.http.get(at.clone()).header("cookie", jar.join("; ")).send().await;
            let page = page.expect("the app is there");
            for line in page.headers().get_all("set-cookie") {
                let pair = line.to_str().expect("a text").split(';').next().expect("a pair");
                let (name, value) = pair.split_once('=').expect("a pair");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let next = page.headers().get("location").expect("the app redirects").to_str().expect("a text");
            at = at.join(next).expect("a URL");
            if at.path() == "/oauth/callback" {
                break format!("{}?{}", at.path(), at.query().unwrap_or_default());
            }
        };
        let opened = |base: &str| {
            let request = self.http.get(format!("{base}{back}"));
            request.header("cookie", format!("consentry_session={session}"))
        };
        let answer = self.send(opened).await?;
        match answer.status().as_u16() {
            200 => Some(true),
            // Somebody else was quicker, and the fresh tokens are queued for revocation.
            409 => Some(false),
            other => {
                self.note(&format!("callback {other}"));
                None
            }
        }
    }
}

fn browser() -> reqwest::Client {
    let plain = reqwest::Client::builder().redirect(redirect::Policy::none()).timeout(LONGEST).no_proxy();
    // Node closes connections that nobody used for five seconds.
    plain.pool_idle_timeout(Duration::from_secs(4)).build().expect("a client")
}

/// The process has no database yet, and said so before anything began.
fn is_starting(answer: &reqwest::Response) -> bool {
    let is_text = answer
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.to_str().unwrap_or_default().starts_with("text/plain"));
    answer.status() == 503 && is_text
}
