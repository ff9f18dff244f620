//! Tokens of programs (INV-5).

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::scope::Scope;
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{ApiToken, ApiTokenScope};

#[derive(Default)]
pub(crate) struct TokenMutation;

/// A token for a program.
#[derive(InputObject)]
pub(crate) struct CreateApiTokenInput {
    /// Its name, 1 to 128 characters.
    name: String,
    /// What it may do, within what you may do yourself.
    scopes: Vec<ApiTokenScope>,
    /// After how many days it ends, 1 to 366.
    #[graphql(default = 90)]
    expires_in_days: i32,
}

/// The token, shown this once. Send it as `Authorization: Bearer`, on a WebSocket also as `authorization` in the
/// payload of `connection_init`.
#[derive(SimpleObject)]
pub(crate) struct CreateApiTokenPayload {
    /// The token.
    token: String,
    /// What is known of it from now on.
    api_token: ApiToken,
}

/// Revokes a token.
#[derive(InputObject)]
pub(crate) struct RevokeApiTokenInput {
    /// The token's id.
    api_token_id: ID,
}

/// The token opens nothing any more.
#[derive(SimpleObject)]
pub(crate) struct RevokeApiTokenPayload {
    /// Id of the token that was.
    api_token_id: ID,
}

#[Object]
impl TokenMutation {
    /// Makes a token with which a program acts for you.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateApiTokenInput,
    ) -> async_graphql::Result<CreateApiTokenPayload> {
        let scopes = input.scopes.into_iter().map(Scope::from).collect();
        let days = u32::try_from(input.expires_in_days).unwrap_or(0);
        let (view, token) = ctx
            .service()?
            .create_api_token(ctx.actor(), &input.name, scopes, days)
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(CreateApiTokenPayload { token, api_token: ApiToken::of(view) })
    }

    /// Revokes one of your tokens; it opens nothing any more.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeApiTokenInput,
    ) -> async_graphql::Result<RevokeApiTokenPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.api_token_id, "apiTokenId").map_err(fail)?;
        ctx.service()?.revoke_api_token(ctx.actor(), id).await.map_err(fail)?;
        Ok(RevokeApiTokenPayload { api_token_id: input.api_token_id })
    }
}
