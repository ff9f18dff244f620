//! One transaction: changes, their events, and the jobs that follow (REL-1).

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{EventId, JobId, RequestId};
use domain::job::Job;
use domain::reaction;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use super::entity::{event, job};
use crate::audit::{self, AuditKey};
use crate::bus::{Bus, Hint};
use crate::error::{Error, Result};
use crate::ids;

/// An open write transaction. Dropping it without [`Write::commit`] undoes everything.
pub(crate) struct Write {
    tx: DatabaseTransaction,
    audit: Arc<OnceLock<AuditKey>>,
    bus: Bus,
    actor: Actor,
    now: DateTime<Utc>,
    hints: Vec<Hint>,
    has_jobs: bool,
}

impl Write {
    pub(super) async fn begin(
        connection: &DatabaseConnection,
        bus: &Bus,
        audit: &Arc<OnceLock<AuditKey>>,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        // IMMEDIATE takes SQLite's write lock at once: a transaction that first reads can then never fail
        // for the lock in its middle.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = connection.begin_with_options(options).await?;
        Ok(Self {
            tx,
            audit: Arc::clone(audit),
            bus: bus.clone(),
            actor,
            now,
            hints: Vec::new(),
            has_jobs: false,
        })
    }

    /// The connection to read and write by.
    pub(crate) fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// The time of this change.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Writes an event and the jobs that follow from it.
    pub(crate) async fn emit(&mut self, event: &Event) -> Result<EventId> {
        let id: EventId = ids::new(self.now);
        let of = event.of_request();
        event::ActiveModel {
            id: Set(id.0),
            kind: Set(event.kind().to_owned()),
            at: Set(self.now),
            actor_id: Set(self.actor.user().map(|user| user.0)),
            organization_id: Set(event.organization().map(|organization| organization.0)),
            team_id: Set(of.map(|of| of.team.0)),
            request_id: Set(of.map(|of| of.request.0)),
            item_id: Set(event.item().map(|item| item.0)),
            recipient_id: Set(of.map_or(event.concerns(), |of| of.recipient).map(|user| user.0)),
            payload: Set(serde_json::to_value(event).map_err(|error| Error::Internal(error.to_string()))?),
        }
        .insert(&self.tx)
        .await?;
        let key = self.audit.get().ok_or_else(|| Error::Internal("the audit log is not open".to_owned()))?;
        audit::append(&self.tx, key, self.actor, id.0, self.now, event).await?;
        for job in reaction::jobs(event) {
            self.enqueue(id, job, of.map(|of| of.request)).await?;
        }
        if let Some(of) = of {
            self.hints.push(Hint {
                event: id,
                request: Some(of.request),
                team: Some(of.team),
                recipient: of.recipient,
            });
        } else if event.concerns().is_some() {
            self.hints.push(Hint { event: id, request: None, team: None, recipient: event.concerns() });
        }
        Ok(id)
    }

    async fn enqueue(&mut self, event: EventId, job: Job, request: Option<RequestId>) -> Result<()> {
        job::ActiveModel {
            id: Set(ids::new::<JobId>(self.now).0),
            event_id: Set(event.0),
            kind: Set(job.kind().to_owned()),
            payload: Set(serde_json::to_value(job).map_err(|error| Error::Internal(error.to_string()))?),
            request_id: Set(request.map(|request| request.0)),
            created_at: Set(self.now),
            due_at: Set(self.now),
            attempts: Set(0),
            dispatches: Set(0),
            runs: Set(0),
            last_error: Set(None),
            done_at: Set(None),
            dead_at: Set(None),
            bounced_at: Set(None),
            bounce: Set(None),
        }
        .insert(&self.tx)
        .await?;
        self.has_jobs = true;
        Ok(())
    }

    /// Makes the change last, then wakes the relay and the subscribers. Both are only hints: whoever misses
    /// them finds the rows.
    pub(crate) async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        for hint in self.hints {
            self.bus.publish(hint);
        }
        if self.has_jobs {
            self.bus.wake_relay();
        }
        Ok(())
    }
}
