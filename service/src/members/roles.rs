//! Roles, leaving and removal, with what follows (ROLE-7, ROLE-8).

use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::{Event, OrganizationChange};
use domain::id::{OrganizationId, TeamId, UserId};
use domain::policy::{Action, OrganizationRole, RoleRefused, TeamRole, may_set_role};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::role_in;
use crate::Service;
use crate::db::entity::{organization, organization_member, team, team_member};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};

impl Service {
    /// Gives somebody another role in an organization. Who becomes a guest is a guest in its teams too.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `LAST_OWNER`.
    pub async fn set_member_role(
        &self,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
        role: OrganizationRole,
    ) -> Result<()> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let theirs = self.may_change(&write, actor, organization, user, Some(role)).await?;
        if theirs == role {
            return Ok(());
        }
        organization_member::Entity::update_many()
            .col_expr(organization_member::Column::Role, Expr::value(role.as_str()))
            .filter(organization_member::Column::OrganizationId.eq(organization.0))
            .filter(organization_member::Column::UserId.eq(user.0))
            .exec(write.tx())
            .await?;
        if role == OrganizationRole::Guest {
            let teams = teams_of(&write, organization).await?;
            team_member::Entity::update_many()
                .col_expr(team_member::Column::Role, Expr::value(TeamRole::Guest.as_str()))
                .filter(team_member::Column::UserId.eq(user.0))
                .filter(team_member::Column::TeamId.is_in(teams))
                .exec(write.tx())
                .await?;
        }
        write
            .emit(&Event::OrganizationChanged {
                what: OrganizationChange::MemberRoleSet,
                organization,
                team: None,
                user: Some(user),
                role: Some(role),
                team_role: None,
            })
            .await?;
        write.commit().await
    }

    /// Takes somebody out of an organization and its teams; oneself is leaving. All that they granted there is
    /// revoked; requests that they sent stay with their teams.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `LAST_OWNER`.
    pub async fn remove_member(
        &self,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<()> {
        let leaves = actor.user() == Some(user);
        let action = if leaves { Action::ViewTeam } else { Action::ManageOrganization };
        self.check_organization(actor, action, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        self.may_change(&write, actor, organization, user, None).await?;
        let what = if leaves { OrganizationChange::MemberLeft } else { OrganizationChange::MemberRemoved };
        self.end_membership(&mut write, organization, user).await?;
        emit(&mut write, what, organization, None, user).await?;
        write.commit().await
    }

    async fn end_membership(
        &self,
        write: &mut Write,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<()> {
        let teams = teams_of(write, organization).await?;
        team_member::Entity::delete_many()
            .filter(team_member::Column::UserId.eq(user.0))
            .filter(team_member::Column::TeamId.is_in(teams))
            .exec(write.tx())
            .await?;
        organization_member::Entity::delete_by_id((organization.0, user.0)).exec(write.tx()).await?;
        self.revoke_granted(write, organization, user).await
    }

    /// Decides inside the transaction, which holds the organization, so that two owners cannot both be the last
    /// to go. Returns the role that the person has.
    async fn may_change(
        &self,
        write: &Write,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
        to: Option<OrganizationRole>,
    ) -> Result<OrganizationRole> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        organization::Entity::update_many()
            .col_expr(organization::Column::Name, Expr::col(organization::Column::Name))
            .filter(organization::Column::Id.eq(organization.0))
            .exec(write.tx())
            .await?;
        let mine = role_in(write.tx(), organization, me).await?.ok_or_else(Error::not_found)?;
        let theirs = role_in(write.tx(), organization, user).await?.ok_or_else(|| {
            Error::input(ErrorCode::NotFound, "userId", "there is no such person in this organization")
        })?;
        let owners = organization_member::Entity::find()
            .filter(organization_member::Column::OrganizationId.eq(organization.0))
            .filter(organization_member::Column::Role.eq(OrganizationRole::Owner.as_str()))
            .count(write.tx())
            .await?;
        may_set_role(mine, theirs, to, me == user, owners).map_err(|refused| match refused {
            RoleRefused::LastOwner => Error::refused(
                ErrorCode::LastOwner,
                "an organization needs an owner; make somebody else one first",
            ),
            RoleRefused::Because(why) => Error::refused(ErrorCode::Forbidden, why),
        })?;
        Ok(theirs)
    }

    /// Gives somebody of the organization a role in a team, and lets them in where they were not.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`; `OUT_OF_RANGE` at `role` for a guest of the organization,
    /// who can only be a guest.
    pub async fn set_team_role(
        &self,
        actor: Actor,
        team: TeamId,
        user: UserId,
        role: TeamRole,
    ) -> Result<()> {
        let row = self.check_team(actor, Action::ManageTeam, team).await?.team;
        let organization = OrganizationId(row.organization_id);
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let theirs = role_in(write.tx(), organization, user).await?.ok_or_else(|| {
            Error::input(ErrorCode::NotFound, "userId", "there is no such person in this organization")
        })?;
        if theirs == OrganizationRole::Guest && role != TeamRole::Guest {
            return Err(Error::input(
                ErrorCode::OutOfRange,
                "role",
                "a guest of the organization can only be a guest of its teams",
            ));
        }
        self.add_team_member(&write, team, user, role).await?;
        team_member::Entity::update_many()
            .col_expr(team_member::Column::Role, Expr::value(role.as_str()))
            .filter(team_member::Column::TeamId.eq(team.0))
            .filter(team_member::Column::UserId.eq(user.0))
            .exec(write.tx())
            .await?;
        write
            .emit(&Event::OrganizationChanged {
                what: OrganizationChange::TeamRoleSet,
                organization,
                team: Some(team),
                user: Some(user),
                role: None,
                team_role: Some(role),
            })
            .await?;
        write.commit().await
    }

    /// Takes somebody out of a team; oneself is leaving. What they granted stays theirs to keep or revoke, and
    /// requests that they sent stay with the team (ROLE-7).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn remove_team_member(&self, actor: Actor, team: TeamId, user: UserId) -> Result<()> {
        let leaves = actor.user() == Some(user);
        let action = if leaves { Action::ViewTeam } else { Action::ManageTeam };
        let row = self.check_team(actor, action, team).await?.team;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        let gone = team_member::Entity::delete_by_id((team.0, user.0)).exec(write.tx()).await?;
        if gone.rows_affected == 0 && leaves {
            return Err(Error::not_found());
        }
        if gone.rows_affected == 0 {
            return Err(Error::input(ErrorCode::NotFound, "userId", "there is no such person in this team"));
        }
        let what =
            if leaves { OrganizationChange::TeamMemberLeft } else { OrganizationChange::TeamMemberRemoved };
        emit(&mut write, what, OrganizationId(row.organization_id), Some(team), user).await?;
        write.commit().await
    }
}

async fn teams_of(write: &Write, organization: OrganizationId) -> Result<Vec<Uuid>> {
    Ok(team::Entity::find()
        .select_only()
        .column(team::Column::Id)
        .filter(team::Column::OrganizationId.eq(organization.0))
        .into_tuple()
        .all(write.tx())
        .await?)
}

async fn emit(
    write: &mut Write,
    what: OrganizationChange,
    organization: OrganizationId,
    team: Option<TeamId>,
    user: UserId,
) -> Result<()> {
    let user = Some(user);
    let event = Event::OrganizationChanged { what, organization, team, user, role: None, team_role: None };
    write.emit(&event).await?;
    Ok(())
}
