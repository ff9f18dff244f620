//! The few pages that need no script: links in mails, outcomes; and the way to the page that does.

mod links;
mod outcome;
mod words;

use axum::Router;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::ErrorCode;
use http::{HeaderMap, Method, StatusCode, header};
use service::Error;

use crate::app::AppState;

pub(crate) use outcome::{outcome, outcome_failed};
pub(crate) use words::{Said, Words};

/// First parts of addresses that are never a screen's: programs and providers call there.
const NOT_SCREENS: [&str; 15] = [
    "api",
    "assets",
    "broker",
    "demo",
    "graphiql",
    "graphql",
    "healthz",
    "hooks",
    "i",
    "mailbox",
    "mailbox.json",
    "metrics",
    "oauth",
    "readyz",
    "sandbox",
];

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { screen() }))
        .route("/style.css", get(style))
        .route("/favicon.ico", get(mark))
        .merge(links::routes())
        .merge(outcome::routes())
        .fallback(other)
}

/// The page, with script; it shows the screen that the address names.
fn screen() -> Response {
    web::page(u128::from_be_bytes(service::incident_id()))
}

/// What no route has: a screen of the page where a browser asks for one, else nothing.
async fn other(request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let first = request.uri().path().split('/').nth(1).unwrap_or_default();
    if reads && wants_html(request.headers()) && !NOT_SCREENS.contains(&first) {
        screen()
    } else {
        not_found(Words::of(request.headers()))
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim_start().starts_with("text/html"))
}

/// Text for HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A whole page around a body of HTML; the title is text. Other languages have other pages at this address.
pub(crate) fn page(words: &Words, title: &str, body: &str) -> Response {
    let (language, title) = (words.language.tag(), escape(title));
    let html = Html(format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title} · Consentry</title><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><main><p class=\"brand\">Consentry</p><h1>{title}</h1>{body}</main></body></html>\n"
    ));
    ([(header::CONTENT_LANGUAGE, language), (header::VARY, "accept-language")], html).into_response()
}

/// A page that says one thing.
pub(crate) fn message(words: &Words, status: StatusCode, (title, text): Said<'_>) -> Response {
    // Nobody is left at a wall: the way to what one has is always there.
    let body = format!("<p>{}</p><p><a href=\"/\">{}</a></p>", escape(text), escape(words.home));
    (status, page(words, title, &body)).into_response()
}

/// What is not there, or hidden: one page for both (ROLE-6).
pub(crate) fn not_found(words: &Words) -> Response {
    message(words, StatusCode::NOT_FOUND, words.not_found)
}

/// An error of the service as a page.
pub(crate) fn failed(words: &Words, error: &Error) -> Response {
    let titles = &words.titles;
    let (status, title) = match error {
        Error::Refused(ErrorCode::NotFound, _) => return not_found(words),
        Error::Refused(ErrorCode::Unauthenticated, _) => (StatusCode::UNAUTHORIZED, titles.sign_in_first),
        Error::Refused(ErrorCode::InvalidState, _) => (StatusCode::BAD_REQUEST, titles.no_sign_in),
        Error::Refused(ErrorCode::Conflict, _) => (StatusCode::CONFLICT, titles.changed),
        Error::Refused(..) | Error::Input(_) | Error::PreviewStale(_) => {
            (StatusCode::BAD_REQUEST, titles.nothing_shared)
        }
        Error::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, titles.wait),
        Error::Unavailable(_) => return message(words, StatusCode::SERVICE_UNAVAILABLE, words.away),
        Error::Internal(cause) => {
            let id = uuid::Uuid::from_u128(u128::from_be_bytes(service::incident_id()));
            tracing::error!(incident_id = %id, error = %cause, "an operation failed");
            let (title, text) = words.fault;
            return message(words, StatusCode::INTERNAL_SERVER_ERROR, (title, &text(&id.to_string())));
        }
    };
    message(words, status, (title, &(words.sentence)(error)))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")],
        include_str!("style.css"),
    )
}

/// The mark in the browser's tab.
async fn mark() -> impl IntoResponse {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"8\" fill=\"#1f5f5b\"/>\
                   <path d=\"M9 17l5 5 9-12\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], drawing)
}
