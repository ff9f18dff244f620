//! Requests, connections, and anything by its id.

use async_graphql::{Context, ID, Object};
use domain::id::{AnyId, ParseIdError};
use domain::scope::Scope;
use service::{Error, GrantFilter, RequestList};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::page::{
    ConnectionConnection, CredentialItemConnection, CredentialRequestConnection, GrantConnection, ask,
};
use crate::scopes::check_scope;
use crate::types::{
    Connection, CredentialRequest, DeletionPreview, Grant, Node, RequestFilter, RequestItem, RequestSort,
    User,
};

#[derive(Default)]
pub(crate) struct RequestQuery;

#[Object]
impl RequestQuery {
    /// Anything by its global id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id.")] id: ID,
    ) -> async_graphql::Result<Option<Node>> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let any: AnyId = id.parse().map_err(|_: ParseIdError| {
            fail(Error::input(domain::ErrorCode::InvalidId, "id", "is not an id"))
        })?;
        let needed = match any {
            AnyId::RequestId(_) | AnyId::ItemId(_) => Some(Scope::RequestsRead),
            AnyId::ConnectionId(_) => Some(Scope::ConnectionsRead),
            _ => None,
        };
        if let Some(scope) = needed {
            check_scope(actor, scope).map_err(fail)?;
        }
        match any {
            AnyId::RequestId(id) => Ok(Some(Node::CredentialRequest(CredentialRequest::of(
                service.request(actor, id).await.map_err(fail)?,
            )))),
            AnyId::ItemId(id) => {
                Ok(Some(Node::RequestItem(RequestItem(service.item(actor, id).await.map_err(fail)?))))
            }
            AnyId::ConnectionId(id) => {
                Ok(Some(Node::Connection(Connection(service.connection(actor, id).await.map_err(fail)?))))
            }
            AnyId::UserId(id) if actor.user() == Some(id) => {
                Ok(Some(Node::User(User::of(service.viewer(actor).await.map_err(fail)?))))
            }
            _ if actor.user().is_none() => Err(fail(Error::unauthenticated())),
            _ => Err(fail(Error::not_found())),
        }
    }

    /// One request that you sent, that your team sent, or that is addressed to you.
    async fn request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> async_graphql::Result<CredentialRequest> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&id, "id").map_err(fail)?;
        Ok(CredentialRequest::of(ctx.service()?.request(ctx.actor(), id).await.map_err(fail)?))
    }

    /// Requests sent from a team, by anyone in it.
    async fn sent_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
        #[graphql(desc = "Narrows the list.")] filter: Option<RequestFilter>,
        #[graphql(desc = "The order.", default_with = "RequestSort::Newest")] sort: RequestSort,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<CredentialRequestConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        list(ctx, RequestList::Sent(team), filter, sort, first, after).await
    }

    /// Requests addressed to you, in all organizations.
    async fn received_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Narrows the list.")] filter: Option<RequestFilter>,
        #[graphql(desc = "The order.", default_with = "RequestSort::Newest")] sort: RequestSort,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<CredentialRequestConnection> {
        list(ctx, RequestList::Received, filter, sort, first, after).await
    }

    /// Everything that you ever granted, in all organizations, newest first.
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what this organization asked for.")] organization_id: Option<ID>,
        #[graphql(desc = "Only what stands now, or only what has ended.")] stands: Option<bool>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<GrantConnection> {
        let fail = |error: Error| error.fail(ctx);
        let organization =
            organization_id.map(|id| parse(&id, "organizationId")).transpose().map_err(fail)?;
        let has_after = after.is_some();
        let filter = GrantFilter { organization, stands };
        let page = ctx.service()?.grants(ctx.actor(), filter, &ask(ctx, first, after)).await.map_err(fail)?;
        Ok(GrantConnection::of(page, has_after, Grant::of))
    }

    /// What deleting a request will end.
    async fn deletion_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] request_id: ID,
    ) -> async_graphql::Result<DeletionPreview> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&request_id, "requestId").map_err(fail)?;
        Ok(DeletionPreview::of(ctx.service()?.deletion_preview(ctx.actor(), id).await.map_err(fail)?))
    }

    /// What the team may use, or once could: granted items of its requests with app, state and account, by the name
    /// of their connection.
    async fn credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<CredentialItemConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let has_after = after.is_some();
        let page =
            ctx.service()?.credentials(ctx.actor(), team, &ask(ctx, first, after)).await.map_err(fail)?;
        Ok(CredentialItemConnection::of(page, has_after, RequestItem))
    }

    /// The team's connections, by name.
    async fn connections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ConnectionConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let has_after = after.is_some();
        let page =
            ctx.service()?.connections(ctx.actor(), team, &ask(ctx, first, after)).await.map_err(fail)?;
        Ok(ConnectionConnection::of(page, has_after, Connection))
    }
}

async fn list(
    ctx: &Context<'_>,
    which: RequestList,
    filter: Option<RequestFilter>,
    sort: RequestSort,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<CredentialRequestConnection> {
    let fail = |error: Error| error.fail(ctx);
    let filter = filter.unwrap_or_default().read().map_err(fail)?;
    let has_after = after.is_some();
    let page = ctx
        .service()?
        .requests(ctx.actor(), which, &filter, sort.into(), &ask(ctx, first, after))
        .await
        .map_err(fail)?;
    Ok(CredentialRequestConnection::of(page, has_after, CredentialRequest::of))
}
