//! Who belongs to organizations and teams.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use service::{Error, NewMember};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{OrganizationRole, TeamRole};

#[derive(Default)]
pub(crate) struct MemberMutation;

/// Invites somebody to join an organization.
#[derive(InputObject)]
pub(crate) struct InviteMemberInput {
    /// The organization.
    organization_id: ID,
    /// Mail address.
    email: String,
    /// Name, 1 to 128 characters.
    name: String,
    /// Role in the organization. Only owners can invite owners.
    role: OrganizationRole,
    /// A team to join.
    team_id: Option<ID>,
    /// Role in the team; `MEMBER` when absent.
    team_role: Option<TeamRole>,
}

/// The mail is on its way.
#[derive(SimpleObject)]
pub(crate) struct InviteMemberPayload {
    /// Id of the invitation.
    invitation_id: ID,
}

/// Withdraws an invitation to join.
#[derive(InputObject)]
pub(crate) struct WithdrawMemberInvitationInput {
    /// The invitation.
    invitation_id: ID,
}

/// Its link opens nothing any more.
#[derive(SimpleObject)]
pub(crate) struct WithdrawMemberInvitationPayload {
    /// Id of the invitation that was.
    invitation_id: ID,
}

/// Another role in an organization.
#[derive(InputObject)]
pub(crate) struct SetMemberRoleInput {
    /// The organization.
    organization_id: ID,
    /// Whose role.
    user_id: ID,
    /// The role. Only owners can make, change or remove owners.
    role: OrganizationRole,
}

/// A membership has changed or ended.
#[derive(SimpleObject)]
pub(crate) struct MemberPayload {
    /// Id of the person.
    user_id: ID,
}

/// Takes somebody out of an organization.
#[derive(InputObject)]
pub(crate) struct RemoveMemberInput {
    /// The organization.
    organization_id: ID,
    /// Whom.
    user_id: ID,
}

/// Leaves an organization.
#[derive(InputObject)]
pub(crate) struct LeaveOrganizationInput {
    /// The organization.
    organization_id: ID,
}

/// A role in a team.
#[derive(InputObject)]
pub(crate) struct SetTeamRoleInput {
    /// The team.
    team_id: ID,
    /// Somebody of the organization.
    user_id: ID,
    /// The role.
    role: TeamRole,
}

/// Takes somebody out of a team.
#[derive(InputObject)]
pub(crate) struct RemoveTeamMemberInput {
    /// The team.
    team_id: ID,
    /// Whom.
    user_id: ID,
}

/// Leaves a team.
#[derive(InputObject)]
pub(crate) struct LeaveTeamInput {
    /// The team.
    team_id: ID,
}

#[Object]
impl MemberMutation {
    /// Invites somebody to join an organization, by mail; for its owners and admins. A second invitation of the same address takes the place of the first.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and with which roles.")] input: InviteMemberInput,
    ) -> async_graphql::Result<InviteMemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let team = match &input.team_id {
            Some(team) => {
                let role = input.team_role.unwrap_or(TeamRole::Member);
                Some((parse(team, "teamId").map_err(fail)?, role.into()))
            }
            None => None,
        };
        let new = NewMember { email: input.email, name: input.name, role: input.role.into(), team };
        let invitation = service.invite_member(actor, id, &new).await.map_err(fail)?;
        Ok(InviteMemberPayload { invitation_id: invitation.to_string().into() })
    }

    /// Withdraws an invitation to join; for owners and admins of the organization.
    async fn withdraw_member_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation.")] input: WithdrawMemberInvitationInput,
    ) -> async_graphql::Result<WithdrawMemberInvitationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.invitation_id, "invitationId").map_err(fail)?;
        service.withdraw_member_invitation(actor, id).await.map_err(fail)?;
        Ok(WithdrawMemberInvitationPayload { invitation_id: input.invitation_id })
    }

    /// Gives somebody another role in an organization; for its owners and admins.
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role, and which.")] input: SetMemberRoleInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let user = parse(&input.user_id, "userId").map_err(fail)?;
        service.set_member_role(actor, id, user, input.role.into()).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }

    /// Takes somebody out of an organization and its teams. Everything that they granted there is revoked; requests that they sent stay with their teams.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RemoveMemberInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let user = parse(&input.user_id, "userId").map_err(fail)?;
        service.remove_member(actor, id, user).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }

    /// Leaves an organization and its teams. Everything that you granted there is revoked; requests that you sent stay with their teams.
    async fn leave_organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: LeaveOrganizationInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let user = actor.user().ok_or_else(|| fail(Error::unauthenticated()))?;
        service.remove_member(actor, id, user).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }

    /// Gives somebody of the organization a role in a team, and lets them in where they were not; for its admins.
    async fn set_team_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role, and which.")] input: SetTeamRoleInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        let user = parse(&input.user_id, "userId").map_err(fail)?;
        service.set_team_role(actor, team, user, input.role.into()).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }

    /// Takes somebody out of a team; for its admins. What they granted stays theirs, and requests that they sent stay with the team.
    async fn remove_team_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RemoveTeamMemberInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        let user = parse(&input.user_id, "userId").map_err(fail)?;
        service.remove_team_member(actor, team, user).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }

    /// Leaves a team. What you granted stays yours, and requests that you sent stay with the team.
    async fn leave_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: LeaveTeamInput,
    ) -> async_graphql::Result<MemberPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        let user = actor.user().ok_or_else(|| fail(Error::unauthenticated()))?;
        service.remove_team_member(actor, team, user).await.map_err(fail)?;
        Ok(MemberPayload { user_id: user.to_string().into() })
    }
}
