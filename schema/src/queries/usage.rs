//! The ledger of calls.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use service::{Error, UsageAsk};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{Usage, UsageBy};

#[derive(Default)]
pub(crate) struct UsageQuery;

#[Object]
impl UsageQuery {
    /// What a connection of your team did, newest first; at most 5000 rows. A few seconds behind.
    async fn connection_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] connection_id: ID,
        #[graphql(desc = "From the hour or day that holds this time.")] from: DateTime<Utc>,
        #[graphql(desc = "Up to this time, not included.")] to: DateTime<Utc>,
        #[graphql(desc = "How finely.", default_with = "UsageBy::Day")] by: UsageBy,
    ) -> async_graphql::Result<Vec<Usage>> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&connection_id, "connectionId").map_err(fail)?;
        let ask = UsageAsk { from, to, by: by.into() };
        let rows = ctx.service()?.connection_usage(ctx.actor(), id, ask).await.map_err(fail)?;
        Ok(rows.into_iter().map(Usage::of).collect())
    }

    /// What the team does with what was granted for an item, by all its connections, newest first; at most 5000
    /// rows. For the recipient and the team. A few seconds behind.
    async fn item_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] item_id: ID,
        #[graphql(desc = "From the hour or day that holds this time.")] from: DateTime<Utc>,
        #[graphql(desc = "Up to this time, not included.")] to: DateTime<Utc>,
        #[graphql(desc = "How finely.", default_with = "UsageBy::Day")] by: UsageBy,
    ) -> async_graphql::Result<Vec<Usage>> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&item_id, "itemId").map_err(fail)?;
        let ask = UsageAsk { from, to, by: by.into() };
        let rows = ctx.service()?.item_usage(ctx.actor(), id, ask).await.map_err(fail)?;
        Ok(rows.into_iter().map(Usage::of).collect())
    }
}
