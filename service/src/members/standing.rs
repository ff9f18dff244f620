//! Facts for the policy.

use domain::actor::Actor;
use domain::id::{OrganizationId, TeamId, UserId};
use domain::policy::{Action, Facts, OrganizationRole, Standing, TeamRole, check};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::Service;
use crate::db::entity::{organization, organization_member, team, team_member};
use crate::error::{Error, Result};

impl Service {
    /// What somebody is for a team.
    pub(crate) async fn standing(&self, team: TeamId, user: UserId) -> Result<Standing> {
        match live_team(self.db.read(), team).await {
            Ok(row) => {
                Ok(standing_in(self.db.read(), OrganizationId(row.organization_id), team, user).await?.0)
            }
            Err(Error::Refused(..)) => Ok(Standing::Stranger),
            Err(error) => Err(error),
        }
    }

    /// Loads an organization for an action; the policy decides (ROLE-6).
    pub(crate) async fn check_organization(
        &self,
        actor: Actor,
        action: Action,
        organization: OrganizationId,
    ) -> Result<(organization::Model, OrganizationRole)> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let db = self.db.read();
        let row = organization::Entity::find_by_id(organization.0)
            .filter(organization::Column::DeletedAt.is_null())
            .one(db)
            .await?
            .ok_or_else(Error::not_found)?;
        let role = role_in(db, organization, user).await?.ok_or_else(Error::not_found)?;
        check(action, &Facts::of_team(Standing::of(Some(role), None)))?;
        Ok((row, role))
    }

    /// Loads a team for an action; the policy decides (ROLE-6).
    pub(crate) async fn check_team(
        &self,
        actor: Actor,
        action: Action,
        team: TeamId,
    ) -> Result<(team::Model, Standing)> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = live_team(self.db.read(), team).await?;
        let (standing, _) =
            standing_in(self.db.read(), OrganizationId(row.organization_id), team, user).await?;
        check(action, &Facts::of_team(standing))?;
        Ok((row, standing))
    }

    /// The names of a team and its organization, for whoever may know them.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn team_names(&self, actor: Actor, team: TeamId) -> Result<(OrganizationId, String, String)> {
        let (row, _) = self.check_team(actor, Action::ViewTeam, team).await?;
        let organization = organization::Entity::find_by_id(row.organization_id)
            .one(self.db.read())
            .await?
            .ok_or_else(|| Error::corrupt("organization"))?;
        Ok((OrganizationId(organization.id), organization.name, row.name))
    }
}

/// A team that was not deleted.
pub(crate) async fn live_team(db: &impl ConnectionTrait, id: TeamId) -> Result<team::Model> {
    team::Entity::find_by_id(id.0)
        .filter(team::Column::DeletedAt.is_null())
        .one(db)
        .await?
        .ok_or_else(Error::not_found)
}

/// Role in an organization; `None` for strangers.
pub(crate) async fn role_in(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<OrganizationRole>> {
    let row = organization_member::Entity::find_by_id((organization.0, user.0)).one(db).await?;
    row.map(|row| OrganizationRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))).transpose()
}

/// Standing, and whether a membership of the team itself is written down.
pub(crate) async fn standing_in(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    team: TeamId,
    user: UserId,
) -> Result<(Standing, bool)> {
    let organization = role_in(db, organization, user).await?;
    let team = team_member::Entity::find_by_id((team.0, user.0)).one(db).await?;
    let team =
        team.map(|row| TeamRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))).transpose()?;
    Ok((Standing::of(organization, team), matches!(team, Some(TeamRole::Admin | TeamRole::Member))))
}
