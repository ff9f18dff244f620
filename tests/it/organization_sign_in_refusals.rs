//! Signing in by the OpenID provider of an organization (INV-4): every refusal. Whoever runs such a provider can make
//! it say anything, and gets nobody but people of the organization's own domains.

use domain::actor::Actor;
use kit::Browser;
use serde_json::{Value, json};
use service::{IssuerInput, Service};
use tokio::sync::oneshot;

use crate::issuer::{Begun, Issuer, Key, location, viewer};
use crate::organization_sign_in::{Two, claim, release, remove_issuer, review, set_issuer, way_of};

async fn refused(page: reqwest::Response, status: u16, words: &str, browser: &Browser) {
    let found = page.status().as_u16();
    let text = page.text().await.expect("a page");
    assert!(found == status && text.contains(words) && !text.contains("planted"), "{found} {text}");
    assert_eq!(viewer(browser).await, Value::Null);
}

/// An owner whose provider names whomever they like.
#[tokio::test]
async fn inv_4_a_provider_counts_for_its_confirmed_domains_only() {
    let two = Two::start(&[]).await;
    let (issuer, key, _) = two.furnish().await;
    claim(&two.owner, &two.org, "elsewhere.example").await;
    let theirs = claim(&two.stranger, &two.elsewhere, "harbor.example").await;
    review(&two.ivy, &theirs, None).await.ok();
    for (email, words) in [
        ("stranger@elsewhere.example", "do not sign in by North &amp; wind"),
        ("mia@harbor.example", "do not sign in by"),
        ("mia@eu.northwind.example", "do not sign in by"),
        ("mia@xnorthwind.example", "do not sign in by"),
        ("a@northwind.example@evil.example", "cannot be used here"),
        // An owner of one organization would be above all others.
        ("ivy@northwind.example", "This account does not sign in by"),
    ] {
        let browser = two.world.app.browser();
        let begun = two.begin(&browser).await;
        issuer.answers(&key.sign(Some("a"), &two.claims(&begun, &issuer, email)));
        refused(begun.finish(&browser).await, 403, words, &browser).await;
    }
    for unverified in [json!(false), json!("true"), Value::Null] {
        let browser = two.world.app.browser();
        let begun = two.begin(&browser).await;
        let mut claims = two.claims(&begun, &issuer, "ana@northwind.example");
        claims["email_verified"] = unverified;
        issuer.answers(&key.sign(Some("a"), &claims));
        refused(begun.finish(&browser).await, 403, "has not verified", &browser).await;
    }
    // With all this aside, it works.
    let browser = two.world.app.browser();
    let begun = two.begin(&browser).await;
    issuer.answers(&key.sign(Some("a"), &two.claims(&begun, &issuer, "Ana@Northwind.example")));
    assert_eq!(location(&begun.finish(&browser).await), "/graphiql");
    assert_eq!(viewer(&browser).await["email"], "ana@northwind.example");
}

/// RFC 9700 section 4.4: two providers cannot be mixed up, whatever one of them does with the browser.
#[tokio::test]
async fn inv_4_the_answer_of_one_provider_is_not_taken_for_another() {
    let issuer = Issuer::start().await;
    let settings = [
        ("OIDC_ISSUER", issuer.url.as_str()),
        ("OIDC_CLIENT_ID", "consentry"),
        ("OIDC_CLIENT_SECRET", "planted secret"),
    ];
    let two = Two::start(&settings).await;
    let (honest, key, _) = two.furnish().await;
    let evil = Issuer::start().await;
    evil.script(|script| script.keys = vec![key.published("a")]);
    set_issuer(&two.stranger, &two.elsewhere, &evil.url).await.ok();
    let theirs = claim(&two.stranger, &two.elsewhere, "elsewhere.example").await;
    review(&two.ivy, &theirs, None).await.ok();

    let browser = two.world.app.browser();
    let begun = two.begin(&browser).await;
    let at_evil = Begun::begin_at(&browser, "/sign-in/oidc/elsewhere.example").await;
    assert_ne!(begun.asked("redirect_uri"), at_evil.asked("redirect_uri"));
    assert!(at_evil.asked("redirect_uri").ends_with(&two.elsewhere));
    honest.answers(&key.sign(Some("a"), &two.claims(&begun, &honest, "ana@northwind.example")));
    evil.answers(&key.sign(Some("a"), &two.claims(&at_evil, &evil, "ana@northwind.example")));
    let base = &two.world.app.base;
    let callback = |to: &str, begun: &Begun| {
        format!("{base}/sign-in/oidc/callback{to}?code=planted-code&state={}", begun.asked("state"))
    };
    for (to, begun) in [
        (format!("/{}", two.elsewhere), &begun),
        (String::new(), &begun),
        (format!("/{}", two.org), &at_evil),
    ] {
        refused(browser.get(&callback(&to, begun)).await, 400, "was not begun", &browser).await;
    }
    for to in ["/nothing", "/org_00000000000000000000000000000000"] {
        let status = browser.get(&callback(to, &begun)).await.status().as_u16();
        assert!([400, 404].contains(&status), "{to}");
    }
    assert_eq!(
        (honest.count("token"), evil.count("token"), issuer.count("token")),
        (0, 0, 0),
        "no code left"
    );
    // One that speaks for the other: by its token, and by the name in the answer.
    let mut claims = two.claims(&at_evil, &honest, "ana@northwind.example");
    claims["nonce"] = at_evil.asked("nonce").into();
    evil.answers(&key.sign(Some("a"), &claims));
    refused(at_evil.finish(&browser).await, 502, "nobody was signed in", &browser).await;
    let named = Begun::begin_at(&browser, "/sign-in/oidc/elsewhere.example").await;
    let page = format!("{}&iss={}", callback(&format!("/{}", two.elsewhere), &named), honest.url);
    refused(browser.get(&page).await, 502, "nobody was signed in", &browser).await;
    // None of it used the honest one up.
    assert_eq!(begun.finish(&browser).await.status(), 303);
}

/// What the owner changes meanwhile ends what was begun before.
#[tokio::test]
async fn inv_4_a_change_ends_sign_ins_that_are_under_way() {
    let two = Two::start(&[]).await;
    let (issuer, key, claimed) = two.furnish().await;
    let browser = two.world.app.browser();
    let answers = |begun: &Begun| {
        issuer.answers(&key.sign(Some("a"), &two.claims(begun, &issuer, "ana@northwind.example")));
    };
    let begun = two.begin(&browser).await;
    answers(&begun);
    set_issuer(&two.owner, &two.org, &issuer.url).await.ok();
    refused(begun.finish(&browser).await, 400, "was not begun", &browser).await;

    let begun = two.begin(&browser).await;
    answers(&begun);
    review(&two.ivy, &claimed, Some("Sold.")).await.ok();
    refused(begun.finish(&browser).await, 403, "do not sign in by", &browser).await;
    review(&two.ivy, &claimed, None).await.ok();

    let begun = two.begin(&browser).await;
    answers(&begun);
    remove_issuer(&two.owner, &two.org).await.ok();
    refused(begun.finish(&browser).await, 400, "was not begun", &browser).await;
    assert_eq!(issuer.count("token"), 1, "only the one whose domain was in doubt was asked");
    assert_eq!(browser.get("/sign-in/oidc/northwind.example").await.status(), 404);

    // While the provider is asked.
    set_issuer(&two.owner, &two.org, &issuer.url).await.ok();
    for change in ["release", "set", "delete"] {
        let begun = two.begin(&browser).await;
        answers(&begun);
        let (come, come_here) = oneshot::channel();
        let (go, go_there) = oneshot::channel();
        issuer.script(|script| script.held = Some((come, go_there)));
        let finish = begun.finish(&browser);
        let meanwhile = async {
            come_here.await.expect("a code");
            match change {
                "release" => release(&two.owner, &claimed).await.ok(),
                "set" => set_issuer(&two.owner, &two.org, &issuer.url).await.ok(),
                _ => {
                    let end = "mutation($org: ID!) { deleteOrganization(input: {organizationId: $org, confirmName: \"Northwind\"}) { organizationId } }";
                    two.owner.gql(end, &[("org", &two.org)]).await.ok()
                }
            };
            go.send(()).expect("somebody waits");
        };
        let (page, ()) = tokio::join!(finish, meanwhile);
        let (status, words) =
            if change == "release" { (403, "do not sign in") } else { (400, "was not begun") };
        refused(page, status, words, &browser).await;
        if change == "release" {
            let claimed = claim(&two.owner, &two.org, "northwind.example").await;
            review(&two.ivy, &claimed, None).await.ok();
        }
    }
    // Of a deleted organization nothing is left, and the domain is free.
    assert_eq!(way_of(&two.world, "ana@northwind.example").await, Value::Null);
    assert_eq!(browser.get("/sign-in/oidc/northwind.example").await.status(), 404);
    let theirs = claim(&two.stranger, &two.elsewhere, "northwind.example").await;
    review(&two.ivy, &theirs, None).await.ok();
}

/// SEC-2: neither the issuer nor what its discovery document names leads into our own network.
#[tokio::test]
async fn sec_2_no_issuer_leads_inside() {
    let two = Two::start(&[]).await;
    for (issuer, refusal) in [
        ("http://10.0.0.1", "INVALID_FORMAT issuer"),
        ("https://10.0.0.1", "PROVIDER_MISCONFIGURED"),
        ("https://169.254.169.254/latest", "PROVIDER_MISCONFIGURED"),
        ("https://[fd00::1]", "PROVIDER_MISCONFIGURED"),
        ("https://[::ffff:10.0.0.1]", "PROVIDER_MISCONFIGURED"),
    ] {
        assert_eq!(set_issuer(&two.owner, &two.org, issuer).await.refusal(), refusal, "{issuer}");
    }
    // Loopback is for development.
    let mut config = two.world.app.service.config().clone();
    (config.allow_loopback_providers, config.sandbox_url) = (false, None);
    config.oauth_clients.clear();
    let strict = Service::start(config, two.world.app.clock.clone()).await.expect("it starts");
    let owner = strict.open_session("owner@northwind.example").await.expect("a known person");
    let owner = Actor::User { user: owner.user, session: owner.id };
    for (issuer, words) in [
        ("http://127.0.0.1:1", "has 1 problems"),
        ("https://127.0.0.1", "may not be called"),
        ("https://localhost", "may not be called"),
        ("https://[::1]", "may not be called"),
    ] {
        let input = IssuerInput {
            issuer: issuer.to_owned(),
            client_id: "consentry".to_owned(),
            client_secret: "planted secret".into(),
            name: None,
        };
        let refused = strict.set_issuer(owner, two.world.organization, &input).await.expect_err("refused");
        assert!(refused.to_string().contains(words), "{issuer}: {refused}");
    }
    assert_eq!(two.shown().await["provider"], Value::Null);

    let (issuer, key, _) = two.furnish().await;
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        two.world.app.advance(chrono::TimeDelta::hours(1));
        let honest = issuer
            .script(|script| std::mem::replace(&mut script.discovery[endpoint], "https://10.0.0.1/x".into()));
        let browser = two.world.app.browser();
        if endpoint == "authorization_endpoint" {
            let page = browser.get("/sign-in/oidc/northwind.example").await;
            refused(page, 502, "nobody was signed in", &browser).await;
        } else {
            let begun = two.begin(&browser).await;
            issuer.answers(&key.sign(Some("a"), &two.claims(&begun, &issuer, "ana@northwind.example")));
            refused(begun.finish(&browser).await, 502, "nobody was signed in", &browser).await;
        }
        issuer.script(|script| script.discovery[endpoint] = honest);
    }
}

/// INV-4: state and browser are bound as with the instance's provider.
#[tokio::test]
async fn inv_4_a_sign_in_at_an_organization_belongs_to_its_browser_and_works_once() {
    let two = Two::start(&[]).await;
    let (issuer, key, _) = two.furnish().await;
    let (browser, other) = (two.world.app.browser(), two.world.app.browser());
    let begun = two.begin(&browser).await;
    two.begin(&other).await;
    issuer.answers(&key.sign(Some("a"), &two.claims(&begun, &issuer, "ana@northwind.example")));
    refused(begun.finish(&other).await, 400, "was not begun", &other).await;
    assert_eq!(begun.finish(&browser).await.status(), 303);
    let again = two.world.app.browser();
    again.set_cookie(
        "consentry_single_sign_on",
        &browser.cookie("consentry_single_sign_on").expect("a cookie"),
    );
    refused(begun.finish(&again).await, 400, "was not begun", &again).await;
    // Signed by a key that the provider does not publish.
    let forged = two.begin(&other).await;
    let stranger = Key::es256();
    issuer.answers(&stranger.sign(Some("a"), &two.claims(&forged, &issuer, "ana@northwind.example")));
    refused(forged.finish(&other).await, 502, "nobody was signed in", &other).await;
    for to in ["https://evil.example", "//evil.example", "/%5Cevil.example"] {
        let page = other.get(&format!("/sign-in/oidc/northwind.example?return={to}")).await;
        assert!(page.status() == 400 && page.headers().get("location").is_none(), "{to}");
    }
}
