//! Pages inside the binary, served with the headers that keep them safe and quick (API-7).
//!
//! The page of builders, clients and administrators, and `GraphiQL`. The build script makes them; nothing is
//! read from disk and no other host is asked at run time. Not here: the API that they talk to, at `/graphql`
//! of the same origin.

use std::borrow::Cow;

use axum::{
    Router,
    body::Body,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/graphiql"]
struct Graphiql;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/page"]
struct Page;

/// Where the built page wants the nonce of the answer.
const NONCE: &str = "__CSP_NONCE__";

/// Monaco writes style elements, hence `unsafe-inline` for styles, here and nowhere else; its workers and
/// the fonts inside its style sheet come from the page's own origin.
const GRAPHIQL_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    worker-src 'self'; connect-src 'self'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Assets of the page below `/assets/`; `GraphiQL` at `/graphiql`, its parts below `/graphiql/assets/`. Merge
/// it into the application's router, and answer with [`page`] wherever the page shows a screen.
pub fn routes() -> Router {
    Router::new()
        .route("/assets/{*name}", get(asset::<Page>))
        .route("/graphiql", get(graphiql))
        .route("/graphiql/", get(graphiql))
        .route("/graphiql/assets/{*name}", get(asset::<Graphiql>))
}

/// The page, whatever screen its address names. The nonce must be new for each answer and cannot be guessed:
/// script and style without it do not run.
pub fn page(nonce: u128) -> Response {
    let Some(file) = Page::get("index.html") else { return StatusCode::NOT_FOUND.into_response() };
    let nonce = format!("{nonce:032x}");
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let mut response = Response::new(Body::from(String::from_utf8_lossy(&file.data).replace(NONCE, &nonce)));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        set.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn graphiql(headers: HeaderMap) -> Response {
    let Some(file) = Graphiql::get("index.html") else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = answer(&headers, file, "text/html; charset=utf-8", "no-cache");
    let set = response.headers_mut();
    set.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(GRAPHIQL_POLICY));
    set.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    set.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Names carry a hash of the content, so an asset never changes.
async fn asset<Of: RustEmbed>(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("assets/{name}");
    let Some(kind) = content_type(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let compressed = accepts_brotli(&headers).then(|| Of::get(&format!("{path}.br"))).flatten();
    let encoded = compressed.is_some();
    let Some(file) = compressed.or_else(|| Of::get(&path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = answer(&headers, file, kind, "public, max-age=31536000, immutable");
    if encoded {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn answer(headers: &HeaderMap, file: EmbeddedFile, kind: &'static str, caching: &'static str) -> Response {
    let tag = etag(&file);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        })
    };
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(header::ETAG, tag);
    }
    response
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    // Half of the hash is enough to tell versions apart.
    let half = hash.first_chunk().copied().map_or(0, u128::from_be_bytes);
    format!("\"{half:032x}\"")
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim() == "br" && quality.trim() != "q=0"
        })
    })
}

/// `None` for what no page of ours asks for, `.br` files among it.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "ttf" => Some("font/ttf"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str, name: header::HeaderName, value: &str) -> Response {
        let request = Request::get(path).header(name, value).body(Body::empty()).expect("a request");
        routes().oneshot(request).await.expect("the router does not fail")
    }

    async fn text(response: Response) -> String {
        let bytes = response.into_body().collect().await.expect("embedded").to_bytes();
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    #[tokio::test]
    async fn the_page_is_confined_to_its_origin() {
        let response = ask("/graphiql", header::ACCEPT, "text/html").await;
        assert_eq!(response.status(), StatusCode::OK);
        let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).expect("a policy").clone();
        assert_eq!(policy, GRAPHIQL_POLICY);
        let page = text(response).await;
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    }

    #[tokio::test]
    async fn script_and_style_of_the_page_need_the_nonce_of_the_answer() {
        let (one, other) = (page(1), page(2));
        let policy = one.headers().get(header::CONTENT_SECURITY_POLICY).expect("a policy").clone();
        let policy = policy.to_str().expect("ASCII");
        assert!(!policy.contains("unsafe") && policy.contains("'nonce-00000000000000000000000000000001'"));
        assert_ne!(policy, other.headers().get(header::CONTENT_SECURITY_POLICY).expect("a policy"));
        let text = text(one).await;
        assert!(!text.contains(NONCE) && !text.contains("http://") && !text.contains("https://"), "{text}");
    }

    #[tokio::test]
    async fn assets_are_compressed_and_kept() {
        // A build without Node.js has none.
        let Some(name) = Graphiql::iter().find(|name| Graphiql::get(&format!("{name}.br")).is_some()) else {
            return;
        };
        let path = format!("/graphiql/{name}");
        let response = ask(&path, header::ACCEPT_ENCODING, "gzip, br").await;
        let tag = response.headers().get(header::ETAG).expect("a tag").to_str().expect("ASCII").to_owned();
        assert_eq!(response.headers().get(header::CONTENT_ENCODING).expect("compressed"), "br");
        assert!(
            response
                .headers()
                .get(header::CACHE_CONTROL)
                .expect("kept")
                .to_str()
                .expect("ASCII")
                .contains("immutable")
        );
        let plain = ask(&path, header::ACCEPT_ENCODING, "gzip, br;q=0").await;
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        let plain_tag = plain.headers().get(header::ETAG).expect("a tag").to_str().expect("ASCII").to_owned();
        assert_ne!(tag, plain_tag);
        let again = ask(&path, header::IF_NONE_MATCH, &plain_tag).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn what_is_not_embedded_is_not_found() {
        for path in [
            "/assets/none.js",
            "/assets/../index.html",
            "/graphiql/assets/none.js",
            "/graphiql/assets/../index.html",
            "/graphiql/assets/x.js.br",
        ] {
            assert_eq!(ask(path, header::ACCEPT, "*/*").await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
