//! The recipient authorizes anew while a call is on its way, for an account that lives elsewhere: no secret goes where
//! the other account lives (USE-3, STATE-1).

use std::sync::Arc;

use chrono::TimeDelta;
use kit::{Browser, CONNECT};
use reqwest::{Client, StatusCode};
use tokio::sync::Semaphore;

use super::stage::in_time;
use crate::scripted::{Do, Told};

const START: &str = "mutation($item: ID!, $place: String!) { startAuthorization(input: {itemId: $item, method: \"oauth\", fields: [{name: \"place\", value: $place}]}) { url } }";
const SUBMIT: &str = "mutation($item: ID!, $place: String!) { submitCredential(input: {itemId: $item, method: \"api_key\", fields: [{name: \"place\", value: $place}, {name: \"key\", value: \"key-1\"}]}) { item { state } } }";

struct Scene {
    told: Told,
    ben: Browser,
    item: String,
    connection: String,
    token: String,
    http: Client,
}

impl Scene {
    /// An access to an account in the north, and a connection.
    async fn set() -> Self {
        let told = Told::with(include_str!("moved.toml")).await;
        let (_, items) = told.ask(1).await;
        let (ana, ben) = (told.world.as_user("ana").await, told.world.as_user("ben").await);
        authorize(&ben, &items[0], "north").await;
        let made = ana.gql(CONNECT, &[("item", &items[0]), ("name", "Shop")]).await.ok();
        let made = &made["createConnection"];
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let (connection, token) = (text(&made["connection"]["id"]), text(&made["token"]));
        let http = Client::builder().no_proxy().build().expect("a client");
        Self { told, ben, item: items[0].clone(), connection, token, http }
    }

    async fn call(&self) -> StatusCode {
        let at = format!("{}/broker/{}/things", self.told.world.app.base, self.connection);
        in_time(self.http.get(at).bearer_auth(&self.token).send()).await.expect("an answer").status()
    }

    /// Calls with a token that has ended, and authorizes anew while the app renews it.
    async fn call_while(&self, anew: impl AsyncFnOnce()) -> StatusCode {
        let gate = Arc::new(Semaphore::new(0));
        self.told.server.next([Do::Hold(Arc::clone(&gate))]);
        self.told.world.app.advance(TimeDelta::hours(1));
        let between = async {
            kit::eventually("the app has the call", async || self.told.server.refreshes() == 1).await;
            anew().await;
            gate.add_permits(1);
        };
        tokio::join!(self.call(), between).0
    }
}

async fn authorize(browser: &Browser, item: &str, place: &str) {
    let started = browser.gql(START, &[("item", item), ("place", place)]).await.ok();
    let there = browser.get(started["startAuthorization"]["url"].as_str().expect("a URL")).await;
    let back = there.headers()["location"].to_str().expect("an address").to_owned();
    assert_eq!(browser.get(&back).await.status(), 200);
}

/// USE-3, STATE-1: a call that waits for its token goes where the new account lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn use_3_a_call_that_waited_goes_where_the_new_account_lives() {
    let scene = Scene::set().await;
    let answer = scene.call_while(async || authorize(&scene.ben, &scene.item, "south").await).await;
    assert_eq!(answer, StatusCode::OK);
    assert_eq!(scene.told.server.seen(), ["south access-3"]);
}

/// USE-2, USE-3: the same where the new account is opened in another way, and the secret goes elsewhere in the call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn use_3_a_call_that_waited_goes_by_the_new_way() {
    let scene = Scene::set().await;
    let submitted = async || {
        let given = [("item", scene.item.as_str()), ("place", "south")];
        let state = scene.ben.gql(SUBMIT, &given).await.ok()["submitCredential"]["item"]["state"].clone();
        assert_eq!(state, "AUTHORIZED");
    };
    scene.call_while(submitted).await;
    assert_eq!(scene.told.server.seen(), ["south key-1"]);
}

/// USE-3: an app says 401 where the old account lives: its answer is passed on, and the new account's token is not
/// tried there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn use_3_a_call_that_was_refused_is_not_tried_with_another_account() {
    for by_key in [false, true] {
        let scene = Scene::set().await;
        let gate = Arc::new(Semaphore::new(0));
        scene.told.server.hold_calls(&gate);
        scene.told.server.end_access();
        let between = async {
            kit::eventually("the app has the call", async || scene.told.server.seen().len() == 1).await;
            if by_key {
                scene.ben.gql(SUBMIT, &[("item", &scene.item), ("place", "north")]).await.ok();
            } else {
                authorize(&scene.ben, &scene.item, "south").await;
            }
            gate.add_permits(10);
        };
        let (answer, ()) = tokio::join!(scene.call(), between);
        assert_eq!(answer, StatusCode::UNAUTHORIZED);
        assert_eq!(scene.told.server.seen(), ["north access-1"]);
    }
}
