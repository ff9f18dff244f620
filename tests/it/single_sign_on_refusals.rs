//! Signing in by OpenID Connect (INV-4): every refusal. After each, nobody is signed in.

use chrono::TimeDelta;
use kit::{Browser, TestApp};
use ring::hmac;
use serde_json::{Value, json};
use service::{Service, SignInTry};

use crate::issuer::{Begun, Issuer, Key, location, token, viewer};

const ASK: &str = "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }";

async fn text(page: reqwest::Response) -> (u16, String) {
    (page.status().as_u16(), page.text().await.expect("a page"))
}

/// What the log tells of an answer with this ID token, by asking the crate that checks it.
async fn reason(app: &TestApp, issuer: &Issuer, begun: &Begun) -> String {
    let providers =
        providers::Providers::new(providers::Outbound { allow_loopback: true }).expect("a client");
    let client = providers::OAuthClient { id: "consentry".to_owned(), secret: Some("x".into()) };
    let (state, nonce, verifier) = (begun.asked("state"), begun.asked("nonce"), "v".repeat(43));
    let ask = providers::SignInAsk {
        redirect_uri: "http://127.0.0.1/",
        state: &state,
        nonce: &nonce,
        code_verifier: &verifier,
    };
    let answer = providers::SignInAnswer { code: Some("c"), error: None, iss: None };
    let issuer = providers.issuer(issuer.url.clone(), client);
    issuer.person(&ask, &answer, app.clock.now()).await.expect_err("refused").to_string()
}

/// A token for somebody else, of another time, or that proves nothing.
#[tokio::test]
async fn inv_4_an_id_token_must_hold_in_every_part() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let (key, other) = (Key::es256(), Key::es256());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let now = app.clock.now().timestamp();
    let changes: [(&str, Value, &str); 16] = [
        ("iss", json!("https://evil.example"), "comes from another issuer"),
        ("iss", json!(format!("{}/", issuer.url)), "comes from another issuer"),
        ("aud", json!("other"), "is for another client"),
        ("aud", json!(["consentry", "other"]), "is for another client"),
        ("aud", json!([]), "is for another client"),
        ("azp", json!("other"), "is for another client"),
        ("nonce", json!("other"), "belongs to another sign-in"),
        ("nonce", Value::Null, "belongs to another sign-in"),
        ("exp", json!(now - 60), "has expired"),
        ("exp", json!("2999-01-01"), "of another type"),
        ("exp", Value::Null, "lacks a claim"),
        ("iat", json!(now + 61), "is from the future"),
        ("iat", Value::Null, "lacks a claim"),
        ("aud", Value::Null, "lacks a claim"),
        ("sub", Value::Null, "lacks a claim"),
        ("sub", json!(""), "names nobody"),
    ];
    for (claim, value, why) in changes {
        let browser = app.browser();
        let begun = Begun::begin(&browser, "/").await;
        let mut claims = begun.claims(&app, &issuer);
        claims[claim] = value;
        issuer.answers(&key.sign(Some("a"), &claims));
        let (status, page) = text(begun.finish(&browser).await).await;
        assert_eq!(status, 502, "{claim} {why}");
        assert!(page.contains("nobody was signed in") && !page.contains("planted"), "{page}");
        assert_eq!(viewer(&browser).await, Value::Null);
        assert!(reason(&app, &issuer, &begun).await.contains(why), "{claim} {why}");
    }

    let unsigned = |algorithm: &str, claims: &Value| {
        token(&json!({ "alg": algorithm, "kid": "a" }), claims, |_| Vec::new())
    };
    let by_secret = |claims: &Value| {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, b"planted secret");
        token(&json!({ "alg": "HS256", "kid": "a" }), claims, |message| {
            hmac::sign(&secret, message).as_ref().to_vec()
        })
    };
    let critical = |claims: &Value| {
        token(&json!({ "alg": "ES256", "kid": "a", "crit": ["b64"], "b64": false }), claims, |_| Vec::new())
    };
    let tampered = |claims: &Value| {
        let signed = key.sign(Some("a"), &json!({}));
        let parts: Vec<&str> = signed.split('.').collect();
        format!("{}.{}.{}", parts[0], crate::issuer::base64url(claims.to_string()), parts[2])
    };
    let forgeries: [(&dyn Fn(&Value) -> String, &str); 9] = [
        (&|claims| unsigned("none", claims), "is unsigned or unreadable"),
        (&|_| "x.y".to_owned(), "is unsigned or unreadable"),
        (&|claims| unsigned("ES256", claims), "signature of the ID token is wrong"),
        (&by_secret, "proves nothing here"),
        (&critical, "critical headers"),
        (&tampered, "signature of the ID token is wrong"),
        (&|claims| other.sign(Some("a"), claims), "signature of the ID token is wrong"),
        (&|claims| other.sign(Some("b"), claims), "does not publish"),
        (&|claims| Key::ed_dsa().sign(Some("a"), claims), "does not publish"),
    ];
    for (forge, why) in forgeries {
        let browser = app.browser();
        let begun = Begun::begin(&browser, "/").await;
        issuer.answers(&forge(&begun.claims(&app, &issuer)));
        assert_eq!(begun.finish(&browser).await.status(), 502, "{why}");
        assert_eq!(viewer(&browser).await, Value::Null);
        assert!(reason(&app, &issuer, &begun).await.contains(why), "{why}");
    }
    issuer.script(|script| script.keys = vec![key.published("a"), other.published("b")]);
    let begun = Begun::begin(&app.browser(), "/").await;
    issuer.answers(&other.sign(None, &begun.claims(&app, &issuer)));
    assert!(reason(&app, &issuer, &begun).await.contains("does not publish"), "two keys could be meant");
}

/// The state: unknown, another browser's, used, or too old. Another browser's try does not use it up.
#[tokio::test]
async fn inv_4_a_sign_in_belongs_to_its_browser_and_works_once() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let (key, browser) = (Key::es256(), app.browser());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let refused = async |page: reqwest::Response| {
        let (status, page) = text(page).await;
        assert!(status == 400 && page.contains("was not begun in this browser"), "{status} {page}");
    };
    let begun = Begun::begin(&browser, "/").await;
    issuer.answers(&key.sign(Some("a"), &begun.claims(&app, &issuer)));
    refused(browser.get("/sign-in/oidc/callback?code=c&state=other").await).await;
    refused(begun.finish(&app.browser()).await).await;
    let stranger = app.browser();
    Begun::begin(&stranger, "/").await;
    refused(begun.finish(&stranger).await).await;
    assert_eq!(viewer(&stranger).await, Value::Null);
    for query in ["", "?state=a&state=b&code=c", "?code=c"] {
        assert_eq!(browser.get(&format!("/sign-in/oidc/callback{query}")).await.status(), 400);
    }
    assert_eq!(issuer.count("token"), 0, "nobody was asked");
    let all = (0..4).map(|_| async { begun.finish(&browser).await.status().as_u16() });
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|status| **status == 303).count(), 1, "{all:?}");
    refused(begun.finish(&browser).await).await;

    let late = Begun::begin(&browser, "/").await;
    app.advance(TimeDelta::minutes(10));
    refused(late.finish(&browser).await).await;
    assert!(app.service.purge().await.expect("purged") >= 1, "what is too old is forgotten");
    // A refused answer uses it up too.
    let begun = Begun::begin(&browser, "/").await;
    let denied = format!("/sign-in/oidc/callback?error=access_denied&state={}", begun.asked("state"));
    assert!(text(browser.get(&denied).await).await.1.contains("was cancelled"));
    refused(begun.finish(&browser).await).await;
}

/// RFC 9207: an answer of another issuer, and one that hides its issuer although it names it always.
#[tokio::test]
async fn inv_4_the_right_issuer_answers() {
    let issuer = Issuer::start().await;
    issuer.script(|script| script.discovery["authorization_response_iss_parameter_supported"] = true.into());
    let app = issuer.instance(&[]).await;
    let (key, browser) = (Key::es256(), app.browser());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let finish = async |iss: &str| {
        let begun = Begun::begin(&browser, "/").await;
        issuer.answers(&key.sign(Some("a"), &begun.claims(&app, &issuer)));
        let state = begun.asked("state");
        browser.get(&format!("/sign-in/oidc/callback?code=c&state={state}{iss}")).await.status().as_u16()
    };
    assert_eq!(finish("&iss=https://evil.example").await, 502);
    assert_eq!(finish("").await, 502);
    assert_eq!(issuer.count("token"), 0, "the code went to nobody");
    assert_eq!(viewer(&browser).await, Value::Null);
    assert_eq!(finish(&format!("&iss={}", issuer.url)).await, 303);
}

/// The address: not told, not verified, not usable.
#[tokio::test]
async fn inv_4_the_address_must_be_verified() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let key = Key::es256();
    issuer.script(|script| script.keys = vec![key.published("a")]);
    for (claim, value, words) in [
        ("email_verified", json!(false), "has not verified"),
        ("email_verified", json!("true"), "has not verified"),
        ("email_verified", Value::Null, "has not verified"),
        ("email", Value::Null, "did not tell your mail address"),
        ("email", json!("mia@localhost"), "cannot be used here"),
        ("email", json!("a@x.example\nb@x.example"), "cannot be used here"),
    ] {
        let browser = app.browser();
        let begun = Begun::begin(&browser, "/").await;
        let mut claims = begun.claims(&app, &issuer);
        claims[claim] = value;
        issuer.answers(&key.sign(Some("a"), &claims));
        let (status, page) = text(begun.finish(&browser).await).await;
        assert!(status == 403 && page.contains(words), "{status} {page}");
        assert_eq!(viewer(&browser).await, Value::Null);
    }
}

/// Domains that sign in by it: others cannot, and their codes are refused, sent ones too.
#[tokio::test]
async fn inv_4_a_domain_signs_in_by_one_way() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[("OIDC_DOMAINS", "northwind.example"), ("OIDC_NAME", "Northwind")]).await;
    let (key, browser) = (Key::es256(), app.browser());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let sign_in = async |browser: &Browser, email: &str| {
        let begun = Begun::begin(browser, "/").await;
        let mut claims = begun.claims(&app, &issuer);
        claims["email"] = email.into();
        issuer.answers(&key.sign(Some("a"), &claims));
        text(begun.finish(browser).await).await
    };
    let (status, page) = sign_in(&browser, "mia@harbor.example").await;
    assert!(status == 403 && page.contains("do not sign in by Northwind"), "{page}");
    assert_eq!(sign_in(&browser, "mia@evil.northwind.example.harbor.example").await.0, 403);
    assert_eq!(viewer(&browser).await, Value::Null);
    assert_eq!(sign_in(&browser, "Ana@Northwind.example").await.0, 303);

    let answer = app.browser().gql(ASK, &[("email", "ANA@northwind.example")]).await;
    assert_eq!(answer.refusal(), "SINGLE_SIGN_ON_REQUIRED");
    assert_eq!(
        answer.json["errors"][0]["message"],
        "addresses of this domain sign in by Northwind, not by code"
    );
    app.settle().await;
    assert!(app.mails().await.is_empty());
    app.sign_in("mia@harbor.example").await;

    // A code that is older than the setting.
    let before = TestApp::start().await;
    before.browser().gql(ASK, &[("email", "ana@northwind.example")]).await.ok();
    before.settle().await;
    let mail = before.mail_to("ana@northwind.example").await;
    let mut config = before.service.config().clone();
    config.single_sign_on = app.service.config().single_sign_on.clone();
    let after = Service::start(config, before.clock.clone()).await.expect("it starts");
    let code = mail.subject.split(' ').next().expect("a code");
    let attempt = SignInTry::Code { email: "ana@northwind.example", code, browser: None };
    let refused = after.sign_in(attempt, None, None, None).await.err().expect("refused");
    assert!(matches!(refused, service::Error::Refused(domain::ErrorCode::SingleSignOnRequired, _)));
}

/// Discovery of another issuer, a provider that is away or out of order, and one that refuses the code.
#[tokio::test]
async fn inv_4_a_provider_that_fails_signs_in_nobody() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let start = async || text(app.browser().get("/sign-in/oidc").await).await;
    issuer.script(|script| script.down = true);
    let (status, page) = start().await;
    assert!(status == 503 && page.contains("cannot be reached"), "{page}");
    issuer.script(|script| {
        script.down = false;
        script.discovery["issuer"] = format!("{}/", issuer.url).into();
    });
    let (status, page) = start().await;
    assert!(status == 502 && page.contains("does not hold") && !page.contains("http://127"), "{page}");
    issuer.script(|script| script.discovery = json!({ "issuer": issuer.url }));
    assert_eq!(start().await.0, 502, "no endpoints");

    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let browser = app.browser();
    let begun = Begun::begin(&browser, "/").await;
    issuer.script(|script| script.token = json!({ "access_token": "x" }));
    assert_eq!(begun.finish(&browser).await.status(), 502, "no ID token");
    let begun = Begun::begin(&browser, "/").await;
    issuer.script(|script| script.down = true);
    assert_eq!(begun.finish(&browser).await.status(), 503);
    let begun = Begun::begin(&browser, "/").await;
    let state = begun.asked("state");
    let odd = format!("/sign-in/oidc/callback?state={state}&error=%3Cscript%3E");
    let (status, page) = text(browser.get(&odd).await).await;
    assert!(status == 400 && page.contains("did not confirm") && !page.contains("script>"), "{page}");
    assert_eq!(viewer(&browser).await, Value::Null);

    let port = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let nobody = format!("http://{}", port.local_addr().expect("an address"));
    drop(port);
    let gone = Issuer::at(nobody).instance(&[]).await;
    assert_eq!(gone.browser().get("/sign-in/oidc").await.status(), 503);
}

/// A sign-in leads to a page of this instance only.
#[tokio::test]
async fn inv_4_a_sign_in_is_no_open_redirect() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    for to in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "/%09/evil.example",
        "/..//evil.example",
        "",
        "%0D%0Ax:y",
    ] {
        let page = app.browser().get(&format!("/sign-in/oidc?return={to}")).await;
        assert!(page.status() == 400 && page.headers().get("location").is_none(), "{to}");
    }
    let (key, browser) = (Key::es256(), app.browser());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    let begun = Begun::begin(&browser, "/i/%C3%A4%3Fa=%2F%2Fb").await;
    issuer.answers(&key.sign(Some("a"), &begun.claims(&app, &issuer)));
    assert_eq!(location(&begun.finish(&browser).await), "/i/%C3%A4?a=//b");
}
