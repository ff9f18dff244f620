//! Rows of jobs and their runs, whatever the queue does: one delivery begins, one run is recorded, and periodic work
//! is done once (REL-1, REL-2).

use chrono::TimeDelta;
use domain::id::JobId;
use kit::Northwind;
use serde_json::json;
use service::{JobFailed, Service, Tick};
use tokio_util::sync::CancellationToken;
use worker::{Handled, Handler, Mailer, Sign};

/// A request whose mail is dispatched.
async fn dispatched() -> (Northwind, JobId, i64) {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    let (id, dispatch) = claim(&world.app.service).await.remove(0);
    (world, id, dispatch)
}

async fn claim(service: &Service) -> Vec<(JobId, i64)> {
    service.claim_due_jobs().await.expect("claimed")
}

/// REL-2: of deliveries of one dispatch, at the same time or later, one begins.
#[tokio::test]
async fn rel_2_a_dispatch_begins_once() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    let (one, two) = tokio::join!(service.begin_job(id, dispatch), service.begin_job(id, dispatch));
    let begun = [one.expect("asked"), two.expect("asked")];
    assert_eq!(begun.iter().flatten().count(), 1);
    assert!(service.begin_job(id, dispatch).await.expect("asked").is_none());
}

/// REL-1: a run whose worker died is over after its lease, 20 seconds; another begins, and if the dead one was only
/// frozen, what it says then counts no more, whether it says that it ended or that it failed.
#[tokio::test]
async fn rel_1_a_dead_run_is_replaced_and_cannot_record() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    let frozen = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
    world.app.advance(TimeDelta::seconds(19));
    assert_eq!(claim(service).await, [], "its lease lasts");
    world.app.advance(TimeDelta::seconds(1));
    let again = claim(service).await;
    assert_eq!(again.len(), 1);
    let second = service.begin_job(again[0].0, again[0].1).await.expect("asked").expect("begun");
    assert_eq!((frozen.interrupted, second.interrupted), (0, 1));
    assert!(!service.renew_run(&frozen).await.expect("asked"), "it hears that it lost");
    service.job_is_moot(&frozen).await.expect("asked");
    let failed = JobFailed { error: "late".to_owned(), for_good: true, retry_after: None };
    service.job_failed(&frozen, &failed).await.expect("asked");
    assert!(service.dead_jobs().await.expect("jobs").is_empty());
    let open = service.open_jobs().await.expect("jobs");
    assert_eq!((open.len(), open[0].attempts), (1, 0));
    service.job_is_moot(&second).await.expect("asked");
    assert!(service.open_jobs().await.expect("jobs").is_empty());
}

/// REL-1: rows that a relay claimed and did not bring into the queue before it died are another's after 20 seconds;
/// those that it did wait there for longer, since a queue that is long is no reason to hand them out again.
#[tokio::test]
async fn rel_1_what_a_dead_relay_claimed_comes_back_soon() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    world.app.advance(TimeDelta::seconds(19));
    assert_eq!(claim(service).await, [], "it may be on its way");
    world.app.advance(TimeDelta::seconds(1));
    assert_eq!(claim(service).await, [(id, dispatch + 1)]);
    let claimed = service.now();
    service.jobs_wait(&[(id, dispatch)], claimed).await.expect("asked");
    assert_eq!(
        service.next_job_due().await.expect("asked"),
        Some(claimed + TimeDelta::seconds(20)),
        "too late"
    );
    service.jobs_wait(&[(id, dispatch + 1)], claimed).await.expect("noted");
    assert_eq!(service.next_job_due().await.expect("asked"), Some(claimed + TimeDelta::seconds(90)));
    service.begin_job(id, dispatch + 1).await.expect("asked").expect("begun");
    service.jobs_wait(&[(id, dispatch + 1)], claimed).await.expect("asked");
    let lease = service.next_job_due().await.expect("asked");
    assert_eq!(lease, Some(claimed + TimeDelta::seconds(20)), "the run's lease is its own");
}

/// REL-1: the relay does so with every batch.
#[tokio::test]
async fn rel_1_a_relay_says_what_the_queue_has() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    service.return_jobs(&[(id, dispatch)]).await.expect("given back");
    let (sender, _queue) = worker::queue::local::queue();
    let outlet = worker::queue::Outlet::Local(sender);
    let stop = CancellationToken::new();
    let relay = tokio::spawn(worker::relay::run(service.clone(), outlet, Sign::default(), stop.clone()));
    let until = service.now() + TimeDelta::seconds(90);
    kit::eventually("the queue has it", async || service.next_job_due().await.expect("asked") == Some(until))
        .await;
    stop.cancel();
    relay.await.expect("it stops");
}

/// REL-1: of two runs that both sent the mail into the built-in mailbox, one is recorded: the other's copy is undone.
#[tokio::test]
async fn rel_1_a_run_that_lost_its_row_leaves_nothing() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    let frozen = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
    world.app.advance(TimeDelta::seconds(20));
    let again = claim(service).await;
    let mail = service::BuiltInMail {
        id: String::new(),
        to: "ben@northwind.example".to_owned(),
        subject: "late".to_owned(),
        text: String::new(),
        html: String::new(),
        sent_at: service.now(),
    };
    service.deliver_built_in(&frozen, &mail).await.expect("asked");
    assert!(world.app.mails().await.is_empty());
    let handler = Handler::new(service.clone(), Mailer::BuiltIn);
    assert_eq!(handler.handle(again[0].0, again[0].1).await, Handled::Ended);
    let mails = world.app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_ne!(mails[0].subject, "late");
}

/// REL-1: a run that is merely slow keeps its row by signs of life.
#[tokio::test]
async fn rel_1_a_slow_run_keeps_its_row() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    let slow = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
    for _ in 0..10 {
        world.app.advance(TimeDelta::seconds(15));
        assert_eq!(claim(service).await, []);
        assert!(service.renew_run(&slow).await.expect("asked"));
    }
    service.job_is_moot(&slow).await.expect("asked");
    assert!(!service.renew_run(&slow).await.expect("asked"), "an ended job is not renewed");
}

/// REL-2: a job that takes its worker down each time is given up and shown, and can be started again.
#[tokio::test]
async fn rel_2_a_job_that_ends_its_workers_is_given_up() {
    let (world, mut id, mut dispatch) = dispatched().await;
    let service = &world.app.service;
    let handler = Handler::new(service.clone(), Mailer::BuiltIn);
    for _ in 0..21 {
        service.begin_job(id, dispatch).await.expect("asked").expect("begun");
        world.app.advance(TimeDelta::seconds(20));
        (id, dispatch) = claim(service).await.remove(0);
    }
    handler.handle(id, dispatch).await;
    assert!(world.app.mails().await.is_empty());
    assert_eq!(service.dead_jobs().await.expect("jobs").len(), 1);
    assert!(service.retry_dead_job(id).await.expect("started again"));
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), 1);
}

/// REL-3: what the queue did not take is due again at once; what went on meanwhile is left alone.
#[tokio::test]
async fn rel_3_what_the_queue_refused_goes_back() {
    let (world, id, dispatch) = dispatched().await;
    let service = &world.app.service;
    service.return_jobs(&[(id, dispatch)]).await.expect("given back");
    let again = claim(service).await;
    assert_eq!(again, [(id, dispatch + 1)]);
    service.return_jobs(&[(id, dispatch)]).await.expect("asked");
    assert_eq!(claim(service).await, [], "the first dispatch is an old one");
    let counts = service.job_counts().await.expect("counted");
    assert_eq!((counts.due, counts.waiting, counts.dead, counts.oldest_due), (0, 1, 0, None));
    world.app.advance(TimeDelta::seconds(25));
    let counts = service.job_counts().await.expect("counted");
    assert_eq!((counts.due, counts.waiting), (1, 0));
    assert_eq!(counts.oldest_due, Some(TimeDelta::seconds(5)));
}

/// REL-2: however many processes run, a round of periodic work is begun by one of them, and the next by one again.
#[tokio::test]
async fn rel_2_a_round_of_periodic_work_is_begun_once() {
    let world = Northwind::start().await;
    let rounds = async || {
        let rounds = (0..8).map(|_| worker::schedule::round(&world.app.service));
        let done = futures_util::future::join_all(rounds).await;
        let mut done: Vec<Tick> = done.into_iter().flat_map(|round| round.expect("a round")).collect();
        done.sort_by_key(|tick| format!("{tick:?}"));
        done
    };
    assert_eq!(rounds().await, [Tick::Purge, Tick::Sweep, Tick::Tokens]);
    assert_eq!(rounds().await, []);
    world.app.advance(TimeDelta::seconds(30));
    assert_eq!(rounds().await, [Tick::Sweep, Tick::Tokens]);
    world.app.advance(TimeDelta::hours(1));
    assert_eq!(rounds().await, [Tick::Purge, Tick::Sweep, Tick::Tokens]);
}

/// REL-2: a machine whose clock was an hour ahead stops no periodic work once it is put right; one that is a little
/// ahead does nothing twice.
#[tokio::test]
async fn rel_2_a_clock_that_was_ahead_stops_nothing() {
    let world = Northwind::start().await;
    let round = async || worker::schedule::round(&world.app.service).await.expect("a round");
    world.app.advance(TimeDelta::hours(3));
    assert_eq!(round().await, [Tick::Sweep, Tick::Tokens, Tick::Purge]);
    world.app.advance(TimeDelta::seconds(-60));
    assert_eq!(round().await, [], "that far clocks may differ");
    world.app.advance(TimeDelta::hours(-2));
    assert_eq!(round().await, [Tick::Sweep, Tick::Tokens, Tick::Purge]);
    assert_eq!(round().await, []);
    world.app.advance(TimeDelta::seconds(30));
    assert_eq!(round().await, [Tick::Sweep, Tick::Tokens]);
}

/// What has gathered over a long time goes in one purge, in pieces: jobs, and the events that only they were for.
#[tokio::test]
async fn rel_3_a_backlog_is_purged_at_once() {
    let world = Northwind::start().await;
    let (app, service) = (&world.app, &world.app.service);
    app.sign_in("mia@harbor.example").await;
    app.execute(if kit::profile::is_scaled() {
        "CREATE TABLE more AS SELECT gen_random_uuid() AS id, job.id AS job FROM job, generate_series(1, 2100) \
         WHERE job.done_at IS NOT NULL"
    } else {
        "CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100) \
         SELECT randomblob(16) AS id, job.id AS job FROM job, n WHERE job.done_at IS NOT NULL"
    })
    .await;
    let copy = "INSERT INTO job (id, event_id, kind, payload, created_at, due_at, attempts, dispatches, runs, done_at) \
                SELECT more.id, event_id, kind, payload, created_at, due_at, attempts, dispatches, runs, done_at \
                FROM more JOIN job ON job.id = more.job";
    app.execute(copy).await;
    assert_eq!(service.purge().await.expect("purged"), 0);
    app.advance(TimeDelta::days(8));
    // The mail with the code and its copies, and the event that asked for it.
    assert_eq!(service.purge().await.expect("purged"), 2100 + 2);
    assert_eq!(service.purge().await.expect("purged"), 0);
}
