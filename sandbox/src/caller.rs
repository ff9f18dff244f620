//! Who makes a call: a bearer token, the API key, or user name and password.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;
use crate::scope::Scope;
use crate::store::Subject;
use crate::{ACCOUNTS, API_KEY, Account, MACHINE_CLIENT_ID, PASSWORD, Provider, USERNAME};

/// Somebody who may make the call.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) sub: &'static str,
    pub(crate) email: Option<&'static str>,
    pub(crate) name: &'static str,
}

impl From<&'static Account> for Caller {
    fn from(account: &'static Account) -> Self {
        Self { sub: account.sub, email: Some(account.email), name: account.name }
    }
}

const NO_CREDENTIALS: Error = Error::unauthorized(
    "unauthorized",
    "Send a bearer token, the header X-Api-Key, or user name and password.",
    "Bearer realm=\"sandbox\", Basic realm=\"sandbox\"",
);
const WRONG_KEY: Error =
    Error::unauthorized("invalid_api_key", "There is no such API key.", "Bearer realm=\"sandbox\"");
const WRONG_PASSWORD: Error = Error::unauthorized(
    "invalid_credentials",
    "The user name or password is wrong.",
    "Basic realm=\"sandbox\"",
);
const WRONG_TOKEN: Error = Error::unauthorized(
    "invalid_token",
    "The access token is unknown, expired or revoked.",
    "Bearer realm=\"sandbox\", error=\"invalid_token\"",
);

/// Finds out who calls. A token needs the scope, if one is given; the key and the password may do
/// everything, as such keys mostly do.
pub(crate) fn caller(
    provider: &Provider,
    headers: &HeaderMap,
    needed: Option<Scope>,
) -> Result<Caller, Error> {
    if let Some(key) = headers.get("x-api-key") {
        return if key == API_KEY { Ok(Caller::from(&ACCOUNTS[0])) } else { Err(WRONG_KEY) };
    }
    if let Some((user, password)) = basic(headers) {
        let right = user == USERNAME && password == PASSWORD;
        return if right { Ok(Caller::from(&ACCOUNTS[1])) } else { Err(WRONG_PASSWORD) };
    }
    let Some(token) = after_scheme(headers, "bearer") else { return Err(NO_CREDENTIALS) };
    let store = provider.store();
    let (subject, scopes) = store.access(token, provider.now()).ok_or(WRONG_TOKEN)?;
    if needed.is_some_and(|needed| !scopes.contains(&needed)) {
        return Err(Error::insufficient_scope());
    }
    Ok(match subject {
        Subject::Account(account) => Caller::from(account),
        Subject::Machine => Caller { sub: MACHINE_CLIENT_ID, email: None, name: "Sandbox machine" },
    })
}

/// User name and password of `Authorization: Basic` (RFC 7617).
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let bytes = STANDARD.decode(after_scheme(headers, "basic")?).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    let (user, password) = text.split_once(':').unwrap_or_default();
    Some((user.to_owned(), password.to_owned()))
}

/// What follows the scheme, such as `Bearer`, which may be written in any case.
fn after_scheme<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (known, rest) = value.split_once(' ')?;
    known.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
