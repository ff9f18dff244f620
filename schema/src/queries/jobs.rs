//! Jobs that were given up.

use async_graphql::{Context, Object};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::page::{DeadJobConnection, ask};
use crate::types::DeadJob;

/// See [`super::Query`].
#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// Jobs that were given up, newest first; for administrators of the instance.
    async fn dead_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<DeadJobConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .dead_jobs_page(ctx.actor(), &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(DeadJobConnection::of(page, has_after, DeadJob::of))
    }
}
