//! Making organizations and teams, and letting people in.

use domain::actor::Actor;
use domain::id::{OrganizationId, TeamId, UserId};
use domain::language::Language;
use domain::policy::{OrganizationRole, TeamRole};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _};

use crate::db::entity::{organization, organization_member, team, team_member};
use crate::db::{Hold, Write};
use crate::error::Result;
use crate::{Service, ids};

impl Service {
    pub(crate) async fn add_organization(&self, write: &Write, name: &str) -> Result<OrganizationId> {
        let id: OrganizationId = ids::new(write.now());
        organization::ActiveModel {
            id: Set(id.0),
            name: Set(name.to_owned()),
            plan: Set("FREE".to_owned()),
            link_lifetime_hours: Set(None),
            token_hand_out: Set(false),
            decline_reason_optional: Set(false),
            reminders: Set(false),
            deleted_at: Set(None),
            created_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        Ok(id)
    }

    pub(crate) async fn add_team(
        &self,
        write: &Write,
        organization: OrganizationId,
        name: &str,
    ) -> Result<TeamId> {
        let id: TeamId = ids::new(write.now());
        team::ActiveModel {
            id: Set(id.0),
            organization_id: Set(organization.0),
            name: Set(name.to_owned()),
            deleted_at: Set(None),
            created_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        Ok(id)
    }

    /// Lets somebody into an organization; whoever is in already keeps the role.
    pub(crate) async fn add_member(
        &self,
        write: &Write,
        organization: OrganizationId,
        user: UserId,
        role: OrganizationRole,
    ) -> Result<()> {
        if organization_member::Entity::find_by_id((organization.0, user.0)).one(write.tx()).await?.is_none()
        {
            organization_member::ActiveModel {
                organization_id: Set(organization.0),
                user_id: Set(user.0),
                role: Set(role.as_str().to_owned()),
                created_at: Set(write.now()),
            }
            .insert(write.tx())
            .await?;
        }
        Ok(())
    }

    /// Lets somebody into a team; whoever is in already keeps the role. Answers whether they came in.
    pub(crate) async fn add_team_member(
        &self,
        write: &Write,
        team: TeamId,
        user: UserId,
        role: TeamRole,
    ) -> Result<bool> {
        let is_new = team_member::Entity::find_by_id((team.0, user.0)).one(write.tx()).await?.is_none();
        if is_new {
            team_member::ActiveModel {
                team_id: Set(team.0),
                user_id: Set(user.0),
                role: Set(role.as_str().to_owned()),
                created_at: Set(write.now()),
            }
            .insert(write.tx())
            .await?;
        }
        Ok(is_new)
    }

    /// Makes an organization, for the operator's commands and the demo.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn found_organization(&self, name: &str) -> Result<OrganizationId> {
        let write = self.write(Actor::System).await?;
        let id = self.add_organization(&write, name).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Makes a team, for the operator's commands and the demo.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn found_team(&self, organization: OrganizationId, name: &str) -> Result<TeamId> {
        let write = self.write(Actor::System).await?;
        let id = self.add_team(&write, organization, name).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Lets a person into an organization and teams, for the operator's commands and the demo. The person is
    /// made where the address is new.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn enrol(
        &self,
        email: &str,
        name: &str,
        organization: OrganizationId,
        role: OrganizationRole,
        teams: &[(TeamId, TeamRole)],
    ) -> Result<UserId> {
        let write = self.write_holding(Actor::System, Hold::Address(&email.to_lowercase())).await?;
        let language = Language::default().tag();
        let (user, _) =
            self.find_or_make_user(&write, &email.to_lowercase(), Some(name.to_owned()), language).await?;
        self.add_member(&write, organization, user, role).await?;
        for (team, role) in teams {
            self.add_team_member(&write, *team, user, *role).await?;
        }
        write.commit().await?;
        Ok(user)
    }
}
