//! Everything that is tested through the public door.
#![allow(clippy::indexing_slicing, reason = "a missing key of an answer shall fail the test")]

mod abuse;
mod access;
mod binary;
mod confirm;
mod deletion;
mod epochs;
mod feature;
mod graph;
mod guessing;
mod history;
mod hostile;
mod invitation;
mod issuer;
mod items;
mod ledger;
mod lists;
mod mail;
mod mail_limits;
mod oauth;
mod own_apps;
mod people;
mod process;
mod providers;
mod requests;
mod revocation;
mod rights;
mod rules;
mod schema;
mod secrets;
mod sign_in;
mod single_sign_on;
mod single_sign_on_refusals;
mod story;
mod subscriptions;
mod tokens;
