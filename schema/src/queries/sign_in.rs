//! By which OpenID provider people sign in, and the mail domains that count for it.

use async_graphql::{Context, Object};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::page::{MailDomainConnection, ask};
use crate::types::{MailDomainClaim, MailDomainState, SingleSignOn};

#[derive(Default)]
pub(crate) struct SignInQuery;

#[Object]
impl SignInQuery {
    /// The OpenID provider by which somebody with this address can sign in; absent where its domain has none, and a
    /// code by mail is the way. Only the domain is looked at: the answer is the same whether or not the address is
    /// known.
    async fn single_sign_on(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The mail address.")] email: String,
    ) -> async_graphql::Result<Option<SingleSignOn>> {
        let way = ctx.service()?.single_sign_on_of(&email).await.map_err(|error| error.fail(ctx))?;
        Ok(way.map(SingleSignOn::of))
    }

    /// Mail domains that organizations claim, newest first; for administrators of the instance.
    async fn mail_domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand here.")] state: Option<MailDomainState>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<MailDomainConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .mail_domains(ctx.actor(), state.map(Into::into), &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(MailDomainConnection::of(page, has_after, MailDomainClaim::of))
    }
}
