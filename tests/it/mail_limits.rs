//! How many mails people cause and get, mails that came back, and reminders (MAIL-3, INV-6).

use chrono::TimeDelta;
use futures_util::future::join_all;
use kit::profile::is_scaled;
use kit::{CREATE, Northwind, Options, SHOW};
use serde_json::{Value, json};
use worker::mailer::Smtp;
use worker::{Handler, Mailer};

async fn world(settings: &[(&str, &str)]) -> Northwind {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Northwind::with(Options { settings, ..Options::default() }).await
}

async fn send(world: &Northwind, to: &str) -> kit::Answer {
    let input = world.draft(json!({ "outside": { "name": "Mia", "email": to } }), 1);
    world.as_user("admin").await.post(CREATE, json!({ "input": input })).await
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// MAIL-3: one person causes so many mails in an hour and not more, whatever they are and even if the requests are
/// deleted again; nothing is written when one is refused.
#[tokio::test]
async fn mail_3_a_sender_causes_a_limited_number_of_mails() {
    let world = world(&[("MAILS_PER_SENDER_HOUR", "3")]).await;
    let first = send(&world, "a@harbor.example").await.ok();
    let id = text(&first["createCredentialRequest"]["request"]["id"]).to_owned();
    let admin = world.as_user("admin").await;
    let resend = "mutation($id: ID!) { resendInvitation(input: {requestId: $id}) { request { id } } }";
    admin.gql(resend, &[("id", &id)]).await.ok();
    let org = world.organization.to_string();
    let invite = "mutation($org: ID!, $email: String!) { inviteMember(input: {organizationId: $org, email: $email, name: \"N\", role: MEMBER}) { invitationId } }";
    admin.gql(invite, &[("org", &org), ("email", "n@northwind.example")]).await.ok();
    let preview = admin.gql(kit::PREVIEW, &[("id", &id)]).await.ok();
    let token = text(&preview["deletionPreview"]["confirmationToken"]).to_owned();
    admin.gql(kit::DELETE, &[("id", &id), ("token", &token)]).await.ok();
    world.app.settle_patiently(1).await;
    let refused = send(&world, "b@harbor.example").await;
    assert_eq!(refused.refusal(), "RATE_LIMITED");
    assert_eq!(refused.json["errors"][0]["extensions"]["retryAfterSeconds"], 3601);
    let again = admin.gql(invite, &[("org", &org), ("email", "o@northwind.example")]).await;
    assert_eq!(again.refusal(), "RATE_LIMITED");
    let sent = "query($team: ID!) { sentRequests(teamId: $team) { totalCount } }";
    let listed = admin.gql(sent, &[("team", &world.automation.to_string())]).await.ok();
    assert_eq!(listed["sentRequests"]["totalCount"], 0);
    // Others are not held up, and the hour passes.
    let input = world.draft(json!({ "member": world.user_id("ben").await }), 1);
    world.as_user("ana").await.post(CREATE, json!({ "input": input })).await.ok();
    world.app.advance(TimeDelta::hours(1));
    send(&world, "b@harbor.example").await.ok();
}

/// MAIL-3: one address gets so many mails in an hour, whoever causes them; the others wait and come later. Sign-in
/// codes do not wait behind them.
#[tokio::test]
async fn mail_3_an_address_gets_a_limited_number_of_mails() {
    let world = world(&[("MAILS_PER_RECIPIENT_HOUR", "2")]).await;
    let mut last = String::new();
    for _ in 0..5 {
        let sent = send(&world, "Mia@harbor.example").await.ok();
        last = text(&sent["createCredentialRequest"]["request"]["id"]).to_owned();
    }
    let mias = || async {
        let mails = world.app.mails().await;
        mails.iter().filter(|mail| mail.to == "mia@harbor.example" && mail.subject.contains("asks")).count()
    };
    world.app.settle().await;
    assert_eq!(mias().await, 2);
    let shown = world.as_user("admin").await.gql(SHOW, &[("id", &last)]).await.ok();
    assert_eq!(shown["request"]["delivery"]["state"], "DELAYED");
    assert!(text(&shown["request"]["delivery"]["detail"]).contains("waits for the next"));
    world.app.sign_in("mia@harbor.example").await;
    for expected in [4, 5] {
        world.app.advance(TimeDelta::hours(1) + TimeDelta::seconds(2));
        world.app.settle().await;
        assert_eq!(mias().await, expected);
    }
}

/// MAIL-3: as many also where all come at once, through several processes; and a mail that was not sent takes nobody's
/// place.
#[tokio::test]
async fn mail_3_mails_at_the_same_time_share_the_limit() {
    let world = world(&[("MAILS_PER_RECIPIENT_HOUR", "5")]).await;
    let service = &world.app.service;
    let claim = async |jobs: usize| {
        service.release_leases().await.expect("all are due");
        let due = service.claim_due_jobs().await.expect("claimed");
        assert_eq!(due.len(), jobs);
        due
    };
    send(&world, "mia@harbor.example").await.ok();
    let away = Mailer::Smtp(Box::new(Smtp::new("smtp://127.0.0.1:1", "a@b.example").expect("a mailer")));
    let away = Handler::new(service.clone(), away);
    for _ in 0..6 {
        let (id, dispatch) = claim(1).await[0];
        away.handle(id, dispatch).await;
    }
    for _ in 1..16 {
        send(&world, "mia@harbor.example").await.ok();
    }
    let other = if is_scaled() { Some(world.app.beside().await) } else { None };
    let others = other.as_ref().map_or(service, |other| &other.service);
    let handlers = [service, others].map(|service| Handler::new(service.clone(), Mailer::BuiltIn));
    let jobs = claim(16).await;
    let runs = jobs.iter().enumerate().map(|(n, (id, dispatch))| handlers[n % 2].handle(*id, *dispatch));
    join_all(runs).await;
    assert_eq!(world.app.mails().await.len(), 5);
}

/// INV-6: a mail that came back is shown to the team, with the reason; only who has the secret reports it.
#[tokio::test]
async fn inv_6_a_mail_that_came_back_is_shown() {
    let secret = "PLANTED-0123456789";
    let world = world(&[("BOUNCE_SECRET", secret)]).await;
    let sent = send(&world, "nobody@harbor.example").await.ok();
    let id = text(&sent["createCredentialRequest"]["request"]["id"]).to_owned();
    world.app.settle().await;
    let job = world.app.mail_to("nobody@harbor.example").await.id;
    let message = format!("<{job}@127.0.0.1>");
    let report = |secret: &'static str, message: String| {
        let browser = world.app.browser();
        let body = json!({ "message_id": message, "reason": "550 no such\r\nuser" });
        async move {
            let request = browser.request(reqwest::Method::POST, "/hooks/bounces");
            browser.send(request.bearer_auth(secret).json(&body)).await.status().as_u16()
        }
    };
    assert_eq!(report("wrong", message.clone()).await, 404);
    assert_eq!(report(secret, format!("<{job}@elsewhere.example>")).await, 404);
    assert_eq!(report(secret, "<x@127.0.0.1>".to_owned()).await, 404);
    let delivery = || async {
        world.as_user("admin").await.gql(SHOW, &[("id", &id)]).await.ok()["request"]["delivery"].clone()
    };
    assert_eq!(delivery().await["state"], "SENT");
    for _ in 0..2 {
        assert_eq!(report(secret, message.clone()).await, 204);
        assert_eq!(delivery().await, json!({ "state": "BOUNCED", "detail": "550 no suchuser" }));
    }
    let off = Northwind::start().await;
    let request = off.app.browser().request(reqwest::Method::POST, "/hooks/bounces");
    let answer =
        off.app.browser().send(request.bearer_auth("").json(&json!({ "message_id": message }))).await;
    assert_eq!(answer.status(), 404, "it is off unless a secret is set");
}

async fn switch_reminders_on(world: &Northwind) {
    let set = "mutation($org: ID!) { updateOrganization(input: {organizationId: $org, reminders: true}) { organization { reminders } } }";
    world.as_user("admin").await.gql(set, &[("org", &world.organization.to_string())]).await.ok();
}

async fn reminders(world: &Northwind) -> usize {
    worker::schedule::sweep(&world.app.service, false).await.expect("a sweep");
    world.app.settle().await;
    world.app.mails().await.iter().filter(|mail| mail.subject.contains("still waits")).count()
}

/// Reminders are off by default; switched on they come after one, three and seven days, by day, and no more.
#[tokio::test]
async fn mail_1_reminders_come_after_one_three_and_seven_days() {
    for on in [false, true] {
        let world = Northwind::start().await;
        if on {
            switch_reminders_on(&world).await;
        }
        world.ana_asks_ben(1).await;
        let mut came = Vec::new();
        for hour in 0..24 * 12 {
            let before = reminders(&world).await;
            world.app.advance(TimeDelta::hours(1));
            if reminders(&world).await > before {
                came.push((hour + 1) / 24);
            }
        }
        assert_eq!(came, if on { vec![1, 3, 7] } else { vec![] });
    }
}

/// Reminders end with the first answer, and wait for the morning where the recipient lives.
#[tokio::test]
async fn mail_1_reminders_end_with_the_first_answer_and_wait_for_the_morning() {
    let world = Northwind::start().await;
    switch_reminders_on(&world).await;
    let zone = "mutation($zone: String!) { updateProfile(input: {timeZone: $zone}) { viewer { timeZone } } }";
    let ben = world.as_user("ben").await;
    assert_eq!(ben.gql(zone, &[("zone", "Mars/Base")]).await.refusal(), "INVALID_FORMAT timeZone");
    ben.gql(zone, &[("zone", "Asia/Tokyo")]).await.ok();
    let request = world.ana_asks_ben(2).await;
    world.app.advance(TimeDelta::days(1));
    let hour =
        world.app.service.now().with_timezone(&chrono::FixedOffset::east_opt(9 * 3600).expect("Tokyo"));
    let awake = (8..20).contains(&chrono::Timelike::hour(&hour));
    assert_eq!(reminders(&world).await, usize::from(awake));
    world.app.advance(TimeDelta::hours(12));
    assert_eq!(reminders(&world).await, 1, "half a day later it is day there, once");
    let item = text(&request["items"][0]["id"]);
    ben.gql(kit::DECLINE, &[("item", item), ("reason", "no")]).await.ok();
    world.app.advance(TimeDelta::days(10));
    assert_eq!(reminders(&world).await, 1);
}

/// *Remind now*: by the team, once a day, while something waits.
#[tokio::test]
async fn mail_3_reminding_by_hand_is_limited() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(1).await;
    let id = text(&request["id"]);
    let remind = "mutation($id: ID!) { remindRecipient(input: {requestId: $id}) { request { id } } }";
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    ana.gql(remind, &[("id", id)]).await.ok();
    assert_eq!(reminders(&world).await, 1);
    assert_eq!(ana.gql(remind, &[("id", id)]).await.refusal(), "RATE_LIMITED");
    assert_eq!(world.as_user("guest").await.gql(remind, &[("id", id)]).await.refusal(), "NOT_FOUND");
    world.app.advance(TimeDelta::hours(25));
    ana.gql(remind, &[("id", id)]).await.ok();
    let item = text(&request["items"][0]["id"]);
    ben.gql(kit::SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    world.app.advance(TimeDelta::hours(25));
    assert_eq!(ana.gql(remind, &[("id", id)]).await.refusal(), "ILLEGAL_TRANSITION");
}

/// USE-1: the team lists what it may use, and gives a connection another token.
#[tokio::test]
async fn use_1_credentials_are_listed_and_connections_rotated() {
    let world = Northwind::start().await;
    let request = world.ana_asks_ben(2).await;
    let item = text(&request["items"][1]["id"]);
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    ben.gql(kit::SUBMIT_KEY, &[("item", item), ("key", sandbox::API_KEY)]).await.ok();
    let list = "query($team: ID!) { credentials(teamId: $team) { totalCount edges { node { id state connectionName credential { account { label } } } } } }";
    let team = world.automation.to_string();
    let listed = ana.gql(list, &[("team", &team)]).await.ok()["credentials"].clone();
    assert_eq!(
        (&listed["totalCount"], &listed["edges"][0]["node"]["state"]),
        (&json!(1), &json!("AUTHORIZED"))
    );
    for (who, refusal) in [("guest", "FORBIDDEN"), ("olga", "FORBIDDEN"), ("stranger", "NOT_FOUND")] {
        assert_eq!(world.as_user(who).await.gql(list, &[("team", &team)]).await.refusal(), refusal, "{who}");
    }
    let made = ana.gql(kit::CONNECT, &[("item", item)]).await.ok()["createConnection"].clone();
    let id = text(&made["connection"]["id"]);
    let rotate =
        "mutation($id: ID!) { rotateConnection(input: {connectionId: $id}) { token connection { id } } }";
    let rotated = ana.gql(rotate, &[("id", id)]).await.ok()["rotateConnection"].clone();
    assert_eq!(rotated["connection"]["id"], made["connection"]["id"]);
    assert!(text(&rotated["token"]).starts_with("csc_") && rotated["token"] != made["token"]);
    assert_eq!(world.as_user("olga").await.gql(rotate, &[("id", id)]).await.refusal(), "NOT_FOUND");
}
