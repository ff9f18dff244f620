//! What goes to the app, and what comes back (USE-2).

use std::sync::atomic::Ordering;

use futures_util::StreamExt as _;
use reqwest::Method;

use super::stage::{KEY, PIECE, PIECES, Stage, in_time};

fn header<'a>(headers: &'a http::HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().expect("a text"))
}

/// USE-2: the secret is put where the catalog says, and a caller cannot put another there.
#[tokio::test]
async fn use_2_the_secret_goes_where_the_catalog_says() {
    let stage = Stage::start().await;
    let mine = stage.connect("Places").await;
    let call = stage.request(Method::GET, &mine, "/things?q=a%20b").header("x-shop-key", "mine");
    assert_eq!(call.send().await.expect("an answer").status(), 200);
    let got = stage.app.last();
    assert_eq!((got.method.as_str(), got.target.as_str()), ("GET", "/v1/things?q=a%20b"));
    let sent: Vec<_> = got.headers.get_all("x-shop-key").iter().collect();
    assert_eq!(sent, [format!("Key {KEY}").as_str()]);

    // REC-7: the connection goes on with whatever the recipient gives.
    stage.authorize("query").await;
    stage.get(&mine, "/things/7?q=1").await;
    assert_eq!(stage.app.last().target, format!("/v1/things/7?q=1&api_key={KEY}"));
    let (status, _) = stage.raw(&mine, "GET", &format!("/broker/{}/things?api%5Fkey=x", mine.id), "").await;
    assert_eq!((status, stage.app.calls().len()), (400, 1));
    for taken in ["a=1;api_key=x", "a=1;_method=DELETE"] {
        let (status, _) = stage.raw(&mine, "GET", &format!("/broker/{}/things?{taken}", mine.id), "").await;
        assert_eq!((status, stage.app.calls().len()), (400, 1), "{taken}");
    }
    // USE-4: an app that repeats the query where it sends the call to does not give the secret away.
    let moved = stage.get(&mine, "/files/redirect?q=1,2").await;
    assert_eq!(header(moved.headers(), "location"), Some("https://elsewhere.example/v1/things?q=1,2"));

    for hidden in ["/files/login", "/files/login?q=1"] {
        let moved = stage.get(&mine, hidden).await;
        assert_eq!((moved.status().as_u16(), header(moved.headers(), "location")), (302, None), "{hidden}");
    }
    // What only looks like it stays: whoever reads page by page needs it.
    stage.authorize("token").await;
    let paged = stage.get(&mine, "/files/pages?q=1").await;
    let next = "<https://shop.example/v1/things?q=1&page_token=2>; rel=\"next\"";
    assert_eq!(header(paged.headers(), "link"), Some(next));
    assert_eq!(header(paged.headers(), "x-request-id"), None, "it is the secret");

    stage.authorize("basic").await;
    stage.get(&mine, "/things").await;
    let sent = stage.app.last();
    assert_eq!(header(&sent.headers, "authorization"), Some("Basic c2hvcDpwbGFudGVkLWtleS0wMTIzNDU2Nzg5"));

    stage.authorize("body").await;
    let json = stage.request(Method::POST, &mine, "/things").json(&serde_json::json!({"a": 1, "token": "x"}));
    json.send().await.expect("an answer");
    let body: serde_json::Value = serde_json::from_slice(&stage.app.last().body).expect("JSON");
    assert_eq!(body, serde_json::json!({ "a": 1, "token": KEY }));
    let form = stage.request(Method::POST, &mine, "/things").form(&[("token", "x"), ("a", "ä")]);
    form.send().await.expect("an answer");
    assert_eq!(stage.app.last().body, format!("a=%C3%A4&token={KEY}"));
    let text = stage.request(Method::POST, &mine, "/things").header("content-type", "text/plain").body("a");
    assert_eq!(text.send().await.expect("an answer").status(), 415);
}

/// USE-2: only safe headers go to the app; who calls, from where and with which token stays here.
#[tokio::test]
async fn use_2_only_safe_headers_go_to_the_app() {
    let stage = Stage::start().await;
    let mine = stage.connect("Headers").await;
    let call = [
        ("accept", "text/csv"),
        ("accept-encoding", "br;q=0.5"),
        ("user-agent", "orders/2"),
        ("if-none-match", "\"7\""),
        ("idempotency-key", "k-1"),
        ("stripe-version", "2026-01-01"),
        ("prefer", "x"),
        ("connection", "prefer"),
        ("cookie", "consentry_session=x"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
        ("forwarded", "for=10.0.0.1"),
        ("x-forwarded-host", "evil.example"),
        ("x-http-method-override", "DELETE"),
        ("x-original-url", "/v1/admin"),
        ("x-custom", "x"),
        ("te", "trailers"),
        ("consentry-version", "1"),
    ];
    let mut request = stage.request(Method::GET, &mine, "/things");
    for (name, value) in call {
        request = request.header(name, value);
    }
    request.send().await.expect("an answer");
    let got = stage.app.last();
    let mut names: Vec<&str> = got.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "host",
            "idempotency-key",
            "if-none-match",
            "stripe-version",
            "user-agent",
            "x-shop-key"
        ]
    );
    assert_eq!(header(&got.headers, "accept-encoding"), Some("br;q=0.5"));
    assert_ne!(header(&got.headers, "host"), Some(stage.world.app.base.trim_start_matches("http://")));
}

/// USE-2: what the app answers comes back as it is, but for headers that are not safe here.
#[tokio::test]
async fn use_2_answers_come_back_untouched() {
    let stage = Stage::start().await;
    let mine = stage.connect("Answers").await;
    let answer = stage.get(&mine, "/../v1/files/headers").await;
    // The client library tidied that up before it was sent; see tricks.rs for what it would not send.
    assert_eq!(answer.status(), 401);
    let answer = stage.get(&mine, "/things").await;
    assert_eq!(
        (header(answer.headers(), "consentry-module"), answer.status().as_u16()),
        (Some("read_things"), 200)
    );
    let files = stage.connect("Files").await;
    let answer = stage.request(Method::GET, &files, "/files/headers").send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 299);
    let headers = answer.headers().clone();
    for (name, value) in [
        ("content-type", "application/vnd.shop+json"),
        ("content-encoding", "gzip"),
        ("etag", "\"7\""),
        ("x-ratelimit-remaining", "4"),
        ("x-request-id", "abc"),
        ("consentry-credential", "AUTHORIZED"),
        // Ours: an answer to a call with a token is nobody else's.
        ("cache-control", "no-store"),
    ] {
        assert_eq!(header(&headers, name), Some(value), "{name}");
    }
    for name in
        ["set-cookie", "access-control-allow-origin", "server", "x-hop-request-id", "consentry-refused"]
    {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!(header(&headers, "strict-transport-security"), None);
    assert!(header(&headers, "content-security-policy").is_some_and(|policy| !policy.contains('*')));
    assert!(header(&headers, "consentry-request-id").is_some_and(|id| id.len() == 32));
    assert_eq!(answer.text().await.expect("a body"), "not unpacked");

    // A redirect is told and not followed.
    let moved = stage.get(&files, "/files/redirect").await;
    assert_eq!(
        (moved.status().as_u16(), header(moved.headers(), "location")),
        (302, Some("https://elsewhere.example/v1/things"))
    );
    let busy = stage.get(&files, "/files/503").await;
    assert_eq!((busy.status().as_u16(), header(busy.headers(), "retry-after")), (503, Some("9")));
    let refused = stage.get(&files, "/files/401").await;
    assert_eq!(
        (refused.status().as_u16(), refused.headers().contains_key("consentry-refused")),
        (401, false)
    );
    let head = stage.request(Method::HEAD, &mine, "/things/1").send().await.expect("an answer");
    assert_eq!((head.status().as_u16(), stage.app.last().method.as_str()), (200, "HEAD"));
    assert_eq!(head.text().await.expect("a body"), "");
}

/// USE-2: bodies of any size pass both ways, pulled by who reads them: a caller that stops reading stops the app.
#[tokio::test]
async fn use_2_large_bodies_stream_both_ways_with_back_pressure() {
    let stage = Stage::start().await;
    let mine = stage.connect("Streams").await;
    let large = stage.get(&mine, "/files/large").await;
    assert_eq!(large.content_length(), Some(PIECES * PIECE as u64));
    let mut pieces = large.bytes_stream();
    let mut read = pieces.next().await.expect("a piece").expect("a piece").len();
    // Nobody reads on: the app stands still long before its end, at what the sockets hold.
    let stand = async {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(200));
        let mut before = u64::MAX;
        loop {
            ticks.tick().await;
            let made = stage.app.made.load(Ordering::SeqCst);
            if made == before {
                return made;
            }
            before = made;
        }
    };
    let whole = usize::try_from(PIECES).expect("some hundred") * PIECE;
    let made = in_time(stand).await;
    assert!(made < PIECES / 2, "{made} of {PIECES} pieces were made for nobody");
    while let Some(piece) = in_time(pieces.next()).await {
        read += piece.expect("a piece").len();
    }
    assert_eq!((read, stage.app.made.load(Ordering::SeqCst)), (whole, PIECES));

    let pieces = futures_util::stream::iter((0..PIECES).map(|_| Ok::<_, std::io::Error>(vec![b'y'; PIECE])));
    let upload = stage.request(Method::POST, &mine, "/files/sink").body(reqwest::Body::wrap_stream(pieces));
    let answer = in_time(upload.send()).await.expect("an answer");
    assert_eq!(answer.text().await.expect("a body"), whole.to_string());
}
