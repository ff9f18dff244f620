//! Health of connections, for monitors (HEALTH-5).

use async_graphql::{Context, ID, Object};
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::page::{ConnectionHealthConnection, ask};
use crate::types::{ConnectionHealth, HealthCounts, HealthState};

#[derive(Default)]
pub(crate) struct HealthQuery;

#[Object]
impl HealthQuery {
    /// What a team's connections stand on, the worst first: each credential with its health, its connections and
    /// their last use. For pages that watch, and for monitors with a token.
    async fn connection_health(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
        #[graphql(desc = "Only of these states; all but `ENDED` when absent.")] states: Option<
            Vec<HealthState>,
        >,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ConnectionHealthConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let states: Option<Vec<_>> = states.map(|states| states.into_iter().map(Into::into).collect());
        let (has_after, page) = (after.is_some(), ask(ctx, first, after));
        let page = ctx.service()?.connection_health(ctx.actor(), team, states.as_deref(), &page).await;
        Ok(ConnectionHealthConnection::of(page.map_err(fail)?, has_after, ConnectionHealth::of))
    }

    /// How many credentials of a team there are of each health.
    async fn connection_health_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
    ) -> async_graphql::Result<HealthCounts> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let counts = ctx.service()?.health_counts(ctx.actor(), team).await.map_err(fail)?;
        Ok(HealthCounts::of(&counts))
    }
}
