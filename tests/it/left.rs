//! What is open when its recipient leaves the organization, or is removed (ROLE-7, LIST-3).

use kit::{DECLINE, Northwind, REMOVE, SUBMIT_KEY};
use serde_json::{Value, json};

use crate::subscriptions::{change, connect, subscribe};

const LEAVE: &str = "mutation($org: ID!) { leaveOrganization(input: {organizationId: $org}) { userId } }";
const SHOW: &str = "query($id: ID!) { request(id: $id) { recipient { hasLeft } items { state } history { edges { node { kind actor person { name } } } } } }";
const FOLLOW: &str = "subscription($id: ID!, $after: ID) { requestChanged(id: $id, after: $after) { kind request { recipient { hasLeft } } } }";

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Both sides learn at once that the recipient is gone, and by whom; only what was granted is taken back. Whoever is
/// back can answer again.
#[tokio::test]
async fn role_7_both_sides_are_told_that_the_recipient_left() {
    for leaves in [true, false] {
        let world = Northwind::start().await;
        let request = world.ana_asks_ben(4).await;
        let (id, items) = (text(&request["id"]), &request["items"]);
        let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
        ben.gql(SUBMIT_KEY, &[("item", text(&items[0]["id"])), ("key", sandbox::API_KEY)]).await.ok();
        ben.gql(DECLINE, &[("item", text(&items[1]["id"])), ("reason", "no")]).await.ok();
        // As a sign-in that failed for its client leaves it.
        let name = text(&items[2]["connectionName"]);
        let broken = format!(
            "UPDATE request_item SET state = 'INVALID', invalid_reason = 'MISCONFIGURED' WHERE connection_name = '{name}'"
        );
        world.app.execute(&broken).await;
        let shown = ana.gql(SHOW, &[("id", id)]).await.ok()["request"].clone();
        assert_eq!(shown["recipient"]["hasLeft"], false);

        // From here on nothing is missed, whenever the subscription is in place.
        let after = ana.gql("{ viewer { resumeAfter } }", &[]).await.ok()["viewer"]["resumeAfter"].clone();
        let mut socket = connect(&world, &ana).await;
        subscribe(&mut socket, FOLLOW, json!({ "id": id, "after": after })).await;
        let org = world.organization.to_string();
        if leaves {
            ben.gql(LEAVE, &[("org", &org)]).await.ok();
        } else {
            let user = world.user_id("ben").await;
            world.as_user("admin").await.gql(REMOVE, &[("org", &org), ("user", &user)]).await.ok();
        }
        let told = change(&mut socket).await;
        assert_eq!(
            (&told["kind"], &told["request"]["recipient"]["hasLeft"]),
            (&json!("RECIPIENT_LEFT"), &json!(true))
        );
        let by = if leaves { ("RECIPIENT", "Ben Ito") } else { ("TEAM", "Adam Admin") };
        // Who of the team did it is not told to the recipient (ROLE-5).
        for (who, knows) in [(&ana, true), (&ben, leaves)] {
            let shown = who.gql(SHOW, &[("id", id)]).await.ok()["request"].clone();
            assert_eq!(shown["recipient"]["hasLeft"], true);
            let states = ["REVOKED", "DECLINED", "INVALID", "PENDING"].map(|state| json!({ "state": state }));
            assert_eq!(shown["items"], json!(states));
            let edges = shown["history"]["edges"].as_array().expect("a history");
            let left = edges.iter().map(|edge| &edge["node"]).find(|node| node["kind"] == "RECIPIENT_LEFT");
            let left = left.expect("it stands in the history");
            assert_eq!(left["actor"], by.0);
            assert_eq!(left["person"]["name"].as_str(), knows.then_some(by.1));
        }

        let user = world.user_id("ben").await;
        world
            .send("owner", json!({ "outside": { "name": "Ben Ito", "email": "ben@northwind.example" } }), 1)
            .await;
        world.app.settle().await;
        let mail = world.app.mail_to("ben@northwind.example").await;
        let link = mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1;
        let accept = "mutation($link: String!) { acceptInvitation(input: {link: $link}) { request { id } } }";
        ben.gql(accept, &[("link", link)]).await.ok();
        assert_eq!(world.user_id("ben").await, user);
        let shown = ana.gql(SHOW, &[("id", id)]).await.ok()["request"].clone();
        assert_eq!(shown["recipient"]["hasLeft"], false);
        ben.gql(SUBMIT_KEY, &[("item", text(&items[3]["id"])), ("key", sandbox::API_KEY)]).await.ok();
    }
}
