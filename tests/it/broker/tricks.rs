//! USE-3: requests that try to be read in two ways, sent byte by byte, against a second matcher that knows nothing of
//! the first.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::stage::Stage;

/// The second matcher: reads the path letter by letter, allows what is written here, and nothing else.
fn allowed(method: &str, path: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let letters: Vec<char> = path.chars().collect();
    if letters.first() != Some(&'/') {
        return false;
    }
    let mut at = 1;
    while let Some(letter) = letters.get(at) {
        let word = words.last_mut().expect("a word");
        match letter {
            '/' => words.push(String::new()),
            '%' => {
                let code: String = letters.iter().skip(at + 1).take(2).collect();
                let is_upper = code.len() == 2 && code.chars().all(|c| "0123456789ABCDEF".contains(c));
                let value = u8::from_str_radix(&code, 16).unwrap_or(0);
                let is_plain = value.is_ascii_alphanumeric() || [b'-', b'.', b'_', b'~'].contains(&value);
                let is_risky = value < 32 || value == 127 || [b'/', b'\\', b'%'].contains(&value);
                if !is_upper || is_plain || is_risky {
                    return false;
                }
                word.push('x');
                at += 2;
            }
            c if c.is_ascii_alphanumeric() || "-._~!$&'()*+,=:@".contains(*c) => word.push(*c),
            _ => return false,
        }
        at += 1;
    }
    if words.iter().any(|word| word.is_empty() || word == "." || word == "..") {
        return false;
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (method, words.as_slice()) {
        ("GET" | "HEAD" | "POST" | "PUT", ["v1", "things"]) => path == "/v1/things",
        ("GET" | "HEAD" | "POST" | "PUT", ["v1", "things", _]) => path.starts_with("/v1/things/"),
        ("GET" | "POST", ["v1", "files" | "more", _, ..]) => {
            path.starts_with("/v1/files/") || path.starts_with("/v1/more/")
        }
        _ => false,
    }
}

fn path() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec!["things", "files", "more", "1", "a-b", "x%20y", "%C3%A4"]),
        3 => prop::sample::select(vec![
            "..", ".", "%2e%2e", "%2E%2E", ".%2e", "%2F", "%2f..", "%5C", "\\", "%252e", "", ";a", "a;b=c", "%00",
            "%0A", "%41", "%7e", "%zz", "%", "%2", "things%2F1", "THINGS", "thing%73", "a|b", "a\"b", "a^b", "~", "*",
            "**", "v1", "parts", "things.", "..;", "admin", "@evil.example", ":80", "%c3%a4",
        ]),
    ];
    let any = prop::collection::vec(word, 1..5).prop_map(|words| format!("/{}", words.join("/")));
    // Some that a module may match, or a refusal of everything would pass too.
    let (kind, name) = (
        prop::sample::select(vec!["things", "files", "more"]),
        prop::sample::select(vec!["1", "a-b", "x%20y", "%C3%A4", "things.", "~"]),
    );
    let good = (kind, name).prop_map(|(kind, name)| format!("/{kind}/{name}"));
    prop_oneof![3 => any, 1 => good]
}

#[tokio::test]
async fn use_3_no_trick_gets_past_the_rules() {
    let stage = Stage::start().await;
    let mine = stage.connect("Tricks").await;
    let methods = prop::sample::select(vec![
        "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "get", "Get", "OPTIONS", "TRACE", "PROPFIND",
    ]);
    let headers = prop::sample::select(vec![
        "",
        "x-http-method-override: DELETE\r\n",
        "x-original-url: /v1/admin\r\nx-rewrite-url: /v1/admin\r\n",
        "x-forwarded-host: evil.example\r\nforwarded: host=evil.example\r\n",
        "upgrade: h2c\r\n",
    ]);
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let cases = (methods, path(), headers);
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..600 {
        let (method, path, headers) = cases.new_tree(&mut runner).expect("a case").current();
        stage.app.forget();
        let headers = format!("content-length: 0\r\n{headers}");
        let target = format!("/broker/{}{path}", mine.id);
        let (status, _) = stage.raw(&mine, method, &target, &headers).await;
        let sent = format!("/v1{path}");
        let got = stage.app.calls();
        if allowed(method, &sent) {
            passed += 1;
            let [got] = got.as_slice() else { panic!("{method} {path}: {status}, {got:?}") };
            assert_eq!((got.method.as_str(), got.target.as_str()), (method, sent.as_str()));
            assert!(!got.headers.keys().any(|name| name.as_str().starts_with("x-") && name != "x-shop-key"));
        } else {
            refused += 1;
            assert!(got.is_empty(), "{method} {path} reached the app as {got:?}");
            assert!([400, 403, 501].contains(&status), "{method} {path}: {status}");
        }
    }
    assert!(passed > 60 && refused > 200, "{passed} passed, {refused} refused");
}
