//! Seeing whose account it is before a grant counts (REC-3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::credential::{Account, Secret};
use domain::event::{Event, Reason};
use domain::id::{AttemptId, ItemId};
use domain::policy::Action;
use providers::Grant;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::attempt::Attempt;
use super::authorize::{VALID, requested_scopes};
use super::client::Way;
use crate::accounts::hash;
use crate::db::entity::{authorization, credential_request, request_item};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::requests::of_request;
use crate::vault::{Belongs, Sealed};
use crate::{Service, ids};

/// A grant that waits, as it lies sealed in the authorization's row.
#[derive(Serialize, Deserialize)]
struct Waiting {
    secret: String,
    granted_scopes: Option<Vec<String>>,
    expires_at: Option<DateTime<Utc>>,
    account: Option<Account>,
}

impl Waiting {
    fn of(grant: &Grant) -> Self {
        Self {
            secret: STANDARD.encode(grant.secret.to_bytes()),
            granted_scopes: grant.granted_scopes.clone(),
            expires_at: grant.expires_at,
            account: grant.account.clone(),
        }
    }

    fn open(self) -> Result<Grant> {
        let corrupt = || Error::corrupt("waiting grant");
        let secret = Zeroizing::new(STANDARD.decode(&self.secret).map_err(|_| corrupt())?);
        Ok(Grant {
            secret: Secret::from_bytes(&secret).map_err(|_| corrupt())?,
            granted_scopes: self.granted_scopes,
            expires_at: self.expires_at,
            account: self.account,
        })
    }
}

impl Service {
    /// Keeps a fresh grant aside until the recipient has seen the account. Nothing of the item changes. A second
    /// one takes the place of the first.
    pub(super) async fn wait_for_confirmation(
        &self,
        actor: Actor,
        request: &credential_request::Model,
        item: &request_item::Model,
        way: &Way,
        grant: &Grant,
        taken: Option<Uuid>,
    ) -> Result<()> {
        let Actor::User { user, session } = actor else { return Err(Error::unauthenticated()) };
        let plain = Zeroizing::new(json(&Waiting::of(grant))?);
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        if let Err(error) = self.hold_request(&write, domain::id::RequestId(request.id)).await {
            drop(write);
            self.discard_grant(request, item, way, &grant.secret).await?;
            return Err(error);
        }
        self.discard_waiting(&mut write, request, item).await?;
        if let Some(taken) = taken {
            authorization::Entity::delete_by_id(taken).exec(write.tx()).await?;
        }
        let id: AttemptId = ids::new(write.now());
        let sealed = self.keys.seal(Belongs::Authorization { id: id.0 }, plain.as_bytes())?;
        let account = grant.account.as_ref().map(json).transpose()?;
        // An answer without scopes means: as asked for (RFC 6749, 5.1).
        let granted = grant.granted_scopes.clone().unwrap_or_else(|| requested_scopes(item, &way.method));
        let (organization_client_id, instance_client_id) = way.client.columns();
        authorization::ActiveModel {
            id: Set(id.0),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            // No callback has this state any more; the column wants one of its own.
            state_hash: Set(hash(&id.to_string())),
            item_id: Set(item.id),
            user_id: Set(user.0),
            session_id: Set(session.0),
            method: Set(way.method.clone()),
            organization_client_id: Set(organization_client_id),
            instance_client_id: Set(instance_client_id),
            item_version: Set(item.version),
            created_at: Set(write.now()),
            expires_at: Set(write.now() + VALID),
            taken_at: Set(None),
            granted_at: Set(Some(write.now())),
            account: Set(account),
            granted_scopes: Set(Some(json(&granted)?)),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::ItemWaits { of: of_request(request), item: ItemId(item.id) }).await?;
        write.commit().await
    }

    /// Lets a waiting grant count: it is the right account.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`; `INVALID_STATE` when nothing waits; `CONFLICT` when the item
    /// changed meanwhile: then nothing is stored and the fresh access is revoked.
    pub async fn confirm_account(&self, actor: Actor, id: ItemId) -> Result<()> {
        let (request, mut item) = self.load_item(actor, Action::GrantItem, id).await?;
        let row = self.waiting_row(actor, id).await?;
        let grant = self.open_waiting(&row)?;
        // What counts is the item as the recipient left it.
        item.version = row.item_version;
        let scopes = requested_scopes(&item, &row.method);
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        let gone = authorization::Entity::delete_by_id(row.id).exec(write.tx()).await?;
        if gone.rows_affected == 0 {
            return Err(nothing_waits());
        }
        let stored = self.store_grant(&mut write, &request, &item, &Way::from(&row), &grant, &scopes).await;
        let error = match stored {
            Ok(()) => return write.commit().await,
            Err(error) => error,
        };
        drop(write);
        self.end_waiting(actor, &row, Reason::TooLate).await?;
        Err(match error {
            Error::Refused(ErrorCode::NotFound | ErrorCode::IllegalTransition, _) => Error::conflict(),
            other => other,
        })
    }

    /// Throws a waiting grant away: it is the wrong account. The app is told.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`; `INVALID_STATE` when nothing waits.
    pub async fn reject_account(&self, actor: Actor, id: ItemId) -> Result<()> {
        self.load_item(actor, Action::GrantItem, id).await?;
        let row = self.waiting_row(actor, id).await?;
        self.end_waiting(actor, &row, Reason::OtherAccount).await
    }

    async fn waiting_row(&self, actor: Actor, id: ItemId) -> Result<authorization::Model> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let rows = waiting(self.db.read(), id.0).await?;
        let row = rows.into_iter().find(|row| row.user_id == user.0 && row.expires_at > self.now());
        row.ok_or_else(nothing_waits)
    }

    fn open_waiting(&self, row: &authorization::Model) -> Result<Grant> {
        let corrupt = || Error::corrupt("waiting grant");
        let sealed = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone());
        let plain = self.keys.unseal(Belongs::Authorization { id: row.id }, &sealed.ok_or_else(corrupt)?)?;
        serde_json::from_slice::<Waiting>(&plain).map_err(|_| corrupt())?.open()
    }

    /// Ends a waiting grant without storing it: revokes what can be revoked, and writes down why.
    pub(super) async fn end_waiting(
        &self,
        actor: Actor,
        row: &authorization::Model,
        reason: Reason,
    ) -> Result<()> {
        let mut write = self.write_for_item(actor, row.item_id).await?;
        let gone = authorization::Entity::delete_by_id(row.id).exec(write.tx()).await?;
        let item = request_item::Entity::find_by_id(row.item_id).one(write.tx()).await?;
        let Some(item) = item.filter(|_| gone.rows_affected == 1) else { return write.commit().await };
        let request = credential_request::Entity::find_by_id(item.request_id).one(write.tx()).await?;
        let Some(request) = request else { return write.commit().await };
        self.revoke_waiting(&mut write, &request, &item, row).await?;
        let attempt = Attempt { reason, detail: None, breaks: false };
        self.commit_attempt(write, &request, &item, &row.method, &attempt).await
    }

    /// Throws away what waits for an item, in the caller's transaction: the item goes another way.
    pub(super) async fn discard_waiting(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
    ) -> Result<()> {
        for row in waiting(write.tx(), item.id).await? {
            authorization::Entity::delete_by_id(row.id).exec(write.tx()).await?;
            self.revoke_waiting(write, request, item, &row).await?;
        }
        Ok(())
    }

    /// A key that the recipient typed is theirs: it is forgotten, not revoked.
    async fn revoke_waiting(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        row: &authorization::Model,
    ) -> Result<()> {
        use domain::credential::Kind::{ClientCredentials, OAuth2Code};
        let (_, method) = self.method_of(item, &row.method)?;
        if matches!(method.kind, OAuth2Code | ClientCredentials) {
            let secret = self.open_waiting(row)?.secret;
            self.queue_revocation(write, request, item, &Way::from(row), &secret.to_bytes()).await?;
        }
        Ok(())
    }
}

fn json(what: &impl Serialize) -> Result<String> {
    serde_json::to_string(what).map_err(|error| Error::Internal(error.to_string()))
}

/// Grants of an item that wait, newest first.
async fn waiting(db: &impl ConnectionTrait, item: Uuid) -> Result<Vec<authorization::Model>> {
    Ok(authorization::Entity::find()
        .filter(authorization::Column::ItemId.eq(item))
        .filter(authorization::Column::GrantedAt.is_not_null())
        .order_by_desc(authorization::Column::GrantedAt)
        .all(db)
        .await?)
}

fn nothing_waits() -> Error {
    Error::refused(ErrorCode::InvalidState, "no account waits to be confirmed; authorize again")
}
