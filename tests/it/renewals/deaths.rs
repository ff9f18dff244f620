//! Every gap of a renewal, reached on purpose: a real process dies there, and either nobody notices, or both sides are
//! told why the access has to be granted anew (HEALTH-1, STATE-1). In the scaled profile.

use std::time::Duration;

use chrono::TimeDelta;
use domain::clock::Clock;
use kit::profile::is_scaled;
use kit::{Profile, REVOKE, SHOW};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection};
use worker::{Handler, Mailer};

use super::callers::{Access, granted};
use crate::failpoints::dies;
use crate::faults::client::{Client, Said};
use crate::faults::stage::{PATIENCE, Running, Stage, until};

/// An instance whose tokens live for three seconds, one access, and two API processes.
struct Scene {
    stage: Stage,
    client: Client,
    access: Access,
    apis: Vec<Running>,
    // Last, so that it is dropped last: it removes the database.
    profile: Profile,
}

impl Scene {
    async fn set() -> Self {
        let profile = Profile::new().await;
        let stage = Stage::with_tokens_of(3, profile.settings(), 1, 1).await;
        let apis = vec![stage.api(0, ""), stage.api(1, "")];
        for api in &apis {
            api.ready().await;
        }
        let client = Client::new(&stage);
        let access = granted(&stage, &client, 1).await.pop().expect("one");
        Self { stage, client, access, apis, profile }
    }

    /// Starts the first API process anew, with failpoints.
    async fn arm(&mut self, failpoints: &str) {
        self.apis[0].kill().await;
        self.apis[0] = self.stage.api(0, failpoints);
        self.apis[0].ready().await;
    }

    /// Calls at the first API process until it gets no answer any more.
    async fn call_until_death(&mut self, place: &str) {
        let (http, base) = (&self.stage.http, self.apis[0].base());
        until("nobody answers", PATIENCE, async || self.access.call(http, &base).await.is_none()).await;
        dies(&mut self.apis[0], place).await;
    }

    /// The claim of whoever has died is over, and a worker looks at what is due: first it leaves the row alone for a
    /// moment, in which a holder that lives would store its answer.
    async fn later(&self) {
        for seconds in [180, 195] {
            let later = Clock::fixed(Clock::System.now() + TimeDelta::seconds(seconds));
            let service = self.stage.operations_at(later).await;
            service.enqueue_token_checks().await.expect("asked");
            let mailer = Mailer::from_config(service.config()).expect("a mailer");
            worker::drain(&Handler::new(service.clone(), mailer)).await.expect("jobs run");
            service.db().close().await;
        }
    }

    async fn database(&self) -> PgConnection {
        let url = self.profile.database_url().expect("the scaled profile has one");
        PgConnection::connect(&url).await.expect("PostgreSQL answers")
    }

    async fn item(&self) -> Value {
        let recipient = &self.stage.recipients[0].session;
        let shown = self.client.gql(recipient, SHOW, &json!({ "id": self.access.request })).await;
        let Said::Data(data) = shown else { panic!("the request: {shown:?}") };
        data["request"]["items"][0].clone()
    }

    /// Refresh tokens that came in twice, and those that were refused for that.
    async fn sent_again(&self) -> (u64, u64) {
        let stats = self.stage.app_stats().await;
        let count = |name: &str| stats[name].as_u64().expect("a count");
        (count("sent_again"), count("reuse_refused"))
    }

    async fn mails_about_the_end(&self) -> usize {
        let mails = self.stage.mails().await;
        let about =
            |mail: &&Value| mail["subject"].as_str().is_some_and(|text| text.contains("stopped working"));
        mails.iter().filter(about).count()
    }

    /// The access works, and nobody was told anything.
    async fn works(&self) {
        assert_eq!(self.item().await["state"], "AUTHORIZED");
        let called = self.access.call(&self.stage.http, &self.apis[1].base()).await;
        assert_eq!(called, Some((200, String::new())));
        assert_eq!((self.sent_again().await, self.mails_about_the_end().await), ((0, 0), 0));
    }
}

/// A worker dies that has taken what is due: another renews it.
#[tokio::test]
async fn health_1_death_when_due_tokens_are_taken() {
    if !is_scaled() {
        return;
    }
    let scene = Scene::set().await;
    dies(&mut scene.stage.worker(0, "refresh.due=exit(1)"), "refresh.due").await;
    scene.stage.service.release_leases().await.expect("released");
    scene.later().await;
    scene.works().await;
}

/// Dead before the call: the token was not sent, and whoever comes when the claim is over sends it for the first time.
#[tokio::test]
async fn health_1_death_when_a_renewal_is_claimed() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.arm("refresh.claim=exit(1)").await;
    scene.call_until_death("refresh.claim").await;
    scene.later().await;
    scene.works().await;
}

/// A renewal that panics, and its process goes on: whoever calls there is not stuck with it, and renews once its claim is
/// over and was left alone for a moment.
#[tokio::test]
async fn health_1_a_renewal_that_panics_ends_by_its_claim() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    let place = "refresh.claim";
    scene.arm(&format!("{place}=panic(1)")).await;
    let (http, base, access) = (scene.stage.http.clone(), scene.apis[0].base(), scene.access.clone());
    let calling = tokio::spawn(async move { while access.call(&http, &base).await.is_some() {} });
    let line = format!("failpoint {place} reached");
    until("it has panicked", PATIENCE, async || scene.apis[0].log().contains(&line)).await;
    calling.abort();
    // Instead of a wait of a minute.
    let over = "UPDATE credential SET claim_until = now() - interval '1 second'";
    scene.database().await.execute(over).await.expect("executed");
    let (http, base) = (&scene.stage.http, scene.apis[0].base());
    let called = scene.access.call(http, &base).await;
    assert_eq!(called, Some((200, String::new())));
    assert!(scene.stage.app_stats().await["refreshed"].as_u64().expect("a count") > 0);
    assert_eq!((scene.sent_again().await, scene.mails_about_the_end().await), ((0, 0), 0));
}

/// Dead when the fresh tokens are stored: whoever asks next has them.
#[tokio::test]
async fn health_1_death_when_fresh_tokens_are_stored() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.arm("refresh.commit=exit(1)").await;
    scene.call_until_death("refresh.commit").await;
    scene.works().await;
}

/// The gap that no design closes: the app has used the token up, and nobody has the next. One try with the old one
/// when the claim is over, then both sides are told why, and one authorization mends the same connection.
#[tokio::test]
async fn health_1_death_behind_the_apps_fresh_tokens() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.arm("refresh.answer=exit(1)").await;
    scene.call_until_death("refresh.answer").await;
    // Whoever calls now waits for the claim's holder, and does not ask the app.
    let base = scene.apis[1].base();
    let called = scene.access.call(&scene.stage.http, &base);
    assert!(tokio::time::timeout(Duration::from_secs(2), called).await.is_err());
    assert_eq!(scene.sent_again().await, (0, 0));
    scene.later().await;
    assert_eq!(scene.sent_again().await, (1, 1));
    let item = scene.item().await;
    assert_eq!((&item["state"], &item["invalidReason"]), (&json!("INVALID"), &json!("REFRESH_INTERRUPTED")));
    assert_eq!(scene.mails_about_the_end().await, 2);
    assert!(scene.stage.live_accounts().await.is_empty());
}

/// Dead when the app has refused, before that is written down: it is asked once more, and people are told.
#[tokio::test]
async fn health_1_death_when_the_app_has_refused() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.arm("refresh.refused=exit(1)").await;
    scene.stage.end_at_app(&scene.access.account).await;
    scene.call_until_death("refresh.refused").await;
    assert_eq!(scene.item().await["state"], "AUTHORIZED");
    scene.later().await;
    assert_eq!(scene.item().await["state"], "INVALID");
    assert_eq!(scene.mails_about_the_end().await, 2);
}

/// STATE-1: revoked while the app renews, and dead before the fresh tokens are discarded: the revocation of the old
/// ones ends them too, where the app ends the whole grant.
#[tokio::test]
async fn state_1_death_when_fresh_tokens_are_to_be_discarded() {
    if !is_scaled() {
        return;
    }
    let mut scene = Scene::set().await;
    scene.arm("refresh.answer=freeze(1);refresh.discard=exit(1)").await;
    let (http, base, access) = (scene.stage.http.clone(), scene.apis[0].base(), scene.access.clone());
    let calling = tokio::spawn(async move { while access.call(&http, &base).await.is_some() {} });
    until("it is frozen", PATIENCE, async || scene.apis[0].is_frozen()).await;
    let gone = json!({ "item": scene.access.item });
    let beside = Client::at(scene.apis[1].base());
    beside.surely(&scene.stage.recipients[0].session, REVOKE, &gone).await.expect("revoked");
    scene.apis[0].signal("-CONT");
    dies(&mut scene.apis[0], "refresh.discard").await;
    calling.await.expect("it only calls");
    scene.later().await;
    assert!(scene.stage.live_accounts().await.is_empty());
    assert_eq!(scene.stage.service.kept_secrets().await.expect("a count"), 0);
}
