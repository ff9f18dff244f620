//! Invitations to join an organization.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, OrganizationChange};
use domain::id::{MemberInvitationId, OrganizationId, TeamId, UserId};
use domain::policy::{Action, OrganizationRole, TeamRole};
use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::live_team;
use crate::db::entity::{member_invitation, organization, organization_member, user};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// Open invitations that an organization may have at a time.
const OPEN_MAX: u64 = 200;

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Mail address.
    pub email: String,
    /// Name, for the mail.
    pub name: String,
    /// Role in the organization.
    pub role: OrganizationRole,
    /// A team to join, with the role in it.
    pub team: Option<(TeamId, TeamRole)>,
}

/// An invitation that waits.
#[derive(Debug, Clone)]
pub struct MemberInvitationView {
    /// Id.
    pub id: MemberInvitationId,
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role in the organization.
    pub role: OrganizationRole,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// Until when its link is valid; `None` for ever.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Service {
    /// Invites somebody to join an organization. A second invitation of the same address takes the place of the
    /// first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ALREADY_IN_ORGANIZATION`, `TOO_MANY`, or problems with the
    /// input.
    pub async fn invite_member(
        &self,
        actor: Actor,
        organization: OrganizationId,
        new: &NewMember,
    ) -> Result<MemberInvitationId> {
        let (_, mine) = self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        if new.role == OrganizationRole::Owner && mine != OrganizationRole::Owner {
            return Err(Error::refused(ErrorCode::Forbidden, "only owners can make owners"));
        }
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        self.check_sender(&write, me).await?;
        let (email, name) = self.check_new_member(&write, organization, new).await?;
        member_invitation::Entity::delete_many()
            .filter(member_invitation::Column::OrganizationId.eq(organization.0))
            .filter(member_invitation::Column::Email.eq(email.as_str()))
            .exec(write.tx())
            .await?;
        let open = member_invitation::Entity::find()
            .filter(member_invitation::Column::OrganizationId.eq(organization.0))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .count(write.tx())
            .await?;
        if open >= OPEN_MAX {
            let message = format!("at most {OPEN_MAX} invitations can be open; withdraw some first");
            return Err(Error::input(ErrorCode::TooMany, "email", message));
        }
        let id: MemberInvitationId = ids::new(write.now());
        member_invitation::ActiveModel {
            id: Set(id.0),
            organization_id: Set(organization.0),
            invited_by: Set(me.0),
            email: Set(email.as_str().to_owned()),
            name: Set(name),
            role: Set(new.role.as_str().to_owned()),
            team_id: Set(new.team.map(|(team, _)| team.0)),
            team_role: Set(new.team.map(|(_, role)| role.as_str().to_owned())),
            link: Set(crate::accounts::encode(&ids::random::<16>())),
            created_at: Set(write.now()),
            expires_at: Set(self.link_end(&write, organization).await?),
            accepted_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::MemberInvited { organization, invitation: id }).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Every problem at once.
    async fn check_new_member(
        &self,
        write: &Write,
        organization: OrganizationId,
        new: &NewMember,
    ) -> Result<(Email, String)> {
        let mut problems = Vec::new();
        let email = Email::parse("email", &new.email).map_err(|problem| problems.push(problem)).ok();
        let name = text::required("name", &new.name, PERSON_NAME_MAX, Lines::One)
            .map_err(|problem| problems.push(problem))
            .ok();
        if let Some(email) = &email
            && let Some(known) = known_member(write.tx(), organization, email.as_str()).await?
        {
            let message = format!("this address belongs to {} of this organization already", known.name);
            problems.push(Problem::new(ErrorCode::AlreadyInOrganization, "email", message));
        }
        if let Some((team, role)) = new.team {
            match live_team(write.tx(), team).await {
                Ok(row) if row.organization_id == organization.0 => {}
                Ok(_) | Err(Error::Refused(..)) => problems.push(Problem::new(
                    ErrorCode::NotFound,
                    "teamId",
                    "there is no such team in this organization",
                )),
                Err(error) => return Err(error),
            }
            if new.role == OrganizationRole::Guest && role != TeamRole::Guest {
                let message = "a guest of the organization can only be a guest of its teams";
                problems.push(Problem::new(ErrorCode::OutOfRange, "teamRole", message));
            }
        }
        match (email, name) {
            (Some(email), Some(name)) if problems.is_empty() => Ok((email, name)),
            _ => Err(Error::Input(problems)),
        }
    }

    /// Invitations that wait, newest first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn member_invitations(
        &self,
        actor: Actor,
        organization: OrganizationId,
    ) -> Result<Vec<MemberInvitationView>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let rows = member_invitation::Entity::find()
            .filter(member_invitation::Column::OrganizationId.eq(organization.0))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .order_by_desc(member_invitation::Column::CreatedAt)
            .all(self.db.read())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(MemberInvitationView {
                    id: MemberInvitationId(row.id),
                    role: OrganizationRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))?,
                    email: row.email,
                    name: row.name,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                })
            })
            .collect()
    }

    /// Withdraws an invitation: its link opens nothing any more.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn withdraw_member_invitation(&self, actor: Actor, id: MemberInvitationId) -> Result<()> {
        let row = member_invitation::Entity::find_by_id(id.0)
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let organization = OrganizationId(row.organization_id);
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let gone = member_invitation::Entity::delete_many()
            .filter(member_invitation::Column::Id.eq(id.0))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .exec(write.tx())
            .await?;
        if gone.rows_affected == 0 {
            return Err(Error::not_found());
        }
        let what = OrganizationChange::MemberInvitationWithdrawn;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await
    }

    /// The invitation to join that a link belongs to.
    pub(crate) async fn find_member_link(
        &self,
        link: &str,
    ) -> Result<(member_invitation::Model, organization::Model)> {
        let db = self.db.read();
        let row = member_invitation::Entity::find()
            .filter(member_invitation::Column::Link.eq(link))
            .one(db)
            .await?
            .ok_or_else(Error::not_found)?;
        let organization = organization::Entity::find_by_id(row.organization_id)
            .filter(organization::Column::DeletedAt.is_null())
            .one(db)
            .await?
            .ok_or_else(Error::not_found)?;
        Ok((row, organization))
    }

    /// Joins the caller, whose address is the invited one.
    pub(crate) async fn join(
        &self,
        actor: Actor,
        user: UserId,
        row: &member_invitation::Model,
    ) -> Result<OrganizationId> {
        let organization = OrganizationId(row.organization_id);
        let role = OrganizationRole::parse(&row.role).ok_or_else(|| Error::corrupt("role"))?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let accepted = member_invitation::Entity::update_many()
            .col_expr(member_invitation::Column::AcceptedAt, Expr::value(write.now()))
            .filter(member_invitation::Column::Id.eq(row.id))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .exec(write.tx())
            .await?;
        if accepted.rows_affected == 0 {
            return Err(Error::not_found());
        }
        // A guest who is invited as member becomes one; whoever is more already stays it.
        let now = super::role_in(write.tx(), organization, user).await?;
        self.add_member(&write, organization, user, role).await?;
        name_as_invited(&write, user, &row.email, &row.name).await?;
        if now.is_some_and(|now| role < now) {
            organization_member::Entity::update_many()
                .col_expr(organization_member::Column::Role, Expr::value(role.as_str()))
                .filter(organization_member::Column::OrganizationId.eq(organization.0))
                .filter(organization_member::Column::UserId.eq(user.0))
                .exec(write.tx())
                .await?;
        }
        let mut team_role = None;
        if let (Some(team), Some(role)) = (row.team_id, &row.team_role) {
            let role = TeamRole::parse(role).ok_or_else(|| Error::corrupt("role"))?;
            team_role = self.add_team_member(&write, TeamId(team), user, role).await?.then_some(role);
        }
        let what = OrganizationChange::MemberJoined;
        write
            .emit(&Event::OrganizationChanged {
                what,
                organization,
                team: row.team_id.map(TeamId),
                user: Some(user),
                role: now.is_none_or(|now| role < now).then_some(role),
                team_role,
            })
            .await?;
        write.commit().await?;
        Ok(organization)
    }
}

/// Who has this address in an organization. Guests can be invited to become members.
async fn known_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    email: &str,
) -> Result<Option<user::Model>> {
    let Some(known) = user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await? else {
        return Ok(None);
    };
    let role = super::role_in(db, organization, UserId(known.id)).await?;
    Ok(role.filter(|role| *role != OrganizationRole::Guest).map(|_| known))
}

/// Whoever has told no name yet, and so goes by what stands before the @, gets the one by which they were invited.
pub(crate) async fn name_as_invited(write: &Write, user: UserId, email: &str, name: &str) -> Result<()> {
    user::Entity::update_many()
        .col_expr(user::Column::Name, Expr::value(name))
        .filter(user::Column::Id.eq(user.0))
        .filter(user::Column::Name.eq(email.split('@').next().unwrap_or(email)))
        .exec(write.tx())
        .await?;
    Ok(())
}
