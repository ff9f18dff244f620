//! Links in mails and their acceptance (INV-1 to INV-3).

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::{Event, OfRequest};
use domain::id::{OrganizationId, RequestId, TeamId, UserId};
use domain::policy::{Action, OrganizationRole, TeamRole};
use domain::text::Email;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::of_request;
use crate::Service;
use crate::db::entity::{
    credential_request, event, invitation, member_invitation, organization, organization_member, team,
};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::members::PersonView;

/// What a link shows to whoever has it: no more than this (INV-2).
#[derive(Debug, Clone)]
pub struct InvitationView {
    /// Name of the organization that asks.
    pub organization: String,
    /// Enough of the address for its owner to recognise it.
    pub address_hint: String,
    /// What can be done with it.
    pub state: InvitationState,
    /// What it invites to.
    pub kind: InvitationKind,
    /// Who invites to what; only for the signed-in person whom the link is for.
    pub told: Option<InvitedTo>,
}

/// What a link tells the person whom it is for, before they accept.
#[derive(Debug, Clone)]
pub struct InvitedTo {
    /// The request, with its name; absent where it invites to join.
    pub request: Option<(RequestId, String)>,
    /// Who invites.
    pub inviter: PersonView,
    /// Name of the team.
    pub team: Option<String>,
    /// When they reported the request, where they did.
    pub reported_at: Option<DateTime<Utc>>,
}

/// What a link invites to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKind {
    /// To answer a request.
    Request,
    /// To join an organization.
    Membership,
}

/// What accepting a link led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// The request to answer.
    Request(RequestId),
    /// The organization that was joined.
    Membership(OrganizationId),
}

/// What can be done with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// Waits for its owner.
    Open,
    /// Its owner has accepted, or was inside all along.
    Accepted,
    /// Too old; the organization sets how long links live.
    Expired,
}

/// Mails that may be sent again for one request in an hour (INV-6).
const RESENDS: usize = 3;

impl Service {
    /// What a link is. Changes nothing, however often it is opened (INV-2).
    ///
    /// # Errors
    /// `NOT_FOUND` for a link that does not exist, or whose request was deleted.
    pub async fn invitation(&self, actor: Actor, link: &str) -> Result<InvitationView> {
        let (organization, email, accepted, expires_at, kind, told) = match self.find_link(link).await? {
            Link::Request(row, request) => {
                let organization = organization::Entity::find_by_id(request.organization_id)
                    .one(self.db.read())
                    .await?
                    .ok_or_else(|| Error::corrupt("organization"))?;
                // Told to people alone: no scope of a token covers it (INV-5).
                let told = match actor {
                    Actor::User { user, .. } if self.is_link_owner(user, &request).await? => {
                        Some(InvitedTo {
                            inviter: self.person(request.requester_id).await?,
                            team: self.team_name(Some(request.team_id)).await?,
                            reported_at: self.my_report(actor, RequestId(request.id)).await?,
                            request: Some((RequestId(request.id), request.name)),
                        })
                    }
                    _ => None,
                };
                let accepted = request.recipient_id.is_some();
                let kind = InvitationKind::Request;
                (organization.name, request.recipient_email, accepted, row.expires_at, kind, told)
            }
            Link::Membership(row, organization) => {
                let told = match actor {
                    Actor::User { user, .. } if self.user_row(user).await?.email == row.email => {
                        Some(InvitedTo {
                            inviter: self.person(row.invited_by).await?,
                            team: self.team_name(row.team_id).await?,
                            request: None,
                            reported_at: None,
                        })
                    }
                    _ => None,
                };
                let accepted = row.accepted_at.is_some();
                (organization.name, row.email, accepted, row.expires_at, InvitationKind::Membership, told)
            }
        };
        let state = if accepted {
            InvitationState::Accepted
        } else if expires_at.is_some_and(|at| at <= self.now()) {
            InvitationState::Expired
        } else {
            InvitationState::Open
        };
        Ok(InvitationView { organization, address_hint: Email::stored(email).hint(), state, kind, told })
    }

    async fn person(&self, id: Uuid) -> Result<PersonView> {
        let row = self.user_row(UserId(id)).await?;
        Ok(PersonView { id: UserId(row.id), name: row.name, email: row.email })
    }

    async fn team_name(&self, id: Option<Uuid>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        Ok(team::Entity::find_by_id(id).one(self.db.read()).await?.map(|row| row.name))
    }

    async fn find_link(&self, link: &str) -> Result<Link> {
        let row =
            invitation::Entity::find().filter(invitation::Column::Link.eq(link)).one(self.db.read()).await?;
        let Some(row) = row else {
            let (row, organization) = self.find_member_link(link).await?;
            return Ok(Link::Membership(row, organization));
        };
        let request = credential_request::Entity::find_by_id(row.request_id)
            .filter(credential_request::Column::DeletedAt.is_null())
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        Ok(Link::Request(row, request))
    }

    pub(super) async fn is_link_owner(
        &self,
        user: UserId,
        request: &credential_request::Model,
    ) -> Result<bool> {
        match request.recipient_id {
            Some(recipient) => Ok(recipient == user.0),
            None => Ok(self.user_row(user).await?.email == request.recipient_email),
        }
    }

    /// Joins the caller to the organization and the team as guest and makes them the recipient. Their
    /// address, which signing in has verified, must be the invited one. Accepting twice is accepting once.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `WRONG_ACCOUNT`, `LINK_EXPIRED`.
    pub async fn accept_invitation(&self, actor: Actor, link: &str) -> Result<Accepted> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let (row, request) = match self.find_link(link).await? {
            Link::Request(row, request) => (row, request),
            Link::Membership(row, _) => return self.accept_membership(actor, user, &row).await,
        };
        if !self.is_link_owner(user, &request).await? {
            return Err(wrong_account(request.recipient_email));
        }
        if request.recipient_id.is_some() {
            return Ok(Accepted::Request(RequestId(request.id)));
        }
        self.check_not_expired(row.expires_at)?;
        let (organization, team) = (OrganizationId(request.organization_id), TeamId(request.team_id));
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        self.add_member(&write, organization, user, OrganizationRole::Guest).await?;
        self.add_team_member(&write, team, user, TeamRole::Guest).await?;
        crate::members::name_as_invited(&write, user, &request.recipient_email, &request.recipient_name)
            .await?;
        credential_request::Entity::update_many()
            .col_expr(credential_request::Column::RecipientId, Expr::value(user.0))
            .filter(credential_request::Column::Id.eq(request.id))
            .exec(write.tx())
            .await?;
        invitation::Entity::update_many()
            .col_expr(invitation::Column::AcceptedAt, Expr::value(write.now()))
            .filter(invitation::Column::Id.eq(row.id))
            .exec(write.tx())
            .await?;
        write
            .emit(&Event::InvitationAccepted {
                of: OfRequest { recipient: Some(user), ..of_request(&request) },
            })
            .await?;
        write.commit().await?;
        Ok(Accepted::Request(RequestId(request.id)))
    }

    async fn accept_membership(
        &self,
        actor: Actor,
        user: UserId,
        row: &member_invitation::Model,
    ) -> Result<Accepted> {
        if self.user_row(user).await?.email != row.email {
            return Err(wrong_account(row.email.clone()));
        }
        if row.accepted_at.is_some() {
            return Ok(Accepted::Membership(OrganizationId(row.organization_id)));
        }
        self.check_not_expired(row.expires_at)?;
        Ok(Accepted::Membership(self.join(actor, user, row).await?))
    }

    fn check_not_expired(&self, expires_at: Option<DateTime<Utc>>) -> Result<()> {
        if expires_at.is_some_and(|at| at <= self.now()) {
            return Err(Error::refused(ErrorCode::LinkExpired, "this link is too old; ask for a new one"));
        }
        Ok(())
    }

    /// A mail that is sent again must not carry a link that is over: its time begins anew.
    async fn renew_link(&self, write: &Write, request: &credential_request::Model) -> Result<()> {
        let expires_at = self.link_end(write, OrganizationId(request.organization_id)).await?;
        invitation::Entity::update_many()
            .col_expr(invitation::Column::ExpiresAt, Expr::value(expires_at))
            .filter(invitation::Column::RequestId.eq(request.id))
            .filter(invitation::Column::AcceptedAt.is_null())
            .exec(write.tx())
            .await?;
        Ok(())
    }

    /// Sends the mail of a request once more (INV-6); its link is valid for its whole time again.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION` when the recipient has left, `RATE_LIMITED`.
    pub async fn resend_invitation(&self, actor: Actor, id: RequestId) -> Result<()> {
        let (row, _) = self.load_request(actor, Action::ResendInvitation, id).await?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        self.hold_request(&write, id).await?;
        let hour = TimeDelta::hours(1);
        let recent: Vec<DateTime<Utc>> = event::Entity::find()
            .select_only()
            .column(event::Column::At)
            .filter(event::Column::RequestId.eq(id.0))
            .filter(event::Column::Kind.eq(Event::INVITATION_RESENT))
            .filter(event::Column::At.gt(write.now() - hour))
            .order_by_desc(event::Column::At)
            .limit(RESENDS as u64)
            .into_tuple()
            .all(write.tx())
            .await?;
        if let Some(third) = recent.get(RESENDS - 1) {
            let wait = *third + hour - write.now();
            return Err(Error::RateLimited { seconds: u64::try_from(wait.num_seconds()).unwrap_or(0) + 1 });
        }
        check_is_inside(&write, &row).await?;
        self.check_sender(&write, actor.user().ok_or_else(Error::unauthenticated)?).await?;
        self.renew_link(&write, &row).await?;
        write.emit(&Event::InvitationResent { of: of_request(&row) }).await?;
        write.commit().await
    }
}

/// Whether the recipient belongs to the organization, or is yet to accept: whoever left can authorize nothing (ROLE-7).
pub(super) async fn is_inside(write: &Write, row: &credential_request::Model) -> Result<bool> {
    let Some(recipient) = row.recipient_id else { return Ok(true) };
    let member = organization_member::Entity::find_by_id((row.organization_id, recipient));
    Ok(member.one(write.tx()).await?.is_some())
}

/// # Errors
/// `ILLEGAL_TRANSITION` when the recipient has left.
pub(super) async fn check_is_inside(write: &Write, row: &credential_request::Model) -> Result<()> {
    if is_inside(write, row).await? {
        return Ok(());
    }
    let message = "the recipient has left the organization; ask again by a new request";
    Err(Error::refused(ErrorCode::IllegalTransition, message))
}

/// What a link belongs to.
enum Link {
    Request(invitation::Model, credential_request::Model),
    Membership(member_invitation::Model, organization::Model),
}

fn wrong_account(email: String) -> Error {
    let hint = Email::stored(email).hint();
    Error::refused(
        ErrorCode::WrongAccount,
        format!("this link is for {hint}; sign in with that address to accept it"),
    )
}
