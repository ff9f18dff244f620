//! Organizations and teams.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::actor::Actor;
use domain::id::TeamId;
use service::{Error, OrganizationSettings, Service};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{Organization, Plan};

#[derive(Default)]
pub(crate) struct OrganizationMutation;

/// A new organization.
#[derive(InputObject)]
pub(crate) struct CreateOrganizationInput {
    /// Its name, 1 to 128 characters.
    name: String,
}

/// Name and settings; what is absent stays.
#[derive(InputObject)]
pub(crate) struct UpdateOrganizationInput {
    /// The organization.
    organization_id: ID,
    /// Its name, 1 to 128 characters.
    name: Option<String>,
    /// How long links in mails are valid, 1 to 8,760 hours; null for ever.
    link_lifetime_hours: MaybeUndefined<i32>,
    /// Recipients may decline without a reason.
    decline_reason_optional: Option<bool>,
    /// Recipients are reminded of requests that wait for them.
    reminders: Option<bool>,
    /// Tools that cannot use the broker may fetch access tokens. Only owners and admins may change it.
    token_hand_out: Option<bool>,
}

/// The organization as it is now.
#[derive(SimpleObject)]
pub(crate) struct OrganizationPayload {
    /// The organization.
    organization: Organization,
}

/// The plan of an organization.
#[derive(InputObject)]
pub(crate) struct SetOrganizationPlanInput {
    /// The organization.
    organization_id: ID,
    /// The plan.
    plan: Plan,
}

/// The plan is set.
#[derive(SimpleObject)]
pub(crate) struct SetOrganizationPlanPayload {
    /// Id of the organization.
    organization_id: ID,
    /// Its plan.
    plan: Plan,
}

/// Deletes an organization.
#[derive(InputObject)]
pub(crate) struct DeleteOrganizationInput {
    /// The organization.
    organization_id: ID,
    /// Its name, letter by letter.
    confirm_name: String,
}

/// The organization is gone, with its teams and their requests.
#[derive(SimpleObject)]
pub(crate) struct DeleteOrganizationPayload {
    /// Id of the organization that was.
    organization_id: ID,
}

/// A new team.
#[derive(InputObject)]
pub(crate) struct CreateTeamInput {
    /// The organization.
    organization_id: ID,
    /// Its name, 1 to 128 characters.
    name: String,
}

/// Another name for a team.
#[derive(InputObject)]
pub(crate) struct RenameTeamInput {
    /// The team.
    team_id: ID,
    /// Its name, 1 to 128 characters.
    name: String,
}

/// The team as it is now.
#[derive(SimpleObject)]
pub(crate) struct TeamPayload {
    /// Id of the team.
    team_id: ID,
    /// Its name.
    name: String,
}

/// Deletes a team.
#[derive(InputObject)]
pub(crate) struct DeleteTeamInput {
    /// The team.
    team_id: ID,
    /// Its name, letter by letter.
    confirm_name: String,
}

/// The team is gone, with its requests.
#[derive(SimpleObject)]
pub(crate) struct DeleteTeamPayload {
    /// Id of the team that was.
    team_id: ID,
}

async fn team_payload(service: &Service, actor: Actor, team: TeamId) -> Result<TeamPayload, Error> {
    let (_, _, name) = service.team_names(actor, team).await?;
    Ok(TeamPayload { team_id: team.to_string().into(), name })
}

#[Object]
impl OrganizationMutation {
    /// Makes an organization that you own; for administrators of the instance.
    async fn create_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] input: CreateOrganizationInput,
    ) -> async_graphql::Result<OrganizationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = service.create_organization(actor, &input.name).await.map_err(fail)?;
        Ok(OrganizationPayload {
            organization: Organization::of(service.organization(actor, id).await.map_err(fail)?),
        })
    }

    /// Changes name and settings; for owners and admins of the organization.
    async fn update_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateOrganizationInput,
    ) -> async_graphql::Result<OrganizationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let settings = OrganizationSettings {
            name: input.name,
            link_lifetime_hours: input.link_lifetime_hours.into(),
            decline_reason_optional: input.decline_reason_optional,
            reminders: input.reminders,
            token_hand_out: input.token_hand_out,
        };
        service.change_organization(actor, id, &settings).await.map_err(fail)?;
        Ok(OrganizationPayload {
            organization: Organization::of(service.organization(actor, id).await.map_err(fail)?),
        })
    }

    /// Sets the plan of an organization; for administrators of the instance.
    async fn set_organization_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Organization and plan.")] input: SetOrganizationPlanInput,
    ) -> async_graphql::Result<SetOrganizationPlanPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        service.set_plan(actor, id, input.plan.into()).await.map_err(fail)?;
        Ok(SetOrganizationPlanPayload { organization_id: input.organization_id, plan: input.plan })
    }

    /// Deletes an organization with its teams and all their requests: every secret is destroyed at once. For owners.
    async fn delete_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Organization and confirmation.")] input: DeleteOrganizationInput,
    ) -> async_graphql::Result<DeleteOrganizationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        service.delete_organization(actor, id, &input.confirm_name).await.map_err(fail)?;
        Ok(DeleteOrganizationPayload { organization_id: input.organization_id })
    }

    /// Makes a team, whose admin you become; for owners and admins of the organization.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] input: CreateTeamInput,
    ) -> async_graphql::Result<TeamPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let team = service.create_team(actor, id, &input.name).await.map_err(fail)?;
        team_payload(service, actor, team).await.map_err(fail)
    }

    /// Gives a team another name; for its admins.
    async fn rename_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Team and name.")] input: RenameTeamInput,
    ) -> async_graphql::Result<TeamPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        service.rename_team(actor, team, &input.name).await.map_err(fail)?;
        team_payload(service, actor, team).await.map_err(fail)
    }

    /// Deletes a team with all its requests: every secret is destroyed at once. For owners and admins of the organization.
    async fn delete_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Team and confirmation.")] input: DeleteTeamInput,
    ) -> async_graphql::Result<DeleteTeamPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        service.delete_team(actor, team, &input.confirm_name).await.map_err(fail)?;
        Ok(DeleteTeamPayload { team_id: input.team_id })
    }
}
