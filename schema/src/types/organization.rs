//! Organizations, their members and invitations, and applications for the feature.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use domain::id::OrganizationId;
use domain::scope::Scope;
use service::{
    ApplicationState as ApplicationStateOf, FeatureApplicationView, MemberInvitationView, MemberView,
    OrganizationName, OrganizationView, Plan as PlanOf,
};

use super::connection::Connection;
use super::history::AuditRecord;
use super::person::{OrganizationRole, Person, TeamRole};
use super::sign_in::OrganizationSignIn;
use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::page::{AuditRecordConnection, ConnectionConnection, MemberConnection, ask};
use crate::scopes::check_scope;

/// An organization that you belong to.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Organization {
    #[graphql(skip)]
    key: OrganizationId,
    /// Global id.
    pub(crate) id: ID,
    /// Its name.
    name: String,
    /// Your role in it.
    role: OrganizationRole,
    /// What it has agreed on with this instance; absent for guests.
    plan: Option<Plan>,
    /// How long links in mails are valid, in hours; absent for ever, and for guests.
    link_lifetime_hours: Option<i32>,
    /// Recipients may decline without a reason.
    decline_reason_optional: Option<bool>,
    /// Recipients are reminded of requests that wait for them.
    reminders: Option<bool>,
    /// Tools that cannot use the broker may fetch access tokens. Recipients are told before they consent.
    token_hand_out: Option<bool>,
}

impl Organization {
    pub(crate) fn of(view: OrganizationView) -> Self {
        let settings = view.settings.as_ref();
        Self {
            key: view.id,
            id: view.id.to_string().into(),
            name: view.name,
            role: view.role.into(),
            plan: settings.map(|settings| settings.plan.into()),
            link_lifetime_hours: settings.and_then(|settings| settings.link_lifetime_hours),
            decline_reason_optional: settings.map(|settings| settings.decline_reason_optional),
            reminders: settings.map(|settings| settings.reminders),
            token_hand_out: settings.map(|settings| settings.token_hand_out),
        }
    }
}

#[ComplexObject]
impl Organization {
    /// Everybody in it, by name; for its owners and admins.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<MemberConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .organization_members(ctx.actor(), self.key, &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(MemberConnection::of(page, has_after, Member::of))
    }

    /// Connections of all its teams, by name: what stops when it is deleted; for its owners and admins.
    async fn connections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ConnectionConnection> {
        check_scope(ctx.actor(), Scope::ConnectionsRead).map_err(|error| error.fail(ctx))?;
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .organization_connections(ctx.actor(), self.key, &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(ConnectionConnection::of(page, has_after, Connection))
    }

    /// OAuth clients that it has registered at apps, by app; for its owners and admins.
    #[graphql(name = "oauthClients")]
    async fn oauth_clients(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<OrganizationOAuthClient>> {
        let clients =
            ctx.service()?.oauth_clients(ctx.actor(), self.key).await.map_err(|error| error.fail(ctx))?;
        Ok(clients
            .into_iter()
            .map(|client| OrganizationOAuthClient {
                app: client.app,
                client_id: client.client_id,
                has_secret: client.has_secret,
                changed_at: client.changed_at,
            })
            .collect())
    }

    /// How people of its mail domains sign in, besides by code; for its owners and admins.
    async fn sign_in(&self, ctx: &Context<'_>) -> async_graphql::Result<OrganizationSignIn> {
        let view = ctx.service()?.organization_sign_in(ctx.actor(), self.key).await;
        Ok(OrganizationSignIn::of(view.map_err(|error| error.fail(ctx))?))
    }

    /// Who changed what and when, newest first; for its owners and admins. `kinds` narrows it to records of these
    /// kinds, at most 20.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Of these kinds, such as `ITEM_REVOKED`; all when empty.", default)] kinds: Vec<
            String,
        >,
    ) -> async_graphql::Result<AuditRecordConnection> {
        let has_after = after.is_some();
        let page = ctx
            .service()?
            .audit_log(ctx.actor(), self.key, &kinds, &ask(ctx, first, after))
            .await
            .map_err(|error| error.fail(ctx))?;
        let names = check_scope(ctx.actor(), Scope::RequestsRead).is_ok();
        Ok(AuditRecordConnection::of(page, has_after, |view| AuditRecord::of(view, names)))
    }

    /// Apps that it defined for itself, by id; for its owners and admins.
    async fn app_definitions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AppDefinition>> {
        let apps =
            ctx.service()?.app_definitions(ctx.actor(), self.key).await.map_err(|error| error.fail(ctx))?;
        Ok(apps.into_iter().map(|(app, definition)| AppDefinition { app, definition }).collect())
    }

    /// Invitations to join that wait, newest first; for its owners and admins.
    async fn invitations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<MemberInvitation>> {
        let invitations = ctx
            .service()?
            .member_invitations(ctx.actor(), self.key)
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(invitations.into_iter().map(MemberInvitation::of).collect())
    }
}

/// An OAuth client that an organization has registered at an app. Its secret is never shown.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OrganizationOAuthClient {
    /// Id of the app.
    app: String,
    /// Client id.
    client_id: String,
    /// A secret is kept with it.
    has_secret: bool,
    /// When it was set.
    changed_at: DateTime<Utc>,
}

/// An organization of this instance, as its administrators see it.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OrganizationOfInstance {
    /// Global id.
    id: ID,
    /// Its name.
    name: String,
    /// What it has agreed on with this instance.
    plan: Plan,
}

impl OrganizationOfInstance {
    pub(crate) fn of(view: OrganizationName) -> Self {
        Self { id: view.id.to_string().into(), name: view.name, plan: view.plan.into() }
    }
}

/// An app that an organization defined for itself.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AppDefinition {
    /// Id of the app in the catalog.
    app: String,
    /// The definition, in TOML.
    definition: String,
}

/// What an organization has agreed on with the instance. `PARTNER` and `ENTERPRISE` make its people eligible for
/// sending requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "PlanOf")]
pub(crate) enum Plan {
    /// No agreement.
    Free,
    /// A partner.
    Partner,
    /// A large customer.
    Enterprise,
}

/// Somebody of an organization or a team.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Member {
    /// Who.
    person: Person,
    /// Role in the organization.
    role: OrganizationRole,
    /// Role in the team, in the list of a team.
    team_role: Option<TeamRole>,
    /// May send credential requests.
    has_feature: bool,
    /// Has applied for that and waits for an answer.
    has_applied: bool,
    /// How many accounts they share at the moment: with the team in the list of a team, with the organization in its.
    shared_accounts: i64,
}

impl Member {
    pub(crate) fn of(view: MemberView) -> Self {
        Self {
            person: Person::of(&view.person),
            role: view.role.into(),
            team_role: view.team_role.map(Into::into),
            has_feature: view.has_feature,
            has_applied: view.has_applied,
            shared_accounts: view.shared_accounts,
        }
    }
}

/// An invitation to join that waits.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct MemberInvitation {
    /// Id of the invitation.
    id: ID,
    /// Mail address.
    email: String,
    /// Name.
    name: String,
    /// Role in the organization.
    role: OrganizationRole,
    /// When it was sent.
    created_at: DateTime<Utc>,
    /// Until when its link is valid; absent for ever.
    expires_at: Option<DateTime<Utc>>,
}

impl MemberInvitation {
    fn of(view: MemberInvitationView) -> Self {
        Self {
            id: view.id.to_string().into(),
            email: view.email,
            name: view.name,
            role: view.role.into(),
            created_at: view.created_at,
            expires_at: view.expires_at,
        }
    }
}

/// An application for sending credential requests.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct FeatureApplication {
    /// Id of the application.
    id: ID,
    /// Who applies.
    person: Person,
    /// Their company, in their words.
    company: String,
    /// Why, in their words.
    reason: String,
    /// An organization of theirs has the plan `PARTNER` or `ENTERPRISE`.
    has_plan: bool,
    /// Their mail address is of a company, not of a free or disposable provider.
    has_corporate_address: bool,
    /// Both hold. An administrator decides in any case.
    is_eligible: bool,
    /// Where it stands.
    state: ApplicationState,
    /// Why it was refused.
    refusal: Option<String>,
    /// When it was sent.
    created_at: DateTime<Utc>,
}

impl FeatureApplication {
    pub(crate) fn of(view: FeatureApplicationView) -> Self {
        Self {
            id: view.id.to_string().into(),
            person: Person::of(&view.person),
            company: view.company,
            reason: view.reason,
            has_plan: view.has_plan,
            has_corporate_address: view.has_corporate_address,
            is_eligible: view.has_plan && view.has_corporate_address,
            state: view.state.into(),
            refusal: view.refusal,
            created_at: view.created_at,
        }
    }
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ApplicationStateOf")]
pub(crate) enum ApplicationState {
    /// Waits for an administrator of the instance.
    Open,
    /// The feature was switched on.
    Approved,
    /// It was refused.
    Refused,
}
