//! Suspending what a team does with an access, and resuming it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{Connection, RequestItem};

#[derive(Default)]
pub(crate) struct SuspensionMutation;

/// Stops a connection until it is resumed.
#[derive(InputObject)]
pub(crate) struct SuspendConnectionInput {
    /// The connection.
    connection_id: ID,
}

/// Lets a connection go on.
#[derive(InputObject)]
pub(crate) struct ResumeConnectionInput {
    /// The connection.
    connection_id: ID,
}

/// Stops all use of what was granted for an item.
#[derive(InputObject)]
pub(crate) struct SuspendCredentialInput {
    /// The item.
    item_id: ID,
}

/// Lets the use of what was granted for an item go on.
#[derive(InputObject)]
pub(crate) struct ResumeCredentialInput {
    /// The item.
    item_id: ID,
}

/// The connection is suspended. The recipient is told by mail.
#[derive(SimpleObject)]
pub(crate) struct SuspendConnectionPayload {
    /// The connection.
    connection: Connection,
}

/// The connection goes on. The recipient is told by mail.
#[derive(SimpleObject)]
pub(crate) struct ResumeConnectionPayload {
    /// The connection.
    connection: Connection,
}

/// All use is suspended. The recipient is told by mail.
#[derive(SimpleObject)]
pub(crate) struct SuspendCredentialPayload {
    /// The item.
    item: RequestItem,
}

/// The use goes on, except for connections that are suspended themselves. The recipient is told by mail.
#[derive(SimpleObject)]
pub(crate) struct ResumeCredentialPayload {
    /// The item.
    item: RequestItem,
}

#[Object]
impl SuspensionMutation {
    /// Stops a connection until it is resumed; for admins of the team.
    async fn suspend_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: SuspendConnectionInput,
    ) -> async_graphql::Result<SuspendConnectionPayload> {
        Ok(SuspendConnectionPayload { connection: set_connection(ctx, &input.connection_id, true).await? })
    }

    /// Lets a suspended connection go on; for admins of the team.
    async fn resume_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: ResumeConnectionInput,
    ) -> async_graphql::Result<ResumeConnectionPayload> {
        Ok(ResumeConnectionPayload { connection: set_connection(ctx, &input.connection_id, false).await? })
    }

    /// Stops all use of what was granted for an item, also by connections that are made later and when the recipient
    /// authorizes again; for admins of the team.
    async fn suspend_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: SuspendCredentialInput,
    ) -> async_graphql::Result<SuspendCredentialPayload> {
        Ok(SuspendCredentialPayload { item: set_credential(ctx, &input.item_id, true).await? })
    }

    /// Lets the suspended use of what was granted for an item go on; for admins of the team.
    async fn resume_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: ResumeCredentialInput,
    ) -> async_graphql::Result<ResumeCredentialPayload> {
        Ok(ResumeCredentialPayload { item: set_credential(ctx, &input.item_id, false).await? })
    }
}

async fn set_connection(ctx: &Context<'_>, id: &ID, suspended: bool) -> async_graphql::Result<Connection> {
    let fail = |error: Error| error.fail(ctx);
    let (service, actor) = (ctx.service()?, ctx.actor());
    let id = parse(id, "connectionId").map_err(fail)?;
    service.suspend_connection(actor, id, suspended).await.map_err(fail)?;
    Ok(Connection(service.connection(actor, id).await.map_err(fail)?))
}

async fn set_credential(ctx: &Context<'_>, id: &ID, suspended: bool) -> async_graphql::Result<RequestItem> {
    let fail = |error: Error| error.fail(ctx);
    let (service, actor) = (ctx.service()?, ctx.actor());
    let id = parse(id, "itemId").map_err(fail)?;
    service.suspend_credential(actor, id, suspended).await.map_err(fail)?;
    Ok(RequestItem(service.item(actor, id).await.map_err(fail)?))
}
