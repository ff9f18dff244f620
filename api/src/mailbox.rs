//! The built-in mailbox: where mail goes when no mail server is set (OPS-1).
//!
//! It shows sign-in codes, so it is served only to this very machine: where both the listening and the
//! public address are loopback, and the browser asked for such an address (a page of another site that
//! points its own name at us is refused).

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use service::{BuiltInMail, Config};

use crate::app::AppState;
use crate::pages::{self, Words, escape};

/// Whether this instance has a built-in mailbox that may be shown.
pub(crate) fn is_served(config: &Config) -> bool {
    config.smtp_url.is_none()
        && config.listen_addr.ip().is_loopback()
        && is_loopback(config.public_url.host_str().unwrap_or_default())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/mailbox", get(list))
        .route("/mailbox.json", get(json))
        .route("/mailbox/{id}", get(show))
}

/// Refuses who asked for us by a name that is not this machine's.
pub(crate) fn refuse(headers: &HeaderMap) -> Result<(), Response> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    if is_loopback(name) {
        Ok(())
    } else {
        Err((StatusCode::FORBIDDEN, "this address is open to this machine only\n").into_response())
    }
}

async fn mails(state: &AppState) -> Result<Vec<BuiltInMail>, Response> {
    state.service.built_in_mails().await.map_err(|error| pages::failed(Words::ENGLISH, &error))
}

async fn json(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<Vec<BuiltInMail>>, Response> {
    refuse(&headers)?;
    Ok(Json(mails(&state).await?))
}

async fn list(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Response> {
    refuse(&headers)?;
    let mails = mails(&state).await?;
    let rows: String = mails
        .iter()
        .map(|mail| {
            format!(
                "<li><a href=\"/mailbox/{}\"><strong>{}</strong><br>to {} · {}</a></li>",
                mail.id,
                escape(&mail.subject),
                escape(&mail.to),
                mail.sent_at.format("%Y-%m-%d %H:%M:%S UTC"),
            )
        })
        .collect();
    let body = if rows.is_empty() {
        "<p>No mail yet. Mails that this instance sends appear here, newest first.</p>".to_owned()
    } else {
        format!("<ul class=\"mails\">{rows}</ul>")
    };
    Ok(pages::page(
        Words::ENGLISH,
        "Built-in mailbox",
        &format!("<p class=\"note\">Nothing leaves this machine: no mail server is set.</p>{body}"),
    ))
}

async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    refuse(&headers)?;
    let mails = mails(&state).await?;
    let Some(mail) = mails.iter().find(|mail| mail.id == id) else {
        return Err(pages::not_found(Words::ENGLISH));
    };
    // The text part, with the addresses of this instance as links. The HTML part would need inline styles,
    // which our policy forbids; it is in mailbox.json.
    let base = state.service.config().link("");
    let text: String = mail
        .text
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            if is_ours(bare, &base) {
                format!(
                    "<a href=\"{0}\">{0}</a>{1}",
                    escape(bare),
                    escape(word.get(bare.len()..).unwrap_or_default())
                )
            } else {
                escape(word)
            }
        })
        .collect();
    let body = format!(
        "<p><a href=\"/mailbox\">All mails</a></p><p>To {} · {}</p><pre>{text}</pre>",
        escape(&mail.to),
        mail.sent_at.format("%Y-%m-%d %H:%M:%S UTC")
    );
    Ok(pages::page(Words::ENGLISH, &mail.subject, &body))
}

/// Whether an address is of this instance, and not of a host whose name begins like ours.
fn is_ours(word: &str, base: &str) -> bool {
    word.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_instance_become_links() {
        let base = "http://127.0.0.1:80";
        for word in ["http://127.0.0.1:80", "http://127.0.0.1:80/i/x", "http://127.0.0.1:80?a=1"] {
            assert!(is_ours(word, base), "{word}");
        }
        for word in ["http://127.0.0.1:8080/", "http://127.0.0.1:80@evil.example/", "http://127.0.0.1", "x"] {
            assert!(!is_ours(word, base), "{word}");
        }
    }

    #[test]
    fn only_names_of_this_machine_open_the_mailbox() {
        for (host, open) in [
            ("127.0.0.1:8080", true),
            ("localhost:8080", true),
            ("localhost", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a header"));
            assert_eq!(refuse(&headers).is_ok(), open, "{host}");
        }
    }
}
