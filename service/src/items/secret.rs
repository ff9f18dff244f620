//! Storing and destroying the secret of an item, always together with the item's state.

use domain::credential::Secret;
use domain::event::{Event, Reason};
use domain::health::Health;
use domain::id::{CredentialId, ItemId, RequestId, RevocationId};
use domain::item::{State, Step};
use providers::Grant;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};

use super::client::Way;
use crate::db::entity::{credential, credential_request, request_item, revocation};
use crate::db::json::Names;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::requests::{RevocationOutcome, of_request, refold};
use crate::tokens::Times;
use crate::vault::{Belongs, Sealed};
use crate::{Service, ids};

pub(crate) fn state_of(item: &request_item::Model) -> Result<State> {
    State::parse(&item.state).ok_or_else(|| Error::corrupt("item state"))
}

/// Outcome of a secret that was replaced and waits for the item's end; nobody is shown it.
const HELD: &str = "HELD";

/// What else changes with the state.
#[derive(Default)]
pub(super) struct With {
    pub(super) invalid_reason: Option<Reason>,
    pub(super) decline_reason: Option<String>,
    pub(super) revoke_reason: Option<Reason>,
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
        .col_expr(request_item::Column::RevokeReason, Expr::value(with.revoke_reason.map(Reason::as_str)))
        .filter(request_item::Column::Id.eq(seen.id))
        .filter(request_item::Column::Version.eq(seen.version))
        .exec(write.tx())
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::conflict());
    }
    refold(write, RequestId(seen.request_id)).await
}

/// Moves an authorized item to where its broken access leaves it.
pub(crate) async fn break_item(
    write: &Write,
    seen: &request_item::Model,
    to: State,
    reason: Reason,
) -> Result<()> {
    change_item(write, seen, to, With { invalid_reason: Some(reason), ..With::default() }).await
}

impl Service {
    /// Stores a grant and moves the item, if it still is as it was seen. The credential keeps its id, so
    /// that its connections go on (REC-7).
    pub(super) async fn store_grant(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        way: &Way,
        grant: &Grant,
        requested: &[String],
    ) -> Result<()> {
        let state = state_of(item)?;
        let step = if state == State::Authorized { Step::Renew } else { Step::Authorize };
        let to = state.after(step)?;
        self.hold_request(write, RequestId(request.id)).await?;
        change_item(write, item, to, With::default()).await?;
        // Locked, so that a renewal that commits beside us is seen, or finds the row gone on (STATE-1).
        let known = credential::Entity::find()
            .filter(credential::Column::ItemId.eq(item.id))
            .lock_exclusive()
            .one(write.tx())
            .await?;
        let repaired =
            state == State::Invalid && known.as_ref().is_some_and(|old| old.destroyed_at.is_none());
        if let Some(old) = &known {
            self.hold_replaced(write, request, item, old).await?;
        }
        let id = known.as_ref().map_or_else(|| ids::new::<CredentialId>(write.now()).0, |row| row.id);
        let version = known.as_ref().map_or(1, |row| row.version.saturating_add(1));
        let sealed = self.keys.seal(Belongs::Credential { id, version }, &grant.secret.to_bytes())?;
        // An answer without scopes means: as asked for (RFC 6749, 5.1).
        let scopes = grant.granted_scopes.as_deref().unwrap_or(requested);
        let account = grant.account.as_ref();
        let (organization_client_id, instance_client_id) = way.client.columns();
        let (_, method) = self.method_of(item, &way.method)?;
        let times = Times::of(&method, &grant.secret, grant.expires_at, write.now());
        let row = credential::ActiveModel {
            id: Set(id),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            item_id: Set(item.id),
            version: Set(version),
            method: Set(way.method.clone()),
            organization_client_id: Set(organization_client_id),
            instance_client_id: Set(instance_client_id),
            kind: Set(grant.secret.kind().as_str().to_owned()),
            granted_scopes: Set(Names(scopes.to_vec())),
            account_id: Set(account.and_then(|account| account.id.clone())),
            account_label: Set(account.map(|account| account.label.clone())),
            account_workspace: Set(account.and_then(|account| account.workspace.clone())),
            authorized_at: Set(write.now()),
            expires_at: Set(grant.expires_at),
            refreshed_at: Set(None),
            probed_at: Set(account.map(|_| write.now())),
            destroyed_at: Set(None),
            team_id: Set(Some(request.team_id)),
            health: Set(Health::Working.as_str().to_owned()),
            refresh_at: Set(times.refresh_at),
            probe_at: Set(times.probe_at),
            check_at: Set(times.check_at),
            claim: Set(None),
            claim_until: Set(None),
            interrupted: Set(false),
            retry_from: Set(None),
            failing_since: Set(None),
            failures: Set(0),
            last_failure: Set(None),
            // What an admin suspended stays so when the recipient authorizes again.
            suspended_at: Set(known.as_ref().and_then(|row| row.suspended_at)),
            suspended_by: Set(known.as_ref().and_then(|row| row.suspended_by)),
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
            Event::ItemAuthorized { of, item, repaired }
        };
        write.emit(&event).await?;
        Ok(())
    }

    /// Keeps a replaced secret sealed until the item's secret is destroyed (REC-7): the app may let it live on
    /// beside the new one, so a revoke must end both. Revoking it at once would end the new one too at apps
    /// that revoke whole grants.
    async fn hold_replaced(
        &self,
        write: &Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        old: &credential::Model,
    ) -> Result<()> {
        let sealed = Sealed::from_columns(old.key_id.clone(), old.data_key.clone(), old.sealed.clone());
        let Some(sealed) = sealed.filter(|_| self.can_revoke(item, &old.method)) else { return Ok(()) };
        let secret = self.keys.unseal(Belongs::Credential { id: old.id, version: old.version }, &sealed)?;
        self.insert_revocation(write, request, item, &Way::from(old), HELD, Some(&secret)).await?;
        Ok(())
    }

    /// Destroys the secret of an item in the caller's transaction, and queues its revocation at the provider
    /// where the provider has such a call, with those that it replaced. Does nothing where there is none.
    pub(crate) async fn destroy_secret(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
    ) -> Result<()> {
        self.discard_waiting(write, request, item).await?;
        let row = credential::Entity::find()
            .filter(credential::Column::ItemId.eq(item.id))
            .filter(credential::Column::DestroyedAt.is_null())
            // A renewal that commits beside us is seen, or finds the row destroyed (STATE-1).
            .lock_exclusive()
            .one(write.tx())
            .await?;
        let Some(row) = row else { return Ok(()) };
        let (id, version, way) = (row.id, row.version, Way::from(&row));
        let sealed = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone());
        let mut row = row.into_active_model();
        row.key_id = Set(None);
        row.data_key = Set(None);
        row.sealed = Set(None);
        row.organization_client_id = Set(None);
        row.instance_client_id = Set(None);
        row.expires_at = Set(None);
        row.destroyed_at = Set(Some(write.now()));
        row.health = Set(Health::Ended.as_str().to_owned());
        row.refresh_at = Set(None);
        row.probe_at = Set(None);
        row.check_at = Set(None);
        row.failing_since = Set(None);
        row.last_failure = Set(None);
        row.update(write.tx()).await?;
        self.release_held(write, request, item).await?;
        if let Some(sealed) = sealed {
            let secret = self.keys.unseal(Belongs::Credential { id, version }, &sealed)?;
            self.queue_revocation(write, request, item, &way, &secret).await?;
        }
        Ok(())
    }

    /// Queues the revocation of secrets that were replaced, and forgets outcomes of earlier ends: what is
    /// shown is the end of now.
    async fn release_held(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
    ) -> Result<()> {
        let ended = [RevocationOutcome::Revoked.as_str(), RevocationOutcome::Unsupported.as_str()];
        revocation::Entity::delete_many()
            .filter(revocation::Column::ItemId.eq(item.id))
            .filter(revocation::Column::Outcome.is_in(ended))
            .exec(write.tx())
            .await?;
        let held = revocation::Entity::find()
            .filter(revocation::Column::ItemId.eq(item.id))
            .filter(revocation::Column::Outcome.eq(HELD))
            .all(write.tx())
            .await?;
        for row in held {
            let revocation = RevocationId(row.id);
            let mut row = row.into_active_model();
            row.outcome = Set(RevocationOutcome::Queued.as_str().to_owned());
            row.created_at = Set(write.now());
            row.update(write.tx()).await?;
            let (of, item) = (of_request(request), ItemId(item.id));
            write.emit(&Event::RevocationQueued { revocation, of, item }).await?;
        }
        Ok(())
    }

    fn can_revoke(&self, item: &request_item::Model, method: &str) -> bool {
        self.catalog()
            .version(&item.app, &item.app_version)
            .and_then(|version| version.method(method))
            .is_some_and(|method| {
                !matches!(method.revocation, domain::catalog::Revocation::Unsupported { .. })
            })
    }

    /// Keeps a secret sealed until its provider has revoked it; where the provider has no such call, only
    /// the outcome is kept and the secret is gone at once (REC-6).
    pub(super) async fn queue_revocation(
        &self,
        write: &mut Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        way: &Way,
        secret: &[u8],
    ) -> Result<()> {
        if !self.can_revoke(item, &way.method) {
            // Of a request that is gone, not even the outcome is kept.
            let lives = credential_request::Entity::find_by_id(request.id).one(write.tx()).await?;
            if lives.is_some_and(|row| row.deleted_at.is_none()) {
                let outcome = RevocationOutcome::Unsupported.as_str();
                self.insert_revocation(write, request, item, way, outcome, None).await?;
            }
            return Ok(());
        }
        let outcome = RevocationOutcome::Queued.as_str();
        let revocation = self.insert_revocation(write, request, item, way, outcome, Some(secret)).await?;
        let (of, item) = (of_request(request), ItemId(item.id));
        write.emit(&Event::RevocationQueued { revocation, of, item }).await?;
        Ok(())
    }

    async fn insert_revocation(
        &self,
        write: &Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        way: &Way,
        outcome: &str,
        secret: Option<&[u8]>,
    ) -> Result<RevocationId> {
        let id: RevocationId = ids::new(write.now());
        let sealed =
            secret.map(|secret| self.keys.seal(Belongs::Revocation { id: id.0 }, secret)).transpose()?;
        let (key_id, data_key, body) = match sealed {
            Some(sealed) => (Some(sealed.key_id), Some(sealed.data_key), Some(sealed.body)),
            None => (None, None, None),
        };
        // Of a secret that is gone no call will be made.
        let (organization_client_id, instance_client_id) =
            if secret.is_some() { way.client.columns() } else { (None, None) };
        revocation::ActiveModel {
            id: Set(id.0),
            finished_at: Set(key_id.is_none().then(|| write.now())),
            key_id: Set(key_id),
            data_key: Set(data_key),
            sealed: Set(body),
            request_id: Set(request.id),
            item_id: Set(item.id),
            app: Set(item.app.clone()),
            app_version: Set(item.app_version.clone()),
            method: Set(way.method.clone()),
            organization_client_id: Set(organization_client_id),
            instance_client_id: Set(instance_client_id),
            outcome: Set(outcome.to_owned()),
            created_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        Ok(id)
    }

    /// A renewed secret that came too late (STATE-1). Where its access was taken back it is revoked; where the
    /// recipient authorized anew meanwhile it waits with the secret that was replaced, for the end of both. False, and
    /// nothing is done, when it is stored after all.
    pub(crate) async fn discard_renewed(
        &self,
        old: &credential::Model,
        request: &credential_request::Model,
        item: &request_item::Model,
        secret: &Secret,
    ) -> Result<bool> {
        let mut write = self
            .write_holding(domain::actor::Actor::System, Hold::Organization(request.organization_id))
            .await?;
        let now = credential::Entity::find_by_id(old.id).lock_exclusive().one(write.tx()).await?;
        if self.is_stored(&write, item, secret).await? {
            return Ok(false);
        }
        let (way, bytes) = (Way::from(old), secret.to_bytes());
        if now.is_some_and(|row| row.destroyed_at.is_none()) {
            if self.can_revoke(item, &way.method) {
                self.insert_revocation(&write, request, item, &way, HELD, Some(&bytes)).await?;
            }
        } else {
            self.queue_revocation(&mut write, request, item, &way, &bytes).await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// Whether the item's credential holds this very secret.
    async fn is_stored(&self, write: &Write, item: &request_item::Model, secret: &Secret) -> Result<bool> {
        let row = credential::Entity::find()
            .filter(credential::Column::ItemId.eq(item.id))
            .filter(credential::Column::DestroyedAt.is_null())
            .one(write.tx())
            .await?;
        let Some(row) = row else { return Ok(false) };
        let sealed = Sealed::from_columns(row.key_id, row.data_key, row.sealed);
        let Some(sealed) = sealed else { return Ok(false) };
        let kept = self.keys.unseal(Belongs::Credential { id: row.id, version: row.version }, &sealed)?;
        Ok(*kept == *secret.to_bytes())
    }

    /// A fresh grant that could not be stored: nothing of it stays but its revocation (STATE-1). False, and nothing
    /// is done, when it is stored after all: of a connection that breaks in the middle of a commit nobody knows
    /// whether the commit was made. The hold waits for its end, and a grant that counts must not be revoked.
    pub(super) async fn discard_grant(
        &self,
        request: &credential_request::Model,
        item: &request_item::Model,
        way: &Way,
        secret: &Secret,
    ) -> Result<bool> {
        let mut write = self
            .write_holding(domain::actor::Actor::System, Hold::Organization(request.organization_id))
            .await?;
        if self.is_stored(&write, item, secret).await? {
            return Ok(false);
        }
        self.queue_revocation(&mut write, request, item, way, &secret.to_bytes()).await?;
        write.commit().await?;
        Ok(true)
    }
}
