//! The language of what people without an account see, small pages (R1) and mails (MAIL-1), and of the catalog (REC-1).

use kit::{Browser, Northwind};
use reqwest::{Method, Response};
use serde_json::json;

use crate::issuer::{Begun, Issuer, Key};

/// Opens a page as a browser that likes these languages.
async fn open(browser: &Browser, path: &str, languages: Option<&str>) -> Response {
    let request = browser.request(Method::GET, path);
    let request = match languages {
        Some(languages) => request.header("accept-language", languages),
        None => request,
    };
    browser.send(request).await
}

async fn speak(browser: &Browser, language: &str) {
    let set = "mutation($language: Language) { updateProfile(input: {language: $language}) { viewer { language } } }";
    browser.post(set, json!({ "language": language })).await.ok();
}

/// Small pages speak as the browser likes; what cannot be read is English. Each says which language it is, and
/// that another browser gets another.
#[tokio::test]
async fn small_pages_speak_the_language_of_the_browser() {
    let world = Northwind::start().await;
    let outside = json!({ "outside": { "name": "Mia Berg", "email": "mia@harbor.example" } });
    world.send("owner", outside, 1).await;
    let mail = world.app.mail_to("mia@harbor.example").await;
    let link = mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1;
    let invitation = format!("/i/{link}");
    let browser = world.app.browser();
    let pages = [
        (invitation.as_str(), "A request is waiting for", "Eine Anfrage wartet auf"),
        ("/i/nothing", "There is nothing here", "Hier ist nichts"),
        ("/sign-in/nothing", "Use the code instead", "Nehmen Sie den Code"),
        ("/sign-in/oidc", "There is nothing here", "Hier ist nichts"),
        ("/sign-in/oidc/callback", "This sign-in cannot be used", "Diese Anmeldung geht nicht"),
        ("/oauth/callback", "This address is for apps", "Diese Adresse ist für Apps"),
        ("/oauth/callback?state=x&code=y", "This sign-in cannot be used", "Diese Anmeldung geht nicht"),
        ("/hooks/nothing", "There is nothing here", "Hier ist nichts"),
    ];
    let german = ["de", "de-CH, de;q=0.9, en;q=0.8", "fr, de;q=0.5, en;q=0.4", "DE-at"];
    let english = ["en-GB,en;q=0.9,de;q=0.8", "fr", "*", "de;q=0", "", ";;q=1,,=;", "de\u{e9}"];
    for (path, in_english, in_german) in pages {
        let rows = german
            .iter()
            .map(|languages| (Some(*languages), "de", in_german, in_english))
            .chain(english.iter().map(|languages| (Some(*languages), "en", in_english, in_german)))
            .chain([(None, "en", in_english, in_german)]);
        for (languages, tag, says, not) in rows {
            let answer = open(&browser, path, languages).await;
            let header = |name| answer.headers()[name].to_str().expect("a text").to_owned();
            assert_eq!(header("vary"), "accept-language", "{path}");
            assert_eq!(header("content-language"), tag, "{path} {languages:?}");
            let page = answer.text().await.expect("a page");
            assert!(page.contains(&format!("<html lang=\"{tag}\">")), "{path} {languages:?}");
            assert!(page.contains(says) && !page.contains(not), "{path} {languages:?}: {page}");
        }
    }
}

/// A link that signs in says so in the browser's language, too.
#[tokio::test]
async fn inv_4_the_sign_in_link_speaks_the_language_of_the_browser() {
    let world = Northwind::start().await;
    for (languages, says) in [("de-DE", "Sie sind angemeldet"), ("nl", "You are signed in")] {
        let browser = world.app.browser();
        let ask = "mutation { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } }";
        browser.gql(ask, &[]).await.ok();
        world.app.settle().await;
        let mail = world.app.mail_to("mia@harbor.example").await;
        let link = mail.text.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link");
        let page = open(&browser, link, Some(languages)).await.text().await.expect("a page");
        assert!(page.contains(says), "{languages}: {page}");
        let again = open(&browser, link, Some(languages)).await;
        assert_eq!(again.status(), 400, "a link is good for once");
        world.app.advance(chrono::TimeDelta::minutes(20));
    }
}

/// MAIL-1: who has no account is asked in the language of whoever asks them; who has one in their own.
#[tokio::test]
async fn mail_1_an_invitation_speaks_as_whoever_asks() {
    let world = Northwind::start().await;
    let (owner, ben) = (world.as_user("owner").await, world.user_id("ben").await);
    let invite = "mutation($org: ID!, $email: String!) { inviteMember(input: {organizationId: $org, email: $email, name: \"Kim\", role: MEMBER}) { invitationId } }";
    let org = world.organization.to_string();
    for (language, request, membership) in
        [("EN", "asks for access", "invites you"), ("DE", "bittet um Zugriff", "lädt Sie")]
    {
        speak(&owner, language).await;
        let address = format!("mia.{language}@harbor.example").to_lowercase();
        world.send("owner", json!({ "outside": { "name": "Mia Berg", "email": address } }), 1).await;
        let mail = world.app.mail_to(&address).await;
        assert!(mail.subject.contains(request), "{}", mail.subject);
        let tag = language.to_lowercase();
        assert!(mail.html.contains(&format!("<html lang=\"{tag}\">")), "{}", mail.html);
        let address = format!("kim.{language}@harbor.example").to_lowercase();
        owner.gql(invite, &[("org", &org), ("email", &address)]).await.ok();
        world.app.settle().await;
        let mail = world.app.mail_to(&address).await;
        assert!(mail.subject.contains(membership), "{}", mail.subject);
    }
    world.send("owner", json!({ "member": ben }), 1).await;
    let mail = world.app.mail_to("ben@northwind.example").await;
    assert!(mail.subject.contains("asks for access"), "their own language: {}", mail.subject);
}

/// INV-4, MAIL-1: a code comes in the language of the page that asked for it, else of its browser; where there is an
/// account, in that one's. A new account goes on in the language that it was made in.
#[tokio::test]
async fn inv_4_a_code_speaks_the_language_of_the_browser() {
    const ASK: &str = "mutation($email: String!, $language: Language) { requestSignInCode(input: {email: $email, language: $language}) { expiresAt } }";
    const ENTER: &str = "mutation($email: String!, $code: String!) { signIn(input: {email: $email, code: $code}) { viewer { language } } }";
    let world = Northwind::start().await;
    for (number, (languages, chosen, tag)) in [
        (Some("de-DE,de;q=0.9"), None, "de"),
        (Some("en-GB"), None, "en"),
        (Some("nonsense;;q"), None, "en"),
        (None, None, "en"),
        (Some("en-GB"), Some("DE"), "de"),
        (Some("de"), Some("EN"), "en"),
    ]
    .into_iter()
    .enumerate()
    {
        let (browser, address) = (world.app.browser(), format!("mia{number}@harbor.example"));
        let ask = json!({ "query": ASK, "variables": { "email": address, "language": chosen } });
        let mut request = browser.request(Method::POST, "/graphql").json(&ask);
        if let Some(languages) = languages {
            request = request.header("accept-language", languages);
        }
        assert_eq!(browser.send(request).await.status(), 200);
        world.app.settle().await;
        let mail = world.app.mail_to(&address).await;
        assert!(mail.html.contains(&format!("<html lang=\"{tag}\">")), "{languages:?} {chosen:?}");
        let code = mail.subject.split(' ').next().expect("a code").to_owned();
        let entered = browser.gql(ENTER, &[("email", &address), ("code", &code)]).await.ok();
        assert_eq!(entered["signIn"]["viewer"]["language"], tag.to_uppercase(), "{languages:?} {chosen:?}");
    }
    speak(&world.as_user("ben").await, "DE").await;
    let asked = json!({ "email": "ben@northwind.example", "language": "EN" });
    world.app.browser().post(ASK, asked).await.ok();
    world.app.settle().await;
    let mail = world.app.mail_to("ben@northwind.example").await;
    assert!(mail.html.contains("<html lang=\"de\">"), "{}", mail.html);
}

/// INV-4: who is new and comes by OpenID Connect goes on in the language of the browser, too.
#[tokio::test]
async fn inv_4_a_new_account_by_single_sign_on_speaks_as_the_browser() {
    let issuer = Issuer::start().await;
    let (app, key) = (issuer.instance(&[]).await, Key::es256());
    issuer.script(|script| script.keys = vec![key.published("a")]);
    for (languages, language) in [("de-AT,en;q=0.5", "DE"), ("en", "EN"), ("q=;de-", "EN")] {
        let browser = app.browser();
        let begun = Begun::begin(&browser, "/").await;
        let mut claims = begun.claims(&app, &issuer);
        claims["email"] = json!(format!("mia{}@harbor.example", languages.len()));
        issuer.answers(&key.sign(Some("a"), &claims));
        let back =
            format!("{}?code=planted-code&state={}", begun.asked("redirect_uri"), begun.asked("state"));
        assert_eq!(open(&browser, &back, Some(languages)).await.status(), 303);
        let viewer = browser.gql("{ viewer { language } }", &[]).await.ok();
        assert_eq!(viewer["viewer"]["language"], language, "{languages}");
    }
}

/// REC-1, REC-2, REQ-5: what is asked for, the permissions and the forms are told in the language that was asked for,
/// else in the one that the caller likes best.
#[tokio::test]
async fn rec_1_the_catalog_speaks_the_language_of_whoever_asks() {
    const TEXTS: &str = "
        help(LANGUAGE) versions {
          modules { id name(LANGUAGE) description(LANGUAGE) }
          permissions { scope words(LANGUAGE) }
          methods { id label(LANGUAGE) help(LANGUAGE) fields { name label(LANGUAGE) help(LANGUAGE) } }
        }";
    let in_english = [
        ("/help", "A CRM: contacts, companies and deals."),
        ("/versions/0/modules/0/name", "Search for contacts"),
        ("/versions/0/modules/1/description", "Looks one contact up."),
        ("/versions/0/permissions/1/words", "See your contacts and everything stored about them"),
        ("/versions/0/methods/0/label", "Sign in with HubSpot"),
        ("/versions/0/methods/1/fields/0/label", "Service key or token"),
    ];
    let in_german = [
        ("/help", "Ein CRM: Kontakte, Unternehmen und Deals."),
        ("/versions/0/modules/0/name", "Kontakte suchen"),
        ("/versions/0/modules/1/description", "Ruft einen Kontakt ab."),
        ("/versions/0/permissions/1/words", "Ihre Kontakte sehen und alles, was über sie gespeichert ist"),
        ("/versions/0/methods/0/label", "Bei HubSpot anmelden"),
        ("/versions/0/methods/1/fields/0/label", "Service Key oder Token"),
    ];
    let world = Northwind::start().await;
    let owner = world.as_user("owner").await;
    for (languages, asked, expected) in [
        (None, "", in_english),
        (Some("fr"), "", in_english),
        (Some("de-AT, en;q=0.5"), "", in_german),
        (None, "(language: DE)", in_german),
        (Some("de"), "(language: EN)", in_english),
        (Some("de"), "(language: null)", in_german),
    ] {
        let fields = TEXTS.replace("(LANGUAGE)", asked);
        let ask = json!({ "query": format!("{{ app(id: \"hubspot\") {{ {fields} }} }}") });
        let mut request = owner.request(Method::POST, "/graphql").json(&ask);
        if let Some(languages) = languages {
            request = request.header("accept-language", languages);
        }
        let answer: serde_json::Value = owner.send(request).await.json().await.expect("an answer");
        let app = &answer["data"]["app"];
        for (place, text) in expected {
            assert_eq!(app.pointer(place), Some(&json!(text)), "{languages:?} {asked}: {answer}");
        }
    }
}
