//! What people do while everything falls over: each request has its story, and each story comes to its end, however
//! often its steps have to be taken again. So what must be true in the end is known for each.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kit::{CREATE, DECLINE, DELETE, PREVIEW, REVOKE, SHOW, START};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::{Client, Said};
use super::dice::Dice;
use super::stage::{Person, Stage};

/// How a story ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Pending,
    Authorized,
    Declined,
    Revoked,
    /// Authorized, then declined.
    Withdrawn,
    /// Deleted before an answer.
    Deleted,
    /// Authorized, then deleted.
    Ended,
}

const ENDINGS: [Ending; 7] = [
    Ending::Pending,
    Ending::Authorized,
    Ending::Declined,
    Ending::Revoked,
    Ending::Withdrawn,
    Ending::Deleted,
    Ending::Ended,
];

impl Ending {
    /// The item's state in the end; `None` when the request is gone.
    pub fn state(self) -> Option<&'static str> {
        match self {
            Self::Pending => Some("PENDING"),
            Self::Authorized => Some("AUTHORIZED"),
            Self::Declined | Self::Withdrawn => Some("DECLINED"),
            Self::Revoked => Some("REVOKED"),
            Self::Deleted | Self::Ended => None,
        }
    }

    fn is_authorized_on_the_way(self) -> bool {
        matches!(self, Self::Authorized | Self::Revoked | Self::Withdrawn | Self::Ended)
    }
}

/// One sign-in at the app.
#[derive(Debug, Clone)]
pub struct Try {
    /// Whose account; each has its own.
    pub account: String,
    /// What we answered; `None` when nobody knows.
    pub answered: Option<bool>,
}

/// What was done to one request, as far as its people know.
#[derive(Debug, Clone)]
pub struct Told {
    pub name: String,
    pub ending: Ending,
    pub requester: String,
    pub recipient: String,
    pub request: String,
    pub item: String,
    pub tries: Vec<Try>,
}

/// How much, how quickly, and how long people wait between their steps.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub requests: u64,
    pub per_second: u64,
    /// In milliseconds, at most.
    pub pause: u64,
}

/// Every story to its end.
pub async fn run(stage: &Stage, client: &Arc<Client>, plan: Plan, dice: &Dice) -> Vec<Told> {
    let begun = Instant::now();
    join_all((0..plan.requests).map(|number| {
        let mut dice = dice.of(number);
        let story = Story {
            client: Arc::clone(client),
            team: stage.team.to_string(),
            requester: stage.requesters[index(number, stage.requesters.len())].clone(),
            recipient: stage.recipients[index(dice.next(), stage.recipients.len())].clone(),
            name: format!("Request {number} end"),
            ending: dice.one_of(&ENDINGS),
            deleted_by_requester: dice.next().is_multiple_of(2),
        };
        let at = begun + Duration::from_millis(number * 1000 / plan.per_second);
        async move { story.run(at, plan.pause, dice).await }
    }))
    .await
}

fn index(number: u64, len: usize) -> usize {
    usize::try_from(number).expect("small") % len
}

struct Story {
    client: Arc<Client>,
    team: String,
    requester: Person,
    recipient: Person,
    name: String,
    ending: Ending,
    deleted_by_requester: bool,
}

impl Story {
    async fn run(self, at: Instant, pause: u64, mut dice: Dice) -> Told {
        tokio::time::sleep_until(at).await;
        let input = json!({
            "teamId": self.team,
            "name": self.name,
            "recipient": { "member": self.recipient.id },
            "items": [{ "app": "ledger", "modules": { "all": true }, "connectionName": self.name }],
            "acceptTerms": true,
            "idempotencyKey": self.name,
        });
        let created = self.client.surely(&self.requester.session, CREATE, &json!({ "input": input })).await;
        let request = created.expect("a request")["createCredentialRequest"]["request"].clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (id, item) = (text(&request["id"]), text(&request["items"][0]["id"]));
        let mut tries = Vec::new();
        let mut rest = async || {
            let until = Instant::now() + Duration::from_millis(dice.between(0, pause));
            tokio::time::sleep_until(until).await;
        };
        if self.ending.is_authorized_on_the_way() {
            rest().await;
            self.authorize(&id, &item, &mut tries).await;
        }
        if !matches!(self.ending, Ending::Pending | Ending::Authorized) {
            rest().await;
        }
        match self.ending {
            Ending::Pending | Ending::Authorized => {}
            Ending::Declined | Ending::Withdrawn => {
                self.until(&id, "DECLINED", DECLINE, &json!({ "item": item, "reason": "no" })).await;
            }
            Ending::Revoked => self.until(&id, "REVOKED", REVOKE, &json!({ "item": item })).await,
            Ending::Deleted | Ending::Ended => self.delete(&id).await,
        }
        Told {
            name: self.name,
            ending: self.ending,
            requester: self.requester.email,
            recipient: self.recipient.email,
            request: id,
            item,
            tries,
        }
    }

    /// The item's state, as its recipient is shown it.
    async fn state(&self, request: &str) -> String {
        let shown = self.client.surely(&self.recipient.session, SHOW, &json!({ "id": request })).await;
        let shown = shown.unwrap_or_else(|code| panic!("{}: {code}", self.name));
        shown["request"]["items"][0]["state"].as_str().expect("a state").to_owned()
    }

    /// An operation that leads to a state: again, until its answer or the state says that it was done.
    async fn until(&self, request: &str, state: &str, query: &str, variables: &Value) {
        loop {
            if let Said::Data(_) = self.client.gql(&self.recipient.session, query, variables).await {
                return;
            }
            if self.state(request).await == state {
                return;
            }
        }
    }

    async fn authorize(&self, request: &str, item: &str, tries: &mut Vec<Try>) {
        loop {
            let start = self.client.surely(&self.recipient.session, START, &json!({ "item": item })).await;
            let start = start.unwrap_or_else(|code| panic!("{}: {code}", self.name));
            let first = start["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
            let account = format!("{item}-{}", tries.len());
            let answered = self.client.sign_in_at_app(&self.recipient.session, &first, &account).await;
            tries.push(Try { account, answered });
            if answered == Some(true) || self.state(request).await == "AUTHORIZED" {
                return;
            }
        }
    }

    async fn delete(&self, request: &str) {
        let who = if self.deleted_by_requester { &self.requester } else { &self.recipient };
        loop {
            let preview = self.client.surely(&who.session, PREVIEW, &json!({ "id": request })).await;
            let token = match &preview {
                Ok(data) => data["deletionPreview"]["confirmationToken"].as_str().expect("a token"),
                // It was deleted by the try before, whose answer got lost.
                Err(code) if code == "NOT_FOUND" => return,
                Err(code) => panic!("{}: {code}", self.name),
            };
            let variables = json!({ "id": request, "token": token });
            if let Said::Data(_) = self.client.gql(&who.session, DELETE, &variables).await {
                return;
            }
        }
    }
}
