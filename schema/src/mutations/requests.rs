//! Sending, accepting, and deleting requests.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::request::{Draft, DraftItem, DraftRecipient, Modules};
use service::{Accepted, Error};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{CredentialRequest, Organization};

#[derive(Default)]
pub(crate) struct RequestMutation;

/// A request to send. Every problem is told at once, each at its field.
#[derive(InputObject)]
pub(crate) struct CreateCredentialRequestInput {
    /// The team that you work in; the request will belong to it.
    team_id: ID,
    /// Name, 1 to 255 characters.
    name: String,
    /// Why, at most 256 characters; line breaks are allowed.
    description: Option<String>,
    /// Whom to ask.
    recipient: RecipientInput,
    /// The apps, 1 to 64.
    items: Vec<RequestItemInput>,
    /// You accept the terms.
    accept_terms: bool,
    /// A key of your choice: a retry with the same key returns the first result and sends one mail.
    idempotency_key: Option<String>,
}

/// Whom to ask: somebody of the organization, or somebody from outside.
#[derive(OneofObject)]
pub(crate) enum RecipientInput {
    /// Id of somebody of the organization, from `recipients`.
    Member(ID),
    /// Somebody from outside.
    Outside(OutsideRecipientInput),
}

/// Somebody from outside the organization.
#[derive(InputObject)]
pub(crate) struct OutsideRecipientInput {
    /// Name, 1 to 128 characters.
    name: String,
    /// Mail address.
    email: String,
}

/// One app to ask for.
#[derive(InputObject)]
pub(crate) struct RequestItemInput {
    /// Id of the app.
    app: String,
    /// Id of its version; needed where there are several.
    version: Option<String>,
    /// The modules.
    modules: ModulesInput,
    /// A word to the recipient about this app, at most 256 characters.
    note: Option<String>,
    /// Name of the connection to be, at most 128 characters; one is made from app and recipient when absent.
    connection_name: Option<String>,
}

/// Which modules: all of today, or some.
#[derive(OneofObject)]
pub(crate) enum ModulesInput {
    /// All that the version has today; must be `true`.
    All(bool),
    /// Ids of modules.
    Ids(Vec<String>),
}

/// A request was sent.
#[derive(SimpleObject)]
pub(crate) struct CreateCredentialRequestPayload {
    /// The request.
    request: CredentialRequest,
}

/// Accepts an invitation.
#[derive(InputObject)]
pub(crate) struct AcceptInvitationInput {
    /// The last part of the link in the mail.
    link: String,
}

/// You joined: as guest and recipient of a request, or as member of an organization.
#[derive(SimpleObject)]
pub(crate) struct AcceptInvitationPayload {
    /// The request that waits for you, if the link was for one.
    request: Option<CredentialRequest>,
    /// The organization that you belong to now.
    organization: Organization,
}

/// Sends the mail of a request once more.
#[derive(InputObject)]
pub(crate) struct ResendInvitationInput {
    /// The request.
    request_id: ID,
}

/// The mail is on its way.
#[derive(SimpleObject)]
pub(crate) struct ResendInvitationPayload {
    /// The request.
    request: CredentialRequest,
}

/// Reminds the recipient of a request.
#[derive(InputObject)]
pub(crate) struct RemindRecipientInput {
    /// The request.
    request_id: ID,
}

/// The reminder is on its way.
#[derive(SimpleObject)]
pub(crate) struct RemindRecipientPayload {
    /// The request.
    request: CredentialRequest,
}

/// Reports a request that you do not trust.
#[derive(InputObject)]
pub(crate) struct ReportRequestInput {
    /// The request.
    request_id: ID,
    /// What makes you doubt, at most 1,000 characters; line breaks are allowed.
    comment: Option<String>,
}

/// The owners of the organization and the administrators of this instance are told. Nothing is declined by that.
#[derive(SimpleObject)]
pub(crate) struct ReportRequestPayload {
    /// When you first reported it.
    reported_at: DateTime<Utc>,
    /// The request; absent as long as you have not accepted its invitation.
    request: Option<CredentialRequest>,
}

/// Deletes a request.
#[derive(InputObject)]
pub(crate) struct DeleteRequestInput {
    /// The request.
    request_id: ID,
    /// From `deletionPreview`: proves that the list of connections was seen.
    confirmation_token: String,
}

/// A request was deleted. Every secret of it is destroyed and no connection works any more.
#[derive(SimpleObject)]
pub(crate) struct DeleteRequestPayload {
    /// Id of the request that was.
    request_id: ID,
}

fn draft(input: &CreateCredentialRequestInput) -> Draft {
    let recipient = match &input.recipient {
        RecipientInput::Member(id) => id.parse().map_or(DraftRecipient::NoId, DraftRecipient::Member),
        RecipientInput::Outside(outside) => {
            DraftRecipient::Outside { name: outside.name.clone(), email: outside.email.clone() }
        }
    };
    let items = input
        .items
        .iter()
        .map(|item| DraftItem {
            app: item.app.clone(),
            version: item.version.clone(),
            modules: match &item.modules {
                ModulesInput::All(true) => Modules::All,
                // Nothing chosen: the validation says so at its field.
                ModulesInput::All(false) => Modules::Ids(Vec::new()),
                ModulesInput::Ids(ids) => Modules::Ids(ids.clone()),
            },
            note: item.note.clone(),
            connection_name: item.connection_name.clone(),
        })
        .collect();
    Draft {
        name: input.name.clone(),
        description: input.description.clone(),
        recipient: Some(recipient),
        items,
        accept_terms: input.accept_terms,
    }
}

#[Object]
impl RequestMutation {
    /// Sends a request. The recipient gets a mail, unless that is you.
    async fn create_credential_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: CreateCredentialRequestInput,
    ) -> async_graphql::Result<CreateCredentialRequestPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let team = parse(&input.team_id, "teamId").map_err(fail)?;
        let draft = draft(&input);
        let id = service
            .create_request(actor, team, &draft, input.idempotency_key.as_deref())
            .await
            .map_err(fail)?;
        Ok(CreateCredentialRequestPayload {
            request: CredentialRequest::of(service.request(actor, id).await.map_err(fail)?),
        })
    }

    /// Joins you to an organization: by the link of a request as guest and recipient, by the link of an
    /// invitation with the role that it names. The link must be for the address that you are signed in with.
    /// Accepting twice is accepting once.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] input: AcceptInvitationInput,
    ) -> async_graphql::Result<AcceptInvitationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let (request, organization) =
            match service.accept_invitation(actor, &input.link).await.map_err(fail)? {
                Accepted::Request(id) => {
                    let request = service.request(actor, id).await.map_err(fail)?;
                    let organization = request.organization.0;
                    (Some(CredentialRequest::of(request)), organization)
                }
                Accepted::Membership(organization) => (None, organization),
            };
        let organization = service.organization(actor, organization).await.map_err(fail)?;
        Ok(AcceptInvitationPayload { request, organization: Organization::of(organization) })
    }

    /// Sends the mail of a request once more; at most three times an hour.
    async fn resend_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: ResendInvitationInput,
    ) -> async_graphql::Result<ResendInvitationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.request_id, "requestId").map_err(fail)?;
        service.resend_invitation(actor, id).await.map_err(fail)?;
        Ok(ResendInvitationPayload {
            request: CredentialRequest::of(service.request(actor, id).await.map_err(fail)?),
        })
    }

    /// Reminds the recipient that your request waits for an answer; once a day.
    async fn remind_recipient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: RemindRecipientInput,
    ) -> async_graphql::Result<RemindRecipientPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.request_id, "requestId").map_err(fail)?;
        service.remind_now(actor, id).await.map_err(fail)?;
        Ok(RemindRecipientPayload {
            request: CredentialRequest::of(service.request(actor, id).await.map_err(fail)?),
        })
    }

    /// Tells the owners of the organization and the administrators of this instance that you do not trust a request to
    /// you, accepted or not, with your name, address and comment; whoever sent it is told only as one of them. Once per
    /// request: a second report changes nothing.
    async fn report_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Request and comment.")] input: ReportRequestInput,
    ) -> async_graphql::Result<ReportRequestPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.request_id, "requestId").map_err(fail)?;
        let reported_at = service.report_request(actor, id, input.comment.as_deref()).await.map_err(fail)?;
        let request = match service.request(actor, id).await {
            Ok(view) => Some(CredentialRequest::of(view)),
            Err(Error::Refused(ErrorCode::NotFound, _)) => None,
            Err(error) => return Err(fail(error)),
        };
        Ok(ReportRequestPayload { reported_at, request })
    }

    /// Deletes a request, in any state. If the connections that this ends have changed since the preview,
    /// the answer is `PREVIEW_STALE` with the new list and token in `extensions.preview`.
    async fn delete_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Request and confirmation.")] input: DeleteRequestInput,
    ) -> async_graphql::Result<DeleteRequestPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.request_id, "requestId").map_err(fail)?;
        ctx.service()?.delete_request(ctx.actor(), id, &input.confirmation_token).await.map_err(fail)?;
        Ok(DeleteRequestPayload { request_id: input.request_id })
    }
}
