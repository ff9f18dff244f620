//! The real binary as a process: first start, audits, crash, stop, wrong keys, hostile input.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use kit::Browser;

use serde_json::{Value, json};

use crate::process::{Process, command};
use tokio::process::Command;

async fn output(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    command(folder, arguments).envs(settings.iter().copied()).output().await.expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// OPS-7, REL-1, REL-4: first start with the printed code; `kill -9` right after a commit loses nothing and
/// sends nothing twice; SIGTERM ends the process cleanly.
#[tokio::test]
async fn rel_1_kill_9_between_a_commit_and_its_consequences() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(folder.path(), &[]).await;
    let code = process.line_with("Set-up code").await.rsplit(' ').next().expect("a code").to_owned();
    let oda = process.sign_in("oda@northwind.example").await;
    let set_up = "mutation($code: String!) { setUpInstance(input: {setUpCode: $code, organizationName: \"Northwind\", teamName: \"Automation\"}) { teamId } }";
    let team = oda.gql(set_up, &[("code", &code)]).await.ok()["setUpInstance"]["teamId"].clone();
    let send = |n: usize| {
        let input = json!({
            "teamId": team, "name": format!("Request {n}"), "acceptTerms": true,
            "recipient": { "outside": { "name": "Mia", "email": format!("mia{n}@harbor.example") } },
            "items": [{ "app": "openai", "modules": { "all": true } }],
        });
        oda.post(kit::CREATE, json!({ "input": input }))
    };
    let answers = futures_util::future::join_all((0..30).map(send)).await;
    // Killed at once: some mails are out, some are not.
    process.signal("-KILL");
    process.child.wait().await.expect("ended");
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.ok()["createCredentialRequest"]["request"]["status"] == "INCOMPLETE")
    );
    let process = Process::start(folder.path(), &[]).await;
    // What was dispatched when the process died comes back when its lease is over; that is made to be now.
    let released = output(folder.path(), &["jobs", "release"], &[]).await;
    assert!(released.status.success(), "{}", text(&released.stderr));
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    loop {
        ticks.tick().await;
        let mails = process.mails().await;
        let mut invited: Vec<String> = mails
            .iter()
            .filter(|mail| mail["subject"].as_str().is_some_and(|text| text.contains("asks for access")))
            .map(|mail| mail["to"].to_string())
            .collect();
        invited.sort();
        let all = invited.len();
        invited.dedup();
        assert_eq!(invited.len(), all, "nothing is sent twice");
        if all == 30 {
            break;
        }
    }
    assert!(process.stop().await.success());
    audit_commands(folder.path()).await;
}

/// SEC-4: the log of what was done above verifies after the crash, is exported whole, and an anchor that knows more
/// shows that the end was cut. Who reads no further ends the export, as `head` does.
async fn audit_commands(folder: &Path) {
    let run = |arguments: &'static [&'static str]| output(folder, arguments, &[]);
    let verified = run(&["audit", "verify"]).await;
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    let exported = run(&["audit", "export"]).await;
    let records: Vec<Value> =
        text(&exported.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let created = records.iter().filter(|line| line["record"]["kind"] == "REQUEST_CREATED").count();
    assert_eq!(created, 30);
    for arguments in [&["audit", "export"][..], &["schema"]] {
        let mut unread = command(folder, arguments);
        let mut unread = unread.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(unread.stdout.take());
        let ended = unread.wait_with_output().await.expect("ended");
        assert!(ended.status.success() && ended.stderr.is_empty(), "{}", text(&ended.stderr));
    }
    let anchor = run(&["audit", "anchor"]).await;
    let mut anchor: Value = serde_json::from_slice(&anchor.stdout).expect("an anchor");
    for head in anchor["heads"].as_object_mut().expect("heads").values_mut() {
        head[0] = json!(head[0].as_i64().expect("a number") + 1);
    }
    std::fs::write(folder.join("later.json"), anchor.to_string()).expect("written");
    let cut = run(&["audit", "verify", "--anchor", "later.json"]).await;
    assert!(!cut.status.success());
    assert!(
        text(&cut.stderr).contains("is missing: the anchor knows a longer chain"),
        "{}",
        text(&cut.stderr)
    );
}

/// API-4: all audits of npm `graphql-http` pass against the real binary.
#[tokio::test]
async fn api_4_all_audits_of_graphql_http_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let node = concat!(env!("CARGO_MANIFEST_DIR"), "/node");
    let audits = Command::new("node")
        .args(["audits.mjs", &format!("{}/graphql", process.base)])
        .current_dir(node)
        .output()
        .await
        .expect("node runs");
    let told = text(&audits.stdout);
    assert!(
        audits.status.success() && told.contains("61 passed, 0 failed"),
        "{told}{}",
        text(&audits.stderr)
    );
}

/// SEC-1: without the key file, or with another one, the process refuses to start and names the key.
#[tokio::test]
async fn sec_1_missing_and_wrong_keys_refuse_to_start() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(output(folder.path(), &["migrate"], &[]).await.status.success());
    let file = folder.path().join("data/keys.json");
    let right = std::fs::read_to_string(&file).expect("the key file");
    let id =
        serde_json::from_str::<Value>(&right).expect("JSON")["active"].as_str().expect("an id").to_owned();
    std::fs::remove_file(&file).expect("removed");
    let missing = output(folder.path(), &["migrate"], &[]).await;
    assert!(
        !missing.status.success() && text(&missing.stderr).contains(&format!("key {id} is missing")),
        "{}",
        text(&missing.stderr)
    );
    assert!(!file.exists(), "no new key is made for old secrets");
    let other = format!("{{\"active\":\"{id}\",\"keys\":{{\"{id}\":\"{}\"}}}}", "A".repeat(43) + "=");
    std::fs::write(&file, other).expect("written");
    let wrong = output(folder.path(), &["migrate"], &[]).await;
    assert!(
        !wrong.status.success() && text(&wrong.stderr).contains(&format!("key {id} is wrong")),
        "{}",
        text(&wrong.stderr)
    );
    std::fs::write(&file, right).expect("written");
    assert!(output(folder.path(), &["migrate"], &[]).await.status.success());
    let keys = output(folder.path(), &["keys"], &[]).await;
    let told = text(&keys.stdout);
    assert!(told.lines().any(|line| line.starts_with(&id) && line.ends_with("1  active")), "{told}");
}

/// OPS-4: every problem of the configuration at once; `doctor` checks a running process.
#[tokio::test]
async fn ops_4_configuration_and_doctor() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = output(
        folder.path(),
        &["serve"],
        &[("LISTEN_ADDR", "here"), ("PUBLIC_URL", "http://example.com"), ("REDIS_URL", "redis://x")],
    )
    .await;
    let told = text(&refused.stderr);
    assert!(
        !refused.status.success()
            && ["LISTEN_ADDR", "PUBLIC_URL", "REDIS_URL"].iter().all(|name| told.contains(name)),
        "{told}"
    );
    std::fs::create_dir(folder.path().join("apps")).expect("a folder");
    std::fs::write(folder.path().join("apps/bad.toml"), "id = \"bad\"\nfly = 1\n").expect("a file");
    let apps = folder.path().join("apps").display().to_string();
    let refused = output(folder.path(), &["migrate"], &[("CATALOG_DIR", &apps)]).await;
    let told = text(&refused.stderr);
    assert!(
        !refused.status.success()
            && told.contains("bad.toml:2: fly: unknown key")
            && told.contains("versions"),
        "{told}"
    );
    let clients = [("OAUTH_NOSUCH_CLIENT_ID", "1"), ("OAUTH_SLACK_CLIENT_ID", "1")];
    let refused =
        output(folder.path(), &["serve"], &[&clients[..], &[("LISTEN_ADDR", "127.0.0.1:0")]].concat()).await;
    let told = text(&refused.stderr);
    assert!(
        !refused.status.success()
            && told.contains("OAUTH_NOSUCH_CLIENT_ID: no app of the catalog has this id")
            && told.contains("OAUTH_SLACK_CLIENT_SECRET: is missing"),
        "{told}"
    );
    let process = Process::start(folder.path(), &[]).await;
    let address = process.base.trim_start_matches("http://").to_owned();
    // The digits at the end are as those of an app that an organization defined for itself.
    let settings = [
        ("LISTEN_ADDR", address.as_str()),
        ("OAUTH_HUBSPOT_CLIENT_ID", "1"),
        ("OAUTH_BILLING_0123456789AB_CLIENT_ID", "1"),
    ];
    let healthy = output(folder.path(), &["doctor"], &settings).await;
    let told = text(&healthy.stdout);
    assert!(healthy.status.success() && told.contains("OAUTH_HUBSPOT_CLIENT_SECRET"), "{told}");
    for file in ["", "keys.json", "consentry.sqlite", "consentry.sqlite-wal", "consentry.sqlite-shm"] {
        let about = std::fs::metadata(folder.path().join("data").join(file)).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o077, 0, "{file:?} is for our user alone");
    }
    let database = folder.path().join("data/consentry.sqlite");
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    let open = output(folder.path(), &["doctor"], &settings).await;
    let told = text(&open.stdout);
    assert!(
        !open.status.success() && told.contains("consentry.sqlite can be read by others; run: chmod 600"),
        "{told}"
    );
    drop(process);
    let ill = output(
        folder.path(),
        &["doctor"],
        &[
            ("LISTEN_ADDR", &address),
            ("SMTP_URL", "smtp://127.0.0.1:1"),
            ("MAIL_FROM", "a@b.example"),
            ("OIDC_ISSUER", "http://127.0.0.1:1"),
            ("OIDC_CLIENT_ID", "x"),
            ("OIDC_CLIENT_SECRET", "y"),
            ("ALLOW_LOOPBACK_PROVIDERS", "true"),
        ],
    )
    .await;
    let told = text(&ill.stdout);
    assert!(
        !ill.status.success()
            && ["process", "mail", "single sign-on"]
                .iter()
                .all(|name| told.contains(&format!("problem  {name}"))),
        "{told}"
    );
}

/// OPS-3: the demo fills itself with requests in every state, and its doors sign in.
#[tokio::test]
async fn ops_3_the_demo_tells_the_whole_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(folder.path(), &["demo"]).await;
    process.line_with("Ctrl-C").await;
    let dana = Browser::new(&process.base);
    let door = dana.get("/demo/dana").await;
    assert_eq!((door.status().as_u16(), door.headers()["location"].to_str().expect("a text")), (303, "/"));
    let viewer = dana.gql("{ viewer { memberships { teams { teamId } } } }", &[]).await.ok();
    let team = viewer["viewer"]["memberships"][0]["teams"][0]["teamId"].as_str().expect("a team");
    let list =
        "query($team: ID!) { sentRequests(teamId: $team) { edges { node { status items { state } } } } }";
    let sent = dana.gql(list, &[("team", team)]).await.ok()["sentRequests"].to_string();
    for word in
        ["INCOMPLETE", "AUTHORIZED", "DECLINED", "PARTIALLY_AUTHORIZED", "INVALID", "REVOKED", "PENDING"]
    {
        assert!(sent.contains(&format!("\"{word}\"")), "{word}");
    }
    assert_eq!(dana.get("/demo/nobody").await.status(), 404);
    assert_eq!(dana.get("/graphiql").await.status(), 200);
    process.mail("asks for access").await;
}

/// OPS-1: one process with SQLite and its mailbox; OPS-5: health and readiness; SEC-5: headers of every page;
/// API-7: GraphiQL from the binary itself.
#[tokio::test]
async fn ops_5_health_pages_and_headers() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let browser = Browser::new(&process.base);
    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/", 200),
        ("/style.css", 200),
        ("/graphiql", 200),
        ("/mailbox", 200),
        // A screen of the page, for who reads HTML; see below.
        ("/requests/req_1", 404),
        ("/nothing", 404),
        ("/demo/dana", 404),
        ("/sandbox/authorize", 404),
    ] {
        let response = browser.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        for header in
            ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"]
        {
            assert!(response.headers().contains_key(header), "{path} has {header}");
        }
    }
    for (method, path, status) in [
        (reqwest::Method::GET, "/requests/req_1", 200),
        (reqwest::Method::HEAD, "/no/such/screen", 200),
        (reqwest::Method::POST, "/requests/req_1", 404),
        (reqwest::Method::GET, "/healthz/x", 404),
        (reqwest::Method::GET, "/broker/x", 401),
        (reqwest::Method::GET, "/assets/x.js", 404),
        (reqwest::Method::GET, "/i/x", 404),
    ] {
        let asked = browser.request(method.clone(), path).header("accept", "text/html,*/*;q=0.8");
        assert_eq!(browser.send(asked).await.status(), status, "{method} {path} as HTML");
    }
    let foreign = browser
        .send(browser.request(reqwest::Method::GET, "/mailbox.json").header("host", "evil.example"))
        .await;
    assert_eq!(foreign.status(), 403, "a name of another site does not open the mailbox");
}

/// API-6, SEC-5: too large, of another type, from another site: refused before anything runs.
#[tokio::test]
async fn api_6_what_is_no_call_of_ours_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let browser = Browser::new(&process.base);
    let ask = json!({ "query": "mutation { requestSignInCode(input: {email: \"mia@harbor.example\"}) { expiresAt } }" });
    let post = || browser.request(reqwest::Method::POST, "/graphql");
    let cases = [
        (post().header("content-type", "text/plain").body(ask.to_string()), 415),
        (post().form(&[("query", "mutation { __typename }")]), 415),
        (post().header("content-type", "application/json").body(" ".repeat(100_000)), 413),
        (post().header("origin", "https://evil.example").json(&ask), 403),
        (post().header("sec-fetch-site", "cross-site").json(&ask), 403),
        (post().header("content-type", "application/json").body("[]"), 400),
        (browser.request(reqwest::Method::GET, "/graphql?query=mutation%7B__typename%7D"), 405),
        (browser.request(reqwest::Method::PUT, "/graphql").json(&ask), 405),
    ];
    for (index, (request, status)) in cases.into_iter().enumerate() {
        assert_eq!(browser.send(request).await.status(), status, "case {index}");
    }
    let deep =
        json!({ "query": format!("{{ apps(text: {}1{}) {{ id }} }}", "[".repeat(2000), "]".repeat(2000)) });
    let answer: Value = browser.send(post().json(&deep)).await.json().await.expect("JSON");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
    let missing = browser
        .post(
            "mutation($email: String!) { requestSignInCode(input: {email: $email}) { expiresAt } }",
            json!({}),
        )
        .await;
    assert_eq!(missing.refusal(), "BAD_VARIABLES");
    assert!(process.mails().await.is_empty(), "nothing ran");
}
