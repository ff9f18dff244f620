//! Whom one may ask (REQ-2): only those whom the policy allows.

use domain::actor::Actor;
use domain::id::{TeamId, UserId};
use domain::policy::{Action, Asked, OrganizationRole, Standing, TeamRole, may_ask};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, JoinType, Order, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{organization_member, team_member, user};
use crate::db::join::on;
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};
use crate::members::Place;
use crate::requests::like;

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// Somebody whom the caller may ask.
#[derive(Debug, Clone)]
pub struct RecipientChoice {
    /// Who.
    pub person: PersonView,
    /// What they are for the team.
    pub asked: Asked,
}

impl Service {
    /// Those of the organization whom the caller may ask from this team, by name; themself included
    /// (REQ-8). The second value says whether people from outside may be asked.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn recipients(
        &self,
        actor: Actor,
        team: TeamId,
        text: Option<&str>,
        page: &PageAsk,
    ) -> Result<(Page<RecipientChoice>, bool)> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let Place { team: row, standing } = self.check_team(actor, Action::ListRecipients, team).await?;
        let has_feature = self.has_feature(&self.user_row(me).await?).await?;
        let allowed = |asked| may_ask(standing, has_feature, asked).is_ok();
        let outside = allowed(Asked::Outside);
        let (first, after) = page.read()?;
        let mut scope = Condition::any();
        let in_team = team_member::Column::Role.is_in([TeamRole::Admin.as_str(), TeamRole::Member.as_str()]);
        let guest = organization_member::Column::Role.eq(OrganizationRole::Guest.as_str());
        // A guest of the team counts as outside (ROLE-3), unless they administer the organization.
        let team_guest = organization_member::Column::Role
            .eq(OrganizationRole::Member.as_str())
            .and(team_member::Column::Role.is_not_null())
            .and(team_member::Column::Role.eq(TeamRole::Guest.as_str()));
        if allowed(Asked::SameTeam) {
            scope = scope.add(in_team.clone().and(guest.clone().not()));
        }
        if allowed(Asked::SameOrganization) {
            scope = scope.add(guest.clone().not().and(team_guest.clone().not()));
        }
        if outside {
            scope = scope.add(guest.or(team_guest));
        }
        if scope.is_empty() {
            return Ok((Page { rows: Vec::new(), has_next: false, total: Some(0) }, false));
        }
        let mut query = user::Entity::find()
            .join(JoinType::InnerJoin, relation_to_organization())
            .join(JoinType::LeftJoin, relation_to_team(team))
            .filter(organization_member::Column::OrganizationId.eq(row.organization_id))
            .filter(scope);
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            let pattern = like(text);
            query = query.filter(
                Condition::any()
                    .add(
                        sea_orm::sea_query::Expr::expr(sea_orm::sea_query::Func::lower(
                            sea_orm::sea_query::Expr::col((user::Entity, user::Column::Name)),
                        ))
                        .like(pattern.clone()),
                    )
                    .add(user::Column::Email.like(pattern)),
            );
        }
        let total = page.count(self.db.read(), &query).await?;
        if let Some(Position::Name(name, id)) = after {
            query = query.filter(behind(&Order::Asc, (user::Column::Name, name), (user::Column::Id, id)));
        }
        let rows: Vec<(Uuid, String, String, String, Option<String>)> = query
            .select_only()
            .columns([user::Column::Id, user::Column::Name, user::Column::Email])
            .column(organization_member::Column::Role)
            .column(team_member::Column::Role)
            .order_by_asc(user::Column::Name)
            .order_by_asc(user::Column::Id)
            .limit(first + 1)
            .into_tuple()
            .all(self.db.read())
            .await?;
        let (rows, has_next) = cut(rows, first);
        let rows = rows
            .into_iter()
            .map(|(id, name, email, role, team_role)| {
                let team_role = team_role.as_deref().and_then(TeamRole::parse);
                let standing = Standing::of(OrganizationRole::parse(&role), team_role);
                let asked =
                    Asked::of(standing, matches!(team_role, Some(TeamRole::Admin | TeamRole::Member)));
                (
                    Position::Name(name.clone(), id).encode(),
                    RecipientChoice { person: PersonView { id: UserId(id), name, email }, asked },
                )
            })
            .collect();
        Ok((Page { rows, has_next, total }, outside))
    }
}

fn relation_to_organization() -> sea_orm::RelationDef {
    on(user::Column::Id, organization_member::Column::UserId)
}

fn relation_to_team(team: TeamId) -> sea_orm::RelationDef {
    user::Entity::belongs_to(team_member::Entity)
        .from(user::Column::Id)
        .to(team_member::Column::UserId)
        .on_condition(move |_, right| {
            Condition::all()
                .add(sea_orm::sea_query::Expr::col((right, team_member::Column::TeamId)).eq(team.0))
        })
        .into()
}
