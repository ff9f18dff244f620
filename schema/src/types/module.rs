//! What can be done with an app, and what that needs of it.

use async_graphql::{Context, Enum, Object, SimpleObject};
use domain::catalog::{self, Text};

use super::person::Language;
use crate::context::Calls as _;

/// Something that can be done with an app.
pub(crate) struct Module {
    id: String,
    name: Text,
    description: Text,
    effect: catalog::Effect,
    calls: Vec<ModuleCall>,
}

impl Module {
    pub(crate) fn of(version: &catalog::AppVersion, module: &catalog::Module) -> Self {
        Self {
            id: module.id.clone(),
            name: module.name.clone(),
            description: module.description.clone(),
            effect: module.effect,
            calls: module.calls.iter().map(|call| ModuleCall::of(version, call)).collect(),
        }
    }
}

/// Something that can be done with an app.
#[Object(serial)]
impl Module {
    /// Id, unique in the version.
    async fn id(&self) -> &str {
        &self.id
    }

    /// Name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.name.in_language(ctx.language(language))
    }

    /// What it does.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.description.in_language(ctx.language(language))
    }

    /// What it can do to the account.
    async fn effect(&self) -> Effect {
        self.effect.into()
    }

    /// The calls that the broker passes on for it; none where the app is not called over HTTP.
    async fn calls(&self) -> &[ModuleCall] {
        &self.calls
    }
}

/// Calls that a module allows.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct ModuleCall {
    /// HTTP methods, such as `GET`.
    methods: Vec<String>,
    /// Host, where it is another than the app's own; named by the header `Consentry-Host`.
    host: Option<String>,
    /// Path behind the connection's address. `*` stands for one segment, and `**` at the end for one or more.
    path: String,
}

impl ModuleCall {
    fn of(version: &catalog::AppVersion, call: &catalog::Call) -> Self {
        Self {
            methods: call.methods.clone(),
            host: call.host.as_ref().map(|host| host.as_str().to_owned()),
            path: call.path_behind(version).to_owned(),
        }
    }
}

/// A permission at the app, in plain words.
pub(crate) struct Permission(catalog::ScopeNeeded);

/// A permission at the app, in plain words.
#[Object(serial)]
impl Permission {
    /// The app's own name of it, for those who know it.
    async fn scope(&self) -> &str {
        &self.0.scope
    }

    /// What it allows.
    async fn words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.0.words.in_language(ctx.language(language))
    }

    /// What it can do to the account.
    async fn effect(&self) -> Effect {
        self.0.effect.into()
    }

    /// Ids of the modules that need it.
    async fn modules(&self) -> &[String] {
        &self.0.modules
    }
}

impl Permission {
    pub(crate) fn of(
        version: &catalog::AppVersion,
        method: &catalog::AuthMethod,
        modules: &[String],
    ) -> Vec<Self> {
        Self::of_scopes(catalog::scopes_for(version, method, modules))
    }

    pub(crate) fn of_scopes(needed: Vec<catalog::ScopeNeeded>) -> Vec<Self> {
        needed.into_iter().map(Self).collect()
    }
}

/// What something can do to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "catalog::Effect")]
pub(crate) enum Effect {
    /// Sees.
    Read,
    /// Adds and changes.
    Write,
    /// Removes.
    Delete,
    /// Changes settings and rights.
    Admin,
}
