//! The audit log (SEC-4): append-only, a chain per organization. Each record carries a keyed hash of itself and of
//! the record before it, so that a change, a removal, a swap and a cut end are noticed. The key lies sealed in the
//! database, like any secret; whoever can only write the database cannot make a chain that verifies.
//!
//! Records hold ids, never a name, an address or a text that somebody wrote. They are written in the transaction
//! of the change that they tell of.

mod list;
mod named;
#[cfg(test)]
mod tests;
mod verify;

use domain::actor::Actor;
use domain::event::Event;
use domain::id::EventId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _,
};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use list::AuditRecordView;
pub use named::AuditSubject;
pub use verify::{AuditAnchor, AuditFault, AuditReport};

use crate::Service;
use crate::db::entity::{audit_head, audit_key, audit_record};
use crate::error::{Error, Result};
use crate::ids;
use crate::vault::{Belongs, Sealed};

/// Chain of what belongs to no organization.
const INSTANCE: Uuid = Uuid::nil();

/// The key of the log.
pub(crate) struct AuditKey(Zeroizing<[u8; 32]>);

impl AuditKey {
    /// The hash of a record behind another.
    fn mac(&self, before: &[u8], row: &audit_record::Model) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key");
        let actor = row.actor_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let parts: [&[u8]; 8] = [
            before,
            row.organization_id.as_bytes(),
            &row.seq.to_be_bytes(),
            // Microseconds: what both databases keep.
            &row.at.timestamp_micros().to_be_bytes(),
            row.kind.as_bytes(),
            row.actor_kind.as_bytes(),
            &actor,
            row.payload.as_bytes(),
        ];
        mac.update(row.id.as_bytes());
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }
}

/// Whether an event belongs into the log: changes by people, and what follows from them. Codes that somebody asks
/// for change nothing, and a mail's way is no change of rights.
const fn is_kept(event: &Event) -> bool {
    !matches!(event, Event::SignInRequested { .. } | Event::DeliveryChanged { .. })
}

fn actor_of(actor: Actor) -> (&'static str, Option<Uuid>) {
    match actor {
        Actor::User { user, .. } => ("PERSON", Some(user.0)),
        Actor::Token { user, .. } => ("TOKEN", Some(user.0)),
        Actor::Anonymous => ("NOBODY", None),
        Actor::System => ("CONSENTRY", None),
    }
}

/// The end of an organization's chain, held until the transaction ends: so events of an organization come one
/// after the other, and the order of their ids is that of their commits.
pub(crate) struct Head(audit_head::Model);

impl Head {
    /// Takes the end of the chain to which an event belongs.
    pub(crate) async fn take(tx: &DatabaseTransaction, event: &Event) -> Result<Self> {
        let organization = event.organization().map_or(INSTANCE, |organization| organization.0);
        let step = i64::from(is_kept(event));
        let take = || {
            audit_head::Entity::update_many()
                .col_expr(audit_head::Column::Seq, Expr::col(audit_head::Column::Seq).add(step))
                .filter(audit_head::Column::OrganizationId.eq(organization))
        };
        if take().exec(tx).await?.rows_affected == 0 {
            let first = audit_head::ActiveModel {
                organization_id: Set(organization),
                seq: Set(0),
                mac: Set(vec![0; 32]),
                event_id: Set(None),
            };
            audit_head::Entity::insert(first)
                .on_conflict(OnConflict::column(audit_head::Column::OrganizationId).do_nothing().to_owned())
                .exec_without_returning(tx)
                .await?;
            take().exec(tx).await?;
        }
        let head = audit_head::Entity::find_by_id(organization).one(tx).await?;
        head.map(Self).ok_or_else(|| Error::corrupt("audit head"))
    }

    /// An id for the event, behind every one before, whatever the clocks of other machines say.
    pub(crate) fn event_id(&self, now: chrono::DateTime<chrono::Utc>) -> EventId {
        let new: EventId = ids::new(now);
        match self.0.event_id {
            Some(last) if last >= new.0 => EventId(Uuid::from_u128(last.as_u128().saturating_add(1))),
            _ => new,
        }
    }

    /// Appends the event to the chain, if it belongs there, and lets the chain end with it.
    pub(crate) async fn append(
        self,
        tx: &DatabaseTransaction,
        key: &AuditKey,
        actor: Actor,
        id: EventId,
        at: chrono::DateTime<chrono::Utc>,
        event: &Event,
    ) -> Result<()> {
        let mut end = audit_head::Entity::update_many()
            .col_expr(audit_head::Column::EventId, Expr::value(id.0))
            .filter(audit_head::Column::OrganizationId.eq(self.0.organization_id));
        if is_kept(event) {
            let (actor_kind, actor_id) = actor_of(actor);
            let mut row = audit_record::Model {
                id: id.0,
                organization_id: self.0.organization_id,
                seq: self.0.seq,
                at,
                kind: event.kind().to_owned(),
                actor_kind: actor_kind.to_owned(),
                actor_id,
                payload: serde_json::to_string(event).map_err(|error| Error::Internal(error.to_string()))?,
                mac: Vec::new(),
            };
            row.mac = key.mac(&self.0.mac, &row);
            end = end.col_expr(audit_head::Column::Mac, Expr::value(row.mac.clone()));
            audit_record::ActiveModel::from(row).insert(tx).await?;
        }
        end.exec(tx).await?;
        Ok(())
    }
}

impl Service {
    /// Opens the log's key, and makes it at the first start. Of several processes that start at once one makes it.
    pub(crate) async fn open_audit_key(&self) -> Result<AuditKey> {
        const ONLY: Uuid = Uuid::nil();
        let find = || audit_key::Entity::find_by_id(ONLY).one(self.db.read());
        if find().await?.is_none() {
            let key = Zeroizing::new(ids::random::<32>());
            let sealed = self.keys.seal(Belongs::AuditKey, key.as_slice())?;
            let write = self.write(Actor::System).await?;
            let made = audit_key::ActiveModel {
                id: Set(ONLY),
                key_id: Set(Some(sealed.key_id)),
                data_key: Set(Some(sealed.data_key)),
                sealed: Set(Some(sealed.body)),
            };
            audit_key::Entity::insert(made)
                .on_conflict(OnConflict::column(audit_key::Column::Id).do_nothing().to_owned())
                .exec_without_returning(write.tx())
                .await?;
            write.commit().await?;
        }
        let row = find().await?.ok_or_else(|| Error::corrupt("audit key"))?;
        let sealed = Sealed::from_columns(row.key_id, row.data_key, row.sealed);
        let plain =
            self.keys.unseal(Belongs::AuditKey, &sealed.ok_or_else(|| Error::corrupt("audit key"))?)?;
        let key: [u8; 32] = plain.as_slice().try_into().map_err(|_| Error::corrupt("audit key"))?;
        Ok(AuditKey(Zeroizing::new(key)))
    }
}
