//! The parameters of a request, from a body or from the query string.

use axum::{body::Body, extract::Query};
use http::{HeaderMap, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;

use super::{Refused, accept};
use crate::{code::Code, config::Transport, engine::Params};

/// Reads a POST body.
///
/// # Errors
/// 415 for another media type, 413 beyond the limit, 408 when it takes too long, 400 for what is not a
/// request.
pub(super) async fn read(headers: &HeaderMap, body: Body, bounds: &Transport) -> Result<Params, Refused> {
    if !accept::is_json_body(headers) {
        return Err(Refused::new(Code::UnsupportedMediaType, "the body must be application/json in UTF-8"));
    }
    let collected =
        tokio::time::timeout(bounds.body_timeout, Limited::new(body, bounds.message_bytes).collect());
    let bytes = match collected.await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!("the body is longer than {} bytes", bounds.message_bytes);
            return Err(Refused::new(Code::PayloadTooLarge, message));
        }
        Ok(Err(_)) => return Err(Refused::new(Code::BadRequest, "the body ended early")),
        Err(_) => {
            let refused = Refused::new(Code::BadRequest, "the body took too long");
            return Err(Refused { status: http::StatusCode::REQUEST_TIMEOUT, ..refused });
        }
    };
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Refused::new(Code::BadRequest, "batches are not supported: send one operation"));
    }
    serde_json::from_slice(&bytes).map_err(|error| not_a_request(&error))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryString {
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Reads the query string of a GET.
///
/// # Errors
/// 400 for what is not a request.
pub(super) fn from_query(uri: &Uri) -> Result<Params, Refused> {
    let Ok(Query(found)) = Query::<QueryString>::try_from_uri(uri) else {
        let message =
            "the query string must have `query`, and may have `operationName`, `variables`, `extensions`";
        return Err(Refused::new(Code::BadRequest, message));
    };
    Ok(Params {
        query: found.query,
        // A form sends an empty field for one that is not filled in.
        operation_name: found.operation_name.filter(|name| !name.is_empty()),
        variables: object(found.variables.as_deref())?.unwrap_or_default(),
        extensions: object(found.extensions.as_deref())?,
    })
}

fn object<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Refused> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => serde_json::from_str(text).map_err(|error| not_a_request(&error)),
    }
}

/// The parser's message names fields and positions; `classify` tells which of the two faults it is.
fn not_a_request(error: &serde_json::Error) -> Refused {
    let place = format!("line {} column {}", error.line(), error.column());
    let message = if error.is_data() {
        format!("not a GraphQL request: wrong or missing field at {place}")
    } else {
        format!("not JSON: {place}")
    };
    Refused::new(Code::BadRequest, message)
}
