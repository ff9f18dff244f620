//! Links in mails: `/i/{link}` for requests (INV-2), `/sign-in/{link}` to sign in (INV-4).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::actor::Actor;
use http::{HeaderMap, StatusCode, header};
use service::{InvitationKind, InvitationState, SignInTry};

use super::{escape, failed, message, page};
use crate::app::AppState;
use crate::auth;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/i/{link}", get(invitation)).route("/sign-in/{link}", get(sign_in))
}

/// Shows who asks and a hint of the address, to anybody; changes nothing, however often it is opened.
async fn invitation(State(state): State<AppState>, Path(link): Path<String>) -> Response {
    let view = match state.service.invitation(Actor::Anonymous, &link).await {
        Ok(view) => view,
        Err(error) => return failed(&error),
    };
    let organization = escape(&view.organization);
    let waits = match view.kind {
        InvitationKind::Request => "A request is waiting",
        InvitationKind::Membership => "An invitation to join is waiting",
    };
    let body = match view.state {
        InvitationState::Open | InvitationState::Accepted => format!(
            "<p>{waits} for <strong>{}</strong>.</p>\
             <p>To answer it, sign in with that address. Nothing is shared by opening this page.</p>\
             <p><a class=\"button\" href=\"/invitations/{}\">Continue</a></p>",
            escape(&view.address_hint),
            escape(&link)
        ),
        InvitationState::Expired => {
            format!("<p>This link is too old. Ask {organization} for a new one.</p>")
        }
    };
    page(&view.organization, &body).into_response()
}

/// Signs in the browser that asked for the code. Whoever else opens the link, a mail scanner too, has not
/// that browser's cookie and changes nothing.
async fn sign_in(State(state): State<AppState>, Path(link): Path<String>, headers: HeaderMap) -> Response {
    let Some(browser) = auth::cookie(&headers, state.cookies.sign_in_name()) else {
        return message(
            StatusCode::BAD_REQUEST,
            "Use the code instead",
            "This link works only in the browser in which you asked for it. Type the six digits from the mail there.",
        );
    };
    let old = auth::cookie(&headers, state.cookies.session_name());
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    match state.service.sign_in(SignInTry::Link { link: &link, browser }, None, user_agent, old).await {
        Ok(session) => {
            let body = "<p>Go on in the window where you began, or here.</p>\
                        <p><a class=\"button\" href=\"/\">Continue</a></p>";
            let mut response = page("You are signed in", body).into_response();
            if let Ok(cookie) = state.cookies.session(&session, state.service.now()).parse() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => failed(&error),
    }
}
