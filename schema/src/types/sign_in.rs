//! How people of an organization's mail domains sign in.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use service::{
    MailDomainClaim as ClaimView, MailDomainState as StateOf, MailDomainView, OrganizationSignInView,
    SingleSignOnView,
};

/// Signing in by an OpenID provider, the instance's or an organization's.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct SingleSignOn {
    /// What it is called, for a button.
    name: String,
    /// Open this address in the browser to sign in. Add `?return=` and a path of this instance to come back to
    /// that page.
    url: String,
}

impl SingleSignOn {
    pub(crate) fn of(view: SingleSignOnView) -> Self {
        Self { name: view.name, url: view.url }
    }
}

/// How people of an organization's mail domains sign in, besides by code.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OrganizationSignIn {
    /// The redirect URI to register at the OpenID provider.
    redirect_uri: String,
    /// The OpenID provider; absent where none is set.
    provider: Option<OrganizationIssuer>,
    /// Mail domains that the organization claims, by name. The provider counts for confirmed ones only.
    mail_domains: Vec<MailDomain>,
}

impl OrganizationSignIn {
    pub(crate) fn of(view: OrganizationSignInView) -> Self {
        Self {
            redirect_uri: view.redirect_uri,
            provider: view.issuer.map(|issuer| OrganizationIssuer {
                name: issuer.name,
                issuer: issuer.issuer,
                client_id: issuer.client_id,
                changed_at: issuer.changed_at,
            }),
            mail_domains: view.domains.into_iter().map(MailDomain::of).collect(),
        }
    }
}

/// The OpenID provider of an organization. The secret of the client is never shown.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OrganizationIssuer {
    /// What it is called, for a button.
    name: String,
    /// The issuer, as its discovery document names it.
    issuer: String,
    /// Id of the client that is registered there.
    client_id: String,
    /// When it was set.
    changed_at: DateTime<Utc>,
}

/// A mail domain that an organization claims. It is meant letter by letter: `example.com` says nothing of
/// `eu.example.com`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct MailDomain {
    /// Id of the claim.
    id: ID,
    /// The domain.
    domain: String,
    /// Where the claim stands.
    state: MailDomainState,
    /// Why it was refused.
    refusal: Option<String>,
    /// When it was claimed.
    created_at: DateTime<Utc>,
    /// When it was decided on.
    decided_at: Option<DateTime<Utc>>,
}

impl MailDomain {
    fn of(view: MailDomainView) -> Self {
        Self {
            id: view.id.to_string().into(),
            domain: view.domain,
            state: view.state.into(),
            refusal: view.refusal,
            created_at: view.created_at,
            decided_at: view.decided_at,
        }
    }
}

/// A claim of an organization, as administrators of the instance see it.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct MailDomainClaim {
    /// The claim.
    mail_domain: MailDomain,
    /// Id of the organization that claims it.
    organization_id: ID,
    /// Its name.
    organization_name: String,
}

impl MailDomainClaim {
    pub(crate) fn of(view: ClaimView) -> Self {
        Self {
            mail_domain: MailDomain::of(view.claim),
            organization_id: view.organization.to_string().into(),
            organization_name: view.organization_name,
        }
    }
}

/// Where a claim of a mail domain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "StateOf")]
pub(crate) enum MailDomainState {
    /// Waits for an administrator of the instance. It does nothing yet.
    Waiting,
    /// The domain is the organization's: its OpenID provider signs in whoever has an address there.
    Confirmed,
    /// It was not confirmed, or is no more.
    Refused,
}
