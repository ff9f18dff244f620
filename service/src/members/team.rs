//! Teams: making, renaming, deletion.

use domain::actor::Actor;
use domain::event::{Event, OrganizationChange};
use domain::id::{OrganizationId, TeamId};
use domain::policy::{Action, TeamRole};
use domain::text::{self, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::organization::confirm;
use super::role_in;
use crate::Service;
use crate::db::Hold;
use crate::db::entity::{credential_request, team};
use crate::error::{Error, Result};

fn changed(what: OrganizationChange, organization: OrganizationId, team: TeamId) -> Event {
    Event::OrganizationChanged {
        what,
        organization,
        team: Some(team),
        user: None,
        role: None,
        team_role: None,
    }
}

impl Service {
    /// Makes a team; the caller becomes its admin.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or a problem with `name`.
    pub async fn create_team(
        &self,
        actor: Actor,
        organization: OrganizationId,
        name: &str,
    ) -> Result<TeamId> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let name = text::required("name", name, PERSON_NAME_MAX, Lines::One)?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        // Read again inside the transaction: the caller may have been removed since.
        role_in(write.tx(), organization, user).await?.ok_or_else(Error::not_found)?;
        let id = self.add_team(&write, organization, &name).await?;
        self.add_team_member(&write, id, user, TeamRole::Admin).await?;
        write.emit(&changed(OrganizationChange::TeamCreated, organization, id)).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Gives a team another name.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or a problem with `name`.
    pub async fn rename_team(&self, actor: Actor, id: TeamId, name: &str) -> Result<()> {
        let row = self.check_team(actor, Action::ManageTeam, id).await?.team;
        let name = text::required("name", name, PERSON_NAME_MAX, Lines::One)?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        team::Entity::update_many()
            .col_expr(team::Column::Name, Expr::value(name))
            .filter(team::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        let organization = OrganizationId(row.organization_id);
        write.emit(&changed(OrganizationChange::TeamRenamed, organization, id)).await?;
        write.commit().await
    }

    /// Deletes a team with all its requests (ROLE-7).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or a problem with `confirmName`.
    pub async fn delete_team(&self, actor: Actor, id: TeamId, confirm_name: &str) -> Result<()> {
        let row = self.check_team(actor, Action::ManageOrganization, id).await?.team;
        confirm(&row.name, confirm_name)?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        self.end_requests(&mut write, actor, credential_request::Column::TeamId.eq(id.0)).await?;
        team::Entity::update_many()
            .col_expr(team::Column::DeletedAt, Expr::value(write.now()))
            .filter(team::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        let organization = OrganizationId(row.organization_id);
        write.emit(&changed(OrganizationChange::TeamDeleted, organization, id)).await?;
        write.commit().await
    }
}
