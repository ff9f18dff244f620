//! What pages of other sites and hostile addresses can do (SEC-5): nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kit::{Browser, Northwind, START};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// Needs no id and shows at once that it ran: a mail is on its way, and the session is over.
const HARM: &str = "mutation Harm { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } endSession(input: {}) { sessionId } }";

/// Something that differs when anything stored differs.
pub async fn stored(world: &Northwind) -> Vec<u8> {
    world.app.fingerprint().await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("a text"))
}

/// No page of another site may read an answer.
fn assert_closed(response: &Response) {
    let cors: Vec<_> =
        response.headers().keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
    assert!(cors.is_empty(), "{cors:?}");
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a page of another site can make a browser send, with the user's cookies on it.
fn forgeries(base: &str, browser: &Browser) -> Vec<(String, RequestBuilder, &'static [u16])> {
    let json = json!({ "query": HARM }).to_string();
    let part = |name: &str, text: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let upload =
        format!("{}{}{}--x--\r\n", part("operations", &json), part("map", "{}"), part("query", HARM));
    let form = encoded(&[("query", HARM)]);
    let mut all = Vec::new();
    // Forms, and what old browsers and plug-ins could send: refused by the type of the body alone.
    for (kind, body) in [
        (None, &json),
        (Some("text/plain"), &json),
        (Some("text/plain; charset=utf-8"), &json),
        (Some("text/plain; application/json"), &json),
        (Some("text/plain, application/json"), &json),
        (Some("application/json, text/plain"), &json),
        (Some("application/x-www-form-urlencoded"), &form),
        (Some("application/x-www-form-urlencoded"), &json),
        (Some("multipart/form-data; boundary=x"), &upload),
        (Some("multipart/form-data; boundary=application/json"), &json),
        (Some("application/graphql"), &HARM.to_owned()),
    ] {
        let request = browser.request(Method::POST, "/graphql").body(body.clone());
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        all.push((format!("{kind:?}"), request, &[415][..]));
    }
    // Links, images and forms with method GET.
    let query = "query Look { __typename } ";
    for (pairs, accept) in [
        (vec![("query", HARM)], "*/*"),
        (vec![("query", HARM)], "text/event-stream"),
        (vec![("query", HARM), ("operationName", "Harm"), ("variables", "{}")], "application/json"),
        (vec![("query", &format!("{query}{HARM}")), ("operationName", "Harm")], "*/*"),
        (vec![("query", &format!("{query}{HARM}")), ("operationName", "Look")], "*/*"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let target = format!("/graphql?{}", encoded(&pairs));
            let request = browser.request(method.clone(), &target).header("accept", accept);
            all.push((format!("{method} {target}"), request, &[405][..]));
        }
    }
    // Scripts of other origins, some of which look like ours.
    let port = base.rsplit(':').next().expect("a port");
    for origin in [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("{base}.evil.example"),
        format!("{base}/"),
        format!("http://localhost:{port}"),
        "http://127.0.0.1".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("{base}, https://evil.example"),
        String::new(),
    ] {
        let request = browser.request(Method::POST, "/graphql").header("origin", &origin);
        all.push((
            format!("origin {origin}"),
            request.header("content-type", "application/json").body(json.clone()),
            &[403],
        ));
    }
    let call = |method| browser.request(method, "/graphql").header("content-type", "application/json");
    let twice = call(Method::POST).header("origin", base).header("origin", "https://evil.example");
    all.push(("two origins".to_owned(), twice.body(json.clone()), &[403]));
    let marked = call(Method::POST).header("sec-fetch-site", "cross-site");
    all.push(("cross-site".to_owned(), marked.body(json.clone()), &[403]));
    let read = browser.request(Method::GET, "/graphql?query=%7Bviewer%7Bid%7D%7D");
    all.push(("a look".to_owned(), read.header("sec-fetch-site", "cross-site"), &[403]));
    let preflight = call(Method::OPTIONS)
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    all.push(("preflight".to_owned(), preflight, &[405]));
    all
}

/// SEC-5: no form, link, image or script of another site runs a mutation, whatever it calls its body; not one
/// byte of the database changes. The same call from our own page does all of it.
#[tokio::test]
async fn sec_5_no_other_site_runs_a_mutation() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let before = stored(&world).await;
    for (case, request, expected) in forgeries(&world.app.base, &ana) {
        let response = ana.send(request).await;
        assert!(expected.contains(&response.status().as_u16()), "{case}: {}", response.status());
        assert_closed(&response);
        assert!(stored(&world).await == before, "{case} changes nothing");
    }
    let own = ana.request(Method::POST, "/graphql").header("origin", &world.app.base);
    let answer = ana.send(own.header("sec-fetch-site", "same-origin").json(&json!({ "query": HARM }))).await;
    assert_closed(&answer);
    assert_eq!(ana.gql("{ viewer { id } }", &[]).await.ok(), json!({ "viewer": null }));
    assert!(stored(&world).await != before, "a change is seen");
}

/// SEC-5: a page of another origin opens no WebSocket; ours and programs do.
#[tokio::test]
async fn sec_5_no_other_site_opens_a_socket() {
    let world = Northwind::start().await;
    let ana = world.as_user("ana").await;
    let base = world.app.base.clone();
    for (name, value, expected) in [
        ("origin", "https://evil.example".to_owned(), Some(403)),
        ("origin", "null".to_owned(), Some(403)),
        ("origin", format!("{base}.evil.example"), Some(403)),
        ("origin", base.replace("127.0.0.1", "localhost"), Some(403)),
        ("sec-fetch-site", "cross-site".to_owned(), Some(403)),
        ("origin", base.clone(), None),
        ("user-agent", "a program".to_owned(), None),
    ] {
        let address = format!("{}/graphql", base.replace("http://", "ws://"));
        let mut request = address.into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        headers.insert("cookie", ana.cookie_header().parse().expect("a header"));
        headers.insert(name, value.parse().expect("a header"));
        let refused = match tokio_tungstenite::connect_async(request).await {
            Ok(_) => None,
            Err(tungstenite::Error::Http(response)) => Some(response.status().as_u16()),
            Err(other) => panic!("{name} {value}: {other}"),
        };
        assert_eq!(refused, expected, "{name}: {value}");
    }
}

/// Every address that GET serves, with the most that somebody else could know: a link, an id, an answer of
/// an app. By the name of its route.
async fn addresses(world: &Northwind) -> Vec<(&'static str, String)> {
    let outside = json!({ "outside": { "name": "Mia", "email": "mia@harbor.example" } });
    let request = world.send("owner", outside, 1).await;
    let mail = world.app.mail_to("mia@harbor.example").await;
    let link = mail.text.split_whitespace().find(|word| word.contains("/i/")).expect("a link").to_owned();
    // The attacker's own sign-in, and the attacker's own way back from an app.
    let ask = "mutation { requestSignInCode(input: {email: \"stranger@elsewhere.example\"}) { expiresAt } }";
    world.app.browser().gql(ask, &[]).await.ok();
    let asked = world.ana_asks_ben(1).await;
    let item = asked["items"][0]["id"].as_str().expect("an id");
    let started = world.as_user("ben").await.gql(START, &[("item", item)]).await.ok();
    let at = started["startAuthorization"]["url"].as_str().expect("a URL").to_owned();
    let state =
        at.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state").to_owned();
    let text = world.app.mail_to("stranger@elsewhere.example").await.text;
    let sign_in = text.split_whitespace().find(|word| word.contains("/sign-in/")).expect("a link").to_owned();
    let asset = world.app.browser().get("/graphiql").await.text().await.expect("a page");
    let asset = asset.split('"').find(|part| part.contains("assets/")).expect("a script").to_owned();
    let page = world.app.browser().get("/").await.text().await.expect("a page");
    let script =
        page.split('"').find(|part| part.starts_with("/assets/")).unwrap_or("/assets/none.js").to_owned();
    let path = |text: &str| text.to_owned();
    vec![
        ("/", path("/")),
        ("/style.css", path("/style.css")),
        ("/favicon.ico", path("/favicon.ico")),
        ("/healthz", path("/healthz")),
        ("/readyz", path("/readyz")),
        ("/i/{link}", link),
        ("a screen", format!("/requests/{}", request["id"].as_str().expect("an id"))),
        ("/assets/{*name}", script),
        ("/outcome.js", path("/outcome.js")),
        ("/sign-in/{link}", sign_in),
        // Where single sign-on is configured, the first of them notes a beginning; see single_sign_on.rs.
        ("/sign-in/oidc", path("/sign-in/oidc?return=/graphiql")),
        ("/sign-in/oidc/callback", path("/sign-in/oidc/callback?state=x&code=y")),
        ("/sign-in/oidc/{domain}", path("/sign-in/oidc/northwind.example?return=/graphiql")),
        (
            "/sign-in/oidc/callback/{organization}",
            format!("/sign-in/oidc/callback/{}?state=x&code=y", world.organization),
        ),
        (
            "/oauth/callback",
            format!("/oauth/callback?state={state}&error=access_denied&iss={}/sandbox", world.app.base),
        ),
        ("/mailbox", path("/mailbox")),
        ("/mailbox.json", path("/mailbox.json")),
        ("/mailbox/{id}", format!("/mailbox/{}", mail.id)),
        ("/graphiql", path("/graphiql")),
        ("/graphiql/", path("/graphiql/")),
        (
            "/graphiql/assets/{*name}",
            format!("/graphiql/{}", asset.trim_start_matches("./").trim_start_matches("/graphiql/")),
        ),
        ("/graphql", path("/graphql?query=%7Bviewer%7Bid%7D%7D")),
        ("/authorize", at),
        ("/about", path("/sandbox/about")),
        ("/userinfo", path("/sandbox/userinfo")),
        ("/api/contacts", path("/sandbox/api/contacts")),
        ("/api/contacts/{id}", path("/sandbox/api/contacts/1")),
        ("/.well-known/oauth-authorization-server", path("/sandbox/.well-known/oauth-authorization-server")),
        ("/broker/{*rest}", path("/broker/con_0/api/contacts")),
        ("nothing", path("/nothing")),
        ("not text", path("/i/%ff")),
    ]
}

/// Names of all routes, from the code.
fn routes() -> BTreeSet<String> {
    fn read(path: &Path, found: &mut BTreeSet<String>) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).expect("a folder") {
                read(&entry.expect("an entry").path(), found);
            }
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let code = std::fs::read_to_string(path).expect("a file");
            let names = code.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(str::to_owned));
        }
    }
    let mut found = BTreeSet::new();
    for folder in ["api/src", "sandbox/src", "web/embed.rs"] {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder), &mut found);
    }
    found
}

/// SEC-5: the policy lets no script in but our own, and no page frames ours.
fn assert_guarded(route: &str, response: &Response) {
    assert_eq!(header(response, "x-frame-options"), "DENY", "{route}");
    assert_eq!(header(response, "x-content-type-options"), "nosniff", "{route}");
    assert_eq!(header(response, "referrer-policy"), "no-referrer", "{route}");
    let policies: Vec<_> = response.headers().get_all("content-security-policy").iter().collect();
    let [policy] = policies.as_slice() else { panic!("one policy for {route}, not {policies:?}") };
    let policy: BTreeMap<&str, &str> = policy
        .to_str()
        .expect("a text")
        .split(';')
        .map(|directive| directive.trim().split_once(' ').expect("a directive and its sources"))
        .collect();
    for (directive, allowed) in
        [("default-src", "'none'"), ("frame-ancestors", "'none'"), ("base-uri", "'none'")]
    {
        assert_eq!(policy.get(directive), Some(&allowed), "{route}: {directive}");
    }
    for directive in ["script-src", "worker-src", "connect-src", "object-src", "frame-src"] {
        let sources = policy.get(directive).copied().unwrap_or("'none'");
        // The nonce of this answer, which no other page can know.
        let (sources, nonce) = sources.split_once(" 'nonce-").unwrap_or((sources, "'"));
        let nonce = nonce.trim_end_matches('\'');
        assert!(nonce.is_empty() || nonce.len() == 32 && directive == "script-src", "{route}: {nonce}");
        assert!(matches!(sources, "'none'" | "'self'"), "{route}: {directive} {sources}");
    }
    // The sandbox's form leads back to the app that asked, which here is this instance.
    assert!(policy.get("form-action").is_some_and(|to| !to.contains('*')), "{route}: form-action");
}

/// SEC-5: opening or embedding any address changes nothing and signs nobody in, by GET and by HEAD, from our
/// pages and from others; every page is guarded.
#[tokio::test]
async fn sec_5_no_address_changes_anything_by_get() {
    let world = Northwind::start().await;
    let addresses = addresses(&world).await;
    let named: BTreeSet<String> = addresses.iter().map(|(route, _)| (*route).to_owned()).collect();
    // `/demo/{name}` is the demo's own and has its test below; the others take POST only.
    let elsewhere = ["/demo/{name}", "/token", "/revoke", "/hooks/bounces", "/hand-out/{connection}"]
        .map(str::to_owned)
        .into();
    let missing: Vec<_> = routes()
        .difference(&named)
        .cloned()
        .collect::<BTreeSet<_>>()
        .difference(&elsewhere)
        .cloned()
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "every route is among the addresses");
    let ana = world.as_user("ana").await;
    ana.set_cookie("consentry_sign_in", "planted");
    let (cookies, before) = (ana.cookie_header(), stored(&world).await);
    let mut pages = 0;
    for (route, address) in &addresses {
        for method in [Method::GET, Method::HEAD] {
            for site in ["none", "same-origin", "cross-site"] {
                let request = ana.request(method.clone(), address).header("sec-fetch-site", site);
                let response = ana.send(request.header("sec-fetch-dest", "image")).await;
                assert!(!response.status().is_server_error(), "{route}: {}", response.status());
                assert!(!response.status().is_redirection(), "{route}: {}", response.status());
                assert!(response.headers().get("set-cookie").is_none(), "{route}");
                assert_closed(&response);
                assert_guarded(route, &response);
                pages += usize::from(header(&response, "content-type").starts_with("text/html"));
                assert!(stored(&world).await == before, "{method} {route} changes nothing");
            }
        }
    }
    assert!(pages > 60, "pages were among them, not only {pages}");
    assert_eq!(ana.cookie_header(), cookies);
}
