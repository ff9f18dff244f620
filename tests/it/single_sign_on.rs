//! Signing in by OpenID Connect (INV-4): what works.

use chrono::TimeDelta;
use kit::node::Part;
use kit::{Browser, Options, TestApp};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::Url;

use crate::issuer::{Begun, Issuer, Key, base64url, location, viewer};

/// An instance with a client at a real server; its clock shows the server's time.
async fn instance_at(part: &Part, client: &str) -> TestApp {
    let issuer = part.ready["issuer"].as_str().expect("an address");
    let settings = [("OIDC_ISSUER", issuer), ("OIDC_CLIENT_ID", client), ("OIDC_CLIENT_SECRET", "secret")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let app = TestApp::with(Options { settings, ..Options::default() }).await;
    app.advance(domain::clock::Clock::System.now() - app.clock.now());
    let redirect_uri = format!("{}/sign-in/oidc/callback", app.base);
    control(part, json!({ "redirect_uris": { client: [redirect_uri] } })).await;
    app
}

pub async fn control(part: &Part, change: Value) {
    let at = part.ready["control"].as_str().expect("an address");
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    assert!(http.post(at).json(&change).send().await.expect("an answer").status().is_success());
}

/// Follows every redirect, as a browser does, until our callback has answered.
pub async fn go_through(app: &TestApp, part: &Part, browser: &Browser, page: &str) -> reqwest::Response {
    let theirs = Browser::new(part.ready["issuer"].as_str().expect("an address"));
    let mut at = Url::parse(page).and_then(|page| page.join("?return=/graphiql")).expect("an address");
    for _ in 0..12 {
        let ours = at.as_str().starts_with(&app.base);
        let page = if ours { browser.get(at.as_str()).await } else { theirs.get(at.as_str()).await };
        if ours && at.path().starts_with("/sign-in/oidc/callback") {
            return page;
        }
        at = at.join(&location(&page)).expect("an address");
    }
    panic!("the sign-in goes in circles");
}

/// INV-4: the whole way by a server that nobody here wrote: PKCE, RS256, `iss` in the answer.
#[tokio::test]
async fn inv_4_a_real_server_signs_people_in() {
    let part = Part::start("oidc.mjs", &json!({})).await;
    let app = instance_at(&part, "client").await;
    let browser = app.sign_in("before@harbor.example").await;
    let old = browser.cookie("consentry_session").expect("a session");
    control(&part, json!({ "consent": false })).await;
    let page = go_through(&app, &part, &browser, &format!("{}/sign-in/oidc", app.base)).await;
    assert_eq!(page.status(), 400);
    assert!(page.text().await.expect("a page").contains("was cancelled"));
    assert_eq!(viewer(&browser).await["email"], "before@harbor.example", "nothing changed");

    control(&part, json!({ "consent": true })).await;
    let page = go_through(&app, &part, &browser, &format!("{}/sign-in/oidc", app.base)).await;
    assert_eq!((page.status().as_u16(), location(&page).as_str()), (303, "/graphiql"));
    assert_eq!(viewer(&browser).await, json!({ "email": "ana@example.com", "name": "ana" }));
    let stale = app.browser();
    stale.set_cookie("consentry_session", &old);
    assert_eq!(viewer(&stale).await, Value::Null, "the session was rotated");
    // The account is the one that a mailed code opens too.
    let id = "{ viewer { id } }";
    let by_code = app.sign_in("ana@example.com").await.gql(id, &[]).await.ok();
    assert_eq!(by_code, browser.gql(id, &[]).await.ok());
}

/// INV-4: the same with the other algorithms, and with the claims at userinfo, where the standard has them.
#[tokio::test]
async fn inv_4_a_real_server_by_the_letter_of_the_standard() {
    let algorithms = ["PS256", "ES256", "EdDSA"];
    let clients = algorithms.map(|algorithm| {
        json!({
            "client_id": algorithm, "client_secret": "secret", "redirect_uris": ["http://127.0.0.1/callback"],
            "id_token_signed_response_alg": algorithm, "grant_types": ["authorization_code"],
        })
    });
    let config = json!({ "clients": clients, "keys": algorithms, "conform": true });
    let part = Part::start("oidc.mjs", &config).await;
    for algorithm in algorithms {
        let app = instance_at(&part, algorithm).await;
        let browser = app.browser();
        assert_eq!(
            go_through(&app, &part, &browser, &format!("{}/sign-in/oidc", app.base)).await.status(),
            303,
            "{algorithm}"
        );
        assert_eq!(viewer(&browser).await["email"], "ana@example.com");
    }
}

/// INV-4, RFC 7636: what is asked, what is exchanged, and that each part is fresh and secret.
#[tokio::test]
async fn inv_4_the_question_and_the_exchange() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let (browser, key) = (app.browser(), Key::es256());
    issuer.script(|script| script.keys = vec![json!({ "kty": "new", "kid": "x" }), key.published("a")]);
    let page = browser.get("/sign-in/oidc").await;
    let cookie = page.headers()["set-cookie"].to_str().expect("a text").to_owned();
    assert!(
        cookie.starts_with("consentry_single_sign_on=")
            && ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"].iter().all(|part| cookie.contains(part)),
        "{cookie}"
    );
    let begun = Begun { page: Url::parse(&location(&page)).expect("an address") };
    assert!(begun.page.as_str().starts_with(&format!("{}/authorize?tenant=1&", issuer.url)));
    let redirect_uri = format!("{}/sign-in/oidc/callback", app.base);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "consentry"),
        ("redirect_uri", redirect_uri.as_str()),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(begun.asked(name), value);
    }
    let other = Begun::begin(&app.browser(), "/").await;
    for name in ["state", "nonce", "code_challenge"] {
        assert!(begun.asked(name) != other.asked(name) && begun.asked(name).len() == 43, "{name}");
    }
    let file = app.stored().await;
    let browser_token = browser.cookie("consentry_single_sign_on").expect("a cookie");
    for secret in [&begun.asked("state"), &begun.asked("nonce"), &browser_token] {
        assert!(!file.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }

    issuer.answers(&key.sign(Some("a"), &begun.claims(&app, &issuer)));
    let page = begun.finish(&browser).await;
    assert_eq!((page.status().as_u16(), location(&page).as_str()), (303, "/"));
    assert_eq!(viewer(&browser).await, json!({ "email": "mia@harbor.example", "name": "Mia Berg" }));
    let (form, authorization) = issuer.script(|script| (script.form.clone(), script.authorization.clone()));
    let expected =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "consentry:planted+secret");
    assert_eq!(authorization, format!("Basic {expected}"));
    assert_eq!(
        (form["code"].as_str(), form["redirect_uri"].as_str()),
        ("planted-code", redirect_uri.as_str())
    );
    assert_eq!(base64url(digest(&SHA256, form["code_verifier"].as_bytes())), begun.asked("code_challenge"));
    assert!(!form.contains_key("client_secret"));
}

/// INV-4: ES256 and `EdDSA`; with a key id, and without one where a single key can be meant; two windows at
/// once; a new key is fetched when a token names it, and nothing else more than once an hour.
#[tokio::test]
async fn inv_4_keys_are_found_and_kept() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let (ec, ed, browser) = (Key::es256(), Key::ed_dsa(), app.browser());
    issuer.script(|script| script.keys = vec![ec.published("a")]);
    let (first, second) = (Begun::begin(&browser, "/").await, Begun::begin(&browser, "/").await);
    issuer.answers(&ec.sign(Some("a"), &second.claims(&app, &issuer)));
    assert_eq!(second.finish(&browser).await.status(), 303);
    issuer.answers(&ec.sign(None, &first.claims(&app, &issuer)));
    assert_eq!(first.finish(&browser).await.status(), 303);
    assert_eq!((issuer.count("discovery"), issuer.count("keys")), (1, 1));

    issuer.script(|script| script.keys = vec![ec.published("a"), ed.published("b")]);
    let begun = Begun::begin(&browser, "/").await;
    issuer.answers(&ed.sign(Some("b"), &begun.claims(&app, &issuer)));
    assert_eq!(begun.finish(&browser).await.status(), 303);
    assert_eq!((issuer.count("discovery"), issuer.count("keys")), (1, 2));

    app.advance(TimeDelta::hours(1));
    let begun = Begun::begin(&browser, "/").await;
    issuer.answers(&ed.sign(None, &begun.claims(&app, &issuer)));
    assert_eq!(begun.finish(&browser).await.status(), 303);
    assert_eq!((issuer.count("discovery"), issuer.count("keys")), (2, 3));
}

/// INV-4: who takes the secret in the form gets it there; an address that only userinfo tells counts, for the
/// same person.
#[tokio::test]
async fn inv_4_other_ways_of_other_servers() {
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[]).await;
    let (key, browser) = (Key::ed_dsa(), app.browser());
    issuer.script(|script| {
        script.keys = vec![key.published("a")];
        script.discovery["token_endpoint_auth_methods_supported"] =
            json!(["private_key_jwt", "client_secret_post"]);
        script.discovery["userinfo_endpoint"] = format!("{}/userinfo", issuer.url).into();
        script.user_info = json!({ "sub": "2", "email": "ben@harbor.example", "email_verified": true });
    });
    let sign_in = async |sub: &str| {
        let begun = Begun::begin(&browser, "/").await;
        let mut claims = begun.claims(&app, &issuer);
        claims["sub"] = sub.into();
        claims.as_object_mut().expect("claims").remove("email");
        issuer.answers(&key.sign(Some("a"), &claims));
        begun.finish(&browser).await.status().as_u16()
    };
    assert_eq!(sign_in("1").await, 502, "userinfo is about somebody else");
    assert_eq!(sign_in("2").await, 303);
    assert_eq!(viewer(&browser).await, json!({ "email": "ben@harbor.example", "name": "ben" }));
    issuer.script(|script| {
        assert_eq!(
            (script.form["client_id"].as_str(), script.form["client_secret"].as_str()),
            ("consentry", "planted secret")
        );
        assert_eq!(script.authorization, "Bearer planted-access");
    });
}

/// INV-4: the API names the way in, for the page to show; where none is set up there is nothing.
#[tokio::test]
async fn inv_4_the_way_in_is_shown_where_there_is_one() {
    let query = "{ instance { singleSignOn { name url } } }";
    let issuer = Issuer::start().await;
    let app = issuer.instance(&[("OIDC_NAME", "North & wind")]).await;
    let url = format!("{}/sign-in/oidc", app.base);
    assert_eq!(
        app.browser().gql(query, &[]).await.ok()["instance"]["singleSignOn"],
        json!({ "name": "North & wind", "url": url })
    );
    let without = TestApp::start().await;
    assert_eq!(without.browser().gql(query, &[]).await.ok()["instance"]["singleSignOn"], Value::Null);
    for path in ["/sign-in/oidc", "/sign-in/oidc/callback?state=x&code=y"] {
        assert_eq!(without.browser().get(path).await.status(), 404);
    }
}
