//! Processes of two versions on one database, and commands beside them: during an upgrade, and after a step back
//! (OPS-2, OPS-4, REL-2).

use std::path::Path;

use chrono::TimeDelta;
use kit::profile::is_scaled;
use kit::{Northwind, Profile, Redis};
use migrations::MigratorTrait as _;
use serde_json::json;
use service::{Service, StartError};
use worker::{Handled, Handler, Mailer};

use crate::process::command;

/// OPS-2: a process of the version before that restarts while the new one is there already starts, and serves.
#[tokio::test]
async fn ops_2_a_process_starts_on_tables_of_a_newer_version() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    world
        .app
        .execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_x', 1)")
        .await;
    let config = world.app.service.config().clone();
    let before = Service::start(config.clone(), world.app.clock.clone()).await.expect("it starts");
    assert_eq!(before.db().standing().await.expect("asked"), service::Standing::Newer(1));
    let ana = world.as_user("ana").await.cookie("consentry_session").expect("signed in");
    let actor = before.authenticate(&ana).await.expect("asked");
    let id = request["id"].as_str().expect("an id").parse().expect("an id");
    assert!(before.request(actor, id).await.is_ok(), "it serves");
    before.db().close().await;
    // Tables of another program are nobody's to work on.
    world.app.execute("DELETE FROM seaql_migrations WHERE version LIKE '%_000019_%'").await;
    let refused = Service::start(config, world.app.clock.clone()).await.err().expect("refused");
    assert!(refused.to_string().contains("m20990101_000001_x"), "{refused}");
}

/// REL-2: a job that only a newer version knows is left to it: it waits ever longer, and no try is counted. After a week
/// an operator is to look at it.
#[tokio::test]
async fn rel_2_a_job_of_a_newer_version_waits_for_it() {
    let world = Northwind::start().await;
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    let (app, service) = (&world.app, &world.app.service);
    app.execute(
        "CREATE TABLE aside AS SELECT id, payload FROM job; UPDATE job SET payload = '{\"job\": \"SING\"}'",
    )
    .await;
    let handler = Handler::new(service.clone(), Mailer::BuiltIn);
    let begin = async || {
        let due = service.claim_due_jobs().await.expect("claimed");
        for (id, dispatch) in &due {
            assert_eq!(handler.handle(*id, *dispatch).await, Handled::Ended);
        }
        due.len()
    };
    for wait in [5, 5, 10, 20, 40, 80, 160, 300, 300] {
        assert_eq!((begin().await, begin().await), (1, 0));
        assert!(service.dead_jobs().await.expect("jobs").is_empty());
        app.advance(TimeDelta::seconds(wait - 1));
        assert_eq!(begin().await, 0, "not sooner than after {wait} seconds");
        app.advance(TimeDelta::seconds(1));
    }
    app.execute("UPDATE job SET payload = (SELECT payload FROM aside WHERE aside.id = job.id)").await;
    let (id, dispatch) = service.claim_due_jobs().await.expect("claimed").remove(0);
    let run = service.begin_job(id, dispatch).await.expect("asked").expect("the newer version begins");
    assert_eq!((run.attempts, run.interrupted), (0, 0), "nothing was counted");
    app.advance(TimeDelta::seconds(20));
    app.settle().await;
    assert_eq!(app.mails().await.len(), 1);

    world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    app.execute("UPDATE job SET payload = '{\"job\": \"SING\"}' WHERE done_at IS NULL").await;
    app.advance(TimeDelta::days(7));
    begin().await;
    assert!(service.dead_jobs().await.expect("jobs").is_empty());
    app.advance(TimeDelta::minutes(5));
    begin().await;
    assert_eq!(service.dead_jobs().await.expect("jobs").len(), 1);
}

async fn told(folder: &Path, arguments: &[&str], settings: &[(String, String)]) -> (bool, String) {
    let mut command = command(folder, arguments);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    let out = command.output().await.expect("it ran");
    let text = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// OPS-4: commands that look make no tables and no keys, and begin no upgrade: they say that migrations are pending.
#[tokio::test]
async fn ops_4_commands_that_look_change_nothing() {
    let looks: [&[&str]; 5] =
        [&["doctor"], &["jobs", "dead"], &["keys", "list"], &["audit", "anchor"], &["audit", "export"]];
    let folder = tempfile::tempdir().expect("a folder");
    for look in looks {
        let (well, said) = told(folder.path(), look, &[]).await;
        assert!(!well && said.contains("migrations are pending"), "{look:?}: {said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");

    let (world, profile) = (tempfile::tempdir().expect("a folder"), Profile::new().await);
    let settings = profile.settings();
    let (well, said) = told(world.path(), &["migrate"], &settings).await;
    assert!(well && said.contains("the database is up to date"), "{said}");
    for look in &looks[1..] {
        let (well, said) = told(world.path(), look, &settings).await;
        assert!(well, "{look:?}: {said}");
    }
    let file = format!("sqlite://{}", world.path().join("data/consentry.sqlite").display());
    let url = profile.database_url().unwrap_or(file);
    let back = migrations::sea_orm::Database::connect(&url).await.expect("the database");
    migrations::Migrator::down(&back, Some(1)).await.expect("one step back");
    for look in looks {
        let (well, said) = told(world.path(), look, &settings).await;
        assert!(!well && said.contains("1 migrations are pending"), "{look:?}: {said}");
    }
    assert_eq!(migrations::Migrator::standing(&back).await.expect("asked"), service::Standing::Behind(1));
    back.close().await.expect("closed");
}

/// OPS-4: `doctor` asks Redis, where there is one, and looks at its version.
#[tokio::test]
async fn ops_4_doctor_asks_redis() {
    let (folder, profile) = (tempfile::tempdir().expect("a folder"), Profile::new().await);
    let mut settings = profile.settings();
    let (_, said) = told(folder.path(), &["doctor"], &settings).await;
    assert_eq!(said.contains("ok       redis: version "), is_scaled(), "{said}");
    if !is_scaled() {
        assert!(!said.contains("redis"), "{said}");
        return;
    }
    let mut redis = Redis::start();
    redis.kill();
    settings.retain(|(name, _)| name != "REDIS_URL");
    settings.push(("REDIS_URL".to_owned(), redis.url()));
    let (well, said) = told(folder.path(), &["doctor"], &settings).await;
    assert!(!well && said.contains("problem  redis: does not answer"), "{said}");
}

/// OPS-4, REL-3: what no waiting helps against ends the start with what to set, and is not waited for.
#[tokio::test]
async fn ops_4_a_database_that_lets_nobody_in_is_not_waited_for() {
    let (folder, profile) = (tempfile::tempdir().expect("a folder"), Profile::new().await);
    let Some(url) = profile.database_url() else { return };
    let given = url::Url::parse(&url).expect("an address");
    let with = |change: &dyn Fn(&mut url::Url)| {
        let mut url = given.clone();
        change(&mut url);
        url.to_string()
    };
    let cases = [
        (with(&|url| url.set_path("/no_such")), "create the database"),
        (with(&|url| url.set_username("nobody").expect("a name")), "set a name and a password"),
        (with(&|url| url.set_query(Some("sslmode=never"))), "cannot be read"),
    ];
    for (url, what) in cases {
        let mut settings = profile.settings();
        settings.retain(|(name, _)| name != "DATABASE_URL");
        settings.push(("DATABASE_URL".to_owned(), url.clone()));
        settings.push(("LISTEN_ADDR".to_owned(), "127.0.0.1:0".to_owned()));
        for command in ["serve", "worker", "doctor"] {
            let arguments = [command];
            let asked = told(folder.path(), &arguments, &settings);
            let (well, said) =
                tokio::time::timeout(crate::faults::stage::PATIENCE, asked).await.expect("it ends");
            assert!(
                !well && said.contains("DATABASE_URL") && said.contains(what),
                "{command} at {url}: {said}"
            );
        }
        let config =
            service::Config::from_parts("", settings).unwrap_or_else(|problems| panic!("{problems:?}"));
        let refused = Service::start(config, domain::clock::Clock::System).await.err().expect("refused");
        assert!(matches!(refused, StartError::Address(_)) && !refused.is_passing(), "{refused}");
    }
}
