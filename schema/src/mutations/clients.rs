//! OAuth clients of organizations.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::credential::SecretText;
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;

#[derive(Default)]
pub(crate) struct ClientMutation;

/// The OAuth client that an organization has registered at an app.
#[derive(InputObject)]
pub(crate) struct SetOAuthClientInput {
    /// The organization.
    organization_id: ID,
    /// Id of the app.
    app: String,
    /// Client id.
    client_id: String,
    /// Client secret; sealed like any secret, and never shown again.
    client_secret: Option<String>,
}

/// The client is set.
#[derive(SimpleObject)]
pub(crate) struct SetOAuthClientPayload {
    /// Id of the app.
    app: String,
}

/// Removes the OAuth client of an app.
#[derive(InputObject)]
pub(crate) struct RemoveOAuthClientInput {
    /// The organization.
    organization_id: ID,
    /// Id of the app.
    app: String,
}

/// The client is gone; the instance's counts again.
#[derive(SimpleObject)]
pub(crate) struct RemoveOAuthClientPayload {
    /// Id of the app.
    app: String,
}

#[Object]
impl ClientMutation {
    /// Sets the OAuth client with which recipients of the organization's requests sign in at an app, in place of
    /// the instance's; for owners and admins.
    #[graphql(name = "setOAuthClient")]
    async fn set_oauth_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "App and client.")] input: SetOAuthClientInput,
    ) -> async_graphql::Result<SetOAuthClientPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let secret = input.client_secret.map(SecretText::from);
        ctx.service()?
            .set_oauth_client(ctx.actor(), id, &input.app, &input.client_id, secret.as_ref())
            .await
            .map_err(fail)?;
        Ok(SetOAuthClientPayload { app: input.app })
    }

    /// Removes the organization's OAuth client of an app; for owners and admins.
    #[graphql(name = "removeOAuthClient")]
    async fn remove_oauth_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveOAuthClientInput,
    ) -> async_graphql::Result<RemoveOAuthClientPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        ctx.service()?.remove_oauth_client(ctx.actor(), id, &input.app).await.map_err(fail)?;
        Ok(RemoveOAuthClientPayload { app: input.app })
    }
}
