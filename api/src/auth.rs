//! Cookies to callers (INV-4).

use std::sync::Arc;

use async_graphql::Data;
use domain::ErrorCode;
use domain::actor::Actor;
use domain::language::Language;
use http::{HeaderMap, StatusCode, header};
use schema::context::{Caller, Cookies};
use service::{Error, Service};

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// The language that a browser likes best of ours.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map(Language::accepted).unwrap_or_default()
}

/// Who sent these headers.
pub(crate) async fn caller(
    service: &Service,
    cookies: Cookies,
    headers: &HeaderMap,
) -> Result<Caller, Error> {
    let session = cookie(headers, cookies.session_name()).map(str::to_owned);
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let actor = match (bearer, &session) {
        (Some(token), _) => service.authenticate_token(token).await?,
        (None, Some(token)) => service.authenticate(token).await?,
        (None, None) => Actor::Anonymous,
    };
    Ok(Caller {
        actor,
        session,
        browser: cookie(headers, cookies.sign_in_name()).map(str::to_owned),
        takes_cookies: false,
        user_agent: headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
        language: language(headers),
    })
}

/// The token of a program in `Authorization` (RFC 6750).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

pub(crate) fn authenticate(service: Service, cookies: Cookies) -> gql::Authenticate {
    Arc::new(move |credentials| {
        let service = service.clone();
        Box::pin(async move {
            let caller =
                caller(&service, cookies, &credentials.headers).await.map_err(|error| refusal(&error))?;
            // Browsers cannot set headers on a socket, so a token may come with its first message.
            let init = credentials.init.as_ref().and_then(|init| init.get("authorization"));
            let caller = match init.and_then(serde_json::Value::as_str).and_then(bearer) {
                Some(token) => Caller {
                    actor: service.authenticate_token(token).await.map_err(|error| refusal(&error))?,
                    ..caller
                },
                None => caller,
            };
            let caller = Caller { takes_cookies: credentials.answer_headers, ..caller };
            let rate_key = caller.actor.user().map(|user| user.to_string()).unwrap_or_default();
            let mut data = Data::default();
            data.insert(caller);
            Ok(gql::Session { data: Arc::new(data), rate_key })
        })
    })
}

/// Looks whether the session of a socket still stands before it runs another operation: one that was ended
/// runs none. A plain request was authenticated for its one operation a moment ago.
pub(crate) fn before_operation(service: Service) -> gql::BeforeOperation {
    Arc::new(move |session, request| {
        let service = service.clone();
        Box::pin(async move {
            let (caller, fresh) = find::<Caller>(&session.data)
                .map_or((Actor::Anonymous, true), |caller| (caller.actor, caller.takes_cookies));
            if fresh || caller.user().is_none() {
                return Ok(request);
            }
            match service.session_is_alive(caller).await {
                Ok(true) => Ok(request),
                Ok(false) => Err(refusal(&Error::unauthenticated())),
                Err(error) => Err(refusal(&error)),
            }
        })
    })
}

fn find<T: 'static>(data: &Data) -> Option<&T> {
    data.get(&std::any::TypeId::of::<T>()).and_then(|value| value.downcast_ref())
}

fn refusal(error: &Error) -> gql::Refusal {
    match error {
        Error::Refused(ErrorCode::Unauthenticated, message) => gql::Refusal {
            status: StatusCode::UNAUTHORIZED,
            code: ErrorCode::Unauthenticated.as_str(),
            message: message.clone(),
        },
        other => {
            tracing::warn!(error = %other, "a caller could not be authenticated");
            gql::Refusal {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: ErrorCode::Unavailable.as_str(),
                message: "the service is not available for a moment; try again".to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            "a=1; consentry_session_x=no; consentry_session=yes".parse().expect("a header"),
        );
        headers.append(header::COOKIE, "b=2".parse().expect("a header"));
        assert_eq!(cookie(&headers, "consentry_session"), Some("yes"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "consentry"), None);
    }
}
