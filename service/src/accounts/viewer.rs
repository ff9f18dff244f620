//! The caller, and where they belong.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::id::{OrganizationId, TeamId, UserId};
use domain::policy::{OrganizationRole, TeamRole};
use domain::text::{self, Lines, PERSON_NAME_MAX};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{organization, organization_member, team, team_member, user};
use crate::error::{Error, Result};

/// A person, as they see themself.
#[derive(Debug, Clone)]
pub struct UserView {
    /// Id.
    pub id: UserId,
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Administers this instance.
    pub instance_admin: bool,
    /// May create requests (GATE-1).
    pub has_feature: bool,
    /// Where they live (IANA time zone).
    pub time_zone: String,
    /// Language of mails and pages (BCP 47).
    pub language: String,
}

/// An organization that somebody belongs to, with the teams that they see of it.
#[derive(Debug, Clone)]
pub struct MembershipView {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// The role in it.
    pub role: OrganizationRole,
    /// They own it, and nobody else does: they cannot leave (ROLE-8).
    pub is_only_owner: bool,
    /// Teams with the role in each; an organization admin sees all, without a role where they are not in it.
    pub teams: Vec<(TeamId, String, Option<TeamRole>)>,
}

impl Service {
    /// The caller.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub async fn viewer(&self, actor: Actor) -> Result<UserView> {
        let row = self.user_row(actor.user().ok_or_else(Error::unauthenticated)?).await?;
        Ok(UserView {
            id: UserId(row.id),
            has_feature: self.has_feature(&row).await?,
            time_zone: row.time_zone,
            language: row.language,
            email: row.email,
            name: row.name,
            instance_admin: row.instance_admin,
        })
    }

    /// Changes the caller's name, language or time zone; `None` leaves each as it is.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or a problem with `name`.
    pub async fn update_profile(
        &self,
        actor: Actor,
        name: Option<&str>,
        language: Option<&str>,
        time_zone: Option<&str>,
    ) -> Result<()> {
        let mut row =
            self.user_row(actor.user().ok_or_else(Error::unauthenticated)?).await?.into_active_model();
        if let Some(name) = name {
            row.name = Set(text::required("name", name, PERSON_NAME_MAX, Lines::One)?);
        }
        if let Some(language) = language {
            row.language = Set(language.to_owned());
        }
        if let Some(zone) = time_zone {
            let zone: chrono_tz::Tz = zone.parse().map_err(|_| {
                let message = "is not the name of a time zone, such as Europe/Berlin";
                Error::input(domain::ErrorCode::InvalidFormat, "timeZone", message)
            })?;
            row.time_zone = Set(zone.name().to_owned());
        }
        if row.is_changed() {
            let write = self.write(actor).await?;
            row.update(write.tx()).await?;
            write.commit().await?;
        }
        Ok(())
    }

    pub(crate) async fn user_row(&self, id: UserId) -> Result<user::Model> {
        user::Entity::find_by_id(id.0).one(self.db.read()).await?.ok_or_else(Error::not_found)
    }

    /// Where the caller belongs, by name.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub async fn memberships(&self, actor: Actor) -> Result<Vec<MembershipView>> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let db = self.db.read();
        let members = organization_member::Entity::find()
            .filter(organization_member::Column::UserId.eq(user.0))
            .all(db)
            .await?;
        let ids: Vec<_> = members.iter().map(|row| row.organization_id).collect();
        let organizations = organization::Entity::find()
            .filter(organization::Column::Id.is_in(ids.clone()))
            .filter(organization::Column::DeletedAt.is_null())
            .order_by_asc(organization::Column::Name)
            .all(db)
            .await?;
        let teams = team::Entity::find()
            .filter(team::Column::OrganizationId.is_in(ids))
            .filter(team::Column::DeletedAt.is_null())
            .order_by_asc(team::Column::Name)
            .all(db)
            .await?;
        let owned = members
            .iter()
            .filter(|member| member.role == OrganizationRole::Owner.as_str())
            .map(|member| member.organization_id);
        let owners: HashMap<Uuid, i64> = organization_member::Entity::find()
            .select_only()
            .column(organization_member::Column::OrganizationId)
            .column_as(organization_member::Column::UserId.count(), "owners")
            .filter(organization_member::Column::OrganizationId.is_in(owned))
            .filter(organization_member::Column::Role.eq(OrganizationRole::Owner.as_str()))
            .group_by(organization_member::Column::OrganizationId)
            .into_tuple()
            .all(db)
            .await?
            .into_iter()
            .collect();
        let mine = team_member::Entity::find().filter(team_member::Column::UserId.eq(user.0)).all(db).await?;
        organizations
            .into_iter()
            .map(|row| {
                let role = members
                    .iter()
                    .find(|member| member.organization_id == row.id)
                    .and_then(|member| OrganizationRole::parse(&member.role))
                    .ok_or_else(|| Error::corrupt("role"))?;
                let sees_all = matches!(role, OrganizationRole::Owner | OrganizationRole::Admin);
                let teams = teams
                    .iter()
                    .filter(|team| team.organization_id == row.id)
                    .filter_map(|team| {
                        let role = mine
                            .iter()
                            .find(|member| member.team_id == team.id)
                            .and_then(|member| TeamRole::parse(&member.role));
                        (sees_all || role.is_some()).then(|| (TeamId(team.id), team.name.clone(), role))
                    })
                    .collect();
                Ok(MembershipView {
                    organization: OrganizationId(row.id),
                    name: row.name,
                    role,
                    is_only_owner: owners.get(&row.id) == Some(&1),
                    teams,
                })
            })
            .collect()
    }
}
