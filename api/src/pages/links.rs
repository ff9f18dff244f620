//! Links in mails: `/i/{link}` for requests (INV-2), `/sign-in/{link}` to sign in (INV-4).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use domain::actor::Actor;
use http::{HeaderMap, StatusCode, header};
use service::{InvitationKind, InvitationState, SignInTry};

use super::{Words, escape, failed, message, page};
use crate::app::AppState;
use crate::auth;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/i/{link}", get(invitation)).route("/sign-in/{link}", get(sign_in))
}

/// Shows who asks and a hint of the address, to anybody; changes nothing, however often it is opened.
async fn invitation(State(state): State<AppState>, Path(link): Path<String>, headers: HeaderMap) -> Response {
    let words = Words::of(&headers);
    let view = match state.service.invitation(Actor::Anonymous, &link).await {
        Ok(view) => view,
        Err(error) => return failed(words, &error),
    };
    let waits = match view.kind {
        InvitationKind::Request => words.request_waits,
        InvitationKind::Membership => words.membership_waits,
    };
    let body = match view.state {
        InvitationState::Open | InvitationState::Accepted => format!(
            "<p>{waits} <strong>{}</strong>.</p><p>{}</p>\
             <p><a class=\"button\" href=\"/invitations/{}\">{}</a></p>",
            escape(&view.address_hint),
            words.answer_by_sign_in,
            escape(&link),
            words.go_on,
        ),
        InvitationState::Expired => format!("<p>{}</p>", escape(&(words.link_expired)(&view.organization))),
    };
    page(words, &view.organization, &body)
}

/// Signs in the browser that asked for the code. Whoever else opens the link, a mail scanner too, has not
/// that browser's cookie and changes nothing.
async fn sign_in(State(state): State<AppState>, Path(link): Path<String>, headers: HeaderMap) -> Response {
    let words = Words::of(&headers);
    let Some(browser) = auth::cookie(&headers, state.cookies.sign_in_name()) else {
        return message(words, StatusCode::BAD_REQUEST, words.use_the_code);
    };
    let old = auth::cookie(&headers, state.cookies.session_name());
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    match state.service.sign_in(SignInTry::Link { link: &link, browser }, None, user_agent, old).await {
        Ok((session, return_to)) => {
            let (title, text) = words.signed_in;
            let body = format!(
                "<p>{text}</p><p><a class=\"button\" href=\"{}\">{}</a></p>",
                escape(&return_to),
                words.go_on
            );
            let mut response = page(words, title, &body);
            if let Ok(cookie) = state.cookies.session(&session, state.service.now()).parse() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => failed(words, &error),
    }
}
