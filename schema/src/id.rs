//! Ids as they come in.

use std::str::FromStr;

use async_graphql::ID;
use domain::code::ErrorCode;
use domain::id::ParseIdError;
use service::Error;

/// Reads an id of one type. An id of another type names nothing here, so it is `NOT_FOUND` like any other id
/// that names nothing (ROLE-6); what is no id at all is `INVALID_ID` at its field.
pub(crate) fn parse<I: FromStr<Err = ParseIdError>>(id: &ID, field: &str) -> Result<I, Error> {
    id.parse().map_err(|error| match error {
        ParseIdError::OtherType => Error::not_found(),
        ParseIdError::Malformed => Error::input(ErrorCode::InvalidId, field, "is not an id"),
    })
}
