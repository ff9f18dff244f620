//! OAuth clients of organizations, and apps that they define for themselves.

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

/// The client is gone; for new access the instance's counts again.
#[derive(SimpleObject)]
pub(crate) struct RemoveOAuthClientPayload {
    /// Id of the app.
    app: String,
}

/// An app of an organization.
#[derive(InputObject)]
pub(crate) struct DefineAppInput {
    /// The organization.
    organization_id: ID,
    /// The definition in TOML, in the format of the catalog; at most 32 KiB.
    definition: String,
}

/// The app can be asked for by the organization's teams.
#[derive(SimpleObject)]
pub(crate) struct DefineAppPayload {
    /// Its id in the catalog: that of the definition with twelve random digits.
    app: String,
}

/// Removes an app of an organization.
#[derive(InputObject)]
pub(crate) struct RemoveAppInput {
    /// The organization.
    organization_id: ID,
    /// Id of the app in the catalog.
    app: String,
}

/// The app is gone.
#[derive(SimpleObject)]
pub(crate) struct RemoveAppPayload {
    /// Id of the app that was.
    app: String,
}

#[Object]
impl ClientMutation {
    /// Defines an app for an organization's own teams; for its owners and admins. A definition never changes, so that
    /// no secret is led to another address: define another app, and remove this one.
    async fn define_app(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The definition.")] input: DefineAppInput,
    ) -> async_graphql::Result<DefineAppPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let app = ctx.service()?.define_app(ctx.actor(), id, &input.definition).await.map_err(fail)?;
        Ok(DefineAppPayload { app })
    }

    /// Removes an app that an organization defined for itself; for its owners and admins. Refused while access lives
    /// that was granted for it.
    async fn remove_app(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveAppInput,
    ) -> async_graphql::Result<RemoveAppPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        ctx.service()?.remove_app(ctx.actor(), id, &input.app).await.map_err(fail)?;
        Ok(RemoveAppPayload { app: input.app })
    }

    /// Sets the OAuth client with which recipients of the organization's requests sign in at an app, in place of
    /// the instance's; for owners and admins. Access that came by another client goes on by that one: its secret is
    /// kept, sealed, as long as such access lives.
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

    /// Removes the organization's OAuth client of an app; for owners and admins. Access that came by it goes on.
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
