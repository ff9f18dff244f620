//! The queue on Redis: dispatches are pushed once, taken in order, held by a lease, and their end is told by whoever
//! holds them (OPS-2, REL-1, REL-2).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::id::JobId;
use kit::{Redis, eventually};
use tokio::sync::{Barrier, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use worker::Handled;
use worker::queue::redis::{RedisQueue, Store, Timing, Verdict};

/// What the queue's keys begin with in these tests; each has a server of its own.
pub const BASE: &str = "{test}:jobs";

pub fn queue(redis: &Redis, timing: Timing) -> RedisQueue {
    RedisQueue::with_timing(&redis.url(), "test", timing).expect("a queue")
}

/// Leases that end soon, for tests in which a worker dies.
pub fn short() -> Timing {
    Timing { lease: Duration::from_millis(300), tick: Duration::from_millis(20), ..Timing::default() }
}

/// The nth job, with its first dispatch.
pub fn nth(n: u128) -> (JobId, i64) {
    (JobId(Uuid::from_u128(n + 1)), 1)
}

fn name((id, dispatch): (JobId, i64)) -> String {
    format!("{id}:{dispatch}")
}

/// A worker that passes on what it is given.
pub fn listening(
    queue: &RedisQueue,
    concurrency: usize,
    stop: &CancellationToken,
) -> (mpsc::UnboundedReceiver<(JobId, i64)>, tokio::task::JoinHandle<()>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (queue, stop) = (queue.clone(), stop.clone());
    let handle = move |dispatched| {
        let sender = sender.clone();
        async move {
            let _ = sender.send(dispatched);
            Handled::Ended
        }
    };
    let running = tokio::spawn(async move { worker::run_worker(&queue, concurrency, handle, &stop).await });
    (receiver, running)
}

pub async fn next(receiver: &mut mpsc::UnboundedReceiver<(JobId, i64)>) -> (JobId, i64) {
    tokio::time::timeout(Duration::from_secs(20), receiver.recv()).await.expect("in time").expect("a worker")
}

#[tokio::test]
async fn rel_2_a_push_that_is_repeated_counts_once() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    let (id, _) = nth(0);
    assert_eq!(queue.push(&[(id, 1), (id, 2)]).await.expect("pushed"), 2, "each dispatch is its own");
    assert_eq!(queue.push(&[(id, 1), (id, 2)]).await.expect("pushed"), 0);
    let store = Store::new(queue.clone(), "a", 8);
    assert_eq!(store.take().await, [(id, 1), (id, 2)]);
    assert_eq!(queue.push(&[(id, 1)]).await.expect("pushed"), 0, "while it runs");
    assert!(store.end(&name((id, 1)), Verdict::Done).await);
    assert_eq!(queue.push(&[(id, 1)]).await.expect("pushed"), 0, "and after its end");
    let entry = format!("{BASE}:entry:{}", name((id, 1)));
    let left: i64 = redis.ask(&format!("PTTL {entry}")).await;
    assert!((1..=60_000).contains(&left), "what is done expires: {left}");
}

#[tokio::test]
async fn ops_2_a_worker_takes_the_oldest_and_no_more_than_it_runs() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    for n in 0..5 {
        queue.push(&[nth(n)]).await.expect("pushed");
    }
    let store = Store::new(queue.clone(), "a", 3);
    assert_eq!(store.take().await, [nth(0), nth(1), nth(2)]);
    assert_eq!(store.take().await, [], "no slot is free");
    assert!(store.end(&name(nth(1)), Verdict::Done).await);
    assert_eq!(store.take().await, [nth(3)]);
    let depth = queue.depth().await.expect("Redis answers");
    assert_eq!((depth.ready, depth.delayed, depth.leased, depth.dead), (1, 0, 3, 0));
    assert!(depth.oldest_ready.is_some());
    assert!(store.end(&name(nth(0)), Verdict::Release(Duration::from_hours(1))).await);
    let depth = queue.depth().await.expect("Redis answers");
    assert_eq!((depth.ready, depth.delayed, depth.leased), (1, 1, 2), "it waits for its time");
}

/// REL-1: what a dead worker held goes to another, before what is new; the dead one's late word changes nothing.
#[tokio::test]
async fn rel_1_an_expired_lease_goes_to_another_worker() {
    let redis = Redis::start();
    let queue = queue(&redis, short());
    queue.push(&[nth(0)]).await.expect("pushed");
    let (dead, live) = (Store::new(queue.clone(), "dead", 8), Store::new(queue.clone(), "live", 1));
    assert_eq!(dead.take().await, [nth(0)]);
    queue.push(&[nth(1)]).await.expect("pushed");
    eventually("the lease is over", async || {
        let over: i64 = redis.ask(&format!("EVAL return(redis.call('TIME')[1]*1000+redis.call('TIME')[2]/1000-redis.call('ZSCORE',KEYS[1],ARGV[1])) 1 {BASE}:leased {}", name(nth(0)))).await;
        over > 0
    }).await;
    assert_eq!(live.take().await, [nth(0)], "the expired one first");
    let lease = async || redis.ask::<f64>(&format!("ZSCORE {BASE}:leased {}", name(nth(0)))).await;
    let before = lease().await;
    dead.renew().await;
    assert_eq!(lease().await.to_bits(), before.to_bits(), "it is not the dead one's to renew");
    for verdict in [Verdict::Done, Verdict::Dead("x"), Verdict::Release(Duration::ZERO)] {
        assert!(!dead.end(&name(nth(0)), verdict).await);
    }
    assert_eq!(queue.depth().await.expect("Redis answers").leased, 1);
    eventually("a lease that is renewed lasts longer", async || {
        live.renew().await;
        lease().await > before
    })
    .await;
    assert!(live.end(&name(nth(0)), Verdict::Done).await);
}

/// REL-2: a dispatch that ends its workers again and again is set aside, and kept to be looked at.
#[tokio::test]
async fn rel_2_a_dispatch_that_ends_its_workers_is_buried() {
    let redis = Redis::start();
    let timing = Timing { lease: Duration::ZERO, attempts: 3, ..Timing::default() };
    let queue = queue(&redis, timing);
    queue.push(&[nth(0)]).await.expect("pushed");
    for worker in ["a", "b", "c"] {
        eventually(worker, async || Store::new(queue.clone(), worker, 1).take().await == [nth(0)]).await;
    }
    eventually("buried", async || {
        let taken = Store::new(queue.clone(), "d", 1).take().await;
        assert_eq!(taken, []);
        queue.depth().await.expect("Redis answers").dead == 1
    })
    .await;
    let error: String = redis.ask(&format!("HGET {BASE}:entry:{} error", name(nth(0)))).await;
    assert_eq!(error, "taken too often");
}

/// REL-2: an attempt that was not the dispatch's fault does not count; one that was does.
#[tokio::test]
async fn rel_2_attempts_are_counted_by_fault() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing { attempts: 2, ..Timing::default() });
    queue.push(&[nth(0)]).await.expect("pushed");
    let store = Store::new(queue.clone(), "a", 1);
    for _ in 0..5 {
        assert_eq!(store.take().await, [nth(0)]);
        assert!(store.end(&name(nth(0)), Verdict::Release(Duration::ZERO)).await);
    }
    for _ in 0..2 {
        assert_eq!(store.take().await, [nth(0)]);
        assert!(store.end(&name(nth(0)), Verdict::Retry(Duration::ZERO, "broke off")).await);
    }
    assert_eq!(store.take().await, []);
    assert_eq!(queue.depth().await.expect("Redis answers").dead, 1);
}

/// OPS-2: an idle worker starts what is pushed at once, and never misses a wake-up; its tick is an hour here.
#[tokio::test]
async fn ops_2_an_idle_worker_misses_no_wake_up() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing { tick: Duration::from_hours(1), ..Timing::default() });
    let stop = CancellationToken::new();
    let (mut taken, running) = listening(&queue, 4, &stop);
    // Hears of what is pushed from here on.
    queue.push(&[nth(0)]).await.expect("pushed");
    next(&mut taken).await;
    let mut pushed = 1;
    for round in 0..150 {
        // Sometimes two, so that the second comes while the first is being fetched.
        let many = 1 + round % 2;
        for _ in 0..many {
            queue.push(&[nth(pushed)]).await.expect("pushed");
            pushed += 1;
        }
        for _ in 0..many {
            next(&mut taken).await;
        }
    }
    stop.cancel();
    running.await.expect("the worker stops");
}

/// OPS-2: two workers share what there is: with one slot each, both must hold a job before either ends.
#[tokio::test]
async fn ops_2_two_workers_share_the_work() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    let (stop, both, done) =
        (CancellationToken::new(), Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (queue, stop, both, done) =
                (queue.clone(), stop.clone(), Arc::clone(&both), Arc::clone(&done));
            let handle = move |_| {
                let (both, done) = (Arc::clone(&both), Arc::clone(&done));
                async move {
                    both.wait().await;
                    done.fetch_add(1, Ordering::SeqCst);
                    Handled::Ended
                }
            };
            tokio::spawn(async move { worker::run_worker(&queue, 1, handle, &stop).await })
        })
        .collect();
    let jobs: Vec<_> = (0..40).map(nth).collect();
    queue.push(&jobs).await.expect("pushed");
    eventually("all are done", async || done.load(Ordering::SeqCst) == jobs.len()).await;
    stop.cancel();
    for worker in workers {
        worker.await.expect("the worker stops");
    }
    let depth = queue.depth().await.expect("Redis answers");
    assert_eq!((depth.ready, depth.leased, depth.dead), (0, 0, 0));
}

/// REL-4: a worker that stops finishes what it began and gives back what it did not.
#[tokio::test]
async fn rel_4_a_worker_that_stops_finishes_and_gives_back() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    let (stop, open) = (CancellationToken::new(), Arc::new(tokio::sync::Semaphore::new(0)));
    let (sender, mut begun) = mpsc::unbounded_channel();
    let handle = {
        let open = Arc::clone(&open);
        move |dispatched| {
            let (open, sender) = (Arc::clone(&open), sender.clone());
            async move {
                let _ = sender.send(dispatched);
                let _ = open.acquire().await.map(tokio::sync::SemaphorePermit::forget);
                Handled::Ended
            }
        }
    };
    let running = tokio::spawn({
        let (queue, stop) = (queue.clone(), stop.clone());
        async move { worker::run_worker(&queue, 2, handle, &stop).await }
    });
    queue.push(&(0..5).map(nth).collect::<Vec<_>>()).await.expect("pushed");
    let first: BTreeSet<_> = [next(&mut begun).await, next(&mut begun).await].into();
    assert_eq!(first, [nth(0), nth(1)].into());
    stop.cancel();
    open.add_permits(2);
    running.await.expect("the worker stops");
    let depth = queue.depth().await.expect("Redis answers");
    assert_eq!((depth.ready, depth.leased, depth.dead), (3, 0, 0));
    assert_eq!(begun.recv().await, None, "nothing new was begun");
}

/// OPS-2: any backlog drains; the shipped back end of the library stops for good at eight thousand. `make bench` drains
/// a hundred thousand.
#[tokio::test]
async fn ops_2_a_long_backlog_drains() {
    let redis = Redis::start();
    let queue = queue(&redis, Timing::default());
    let jobs: Vec<_> = (0..20_000).map(nth).collect();
    for some in jobs.chunks(5_000) {
        queue.push(some).await.expect("pushed");
    }
    assert_eq!(queue.waiting().await.expect("Redis answers"), 20_000);
    let (stop, done) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
    let handle = {
        let done = Arc::clone(&done);
        move |_| {
            done.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Handled::Ended)
        }
    };
    let running = tokio::spawn({
        let (queue, stop) = (queue.clone(), stop.clone());
        async move { worker::run_worker(&queue, 64, handle, &stop).await }
    });
    let drained = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while done.load(Ordering::SeqCst) < jobs.len() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), drained).await.expect("it drains");
    stop.cancel();
    running.await.expect("the worker stops");
    assert_eq!(done.load(Ordering::SeqCst), jobs.len(), "each once");
}
