//! The call that tells whether a credential works, and whose it is (REC-2, REC-3, HEALTH-3).

use std::collections::BTreeMap;

use domain::catalog::{
    AppVersion, AuthMethod, BodyFormat, HttpCall, Identity, Placed, Probe, Template, place,
};
use domain::credential::{Account, Secret};
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::ProviderError;
use crate::answer::Tree;
use crate::http::{Door, Request};
use crate::imap;
use crate::judge::{Called, judge};
use crate::oauth::{address, basic, hidden};

/// What a person recognizes fits in this many characters; an answer may hold anything.
const LONGEST_LABEL: usize = 256;

pub(crate) async fn probe(
    door: &Door,
    version: &AppVersion,
    method: &AuthMethod,
    secret: &Secret,
) -> Result<Option<Account>, ProviderError> {
    tracing::debug!(version = %version.id, method = %method.id, "probing a credential");
    let values = secret.values();
    match &method.probe {
        None => Ok(None),
        Some(Probe::Http(call)) => {
            let request = request(door, call, &values, place(method, secret)?)?;
            let answer = door.send(request).await?;
            let tree = Tree::read(&answer);
            if !answer.status.is_success() || tree.as_ref().is_some_and(Tree::is_refusal) {
                return Err(judge(&answer, tree.as_ref(), Called::Probe));
            }
            Ok(method.identity.as_ref().zip(tree).and_then(|(identity, tree)| account(identity, &tree.0)))
        }
        Some(Probe::Imap { host, port, username, password }) => {
            let fill = |template: &Template| template.fill(&values);
            let mailbox = imap::Mailbox {
                host: &fill(host)?,
                port: fill(port)?
                    .parse()
                    .map_err(|_| ProviderError::misconfigured("the port of the mail server is none"))?,
                username: &fill(username)?,
                password: &fill(password)?,
            };
            imap::log_in(door, &mailbox).await?;
            let label = mailbox.username.to_owned();
            Ok(Some(Account { id: None, label, workspace: None }))
        }
    }
}

/// Builds a call of the catalog with the secret at its places.
pub(crate) fn request(
    door: &Door,
    call: &HttpCall,
    values: &BTreeMap<&str, &str>,
    placed: Vec<Placed<'_>>,
) -> Result<Request, ProviderError> {
    let unfit = || ProviderError::misconfigured("the catalog's call cannot be made");
    let mut url = address(door, &call.url, values)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in &call.headers {
        let name: HeaderName = name.parse().map_err(|_| unfit())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| unfit())?);
    }
    let mut body: Vec<(&str, Zeroizing<String>)> = Vec::new();
    for (name, value) in &call.body {
        body.push((name, value.fill(values)?));
    }
    for place in placed {
        match place {
            Placed::Header(name, value) => {
                let name: HeaderName = name.parse().map_err(|_| unfit())?;
                headers.insert(name, hidden(&value)?);
            }
            Placed::Query(name, value) => {
                url.query_pairs_mut().append_pair(name, &value);
            }
            Placed::Basic(username, password) => {
                headers.insert(AUTHORIZATION, basic(&username, &password)?);
            }
            Placed::Body(name, value) => body.push((name, value)),
        }
    }
    let body = (!body.is_empty()).then(|| write_body(&body, call.body_as));
    if body.is_some() {
        let content_type = match call.body_as {
            BodyFormat::Json => "application/json",
            BodyFormat::Form => "application/x-www-form-urlencoded",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let method = Method::from_bytes(call.method.as_bytes()).map_err(|_| unfit())?;
    Ok(Request { method, url, headers, body })
}

fn write_body(members: &[(&str, Zeroizing<String>)], format: BodyFormat) -> Zeroizing<String> {
    Zeroizing::new(match format {
        BodyFormat::Json => {
            let members: BTreeMap<&str, &str> =
                members.iter().map(|(name, value)| (*name, value.as_str())).collect();
            serde_json::to_string(&members).expect("texts by text are always JSON")
        }
        BodyFormat::Form => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(members.iter().map(|(name, value)| (name, value.as_str())));
            form.finish()
        }
    })
}

fn account(identity: &Identity, answer: &Value) -> Option<Account> {
    let first = |pointers: &[String]| {
        pointers.iter().find_map(|pointer| match answer.pointer(pointer)? {
            Value::String(text) => shown(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
    };
    let id = first(&identity.id);
    let label = first(&identity.label).or_else(|| id.clone())?;
    Some(Account { id, label, workspace: first(&identity.workspace) })
}

fn shown(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    (!text.is_empty()).then_some(text)
}
