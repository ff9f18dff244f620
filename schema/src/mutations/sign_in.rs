//! OpenID providers and mail domains of organizations.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::code::ErrorCode;
use domain::credential::SecretText;
use service::{Error, IssuerInput};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;

#[derive(Default)]
pub(crate) struct SignInMutation;

/// The OpenID provider of an organization.
#[derive(InputObject)]
pub(crate) struct SetSingleSignOnInput {
    /// The organization.
    organization_id: ID,
    /// The issuer, exactly as its discovery document names it, such as `https://login.example.com`.
    issuer: String,
    /// Client id.
    client_id: String,
    /// Client secret; sealed like any secret, and never shown again. Asked for at every change, so that no
    /// secret is sent to another provider than the one it was typed for.
    client_secret: String,
    /// What people call it, for a button; the issuer's host when absent.
    name: Option<String>,
}

/// The provider is set.
#[derive(SimpleObject)]
pub(crate) struct SetSingleSignOnPayload {
    /// Id of the organization.
    organization_id: ID,
}

/// Removes the OpenID provider of an organization.
#[derive(InputObject)]
pub(crate) struct RemoveSingleSignOnInput {
    /// The organization.
    organization_id: ID,
}

/// The provider is gone; people sign in by code.
#[derive(SimpleObject)]
pub(crate) struct RemoveSingleSignOnPayload {
    /// Id of the organization.
    organization_id: ID,
}

/// A mail domain that is to be an organization's.
#[derive(InputObject)]
pub(crate) struct ClaimMailDomainInput {
    /// The organization.
    organization_id: ID,
    /// The domain, such as `example.com`; domains of free and disposable mail providers are nobody's.
    domain: String,
}

/// The domain waits to be confirmed.
#[derive(SimpleObject)]
pub(crate) struct ClaimMailDomainPayload {
    /// Id of the claim.
    mail_domain_id: ID,
}

/// Gives up a mail domain.
#[derive(InputObject)]
pub(crate) struct ReleaseMailDomainInput {
    /// The claim.
    mail_domain_id: ID,
}

/// The domain is free for others; its addresses sign in by code.
#[derive(SimpleObject)]
pub(crate) struct ReleaseMailDomainPayload {
    /// Id of the claim that was.
    mail_domain_id: ID,
}

/// A decision on a claim.
#[derive(InputObject)]
pub(crate) struct ReviewMailDomainInput {
    /// The claim.
    mail_domain_id: ID,
    /// Confirm it; else it is refused.
    confirm: bool,
    /// Why it is refused, 1 to 256 characters; needed to refuse. The organization's owners and admins read it.
    refusal: Option<String>,
}

/// It is decided.
#[derive(SimpleObject)]
pub(crate) struct ReviewMailDomainPayload {
    /// Id of the claim.
    mail_domain_id: ID,
}

#[Object]
impl SignInMutation {
    /// Sets the OpenID provider by which people of the organization's confirmed mail domains may sign in; for its
    /// owners, since whoever runs the provider can sign in as any of these people. The provider is asked for its
    /// discovery document first. Codes by mail go on working.
    async fn set_single_sign_on(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The provider.")] input: SetSingleSignOnInput,
    ) -> async_graphql::Result<SetSingleSignOnPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let issuer = IssuerInput {
            issuer: input.issuer,
            client_id: input.client_id,
            client_secret: SecretText::from(input.client_secret),
            name: input.name,
        };
        ctx.service()?.set_issuer(ctx.actor(), id, &issuer).await.map_err(fail)?;
        Ok(SetSingleSignOnPayload { organization_id: input.organization_id })
    }

    /// Removes the OpenID provider of an organization; for its owners. Nobody is signed out.
    async fn remove_single_sign_on(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: RemoveSingleSignOnInput,
    ) -> async_graphql::Result<RemoveSingleSignOnPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        ctx.service()?.remove_issuer(ctx.actor(), id).await.map_err(fail)?;
        Ok(RemoveSingleSignOnPayload { organization_id: input.organization_id })
    }

    /// Claims a mail domain for an organization; for its owners. It counts once an administrator of the instance
    /// has confirmed it.
    async fn claim_mail_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The domain.")] input: ClaimMailDomainInput,
    ) -> async_graphql::Result<ClaimMailDomainPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.organization_id, "organizationId").map_err(fail)?;
        let claim = ctx.service()?.claim_mail_domain(ctx.actor(), id, &input.domain).await.map_err(fail)?;
        Ok(ClaimMailDomainPayload { mail_domain_id: claim.to_string().into() })
    }

    /// Gives up a mail domain of an organization, confirmed or not; for its owners.
    async fn release_mail_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ReleaseMailDomainInput,
    ) -> async_graphql::Result<ReleaseMailDomainPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.mail_domain_id, "mailDomainId").map_err(fail)?;
        ctx.service()?.release_mail_domain(ctx.actor(), id).await.map_err(fail)?;
        Ok(ReleaseMailDomainPayload { mail_domain_id: input.mail_domain_id })
    }

    /// Confirms or refuses the claim of a mail domain, also one that was decided before; for administrators of the
    /// instance. Confirm only what the organization controls, shown by a record that it puts into the domain's DNS,
    /// for instance: from then on its owners decide who signs in with any address there.
    async fn review_mail_domain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ReviewMailDomainInput,
    ) -> async_graphql::Result<ReviewMailDomainPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.mail_domain_id, "mailDomainId").map_err(fail)?;
        let refusal = match (input.confirm, input.refusal) {
            (true, None) => None,
            (true, Some(_)) => {
                let message = "a confirmation has no reason to refuse";
                return Err(fail(Error::input(ErrorCode::UnknownField, "refusal", message)));
            }
            (false, refusal) => Some(refusal.unwrap_or_default()),
        };
        ctx.service()?.review_mail_domain(ctx.actor(), id, refusal.as_deref()).await.map_err(fail)?;
        Ok(ReviewMailDomainPayload { mail_domain_id: input.mail_domain_id })
    }
}
