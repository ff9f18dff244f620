//! The one place where errors become GraphQL errors (API-2).

use async_graphql::{Context, ErrorExtensionValues, ServerError};
use domain::code::ErrorCode;
use service::{DeletionPreview, Error};

/// Turns an error of the service into what a resolver returns.
pub(crate) trait Fail {
    /// The error for the caller. Several problems become several errors: all but the last are added here.
    fn fail(self, ctx: &Context<'_>) -> async_graphql::Error;
}

impl Fail for Error {
    fn fail(self, ctx: &Context<'_>) -> async_graphql::Error {
        let mut errors = graphql_errors(self);
        let last = errors.pop().unwrap_or_else(|| async_graphql::Error::new("no problem was named"));
        for error in errors {
            let error = error.into_server_error(ctx.item.pos);
            ctx.add_error(ctx.set_error_path(error));
        }
        last
    }
}

/// An error with its code.
fn coded(code: ErrorCode, message: impl Into<String>) -> async_graphql::Error {
    let mut error = async_graphql::Error::new(message.into());
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", code.as_str());
    error
}

fn with(
    mut error: async_graphql::Error,
    name: &str,
    value: impl Into<async_graphql::Value>,
) -> async_graphql::Error {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
    error
}

fn graphql_errors(error: Error) -> Vec<async_graphql::Error> {
    match error {
        Error::Input(problems) => problems
            .into_iter()
            .map(|problem| with(coded(problem.code, problem.message), "field", problem.field))
            .collect(),
        Error::Refused(code, message) => vec![coded(code, message)],
        Error::RateLimited { seconds } => {
            vec![with(
                coded(ErrorCode::RateLimited, format!("too many tries; wait {seconds} seconds")),
                "retryAfterSeconds",
                seconds,
            )]
        }
        Error::PreviewStale(preview) => {
            let message = "the connections that this deletion ends have changed; look at the new list and confirm again";
            vec![with(coded(ErrorCode::PreviewStale, message), "preview", preview_value(&preview))]
        }
        Error::Unavailable(cause) => {
            tracing::warn!(error = %cause, "the database is not available");
            vec![coded(ErrorCode::Unavailable, "the service is not available for a moment; try again")]
        }
        Error::Internal(cause) => {
            let id = uuid::Uuid::from_u128(u128::from_be_bytes(service::incident_id()));
            tracing::error!(incident_id = %id, error = %cause, "an operation failed");
            vec![coded(
                ErrorCode::Internal,
                format!("something failed on our side; the log knows it as {id}"),
            )]
        }
    }
}

fn preview_value(preview: &DeletionPreview) -> async_graphql::Value {
    let connections: Vec<_> = preview
        .connections
        .iter()
        .map(|connection| {
            serde_json::json!({
                "id": connection.id.to_string(),
                "name": connection.name,
                "consumer": connection.consumer,
                "lastUsedAt": connection.last_used_at,
            })
        })
        .collect();
    let json =
        serde_json::json!({ "confirmationToken": preview.confirmation_token, "connections": connections });
    async_graphql::Value::from_json(json).unwrap_or_default()
}

/// Gives the library's own errors a code of our list; the transport calls it for every answer. Errors that
/// have a code keep it.
pub fn map_library_error(error: &mut ServerError) {
    let has_code = error.extensions.as_ref().and_then(|extensions| extensions.get("code")).is_some_and(
        |code| matches!(code, async_graphql::Value::String(code) if ErrorCode::parse(code).is_some()),
    );
    if has_code {
        return;
    }
    // The transport tells a value that is not of its type from a fault, whose words go to the log only, with a number.
    if error.path.is_empty() {
        let field = field_of(&error.message);
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        extensions.set("code", ErrorCode::ValidationFailed.as_str());
        if let Some(field) = field {
            extensions.set("field", field);
        }
    }
}

/// The input that does not have its type, named as in our own problems. The library tells it in its sentence only.
fn field_of(message: &str) -> Option<String> {
    let (path, what) = message.strip_prefix("Invalid value for argument \"")?.split_once("\", ")?;
    // One that the schema does not have is the caller's own word, and as long as they like: its place is named.
    let inner = what.strip_prefix("field \"").and_then(|inner| inner.split('"').next());
    let path: Vec<_> = path.split('.').skip_while(|part| *part == "input").chain(inner).collect();
    (!path.is_empty()).then(|| path.join("."))
}

/// An error in the middle of a subscription.
pub(crate) fn of_stream(error: Error) -> async_graphql::Error {
    graphql_errors(error).pop().unwrap_or_else(|| async_graphql::Error::new("no problem was named"))
}
