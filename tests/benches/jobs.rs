//! Jobs through relay, Redis and worker (docs/performance.md): how many that have nothing to do end in a second, how
//! quickly a backlog in Redis drains, and how soon an idle worker starts.
//!
//! Everything shares the machine with its servers. The database is a SQLite file, or the PostgreSQL of
//! `BENCH_DATABASE_URL`, whose database must be empty.

#![allow(clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark panics to fail, and prints")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::id::JobId;
use kit::{Options, Redis, TestApp};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use worker::queue::redis::RedisQueue;
use worker::{Handled, Mailer, Sign};

/// Job rows of the run through everything.
const ROWS: u64 = 10_000;
/// Dispatches of the backlog in Redis.
const BACKLOG: u128 = 100_000;
/// Dispatches whose way to an idle worker is timed.
const SINGLE: u128 = 2_000;

#[tokio::main]
async fn main() {
    through_everything().await;
    backlog().await;
    idle().await;
}

/// A job that ended is copied: a code whose mail has nothing to say any more. Each copy is claimed, pushed, taken,
/// begun, looked into and ended like any job.
async fn copy_jobs(url: &str) {
    let id = if url.starts_with("sqlite:") { "randomblob(16)" } else { "gen_random_uuid()" };
    let copy = format!(
        "INSERT INTO job (id, event_id, kind, payload, created_at, due_at, attempts, dispatches, runs) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         SELECT {id}, event_id, kind, payload, created_at, created_at, 0, 0, 0 FROM job, n"
    );
    if url.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(url).await.expect("the file");
        sqlx::query(AssertSqlSafe(copy)).execute(&mut db).await.expect("copied");
    } else {
        let mut db = PgConnection::connect(url).await.expect("PostgreSQL answers");
        sqlx::query(AssertSqlSafe(copy)).execute(&mut db).await.expect("copied");
    }
}

async fn through_everything() {
    #[expect(clippy::disallowed_methods, reason = "not a setting of the program")]
    let database = std::env::var("BENCH_DATABASE_URL").ok();
    let redis = Redis::start();
    let mut settings = vec![("WORKER_CONCURRENCY".to_owned(), "16".to_owned())];
    if let Some(url) = &database {
        settings.push(("DATABASE_URL".to_owned(), url.clone()));
        settings.push(("REDIS_URL".to_owned(), redis.url()));
    }
    let app = TestApp::with(Options { settings, ..Options::default() }).await;
    app.service.found_organization("Northwind").await.expect("an organization");
    app.sign_in("ana@northwind.example").await;
    let url = database.unwrap_or_else(|| format!("sqlite:{}/data/consentry.sqlite", app.folder().display()));
    copy_jobs(&url).await;
    let queue = RedisQueue::open(&redis.url(), "bench").expect("a queue");
    let stop = CancellationToken::new();
    let started = Instant::now();
    let running = tokio::spawn(worker::run_scaled(
        app.service.clone(),
        Mailer::BuiltIn,
        queue.clone(),
        Sign::default(),
        stop.clone(),
    ));
    // One row of an index: counting thousands of rows again and again would be measured too.
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    while app.service.next_job_due().await.expect("asked").is_some() {
        ticks.tick().await;
    }
    let rate = rate(u128::from(ROWS), started);
    println!("no-op jobs through relay, Redis and worker: {rate} a second (goal: 2,000)");
    stop.cancel();
    running.await.expect("it stops");
    assert_eq!(queue.depth().await.expect("Redis answers").dead, 0);
}

async fn backlog() {
    let redis = Redis::start();
    let queue = RedisQueue::open(&redis.url(), "bench").expect("a queue");
    let jobs: Vec<_> = (0..BACKLOG).map(|n| (JobId(Uuid::from_u128(n)), 1)).collect();
    for some in jobs.chunks(5_000) {
        queue.push(some).await.expect("pushed");
    }
    let (stop, done) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
    let handle = {
        let done = Arc::clone(&done);
        move |_| {
            done.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Handled::Ended)
        }
    };
    let started = Instant::now();
    let running = tokio::spawn({
        let (queue, stop) = (queue.clone(), stop.clone());
        async move { worker::run_worker(&queue, 64, handle, &stop).await }
    });
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    while done.load(Ordering::Relaxed) < jobs.len() {
        ticks.tick().await;
    }
    println!("backlog of {BACKLOG} in Redis: {} a second", rate(BACKLOG, started));
    stop.cancel();
    running.await.expect("it stops");
}

async fn idle() {
    let redis = Redis::start();
    let queue = RedisQueue::open(&redis.url(), "bench").expect("a queue");
    let (sender, mut begun) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let handle = move |_| {
        let _ = sender.send(Instant::now());
        std::future::ready(Handled::Ended)
    };
    let running = tokio::spawn({
        let (queue, stop) = (queue.clone(), stop.clone());
        async move { worker::run_worker(&queue, 8, handle, &stop).await }
    });
    let mut times = Vec::new();
    for n in 0..SINGLE {
        let pushed = Instant::now();
        queue.push(&[(JobId(Uuid::from_u128(n)), 1)]).await.expect("pushed");
        times.push(begun.recv().await.expect("a worker") - pushed);
    }
    times.sort_unstable();
    println!(
        "push to start of an idle worker: median {:?}, p99 {:?}, longest {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1]
    );
    stop.cancel();
    running.await.expect("it stops");
}

fn rate(count: u128, since: Instant) -> u128 {
    count * 1000 / since.elapsed().as_millis().max(1)
}
