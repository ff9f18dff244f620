//! The caller, the instance, and whom one may ask.

use async_graphql::{Context, ID, Object};
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::page::{
    FeatureApplicationConnection, MemberConnection, OrganizationConnection, RecipientChoiceConnection, ask,
};
use crate::types::{
    ApplicationState, FeatureApplication, Instance, Invitation, Member, Organization, OrganizationOfInstance,
    RecipientChoice, SingleSignOn, User,
};

#[derive(Default)]
pub(crate) struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// You; absent when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<User>> {
        if ctx.actor().user().is_none() {
            return Ok(None);
        }
        let (service, fail) = (ctx.service()?, |error: Error| error.fail(ctx));
        // Before anything of the answer is read: what changes after that is told.
        let is_asked = ctx.look_ahead().field("resumeAfter").exists();
        let place = if is_asked { Some(service.newest_for(ctx.actor()).await.map_err(fail)?) } else { None };
        Ok(Some(User::of(service.viewer(ctx.actor()).await.map_err(fail)?).since(place)))
    }

    /// This instance of Consentry.
    async fn instance(&self, ctx: &Context<'_>) -> async_graphql::Result<Instance> {
        let service = ctx.service()?;
        Ok(Instance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            is_set_up: service.is_set_up().await.map_err(|error| error.fail(ctx))?,
            terms_version: service::TERMS_VERSION.to_owned(),
            has_built_in_mailbox: service.config().smtp_url.is_none(),
            single_sign_on: service.single_sign_on().map(SingleSignOn::of),
        })
    }

    /// What a link from a mail is. Needs no sign-in and changes nothing.
    async fn invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The last part of the link.")] link: String,
    ) -> async_graphql::Result<Invitation> {
        let view = ctx.service()?.invitation(ctx.actor(), &link).await.map_err(|error| error.fail(ctx))?;
        Ok(Invitation::of(view))
    }

    /// People of the organization whom you may ask from a team, by name; yourself included.
    async fn recipients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
        #[graphql(desc = "Only those whose name or address contains this.")] text: Option<String>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<RecipientChoiceConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let has_after = after.is_some();
        let (page, _) = ctx
            .service()?
            .recipients(ctx.actor(), team, text.as_deref(), &ask(ctx, first, after))
            .await
            .map_err(fail)?;
        Ok(RecipientChoiceConnection::of(page, has_after, RecipientChoice::of))
    }

    /// An organization that you belong to.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> async_graphql::Result<Organization> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&id, "id").map_err(fail)?;
        Ok(Organization::of(ctx.service()?.organization(ctx.actor(), id).await.map_err(fail)?))
    }

    /// All organizations of this instance, by name; for administrators of the instance.
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<OrganizationConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .organizations(ctx.actor(), &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(OrganizationConnection::of(page, has_after, OrganizationOfInstance::of))
    }

    /// People of a team, by name, with who may send credential requests; for everybody who works in it.
    async fn team_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] team_id: ID,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<MemberConnection> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let has_after = after.is_some();
        let page =
            ctx.service()?.team_members(ctx.actor(), team, &ask(ctx, first, after)).await.map_err(fail)?;
        Ok(MemberConnection::of(page, has_after, Member::of))
    }

    /// Applications for sending credential requests, newest first; for administrators of the instance.
    async fn feature_applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand here.")] state: Option<ApplicationState>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<FeatureApplicationConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .feature_applications(ctx.actor(), state.map(Into::into), &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(FeatureApplicationConnection::of(page, has_after, FeatureApplication::of))
    }

    /// Whether you may ask people from outside the organization from a team.
    async fn can_ask_outside(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team that you work in.")] team_id: ID,
    ) -> async_graphql::Result<bool> {
        let fail = |error: Error| error.fail(ctx);
        let team = parse(&team_id, "teamId").map_err(fail)?;
        let (_, outside) =
            ctx.service()?.recipients(ctx.actor(), team, None, &ask(ctx, 1, None)).await.map_err(fail)?;
        Ok(outside)
    }
}
