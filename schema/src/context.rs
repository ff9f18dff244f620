//! Who calls, and with which browser.

use async_graphql::Context;
use domain::actor::Actor;
use domain::language::Language;
use service::{NewSession, Service, SingleSignOnStart};

use crate::error::Fail;
use crate::scopes;
use crate::types::Language as LanguageOf;

/// The caller of one operation.
#[derive(Clone)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The session token that the browser sent.
    pub session: Option<String>,
    /// What ties sign-ins to the browser, as it sent it.
    pub browser: Option<String>,
    /// How the browser calls itself.
    pub user_agent: Option<String>,
    /// The language that the browser likes best of ours.
    pub language: Language,
    /// Whether the answer can set cookies: over plain HTTP only.
    pub takes_cookies: bool,
}

impl Caller {
    /// Nobody.
    pub const ANONYMOUS: Self = Self {
        actor: Actor::Anonymous,
        session: None,
        browser: None,
        user_agent: None,
        language: Language::En,
        takes_cookies: false,
    };
}

/// The cookies that the API sets (INV-4).
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// Over https only: the cookies are then bound to this very host by the `__Host-` prefix (RFC 6265bis).
    pub secure: bool,
}

impl Cookies {
    /// The cookies of an instance.
    pub fn of(service: &Service) -> Self {
        Self { secure: service.config().is_https() }
    }

    /// Name of the cookie with the session's token.
    pub const fn session_name(self) -> &'static str {
        if self.secure { "__Host-consentry_session" } else { "consentry_session" }
    }

    /// Name of the cookie that ties sign-ins to their browser.
    pub const fn sign_in_name(self) -> &'static str {
        if self.secure { "__Host-consentry_sign_in" } else { "consentry_sign_in" }
    }

    /// Name of the cookie that ties sign-ins by OpenID Connect to their browser.
    pub const fn single_sign_on_name(self) -> &'static str {
        if self.secure { "__Host-consentry_single_sign_on" } else { "consentry_single_sign_on" }
    }

    fn write(self, name: &str, value: &str, max_age_seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    /// Sets the session.
    pub fn session(self, session: &NewSession, now: chrono::DateTime<chrono::Utc>) -> String {
        self.write(self.session_name(), &session.token, (session.expires_at - now).num_seconds())
    }

    /// Removes the session.
    pub fn no_session(self) -> String {
        self.write(self.session_name(), "", 0)
    }

    /// Ties sign-ins to this browser. The cookie outlives them: a browser in which somebody signed in before
    /// is not held up by strangers who ask for codes to the same address.
    pub fn sign_in(self, browser: &str) -> String {
        self.write(self.sign_in_name(), browser, 180 * 24 * 60 * 60)
    }

    /// Ties a sign-in by OpenID Connect to this browser, as long as it may last.
    pub fn single_sign_on(self, start: &SingleSignOnStart, now: chrono::DateTime<chrono::Utc>) -> String {
        self.write(self.single_sign_on_name(), &start.browser, (start.expires_at - now).num_seconds())
    }
}

/// What resolvers need of their context.
pub(crate) trait Calls {
    /// All operations.
    fn service(&self) -> async_graphql::Result<&Service>;
    /// Who calls; nobody when the transport did not say.
    fn caller(&self) -> Caller;
    /// Who acts.
    fn actor(&self) -> Actor;
    /// The language that was asked for, else the one that the caller likes best.
    fn language(&self, wanted: Option<LanguageOf>) -> Language;
}

impl Calls for Context<'_> {
    fn service(&self) -> async_graphql::Result<&Service> {
        // Every root field asks for the service before it does anything: the one place to look at scopes.
        if self.path_node.is_none_or(|node| node.parent.is_none()) {
            scopes::check(self.actor(), self.item.node.name.node.as_str())
                .map_err(|error| error.fail(self))?;
        }
        self.data::<Service>()
            .map_err(|_| service::Error::Internal("the schema has no service".to_owned()).fail(self))
    }

    fn caller(&self) -> Caller {
        self.data_opt::<Caller>().cloned().unwrap_or(Caller::ANONYMOUS)
    }

    fn actor(&self) -> Actor {
        self.data_opt::<Caller>().map_or(Actor::Anonymous, |caller| caller.actor)
    }

    fn language(&self, wanted: Option<LanguageOf>) -> Language {
        let liked = || self.data_opt::<Caller>().map(|caller| caller.language).unwrap_or_default();
        wanted.map_or_else(liked, Into::into)
    }
}
