//! What an app granted, beside what was asked for.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use domain::catalog::{AppVersion, AuthMethod, Catalog, modules_not_covered, scopes_missing};
use service::{ItemView, WaitingAccountView};

use super::item::Account;
use super::module::{Module, Permission};
use crate::context::Calls as _;

/// Scopes that were granted for an item, with the entries of the catalog that they are compared with (REC-4).
pub(super) struct Granted<'a> {
    version: &'a AppVersion,
    method: &'a AuthMethod,
    modules: &'a [String],
    scopes: &'a [String],
}

impl<'a> Granted<'a> {
    /// `None` once the catalog has the version or the method no more.
    pub(super) fn of(
        catalog: &'a Catalog,
        item: &'a ItemView,
        method: &str,
        scopes: &'a [String],
    ) -> Option<Self> {
        let version = catalog.version(&item.app, &item.app_version)?;
        Some(Self { version, method: version.method(method)?, modules: &item.modules, scopes })
    }

    pub(super) fn missing(&self) -> Vec<Permission> {
        Permission::of_scopes(scopes_missing(self.version, self.method, self.modules, self.scopes))
    }

    pub(super) fn not_covered(&self) -> Vec<Module> {
        let ids = modules_not_covered(self.version, self.method, self.modules, self.scopes);
        let modules = ids.iter().filter_map(|id| self.version.module(id));
        modules.map(|module| Module::of(self.version, module)).collect()
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
        let catalog = ctx.service()?.catalog();
        Ok(self.granted(&catalog).map_or_else(Vec::new, |granted| granted.missing()))
    }

    /// Modules that will not work with what was granted; empty where an older version took the grant.
    async fn modules_not_covered(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Module>> {
        let catalog = ctx.service()?.catalog();
        Ok(self.granted(&catalog).map_or_else(Vec::new, |granted| granted.not_covered()))
    }
}

impl WaitingAccount {
    pub(super) fn of(item: &ItemView) -> Option<Self> {
        Some(Self { view: item.waiting_account.clone()?, item: item.clone() })
    }

    fn granted<'a>(&'a self, catalog: &'a Catalog) -> Option<Granted<'a>> {
        Granted::of(catalog, &self.item, &self.view.method, self.view.granted_scopes.as_deref()?)
    }
}
