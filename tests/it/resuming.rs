//! What a front end follows goes on where its answers end (API-5).

use kit::{Browser, DECLINE, Northwind};
use serde_json::{Value, json};

use crate::subscriptions::{CHANGED, change, connect, subscribe};

/// Where changes go on behind what somebody knows.
async fn place(browser: &Browser) -> Value {
    browser.gql("{ viewer { resumeAfter } }", &[]).await.ok()["viewer"]["resumeAfter"].clone()
}

/// API-5: whoever asks for the place first, then for what they show, and follows from there, misses nothing between.
#[tokio::test]
async fn api_5_nothing_is_missed_between_an_answer_and_following() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    world.app.settle().await;
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let (anas, bens) = (place(&ana).await, place(&ben).await);
    ben.gql(DECLINE, &[("item", request["items"][0]["id"].as_str().expect("an id")), ("reason", "no")])
        .await
        .ok();
    let list = "subscription($after: ID) { requestsChanged(list: RECEIVED, after: $after) { kind } }";
    for (browser, query, variables) in [
        (&ana, CHANGED, json!({ "id": request["id"], "after": anas })),
        (&ben, list, json!({ "after": bens })),
    ] {
        let mut socket = connect(&world, browser).await;
        subscribe(&mut socket, query, variables).await;
        assert_eq!(change(&mut socket).await["kind"], "ITEM_DECLINED");
    }
}

/// API-5: events of two organizations have no common order on many processes: a place that is of the other one begins
/// somewhat earlier there, so that nothing is missed.
#[tokio::test]
async fn api_5_a_place_of_another_organization_misses_nothing() {
    let world = Northwind::start().await;
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    let request = world.ana_asks_ben(1).await;
    world.app.settle().await;
    let (owner, ben) = (world.as_user("owner").await, world.as_user("ben").await);
    let here = place(&owner).await;
    owner
        .gql("mutation { createOrganization(input: {name: \"Second\"}) { organization { id } } }", &[])
        .await
        .ok();
    let elsewhere = place(&owner).await;
    assert_ne!(here, elsewhere);
    let mut socket = connect(&world, &owner).await;
    subscribe(&mut socket, CHANGED, json!({ "id": request["id"], "after": elsewhere })).await;
    ben.gql(DECLINE, &[("item", request["items"][0]["id"].as_str().expect("an id")), ("reason", "no")])
        .await
        .ok();
    let mut kinds = vec![change(&mut socket).await["kind"].clone()];
    while kinds.last().is_some_and(|kind| kind != "ITEM_DECLINED") {
        kinds.push(change(&mut socket).await["kind"].clone());
    }
    assert_eq!(kinds.contains(&json!("REQUEST_CREATED")), kit::profile::is_scaled(), "{kinds:?}");
}

/// API-5: what concerns one's own account is of no organization, and has no common order with what is: a place of one
/// begins somewhat earlier there, too.
#[tokio::test]
async fn api_5_a_place_of_an_organization_misses_nothing_of_ones_own() {
    let world = Northwind::start().await;
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    let (owner, ana, id) =
        (world.as_user("owner").await, world.as_user("ana").await, world.user_id("ana").await);
    let set =
        "mutation($user: ID!, $on: Boolean!) { setFeature(input: {userId: $user, on: $on}) { userId } }";
    owner.post(set, json!({ "user": id, "on": false })).await.ok();
    owner.post(set, json!({ "user": id, "on": true })).await.ok();
    world.ana_asks_ben(1).await;
    let after = place(&ana).await;
    let mut socket = connect(&world, &ana).await;
    let own = "subscription($after: ID) { viewerChanged(after: $after) { id } }";
    subscribe(&mut socket, own, json!({ "after": after })).await;
    owner.post(set, json!({ "user": id, "on": false })).await.ok();
    let first = change(&mut socket).await["id"].clone();
    // Ids are in the order of time: where nothing is told again, the first is of what came behind the place.
    let is_new = first.as_str() > after.as_str();
    assert_eq!(is_new, !kit::profile::is_scaled(), "{first} behind {after}");
}

/// API-5, ROLE-5: what a guest knows of an organization's events is where those end that concern them.
#[tokio::test]
async fn role_5_a_guest_is_not_told_when_something_happens_to_others() {
    let world = Northwind::start().await;
    let (guest, ana) = (world.as_user("guest").await, world.as_user("ana").await);
    let before = (place(&guest).await, place(&ana).await);
    world.ana_asks_ben(1).await;
    assert_eq!(place(&guest).await, before.0);
    assert_ne!(place(&ana).await, before.1);
    world.send("owner", json!({ "member": world.user_id("guest").await }), 1).await;
    assert_ne!(place(&guest).await, before.0);
}
