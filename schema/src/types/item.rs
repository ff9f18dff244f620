//! One app of a request.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::credential::Account as AccountOf;
use domain::event::Reason;
use domain::item::State;
use domain::scope::Scope;
use service::{CredentialView, ItemView, RevocationOutcome as Outcome};

use super::app::{App, AppVersion, CredentialKind};
use super::granted::{self, OfGrant, WaitingAccount};
use super::health::CredentialHealth;
use super::module::{Module, Permission};
use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::scopes::check_scope;

/// One app of a request, answered on its own: acting on one never changes another.
pub(crate) struct RequestItem(pub(crate) ItemView);

/// One app of a request, answered on its own: acting on one never changes another.
#[Object(serial)]
impl RequestItem {
    /// Global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Id of the request.
    async fn request_id(&self) -> ID {
        self.0.request.to_string().into()
    }

    /// Id of the app in the catalog.
    async fn app_id(&self) -> &str {
        &self.0.app
    }

    /// The app; absent once the catalog no longer has it.
    async fn app(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<App>> {
        Ok(ctx.service()?.catalog().app(&self.0.app).cloned().map(App))
    }

    /// The version of the app; absent once the catalog no longer has it.
    async fn app_version(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<AppVersion>> {
        let version = ctx.service()?.catalog().version(&self.0.app, &self.0.app_version).cloned();
        let request = Some(self.0.request);
        Ok(version.map(|version| AppVersion { app: self.0.app.clone(), version, request }))
    }

    /// Ids of the modules asked for: those of the day the request was sent.
    async fn module_ids(&self) -> &[String] {
        &self.0.modules
    }

    /// The modules asked for, with what they can do; those that the catalog still has.
    async fn modules(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Module>> {
        let catalog = ctx.service()?.catalog();
        let version = catalog.version(&self.0.app, &self.0.app_version);
        Ok(version
            .map(|version| {
                let modules = self.0.modules.iter().filter_map(|id| version.module(id));
                modules.map(|module| Module::of(version, module)).collect()
            })
            .unwrap_or_default())
    }

    /// All modules of that day were asked for. A module added later is not covered.
    async fn all_modules(&self) -> bool {
        self.0.all_modules
    }

    /// The permissions that the modules need, in plain words.
    async fn permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The way to authenticate; the granted one, else the usual one, when absent.")]
        method: Option<String>,
    ) -> async_graphql::Result<Vec<Permission>> {
        let catalog = ctx.service()?.catalog();
        let Some(version) = catalog.version(&self.0.app, &self.0.app_version) else {
            return Ok(Vec::new());
        };
        let wanted =
            method.or_else(|| self.0.credential.as_ref().map(|credential| credential.method.clone()));
        let method = wanted.as_deref().and_then(|id| version.method(id)).or_else(|| version.methods.first());
        Ok(method.map(|method| Permission::of(version, method, &self.0.modules)).unwrap_or_default())
    }

    /// A word of the requester about this app. A token needs `requests:read`.
    async fn note(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        reads_requests(ctx)?;
        Ok(self.0.note.as_deref())
    }

    /// Name of the connection that the team will have.
    async fn connection_name(&self) -> &str {
        &self.0.connection_name
    }

    /// Where it stands.
    async fn state(&self) -> ItemState {
        self.0.state.into()
    }

    /// Why it does not work.
    async fn invalid_reason(&self) -> Option<AttemptReason> {
        self.0.invalid_reason.map(Into::into)
    }

    /// Why the recipient said no. A token needs `requests:read`.
    async fn decline_reason(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        reads_requests(ctx)?;
        Ok(self.0.decline_reason.as_deref())
    }

    /// Why access was taken back, where it was not the recipient's own act.
    async fn revoke_reason(&self) -> Option<AttemptReason> {
        self.0.revoke_reason.map(Into::into)
    }

    /// When it last changed.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.0.changed_at
    }

    /// The newest tries that ended without access, newest first; at most five. A token needs `requests:read`.
    async fn attempts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AuthorizationAttempt>> {
        reads_requests(ctx)?;
        let attempts = self
            .0
            .attempts
            .iter()
            .map(|view| AuthorizationAttempt {
                at: view.at,
                method: view.method.clone(),
                reason: view.reason.into(),
                detail: view.detail.clone(),
            })
            .collect();
        Ok(attempts)
    }

    /// What was granted; absent before, and once the access ended.
    async fn credential(&self) -> Option<Credential> {
        self.0.credential.clone().map(Credential)
    }

    /// Permissions that were asked for and that the app did not grant; empty before anything was granted.
    async fn missing_permissions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Permission>> {
        granted::find(ctx, &self.0, self.granted(), granted::missing)
    }

    /// Modules that will not work with what was granted; empty before anything was granted.
    async fn modules_not_covered(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Module>> {
        granted::find(ctx, &self.0, self.granted(), granted::not_covered)
    }

    /// The account of an access that waits for you to confirm it; only for the recipient. A token needs
    /// `requests:read`.
    async fn waiting_account(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<WaitingAccount>> {
        reads_requests(ctx)?;
        Ok(WaitingAccount::of(&self.0))
    }

    /// How the app was told that the access ended.
    async fn revocation(&self) -> Option<Revocation> {
        self.0
            .revocation
            .as_ref()
            .map(|view| Revocation { outcome: view.outcome.into(), finished_at: view.finished_at })
    }

    /// You are the recipient and may answer.
    async fn viewer_is_recipient(&self) -> bool {
        self.0.is_recipient
    }
}

/// A token that watches connections reads what they stand on, and not what requester and recipient wrote to each
/// other.
fn reads_requests(ctx: &Context<'_>) -> async_graphql::Result<()> {
    check_scope(ctx.actor(), Scope::RequestsRead).map_err(|error| error.fail(ctx))
}

impl RequestItem {
    fn granted(&self) -> Option<OfGrant<'_>> {
        self.0.credential.as_ref().map(|grant| (grant.method.as_str(), grant.granted_scopes.as_slice()))
    }
}

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub(crate) enum ItemState {
    /// Waits for the recipient.
    Pending,
    /// Access is granted.
    Authorized,
    /// The recipient said no; final.
    Declined,
    /// The recipient took the access back; may be given again.
    Revoked,
    /// The access does not work; may be repaired by authorizing again.
    Invalid,
}

/// A try to authorize that ended without access.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AuthorizationAttempt {
    /// When.
    at: DateTime<Utc>,
    /// Id of the way to authenticate.
    method: String,
    /// Why it ended.
    reason: AttemptReason,
    /// What the app said, as far as it helps.
    detail: Option<String>,
}

/// Why a try ended without access, or why an item does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Reason")]
pub(crate) enum AttemptReason {
    /// The recipient did not agree at the app.
    ConsentCancelled,
    /// The recipient had signed in to another account than the one that they meant.
    OtherAccount,
    /// The recipient did not come back from the app within ten minutes.
    WindowClosed,
    /// The app refused the key or password.
    Refused,
    /// The app could not be reached.
    Unavailable,
    /// The app or its OAuth client is set up wrongly.
    Misconfigured,
    /// The app gave no access after the recipient agreed.
    ExchangeFailed,
    /// The app refused the access that it had just given.
    ProbeFailed,
    /// The answer named another sender than the app.
    WrongIssuer,
    /// The item changed while the recipient was at the app.
    TooLate,
    /// The service was stopped while it fetched the access. Authorize again; the app may still list the first
    /// access, where its owner can end it.
    Interrupted,
    /// The recipient left the organization, or was removed.
    RecipientLeft,
    /// The app does not renew the access any more: it was ended there, or its owner changed something.
    RefreshRefused,
    /// The app had renewed the access when the service was interrupted, and takes neither the old nor shows the new.
    RefreshInterrupted,
    /// The access ended, and the app gives no way to renew it.
    Expired,
}

/// What a recipient granted. The secret itself is never shown.
pub(crate) struct Credential(Arc<CredentialView>);

/// What a recipient granted. The secret itself is never shown.
#[Object(serial)]
impl Credential {
    /// Global id; stays when the recipient authorizes again.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Id of the way to authenticate.
    async fn method(&self) -> &str {
        &self.0.method
    }

    /// What kind of secret it is.
    async fn kind(&self) -> CredentialKind {
        self.0.kind.into()
    }

    /// Counts how often the secret was replaced; 1 for the first.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// The OAuth client by which it came was replaced or removed since. It goes on as long as the app allows that
    /// client; authorize again to move to the present one.
    async fn client_replaced(&self) -> bool {
        self.0.client_replaced
    }

    /// Scopes that the app granted.
    async fn granted_scopes(&self) -> &[String] {
        &self.0.granted_scopes
    }

    /// The account at the app.
    async fn account(&self) -> Option<Account> {
        self.0.account.as_ref().map(Account::of)
    }

    /// When it was granted.
    async fn authorized_at(&self) -> DateTime<Utc> {
        self.0.authorized_at
    }

    /// When the present access token expires; absent where it does not, or the app does not say.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// Whether it can be expected to work.
    async fn health(&self) -> CredentialHealth {
        CredentialHealth::of(&self.0.health, self.0.expires_at)
    }

    /// When an admin of the team suspended all use of it; absent while it may be used.
    async fn suspended_at(&self) -> Option<DateTime<Utc>> {
        self.0.suspended_at
    }
}

/// An account at an app.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Account {
    /// The app's own id of it.
    id: Option<String>,
    /// Mail address, login or name.
    label: String,
    /// The workspace it belongs to.
    workspace: Option<String>,
}

impl Account {
    pub(super) fn of(account: &AccountOf) -> Self {
        Self { id: account.id.clone(), label: account.label.clone(), workspace: account.workspace.clone() }
    }
}

/// How the app was told that an access ended.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Revocation {
    /// The outcome.
    outcome: RevocationOutcome,
    /// When it was known.
    finished_at: Option<DateTime<Utc>>,
}

/// Outcome of telling an app that an access ended. Here it ended at once in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Outcome")]
pub(crate) enum RevocationOutcome {
    /// The app is being told.
    Queued,
    /// The app confirmed it.
    Revoked,
    /// The app cannot be told; remove the access there by hand.
    Unsupported,
    /// The app did not confirm it after many tries; remove the access there by hand.
    Failed,
}
