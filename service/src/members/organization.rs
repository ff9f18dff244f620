//! Organizations: making, settings, plan, deletion.

use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, OrganizationChange};
use domain::id::{OrganizationId, UserId};
use domain::policy::{Action, OrganizationRole};
use domain::text::{self, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::client::retire_clients;
use super::issuer::forget_issuer;
use super::mail_domain::forget_mail_domains;
use crate::Service;
use crate::db::entity::{credential_request, organization, team};
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};

/// Longest time that links may live, in hours: a year.
const LINK_HOURS_MAX: i32 = 24 * 365;

/// What an organization has agreed on with the instance; decides who is eligible for the feature (GATE-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// No agreement.
    Free,
    /// A partner.
    Partner,
    /// A large customer.
    Enterprise,
}

impl Plan {
    const ALL: [Self; 3] = [Self::Free, Self::Partner, Self::Enterprise];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Partner => "PARTNER",
            Self::Enterprise => "ENTERPRISE",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text)
    }
}

/// An organization as its members see it.
#[derive(Debug, Clone)]
pub struct OrganizationView {
    /// Id.
    pub id: OrganizationId,
    /// Name.
    pub name: String,
    /// The caller's role in it.
    pub role: OrganizationRole,
    /// What members may know besides; `None` for guests (ROLE-5).
    pub settings: Option<SettingsView>,
}

/// Plan and settings of an organization.
#[derive(Debug, Clone)]
pub struct SettingsView {
    /// Its plan.
    pub plan: Plan,
    /// How long links in mails live, in hours; `None` for ever (INV-2).
    pub link_lifetime_hours: Option<i32>,
    /// Recipients may decline without a reason.
    pub decline_reason_optional: bool,
    /// Recipients are reminded of open requests.
    pub reminders: bool,
    /// Tools may fetch access tokens (USE-4).
    pub token_hand_out: bool,
}

/// An organization as an administrator of the instance sees it.
#[derive(Debug, Clone)]
pub struct OrganizationName {
    /// Id.
    pub id: OrganizationId,
    /// Name.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
}

/// What to change; `None` leaves a setting as it is.
#[derive(Debug, Clone, Default)]
pub struct OrganizationSettings {
    /// Name.
    pub name: Option<String>,
    /// How long links live, in hours; `Some(None)` for ever.
    pub link_lifetime_hours: Option<Option<i32>>,
    /// Recipients may decline without a reason.
    pub decline_reason_optional: Option<bool>,
    /// Recipients are reminded.
    pub reminders: Option<bool>,
    /// Tools may fetch access tokens.
    pub token_hand_out: Option<bool>,
}

impl OrganizationView {
    fn of(row: organization::Model, role: OrganizationRole) -> Result<Self> {
        let settings = SettingsView {
            plan: Plan::parse(&row.plan).ok_or_else(|| Error::corrupt("plan"))?,
            link_lifetime_hours: row.link_lifetime_hours,
            decline_reason_optional: row.decline_reason_optional,
            reminders: row.reminders,
            token_hand_out: row.token_hand_out,
        };
        Ok(Self {
            id: OrganizationId(row.id),
            name: row.name,
            role,
            settings: (role != OrganizationRole::Guest).then_some(settings),
        })
    }
}

fn changed(what: OrganizationChange, organization: OrganizationId) -> Event {
    Event::organization_changed(what, organization)
}

impl Service {
    /// An organization that the caller belongs to.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn organization(&self, actor: Actor, id: OrganizationId) -> Result<OrganizationView> {
        let (row, role) = self.check_organization(actor, Action::ViewTeam, id).await?;
        OrganizationView::of(row, role)
    }

    /// All organizations of the instance, by name; for its administrators.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or problems with the page.
    pub async fn organizations(&self, actor: Actor, page: &PageAsk) -> Result<Page<OrganizationName>> {
        self.instance_admin(actor).await?;
        let (first, after) = page.read()?;
        let mut list = organization::Entity::find().filter(organization::Column::DeletedAt.is_null());
        let total = page.count(self.db.read(), &list).await?;
        match after {
            None => {}
            Some(Position::Name(name, id)) => {
                let position = (organization::Column::Name, name);
                list = list.filter(behind(&Order::Asc, position, (organization::Column::Id, id)));
            }
            Some(_) => {
                let message = "is a cursor of another list";
                return Err(Error::input(ErrorCode::InvalidCursor, "after", message));
            }
        }
        let rows = list
            .order_by_asc(organization::Column::Name)
            .order_by_asc(organization::Column::Id)
            .limit(first + 1)
            .all(self.db.read())
            .await?;
        let (rows, has_next) = cut(rows, first);
        let rows = rows
            .into_iter()
            .map(|row| {
                let plan = Plan::parse(&row.plan).ok_or_else(|| Error::corrupt("plan"))?;
                let position = Position::Name(row.name.clone(), row.id).encode();
                Ok((position, OrganizationName { id: OrganizationId(row.id), name: row.name, plan }))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// Makes an organization that the caller owns; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or a problem with `name`.
    pub async fn create_organization(&self, actor: Actor, name: &str) -> Result<OrganizationId> {
        let user = self.instance_admin(actor).await?;
        let name = text::required("name", name, PERSON_NAME_MAX, Lines::One)?;
        let mut write = self.write(actor).await?;
        let id = self.add_organization(&write, &name).await?;
        self.add_member(&write, id, user, OrganizationRole::Owner).await?;
        write.emit(&changed(OrganizationChange::Created, id)).await?;
        write.commit().await?;
        Ok(id)
    }

    /// The caller, if they administer the instance.
    pub(crate) async fn instance_admin(&self, actor: Actor) -> Result<UserId> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        if self.user_row(user).await?.instance_admin {
            Ok(user)
        } else {
            Err(Error::refused(ErrorCode::Forbidden, "only administrators of the instance can do this"))
        }
    }

    /// Changes name and settings.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the settings.
    pub async fn change_organization(
        &self,
        actor: Actor,
        id: OrganizationId,
        settings: &OrganizationSettings,
    ) -> Result<()> {
        let (row, _) = self.check_organization(actor, Action::ManageOrganization, id).await?;
        let mut problems = Vec::new();
        let name =
            settings.name.as_deref().map(|name| text::required("name", name, PERSON_NAME_MAX, Lines::One));
        let name = name.transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if settings.link_lifetime_hours.flatten().is_some_and(|hours| !(1..=LINK_HOURS_MAX).contains(&hours))
        {
            let message = format!("must be 1 to {LINK_HOURS_MAX} hours, or null for ever");
            problems.push(Problem::new(ErrorCode::OutOfRange, "linkLifetimeHours", message));
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let mut write = self.write_holding(actor, Hold::Organization(id.0)).await?;
        let mut row = row.into_active_model();
        if let Some(name) = name {
            row.name = Set(name);
        }
        if let Some(hours) = settings.link_lifetime_hours {
            row.link_lifetime_hours = Set(hours);
        }
        if let Some(optional) = settings.decline_reason_optional {
            row.decline_reason_optional = Set(optional);
        }
        if let Some(reminders) = settings.reminders {
            row.reminders = Set(reminders);
        }
        if let Some(hand_out) = settings.token_hand_out {
            row.token_hand_out = Set(hand_out);
        }
        if row.is_changed() {
            row.update(write.tx()).await?;
            write.emit(&changed(OrganizationChange::Changed, id)).await?;
        }
        write.commit().await
    }

    /// Sets the plan; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN` or `NOT_FOUND`.
    pub async fn set_plan(&self, actor: Actor, id: OrganizationId, plan: Plan) -> Result<()> {
        self.instance_admin(actor).await?;
        let mut write = self.write_holding(actor, Hold::Organization(id.0)).await?;
        let set = organization::Entity::update_many()
            .col_expr(organization::Column::Plan, Expr::value(plan.as_str()))
            .filter(organization::Column::Id.eq(id.0))
            .filter(organization::Column::DeletedAt.is_null())
            .exec(write.tx())
            .await?;
        if set.rows_affected == 0 {
            return Err(Error::not_found());
        }
        write.emit(&changed(OrganizationChange::PlanSet, id)).await?;
        write.commit().await
    }

    /// Deletes an organization with its teams and all their requests (ROLE-7): in one transaction every secret
    /// is destroyed. What is left of it goes when providers and people have been told.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or `WRONG_NAME` problems at `confirmName`.
    pub async fn delete_organization(
        &self,
        actor: Actor,
        id: OrganizationId,
        confirm_name: &str,
    ) -> Result<()> {
        let (row, role) = self.check_organization(actor, Action::ManageOrganization, id).await?;
        if role != OrganizationRole::Owner {
            return Err(Error::refused(ErrorCode::Forbidden, "only owners can delete an organization"));
        }
        confirm(&row.name, confirm_name)?;
        let mut write = self.write_holding(actor, Hold::Organization(id.0)).await?;
        self.end_requests(&mut write, actor, credential_request::Column::OrganizationId.eq(id.0)).await?;
        team::Entity::update_many()
            .col_expr(team::Column::DeletedAt, Expr::value(write.now()))
            .filter(team::Column::OrganizationId.eq(id.0))
            .filter(team::Column::DeletedAt.is_null())
            .exec(write.tx())
            .await?;
        organization::Entity::update_many()
            .col_expr(organization::Column::DeletedAt, Expr::value(write.now()))
            .filter(organization::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        forget_issuer(&write, id).await?;
        retire_clients(&write, id, None).await?;
        forget_mail_domains(&write, id).await?;
        write.emit(&changed(OrganizationChange::Deleted, id)).await?;
        write.commit().await
    }

    /// Deletes all requests of a team or an organization in the caller's transaction.
    pub(super) async fn end_requests(
        &self,
        write: &mut Write,
        actor: Actor,
        which: sea_orm::sea_query::SimpleExpr,
    ) -> Result<()> {
        let by = actor.user().ok_or_else(Error::unauthenticated)?;
        let requests = credential_request::Entity::find()
            .filter(which)
            .filter(credential_request::Column::DeletedAt.is_null())
            .all(write.tx())
            .await?;
        for request in requests {
            self.hold_request(write, domain::id::RequestId(request.id)).await?;
            self.end_request(write, &request, by).await?;
        }
        Ok(())
    }
}

/// A deletion in cascade asks for the name, so that nobody deletes the wrong one in haste.
pub(super) fn confirm(name: &str, typed: &str) -> Result<()> {
    if typed.trim() == name {
        Ok(())
    } else {
        Err(Error::input(ErrorCode::InvalidFormat, "confirmName", "must be the name, letter by letter"))
    }
}
