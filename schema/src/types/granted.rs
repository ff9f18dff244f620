//! What an app granted, beside what was asked for.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod, Catalog, modules_not_covered, scopes_missing};
use service::{ItemView, WaitingAccountView};

use super::item::Account;
use super::module::{Module, Permission};
use crate::context::Calls as _;

/// Way to authenticate, and scopes, of what was granted.
pub(super) type OfGrant<'a> = (&'a str, &'a [String]);

/// Scopes that were granted for an item, with the entries of the catalog that they are compared with (REC-4).
pub(super) struct Granted<'a> {
    version: &'a AppVersion,
    method: &'a AuthMethod,
    modules: &'a [String],
    scopes: &'a [String],
}

/// What is found by comparing; nothing where nothing was granted.
pub(super) fn find<T>(
    ctx: &Context<'_>,
    item: &ItemView,
    grant: Option<OfGrant<'_>>,
    find: impl FnOnce(&Granted<'_>) -> Vec<T>,
) -> async_graphql::Result<Vec<T>> {
    let catalog = ctx.service()?.catalog();
    let granted = grant.and_then(|(method, scopes)| Granted::of(&catalog, item, method, scopes));
    Ok(granted.as_ref().map_or_else(Vec::new, find))
}

pub(super) fn missing(granted: &Granted<'_>) -> Vec<Permission> {
    let Granted { version, method, modules, scopes } = granted;
    Permission::of_scopes(scopes_missing(version, method, modules, scopes))
}

pub(super) fn not_covered(granted: &Granted<'_>) -> Vec<Module> {
    let Granted { version, method, modules, scopes } = granted;
    let ids = modules_not_covered(version, method, modules, scopes);
    let modules = ids.iter().filter_map(|id| version.module(id));
    modules.map(|module| Module::of(version, module)).collect()
}

impl<'a> Granted<'a> {
    /// `None` once the catalog has the version or the method no more.
    fn of(catalog: &'a Catalog, item: &'a ItemView, method: &str, scopes: &'a [String]) -> Option<Self> {
        let version = catalog.version(&item.app, &item.app_version)?;
        Some(Self { version, method: version.method(method)?, modules: &item.modules, scopes })
    }
}

/// An access that counts once you confirm that it is the right account.
pub(crate) struct WaitingAccount {
    view: WaitingAccountView,
    item: ItemView,
}

/// An access that counts once you confirm that it is the right account.
#[Object(serial)]
impl WaitingAccount {
    /// The account; absent where the app does not tell it.
    async fn account(&self) -> Option<Account> {
        self.view.account.as_ref().map(Account::of)
    }

    /// Until when you can confirm it.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.view.expires_at
    }

    /// Permissions that were asked for and that the app did not grant; empty where an older version took the grant.
    async fn missing_permissions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Permission>> {
        find(ctx, &self.item, self.granted(), missing)
    }

    /// Modules that will not work with what was granted; empty where an older version took the grant.
    async fn modules_not_covered(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Module>> {
        find(ctx, &self.item, self.granted(), not_covered)
    }
}

impl WaitingAccount {
    pub(super) fn of(item: &ItemView) -> Option<Self> {
        Some(Self { view: item.waiting_account.clone()?, item: item.clone() })
    }

    fn granted(&self) -> Option<OfGrant<'_>> {
        Some((&self.view.method, self.view.granted_scopes.as_deref()?))
    }
}
