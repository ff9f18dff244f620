//! Sends the recipient to the app to agree there (OAuth 2.0 authorization code with PKCE; REC-2, SEC-3).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::catalog::{AppVersion, AuthMethod, FieldProblem, OwnClientRule};
use domain::code::{ErrorCode, Problem};
use domain::credential::{Kind, SecretText};
use domain::id::{AttemptId, ItemId, RequestId};
use domain::item::State;
use domain::language::Language;
use domain::policy::Action;
use providers::AuthorizeAsk;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
};
use serde::{Deserialize, Serialize};

use super::secret::state_of;
use crate::accounts::{encode, hash};
use crate::db::entity::{authorization, credential, credential_request, request_item};
use crate::error::{Error, Result};
use crate::vault::Belongs;
use crate::{Service, ids};

/// How long the recipient may stay at the app (SEC-3).
pub(super) const VALID: TimeDelta = TimeDelta::minutes(10);

/// A field that the recipient filled in.
#[derive(Debug, Clone)]
pub struct FieldValue {
    /// Its name in the catalog.
    pub name: String,
    /// What was typed.
    pub value: SecretText,
}

/// An OAuth client that the recipient brings.
#[derive(Debug, Clone)]
pub struct OwnClientInput {
    /// Client id.
    pub id: String,
    /// Client secret.
    pub secret: Option<SecretText>,
}

/// Where to send the recipient's browser.
#[derive(Debug, Clone)]
pub struct AuthorizationStart {
    /// The app's page of consent.
    pub url: String,
    /// Until when the app may send the browser back.
    pub expires_at: DateTime<Utc>,
}

/// What the callback needs and nobody else may see; sealed in the row.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) code_verifier: String,
    pub(super) client: Option<(String, Option<String>)>,
    pub(super) params: BTreeMap<String, String>,
    /// The recipient wants to see the account before it counts (REC-3).
    pub(super) confirm: bool,
}

/// Whether a fresh grant counts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// It counts at once.
    No,
    /// It waits until the recipient has seen whose account it is (REC-3).
    Account,
}

impl Service {
    /// Loads an item for its recipient, with its request.
    pub(super) async fn load_item(
        &self,
        actor: Actor,
        action: Action,
        id: ItemId,
    ) -> Result<(credential_request::Model, request_item::Model)> {
        actor.user().ok_or_else(Error::unauthenticated)?;
        let item =
            request_item::Entity::find_by_id(id.0).one(self.db.read()).await?.ok_or_else(Error::not_found)?;
        let (request, _) = self.load_request(actor, action, RequestId(item.request_id)).await?;
        Ok((request, item))
    }

    /// The catalog entries of an item's version and of a way to authenticate.
    pub(super) fn method_of(
        &self,
        item: &request_item::Model,
        method: &str,
    ) -> Result<(AppVersion, AuthMethod)> {
        let catalog = self.catalog();
        let version = catalog.version(&item.app, &item.app_version).ok_or_else(|| {
            Error::refused(
                ErrorCode::UnknownApp,
                "the catalog no longer has this app or version; ask for a new request",
            )
        })?;
        let method = version.method(method).ok_or_else(|| {
            Error::input(ErrorCode::UnknownMethod, "method", "the app has no such way to authenticate")
        })?;
        Ok((version.clone(), method.clone()))
    }

    /// Begins an authorization at the app. Nothing of the item changes; two may run side by side, and the
    /// first that comes back wins.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION` for a declined item,
    /// `UNKNOWN_METHOD`, `OAUTH_CLIENT_MISSING`, `PROVIDER_MISCONFIGURED`, or problems with the fields.
    pub async fn start_authorization(
        &self,
        actor: Actor,
        id: ItemId,
        method: &str,
        client: Option<&OwnClientInput>,
        fields: &[FieldValue],
        confirm: Confirm,
    ) -> Result<AuthorizationStart> {
        let (request, item) = self.load_item(actor, Action::GrantItem, id).await?;
        let Actor::User { user, session } = actor else { return Err(Error::unauthenticated()) };
        may_authorize(&item)?;
        let (_, method) = self.method_of(&item, method)?;
        let method = &method;
        if method.kind != Kind::OAuth2Code {
            return Err(Error::input(
                ErrorCode::UnknownMethod,
                "method",
                "this way is not an OAuth sign-in; submit its fields instead",
            ));
        }
        let own = check_own_client(method, client)?;
        let values = check_fields(method, fields)?;
        let params: BTreeMap<String, String> = method
            .with_defaults(&values)
            .into_iter()
            .map(|(name, value)| (name, value.expose().to_owned()))
            .collect();
        let (oauth_client, used) = self.oauth_client(request.organization_id, &item.app, own).await?;
        let scopes = requested_scopes(&item, &method.id);
        let login_hint = self.login_hint(&item).await?;
        let (state, code_verifier) = (encode(&ids::random::<32>()), encode(&ids::random::<32>()));
        let url = self
            .providers
            .authorize_url(
                method,
                &AuthorizeAsk {
                    client: &oauth_client,
                    params: &params,
                    scopes: &scopes,
                    redirect_uri: &self.redirect_uri(),
                    state: &state,
                    code_verifier: &code_verifier,
                    login_hint: login_hint.as_deref(),
                },
            )
            .map_err(|error| Error::refused(ErrorCode::ProviderMisconfigured, error.to_string()))?;
        let write = self.write(actor).await?;
        let row_id: AttemptId = ids::new(write.now());
        let pending = Pending {
            code_verifier,
            client: own
                .map(|own| (own.id.clone(), own.secret.as_ref().map(|secret| secret.expose().to_owned()))),
            params,
            confirm: confirm == Confirm::Account,
        };
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(&pending).map_err(|error| Error::Internal(error.to_string()))?,
        );
        let sealed = self.keys.seal(Belongs::Authorization { id: row_id.0 }, &plain)?;
        let expires_at = write.now() + VALID;
        let (organization_client_id, instance_client_id) = used.columns();
        authorization::ActiveModel {
            id: Set(row_id.0),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            state_hash: Set(hash(&state)),
            item_id: Set(item.id),
            user_id: Set(user.0),
            session_id: Set(session.0),
            method: Set(method.id.clone()),
            organization_client_id: Set(organization_client_id),
            instance_client_id: Set(instance_client_id),
            item_version: Set(item.version),
            created_at: Set(write.now()),
            expires_at: Set(expires_at),
            taken_at: Set(None),
            granted_at: Set(None),
            account: Set(None),
            granted_scopes: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.commit().await?;
        Ok(AuthorizationStart { url: url.into(), expires_at })
    }

    /// The account that was granted before, where it is an address: so that the app offers it first (HEALTH-4).
    async fn login_hint(&self, item: &request_item::Model) -> Result<Option<String>> {
        let known = credential::Entity::find().filter(credential::Column::ItemId.eq(item.id));
        let label = known.one(self.db.read()).await?.and_then(|row| row.account_label);
        Ok(label.filter(|label| label.contains('@')))
    }

    /// The one address to which apps send browsers back (SEC-3).
    pub fn redirect_uri(&self) -> String {
        self.config().link("/oauth/callback")
    }
}

/// Declined is final; everything else may be authorized or authorized anew.
pub(super) fn may_authorize(item: &request_item::Model) -> Result<()> {
    let state = state_of(item)?;
    let step =
        if state == State::Authorized { domain::item::Step::Renew } else { domain::item::Step::Authorize };
    state.after(step)?;
    Ok(())
}

pub(super) fn requested_scopes(item: &request_item::Model, method: &str) -> Vec<String> {
    item.scopes.0.get(method).cloned().unwrap_or_default()
}

fn check_own_client<'a>(
    method: &AuthMethod,
    client: Option<&'a OwnClientInput>,
) -> Result<Option<&'a OwnClientInput>> {
    match (method.own_client(), client) {
        (OwnClientRule::Required, None) => {
            Err(Error::input(ErrorCode::Required, "client", "this app needs an OAuth client of your own"))
        }
        (OwnClientRule::No, Some(_)) => {
            Err(Error::input(ErrorCode::UnknownField, "client", "this app takes no OAuth client of your own"))
        }
        (_, Some(client)) if client.id.trim().is_empty() => {
            Err(Error::input(ErrorCode::Required, "client.id", "must not be empty"))
        }
        (_, client) => Ok(client),
    }
}

/// Checks what was typed against the catalog's fields: every problem at its place.
pub(super) fn check_fields(
    method: &AuthMethod,
    fields: &[FieldValue],
) -> Result<BTreeMap<String, SecretText>> {
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    for (index, field) in fields.iter().enumerate() {
        if method.field(&field.name).is_none() {
            problems.push(Problem::new(
                ErrorCode::UnknownField,
                format!("fields.{index}.name"),
                "this way to authenticate has no such field",
            ));
        } else if values.insert(field.name.clone(), field.value.clone()).is_some() {
            problems.push(Problem::new(
                ErrorCode::Duplicate,
                format!("fields.{index}.name"),
                "the field stands twice",
            ));
        }
    }
    for (name, problem) in method.check_fields(&values) {
        let place = fields
            .iter()
            .position(|field| field.name == name)
            .map_or_else(|| "fields".to_owned(), |index| format!("fields.{index}.value"));
        let label = method.field(&name).map_or(name.as_str(), |field| field.label.in_language(Language::En));
        problems.push(Problem::new(code_of(problem), place, format!("{label}: {problem}")));
    }
    if problems.is_empty() { Ok(values) } else { Err(Error::Input(problems)) }
}

fn code_of(problem: FieldProblem) -> ErrorCode {
    match problem {
        FieldProblem::Required => ErrorCode::Required,
        FieldProblem::Unknown => ErrorCode::UnknownField,
        FieldProblem::TooLong => ErrorCode::TooLong,
        FieldProblem::Characters => ErrorCode::InvalidCharacters,
        FieldProblem::TooShort | FieldProblem::Prefix | FieldProblem::Form => ErrorCode::InvalidFormat,
    }
}
