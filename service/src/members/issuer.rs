//! The OpenID provider of an organization, by which people of its confirmed mail domains sign in (INV-4).
//!
//! Whoever sets it decides who signs in as anybody of those domains. So only owners do, and only the domains
//! that an administrator of the instance has confirmed count (see `mail_domain`).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::credential::SecretText;
use domain::event::{Event, OrganizationChange};
use domain::id::OrganizationId;
use domain::policy::Action;
use domain::text::{self, Lines, PERSON_NAME_MAX};
use providers::{Issuer, OAuthClient, ProviderError};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _,
};
use uuid::Uuid;

use super::MailDomainView;
use crate::config::check_issuer;
use crate::db::entity::{organization, organization_issuer};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::vault::{Belongs, Sealed};
use crate::{Service, ids};

/// Longest issuer, client id and secret, in bytes.
const LENGTH_MAX: usize = 1000;

/// How people of an organization's mail domains sign in.
#[derive(Debug, Clone)]
pub struct OrganizationSignInView {
    /// The redirect URI to register at the provider.
    pub redirect_uri: String,
    /// The provider, where one is set.
    pub issuer: Option<OrganizationIssuerView>,
    /// The domains that the organization claims, by name.
    pub domains: Vec<MailDomainView>,
}

/// The OpenID provider of an organization; the client's secret is never shown.
#[derive(Debug, Clone)]
pub struct OrganizationIssuerView {
    /// How people call it.
    pub name: String,
    /// The issuer.
    pub issuer: String,
    /// Client id.
    pub client_id: String,
    /// When it was set.
    pub changed_at: DateTime<Utc>,
}

/// An OpenID provider as an organization's owner sets it.
#[derive(Debug, Clone)]
pub struct IssuerInput {
    /// The issuer, exactly as its discovery document names it.
    pub issuer: String,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretText,
    /// How people call it; the issuer's host when absent.
    pub name: Option<String>,
}

impl Service {
    /// How people of the organization's mail domains sign in; for its owners and admins.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn organization_sign_in(
        &self,
        actor: Actor,
        organization: OrganizationId,
    ) -> Result<OrganizationSignInView> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let issuer = issuer_of(self.db.read(), organization).await?.map(|row| OrganizationIssuerView {
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            changed_at: row.changed_at,
        });
        let domains = self.mail_domains_of(organization).await?;
        Ok(OrganizationSignInView {
            redirect_uri: self.issuer_redirect_uri(Some(organization)),
            issuer,
            domains,
        })
    }

    /// Sets the provider, once it has answered for its name. Sign-ins that are under way end.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, problems with the input, or `PROVIDER_UNAVAILABLE` and
    /// `PROVIDER_MISCONFIGURED` with what is wrong.
    pub async fn set_issuer(
        &self,
        actor: Actor,
        organization: OrganizationId,
        input: &IssuerInput,
    ) -> Result<()> {
        self.check_organization(actor, Action::ManageSignIn, organization).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let checked = self.read_issuer(input)?;
        let client = OAuthClient { id: checked.client_id, secret: Some(input.client_secret.clone()) };
        let issuer = self.providers.issuer(checked.issuer.clone(), client.clone());
        issuer.check(self.now()).await.map_err(wrong)?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        forget_issuer(&write, organization).await?;
        let id: Uuid = ids::new(write.now());
        let sealed = self.keys.seal(Belongs::Issuer { id }, input.client_secret.expose().as_bytes())?;
        organization_issuer::ActiveModel {
            id: Set(id),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            organization_id: Set(organization.0),
            issuer: Set(checked.issuer),
            client_id: Set(client.id),
            name: Set(checked.name),
            set_by: Set(user.0),
            changed_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        let what = OrganizationChange::SingleSignOnSet;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await
    }

    /// Removes the provider. Sign-ins that are under way end; sessions go on.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn remove_issuer(&self, actor: Actor, organization: OrganizationId) -> Result<()> {
        self.check_organization(actor, Action::ManageSignIn, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        if !forget_issuer(&write, organization).await? {
            return Err(Error::not_found());
        }
        let what = OrganizationChange::SingleSignOnRemoved;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await
    }

    /// Where a provider sends browsers back. Each organization has an address of its own, so that no provider's
    /// answer is taken for another's (RFC 9700 section 4.4).
    pub(crate) fn issuer_redirect_uri(&self, organization: Option<OrganizationId>) -> String {
        match organization {
            None => self.config().link("/sign-in/oidc/callback"),
            Some(id) => self.config().link(&format!("/sign-in/oidc/callback/{id}")),
        }
    }

    /// Opens the provider of a row for a call.
    pub(crate) fn open_issuer(&self, row: &organization_issuer::Model) -> Result<Issuer> {
        let sealed = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone())
            .ok_or_else(|| Error::corrupt("client secret"))?;
        let plain = self.keys.unseal(Belongs::Issuer { id: row.id }, &sealed)?;
        let secret = std::str::from_utf8(&plain).map_err(|_| Error::corrupt("client secret"))?;
        let client = OAuthClient { id: row.client_id.clone(), secret: Some(SecretText::from(secret)) };
        Ok(self.providers.issuer(row.issuer.clone(), client))
    }

    fn read_issuer(&self, input: &IssuerInput) -> Result<Checked> {
        let mut problems = Vec::new();
        let issuer = text::required("issuer", &input.issuer, LENGTH_MAX, Lines::One)
            .and_then(|issuer| {
                let host = check_issuer(&issuer, self.config().allow_loopback_providers)
                    .map_err(|message| Problem::new(ErrorCode::InvalidFormat, "issuer", message))?;
                Ok((issuer, host))
            })
            .map_err(|problem| problems.push(problem))
            .unwrap_or_default();
        let client_id = text::required("clientId", &input.client_id, LENGTH_MAX, Lines::One)
            .map_err(|problem| problems.push(problem))
            .unwrap_or_default();
        let secret = input.client_secret.expose();
        if secret.is_empty() {
            problems.push(Problem::new(ErrorCode::Required, "clientSecret", "must not be empty"));
        } else if secret.len() > LENGTH_MAX {
            problems.push(Problem::new(ErrorCode::TooLong, "clientSecret", "is too long for a secret"));
        }
        let name = text::optional("name", input.name.as_deref(), PERSON_NAME_MAX, Lines::One)
            .map_err(|problem| problems.push(problem))
            .unwrap_or_default();
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let (issuer, host) = issuer;
        Ok(Checked { issuer, client_id, name: name.unwrap_or(host) })
    }
}

/// What can be stored of an input.
struct Checked {
    issuer: String,
    client_id: String,
    name: String,
}

/// The provider of an organization that was not deleted.
pub(crate) async fn issuer_of(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<organization_issuer::Model>> {
    let alive = organization::Entity::find_by_id(organization.0)
        .filter(organization::Column::DeletedAt.is_null())
        .one(db)
        .await?;
    if alive.is_none() {
        return Ok(None);
    }
    Ok(organization_issuer::Entity::find()
        .filter(organization_issuer::Column::OrganizationId.eq(organization.0))
        .one(db)
        .await?)
}

/// Forgets the provider of an organization and its secret; false where there is none.
pub(super) async fn forget_issuer(write: &Write, organization: OrganizationId) -> Result<bool> {
    let gone = organization_issuer::Entity::delete_many()
        .filter(organization_issuer::Column::OrganizationId.eq(organization.0))
        .exec(write.tx())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// What is wrong with a provider, for the owner who sets it. The details name its host and its answer, never a
/// secret.
fn wrong(error: ProviderError) -> Error {
    match error {
        ProviderError::Transient { detail, .. } => {
            Error::refused(ErrorCode::ProviderUnavailable, format!("the provider does not answer: {detail}"))
        }
        ProviderError::Dead { detail, .. } | ProviderError::Misconfigured { detail } => {
            Error::refused(ErrorCode::ProviderMisconfigured, format!("the provider is not usable: {detail}"))
        }
    }
}
