//! Taking access back while it is on its way, at moments that chance decides: whoever is quicker, in the end nothing
//! of it can be used here or at the app (STATE-1, REC-6, DEL-3).

use std::time::Duration;

use chrono::TimeDelta;
use kit::{Browser, CONNECT, DECLINE, DELETE, PREVIEW, REVOKE, START};
use serde_json::{Value, json};

use crate::faults::dice::Dice;
use crate::scripted::Told;

/// What is on its way.
#[derive(Debug, Clone, Copy)]
enum Coming {
    /// The app's first answer to the recipient's consent.
    Grant,
    /// The answer to a second consent, while the first is in use.
    Regrant,
    /// A renewal by the worker.
    Renewal,
    /// A renewal that a call waits for.
    Call,
}

/// How it is taken back.
#[derive(Debug, Clone, Copy)]
enum Back {
    Revoke,
    Decline,
    Delete,
}

/// An access, and whoever takes part.
struct Round<'a> {
    told: &'a Told,
    ana: &'a Browser,
    ben: &'a Browser,
    request: String,
    item: String,
}

impl Round<'_> {
    /// Begins a sign-in at the app and goes there; returns the way back.
    async fn consent(&self) -> String {
        let started = self.ben.gql(START, &[("item", &self.item)]).await.ok();
        let there = self.ben.get(started["startAuthorization"]["url"].as_str().expect("a URL")).await;
        there.headers()["location"].to_str().expect("an address").to_owned()
    }

    /// Whether there was something to take back, and it was.
    async fn take(&self, back: Back) -> bool {
        let done = match back {
            Back::Revoke => self.ben.gql(REVOKE, &[("item", &self.item)]).await,
            Back::Decline => self.ben.gql(DECLINE, &[("item", &self.item), ("reason", "no")]).await,
            Back::Delete => {
                let preview = self.ana.gql(PREVIEW, &[("id", &self.request)]).await.ok();
                let token =
                    preview["deletionPreview"]["confirmationToken"].as_str().expect("a token").to_owned();
                self.ana.gql(DELETE, &[("id", &self.request), ("token", &token)]).await
            }
        };
        done.json.get("errors").is_none()
    }
}

/// A moment within which everything that races happens.
fn moment(dice: &mut Dice) -> Duration {
    Duration::from_micros(dice.between(0, 12_000))
}

async fn play(seed: u64, rounds: u64) {
    let told = Told::start().await;
    let (ana, ben) = (told.world.as_user("ana").await, told.world.as_user("ben").await);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let (mut dice, mut quick) = (Dice::new(seed), 0);
    for number in 0..rounds {
        let coming = dice.one_of(&[Coming::Grant, Coming::Regrant, Coming::Renewal, Coming::Call]);
        let back = dice.one_of(&[Back::Revoke, Back::Decline, Back::Delete]);
        let (request, items) = told.ask(1).await;
        let round = Round { told: &told, ana: &ana, ben: &ben, request, item: items[0].clone() };
        let mut call = None;
        if !matches!(coming, Coming::Grant) {
            told.authorize(&ben, &round.item).await;
            let made =
                ana.gql(CONNECT, &[("item", &round.item), ("name", &format!("Shop {number}"))]).await.ok();
            let made = &made["createConnection"];
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let at = format!("{}/broker/{}/things", told.world.app.base, text(&made["connection"]["id"]));
            call = Some(http.get(at).bearer_auth(text(&made["token"])));
            told.world.app.settle().await;
        }
        let callback = if matches!(coming, Coming::Grant | Coming::Regrant) {
            Some(round.consent().await)
        } else {
            told.world.app.advance(TimeDelta::minutes(60));
            None
        };
        told.server.pause(moment(&mut dice));
        let (first, second) = (moment(&mut dice), moment(&mut dice));
        let comes = async {
            // Not a wait for something: the moment is what is tried.
            tokio::time::sleep(first).await;
            match (&callback, coming, &call) {
                (Some(way), ..) => drop(ben.get(way).await),
                (None, Coming::Call, Some(call)) => drop(call.try_clone().expect("no body").send().await),
                (None, ..) => told.check().await,
            }
        };
        let goes = async {
            tokio::time::sleep(second).await;
            round.take(back).await
        };
        let ((), taken) = tokio::join!(comes, goes);
        quick += u32::from(taken);
        told.server.pause(Duration::ZERO);
        told.world.app.settle().await;
        // There was nothing to take yet, or it changed in that moment: its owner looks, and does it now.
        let what =
            format!("seed {seed}, round {number}: {coming:?} against {back:?}, taken at once: {taken}");
        if !taken {
            let _ = round.take(back).await;
            told.world.app.settle().await;
        }
        round.nothing_is_left(&what).await;
        if let Some(call) = call {
            let before = told.server.calls();
            let answer = call.send().await.expect("an answer");
            assert!(answer.status().is_client_error(), "{what}: {answer:?}");
            assert_eq!(told.server.calls(), before, "{what}");
        }
    }
    assert!(quick > 0, "something was taken back while another thing was on its way");
    assert_eq!(told.server.spent_offered(), 0);
}

impl Round<'_> {
    async fn nothing_is_left(&self, what: &str) {
        // A revocation may be held until the app's answer is surely through.
        self.told.world.app.settle_patiently(3).await;
        assert_eq!(self.told.server.live(), 0, "at the app, {what}");
        assert_eq!(self.told.world.app.service.kept_secrets().await.expect("a count"), 0, "{what}");
        let show = "query($id: ID!) { request(id: $id) { items { state credential { id } } } }";
        let shown = self.ben.gql(show, &[("id", &self.request)]).await.json;
        let item = &shown["data"]["request"]["items"][0];
        assert_eq!(item["credential"], Value::Null, "here, {what}");
        assert_ne!(item["state"], json!("AUTHORIZED"), "{what}");
    }
}

/// A part of what `make renewals` plays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_1_what_is_taken_back_stays_back() {
    play(11, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: `make renewals`"]
async fn state_1_what_is_taken_back_500_times_stays_back() {
    play(u64::from(rand::random::<u16>()), 500).await;
}
