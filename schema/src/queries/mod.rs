//! Queries, a file per topic.

mod catalog;
mod health;
mod jobs;
mod people;
mod requests;
mod sign_in;
mod usage;

use async_graphql::MergedObject;

/// Everything that can be asked. What you may not see does not exist for you: `NOT_FOUND`.
#[derive(MergedObject, Default)]
pub struct Query(
    catalog::CatalogQuery,
    health::HealthQuery,
    jobs::JobQuery,
    people::PeopleQuery,
    requests::RequestQuery,
    sign_in::SignInQuery,
    usage::UsageQuery,
);
