//! What a team does with what was granted.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use service::{Error, NewConnection};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::Connection;

#[derive(Default)]
pub(crate) struct ConnectionMutation;

/// A new use of a credential.
#[derive(InputObject)]
pub(crate) struct CreateConnectionInput {
    /// The authorized item.
    item_id: ID,
    /// Name, unique in the team, at most 128 characters; the item's connection name when absent.
    name: Option<String>,
    /// The automation that will use it, 1 to 128 characters.
    consumer: String,
    /// Address of the automation.
    consumer_url: Option<String>,
    /// When its token shall stop to work.
    expires_at: Option<DateTime<Utc>>,
}

/// A connection was made.
#[derive(SimpleObject)]
pub(crate) struct CreateConnectionPayload {
    /// The connection.
    connection: Connection,
    /// Its token, which begins with `csc_`. It is shown this once and stored nowhere.
    token: String,
}

/// Ends a use of a credential.
#[derive(InputObject)]
pub(crate) struct WithdrawConnectionInput {
    /// The connection.
    connection_id: ID,
}

/// A connection has ended.
#[derive(SimpleObject)]
pub(crate) struct WithdrawConnectionPayload {
    /// Id of the connection that was.
    connection_id: ID,
}

/// Gives a connection another token.
#[derive(InputObject)]
pub(crate) struct RotateConnectionInput {
    /// The connection.
    connection_id: ID,
}

/// The connection has another token; the old one opens nothing any more.
#[derive(SimpleObject)]
pub(crate) struct RotateConnectionPayload {
    /// The connection.
    connection: Connection,
    /// Its token, shown this once and stored nowhere.
    token: String,
}

#[Object]
impl ConnectionMutation {
    /// Gives a connection another token; the old one opens nothing any more.
    async fn rotate_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: RotateConnectionInput,
    ) -> async_graphql::Result<RotateConnectionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.connection_id, "connectionId").map_err(fail)?;
        let token = service.rotate_connection(actor, id).await.map_err(fail)?;
        Ok(RotateConnectionPayload {
            connection: Connection(service.connection(actor, id).await.map_err(fail)?),
            token,
        })
    }

    /// Makes a connection from an authorized item of your team.
    async fn create_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: CreateConnectionInput,
    ) -> async_graphql::Result<CreateConnectionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let item = parse(&input.item_id, "itemId").map_err(fail)?;
        let new = NewConnection {
            name: input.name,
            consumer: input.consumer,
            consumer_url: input.consumer_url,
            expires_at: input.expires_at,
        };
        let (id, token) = service.create_connection(actor, item, &new).await.map_err(fail)?;
        Ok(CreateConnectionPayload {
            connection: Connection(service.connection(actor, id).await.map_err(fail)?),
            token,
        })
    }

    /// Ends a connection: its token opens nothing any more.
    async fn withdraw_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: WithdrawConnectionInput,
    ) -> async_graphql::Result<WithdrawConnectionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.connection_id, "connectionId").map_err(fail)?;
        ctx.service()?.withdraw_connection(ctx.actor(), id).await.map_err(fail)?;
        Ok(WithdrawConnectionPayload { connection_id: input.connection_id })
    }
}
