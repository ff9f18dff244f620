//! Lists of members (GATE-4).

use std::collections::HashMap;

use domain::actor::Actor;
use domain::id::{OrganizationId, TeamId, UserId};
use domain::policy::{Action, OrganizationRole, TeamRole};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::PersonView;
use crate::Service;
use crate::db::entity::{
    credential, credential_request, organization_member, request_item, team_member, user,
};
use crate::db::join::on;
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};

/// Somebody of an organization or a team.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// Who.
    pub person: PersonView,
    /// Role in the organization.
    pub role: OrganizationRole,
    /// Role in the team, in the list of a team; `None` for admins of the organization who are not in it.
    pub team_role: Option<TeamRole>,
    /// May create requests (GATE-4).
    pub has_feature: bool,
    /// Has applied for that, and waits for an answer.
    pub has_applied: bool,
    /// How many accounts they share with the team or organization that is listed.
    pub shared_accounts: i64,
}

impl Service {
    /// People of an organization, by name; for its admins.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn organization_members(
        &self,
        actor: Actor,
        organization: OrganizationId,
        page: &PageAsk,
    ) -> Result<Page<MemberView>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let query = user::Entity::find()
            .join(JoinType::InnerJoin, in_organization())
            .filter(organization_member::Column::OrganizationId.eq(organization.0));
        self.members(organization, None, query, page).await
    }

    /// People of a team, by name, with who may create requests; for everybody in the team.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn team_members(&self, actor: Actor, team: TeamId, page: &PageAsk) -> Result<Page<MemberView>> {
        let row = self.check_team(actor, Action::ListMembers, team).await?.team;
        let query = user::Entity::find()
            .join(JoinType::InnerJoin, on(user::Column::Id, team_member::Column::UserId))
            .filter(team_member::Column::TeamId.eq(team.0));
        self.members(OrganizationId(row.organization_id), Some(team), query, page).await
    }

    async fn members(
        &self,
        organization: OrganizationId,
        team: Option<TeamId>,
        query: sea_orm::Select<user::Entity>,
        page: &PageAsk,
    ) -> Result<Page<MemberView>> {
        let (first, after) = page.read()?;
        let db = self.db.read();
        let total = page.count(db, &query).await?;
        let mut query = query;
        if let Some(Position::Name(name, id)) = after {
            query = query.filter(behind(&Order::Asc, (user::Column::Name, name), (user::Column::Id, id)));
        }
        let rows = query
            .order_by_asc(user::Column::Name)
            .order_by_asc(user::Column::Id)
            .limit(first + 1)
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let roles = organization_member::Entity::find()
            .filter(organization_member::Column::OrganizationId.eq(organization.0))
            .filter(organization_member::Column::UserId.is_in(ids.clone()))
            .all(db)
            .await?;
        let team_roles = match team {
            Some(team) => {
                team_member::Entity::find()
                    .filter(team_member::Column::TeamId.eq(team.0))
                    .filter(team_member::Column::UserId.is_in(ids.clone()))
                    .all(db)
                    .await?
            }
            None => Vec::new(),
        };
        let with_feature = self.with_feature(&rows).await?;
        let (applied, shared) =
            tokio::try_join!(self.with_application(&ids), self.shared_accounts(organization, team, &ids))?;
        let rows = rows
            .into_iter()
            .map(|row| {
                let role = roles.iter().find(|member| member.user_id == row.id);
                let role = role.and_then(|member| OrganizationRole::parse(&member.role));
                let team_role = team_roles.iter().find(|member| member.user_id == row.id);
                let team_role = team_role.and_then(|member| TeamRole::parse(&member.role));
                let role = role.ok_or_else(|| Error::corrupt("membership"))?;
                let is_guest = role == OrganizationRole::Guest || team_role == Some(TeamRole::Guest);
                Ok((
                    Position::Name(row.name.clone(), row.id).encode(),
                    MemberView {
                        // Guests answer; asking is for those who work there.
                        has_feature: !is_guest && with_feature.contains(&row.id),
                        has_applied: applied.contains(&row.id),
                        shared_accounts: shared.get(&row.id).copied().unwrap_or(0),
                        role,
                        team_role,
                        person: PersonView { id: UserId(row.id), name: row.name, email: row.email },
                    },
                ))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// How many grants of each of these people stand, in a team or in a whole organization; nothing for those who
    /// share none.
    async fn shared_accounts(
        &self,
        organization: OrganizationId,
        team: Option<TeamId>,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>> {
        let mut query = credential::Entity::find()
            .select_only()
            .column(credential_request::Column::RecipientId)
            .column_as(credential::Column::Id.count(), "shared")
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .join(JoinType::InnerJoin, on(request_item::Column::RequestId, credential_request::Column::Id))
            .filter(credential_request::Column::OrganizationId.eq(organization.0))
            .filter(credential_request::Column::RecipientId.is_in(people.iter().copied()))
            .filter(credential_request::Column::DeletedAt.is_null())
            .filter(credential::Column::DestroyedAt.is_null());
        if let Some(team) = team {
            query = query.filter(credential_request::Column::TeamId.eq(team.0));
        }
        let rows: Vec<(Uuid, i64)> =
            query.group_by(credential_request::Column::RecipientId).into_tuple().all(self.db.read()).await?;
        Ok(rows.into_iter().collect())
    }
}

fn in_organization() -> sea_orm::RelationDef {
    on(user::Column::Id, organization_member::Column::UserId)
}
