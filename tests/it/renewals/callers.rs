//! People who grant access to their accounts at the app, and programs that use it through the broker without a pause.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::{StreamExt as _, stream};
use kit::{CONNECT, CREATE, START};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::faults::client::Client;
use crate::faults::stage::Stage;

/// An account that its owner has opened, and the connection by which a program uses it.
#[derive(Debug, Clone)]
pub struct Access {
    /// Its name at the app; no two are the same.
    pub account: String,
    pub request: String,
    pub item: String,
    /// Which of the recipients has granted it.
    pub recipient: usize,
    pub connection: String,
    token: String,
}

impl Access {
    /// One call to the app, at a process of ours: the status, and the code of our refusal if it was refused here.
    pub async fn call(&self, http: &reqwest::Client, base: &str) -> Option<(u16, String)> {
        let at = format!("{base}/broker/{}/me", self.connection);
        let answer = http.get(at).bearer_auth(&self.token).send().await.ok()?;
        let refused = answer.headers().get("consentry-refused");
        let refused = refused.and_then(|code| code.to_str().ok()).unwrap_or_default().to_owned();
        let status = answer.status().as_u16();
        answer.bytes().await.ok()?;
        Some((status, refused))
    }
}

/// Lets `count` accounts be asked for and granted, as people would, through every public door.
pub async fn granted(stage: &Stage, client: &Client, count: usize) -> Vec<Access> {
    let one = |number: usize| async move {
        let requester = &stage.requesters[number % stage.requesters.len()].session;
        let recipient = number % stage.recipients.len();
        let person = &stage.recipients[recipient];
        let input = json!({
            "teamId": stage.team.to_string(),
            "name": format!("Books {number}"),
            "recipient": { "member": person.id },
            "items": [{ "app": "ledger", "modules": { "all": true } }],
            "acceptTerms": true,
            "idempotencyKey": format!("books-{number}"),
        });
        let sent = client.surely(requester, CREATE, &json!({ "input": input })).await.expect("a request");
        let sent = &sent["createCredentialRequest"]["request"];
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let (request, item) = (text(&sent["id"]), text(&sent["items"][0]["id"]));
        let account = format!("owner{number}");
        let start = client.surely(&person.session, START, &json!({ "item": item })).await.expect("a start");
        let first = text(&start["startAuthorization"]["url"]);
        assert_eq!(client.sign_in_at_app(&person.session, &first, &account).await, Some(true));
        let names = json!({ "item": item, "name": format!("Shop {number}") });
        let made = client.surely(requester, CONNECT, &names).await.expect("a connection");
        let made = &made["createConnection"];
        let (connection, token) = (text(&made["connection"]["id"]), text(&made["token"]));
        Access { account, request, item, recipient, connection, token }
    };
    stream::iter(0..count).map(one).buffered(8).collect().await
}

/// How calls ended: status and our code, and how often.
pub type Answers = BTreeMap<(u16, String), u64>;

/// Stands for our code where the app refused a call because the owner of the account has ended the access.
const ENDED: &str = "ended by its owner";

/// Programs that call.
pub struct Callers {
    answers: Arc<Mutex<Answers>>,
    /// The account of which the owner has ended the access.
    ended: Arc<Mutex<Option<String>>>,
    enough: CancellationToken,
    running: JoinSet<()>,
}

impl Callers {
    /// Starts `count` of them. Each goes round all accesses and both processes, from a place of its own.
    pub fn start(stage: &Stage, all: &[Access], count: usize) -> Self {
        let (answers, enough) = (Arc::<Mutex<Answers>>::default(), CancellationToken::new());
        let ended = Arc::<Mutex<Option<String>>>::default();
        let mut running = JoinSet::new();
        for number in 0..count {
            let (answers, ended, enough) = (Arc::clone(&answers), Arc::clone(&ended), enough.clone());
            let (all, bases, http) = (all.to_vec(), stage.bases(), stage.http.clone());
            running.spawn(async move {
                let mut turn = number * all.len() / count;
                while !enough.is_cancelled() {
                    let access = &all[turn % all.len()];
                    let answer = access.call(&http, &bases[turn % bases.len()]).await;
                    let mut answer = answer.unwrap_or((0, "broken off".to_owned()));
                    if is_refused_by_app(&answer)
                        && ended.lock().expect("an account").as_ref() == Some(&access.account)
                    {
                        ENDED.clone_into(&mut answer.1);
                    }
                    *answers.lock().expect("answers").entry(answer).or_default() += 1;
                    // A step that meets every access, and each at both processes.
                    turn += 1;
                }
            });
        }
        Self { answers, ended, enough, running }
    }

    /// From now on, the owner of an account may have ended the access: until that is known here (`None`), the app's
    /// own answer goes on to whoever calls.
    pub fn ends(&self, account: Option<&str>) {
        *self.ended.lock().expect("an account") = account.map(str::to_owned);
    }

    /// How calls ended since this was asked last.
    pub fn take(&self) -> Answers {
        std::mem::take(&mut *self.answers.lock().expect("answers"))
    }

    /// Lets the calls in flight end. Returns how those ended that nobody has taken.
    pub async fn stop(mut self) -> Answers {
        self.enough.cancel();
        while let Some(ended) = self.running.join_next().await {
            ended.expect("it only calls");
        }
        self.take()
    }
}

fn is_refused_by_app((status, code): &(u16, String)) -> bool {
    *status == 401 && code.is_empty()
}

/// Calls that the app refused for their token, though its owner had not ended the access: none must be there.
pub fn refused_by_app(answers: &Answers) -> u64 {
    answers.iter().filter(|(answer, _)| is_refused_by_app(answer)).map(|(_, count)| count).sum()
}
