//! Guessing, planting and stealing (INV-4): sign-in codes, cookies, and what answers tell about people.

use futures_util::future::join_all;
use kit::{Browser, Northwind, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::subscriptions::{Socket, connect, next, send};

const ASK: &str = "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }";
const SIGN_IN: &str = "mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { email } } }";
const VIEWER: &str = "{ viewer { email } }";

async fn code_of(app: &TestApp, email: &str) -> String {
    app.settle().await;
    app.mail_to(email).await.subject.split(' ').next().expect("a code").to_owned()
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Who somebody is to the instance who shows just this session.
async fn shown(app: &TestApp, session: &str) -> Value {
    let thief = app.browser();
    thief.set_cookie("consentry_session", session);
    thief.gql(VIEWER, &[]).await.ok()["viewer"]["email"].clone()
}

/// INV-4: a session that somebody planted in a browser never becomes that of who signs in there, neither a
/// made-up one nor the attacker's own; the planted one ends.
#[tokio::test]
async fn inv_4_a_planted_session_stays_worthless() {
    let app = TestApp::start().await;
    let evil = app.sign_in("evil@elsewhere.example").await;
    let own = evil.cookie("consentry_session").expect("a session");
    let made_up = "A".repeat(own.len());
    for planted in [made_up.as_str(), own.as_str(), "x", "a b", "*", "' or 1=1 --"] {
        for by_link in [false, true] {
            let mia = app.browser();
            mia.set_cookie("consentry_session", planted);
            mia.gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
            assert_eq!(mia.cookie("consentry_session").as_deref(), Some(planted));
            let code = code_of(&app, "mia@harbor.example").await;
            if by_link {
                let mail = app.mail_to("mia@harbor.example").await.text;
                let link = mail.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link");
                assert_eq!(mia.get(link).await.status(), 200);
            } else {
                mia.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await.ok();
            }
            let fresh = mia.cookie("consentry_session").expect("a session");
            assert_ne!(fresh, planted);
            assert_eq!(shown(&app, &fresh).await, "mia@harbor.example");
            assert_eq!(shown(&app, planted).await, Value::Null, "{planted}");
            app.advance(chrono::TimeDelta::hours(2));
        }
    }
}

/// INV-4: what ties sign-ins to a browser is of our making: a planted value is replaced, and who knows it
/// gains nothing by it.
#[tokio::test]
async fn inv_4_a_planted_sign_in_cookie_is_replaced() {
    let app = TestApp::start().await;
    let mia = app.browser();
    for planted in ["x".to_owned(), "A".repeat(43), "' or 1=1 --".to_owned()] {
        mia.set_cookie("consentry_sign_in", &planted);
        mia.gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
        let given = mia.cookie("consentry_sign_in").expect("a cookie");
        assert!(given != planted && given.len() == 43, "{given}");
        let mail = {
            app.settle().await;
            app.mail_to("mia@harbor.example").await.text
        };
        let link =
            mail.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link").to_owned();
        let evil = app.browser();
        evil.set_cookie("consentry_sign_in", &planted);
        assert_eq!(evil.get(&link).await.status(), 400);
    }
}

async fn ask(socket: &mut Socket, query: &str) -> Value {
    send(socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": query } })).await;
    let answer = next(socket).await;
    if answer["type"] == "next" {
        assert_eq!(next(socket).await["type"], "complete");
    }
    answer["payload"].clone()
}

/// INV-4: a stolen session that its owner ends opens nothing over HTTP, nothing as a stream, and not one
/// operation more on a socket that is open already.
#[tokio::test]
async fn inv_4_a_stolen_session_that_was_ended_opens_nothing() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let stolen = world.as_user("ana").await;
    let thief = world.app.browser();
    thief.set_cookie("consentry_session", &stolen.cookie("consentry_session").expect("a session"));
    let mut used = connect(&world, &thief).await;
    let mut unused = connect(&world, &thief).await;
    assert_eq!(ask(&mut used, VIEWER).await["data"]["viewer"]["email"], "ana@northwind.example");
    let sessions = "{ viewer { sessions { id isCurrent } } }";
    let id = stolen.gql(sessions, &[]).await.ok()["viewer"]["sessions"]
        .as_array()
        .and_then(|all| all.iter().find(|session| session["isCurrent"] == true))
        .expect("a session")["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let end = "mutation($id: ID) { endSession(input: {sessionId: $id}) { sessionId } }";
    ana.gql(end, &[("id", &id)]).await.ok();

    assert_eq!(thief.gql(VIEWER, &[]).await.ok()["viewer"], Value::Null);
    assert_eq!(thief.gql(end, &[]).await.refusal(), "UNAUTHENTICATED");
    let followed = "subscription { requestsChanged(list: RECEIVED) { kind } }";
    let stream = thief.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let stream = thief.send(stream.json(&json!({ "query": followed }))).await.text().await.expect("a text");
    assert!(stream.contains("UNAUTHENTICATED"), "{stream}");
    for (name, socket) in [("used", &mut used), ("unused", &mut unused)] {
        for query in [VIEWER, "mutation { endSession(input: {}) { sessionId } }", followed] {
            let answer = ask(socket, query).await;
            let errors = if answer.is_array() { &answer } else { &answer["errors"] };
            assert_eq!(errors[0]["extensions"]["code"], "UNAUTHENTICATED", "{name}: {query}: {answer}");
        }
    }
    let mut late = connect(&world, &thief).await;
    assert_eq!(ask(&mut late, VIEWER).await["data"]["viewer"], Value::Null);
    assert_eq!(ana.gql(VIEWER, &[]).await.ok()["viewer"]["email"], "ana@northwind.example");
}

/// Status, headers and body of an answer, apart from the random value of a cookie and the time.
async fn answer(browser: &Browser, query: &str, variables: &Value) -> (u16, Vec<String>, String) {
    let request = browser.request(Method::POST, "/graphql");
    let response = browser.send(request.json(&json!({ "query": query, "variables": variables }))).await;
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| match (name.as_str(), value.to_str().expect("a text")) {
            ("set-cookie", value) => {
                let (pair, attributes) = value.split_once(';').expect("attributes");
                let (name, value) = pair.split_once('=').expect("a pair");
                format!("set-cookie: {name}={} bytes;{attributes}", value.len())
            }
            (name, value) => format!("{name}: {value}"),
        })
        .collect();
    (status, headers, response.text().await.expect("a text"))
}

/// INV-4: nobody learns whether somebody has an account: known and unknown addresses get the same answers, to
/// the byte, for the same number of statements, until the right code is shown.
#[tokio::test]
async fn inv_4_answers_tell_nothing_about_people() {
    let world = Northwind::start().await;
    let known = "olga@northwind.example";
    let unknown = "nora@northwind.example";
    assert_eq!(known.len(), unknown.len());
    // The known one has signed in before, too.
    world.app.sign_in(known).await;
    world.app.advance(chrono::TimeDelta::hours(1));
    let mut seen = Vec::new();
    for email in [known, unknown] {
        let (asker, stranger) = (world.app.browser(), world.app.browser());
        let steps = [
            (&stranger, SIGN_IN, json!({ "email": email, "code": "" })),
            (&stranger, SIGN_IN, json!({ "email": email, "code": "x" })),
            (&asker, ASK, json!({ "email": email })),
            (&asker, SIGN_IN, json!({ "email": email, "code": "x" })),
            (&stranger, SIGN_IN, json!({ "email": email, "code": "x" })),
            (&stranger, SIGN_IN, json!({ "email": email, "code": "x" })),
            (&stranger, SIGN_IN, json!({ "email": email, "code": "x" })),
            (&asker, ASK, json!({ "email": email })),
            (&asker, ASK, json!({ "email": email })),
            (&stranger, ASK, json!({ "email": email })),
            (&stranger, ASK, json!({ "email": email })),
            (&stranger, ASK, json!({ "email": email })),
        ];
        let mut answers = Vec::new();
        for (browser, query, variables) in steps {
            let before = world.app.service.db().queries();
            let answer = answer(browser, query, &variables).await;
            answers.push((answer, world.app.service.db().queries() - before));
        }
        seen.push(answers);
    }
    let bodies: String = seen[0].iter().map(|((_, _, body), _)| body.as_str()).collect();
    for code in ["expiresAt", "WRONG_CODE", "TOO_MANY_TRIES", "RATE_LIMITED"] {
        assert!(bodies.contains(code), "{code} is among {bodies}");
    }
    assert!(seen[0].iter().all(|(_, statements)| *statements > 0), "statements are counted");
    for (known, unknown) in seen[0].iter().zip(&seen[1]) {
        assert_eq!(known, unknown);
    }
}

/// INV-4: five tries are five tries, by aliases, in parallel and with other spellings of the address together;
/// batches and sockets are no way around, and use none up.
#[tokio::test]
async fn inv_4_no_way_around_five_tries() {
    let world = Northwind::start().await;
    let mia = world.app.browser();
    mia.gql(ASK, &[("email", "mia@harbor.example")]).await.ok();
    let code = code_of(&world.app, "mia@harbor.example").await;
    let try_ = |alias: usize, email: &str, code: &str| {
        format!("a{alias}: signIn(input: {{email: \"{email}\", code: \"{code}\"}}) {{ viewer {{ email }} }} ")
    };
    let sockets = (0..6).map(|_| async {
        let mut socket = connect(&world, &mia).await;
        for _ in 0..3 {
            let answer =
                ask(&mut socket, &format!("mutation {{ {} }}", try_(0, "mia@harbor.example", &code))).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{answer}");
        }
    });
    join_all(sockets).await;
    let batch = json!([{ "query": SIGN_IN, "variables": { "email": "mia@harbor.example", "code": code } }]);
    assert_eq!(mia.send(mia.request(Method::POST, "/graphql").json(&batch)).await.status(), 400);
    let spellings =
        ["mia@harbor.example", "MIA@harbor.example", " mia@harbor.example ", "Mia@Harbor.Example"];
    let documents = (0..12).map(|n| {
        let fields: String = (0..10).map(|alias| try_(alias, spellings[n % 4], wrong(&code))).collect();
        let mia = &mia;
        async move { mia.gql(&format!("mutation {{ {fields} }}"), &[]).await.refusals() }
    });
    let refusals: Vec<String> = join_all(documents).await.concat();
    assert_eq!(refusals.iter().filter(|code| *code == "WRONG_CODE").count(), 5, "{refusals:?}");
    assert!(refusals.iter().all(|code| code == "WRONG_CODE" || code == "TOO_MANY_TRIES"), "{refusals:?}");
    let late = mia.gql(SIGN_IN, &[("email", "mia@harbor.example"), ("code", &code)]).await;
    assert_eq!(late.refusal(), "TOO_MANY_TRIES");
}

/// INV-4: nobody is flooded with codes: five mails at most, by aliases, in parallel, with other spellings, with
/// a new cookie or somebody else's each time.
#[tokio::test]
async fn inv_4_nobody_is_flooded_with_codes() {
    let app = TestApp::start().await;
    let evil = app.sign_in("evil@elsewhere.example").await;
    let known = evil.cookie("consentry_sign_in").expect("a cookie");
    let before = app.mails().await.len();
    let spellings = ["mia@harbor.example", "MIA@HARBOR.EXAMPLE", "  mia@harbor.example"];
    let floods = (0..12).map(|n: usize| {
        let browser = app.browser();
        match n % 3 {
            0 => {}
            1 => browser.set_cookie("consentry_sign_in", &known),
            _ => browser.set_cookie("consentry_sign_in", &format!("planted-{n}")),
        }
        let ask = |alias: usize| {
            let email = spellings[(n + alias) % 3];
            format!("a{alias}: requestSignInCode(input: {{email: \"{email}\"}}) {{ expiresAt }} ")
        };
        let fields: String = (0..8).map(ask).collect();
        async move { browser.gql(&format!("mutation {{ {fields} }}"), &[]).await.refusals() }
    });
    let refusals: Vec<String> = join_all(floods).await.concat();
    assert!(refusals.iter().all(|code| code == "RATE_LIMITED"), "{refusals:?}");
    app.settle().await;
    let mails = app.mails().await;
    assert_eq!(mails.len() - before, 5);
    assert!(mails.iter().take(5).all(|mail| mail.to == "mia@harbor.example"));
}
