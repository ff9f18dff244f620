//! The sandbox from outside, request by request.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::prelude::Engine as _;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

use super::*;

const BASE: &str = "http://127.0.0.1:8080/sandbox";
const BACK: &str = "http://127.0.0.1:8080/oauth/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-rfc-7636";
const PEOPLE: [(&str, &str); 2] = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
const MACHINE: [(&str, &str); 2] =
    [("client_id", MACHINE_CLIENT_ID), ("client_secret", MACHINE_CLIENT_SECRET)];

/// A sandbox with a clock that stands still.
struct Bed {
    router: Router,
    seconds: Arc<AtomicI64>,
}

struct Answer {
    status: u16,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    fn text_at(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A parameter of the address that the browser is sent to.
    fn sent_back(&self, name: &str) -> Option<String> {
        let location = self.headers.get(header::LOCATION)?.to_str().ok()?;
        let url = Url::parse(location).expect("a location is an address");
        assert!(location.starts_with(BACK), "{location}");
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

impl Bed {
    fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let now = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || {
            DateTime::from_timestamp(now.load(Ordering::Relaxed), 0).expect("a possible time")
        });
        let router = routes_with(BASE, Settings { clock, ..Settings::default() });
        Self { router, seconds }
    }

    fn advance(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("a router does not fail");
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.expect("a body in memory");
        let text = String::from_utf8(bytes.to_vec()).expect("answers are text");
        Answer { status: head.status.as_u16(), headers: head.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encoded(pairs))).expect("a request")).await
    }

    async fn call(&self, method: &str, path: &str, header: (&str, &str), body: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header.0, header.1);
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Answers the page of consent.
    async fn decide(&self, answer: &[(&str, &str)]) -> Answer {
        let challenge = challenge();
        let mut pairs = request(&challenge).to_vec();
        pairs.extend_from_slice(answer);
        self.post("/authorize", &pairs).await
    }

    async fn code(&self, granted: &[&str]) -> String {
        let mut answer = vec![("decision", "allow"), ("account", "account-1")];
        answer.extend(granted.iter().map(|scope| ("granted", *scope)));
        self.decide(&answer).await.sent_back("code").expect("a code")
    }

    async fn exchange(&self, code: &str, verifier: &str) -> Answer {
        let grant = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK)];
        let mut pairs = [PEOPLE.as_slice(), &grant].concat();
        pairs.push(("code_verifier", verifier));
        self.post("/token", &pairs).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/token", &[PEOPLE, grant].concat()).await
    }

    async fn contacts(&self, access_token: &str) -> u16 {
        let bearer = format!("Bearer {access_token}");
        self.call("GET", "/api/contacts", ("authorization", &bearer), "").await.status
    }
}

fn request(challenge: &str) -> [(&str, &str); 7] {
    [
        ("client_id", CLIENT_ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "contacts:read contacts:write"),
        ("state", "s&1"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ]
}

#[tokio::test]
async fn consent_becomes_access() {
    let bed = Bed::new();
    let challenge = challenge();
    let mut pairs = request(&challenge).to_vec();
    pairs.push(("login_hint", ACCOUNT_EMAILS[1]));
    let page = bed.get(&format!("/authorize?{}", encoded(&pairs))).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("value=\"account-2\" required checked"), "login_hint: {}", page.text);
    assert!(page.text.contains("http://127.0.0.1:8080</strong>") && page.text.contains("Add contacts"));
    assert!(!page.text.contains("<script") && !page.text.contains("style="));

    let all = ["contacts:read", "contacts:write"];
    let answer = bed
        .decide(&[("decision", "allow"), ("account", "account-2"), ("granted", all[0]), ("granted", all[1])])
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.sent_back("state").as_deref(), Some("s&1"));
    assert_eq!(answer.sent_back("iss").as_deref(), Some(BASE));
    let code = answer.sent_back("code").expect("a code");
    let tokens = bed.exchange(&code, VERIFIER).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(tokens.json().get("expires_in"), Some(&3600.into()));
    assert_eq!(tokens.text_at("/scope"), "contacts:read contacts:write");
    let bearer = format!("Bearer {}", tokens.text_at("/access_token"));
    let who = bed.call("GET", "/userinfo", ("authorization", &bearer), "").await;
    assert_eq!(who.text_at("/email"), ACCOUNT_EMAILS[1]);
    let added = bed
        .call("POST", "/api/contacts", ("authorization", &bearer), r#"{"name":"Ann","email":"a@b.example"}"#)
        .await;
    assert_eq!((added.status, added.text_at("/id").as_str()), (201, "contact-4"));
    let found = bed.call("GET", "/api/contacts?q=ann", ("authorization", &bearer), "").await;
    assert_eq!(found.text_at("/contacts/0/email"), "a@b.example");
    let gone = bed.call("DELETE", "/api/contacts/contact-4", ("authorization", &bearer), "").await;
    assert_eq!((gone.status, gone.text_at("/error").as_str()), (403, "insufficient_scope"));
}

#[tokio::test]
async fn cancel_tells_the_client() {
    let answer = Bed::new().decide(&[("decision", "cancel")]).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.sent_back("state").as_deref(), Some("s&1"));
    assert_eq!(answer.sent_back("iss").as_deref(), Some(BASE));
    assert_eq!(answer.sent_back("code"), None);
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let bed = Bed::new();
    let challenge = challenge();
    let cases = [
        ("client_id", "other", None),
        ("redirect_uri", "https://elsewhere.example/back", None),
        ("redirect_uri", "http://127.0.0.1.elsewhere.example/", None),
        ("response_type", "token", Some("unsupported_response_type")),
        ("scope", "contacts:all", Some("invalid_scope")),
        ("code_challenge", "short", Some("invalid_request")),
        ("code_challenge_method", "plain", Some("invalid_request")),
    ];
    for (name, value, error) in cases {
        let changed = request(&challenge).map(|pair| if pair.0 == name { (name, value) } else { pair });
        let answer = bed.get(&format!("/authorize?{}", encoded(&changed))).await;
        assert_eq!(answer.sent_back("error").as_deref(), error, "{name}={value}");
        assert_eq!(answer.status, if error.is_some() { 303 } else { 400 }, "{name}={value}");
    }
    let twice = [request(&challenge).as_slice(), &[("state", "2")]].concat();
    assert_eq!(bed.get(&format!("/authorize?{}", encoded(&twice))).await.status, 400);
}

#[tokio::test]
async fn unticked_scope_is_missing_and_nothing_ticked_is_asked_again() {
    let bed = Bed::new();
    let code = bed.code(&["contacts:write", "contacts:delete"]).await;
    let tokens = bed.exchange(&code, VERIFIER).await;
    assert_eq!(tokens.text_at("/scope"), "contacts:write", "delete was never asked for");
    assert_eq!(bed.contacts(&tokens.text_at("/access_token")).await, 403);
    let again = bed.decide(&[("decision", "allow"), ("account", "account-1")]).await;
    assert_eq!(again.status, 422);
    assert!(again.text.contains("role=\"alert\""));
}

#[tokio::test]
async fn wrong_verifier_uses_the_code_up() {
    let bed = Bed::new();
    let code = bed.code(&["contacts:read"]).await;
    let wrong = bed.exchange(&code, "a-verifier-that-is-long-enough-but-another-one").await;
    assert_eq!((wrong.status, wrong.text_at("/error").as_str()), (400, "invalid_grant"));
    assert_eq!(bed.exchange(&code, VERIFIER).await.status, 400);
}

#[tokio::test]
async fn second_use_of_a_code_ends_the_grant() {
    let bed = Bed::new();
    let code = bed.code(&["contacts:read"]).await;
    let access = bed.exchange(&code, VERIFIER).await.text_at("/access_token");
    assert_eq!(bed.contacts(&access).await, 200);
    assert_eq!(bed.exchange(&code, VERIFIER).await.text_at("/error"), "invalid_grant");
    assert_eq!(bed.contacts(&access).await, 401);
}

#[tokio::test]
async fn codes_and_access_tokens_expire() {
    let bed = Bed::new();
    let late = bed.code(&["contacts:read"]).await;
    bed.advance(60);
    assert_eq!(bed.exchange(&late, VERIFIER).await.text_at("/error"), "invalid_grant");
    let code = bed.code(&["contacts:read"]).await;
    let access = bed.exchange(&code, VERIFIER).await.text_at("/access_token");
    bed.advance(3_599);
    assert_eq!(bed.contacts(&access).await, 200);
    bed.advance(1);
    assert_eq!(bed.contacts(&access).await, 401);
}

#[tokio::test]
async fn used_refresh_token_ends_the_grant() {
    let bed = Bed::new();
    let code = bed.code(&["contacts:read"]).await;
    let first = bed.exchange(&code, VERIFIER).await;
    let second = bed.refresh(&first.text_at("/refresh_token")).await;
    assert_eq!((second.status, second.text_at("/scope").as_str()), (200, "contacts:read"));
    assert_ne!(first.text_at("/refresh_token"), second.text_at("/refresh_token"));
    let reused = bed.refresh(&first.text_at("/refresh_token")).await;
    assert_eq!(reused.text_at("/error"), "invalid_grant");
    assert_eq!(bed.refresh(&second.text_at("/refresh_token")).await.status, 400);
    assert_eq!(bed.contacts(&second.text_at("/access_token")).await, 401);
}

#[tokio::test]
async fn revocation_ends_access_whichever_token_is_sent() {
    for which in ["/access_token", "/refresh_token"] {
        let bed = Bed::new();
        let code = bed.code(&["contacts:read"]).await;
        let tokens = bed.exchange(&code, VERIFIER).await;
        let token = tokens.text_at(which);
        let stranger = bed.post("/revoke", &[MACHINE.as_slice(), &[("token", &token)]].concat()).await;
        assert_eq!(stranger.status, 400);
        assert_eq!(bed.contacts(&tokens.text_at("/access_token")).await, 200);
        for _ in 0..2 {
            let revoked = bed.post("/revoke", &[PEOPLE.as_slice(), &[("token", &token)]].concat()).await;
            assert_eq!(revoked.status, 200);
        }
        assert_eq!(bed.contacts(&tokens.text_at("/access_token")).await, 401);
        assert_eq!(bed.refresh(&tokens.text_at("/refresh_token")).await.text_at("/error"), "invalid_grant");
    }
    let unknown = Bed::new().post("/revoke", &[PEOPLE.as_slice(), &[("token", "nope")]].concat()).await;
    assert_eq!(unknown.status, 200);
}

#[tokio::test]
async fn machine_gets_tokens_without_anybody() {
    let bed = Bed::new();
    let grant = [("grant_type", "client_credentials"), ("scope", "contacts:read")];
    let tokens = bed.post("/token", &[MACHINE, grant].concat()).await;
    assert_eq!((tokens.status, tokens.text_at("/scope").as_str()), (200, "contacts:read"));
    assert_eq!(tokens.json().get("refresh_token"), None);
    assert_eq!(bed.contacts(&tokens.text_at("/access_token")).await, 200);
    let people = bed.post("/token", &[PEOPLE, grant].concat()).await;
    assert_eq!(people.text_at("/error"), "unauthorized_client");
}

#[tokio::test]
async fn clients_prove_themselves_once() {
    let bed = Bed::new();
    let basic = format!("Basic {}", STANDARD.encode(format!("{MACHINE_CLIENT_ID}:{MACHINE_CLIENT_SECRET}")));
    let form = |header: &str, body: &[(&str, &str)]| {
        Request::post("/token")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("authorization", header)
            .body(Body::from(encoded(body)))
            .expect("a request")
    };
    let grant = [("grant_type", "client_credentials")];
    assert_eq!(bed.send(form(&basic, &grant)).await.status, 200);
    let both = bed.send(form(&basic, &[MACHINE.as_slice(), &grant].concat())).await;
    assert_eq!(both.text_at("/error"), "invalid_request");
    let wrong = bed.send(form("Basic bm9wZTpub3Bl", &grant)).await;
    assert_eq!((wrong.status, wrong.text_at("/error").as_str()), (401, "invalid_client"));
    assert!(wrong.headers.contains_key("www-authenticate"));
    let wrong = bed.post("/token", &[("client_id", CLIENT_ID), ("client_secret", "x")]).await;
    assert_eq!((wrong.status, wrong.text_at("/error").as_str()), (401, "invalid_client"));
}

#[tokio::test]
async fn key_and_password_open_the_api_and_wrong_ones_do_not() {
    let bed = Bed::new();
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let right = basic(&format!("{USERNAME}:{PASSWORD}"));
    let wrong = basic("demo:nope");
    let cases = [
        ("x-api-key", API_KEY, 200),
        ("x-api-key", "sandbox-key-2", 401),
        ("authorization", &right, 200),
        ("authorization", &wrong, 401),
        ("authorization", "Basic %%", 401),
        ("authorization", "Bearer nope", 401),
        ("accept", "*/*", 401),
    ];
    for (name, value, status) in cases {
        for path in ["/userinfo", "/api/contacts", "/api/contacts/contact-1"] {
            assert_eq!(
                bed.call("GET", path, (name, value), "").await.status,
                status,
                "{name}: {value} {path}"
            );
        }
    }
    let key = ("x-api-key", API_KEY);
    assert_eq!(bed.call("DELETE", "/api/contacts/contact-1", key, "").await.status, 204);
    assert_eq!(bed.call("DELETE", "/api/contacts/contact-1", key, "").await.status, 404);
    assert_eq!(bed.call("POST", "/api/contacts", key, r#"{"name":"x"}"#).await.status, 422);
}

#[tokio::test]
async fn texts_of_strangers_are_escaped() {
    let challenge = challenge();
    let changed = request(&challenge).map(|pair| if pair.0 == "state" { ("state", "\"><b>") } else { pair });
    let page = Bed::new().get(&format!("/authorize?{}", encoded(&changed))).await;
    assert!(page.text.contains("value=\"&quot;&gt;&lt;b&gt;\""));
    let policy = page.headers.get("content-security-policy").expect("a policy");
    assert!(policy.to_str().expect("text").contains("form-action 'self' http://127.0.0.1:8080;"));
}

#[tokio::test]
async fn about_page_tells_what_opens_the_sandbox() {
    let page = Bed::new().get("/about").await;
    assert_eq!(page.status, 200);
    for value in [CLIENT_SECRET, MACHINE_CLIENT_SECRET, API_KEY, PASSWORD] {
        assert!(page.text.contains(value), "{value}");
    }
}

#[tokio::test]
async fn metadata_names_the_issuer() {
    let answer = Bed::new().get("/.well-known/oauth-authorization-server").await;
    assert_eq!(answer.text_at("/issuer"), BASE);
    assert_eq!(answer.text_at("/token_endpoint"), format!("{BASE}/token"));
}
