//! The few pages that need no script: links in mails, outcomes; and the way to the page that does.

mod links;
mod outcome;

use axum::Router;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::ErrorCode;
use http::{HeaderMap, Method, StatusCode, header};
use service::Error;

use crate::app::AppState;

pub(crate) use outcome::{outcome, outcome_failed};

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
        not_found()
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

/// A whole page around a body of HTML; the title is text.
pub(crate) fn page(title: &str, body: &str) -> Html<String> {
    let title = escape(title);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title} · Consentry</title><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><main><p class=\"brand\">Consentry</p><h1>{title}</h1>{body}</main></body></html>\n"
    ))
}

/// A page that says one thing; both are text.
pub(crate) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    (status, page(title, &format!("<p>{}</p>", escape(text)))).into_response()
}

/// What is not there, or hidden: one page for both (ROLE-6).
pub(crate) fn not_found() -> Response {
    message(
        StatusCode::NOT_FOUND,
        "There is nothing here",
        "The address is mistyped, or what it named is gone or not for you.",
    )
}

/// An error of the service as a page.
pub(crate) fn failed(error: &Error) -> Response {
    let (status, title) = match error {
        Error::Refused(ErrorCode::NotFound, _) => return not_found(),
        Error::Refused(ErrorCode::Unauthenticated, _) => (StatusCode::UNAUTHORIZED, "Sign in first"),
        Error::Refused(ErrorCode::InvalidState, _) => {
            (StatusCode::BAD_REQUEST, "This sign-in cannot be used")
        }
        Error::Refused(ErrorCode::Conflict, _) => (StatusCode::CONFLICT, "This changed meanwhile"),
        Error::Refused(..) | Error::Input(_) | Error::PreviewStale(_) => {
            (StatusCode::BAD_REQUEST, "Nothing was shared")
        }
        Error::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "Please wait"),
        Error::Unavailable(_) => {
            return message(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not available",
                "The service is away for a moment. Try again.",
            );
        }
        Error::Internal(cause) => {
            let id = uuid::Uuid::from_u128(u128::from_be_bytes(service::incident_id()));
            tracing::error!(incident_id = %id, error = %cause, "an operation failed");
            return message(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This did not work",
                &format!("Something failed on our side; the log knows it as {id}."),
            );
        }
    };
    message(status, title, &sentence(error))
}

/// An error as a sentence.
pub(crate) fn sentence(error: &Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next();
    first.map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
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
