//! Live changes (API-5).

use async_graphql::{Context, ID, Subscription};
use domain::id::EventId;
use futures_core::Stream;
use futures_util::StreamExt as _;
use service::{Error, Feed};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::feed::events;
use crate::id::parse;
use crate::types::{ConnectionHealthChange, HealthState, RequestChange, RequestListKind, ViewerChange};

/// Live changes. Each carries an id; pass the last one you saw as `after` to resume without loss. Rights are
/// checked for each change when it is delivered.
pub struct Subscription;

fn after(id: Option<&ID>) -> Result<Option<EventId>, Error> {
    id.map(|id| parse(id, "after")).transpose()
}

/// Live changes. Each carries an id; pass the last one you saw as `after` to resume without loss. Rights are
/// checked for each change when it is delivered.
#[Subscription]
impl Subscription {
    /// Changes of one request that you can see.
    async fn request_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] id: ID,
        #[graphql(desc = "Resume behind this change, or behind the viewer's `resumeAfter`.", name = "after")]
        resume: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<RequestChange>>> {
        let fail = |error: Error| error.fail(ctx);
        let feed = Feed::Request(parse(&id, "id").map_err(fail)?);
        let stream = events(ctx.service()?.clone(), ctx.actor(), feed, after(resume.as_ref()).map_err(fail)?)
            .await
            .map_err(fail)?;
        Ok(stream.map(|event| event.map(RequestChange).map_err(crate::error::of_stream)))
    }

    /// Changes of all requests of a list: sent from a team that you work in, or addressed to you.
    async fn requests_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list.")] list: RequestListKind,
        #[graphql(desc = "The team; required for `SENT`.")] team_id: Option<ID>,
        #[graphql(desc = "Resume behind this change, or behind the viewer's `resumeAfter`.", name = "after")]
        resume: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<RequestChange>>> {
        let fail = |error: Error| error.fail(ctx);
        let feed = match (list, &team_id) {
            (RequestListKind::Sent, Some(team)) => Feed::Sent(parse(team, "teamId").map_err(fail)?),
            (RequestListKind::Sent, None) => {
                return Err(fail(Error::input(
                    domain::ErrorCode::Required,
                    "teamId",
                    "name the team whose sent requests you follow",
                )));
            }
            (RequestListKind::Received, _) => {
                Feed::Received(ctx.actor().user().ok_or_else(|| fail(Error::unauthenticated()))?)
            }
        };
        let stream = events(ctx.service()?.clone(), ctx.actor(), feed, after(resume.as_ref()).map_err(fail)?)
            .await
            .map_err(fail)?;
        Ok(stream.map(|event| event.map(RequestChange).map_err(crate::error::of_stream)))
    }

    /// Changes of your own account: sending requests was switched on or off for you.
    async fn viewer_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Resume behind this change, or behind the viewer's `resumeAfter`.", name = "after")]
        resume: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<ViewerChange>>> {
        let fail = |error: Error| error.fail(ctx);
        let service = ctx.service()?.clone();
        let me = ctx.actor().user().ok_or_else(|| fail(Error::unauthenticated()))?;
        let (feed, after) = (Feed::Own(me), after(resume.as_ref()).map_err(fail)?);
        let stream = events(service, ctx.actor(), feed, after).await.map_err(fail)?;
        Ok(stream.map(|event| event.map(ViewerChange).map_err(crate::error::of_stream)))
    }

    /// Changes of what a team's connections stand on: granted, renewed, hard to reach, reachable again, broken, mended,
    /// taken back. That a token was renewed in time is none.
    async fn connection_health_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] team_id: ID,
        #[graphql(desc = "Only changes that leave one of these states; all when absent.")] states: Option<
            Vec<HealthState>,
        >,
        #[graphql(desc = "Resume behind this change, or behind the viewer's `resumeAfter`.", name = "after")]
        resume: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<ConnectionHealthChange>>> {
        let fail = |error: Error| error.fail(ctx);
        let feed = Feed::Sent(parse(&team_id, "teamId").map_err(fail)?);
        let stream = events(ctx.service()?.clone(), ctx.actor(), feed, after(resume.as_ref()).map_err(fail)?)
            .await
            .map_err(fail)?;
        Ok(stream.filter_map(move |event| {
            let change = match event {
                Ok(event) => ConnectionHealthChange::of(event, states.as_deref()).map(Ok),
                Err(error) => Some(Err(crate::error::of_stream(error))),
            };
            std::future::ready(change)
        }))
    }
}
