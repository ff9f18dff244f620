//! Hostile addresses and headers, byte by byte (SEC-5): no way out to another host, no header or mail line of
//! an attacker's making, no door of the demo for other sites.

use kit::{Browser, Northwind};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use url::Url;

use crate::process::Process;

/// Status and header lines of what a server says to these bytes.
async fn head(base: &str, request: &str) -> (u16, Vec<(String, String)>) {
    let mut stream =
        tokio::net::TcpStream::connect(base.trim_start_matches("http://")).await.expect("a socket");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut bytes = Vec::new();
    // Refused requests may end in a reset; what came before it counts.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    (status.unwrap_or_else(|| panic!("an answer to {request:?}, not {text:?}")), headers)
}

async fn get(base: &str, target: &str, more: &str) -> (u16, Vec<(String, String)>) {
    let host = base.trim_start_matches("http://");
    head(base, &format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{more}connection: close\r\n\r\n")).await
}

const PATHS: [&str; 13] = [
    "/",
    "/demo/dana",
    "/demo/nobody",
    "/graphiql",
    "/graphiql/",
    "/graphql",
    "/mailbox",
    "/mailbox/x",
    "/i/x",
    "/requests/x",
    "/sign-in/x",
    "/oauth/callback",
    "/sandbox/authorize",
];

/// SEC-5: no address sends a browser to another host, whatever stands in its path, its query or `Host`.
#[tokio::test]
async fn sec_5_no_address_leads_to_another_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(folder.path(), &["demo"]).await;
    process.line_with("Ctrl-C").await;
    let base = process.base.clone();
    let mut targets: Vec<String> = Vec::new();
    for evil in ["https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example/"] {
        let hidden: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        targets.push(evil.to_owned());
        targets.push(format!("/{evil}"));
        targets.push(format!("/{hidden}"));
        for path in PATHS {
            let query: String = [
                "next",
                "url",
                "to",
                "redirect",
                "redirect_uri",
                "return_to",
                "continue",
                "returnUrl",
                "state",
                "iss",
                "code",
            ]
            .map(|name| format!("{name}={hidden}"))
            .join("&");
            targets.push(format!("{path}?{query}"));
            targets.push(format!("{path}/{hidden}"));
            targets.push(format!("/{evil}{path}"));
            targets.push(format!("{path}/..{evil}"));
        }
    }
    // An app that asks as it should, but for a place that only looks like this machine.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for place in [
        "https://evil.example/",
        "//evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://evil.example\\@127.0.0.1/",
        "javascript:alert(1)",
    ] {
        let place: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
        targets.push(format!("/sandbox/authorize?client_id=sandbox&response_type=nothing&scope=contacts:read&code_challenge_method=S256&code_challenge={challenge}&redirect_uri={place}"));
    }
    let own = Url::parse(&base).expect("a URL");
    let mut redirects = 0;
    for target in &targets {
        for more in [
            "",
            "x-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\nforwarded: host=evil.example\r\n",
        ] {
            let (status, headers) = get(&base, target, more).await;
            assert!(status < 500, "{target}: {status}");
            for (_, place) in headers.iter().filter(|(name, _)| name == "location" || name == "refresh") {
                redirects += 1;
                let to = own.join(place).expect("a URL");
                assert_eq!(to.origin(), own.origin(), "{target} leads to {place}");
            }
        }
    }
    assert!(redirects > 0, "some lead on");
}

/// SEC-5: nothing that somebody sends becomes a header of an answer; broken header lines are refused.
#[tokio::test]
async fn sec_5_no_header_comes_from_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let base = process.base.clone();
    let unharmed = |target: &str, headers: &[(String, String)]| {
        for (name, value) in headers {
            assert!(name != "x-evil" && !value.contains("evil"), "{target}: {name}: {value}");
        }
    };
    for line in
        ["%0d%0ax-evil:%20evil", "%0ax-evil:%20evil", "%0d%0a%0d%0aevil", "%E5%98%8A%E5%98%8Dx-evil:%20evil"]
    {
        for path in PATHS {
            let query = format!("query={line}&state={line}&code={line}&error={line}&iss={line}");
            for target in [format!("{path}{line}"), format!("{path}/{line}"), format!("{path}?{query}")] {
                let cookie = format!("cookie: consentry_session={line}; consentry_sign_in={line}\r\n");
                let (status, headers) =
                    get(&base, &target, &format!("{cookie}x-request-id: {line}\r\n")).await;
                assert!(status < 500, "{target}: {status}");
                unharmed(&target, &headers);
            }
        }
    }
    let ask = json!({ "query": "mutation { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } }" }).to_string();
    for (planted, expected) in [
        ("consentry_sign_in=evil", 200),
        ("consentry_sign_in=evil%0d%0ax-evil: evil", 200),
        ("consentry_sign_in=\"evil\"", 200),
        ("consentry_sign_in=evil\nx-evil: evil", 200),
        ("consentry_sign_in=evil\rx-evil: evil", 400),
        ("consentry_sign_in=evil\0", 400),
    ] {
        let lines = format!(
            "POST /graphql HTTP/1.1\r\nhost: evil.example\r\ncookie: {planted}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{ask}",
            ask.len()
        );
        let (status, headers) = head(&base, &lines).await;
        assert_eq!(status, expected, "{planted:?}");
        unharmed(planted, &headers);
        let cookie = headers.iter().find(|(name, _)| name == "set-cookie");
        assert_eq!(cookie.is_some(), expected == 200, "{planted:?}");
    }
    // What was asked for under another name of ours leads to our own address all the same.
    let mail = process.mail("sign-in code").await;
    let text = mail["text"].as_str().expect("a text");
    assert!(text.contains(&format!("{base}/sign-in/")) && !mail.to_string().contains("evil"), "{mail}");
}

/// SEC-5, MAIL-3: no line break and no address reaches a header of a mail.
#[tokio::test]
async fn sec_5_no_line_reaches_the_head_of_a_mail() {
    let world = Northwind::start().await;
    let ask = "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }";
    for break_ in ["\r\n", "\n", "\r", "\u{2028}", "\u{85}", "\0"] {
        let email = format!("mia@harbor.example{break_}Bcc: evil@evil.example");
        let refusal = world.app.browser().gql(ask, &[("email", &email)]).await.refusal();
        assert!(
            ["INVALID_CHARACTERS email", "INVALID_FORMAT email"].contains(&refusal.as_str()),
            "{break_:?}: {refusal}"
        );
        let line = format!("Mia{break_}Bcc: evil@evil.example");
        for (field, draft) in [
            ("name", json!({ "name": line })),
            (
                "recipient.outside.name",
                json!({ "recipient": { "outside": { "name": line, "email": "mia@harbor.example" } } }),
            ),
            (
                "recipient.outside.email",
                json!({ "recipient": { "outside": { "name": "Mia", "email": email } } }),
            ),
        ] {
            let mut input =
                world.draft(json!({ "outside": { "name": "Mia", "email": "mia@harbor.example" } }), 1);
            for (key, value) in draft.as_object().expect("fields") {
                input[key] = value.clone();
            }
            let refused = world.as_user("owner").await.post(kit::CREATE, json!({ "input": input })).await;
            assert!(refused.refusal().ends_with(field), "{break_:?}: {:?}", refused.json);
        }
    }
    for two in [
        "mia@harbor.example,evil@evil.example",
        "mia@harbor.example;evil@evil.example",
        "<mia@harbor.example>",
        "mia@harbor.example evil@evil.example",
        "\"x\" <mia@harbor.example>",
    ] {
        assert_eq!(
            world.app.browser().gql(ask, &[("email", two)]).await.refusal(),
            "INVALID_FORMAT email",
            "{two}"
        );
    }
    world.app.settle().await;
    assert!(world.app.mails().await.is_empty());
}

/// SEC-5, OPS-3: the demo's doors sign in whoever clicks a link on this machine, and no page of another site,
/// nor one that points its own name at this machine.
#[tokio::test]
async fn sec_5_no_other_site_uses_the_doors_of_the_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(folder.path(), &["demo"]).await;
    process.line_with("Ctrl-C").await;
    let visitor = Browser::new(&process.base);
    for (name, value, expected) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("host", "evil.example", 403),
        ("host", "127.0.0.1.evil.example:8080", 403),
        ("sec-fetch-site", "none", 303),
        ("sec-fetch-site", "same-origin", 303),
    ] {
        let request = visitor.request(reqwest::Method::GET, "/demo/olga").header(name, value);
        let response = visitor.send(request).await;
        assert_eq!(response.status(), expected, "{name}: {value}");
        assert_eq!(response.headers().contains_key("set-cookie"), expected == 303, "{name}: {value}");
    }
}
