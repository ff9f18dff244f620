//! Facts for the policy.

use std::collections::{HashMap, HashSet};

use domain::actor::Actor;
use domain::id::{OrganizationId, TeamId, UserId};
use domain::policy::{Action, Facts, OrganizationRole, Standing, TeamRole, check};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{organization, organization_member, team, team_member};
use crate::error::{Error, Result};
use crate::gather::Found;

/// A team, deleted or not, and what somebody is for it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) team: team::Model,
    pub(crate) standing: Standing,
}

/// Places by team and person; a team that never was is not in it.
pub(crate) type Places = Found<(TeamId, UserId), Place>;

impl Service {
    /// What people are for teams, as it is now.
    pub(crate) async fn places(&self, keys: Vec<(TeamId, UserId)>) -> Result<Places> {
        self.gathered.places.ask(self, keys, Self::read_places).await
    }

    async fn read_places(self, keys: Vec<(TeamId, UserId)>) -> Result<HashMap<(TeamId, UserId), Place>> {
        let db = self.db.read();
        let ids: HashSet<Uuid> = keys.iter().map(|(team, _)| team.0).collect();
        let users: HashSet<Uuid> = keys.iter().map(|(_, user)| user.0).collect();
        let teams = team::Entity::find().filter(team::Column::Id.is_in(ids.iter().copied())).all(db).await?;
        let teams: HashMap<Uuid, team::Model> = teams.into_iter().map(|row| (row.id, row)).collect();
        let organizations: HashSet<Uuid> = teams.values().map(|row| row.organization_id).collect();
        let of_organizations = organization_member::Entity::find()
            .filter(organization_member::Column::UserId.is_in(users.iter().copied()))
            .filter(organization_member::Column::OrganizationId.is_in(organizations))
            .all(db);
        let of_teams = team_member::Entity::find()
            .filter(team_member::Column::UserId.is_in(users.iter().copied()))
            .filter(team_member::Column::TeamId.is_in(ids.iter().copied()))
            .all(db);
        let (of_organizations, of_teams) = tokio::try_join!(of_organizations, of_teams)?;
        let mut in_organization = HashMap::new();
        for row in of_organizations {
            let role = OrganizationRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))?;
            in_organization.insert((row.organization_id, row.user_id), role);
        }
        let mut in_team = HashMap::new();
        for row in of_teams {
            let role = TeamRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))?;
            in_team.insert((row.team_id, row.user_id), role);
        }
        Ok(keys
            .into_iter()
            .filter_map(|key| {
                let (team, user) = (teams.get(&key.0.0)?.clone(), key.1.0);
                let role = in_organization.get(&(team.organization_id, user)).copied();
                let standing = Standing::of(role, in_team.get(&(team.id, user)).copied());
                Some((key, Place { team, standing }))
            })
            .collect())
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
    pub(crate) async fn check_team(&self, actor: Actor, action: Action, team: TeamId) -> Result<Place> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let places = self.places(vec![(team, user)]).await?;
        let place = places.get(&(team, user)).filter(|place| place.team.deleted_at.is_none());
        let place = place.ok_or_else(Error::not_found)?;
        check(action, &Facts::of_team(place.standing))?;
        Ok(place.clone())
    }

    /// The names of a team and its organization, for whoever may know them.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn team_names(&self, actor: Actor, team: TeamId) -> Result<(OrganizationId, String, String)> {
        let row = self.check_team(actor, Action::ViewTeam, team).await?.team;
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
