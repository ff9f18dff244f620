//! Signing in, sessions, and the first start (INV-4, OPS-7).

use chrono::TimeDelta;
use kit::{Browser, TestApp};
use serde_json::{Value, json};

const ASK: &str = "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }";
const SIGN_IN: &str = "mutation($email: String!, $code: String!, $name: String) { signIn(input: {email: $email, code: $code, name: $name}) { viewer { id name email memberships { role } sessions { isCurrent } openInvitations { link } } } }";
const VIEWER: &str = "{ viewer { id name email isInstanceAdmin canCreateRequests memberships { organizationName role teams { teamName role } } sessions { id isCurrent userAgent } } }";
const SET_UP: &str = "mutation($code: String!, $name: String! = \"Northwind\") { setUpInstance(input: {setUpCode: $code, organizationName: $name, teamName: \"Automation\"}) { organizationId teamId } }";

async fn code_for(app: &TestApp, browser: &Browser, email: &str) -> String {
    browser.gql(ASK, &[("email", email)]).await.ok();
    app.settle().await;
    app.mail_to(email).await.subject.split(' ').next().expect("a code").to_owned()
}

/// INV-4: a code by mail signs in and makes the account; the cookie is closed to scripts and other sites.
#[tokio::test]
async fn inv_4_a_mailed_code_signs_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.gql(VIEWER, &[]).await.ok(), json!({ "viewer": null }));
    let code = code_for(&app, &browser, "Mia@Harbor.example".to_lowercase().as_str()).await;
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
    let request = browser.request(reqwest::Method::POST, "/graphql").json(&json!({ "query": SIGN_IN, "variables": { "email": "MIA@harbor.example", "code": code, "name": "Mia Berg" } }));
    let response = browser.send(request).await;
    let cookie = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .find_map(|value| value.to_str().ok().filter(|text| text.starts_with("consentry_session=")))
        .expect("a session")
        .to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    // The answer is that of the person who signs in by it.
    let answer: serde_json::Value = response.json().await.expect("an answer");
    assert_eq!(answer["data"]["signIn"]["viewer"]["sessions"], json!([{ "isCurrent": true }]), "{answer}");
    let viewer = browser.gql(VIEWER, &[]).await.ok()["viewer"].clone();
    assert_eq!(
        (viewer["name"].as_str(), viewer["email"].as_str()),
        (Some("Mia Berg"), Some("mia@harbor.example"))
    );
    assert_eq!(
        app.browser().gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.refusal(),
        "WRONG_CODE",
        "a code works once"
    );
}

/// INV-4: five tries are five tries, also in parallel and also for the right code afterwards.
#[tokio::test]
async fn inv_4_five_tries_are_five_tries() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let code = code_for(&app, &browser, "mia@harbor.example").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let tries = (0..12).map(|_| async {
        browser.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", wrong)]).await.refusal()
    });
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| *answer == "WRONG_CODE").count(), 5);
    assert_eq!(answers.iter().filter(|answer| *answer == "TOO_MANY_TRIES").count(), 7);
    assert_eq!(
        browser.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.refusal(),
        "TOO_MANY_TRIES"
    );
}

/// INV-4: a stranger who guesses at somebody's code cannot use up its tries; who types the code into another
/// browser than the one that asked can still sign in.
#[tokio::test]
async fn inv_4_strangers_do_not_use_up_the_tries() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let code = code_for(&app, &browser, "mia@harbor.example").await;
    let phone = app.browser();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let guess = [("email", "mia@harbor.example"), ("code", wrong)];
    assert_eq!(phone.gql(SIGN_IN, &guess).await.refusal(), "WRONG_CODE");
    let tries = (0..8).map(|_| async { app.browser().gql(SIGN_IN, &guess).await.refusal() });
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| *answer == "WRONG_CODE").count(), 1, "two in all");
    browser.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
    let code = code_for(&app, &browser, "mia@harbor.example").await;
    phone.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
}

/// INV-4: codes that strangers ask for to an address do not get in the way of its owner's.
#[tokio::test]
async fn inv_4_strangers_who_ask_for_codes_hold_up_nobody_who_signed_in_before() {
    let app = TestApp::start().await;
    let mia = app.browser();
    let code = code_for(&app, &mia, "mia@harbor.example").await;
    app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    mia.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
    for _ in 0..3 {
        app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    }
    assert_eq!(app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.refusal(), "RATE_LIMITED");
    let code = code_for(&app, &mia, "mia@harbor.example").await;
    mia.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
    for _ in 0..3 {
        mia.gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    }
    assert_eq!(mia.gql(ASK, &[("email", "mia@harbor.example")]).await.refusal(), "RATE_LIMITED");
}

/// INV-4: after many codes in a day they come slowly, and are not refused for the rest of it.
#[tokio::test]
async fn inv_4_a_flood_of_codes_delays_and_does_not_lock_out() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        for _ in 0..5 {
            app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
        }
        app.advance(TimeDelta::minutes(15));
    }
    let answer = app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await;
    assert_eq!(answer.json["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    assert_eq!(answer.json["errors"][0]["extensions"]["retryAfterSeconds"], 45 * 60 + 1);
    app.advance(TimeDelta::minutes(45) + TimeDelta::seconds(1));
    app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    assert_eq!(app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.refusal(), "RATE_LIMITED");
}

/// INV-4: five tries by aliases in one document are five tries too.
#[tokio::test]
async fn inv_4_aliases_are_tries_too() {
    let app = TestApp::start().await;
    let browser = app.browser();
    code_for(&app, &browser, "mia@harbor.example").await;
    let fields: String = (0..10).map(|n| format!("a{n}: signIn(input: {{email: \"mia@harbor.example\", code: \"x{n}\"}}) {{ viewer {{ id }} }} ")).collect();
    let answer = browser.gql(&format!("mutation {{ {fields} }}"), &[]).await;
    let refusals = answer.refusals();
    // The first failed field of a mutation whose type is not null ends the answer; what ran was counted.
    assert!(refusals.iter().all(|code| code == "WRONG_CODE" || code == "TOO_MANY_TRIES"), "{refusals:?}");
    assert!(refusals.iter().filter(|code| *code == "WRONG_CODE").count() <= 5);
}

/// INV-4: a code is valid for ten minutes.
#[tokio::test]
async fn inv_4_a_code_is_valid_for_ten_minutes() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let code = code_for(&app, &browser, "mia@harbor.example").await;
    app.advance(TimeDelta::minutes(10));
    assert_eq!(
        browser.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.refusal(),
        "WRONG_CODE"
    );
}

/// INV-4: the code and the tokens are nowhere in the database.
#[tokio::test]
async fn inv_4_neither_code_nor_token_is_stored() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let code = code_for(&app, &browser, "mia@harbor.example").await;
    browser.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
    let file = app.stored().await;
    let token = browser.cookie("consentry_session").expect("a token");
    assert!(!file.windows(token.len()).any(|window| window == token.as_bytes()));
}

/// INV-4: how often codes are sent to one address is limited, whoever asks.
#[tokio::test]
async fn inv_4_codes_for_one_address_are_limited() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    }
    assert_eq!(app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.refusal(), "RATE_LIMITED");
    app.browser().gql(ASK, &[("email", "ben@harbor.example")]).await.ok();
    app.advance(TimeDelta::minutes(16));
    app.browser().gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    assert_eq!(app.browser().gql(ASK, &[("email", "mia")]).await.refusal(), "INVALID_FORMAT email");
}

/// INV-4: the link signs in only the browser that asked; a mail scanner changes nothing.
#[tokio::test]
async fn inv_4_the_link_works_in_the_same_browser_only() {
    let app = TestApp::start().await;
    let browser = app.browser();
    code_for(&app, &browser, "mia@harbor.example").await;
    let mail = app.mail_to("mia@harbor.example").await;
    let link =
        mail.text.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link").to_owned();
    let scanner = app.browser();
    for _ in 0..7 {
        assert_eq!(scanner.get(&link).await.status(), 400);
    }
    scanner.set_cookie("consentry_sign_in", "guess");
    assert_eq!(scanner.get(&link).await.status(), 400);
    assert_eq!(browser.get(&link).await.status(), 200);
    assert_eq!(browser.gql(VIEWER, &[]).await.ok()["viewer"]["email"], "mia@harbor.example");
    assert_eq!(scanner.gql(VIEWER, &[]).await.ok()["viewer"], Value::Null);
}

/// INV-4: the page that the link leads to is the one where the sign-in was asked for, and one of this instance.
#[tokio::test]
async fn inv_4_the_link_leads_back_to_where_one_was() {
    const ASK: &str = "mutation($email: String!, $return: String) { requestSignInCode(input: {email: $email, return: $return}) { expiresAt } }";
    let app = TestApp::start().await;
    let browser = app.browser();
    for (back, href) in [
        (json!("/invitations/abc?x=1&y=\"2\"#part"), "href=\"/invitations/abc?x=1&amp;y=%222%22#part\""),
        (Value::Null, "href=\"/\""),
    ] {
        browser.post(ASK, json!({ "email": "mia@harbor.example", "return": back })).await.ok();
        app.settle().await;
        let mail = app.mail_to("mia@harbor.example").await;
        let link =
            mail.text.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link").to_owned();
        let page = browser.get(&link).await.text().await.expect("a page");
        assert!(page.contains(href), "{page}");
    }
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let answer = browser.post(ASK, json!({ "email": "mia@harbor.example", "return": elsewhere })).await;
        assert_eq!(answer.refusal(), "INVALID_FORMAT return", "{elsewhere}");
    }
}

/// INV-4: sessions are rotated at sign-in, listed, and revocable.
#[tokio::test]
async fn inv_4_sessions_are_rotated_listed_and_ended() {
    let app = TestApp::start().await;
    let first = app.sign_in("mia@harbor.example").await;
    let second = app.sign_in("mia@harbor.example").await;
    let old = first.cookie("consentry_session").expect("a token");
    let code = code_for(&app, &first, "mia@harbor.example").await;
    first.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
    assert_ne!(first.cookie("consentry_session").expect("a token"), old);
    let stale = app.browser();
    stale.set_cookie("consentry_session", &old);
    assert_eq!(stale.gql(VIEWER, &[]).await.ok()["viewer"], Value::Null);
    let sessions =
        first.gql(VIEWER, &[]).await.ok()["viewer"]["sessions"].as_array().expect("sessions").clone();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["isCurrent"] == false).expect("the other")["id"]
        .as_str()
        .expect("an id");
    let end = "mutation($id: ID) { endSession(input: {sessionId: $id}) { sessionId } }";
    assert_eq!(
        app.sign_in("ben@harbor.example").await.gql(end, &[("id", other)]).await.refusal(),
        "NOT_FOUND",
        "others cannot end it"
    );
    first.gql(end, &[("id", other)]).await.ok();
    assert_eq!(second.gql(VIEWER, &[]).await.ok()["viewer"], Value::Null);
    first.gql(end, &[]).await.ok();
    assert!(first.cookie("consentry_session").is_none());
    assert_eq!(first.gql(end, &[]).await.refusal(), "UNAUTHENTICATED");
    let idle = app.sign_in("mia@harbor.example").await;
    app.advance(TimeDelta::days(31));
    assert_eq!(idle.gql(VIEWER, &[]).await.ok()["viewer"], Value::Null, "an unused session ends");
}

/// OPS-7: the first user with the printed code becomes administrator and owner; nobody else can.
#[tokio::test]
async fn ops_7_the_set_up_code_works_once() {
    let app = TestApp::start().await;
    let code = app.service.set_up_code();
    assert_eq!(app.browser().gql(SET_UP, &[("code", &code)]).await.refusal(), "UNAUTHENTICATED");
    let oda = app.sign_in("oda@northwind.example").await;
    assert_eq!(oda.gql("{ instance { isSetUp } }", &[]).await.ok()["instance"]["isSetUp"], false);
    assert_eq!(oda.gql(SET_UP, &[("code", "AAAA-AAAA-AAAA-AAAA")]).await.refusal(), "WRONG_SET_UP_CODE");
    assert_eq!(
        oda.gql(SET_UP, &[("code", &code), ("name", " ")]).await.refusal(),
        "REQUIRED organizationName"
    );
    oda.gql(SET_UP, &[("code", &code.to_lowercase())]).await.ok();
    let viewer = oda.gql(VIEWER, &[]).await.ok()["viewer"].clone();
    assert_eq!(viewer["isInstanceAdmin"], true);
    assert_eq!(
        viewer["memberships"][0],
        json!({ "organizationName": "Northwind", "role": "OWNER", "teams": [{ "teamName": "Automation", "role": "ADMIN" }] })
    );
    let late = app.sign_in("late@northwind.example").await;
    assert_eq!(late.gql(SET_UP, &[("code", &code)]).await.refusal(), "ALREADY_SET_UP");
    assert_eq!(late.gql("{ instance { isSetUp } }", &[]).await.ok()["instance"]["isSetUp"], true);
}
