//! People and their sessions.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::id::EventId;
use domain::language::Language as LanguageOf;
use domain::policy::{Asked, OrganizationRole as Role, TeamRole as TeamRoleOf};
use domain::scope::Scope;
use service::{Error, PersonView, SessionView, UserView};

use super::api_token::ApiToken;
use super::instance::OpenInvitation;
use super::organization::FeatureApplication;
use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::scopes::check_scope;

/// You.
pub(crate) struct User {
    view: UserView,
    /// Who has just signed in; else whoever calls.
    actor: Option<Actor>,
    /// Where changes go on, where it was asked for before anything else was.
    place: Option<EventId>,
}

impl User {
    pub(crate) fn of(view: UserView) -> Self {
        Self { view, actor: None, place: None }
    }

    /// After a sign-in: the call came from nobody yet.
    pub(crate) fn signed_in(view: UserView, actor: Actor) -> Self {
        Self { view, actor: Some(actor), place: None }
    }

    pub(crate) fn since(mut self, place: Option<EventId>) -> Self {
        self.place = place;
        self
    }

    fn actor(&self, ctx: &Context<'_>) -> Actor {
        self.actor.unwrap_or_else(|| ctx.actor())
    }
}

/// You.
#[Object]
impl User {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        self.view.id.to_string().into()
    }

    /// Your name.
    async fn name(&self) -> &str {
        &self.view.name
    }

    /// Your mail address, verified by signing in.
    async fn email(&self) -> &str {
        &self.view.email
    }

    /// You administer this instance.
    async fn is_instance_admin(&self) -> bool {
        self.view.instance_admin
    }

    /// You may create requests. Receiving and answering never needs it.
    async fn can_create_requests(&self) -> bool {
        self.view.has_feature
    }

    /// Language of the mails that you get.
    async fn language(&self) -> Language {
        LanguageOf::parse(&self.view.language).unwrap_or_default().into()
    }

    /// Your time zone, such as `Europe/Berlin`; reminders come by day.
    async fn time_zone(&self) -> &str {
        &self.view.time_zone
    }

    /// Where changes go on behind what you know now. Ask for it first, then for what you show, and give it to
    /// subscriptions as `after`: nothing is missed between your questions and them. What they tell may be known already.
    async fn resume_after(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        let place = match self.place {
            Some(place) => place,
            None => ctx.service()?.newest_for(self.actor(ctx)).await.map_err(|error| error.fail(ctx))?,
        };
        Ok(place.to_string().into())
    }

    /// Your newest application for sending requests.
    async fn feature_application(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Option<FeatureApplication>> {
        let view = ctx.service()?.my_application(self.actor(ctx)).await.map_err(|error| error.fail(ctx))?;
        Ok(view.map(FeatureApplication::of))
    }

    /// Organizations that you belong to, by name. A token needs `members:read`.
    async fn memberships(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Membership>> {
        let fail = |error: Error| error.fail(ctx);
        check_scope(self.actor(ctx), Scope::MembersRead).map_err(fail)?;
        let memberships = ctx.service()?.memberships(self.actor(ctx)).await.map_err(fail)?;
        Ok(memberships
            .into_iter()
            .map(|membership| Membership {
                organization_id: membership.organization.to_string().into(),
                organization_name: membership.name,
                role: membership.role.into(),
                is_only_owner: membership.is_only_owner,
                teams: membership
                    .teams
                    .into_iter()
                    .map(|(id, name, role)| TeamMembership {
                        team_id: id.to_string().into(),
                        team_name: name,
                        role: role.map(Into::into),
                    })
                    .collect(),
            })
            .collect())
    }

    /// Invitations to your mail address that you have not accepted, newest first, at most 50.
    async fn open_invitations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<OpenInvitation>> {
        let invited = ctx.service()?.invited(self.actor(ctx)).await.map_err(|error| error.fail(ctx))?;
        Ok(invited.into_iter().map(OpenInvitation::of).collect())
    }

    /// Your tokens for programs, newest first.
    async fn api_tokens(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ApiToken>> {
        let tokens = ctx.service()?.api_tokens(self.actor(ctx)).await.map_err(|error| error.fail(ctx))?;
        Ok(tokens.into_iter().map(ApiToken::of).collect())
    }

    /// Browsers in which you are signed in, last used first.
    async fn sessions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Session>> {
        let sessions = ctx.service()?.sessions(self.actor(ctx)).await.map_err(|error| error.fail(ctx))?;
        Ok(sessions.into_iter().map(Session::of).collect())
    }
}

/// A language of mails and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "LanguageOf")]
pub(crate) enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// An organization that you belong to.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Membership {
    /// Id of the organization.
    organization_id: ID,
    /// Its name.
    organization_name: String,
    /// Your role in it.
    role: OrganizationRole,
    /// You own it and nobody else does, so that you cannot leave before somebody else is an owner.
    is_only_owner: bool,
    /// Its teams that you can see.
    teams: Vec<TeamMembership>,
}

/// A team that you can see.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct TeamMembership {
    /// Id of the team.
    team_id: ID,
    /// Its name.
    team_name: String,
    /// Your role in it; absent where you administer the organization without being in the team.
    role: Option<TeamRole>,
}

/// Role in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Role")]
pub(crate) enum OrganizationRole {
    /// Owns the organization.
    Owner,
    /// Administers it and all its teams.
    Admin,
    /// Belongs to it.
    Member,
    /// Joined only to answer requests.
    Guest,
}

/// Role in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "TeamRoleOf")]
pub(crate) enum TeamRole {
    /// Administers the team.
    Admin,
    /// Works in the team.
    Member,
    /// Joined only to answer requests.
    Guest,
}

/// A browser in which you are signed in.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Session {
    /// Global id.
    id: ID,
    /// The browser, as it calls itself.
    user_agent: Option<String>,
    /// When you signed in.
    created_at: DateTime<Utc>,
    /// When it was last used, to some minutes.
    last_seen_at: DateTime<Utc>,
    /// This is the one you are using now.
    is_current: bool,
}

impl Session {
    fn of(view: SessionView) -> Self {
        Self {
            id: view.id.to_string().into(),
            user_agent: view.user_agent,
            created_at: view.created_at,
            last_seen_at: view.last_seen_at,
            is_current: view.is_current,
        }
    }
}

/// A person, as others see them.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Person {
    /// Global id.
    id: ID,
    /// Name.
    name: String,
    /// Mail address.
    email: String,
}

impl Person {
    pub(crate) fn of(view: &PersonView) -> Self {
        Self { id: view.id.to_string().into(), name: view.name.clone(), email: view.email.clone() }
    }
}

/// Somebody whom you may ask.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct RecipientChoice {
    /// Who.
    person: Person,
    /// What they are for your team.
    relation: RecipientRelation,
}

impl RecipientChoice {
    pub(crate) fn of(view: service::RecipientChoice) -> Self {
        Self { person: Person::of(&view.person), relation: view.asked.into() }
    }
}

/// What a recipient is for the team that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Asked")]
pub(crate) enum RecipientRelation {
    /// Works in the same team.
    SameTeam,
    /// In the same organization, not in this team.
    SameOrganization,
    /// A guest, or not in the organization.
    Outside,
}
