//! Storing and destroying the secret of an item, always together with the item's state.

use domain::credential::Secret;
use domain::event::{Event, Reason};
use domain::id::{CredentialId, ItemId, RequestId, RevocationId};
use domain::item::{State, Step};
use providers::Grant;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use crate::db::Write;
use crate::db::entity::{credential, credential_request, request_item, revocation};
use crate::error::{Error, Result};
use crate::requests::{RevocationOutcome, of_request, refold};
use crate::vault::{Belongs, Sealed};
use crate::{Service, ids};

pub(super) fn state_of(item: &request_item::Model) -> Result<State> {
    State::parse(&item.state).ok_or_else(|| Error::corrupt("item state"))
}

/// What else changes with the state.
#[derive(Default)]
pub(super) struct With {
    pub(super) invalid_reason: Option<Reason>,
    pub(super) decline_reason: Option<String>,
}

/// Moves an item from the version that was seen to a new state; `CONFLICT` when somebody was quicker.
pub(super) async fn change_item(
    write: &Write,
    seen: &request_item::Model,
    to: State,
    with: With,
) -> Result<()> {
    let changed = request_item::Entity::update_many()
        .col_expr(request_item::Column::State, Expr::value(to.as_str()))
        .col_expr(request_item::Column::Version, Expr::value(seen.version.saturating_add(1)))
        .col_expr(request_item::Column::ChangedAt, Expr::value(write.now()))
        .col_expr(request_item::Column::InvalidReason, Expr::value(with.invalid_reason.map(Reason::as_str)))
        .col_expr(request_item::Column::DeclineReason, Expr::value(with.decline_reason))
        .filter(request_item::Column::Id.eq(seen.id))
        .filter(request_item::Column::Version.eq(seen.version))
        .exec(write.tx())
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::conflict());
    }
    refold(write, RequestId(seen.request_id)).await
}

impl Service {
    /// Stores a grant and moves the item, if it still is as it was seen. The credential keeps its id, so
    /// that its connections go on (REC-7).
    pub(super) async fn store_grant(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        method: &str,
        grant: &Grant,
        requested: &[String],
    ) -> Result<()> {
        let state = state_of(item)?;
        let step = if state == State::Authorized { Step::Renew } else { Step::Authorize };
        let to = state.after(step)?;
        self.hold_request(write, RequestId(request.id)).await?;
        change_item(write, item, to, With::default()).await?;
        let known =
            credential::Entity::find().filter(credential::Column::ItemId.eq(item.id)).one(write.tx()).await?;
        let id = known.as_ref().map_or_else(|| ids::new::<CredentialId>(write.now()).0, |row| row.id);
        let version = known.as_ref().map_or(1, |row| row.version.saturating_add(1));
        let sealed = self.keys.seal(Belongs::Credential { id, version }, &grant.secret.to_bytes())?;
        // An answer without scopes means: as asked for (RFC 6749, 5.1).
        let scopes = grant.granted_scopes.as_deref().unwrap_or(requested);
        let account = grant.account.as_ref();
        let row = credential::ActiveModel {
            id: Set(id),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            item_id: Set(item.id),
            version: Set(version),
            method: Set(method.to_owned()),
            kind: Set(grant.secret.kind().as_str().to_owned()),
            granted_scopes: Set(serde_json::json!(scopes)),
            account_id: Set(account.and_then(|account| account.id.clone())),
            account_label: Set(account.map(|account| account.label.clone())),
            account_workspace: Set(account.and_then(|account| account.workspace.clone())),
            authorized_at: Set(write.now()),
            expires_at: Set(grant.expires_at),
            refreshed_at: Set(None),
            probed_at: Set(account.map(|_| write.now())),
            destroyed_at: Set(None),
        };
        if known.is_some() {
            row.update(write.tx()).await?;
        } else {
            row.insert(write.tx()).await?;
        }
        let (of, item) = (of_request(request), ItemId(item.id));
        let event = if step == Step::Renew {
            Event::ItemRenewed { of, item }
        } else {
            Event::ItemAuthorized { of, item }
        };
        write.emit(&event).await?;
        Ok(())
    }

    /// Destroys the secret of an item in the caller's transaction, and queues its revocation at the provider
    /// where the provider has such a call. Does nothing where there is no secret.
    pub(crate) async fn destroy_secret(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
    ) -> Result<()> {
        let Some(row) = credential::Entity::find()
            .filter(credential::Column::ItemId.eq(item.id))
            .filter(credential::Column::DestroyedAt.is_null())
            .one(write.tx())
            .await?
        else {
            return Ok(());
        };
        let (id, version, method) = (row.id, row.version, row.method.clone());
        let sealed = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone());
        let mut row = row.into_active_model();
        row.key_id = Set(None);
        row.data_key = Set(None);
        row.sealed = Set(None);
        row.expires_at = Set(None);
        row.destroyed_at = Set(Some(write.now()));
        row.update(write.tx()).await?;
        if let Some(sealed) = sealed {
            let secret = self.keys.unseal(Belongs::Credential { id, version }, &sealed)?;
            self.queue_revocation(write, request, item, &method, &secret).await?;
        }
        Ok(())
    }

    /// Keeps a secret sealed until its provider has revoked it; where the provider has no such call, only
    /// the outcome is kept and the secret is gone at once (REC-6).
    pub(super) async fn queue_revocation(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        method: &str,
        secret: &[u8],
    ) -> Result<()> {
        let id: RevocationId = ids::new(write.now());
        let supported = self
            .catalog()
            .version(&item.app, &item.app_version)
            .and_then(|version| version.method(method))
            .is_some_and(|method| {
                !matches!(method.revocation, domain::catalog::Revocation::Unsupported { .. })
            });
        let sealed =
            if supported { Some(self.keys.seal(Belongs::Revocation { id: id.0 }, secret)?) } else { None };
        let (key_id, data_key, body) = match sealed {
            Some(sealed) => (Some(sealed.key_id), Some(sealed.data_key), Some(sealed.body)),
            None => (None, None, None),
        };
        let outcome = if supported { RevocationOutcome::Queued } else { RevocationOutcome::Unsupported };
        revocation::ActiveModel {
            id: Set(id.0),
            key_id: Set(key_id),
            data_key: Set(data_key),
            sealed: Set(body),
            request_id: Set(request.id),
            item_id: Set(item.id),
            app: Set(item.app.clone()),
            app_version: Set(item.app_version.clone()),
            method: Set(method.to_owned()),
            outcome: Set(outcome.as_str().to_owned()),
            created_at: Set(write.now()),
            finished_at: Set((!supported).then(|| write.now())),
        }
        .insert(write.tx())
        .await?;
        if supported {
            write
                .emit(&Event::RevocationQueued {
                    revocation: id,
                    of: of_request(request),
                    item: ItemId(item.id),
                })
                .await?;
        }
        Ok(())
    }

    /// A fresh grant that could not be stored: nothing of it stays but its revocation (STATE-1).
    pub(super) async fn discard_grant(
        &self,
        request: &credential_request::Model,
        item: &request_item::Model,
        method: &str,
        secret: &Secret,
    ) -> Result<()> {
        let mut write = self.write(domain::actor::Actor::System).await?;
        self.queue_revocation(&mut write, request, item, method, &secret.to_bytes()).await?;
        write.commit().await
    }
}
