//! The entries of the catalog: apps, versions, ways to authenticate, modules, scopes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::template::Template;
use super::text::Text;
use crate::credential::Kind;
use crate::id::OrganizationId;

/// One app.
///
/// TOML: the file itself, with the keys `id`, `name`, `website`, `help`, `[[versions]]`; all needed. Its texts, and
/// those of the tables in it, have others in `de` beside them ([`Text`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Unique in the catalog: `a-z`, `0-9`, `_`; 1 to 64 characters. Also the `<APP>` of `OAUTH_<APP>_CLIENT_ID`.
    pub id: String,
    /// The name that people know.
    pub name: String,
    /// The app's own site.
    pub website: String,
    /// One sentence that says what the app is.
    pub help: Text,
    /// At least one.
    pub versions: Vec<AppVersion>,
    /// The organization that defined it for itself; `None` for apps of the instance. Not in the file.
    pub organization: Option<OrganizationId>,
}

/// One version of an app's interface.
///
/// TOML: `[[versions]]` with `id`, `name`, `base_url` (optional), `[[versions.scopes]]`,
/// `[[versions.methods]]`, `[[versions.modules]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppVersion {
    /// Unique in the app.
    pub id: String,
    /// The name that people see when there is more than one.
    pub name: String,
    /// Where the broker sends calls: origin and, if need be, a path that stands before every call's. An app
    /// that is not called over HTTP has none, and its modules have no calls.
    pub base_url: Option<Template>,
    /// The ways to authenticate; at least one.
    pub methods: Vec<AuthMethod>,
    /// What can be asked for; at least one.
    pub modules: Vec<Module>,
    /// Every scope that a module or method names, in plain words.
    pub scopes: Vec<ScopeText>,
}

impl AppVersion {
    /// The way to authenticate of this id.
    pub fn method(&self, id: &str) -> Option<&AuthMethod> {
        self.methods.iter().find(|method| method.id == id)
    }

    /// The module of this id.
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.id == id)
    }

    /// The description of this scope.
    pub fn scope(&self, scope: &str) -> Option<&ScopeText> {
        self.scopes.iter().find(|text| text.scope == scope)
    }
}

/// One way to authenticate.
///
/// TOML: `[[versions.methods]]` with `id`, `label`, `help` (optional), `kind` (as [`Kind::as_str`]),
/// `[[versions.methods.fields]]`, `oauth`, `probe` (needed for every kind but `OAUTH2_CODE`), `identity` (only
/// with a probe over HTTP), `injections` (needed where the version has a `base_url`), `revocation` (needed),
/// `refresh_margin_seconds` (300), `probe_every_seconds` (0).
///
/// The kinds need fields of these names: `client_id` and `client_secret` for `CLIENT_CREDENTIALS`, `key` for
/// `API_KEY`, `username` and `password` for `BASIC`, at least one secret field for `FIELDS`. Templates name
/// fields that are required or have a default, and parts: `access_token` and `token_type` (`OAUTH2_CODE`),
/// `access_token`, `client_id`, `client_secret` (`CLIENT_CREDENTIALS`), `key`, `username`, `password`; a
/// revocation also `client_id` and `client_secret` of the OAuth client. Addresses name open fields only, and
/// the address of a revocation `client_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthMethod {
    /// Unique in the version.
    pub id: String,
    /// What the recipient chooses by.
    pub label: Text,
    /// A sentence on when to choose it; may be empty.
    pub help: Text,
    /// The kind of secret that comes out.
    pub kind: Kind,
    /// The form that the recipient fills in, in order; empty where nothing is asked.
    pub fields: Vec<Field>,
    /// Present for [`Kind::OAuth2Code`] and [`Kind::ClientCredentials`], and only there.
    pub oauth: Option<OAuth>,
    /// The call that tells whether the credential works (REC-2, HEALTH-3).
    pub probe: Option<Probe>,
    /// Where the probe's answer names the account (REC-3).
    pub identity: Option<Identity>,
    /// Where a call carries the secret; empty for apps that are not called over HTTP.
    pub injections: Vec<Injection>,
    /// How access is taken back at the provider (REC-6).
    pub revocation: Revocation,
    /// How long before its expiry a token is renewed; 0 to 86,400 seconds.
    pub refresh_margin_seconds: u32,
    /// How often the probe runs; 0 means never, else 300 to 2,592,000 seconds.
    pub probe_every_seconds: u32,
}

impl AuthMethod {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether the recipient may or must bring an OAuth client.
    pub fn own_client(&self) -> OwnClientRule {
        self.oauth.as_ref().map_or(OwnClientRule::No, |oauth| oauth.own_client)
    }
}

/// The addresses and habits of an OAuth 2.0 server.
///
/// TOML: `[versions.methods.oauth]` with `authorize_url`, `token_url`, `issuer`, `scope_separator` (a blank),
/// `client_auth` (`POST` or `BASIC`; `POST`), `pkce` (true), the tables of texts `authorize_params` and
/// `token_params`, `default_scopes`, `own_client` (`NO`, `OPTIONAL`, `REQUIRED`; `NO`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth {
    /// The page of consent; present for [`Kind::OAuth2Code`].
    pub authorize_url: Option<Template>,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: Template,
    /// The issuer that must be in the redirect's `iss` (RFC 9207); `None` when the server sends none.
    pub issuer: Option<Template>,
    /// What stands between scopes; a blank by RFC 6749 section 3.3.
    pub scope_separator: String,
    /// How the client proves itself at the token endpoint.
    pub client_auth: ClientAuth,
    /// Whether the server understands PKCE (RFC 7636). It is sent when it does.
    pub pkce: bool,
    /// Further parameters of the authorization request.
    pub authorize_params: Vec<(String, String)>,
    /// Further parameters of every token request.
    pub token_params: Vec<(String, String)>,
    /// Scopes that are asked for whatever the modules are.
    pub default_scopes: Vec<String>,
    /// Whether the recipient brings the OAuth client.
    pub own_client: OwnClientRule,
}

/// How the client proves itself at the token endpoint (RFC 6749 section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// In an `Authorization: Basic` header.
    Basic,
    /// As `client_id` and `client_secret` in the body.
    Post,
}

/// Whether the recipient brings the OAuth client (REC-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OwnClientRule {
    /// The instance's client is used.
    No,
    /// The recipient's if given, else the instance's.
    Optional,
    /// There is no other than the recipient's.
    Required,
}

/// How access is taken back at the provider.
///
/// TOML: `[versions.methods.revocation]` with `kind`: `RFC7009` with `url` and `client_auth` (`POST` or `BASIC`;
/// `POST`); `CALL` with the keys of [`HttpCall`] and `auth` (`CREDENTIAL`, `CLIENT`, `NOTHING`; `CREDENTIAL`);
/// `UNSUPPORTED` with `manual_url` (optional).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// RFC 7009: the refresh token, else the access token, is posted there.
    Rfc7009 {
        /// The revocation endpoint.
        url: Template,
        /// How the client proves itself there.
        client_auth: ClientAuth,
    },
    /// A call of the app's own.
    Call {
        /// The call.
        call: HttpCall,
        /// What it carries as authorization.
        auth: CallAuth,
    },
    /// Nothing that a program can do.
    Unsupported {
        /// Where the recipient can do it by hand, if there is such a page.
        manual_url: Option<String>,
    },
}

/// What a call of the catalog carries as authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallAuth {
    /// The credential, at the places of [`AuthMethod::injections`].
    Credential,
    /// The OAuth client as `Authorization: Basic`.
    Client,
    /// Nothing; what is needed stands in the address or body.
    Nothing,
}

/// The call that tells whether a credential works.
///
/// TOML: `[versions.methods.probe]` with `kind`: `HTTP` (the default) with the keys of [`HttpCall`]; `IMAP` with
/// `host`, `port`, `username`, `password`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// An HTTP call with the credential; 2xx is good.
    Http(HttpCall),
    /// An IMAP login over TLS.
    Imap {
        /// The host.
        host: Template,
        /// The port, by default 993.
        port: Template,
        /// The user name.
        username: Template,
        /// The password.
        password: Template,
    },
}

/// An HTTP call that the catalog describes.
///
/// TOML, inside of a probe or revocation: `method` (`GET`), `url`, the tables of texts `headers` and `body`,
/// `body_as` (`JSON` or `FORM`; `JSON`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCall {
    /// The method, in upper case.
    pub method: String,
    /// The address.
    pub url: Template,
    /// Further headers, such as a version.
    pub headers: Vec<(String, String)>,
    /// Members of the body; empty means no body.
    pub body: Vec<(String, Template)>,
    /// How the body is written.
    pub body_as: BodyFormat,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// A JSON object of strings.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// Where the probe's answer names the account: JSON pointers (RFC 6901), of which the first that leads to a
/// text or number counts.
///
/// TOML: `[versions.methods.identity]` with `label` (needed), `id`, `workspace`: a text or a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The app's own id of the account.
    pub id: Vec<String>,
    /// What a person recognizes.
    pub label: Vec<String>,
    /// The workspace or tenant.
    pub workspace: Vec<String>,
}

/// Where a call carries the secret.
///
/// TOML: `[[versions.methods.injections]]` with `in`: `HEADER`, `QUERY` or `BODY` with `name` and `value`;
/// `BASIC` with `username` and `password`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Injection {
    /// A header.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: Template,
    },
    /// A parameter of the query.
    Query {
        /// Its name.
        name: String,
        /// Its value, not yet encoded.
        value: Template,
    },
    /// `Authorization: Basic` (RFC 7617).
    Basic {
        /// The user name.
        username: Template,
        /// The password.
        password: Template,
    },
    /// A member of the JSON or form body.
    Body {
        /// Its name.
        name: String,
        /// Its value, not yet encoded.
        value: Template,
    },
}

/// What a module does to the recipient's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Effect {
    /// Looks.
    Read,
    /// Makes or changes.
    Write,
    /// Takes away.
    Delete,
    /// Changes who may do what.
    Admin,
}

/// One thing that can be asked for.
///
/// TOML: `[[versions.modules]]` with `id`, `name`, `description`, `effect`, `scopes`,
/// `[versions.modules.method_scopes]` (method id = list of scopes), `[[versions.modules.calls]]` (needed where
/// the version has a `base_url`), and `no_scopes = true` where an OAuth method needs none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Unique in the version; what REQ-4 stores.
    pub id: String,
    /// What people read, such as *Get a contact*.
    pub name: Text,
    /// One sentence in plain words.
    pub description: Text,
    /// What it does to the recipient's things.
    pub effect: Effect,
    /// The scopes that it needs, unless the method has its own list.
    pub scopes: Vec<String>,
    /// The scopes by method id, where they differ.
    pub method_scopes: BTreeMap<String, Vec<String>>,
    /// The calls that it may make; empty for apps that are not called over HTTP.
    pub calls: Vec<Call>,
}

impl Module {
    /// The scopes that it needs when authorized by this method.
    pub fn scopes_for(&self, method: &str) -> &[String] {
        self.method_scopes.get(method).unwrap_or(&self.scopes)
    }
}

/// A pattern of calls (USE-3).
///
/// TOML: `[[versions.modules.calls]]` with `methods`, `host` (optional), `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// HTTP methods, in upper case; at least one.
    pub methods: Vec<String>,
    /// The host; `None` means the host of [`AppVersion::base_url`].
    pub host: Option<Template>,
    /// The path: segments by `/`, of which `*` stands for any one and a last `**` for one or more.
    pub path: String,
}

impl Call {
    /// The path as callers of the broker write it: behind the path of the version's address, which stands before it.
    /// Where the call goes to another host, all of it.
    pub fn path_behind(&self, version: &AppVersion) -> &str {
        let base = version.base_url.as_ref().filter(|_| self.host.is_none()).map_or("", Template::as_str);
        let (_, before) =
            base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).unwrap_or_default();
        let segments = before.split('/').filter(|segment| !segment.is_empty()).count();
        let mut slashes = self.path.match_indices('/').map(|(at, _)| at);
        slashes.nth(segments).and_then(|at| self.path.get(at..)).unwrap_or_default()
    }
}

/// A scope in plain words.
///
/// TOML: `[[versions.scopes]]` with `scope`, `words`, `effect` (`READ`, `WRITE`, `DELETE`, `ADMIN`), `implies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeText {
    /// The scope as the app writes it.
    pub scope: String,
    /// What it allows, in plain words (REQ-5, REC-1).
    pub words: Text,
    /// The strongest thing that it allows.
    pub effect: Effect,
    /// Scopes that it includes, so that a grant of this one covers them (REC-4).
    pub implies: Vec<String>,
}
