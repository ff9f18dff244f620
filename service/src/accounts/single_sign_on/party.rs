//! By whose OpenID provider somebody signs in, and for which addresses its word counts (INV-4).

use std::sync::Arc;

use domain::code::ErrorCode;
use domain::id::OrganizationId;
use domain::text::Email;
use providers::Issuer;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::Service;
use crate::db::Write;
use crate::db::entity::{organization_issuer, user};
use crate::error::{Error, Result};
use crate::members::issuer_of;

/// A way to sign in, for a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleSignOnView {
    /// How people call it.
    pub name: String,
    /// The page at which it begins.
    pub url: String,
}

/// The provider of one sign-in.
pub(super) struct Party {
    /// How people call it.
    pub name: String,
    pub issuer: Arc<Issuer>,
    pub redirect_uri: String,
    /// Whose it is; the instance's otherwise.
    pub of: Option<OfOrganization>,
}

/// The organization whose provider it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OfOrganization {
    pub organization: OrganizationId,
    /// The row of the provider: another one after every change.
    pub issuer: Uuid,
}

impl Party {
    /// Whether it still is the provider of a row.
    pub fn is(&self, issuer: Uuid) -> bool {
        self.of.is_some_and(|of| of.issuer == issuer)
    }
}

impl Service {
    /// The instance's way to sign in by OpenID Connect; `None` when none is configured.
    pub fn single_sign_on(&self) -> Option<SingleSignOnView> {
        let setting = self.config().single_sign_on.as_ref()?;
        Some(SingleSignOnView { name: setting.name.clone(), url: self.config().link("/sign-in/oidc") })
    }

    /// The way to sign in by OpenID Connect that the domain of an address has. Nothing about people is read, so
    /// neither the answer nor its time depends on whether the address is known.
    ///
    /// # Errors
    /// A problem at `email`.
    pub async fn single_sign_on_of(&self, email: &str) -> Result<Option<SingleSignOnView>> {
        let email = Email::parse("email", email)?;
        if self.config().single_sign_on.as_ref().is_some_and(|setting| setting.owns(&email)) {
            return Ok(self.single_sign_on());
        }
        let Some(organization) = self.domain_owner(self.db.read(), email.domain()).await? else {
            return Ok(None);
        };
        let row = issuer_of(self.db.read(), organization).await?;
        Ok(row.map(|row| {
            // As an address writes it: a domain may have letters beyond ASCII.
            let domain: String = url::form_urlencoded::byte_serialize(email.domain().as_bytes()).collect();
            SingleSignOnView { name: row.name, url: self.config().link(&format!("/sign-in/oidc/{domain}")) }
        }))
    }

    pub(super) fn instance_party(&self) -> Result<Party> {
        let setting = self.config().single_sign_on.as_ref();
        let (setting, issuer) = setting.zip(self.issuer.as_ref()).ok_or_else(Error::not_found)?;
        Ok(Party {
            name: setting.name.clone(),
            issuer: Arc::clone(issuer),
            redirect_uri: self.issuer_redirect_uri(None),
            of: None,
        })
    }

    /// The provider of the organization that a mail domain is confirmed for.
    pub(super) async fn domain_party(&self, domain: &str) -> Result<Option<Party>> {
        match self.domain_owner(self.db.read(), &domain.to_lowercase()).await? {
            Some(organization) => self.organization_party(organization).await,
            None => Ok(None),
        }
    }

    pub(super) async fn organization_party(&self, organization: OrganizationId) -> Result<Option<Party>> {
        let Some(row) = issuer_of(self.db.read(), organization).await? else { return Ok(None) };
        let issuer = Arc::new(self.open_issuer(&row)?);
        let redirect_uri = self.issuer_redirect_uri(Some(organization));
        let of = Some(OfOrganization { organization, issuer: row.id });
        Ok(Some(Party { name: row.name, issuer, redirect_uri, of }))
    }

    /// Whether the provider's word counts for an address: the instance's for its domains, or for all where it
    /// has none; an organization's for the domains that are confirmed for it, letter by letter, as long as it is
    /// the one that was asked. It signs in no administrator of the instance, since an owner of one organization
    /// would be above all others.
    pub(super) async fn check_vouched(&self, write: &Write, party: &Party, email: &Email) -> Result<()> {
        let refuse = |why: String| Err(Error::refused(ErrorCode::Forbidden, why));
        let name = &party.name;
        let elsewhere =
            || refuse(format!("addresses of your domain do not sign in by {name}; ask for a code by mail"));
        let Some(of) = party.of else {
            let setting = self.config().single_sign_on.as_ref();
            let counts = setting.is_some_and(|setting| setting.domains.is_empty() || setting.owns(email));
            return if counts { Ok(()) } else { elsewhere() };
        };
        let still = issuer_of(write.tx(), of.organization).await?;
        if still.is_none_or(|row: organization_issuer::Model| row.id != of.issuer) {
            return Err(super::invalid());
        }
        if self.domain_owner(write.tx(), email.domain()).await? != Some(of.organization) {
            return elsewhere();
        }
        let known =
            user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(write.tx()).await?;
        if known.is_some_and(|user| user.instance_admin) {
            return refuse(format!("this account does not sign in by {name}; ask for a code by mail"));
        }
        Ok(())
    }
}
