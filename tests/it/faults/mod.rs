//! Proof by fault (REL-1 to REL-4): real processes under load, killed and frozen by a seed, and a checker that knows
//! what must be true when everything has come to rest. docs/faults.md says what is promised.
//!
//! `make faults` runs the long one; `FAULTS_SEED` chooses what happens.

#![allow(clippy::print_stdout, reason = "what a round did is for whoever reads it")]

mod chaos;
mod checker;
pub mod client;
pub mod dice;
mod load;
pub mod stage;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kit::profile::is_scaled;
use kit::{Postgres, Redis};
use tokio_util::sync::CancellationToken;

use chaos::{Fault, Parts};
use checker::Report;
use client::Client;
use dice::Dice;
use load::Plan;
use stage::{Stage, until};

/// How one round is run.
struct Round {
    seed: u64,
    plan: Plan,
    processes: Vec<Fault>,
    servers: Vec<Fault>,
    /// Rest is hurried: workers are stopped, and what they had is handed out again at once, not after its lease.
    hurried: bool,
}

/// One round: load and faults side by side, rest, comparison. Returns a row of a table.
async fn play(round: Round) -> String {
    let begun = Instant::now();
    let (postgres, redis) = (Postgres::start().await, Redis::start());
    let database = postgres.url();
    let servers = [
        ("DATABASE_URL", database.clone()),
        ("REDIS_URL", redis.url()),
        ("DATABASE_CONNECTIONS", "12".to_owned()),
    ];
    let servers = servers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let stage = Stage::set(servers, 5, 20).await;
    checker::watch(&database).await;
    let processes = vec![stage.api(0, ""), stage.api(1, ""), stage.worker(0, ""), stage.worker(1, "")];
    let mail_script = stage.mail_script_url();
    let mut parts = Parts { processes, postgres, redis, mail_script, http: stage.http.clone() };
    parts.ready().await;
    let (client, enough) = (Arc::new(Client::new(&stage)), CancellationToken::new());
    let dice = Dice::new(round.seed);
    let loading = async {
        let told = load::run(&stage, &client, round.plan, &dice).await;
        enough.cancel();
        told
    };
    let (told, happened) = tokio::join!(loading, parts.suffer(round.processes, round.servers, &enough));
    let loaded = begun.elapsed();
    parts.ready().await;
    if round.hurried {
        for worker in &mut parts.processes[2..] {
            assert!(worker.stop().await.success(), "{}", worker.log());
        }
        stage.service.release_leases().await.expect("released");
        for worker in &mut parts.processes[2..] {
            worker.restart();
        }
    }
    let patience = Duration::from_secs(if round.hurried { 30 } else { 300 });
    until("everything comes to rest", patience, async || {
        checker::is_at_rest(&database, !round.hurried).await.unwrap_or(false)
    })
    .await;
    let rested = begun.elapsed();
    let report = checker::check(&stage, &database, &told).await;
    let noted = client.noted.lock().expect("notes").clone();
    println!("seed {}: {happened:?}", round.seed);
    println!("seed {}: answers that were no plain success: {noted:?}", round.seed);
    judge(&report, &noted, &parts);
    format!(
        "| {} | {} | {} | {} / {} / {} | {} | {} | {} | {} | {} s, {} s |",
        round.seed,
        told.len(),
        happened.len(),
        report.events,
        report.jobs,
        report.mails,
        report.lost.len(),
        report.phantom.len(),
        report.duplicates,
        report.orphans,
        loaded.as_secs(),
        rested.as_secs(),
    )
}

fn judge(report: &Report, noted: &std::collections::BTreeMap<String, usize>, parts: &Parts) {
    let logs = || {
        let of = |running: &stage::Running| {
            let log = running.log();
            let errors: Vec<&str> = log.lines().filter(|line| line.contains("\"ERROR\"")).take(20).collect();
            format!("== {}\n{}", running.name(), errors.join("\n"))
        };
        parts.processes.iter().map(of).collect::<Vec<_>>().join("\n")
    };
    assert!(
        report.lost.is_empty() && report.phantom.is_empty(),
        "lost: {:#?}\nphantom: {:#?}\n{}",
        report.lost,
        report.phantom,
        logs()
    );
    assert!(
        !noted.contains_key("INTERNAL"),
        "a fault from outside is no fault of ours: {noted:?}\n{}",
        logs()
    );
}

/// REL-1, REL-2, REL-3: a short seed: an API and a worker are killed, and the database; nothing is lost.
#[tokio::test]
async fn rel_3_a_short_seed_loses_nothing() {
    if !is_scaled() {
        return;
    }
    let row = play(Round {
        seed: 7,
        plan: Plan { requests: 60, per_second: 20, pause: 3000 },
        processes: vec![Fault::Kill(2, 300), Fault::Kill(0, 300)],
        servers: vec![Fault::KillPostgres(300)],
        hurried: true,
    })
    .await;
    println!("{row}");
}

/// The longest time of `make faults`.
const BOUND: Duration = Duration::from_mins(15);
/// What one round may take.
const ROUND: Duration = Duration::from_mins(5);

/// REL-1, REL-2, REL-3: rounds of 500 requests at 50 a second while everything is killed and frozen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes up to a quarter of an hour: `make faults`"]
#[expect(clippy::disallowed_methods, reason = "not a setting of the program")]
async fn rel_3_many_seeds_lose_nothing() {
    let given = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let begun = Instant::now();
    let seed = given("FAULTS_SEED").unwrap_or_else(|| u64::from(rand::random::<u16>()));
    println!("FAULTS_SEED={seed}");
    let mut rows = Vec::new();
    for number in 0..given("FAULTS_ROUNDS").unwrap_or(4) {
        if begun.elapsed() + ROUND > BOUND {
            println!("no time for another round");
            break;
        }
        let seed = seed + number;
        let mut dice = Dice::new(seed).of(u64::MAX);
        let mut servers: Vec<Fault> = (0..12).map(|_| chaos::of_server(&mut dice)).collect();
        if number == 1 {
            // Longer than every time limit of ours.
            servers.insert(1, Fault::FreezePostgres(30_000));
        }
        let processes = (0..12).map(|_| chaos::of_process(&mut dice)).collect();
        let plan = Plan { requests: 500, per_second: 50, pause: 20_000 };
        rows.push(play(Round { seed, plan, processes, servers, hurried: false }).await);
        println!("{}", rows.last().expect("pushed"));
    }
    println!(
        "\n| seed | requests | faults | events / jobs / mails | lost | phantom | second copies | orphans | load, rest |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n{}", rows.join("\n"));
}
