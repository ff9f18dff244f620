//! Deletion: preview, cascade, clean-up (DEL-1 to DEL-3).

use kit::{CONNECT, DELETE, Northwind, PREVIEW, SHOW, SUBMIT_KEY};
use serde_json::json;

/// DEL-2, DEL-3: the preview's token is needed; a changed list is shown anew; then everything ends at once.
#[tokio::test]
async fn del_2_a_stale_preview_shows_the_new_list() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let (id, item) =
        (request["id"].as_str().expect("an id"), request["items"][0]["id"].as_str().expect("an id"));
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    let old = ben.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"].clone();
    assert_eq!(old["connections"], json!([]));
    let made = ana.gql(CONNECT, &[("item", item)]).await.ok()["createConnection"]["connection"].clone();
    let token =
        |preview: &serde_json::Value| preview["confirmationToken"].as_str().expect("a token").to_owned();
    let stale = ben.gql(DELETE, &[("id", id), ("token", &token(&old))]).await;
    assert_eq!(stale.refusal(), "PREVIEW_STALE");
    let shown = stale.json["errors"][0]["extensions"]["preview"].clone();
    assert_eq!(
        shown["connections"],
        json!([{ "id": made["id"], "name": "Sandbox (Ben Ito)", "consumer": "Order import", "lastUsedAt": null }])
    );
    // Another person's token confirms nothing.
    let anas = ana.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"].clone();
    assert_eq!(ben.gql(DELETE, &[("id", id), ("token", &token(&anas))]).await.refusal(), "PREVIEW_STALE");
    ben.gql(DELETE, &[("id", id), ("token", &token(&shown))]).await.ok();
    for browser in [&ana, &ben] {
        assert_eq!(browser.gql(SHOW, &[("id", id)]).await.refusal(), "NOT_FOUND");
    }
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(ana.gql(node, &[("id", made["id"].as_str().expect("an id"))]).await.refusal(), "NOT_FOUND");
    assert_eq!(ana.gql(node, &[("id", item)]).await.refusal(), "NOT_FOUND");
}

/// DEL-3: the other side is told by mail, and what is left is cleared: nothing of the credential stays.
#[tokio::test]
async fn del_3_the_other_side_is_told_and_nothing_is_left() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let (id, item) =
        (request["id"].as_str().expect("an id"), request["items"][0]["id"].as_str().expect("an id"));
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    ben.gql(SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    world.app.settle().await;
    let token = ana.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"]["confirmationToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    ana.gql(DELETE, &[("id", id), ("token", &token)]).await.ok();
    world.app.settle().await;
    let newest = &world.app.mails().await[0];
    assert_eq!(
        (newest.to.as_str(), newest.subject.as_str()),
        ("ben@northwind.example", "The request “New-customer follow-up” was deleted")
    );
    assert!(newest.text.contains("Ana Lopez deleted the request"), "{}", newest.text);
    assert!(world.app.service.open_jobs().await.expect("jobs").is_empty());
    world.app.service.db().fold_log().await.expect("folded");
    for (table, count) in world.app.service.row_counts().await.expect("counts") {
        assert_eq!(count, 0, "{table}");
    }
}

/// DEL-1, MAIL-1: in any state, by both sides and by admins; also half-way. Each mail says who did it as its reader
/// knows them: recipients know nobody of the other side but the requester.
#[tokio::test]
async fn del_1_both_sides_and_admins_may_delete() {
    let names = [
        ("ana", "Ana Lopez"),
        ("ben", "Ben Ito"),
        ("lead", "Lea Lead"),
        ("admin", "Adam Admin"),
        ("owner", "Oda Owner"),
    ];
    for (who, name) in names {
        let world = Northwind::start().await;
        let request = world.ana_asks_ben(2).await;
        let (id, item) =
            (request["id"].as_str().expect("an id"), request["items"][1]["id"].as_str().expect("an id"));
        world.as_user("ben").await.gql(kit::DECLINE, &[("item", item), ("reason", "no")]).await.ok();
        let browser = world.as_user(who).await;
        let token = browser.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"]["confirmationToken"]
            .as_str()
            .expect("a token")
            .to_owned();
        browser.gql(DELETE, &[("id", id), ("token", &token)]).await.ok();
        world.app.settle().await;
        let mails = world.app.mails().await.into_iter().filter(|mail| mail.subject.contains("was deleted"));
        let mut told = Vec::new();
        for mail in mails {
            let known = if who == "ana" || mail.to == "ana@northwind.example" { name } else { "Northwind" };
            assert!(mail.text.contains(&format!("{known} deleted the request")), "{who}: {}", mail.text);
            told.push(mail.to);
        }
        let expected: &[&str] = match who {
            "ana" => &["ben@northwind.example"],
            "ben" => &["ana@northwind.example"],
            _ => &["ben@northwind.example", "ana@northwind.example"],
        };
        assert_eq!(told, expected, "{who}");
    }
}

/// DEL-3: somebody invited who never came is told too, and the link is dead.
#[tokio::test]
async fn del_3_an_invitation_dies_with_its_request() {
    let world = Northwind::start().await;
    let outside = json!({ "outside": { "name": "Mia Berg", "email": "mia@harbor.example" } });
    let request = world.send("owner", outside, 1).await;
    let id = request["id"].as_str().expect("an id");
    let mail = world.app.mail_to("mia@harbor.example").await;
    let link =
        mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1.to_owned();
    let owner = world.as_user("owner").await;
    let token = owner.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"]["confirmationToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    owner.gql(DELETE, &[("id", id), ("token", &token)]).await.ok();
    let mia = world.app.browser();
    assert_eq!(mia.get(&format!("/i/{link}")).await.status(), 404);
    world.app.settle().await;
    assert!(world.app.mail_to("mia@harbor.example").await.subject.contains("was deleted"));
}
