//! The queue on Redis under faults: nothing ends a worker, and what Redis loses its rows bring back (REL-1…REL-3).

use std::process::Stdio;
use std::time::Duration;

use kit::{Northwind, Redis, eventually};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio_util::sync::CancellationToken;
use worker::queue::Outlet;
use worker::queue::redis::{RedisQueue, Store, Timing};
use worker::{Handled, Handler, Mailer, Sign};

use crate::queue::{BASE, listening, next, nth, queue, short};

/// Where the child of a test finds its Redis.
const CHILD: &str = "CONSENTRY_TEST_WORKER_OF";

/// The process that `rel_1_a_killed_worker…` kills: takes a job and never ends it.
#[tokio::test]
#[ignore = "only as the child of another test"]
#[expect(clippy::disallowed_methods, reason = "not a setting of the program")]
async fn child_that_never_ends_a_job() {
    let Ok(url) = std::env::var(CHILD) else { return };
    let queue = RedisQueue::with_timing(&url, "test", short()).expect("a queue");
    let handle = |_| async {
        println!("taken");
        std::future::pending::<Handled>().await
    };
    worker::run_worker(&queue, 1, handle, &CancellationToken::new()).await;
}

/// REL-1: the job of a worker that was killed with -9 runs elsewhere after its lease; while the worker lives and is
/// merely slow, nobody else gets it.
#[tokio::test]
async fn rel_1_a_killed_workers_job_goes_to_another() {
    let redis = Redis::start();
    let queue = queue(&redis, short());
    queue.push(&[nth(0)]).await.expect("pushed");
    let mut child = tokio::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "queue_faults::child_that_never_ends_a_job", "--ignored", "--nocapture"])
        .env(CHILD, redis.url())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("a child");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    let taken =
        async { while !lines.next_line().await.expect("a line").expect("it lives").contains("taken") {} };
    tokio::time::timeout(Duration::from_secs(20), taken).await.expect("in time");
    let lease = async || redis.ask::<Option<f64>>(&format!("ZSCORE {BASE}:leased {}:1", nth(0).0)).await;
    let first = lease().await.expect("it holds the job");
    eventually("the slow worker renews its lease", async || {
        lease().await.expect("it holds it") > first + 600.0
    })
    .await;
    assert_eq!(Store::new(queue.clone(), "eager", 1).take().await, [], "a slow worker keeps its job");

    child.kill().await.expect("killed");
    let stop = CancellationToken::new();
    let (mut taken, running) = listening(&queue, 1, &stop);
    assert_eq!(next(&mut taken).await, nth(0));
    stop.cancel();
    running.await.expect("the worker stops");
}

/// REL-3: a Redis that restarts empty, or that is away, costs time. The same worker goes on.
#[tokio::test]
async fn rel_3_a_worker_outlives_its_redis() {
    let mut redis = Redis::start();
    let queue = queue(&redis, short());
    let stop = CancellationToken::new();
    let (mut taken, running) = listening(&queue, 2, &stop);
    queue.push(&[nth(0)]).await.expect("pushed");
    assert_eq!(next(&mut taken).await, nth(0));
    redis.kill();
    assert!(queue.push(&[nth(1)]).await.is_err(), "the relay hears that it is away");
    redis.restart();
    eventually("Redis takes jobs again", async || queue.push(&[nth(1)]).await.is_ok()).await;
    assert_eq!(next(&mut taken).await, nth(1));
    let () = redis.ask("SCRIPT FLUSH").await;
    queue.push(&[nth(2)]).await.expect("pushed");
    assert_eq!(next(&mut taken).await, nth(2));
    assert!(!running.is_finished());
    stop.cancel();
    running.await.expect("the worker stops");
}

/// REL-2: what is not ours in the queue is set aside, and does not stop what is.
#[tokio::test]
async fn rel_2_what_cannot_be_read_is_buried() {
    let redis = Redis::start();
    let queue = queue(&redis, short());
    let () = redis.ask(&format!("ZADD {BASE}:ready 1 nonsense 2 a:b 3 :: 4 wrong")).await;
    let () = redis.ask(&format!("SET {BASE}:entry:wrong text")).await;
    let stop = CancellationToken::new();
    let (mut taken, running) = listening(&queue, 1, &stop);
    queue.push(&[nth(0)]).await.expect("pushed");
    assert_eq!(next(&mut taken).await, nth(0));
    assert_eq!(queue.depth().await.expect("Redis answers").dead, 4);
    stop.cancel();
    running.await.expect("the worker stops");
}

/// REL-2: a handler that panics ends neither the worker nor the other jobs; its dispatch is tried again.
#[tokio::test]
async fn rel_2_a_handler_that_breaks_off_is_tried_again() {
    let redis = Redis::start();
    let queue = queue(&redis, short());
    let (sender, mut taken) = tokio::sync::mpsc::unbounded_channel();
    let times = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let handle = move |dispatched| {
        let (sender, times) = (sender.clone(), std::sync::Arc::clone(&times));
        async move {
            if dispatched == nth(0) && times.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
                return Handled::Broken;
            }
            let _ = sender.send(dispatched);
            Handled::Ended
        }
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (queue, stop) = (queue.clone(), stop.clone());
        async move { worker::run_worker(&queue, 1, handle, &stop).await }
    });
    queue.push(&[nth(0), nth(1)]).await.expect("pushed");
    assert_eq!([next(&mut taken).await, next(&mut taken).await], [nth(1), nth(0)]);
    stop.cancel();
    running.await.expect("the worker stops");
}

/// Somebody whose request leads to mails that nobody has sent yet.
async fn asked(requests: usize) -> Northwind {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    let ana = world.as_user("ana").await;
    for _ in 0..requests {
        ana.post(kit::CREATE, json!({ "input": input })).await.ok();
    }
    assert_eq!(world.app.service.open_jobs().await.expect("jobs").len(), requests);
    world
}

fn relay(world: &Northwind, queue: &RedisQueue, stop: &CancellationToken) -> tokio::task::JoinHandle<()> {
    let outlet = Outlet::Redis(queue.clone());
    tokio::spawn(worker::relay::run(world.app.service.clone(), outlet, Sign::default(), stop.clone()))
}

fn working(world: &Northwind, queue: &RedisQueue, stop: &CancellationToken) -> tokio::task::JoinHandle<()> {
    let handler = Handler::new(world.app.service.clone(), Mailer::BuiltIn);
    let (queue, stop) = (queue.clone(), stop.clone());
    let handle = move |(id, dispatch)| {
        let handler = handler.clone();
        async move { handler.handle(id, dispatch).await }
    };
    tokio::spawn(async move { worker::run_worker(&queue, 4, handle, &stop).await })
}

async fn all_sent(world: &Northwind, mails: usize) {
    eventually("every job ends", async || world.app.service.open_jobs().await.expect("jobs").is_empty())
        .await;
    assert_eq!(world.app.mails().await.len(), mails, "each mail once");
}

/// REL-1, REL-3: Redis is wiped while it holds every dispatch: the rows bring them back.
#[tokio::test]
async fn rel_3_a_wiped_redis_loses_no_job() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    let world = asked(5).await;
    let stop = CancellationToken::new();
    // Two relays, as two worker processes have them.
    let relays = [relay(&world, &queue, &stop), relay(&world, &queue, &stop)];
    eventually("all are dispatched", async || queue.waiting().await.expect("Redis answers") == 5).await;
    let () = redis.ask("FLUSHALL").await;
    let worker = working(&world, &queue, &stop);
    assert_eq!(world.app.service.open_jobs().await.expect("jobs").len(), 5);
    world.app.advance(chrono::TimeDelta::seconds(91));
    world.app.service.bus().wake_relay();
    all_sent(&world, 5).await;
    stop.cancel();
    for task in relays.into_iter().chain([worker]) {
        task.await.expect("it stops");
    }
}

/// REL-3: a Redis without memory takes no job, and the rows stay where they are; what it holds can be done meanwhile,
/// and with memory it goes on.
#[tokio::test]
async fn rel_3_a_redis_without_memory_takes_no_job_and_loses_none() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    queue.push(&[nth(0)]).await.expect("pushed");
    let () = redis.ask("CONFIG SET maxmemory-policy noeviction").await;
    let () = redis.ask("CONFIG SET maxmemory 1").await;
    let world = asked(3).await;
    let stop = CancellationToken::new();
    let relay = relay(&world, &queue, &stop);
    eventually("a push was refused", async || {
        redis.ask::<String>("INFO errorstats").await.contains("errorstat_OOM")
    })
    .await;
    // The dispatch that it holds belongs to no row, so it ends at once.
    let worker = working(&world, &queue, &stop);
    eventually("what it holds drains", async || {
        let depth = queue.depth().await.expect("Redis answers");
        (depth.ready, depth.leased) == (0, 0)
    })
    .await;
    assert_eq!(world.app.service.open_jobs().await.expect("jobs").len(), 3);
    let () = redis.ask("CONFIG SET maxmemory 0").await;
    all_sent(&world, 3).await;
    stop.cancel();
    relay.await.expect("it stops");
    worker.await.expect("it stops");
}

/// REL-3, REL-4: the whole of a worker process, started before its Redis: it waits, works when Redis is there, and
/// stops when it is told to.
#[tokio::test]
async fn rel_4_a_worker_process_waits_for_redis_and_stops() {
    let mut redis = Redis::start();
    redis.kill();
    let queue = queue(&redis, Timing::default());
    let world = asked(2).await;
    let (stop, relay) = (CancellationToken::new(), Sign::default());
    let running = tokio::spawn(worker::run_scaled(
        world.app.service.clone(),
        Mailer::BuiltIn,
        queue.clone(),
        relay.clone(),
        stop.clone(),
    ));
    assert!(!relay.is_fresh() && !queue.sign().is_fresh(), "nothing could be done yet");
    redis.restart();
    all_sent(&world, 2).await;
    assert!(relay.is_fresh() && queue.sign().is_fresh());
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(20), running).await.expect("in time").expect("it stops");
}
