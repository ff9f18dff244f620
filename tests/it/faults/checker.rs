//! Compares what must be with what is: requests, events, jobs, mails, tokens at the app, and the audit log.
//!
//! A trigger writes down every event and job in the transaction that commits it, so what was cleared since is known
//! too.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::id::{ItemId, RequestId};
use domain::job::{Job, Mail};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use super::load::{Ending, Told};
use super::stage::Stage;

const WATCH: &str = "
CREATE TABLE seen_event (id uuid PRIMARY KEY, payload text, request_id uuid, item_id uuid);
CREATE TABLE seen_job (id uuid PRIMARY KEY, event_id uuid, payload text, runs integer, ended boolean, dead boolean);
CREATE FUNCTION see_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO seen_event VALUES (NEW.id, NEW.payload::text, NEW.request_id, NEW.item_id); RETURN NULL;
END $$;
CREATE FUNCTION see_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO seen_job VALUES
    (NEW.id, NEW.event_id, NEW.payload::text, NEW.runs, NEW.done_at IS NOT NULL, NEW.dead_at IS NOT NULL)
  ON CONFLICT (id) DO UPDATE SET runs = NEW.runs, ended = NEW.done_at IS NOT NULL, dead = NEW.dead_at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER see_event AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION see_event();
CREATE TRIGGER see_job AFTER INSERT OR UPDATE ON job FOR EACH ROW EXECUTE FUNCTION see_job();
";

/// Begins to watch; before the load.
pub async fn watch(database: &str) {
    let mut db = PgConnection::connect(database).await.expect("PostgreSQL answers");
    db.execute(AssertSqlSafe(WATCH)).await.expect("watched");
}

/// Whether nothing is left to be done. `None` when the database does not say.
pub async fn is_at_rest(database: &str, with_sign_ins: bool) -> Option<bool> {
    let mut db = PgConnection::connect(database).await.ok()?;
    let sign_ins = if with_sign_ins { "taken_at IS NOT NULL" } else { "false" };
    let query = format!(
        "SELECT NOT EXISTS (SELECT FROM job WHERE done_at IS NULL AND dead_at IS NULL) \
         AND NOT EXISTS (SELECT FROM authorization WHERE {sign_ins})"
    )
    .replace("FROM authorization", "FROM \"authorization\"");
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut db).await.ok()
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    pub lost: Vec<String>,
    pub phantom: Vec<String>,
    /// Second copies of mails, each with the Message-ID of the first and a run of its own.
    pub duplicates: usize,
    /// Tokens that live at the app since the sign-in that fetched them was interrupted.
    pub orphans: usize,
    pub events: usize,
    pub jobs: usize,
    pub mails: usize,
}

struct SeenJob {
    id: Uuid,
    event: Uuid,
    job: Job,
    runs: i32,
    ended: bool,
}

/// Compares everything.
pub async fn check(stage: &Stage, database: &str, all: &[Told]) -> Report {
    let mut report = Report::default();
    let mut db = PgConnection::connect(database).await.expect("PostgreSQL answers");
    let jobs = jobs_of_events(&mut db, &mut report).await;
    requests(&mut db, all, &mut report).await;
    mails(stage, all, &jobs, &mut report).await;
    tokens(stage, &mut db, all, &mut report).await;
    let audit = stage.service.verify_audit(None).await.expect("read");
    for fault in audit.faults {
        report.lost.push(format!("audit: record {} {}", fault.seq, fault.problem));
    }
    report
}

/// REL-1: each event has the jobs that follow from it, each once, and each job has ended well.
async fn jobs_of_events(db: &mut PgConnection, report: &mut Report) -> Vec<SeenJob> {
    let events: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, payload FROM seen_event").fetch_all(&mut *db).await.expect("events");
    let rows: Vec<(Uuid, Uuid, String, i32, bool, bool)> =
        // Those that a clock caused have no event to be compared with.
        sqlx::query_as("SELECT id, event_id, payload, runs, ended, dead FROM seen_job WHERE event_id IS NOT NULL")
            .fetch_all(&mut *db)
            .await
            .expect("jobs");
    let mut jobs = Vec::new();
    let mut of_event: BTreeMap<Uuid, Vec<Job>> = BTreeMap::new();
    for (id, event, payload, runs, ended, dead) in rows {
        let job: Job = serde_json::from_str(&payload).expect("a job");
        of_event.entry(event).or_default().push(job);
        if !ended || dead {
            report.lost.push(format!("job {id} ({}) did not end well", job.kind()));
        }
        jobs.push(SeenJob { id, event, job, runs, ended });
    }
    for (id, payload) in &events {
        let event: Event = serde_json::from_str(payload).expect("an event");
        let (mut want, mut have) = (domain::reaction::jobs(&event), of_event.remove(id).unwrap_or_default());
        want.sort_by_key(|job| format!("{job:?}"));
        have.sort_by_key(|job| format!("{job:?}"));
        if want != have {
            report.lost.push(format!("event {id} led to {have:?}, not to {want:?}"));
        }
    }
    for (id, jobs) in of_event {
        report.phantom.push(format!("jobs of no event {id}: {jobs:?}"));
    }
    (report.events, report.jobs) = (events.len(), jobs.len());
    jobs
}

/// What was answered is so, and nothing else is.
async fn requests(db: &mut PgConnection, all: &[Told], report: &mut Report) {
    let events: Vec<(Option<Uuid>, String)> =
        sqlx::query_as("SELECT coalesce(request_id, (payload::json ->> 'request')::uuid), payload::json ->> 'kind' FROM seen_event")
            .fetch_all(&mut *db)
            .await
            .expect("events");
    let mut of_request: BTreeMap<Uuid, BTreeMap<String, usize>> = BTreeMap::new();
    for (request, kind) in events {
        if let Some(request) = request {
            *of_request.entry(request).or_default().entry(kind).or_default() += 1;
        }
    }
    let states: Vec<(Uuid, String, String)> = sqlx::query_as(
        "SELECT r.id, i.state, r.status FROM credential_request r JOIN request_item i ON i.request_id = r.id",
    )
    .fetch_all(&mut *db)
    .await
    .expect("requests");
    let mut states: BTreeMap<Uuid, (String, String)> =
        states.into_iter().map(|(id, state, status)| (id, (state, status))).collect();
    for told in all {
        let id = told.request.parse::<RequestId>().expect("an id").0;
        let is = states.remove(&id).map(|(state, _)| state);
        if is.as_deref() != told.ending.state() {
            report.lost.push(format!("{} ({:?}) is {is:?}", told.name, told.ending));
        }
        let counts = of_request.remove(&id).unwrap_or_default();
        for (kind, least, most) in expected(told) {
            let count = counts.get(kind).copied().unwrap_or_default();
            if count < least {
                report.lost.push(format!("{} ({:?}): {count} times {kind}", told.name, told.ending));
            } else if count > most {
                report.phantom.push(format!("{} ({:?}): {count} times {kind}", told.name, told.ending));
            }
        }
    }
    report.phantom.extend(states.keys().map(|id| format!("a request that nobody sent: {id}")));
    report.phantom.extend(of_request.keys().map(|id| format!("events of a request that nobody sent: {id}")));
}

/// How often each event belongs to a story.
fn expected(told: &Told) -> Vec<(&'static str, usize, usize)> {
    let ending = told.ending;
    let times = |is: bool| usize::from(is);
    let authorized = times(!told.tries.is_empty());
    let declined = times(ending.state() == Some("DECLINED"));
    let deleted = times(ending.state().is_none());
    let revoked = times(ending == Ending::Revoked);
    vec![
        ("REQUEST_CREATED", 1, 1),
        // Two sign-ins may both have come to their end, when the answer of the first got lost.
        ("ITEM_AUTHORIZED", authorized, authorized),
        ("ITEM_RENEWED", 0, told.tries.len().saturating_sub(1)),
        ("ITEM_DECLINED", declined, declined),
        ("ITEM_REVOKED", revoked, revoked),
        ("REQUEST_DELETED", deleted, deleted),
        ("REQUEST_CLEARED", deleted, deleted),
    ]
}

/// MAIL-2: each mail arrived, once, at the right person; a second copy has a run of its own and the same Message-ID.
async fn mails(stage: &Stage, all: &[Told], jobs: &[SeenJob], report: &mut Report) {
    let by_request: BTreeMap<RequestId, &Told> =
        all.iter().map(|told| (told.request.parse().expect("an id"), told)).collect();
    let mut arrived: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mails = stage.mails().await;
    report.mails = mails.len();
    for mail in mails {
        let id = mail["message_id"].as_str().unwrap_or_default().to_owned();
        arrived.entry(id).or_default().push(mail);
    }
    for seen in jobs {
        let Job::SendMail(mail) = seen.job else { continue };
        let copies =
            arrived.remove(&stage.service.message_id(domain::id::JobId(seen.id))).unwrap_or_default();
        let told = mail.request().and_then(|request| by_request.get(&request));
        let Some(told) = told else {
            report.phantom.push(format!("a mail of no request: {mail:?}"));
            continue;
        };
        // Of a request that is deleted nothing is told any more but that.
        let may_be_moot = told.ending.state().is_none() && !matches!(mail, Mail::RequestDeleted { .. });
        if copies.is_empty() && seen.ended && !may_be_moot {
            report.lost.push(format!("{}: no mail {} (event {})", told.name, mail.name(), seen.event));
        }
        if copies.len() > usize::try_from(seen.runs).unwrap_or(0) {
            report.phantom.push(format!("{}: {} copies in {} runs", told.name, copies.len(), seen.runs));
        }
        report.duplicates += copies.len().saturating_sub(1);
        let to = match mail {
            Mail::ReviewRequest { .. } | Mail::RequestDeleted { to_requester: false, .. } => &told.recipient,
            _ => &told.requester,
        };
        for copy in copies {
            let subject = copy["subject"].as_str().unwrap_or_default();
            if copy["to"][0] != to.as_str() || !subject.contains(&told.name) {
                report.phantom.push(format!(
                    "{}: {} went to {} as {subject}",
                    told.name,
                    mail.name(),
                    copy["to"]
                ));
            }
        }
    }
    report.phantom.extend(arrived.keys().map(|id| format!("a mail of no job: {id}")));
}

/// REC-6, STATE-1: at the app lives what counts here, and nothing that was taken back.
async fn tokens(stage: &Stage, db: &mut PgConnection, all: &[Told], report: &mut Report) {
    let stored: Vec<(Uuid, Option<String>)> =
        sqlx::query_as("SELECT item_id, account_label FROM credential WHERE destroyed_at IS NULL")
            .fetch_all(&mut *db)
            .await
            .expect("credentials");
    let stored: BTreeMap<Uuid, Option<String>> = stored.into_iter().collect();
    let held: Vec<Uuid> = sqlx::query_scalar("SELECT item_id FROM revocation WHERE outcome = 'HELD'")
        .fetch_all(&mut *db)
        .await
        .expect("revocations");
    let held: BTreeSet<Uuid> = held.into_iter().collect();
    let mut live = stage.live_accounts().await;
    for told in all {
        let item = told.item.parse::<ItemId>().expect("an id").0;
        let current = stored.get(&item).cloned().flatten();
        let counts = told.ending == Ending::Authorized;
        if counts != stored.contains_key(&item) {
            report.lost.push(format!("{} ({:?}) has the secret {current:?}", told.name, told.ending));
        }
        if counts && !current.as_ref().is_some_and(|account| live.contains_key(account)) {
            report.lost.push(format!("{}: what was granted is dead at the app", told.name));
        }
        for one in &told.tries {
            let lives = live.remove(&one.account).is_some();
            if !lives || (counts && current.as_ref() == Some(&one.account)) || held.contains(&item) {
                continue;
            }
            if one.answered.is_none() {
                report.orphans += 1;
            } else {
                report.phantom.push(format!("{} ({:?}): {} lives", told.name, told.ending, one.account));
            }
        }
    }
    report.phantom.extend(live.keys().map(|account| format!("tokens of nobody: {account}")));
    let open: i64 =
        sqlx::query_scalar("SELECT count(*) FROM revocation WHERE outcome IN ('QUEUED', 'FAILED')")
            .fetch_one(&mut *db)
            .await
            .expect("a count");
    if open > 0 {
        report.lost.push(format!("{open} revocations are open"));
    }
}
