//! Mutations, a file per topic.

mod accounts;
mod clients;
mod connections;
mod feature;
mod items;
mod jobs;
mod members;
mod organizations;
mod requests;
mod sign_in;
mod suspension;
mod tokens;

use async_graphql::MergedObject;

/// Everything that changes something. Only POST with `application/json`, or a WebSocket, may do so.
#[derive(MergedObject, Default)]
pub struct Mutation(
    accounts::AccountMutation,
    connections::ConnectionMutation,
    feature::FeatureMutation,
    items::ItemMutation,
    jobs::JobMutation,
    members::MemberMutation,
    organizations::OrganizationMutation,
    clients::ClientMutation,
    requests::RequestMutation,
    sign_in::SignInMutation,
    suspension::SuspensionMutation,
    tokens::TokenMutation,
);
