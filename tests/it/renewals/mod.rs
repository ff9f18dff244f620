//! Tokens stay alive under load (HEALTH-1, USE-2, STATE-1): real processes on PostgreSQL and Redis, tokens of three
//! seconds at npm `oidc-provider`, programs that call through the broker without a pause, and workers that die at each
//! place of a renewal, freeze past their claims, or meet a database that is frozen.
//!
//! `make renewals` runs the long proof; docs/faults.md has its figures.

#![allow(clippy::print_stdout, reason = "what a proof did is for whoever reads it")]

mod callers;
mod deaths;
mod races;

use std::time::{Duration, Instant};

use domain::id::ItemId;
use kit::profile::is_scaled;
use kit::{Postgres, REVOKE, Redis, SHOW};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use callers::{Access, Answers, Callers, granted, refused_by_app};

use crate::failpoints::dies;
use crate::faults::client::Client;
use crate::faults::stage::{Running, Stage, until};

/// Longest wait for a worker to get to a place: ticks come every ten seconds, and others may be quicker.
const PLACE: Duration = Duration::from_mins(4);
/// Looks, twenty a second, in which whoever lives ends what it has in hand.
const LOOKS: u32 = 60;
/// Longest wait until what a fault has left behind is over: a claim stands for a minute.
const OVER: Duration = Duration::from_mins(3);

/// Real processes, and what happens to them.
struct Proof {
    stage: Stage,
    client: Client,
    database: String,
    postgres: Postgres,
    // Held while it runs.
    _redis: Redis,
    _apis: Vec<Running>,
    workers: Vec<Running>,
    all: Vec<Access>,
    rows: Vec<String>,
    /// How many workers with failpoints there were.
    armed: usize,
}

impl Proof {
    async fn set(accesses: usize, workers: usize) -> Self {
        let (postgres, redis) = (Postgres::start().await, Redis::start());
        let database = postgres.url();
        let servers = [
            ("DATABASE_URL", database.clone()),
            ("REDIS_URL", redis.url()),
            ("DATABASE_CONNECTIONS", "12".to_owned()),
        ];
        let servers = servers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let stage = Stage::with_tokens_of(3, servers, 5, 20).await;
        let apis = vec![stage.api(0, ""), stage.api(1, "")];
        let workers: Vec<Running> = (0..workers).map(|number| stage.worker(number, "")).collect();
        for running in apis.iter().chain(&workers) {
            running.ready().await;
        }
        let client = Client::new(&stage);
        let all = granted(&stage, &client, accesses).await;
        let rows = Vec::new();
        Self { stage, client, database, postgres, _redis: redis, _apis: apis, workers, all, rows, armed: 0 }
    }

    async fn count(&self, name: &str) -> u64 {
        self.stage.app_stats().await[name].as_u64().expect("a count")
    }

    /// Notes what the calls of a part of the proof came to, and that none failed for an ended token.
    async fn note(&mut self, what: &str, answers: &Answers) {
        let mut db = PgConnection::connect(&self.database).await.expect("PostgreSQL answers");
        let failures =
            "SELECT last_failure, count(*) FROM credential WHERE last_failure IS NOT NULL GROUP BY 1";
        let failures: Vec<(String, i64)> =
            sqlx::query_as(failures).fetch_all(&mut db).await.expect("failures");
        println!("{what}: {failures:?}");
        assert_eq!(refused_by_app(answers), 0, "{what}: {answers:?}");
        let good = answers.get(&(200, String::new())).copied().unwrap_or_default();
        let other: Vec<String> = answers
            .iter()
            .filter(|((status, _), _)| *status != 200)
            .map(|((status, code), count)| format!("{status} {code} {count}"))
            .collect();
        let (refreshed, again) = (self.count("refreshed").await, self.count("sent_again").await);
        let row = format!("| {what} | {good} | {} | {refreshed} | {again} |", other.join(", "));
        println!("{row}");
        self.rows.push(row);
    }

    /// The place of a worker is taken by another one, with failpoints.
    async fn arm(&mut self, failpoints: &str) {
        self.workers[0].kill().await;
        self.armed += 1;
        self.workers[0] = self.stage.worker(10 + self.armed, failpoints);
    }

    async fn frozen(&self) {
        until("it is frozen", PLACE, async || self.workers[0].is_frozen()).await;
    }

    /// The items of which a process that does nothing any more has the renewals, with its claims: those that still stand
    /// when whoever lives has long done with its own.
    async fn in_hand(&self) -> Vec<(Uuid, Uuid)> {
        let mut db = PgConnection::connect(&self.database).await.expect("PostgreSQL answers");
        let claims = "SELECT item_id, claim FROM credential WHERE claim IS NOT NULL AND claim_until > now()";
        let mut found: Vec<(Uuid, Uuid)> = sqlx::query_as(claims).fetch_all(&mut db).await.expect("claims");
        let mut unchanged = 0;
        until("what has no end stands alone", OVER, async || {
            let now: Vec<(Uuid, Uuid)> = sqlx::query_as(claims).fetch_all(&mut db).await.expect("claims");
            let known = found.len();
            found.retain(|claim| now.contains(claim));
            unchanged = if found.len() == known { unchanged + 1 } else { 0 };
            unchanged == LOOKS
        })
        .await;
        assert!(!found.is_empty(), "a frozen worker has something in hand");
        found
    }

    /// State and reason of each item, and to whom it belongs.
    async fn broken(&self) -> Vec<(String, Option<String>)> {
        let mut broken = Vec::new();
        for access in &self.all {
            let recipient = &self.stage.recipients[access.recipient].session;
            let shown = self.client.surely(recipient, SHOW, &json!({ "id": access.request })).await;
            let item = shown.expect("a request")["request"]["items"][0].clone();
            if item["state"] != "AUTHORIZED" {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                broken.push((access.account.clone(), text(&item["invalidReason"]).or(text(&item["state"]))));
            }
        }
        broken
    }

    /// Waits until each access either works, or is known not to.
    async fn rests(&self) {
        let base = &self.stage.bases()[0];
        until("each access works, or is known not to", OVER, async || {
            for access in &self.all {
                match access.call(&self.stage.http, base).await {
                    Some((200 | 409, _)) => {}
                    _ => return false,
                }
            }
            true
        })
        .await;
    }
}

/// HEALTH-1, USE-2: tokens that end every three seconds, two API processes, and a worker: each call gets its answer,
/// and no refresh token is sent twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_1_no_call_fails_while_tokens_end_all_the_time() {
    if !is_scaled() {
        return;
    }
    let mut proof = Proof::set(10, 1).await;
    let callers = Callers::start(&proof.stage, &proof.all, 8);
    until("each was renewed three times", OVER, async || proof.count("refreshed").await >= 30).await;
    let answers = callers.stop().await;
    proof.note("calm", &answers).await;
    assert!(answers.keys().all(|(status, _)| *status == 200), "{answers:?}");
    assert_eq!((proof.count("sent_again").await, proof.count("reuse_refused").await), (0, 0));
    assert_eq!(proof.broken().await, []);
}

/// HEALTH-1, HEALTH-2, STATE-1: 200 accesses, 32 programs, three workers; see docs/faults.md.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes about ten minutes: `make renewals`"]
async fn health_1_tokens_outlive_whoever_renews_them() {
    let begun = Instant::now();
    let mut proof = Proof::set(200, 3).await;
    println!("200 accesses are granted after {} s", begun.elapsed().as_secs());
    let callers = Callers::start(&proof.stage, &proof.all, 32);
    let from = proof.count("refreshed").await;
    until("each was renewed twenty times", Duration::from_mins(10), async || {
        proof.count("refreshed").await >= from + 20 * 200
    })
    .await;
    let answers = callers.take();
    proof.note("calm", &answers).await;
    assert!(answers.keys().all(|(status, _)| *status == 200), "{answers:?}");
    assert_eq!(proof.count("sent_again").await, 0);

    // With a worker dies what else it has in hand: of the 32 renewals that it has side by side, those between the
    // app's answer and the commit are lost, wherever the one that is aimed at stands.
    for place in ["refresh.due", "refresh.claim", "refresh.commit", "refresh.answer"] {
        let before = proof.broken().await.len();
        proof.arm(&format!("{place}=exit(1)")).await;
        dies_within(&mut proof.workers[0], place).await;
        proof.rests().await;
        proof.note(&format!("killed at `{place}`"), &callers.take()).await;
        let lost = proof.broken().await.len() - before;
        assert!(place != "refresh.answer" || lost > 0, "at {place}");
        // One try with the token that may be spent, and none after it.
        assert!(proof.count("most_often").await <= 2, "at {place}");
    }
    let broken = proof.broken().await;
    assert!(broken.iter().all(|(_, why)| why.as_deref() == Some("REFRESH_INTERRUPTED")), "{broken:?}");
    assert_eq!(proof.count("reuse_refused").await, broken.len() as u64, "no more was refused than is told");

    // The owner of one account ends the access; the worker that hears of it dies.
    let owner = proof.all[7].account.clone();
    proof.arm("refresh.refused=exit(1)").await;
    callers.ends(Some(&owner));
    proof.stage.end_at_app(&owner).await;
    until("it is known", PLACE, async || proof.broken().await.iter().any(|(account, _)| *account == owner))
        .await;
    proof.rests().await;
    callers.ends(None);
    // A call may have been quicker than the worker.
    proof.workers[0].kill().await;
    proof.note("refused, killed at `refresh.refused`", &callers.take()).await;

    // A frozen worker: past its claim, another renews; when it goes on it sends nothing.
    let before = proof.count("sent_again").await;
    proof.arm("refresh.claim=freeze(1)").await;
    proof.frozen().await;
    let claims = proof.in_hand().await;
    proof.let_claims_pass(&claims).await;
    proof.workers[0].signal("-CONT");
    proof.rests().await;
    proof.note("frozen at `refresh.claim` past its claim", &callers.take()).await;
    assert_eq!(proof.count("sent_again").await, before);

    // Revoked while a worker has the app's answer in hand, which then dies.
    proof.arm("refresh.answer=freeze(1);refresh.discard=exit(1)").await;
    proof.frozen().await;
    let items: Vec<String> =
        proof.in_hand().await.iter().map(|(item, _)| ItemId(*item).to_string()).collect();
    let revoked: Vec<_> = proof.all.iter().filter(|access| items.contains(&access.item)).cloned().collect();
    assert_eq!(revoked.len(), items.len());
    for access in &revoked {
        let recipient = &proof.stage.recipients[access.recipient].session;
        proof.client.surely(recipient, REVOKE, &json!({ "item": access.item })).await.expect("revoked");
    }
    proof.workers[0].signal("-CONT");
    dies_within(&mut proof.workers[0], "refresh.discard").await;
    proof.rests().await;
    proof.note("revoked at `refresh.answer`, killed at `refresh.discard`", &callers.take()).await;
    until("nothing of it lives at the app", OVER, async || {
        let live = proof.stage.live_accounts().await;
        revoked.iter().all(|access| !live.contains_key(&access.account))
    })
    .await;

    // The database is frozen at the moment of the answer, longer than a claim stands.
    let before = (proof.count("sent_again").await, proof.broken().await.len());
    proof.arm("refresh.answer=freeze(1)").await;
    proof.frozen().await;
    proof.postgres.freeze();
    proof.workers[0].signal("-CONT");
    tokio::time::sleep(Duration::from_secs(75)).await;
    proof.postgres.thaw();
    proof.rests().await;
    let answers = callers.stop().await;
    proof.note("database frozen for 75 s at `refresh.answer`", &answers).await;
    assert_eq!((proof.count("sent_again").await, proof.broken().await.len()), before);
    assert!(proof.count("most_often").await <= 2);

    println!("{:?}", proof.broken().await);
    println!("\n| part | calls with an answer | others | renewals so far | tokens sent again so far |");
    println!("| --- | --- | --- | --- | --- |\n{}", proof.rows.join("\n"));
    println!("{} s in all", begun.elapsed().as_secs());
}

async fn dies_within(process: &mut Running, place: &str) {
    let line = format!("failpoint {place} reached");
    until(&format!("{place} is reached"), PLACE, async || process.log().contains(&line)).await;
    dies(process, place).await;
}

impl Proof {
    /// Waits until other processes have renewed what a frozen one has the claims of.
    async fn let_claims_pass(&self, claims: &[(Uuid, Uuid)]) {
        let mut db = PgConnection::connect(&self.database).await.expect("PostgreSQL answers");
        until("other processes renew them", OVER, async || {
            let claim = "SELECT claim FROM credential WHERE item_id = $1";
            for (item, held) in claims {
                let query = sqlx::query_scalar(claim).bind(item);
                let now: Option<Uuid> = query.fetch_one(&mut db).await.expect("a row");
                // Nobody's: the row is left alone for a moment before the next process takes it.
                if now == Some(*held) || now == Some(Uuid::nil()) {
                    return false;
                }
            }
            true
        })
        .await;
    }
}
