//! Everything that is tested through the public door.
#![expect(clippy::indexing_slicing, reason = "a missing key of an answer shall fail the test")]
#![expect(missing_docs, reason = "the names of tests say the rule")]

mod binary;
mod deletion;
mod invitation;
mod items;
mod lists;
mod oauth;
mod requests;
mod rights;
mod schema;
mod sign_in;
mod story;
mod subscriptions;
