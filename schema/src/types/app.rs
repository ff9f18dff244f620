//! The catalog.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object};
use domain::catalog;
use domain::id::RequestId;
use service::ClientsFor;

use super::module::{Module, Permission};
use super::person::Language;
use crate::context::Calls as _;
use crate::error::Fail as _;

/// An app that can be asked for.
pub(crate) struct App(pub(crate) Arc<catalog::App>);

/// An app that can be asked for.
#[Object(serial)]
impl App {
    /// Id, such as `hubspot`.
    async fn id(&self) -> &str {
        &self.0.id
    }

    /// Name, such as `HubSpot`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// An organization defined it for itself: its name and its address were not checked by this instance.
    async fn is_defined_by_organization(&self) -> bool {
        self.0.organization.is_some()
    }

    /// Address of the app's own pages.
    async fn website(&self) -> &str {
        &self.0.website
    }

    /// What the app is, in a sentence.
    async fn help(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.0.help.in_language(ctx.language(language))
    }

    /// Versions; where there is only one it need not be chosen.
    async fn versions(&self) -> Vec<AppVersion> {
        self.0
            .versions
            .iter()
            .map(|version| AppVersion { app: self.0.id.clone(), version: version.clone(), request: None })
            .collect()
    }
}

/// A version of an app: its ways to authenticate and its modules.
pub(crate) struct AppVersion {
    pub(crate) app: String,
    pub(crate) version: catalog::AppVersion,
    /// The request that asks for it, whose organization may have an OAuth client; else whoever looks may work in one.
    pub(crate) request: Option<RequestId>,
}

/// A version of an app: its ways to authenticate and its modules.
#[Object(serial)]
impl AppVersion {
    /// Id, unique in the app.
    async fn id(&self) -> &str {
        &self.version.id
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.version.name
    }

    /// Ways to authenticate, the usual one first.
    async fn methods(&self) -> Vec<AuthMethod> {
        self.version
            .methods
            .iter()
            .map(|method| AuthMethod { app: self.app.clone(), method: method.clone(), request: self.request })
            .collect()
    }

    /// What can be done with the app.
    async fn modules(&self) -> Vec<Module> {
        self.version.modules.iter().map(|module| Module::of(&self.version, module)).collect()
    }

    /// The permissions that follow from modules, in plain words: what the recipient will be asked for.
    async fn permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids of modules; all of the version when absent.")] modules: Option<Vec<String>>,
        #[graphql(desc = "The way to authenticate; the usual one when absent.")] method: Option<String>,
    ) -> async_graphql::Result<Vec<Permission>> {
        let modules =
            modules.unwrap_or_else(|| self.version.modules.iter().map(|module| module.id.clone()).collect());
        let method = match &method {
            Some(id) => self.version.method(id),
            None => self.version.methods.first(),
        };
        let method = method.ok_or_else(|| {
            service::Error::input(
                domain::ErrorCode::UnknownMethod,
                "method",
                "the app has no such way to authenticate",
            )
            .fail(ctx)
        })?;
        Ok(Permission::of(&self.version, method, &modules))
    }
}

/// A way to authenticate.
pub(crate) struct AuthMethod {
    app: String,
    method: catalog::AuthMethod,
    request: Option<RequestId>,
}

impl AuthMethod {
    /// Whether an OAuth client is set up that a recipient can use.
    async fn has_client(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let person = ctx.actor().user().map(ClientsFor::Person);
        let whose = self.request.map(ClientsFor::Request).or(person);
        let service = ctx.service()?;
        match whose {
            Some(whose) => service.has_client(whose, &self.app).await.map_err(|error| error.fail(ctx)),
            None => Ok(service.config().oauth_clients.contains_key(&self.app.replace('-', "_"))),
        }
    }
}

/// A way to authenticate.
#[Object(serial)]
impl AuthMethod {
    /// Id, unique in the version.
    async fn id(&self) -> &str {
        &self.method.id
    }

    /// Name for people.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.method.label.in_language(ctx.language(language))
    }

    /// What the recipient should know before choosing it.
    async fn help(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.method.help.in_language(ctx.language(language))
    }

    /// What kind of secret it leads to. `OAUTH2_CODE` begins with `startAuthorization`, all others with
    /// `submitCredential`.
    async fn kind(&self) -> CredentialKind {
        self.method.kind.into()
    }

    /// What the recipient fills in.
    async fn fields(&self) -> Vec<AuthField> {
        self.method.fields.iter().cloned().map(AuthField).collect()
    }

    /// Whether the recipient brings the OAuth client. `REQUIRED` also where the app would take one that is set up here,
    /// and none is.
    async fn own_client(&self, ctx: &Context<'_>) -> async_graphql::Result<OwnClientRule> {
        let rule = self.method.own_client();
        if rule == catalog::OwnClientRule::Optional && !self.has_client(ctx).await? {
            return Ok(OwnClientRule::Required);
        }
        Ok(rule.into())
    }

    /// Host of the page where the recipient signs in and agrees, to compare with the browser's address line.
    /// Absent where there is no such page, and where its address depends on what the recipient fills in.
    async fn sign_in_host(&self) -> Option<String> {
        let address = self.method.oauth.as_ref()?.authorize_url.as_ref()?.as_str();
        let host = address.split_once("://")?.1.split(['/', '?', '#']).next()?;
        (!host.contains('{')).then(|| host.to_owned())
    }

    /// Whether it can be used now: an OAuth sign-in needs a client, the instance's, the organization's or the
    /// recipient's own.
    async fn available(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let needs_client = self.method.kind == domain::credential::Kind::OAuth2Code
            && self.method.own_client() == catalog::OwnClientRule::No;
        Ok(!needs_client || self.has_client(ctx).await?)
    }
}

/// A field that the recipient fills in.
pub(crate) struct AuthField(catalog::Field);

/// A field that the recipient fills in.
#[Object(serial)]
impl AuthField {
    /// Name, as `submitCredential` takes it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Label for people.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.0.label.in_language(ctx.language(language))
    }

    /// Where it is found and what it looks like.
    async fn help(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What `Accept-Language` likes best when absent; English where there is no other.")]
        language: Option<Language>,
    ) -> &str {
        self.0.help.in_language(ctx.language(language))
    }

    /// A page of the app that helps.
    async fn help_url(&self) -> Option<&str> {
        self.0.help_url.as_deref()
    }

    /// How it is typed.
    async fn kind(&self) -> AuthFieldKind {
        self.0.kind.into()
    }

    /// Never shown again once it was sent.
    async fn secret(&self) -> bool {
        self.0.secret
    }

    /// May not be left out.
    async fn required(&self) -> bool {
        self.0.required
    }

    /// What is taken when it is left out.
    async fn default(&self) -> Option<&str> {
        self.0.default.as_deref()
    }

    /// An example, which works nowhere.
    async fn example(&self) -> Option<&str> {
        self.0.example.as_deref()
    }

    /// Most characters.
    async fn max_length(&self) -> u32 {
        self.0.max_length
    }
}

/// Kind of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::credential::Kind")]
pub(crate) enum CredentialKind {
    /// Sign-in at the app (OAuth 2.0 authorization code).
    #[graphql(name = "OAUTH2_CODE")]
    OAuth2Code,
    /// A client that fetches its own tokens (OAuth 2.0 client credentials).
    ClientCredentials,
    /// A key.
    ApiKey,
    /// User name and password.
    Basic,
    /// Fields that the app names.
    Fields,
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "catalog::FieldKind")]
pub(crate) enum AuthFieldKind {
    /// One line of text.
    Text,
    /// Several lines of text, such as a key file.
    Multiline,
    /// A mail address.
    Email,
    /// An address that begins with https://.
    Url,
    /// A host name.
    Host,
    /// A port number.
    Port,
}

/// Whether the recipient brings the OAuth client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "catalog::OwnClientRule")]
pub(crate) enum OwnClientRule {
    /// The instance's client is used.
    No,
    /// The recipient's if given, else the instance's.
    Optional,
    /// There is no other than the recipient's.
    Required,
}
