//! Asks an app whether a credential works, and whose account it is (REC-2, REC-3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::catalog::{AuthMethod, BodyFormat, HttpCall, Identity, Placed, place};
use domain::credential::{Account, Secret};
use http::{HeaderValue, StatusCode, header};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use crate::error::{misconfigured, of_status, template};
use crate::http::{Answer, Guarded};
use crate::{ProviderError, Result};

/// Longest name of an account that is kept.
const LABEL_MAX: usize = 200;

/// A call of the catalog, with the credential at its places where `with_secret`.
pub(crate) fn call(
    http: &Guarded,
    method: &AuthMethod,
    call: &HttpCall,
    secret: &Secret,
    with_secret: bool,
) -> Result<RequestBuilder> {
    let values = secret.values();
    let filled = call.url.fill_url(&values).map_err(template)?;
    let mut url =
        Url::parse(&filled).map_err(|_| misconfigured("the catalog entry has an address that is none"))?;
    let verb = Method::from_bytes(call.method.as_bytes())
        .map_err(|_| misconfigured("the catalog entry has a method that is none"))?;
    let placed = if with_secret { place(method, secret).map_err(template)? } else { Vec::new() };
    let mut body: Vec<(String, Zeroizing<String>)> = Vec::new();
    for (name, part) in &call.body {
        body.push((name.clone(), part.fill(&values).map_err(template)?));
    }
    let mut headers: Vec<(String, HeaderValue)> = Vec::new();
    let sensitive = |text: &str| {
        let mut value = HeaderValue::from_str(text).map_err(|_| ProviderError::Dead {
            code: "unfit".to_owned(),
            detail: "this holds characters that no header can carry".to_owned(),
        })?;
        value.set_sensitive(true);
        Ok::<_, ProviderError>(value)
    };
    for place in &placed {
        match place {
            Placed::Header(name, value) => headers.push(((*name).to_owned(), sensitive(value)?)),
            Placed::Query(name, value) => {
                url.query_pairs_mut().append_pair(name, value);
            }
            Placed::Basic(user, password) => {
                let pair = Zeroizing::new(format!("{}:{}", user.as_str(), password.as_str()));
                headers.push((
                    header::AUTHORIZATION.to_string(),
                    sensitive(&format!("Basic {}", STANDARD.encode(pair.as_bytes())))?,
                ));
            }
            Placed::Body(name, value) => body.push(((*name).to_owned(), value.clone())),
        }
    }
    let mut request = http.request(verb, url)?.header(header::ACCEPT, "application/json");
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if body.is_empty() {
        return Ok(request);
    }
    let pairs: Vec<(&str, &str)> = body.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(match call.body_as {
        BodyFormat::Form => request.form(&pairs),
        BodyFormat::Json => request.json(
            &pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect::<Map<_, _>>(),
        ),
    })
}

/// Runs the probe.
pub(crate) async fn ask(
    http: &Guarded,
    method: &AuthMethod,
    probe: &HttpCall,
    secret: &Secret,
) -> Result<Option<Account>> {
    let answer = http.send(call(http, method, probe, secret, true)?).await?;
    judge(&answer)?;
    Ok(method.identity.as_ref().and_then(|identity| read(identity, &answer.body)))
}

/// What a status says of the credential.
pub(crate) fn judge(answer: &Answer) -> Result<()> {
    match answer.status {
        status if status.is_success() => {
            // Some apps say no under 200.
            match serde_json::from_slice::<Value>(&answer.body) {
                Ok(value)
                    if value.get("ok") == Some(&Value::Bool(false))
                        || value.get("error").is_some_and(says_something) =>
                {
                    Err(ProviderError::Dead {
                        code: "refused".to_owned(),
                        detail: "the app answered with an error".to_owned(),
                    })
                }
                _ => Ok(()),
            }
        }
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => Err(ProviderError::Dead {
            code: status.as_u16().to_string(),
            detail: format!("the app answered {}", status.as_u16()),
        }),
        status => Err(of_status(status, answer.retry_after)),
    }
}

/// Many apps send `"error": false`, `""` or `{}` along with good answers.
fn says_something(error: &Value) -> bool {
    match error {
        Value::Null => false,
        Value::Bool(wrong) => *wrong,
        Value::Number(code) => code.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

fn read(identity: &Identity, body: &[u8]) -> Option<Account> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let first = |pointers: &[String]| {
        pointers.iter().find_map(|pointer| match json.pointer(pointer)? {
            Value::String(text) if !text.trim().is_empty() => {
                Some(text.chars().filter(|c| !c.is_control()).take(LABEL_MAX).collect::<String>())
            }
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    };
    Some(Account {
        id: first(&identity.id),
        label: first(&identity.label)?,
        workspace: first(&identity.workspace),
    })
}
