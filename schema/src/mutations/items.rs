//! What a recipient does with an item.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::credential::SecretText;
use domain::id::ItemId;
use service::{Confirm, Error, FieldValue, OwnClientInput as OwnClient};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::RequestItem;

#[derive(Default)]
pub(crate) struct ItemMutation;

/// Begins a sign-in at the app.
#[derive(InputObject)]
pub(crate) struct StartAuthorizationInput {
    /// The item.
    item_id: ID,
    /// Id of a way to authenticate of kind `OAUTH2_CODE`.
    method: String,
    /// An OAuth client of your own, where the app asks for it.
    client: Option<OwnClientInput>,
    /// The fields of the way to authenticate.
    #[graphql(default)]
    fields: Vec<FieldInput>,
    /// Let the access count only once you have seen whose account it is: `waitingAccount`, then `confirmAccount`
    /// or `rejectAccount`.
    #[graphql(default)]
    confirm_account: bool,
}

/// An OAuth client of your own.
#[derive(InputObject)]
pub(crate) struct OwnClientInput {
    /// Client id.
    id: String,
    /// Client secret.
    secret: Option<String>,
}

/// A field that you filled in.
#[derive(InputObject)]
pub(crate) struct FieldInput {
    /// Name, from the catalog.
    name: String,
    /// What you typed.
    value: String,
}

/// Where to go on.
#[derive(SimpleObject)]
pub(crate) struct StartAuthorizationPayload {
    /// Open this address in the same browser: the app asks you there.
    url: String,
    /// Until when the app may send you back.
    expires_at: DateTime<Utc>,
}

/// Grants access by key, password or client credentials.
#[derive(InputObject)]
pub(crate) struct SubmitCredentialInput {
    /// The item.
    item_id: ID,
    /// Id of a way to authenticate of another kind than `OAUTH2_CODE`.
    method: String,
    /// Its fields.
    fields: Vec<FieldInput>,
    /// Let the access count only once you have seen whose account it is: `waitingAccount`, then `confirmAccount`
    /// or `rejectAccount`.
    #[graphql(default)]
    confirm_account: bool,
}

/// Access is granted, or waits for your confirmation.
#[derive(SimpleObject)]
pub(crate) struct SubmitCredentialPayload {
    /// The item.
    item: RequestItem,
}

/// Says no to an item, for good.
#[derive(InputObject)]
pub(crate) struct DeclineItemInput {
    /// The item.
    item_id: ID,
    /// Why, 1 to 256 characters; both sides see it. Needed unless the organization has made it optional.
    reason: Option<String>,
}

/// The item is declined.
#[derive(SimpleObject)]
pub(crate) struct DeclineItemPayload {
    /// The item.
    item: RequestItem,
}

/// A decision on an account that waits.
#[derive(InputObject)]
pub(crate) struct AccountDecisionInput {
    /// The item.
    item_id: ID,
}

/// It is decided.
#[derive(SimpleObject)]
pub(crate) struct AccountDecisionPayload {
    /// The item.
    item: RequestItem,
}

/// Takes access back.
#[derive(InputObject)]
pub(crate) struct RevokeItemInput {
    /// The item.
    item_id: ID,
}

/// The access has ended here; the app is being told.
#[derive(SimpleObject)]
pub(crate) struct RevokeItemPayload {
    /// The item.
    item: RequestItem,
}

fn fields(input: Vec<FieldInput>) -> Vec<FieldValue> {
    input
        .into_iter()
        .map(|field| FieldValue { name: field.name, value: SecretText::from(field.value) })
        .collect()
}

const fn confirm(wanted: bool) -> Confirm {
    if wanted { Confirm::Account } else { Confirm::No }
}

async fn item(ctx: &Context<'_>, id: ItemId) -> async_graphql::Result<RequestItem> {
    Ok(RequestItem(ctx.service()?.item(ctx.actor(), id).await.map_err(|error| error.fail(ctx))?))
}

#[Object]
impl ItemMutation {
    /// Begins a sign-in at the app, to authorize an item or to authorize it anew. Nothing changes until the
    /// app sends your browser back.
    async fn start_authorization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Item and way to authenticate.")] input: StartAuthorizationInput,
    ) -> async_graphql::Result<StartAuthorizationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        let client = input
            .client
            .map(|client| OwnClient { id: client.id, secret: client.secret.map(SecretText::from) });
        let start = ctx
            .service()?
            .start_authorization(
                ctx.actor(),
                id,
                &input.method,
                client.as_ref(),
                &fields(input.fields),
                confirm(input.confirm_account),
            )
            .await
            .map_err(fail)?;
        Ok(StartAuthorizationPayload { url: start.url, expires_at: start.expires_at })
    }

    /// Grants access by what you typed. It is tried at the app first; a wrong key is refused here, and the
    /// item stays as it was.
    async fn submit_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Item, way to authenticate, and fields.")] input: SubmitCredentialInput,
    ) -> async_graphql::Result<SubmitCredentialPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        ctx.service()?
            .submit_credential(
                ctx.actor(),
                id,
                &input.method,
                &fields(input.fields),
                confirm(input.confirm_account),
            )
            .await
            .map_err(fail)?;
        Ok(SubmitCredentialPayload { item: item(ctx, id).await? })
    }

    /// It is the right account: the access counts from now on.
    async fn confirm_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: AccountDecisionInput,
    ) -> async_graphql::Result<AccountDecisionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        ctx.service()?.confirm_account(ctx.actor(), id).await.map_err(fail)?;
        Ok(AccountDecisionPayload { item: item(ctx, id).await? })
    }

    /// It is the wrong account: the access is thrown away, and the app is told. Authorize again with another one.
    async fn reject_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: AccountDecisionInput,
    ) -> async_graphql::Result<AccountDecisionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        ctx.service()?.reject_account(ctx.actor(), id).await.map_err(fail)?;
        Ok(AccountDecisionPayload { item: item(ctx, id).await? })
    }

    /// Says no to an item, for good. The access of an authorized one ends at once.
    async fn decline_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Item and reason.")] input: DeclineItemInput,
    ) -> async_graphql::Result<DeclineItemPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        ctx.service()?.decline_item(ctx.actor(), id, input.reason.as_deref()).await.map_err(fail)?;
        Ok(DeclineItemPayload { item: item(ctx, id).await? })
    }

    /// Takes access back. It ends here at once; authorizing again restores the same connections.
    async fn revoke_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: RevokeItemInput,
    ) -> async_graphql::Result<RevokeItemPayload> {
        let fail = |error: Error| error.fail(ctx);
        let id = parse(&input.item_id, "itemId").map_err(fail)?;
        ctx.service()?.revoke_item(ctx.actor(), id).await.map_err(fail)?;
        Ok(RevokeItemPayload { item: item(ctx, id).await? })
    }
}
