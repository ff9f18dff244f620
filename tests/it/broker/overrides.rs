//! USE-3: bodies that an app might take for another method, whole and piece by piece.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Method;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::stage::{Connection, Stage, in_time, refusal, told};

/// Pieces as somebody sends them who hides a name between two of them.
const PIECE: usize = 5;

async fn send(
    stage: &Stage,
    mine: &Connection,
    kind: &str,
    body: &[u8],
    in_pieces: bool,
) -> reqwest::Response {
    let request = stage.request(Method::POST, mine, "/things").header(CONTENT_TYPE, kind);
    let request = if in_pieces {
        let pieces: Vec<_> =
            body.chunks(PIECE).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces)))
    } else {
        request.body(body.to_vec())
    };
    in_time(request.send()).await.expect("an answer")
}

#[tokio::test]
async fn use_3_no_body_stands_in_for_the_method() {
    let stage = Stage::start().await;
    let mine = stage.connect("Bodies").await;
    let long = "x".repeat(200_000);
    let json = format!(r#"{{"text":"{long}","\u005fmethod":"DELETE"}}"#);
    let parts = format!(
        "--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n{long}\r\n\
         --b\r\ncontent-disposition: form-data; name=\"_method\"\r\n\r\nDELETE\r\n--b--\r\n"
    );
    let hostile = [
        ("application/json", r#"{"a":1,"_method":"DELETE"}"#),
        ("application/json", &json),
        ("multipart/form-data; boundary=b", &parts),
        ("", "a=1&_method=DELETE"),
        ("", r#" {"a":1,"_method":"DELETE"}"#),
        ("application/x-www-form-urlencoded", "a=1;_method=DELETE"),
    ];
    for (kind, body) in hostile {
        for in_pieces in [false, true] {
            stage.app.forget();
            let answer = send(&stage, &mine, kind, body.as_bytes(), in_pieces).await;
            assert_eq!(refusal(answer).await, told(400, "MALFORMED", &[]), "{kind}, in pieces: {in_pieces}");
            // Of a body that began to pass the app has no end, so it has none.
            assert!(stage.app.calls().iter().all(|call| call.body.is_empty()), "{kind}");
        }
    }
    let good = [
        ("application/json", r#"{"method":"DELETE","a":{"_method":"DELETE"}}"#.to_owned()),
        ("multipart/form-data; boundary=b", parts.replace("_method", "method")),
        ("text/plain", "_method=DELETE".to_owned()),
        ("", format!("raw={long}")),
    ];
    for (kind, body) in good {
        for in_pieces in [false, true] {
            assert_eq!(send(&stage, &mine, kind, body.as_bytes(), in_pieces).await.status(), 200, "{kind}");
            assert_eq!(stage.app.last().body, body, "{kind}");
        }
    }
    stage.app.forget();
    for (kind, coding) in [("application/json", "br"), ("application/json; charset=utf-7", "identity")] {
        let hidden = stage.request(Method::POST, &mine, "/things").body("1");
        let hidden = hidden.header(CONTENT_TYPE, kind).header(CONTENT_ENCODING, coding);
        assert_eq!(
            refusal(hidden.send().await.expect("an answer")).await,
            told(400, "MALFORMED", &[]),
            "{kind}"
        );
    }
    assert!(stage.app.calls().is_empty());
    let twice = stage.request(Method::POST, &mine, "/things").body("{}");
    let twice = twice.header(CONTENT_TYPE, "text/plain").header(CONTENT_TYPE, "application/json");
    assert_eq!(refusal(twice.send().await.expect("an answer")).await, told(400, "MALFORMED", &[]));
}

#[tokio::test]
async fn use_3_packed_json_is_looked_into_and_may_unpack_to_so_much() {
    let stage = Stage::start().await;
    let mine = stage.connect("Packed").await;
    let send = async |body: &str| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(body.as_bytes()).expect("memory");
        let packed = packer.finish().expect("memory");
        let request = stage.request(Method::POST, &mine, "/things").body(packed);
        let request = request.header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, "gzip");
        in_time(request.send()).await.expect("an answer")
    };
    stage.app.forget();
    let zeros = |count| format!("[{}1]", "0,".repeat(count));
    for body in [zeros(5_000_000), r#"{"a":1,"_method":"DELETE"}"#.to_owned()] {
        let length = body.len();
        assert_eq!(refusal(send(&body).await).await, told(400, "MALFORMED", &[]), "of {length} bytes");
        assert!(stage.app.calls().is_empty(), "of {length} bytes");
    }
    for body in [zeros(400_000), r#"{"a":1,"method":"DELETE"}"#.to_owned()] {
        assert_eq!(send(&body).await.status(), 200, "of {} bytes", body.len());
    }
    assert_eq!(stage.app.calls().len(), 2);
}
