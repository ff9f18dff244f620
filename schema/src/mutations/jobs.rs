//! Deciding on jobs that were given up.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;

/// See [`super::Mutation`].
#[derive(Default)]
pub struct JobMutation;

/// A job to start again.
#[derive(InputObject)]
pub(crate) struct RetryJobInput {
    /// The job.
    job_id: ID,
}

/// The job runs again.
#[derive(SimpleObject)]
pub(crate) struct RetryJobPayload {
    /// Id of the job.
    job_id: ID,
}

/// A job to drop.
#[derive(InputObject)]
pub(crate) struct DropJobInput {
    /// The job.
    job_id: ID,
}

/// The job is gone.
#[derive(SimpleObject)]
pub(crate) struct DropJobPayload {
    /// Id of the job.
    job_id: ID,
}

#[Object]
impl JobMutation {
    /// Starts a job again that was given up; for administrators of the instance. `NOT_FOUND` too when nothing is
    /// left to do for it.
    async fn retry_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RetryJobInput,
    ) -> async_graphql::Result<RetryJobPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.job_id, "jobId").map_err(fail)?;
        ctx.service()?.retry_job(ctx.actor(), id).await.map_err(fail)?;
        Ok(RetryJobPayload { job_id: input.job_id })
    }

    /// Removes a job that was given up, and the secret that a revocation kept for it; for administrators of the
    /// instance.
    async fn drop_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DropJobInput,
    ) -> async_graphql::Result<DropJobPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.job_id, "jobId").map_err(fail)?;
        ctx.service()?.drop_job(ctx.actor(), id).await.map_err(fail)?;
        Ok(DropJobPayload { job_id: input.job_id })
    }
}
