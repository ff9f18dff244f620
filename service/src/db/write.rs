//! One transaction: changes, their events, and the jobs that follow (REL-1).

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{EventId, JobId, RequestId};
use domain::job::Job;
use domain::reaction;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::entity::{event, job};
use super::postgres;
use crate::audit::{AuditKey, Head};
use crate::bus::{Bus, Hint};
use crate::error::{Error, Result};
use crate::{ids, trace};

/// What a transaction keeps for itself on PostgreSQL until its end, so that what it reads stays true until it is
/// written. SQLite has one writer, so there every transaction has it all. One per transaction, taken before any
/// row: so nobody waits in a circle.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hold<'a> {
    /// People, teams, names and settings of an organization.
    Organization(Uuid),
    /// Sessions and tokens of a person.
    Account(Uuid),
    /// Sign-in at a mail address, known or not.
    Address(&'a str),
    /// What exists once: the first administrator, the keys.
    Instance,
}

impl Hold<'_> {
    /// A number for it. Two things with the same number wait for each other, which costs a moment and nothing
    /// else.
    fn number(self) -> i64 {
        let mut hash = Sha256::new();
        match self {
            Self::Organization(id) => hash.update([b"organization".as_slice(), id.as_bytes()].concat()),
            Self::Account(id) => hash.update([b"account".as_slice(), id.as_bytes()].concat()),
            Self::Address(address) => hash.update(["address", address].concat()),
            Self::Instance => hash.update("instance"),
        }
        hash.finalize().first_chunk().copied().map_or(0, i64::from_be_bytes)
    }
}

/// An open write transaction. Dropping it without [`Write::commit`] undoes everything.
pub(crate) struct Write {
    tx: DatabaseTransaction,
    audit: Arc<OnceLock<AuditKey>>,
    bus: Bus,
    actor: Actor,
    now: DateTime<Utc>,
    hints: Vec<Hint>,
    has_jobs: bool,
    begun: Instant,
}

/// Longest time from begin to commit. Subscribers look back by more than this for what was committed late
/// (`events::OVERLAP_MILLIS`), so nothing older may appear.
const LONGEST: Duration = Duration::from_secs(20);

impl Write {
    pub(super) async fn begin(
        connection: &DatabaseConnection,
        bus: &Bus,
        audit: &Arc<OnceLock<AuditKey>>,
        actor: Actor,
        now: DateTime<Utc>,
        hold: Option<Hold<'_>>,
    ) -> Result<Self> {
        // IMMEDIATE takes SQLite's write lock at once: a transaction that first reads can then never fail
        // for the lock in its middle.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = connection.begin_with_options(options).await?;
        if let (Some(hold), DbBackend::Postgres) = (hold, tx.get_database_backend()) {
            postgres::hold(&tx, hold.number()).await?;
        }
        Ok(Self {
            tx,
            audit: Arc::clone(audit),
            bus: bus.clone(),
            actor,
            now,
            hints: Vec::new(),
            has_jobs: false,
            begun: Instant::now(),
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
        let key = self.audit.get().ok_or_else(|| Error::Internal("the audit log is not open".to_owned()))?;
        let head = Head::take(&self.tx, event).await?;
        let id = head.event_id(self.now);
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
        head.append(&self.tx, key, self.actor, id, self.now, event).await?;
        for job in reaction::jobs(event) {
            self.enqueue(id, job, of.map(|of| of.request).or(job.request())).await?;
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
            event_id: Set(Some(event.0)),
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
            traceparent: Set(trace::here()),
        }
        .insert(&self.tx)
        .await?;
        self.has_jobs = true;
        Ok(())
    }

    /// Makes the change last, then wakes the relay and the subscribers. Both are only hints: whoever misses
    /// them finds the rows.
    pub(crate) async fn commit(self) -> Result<()> {
        if self.begun.elapsed() > LONGEST {
            return Err(Error::Unavailable(DbErr::Custom("the transaction took too long".to_owned())));
        }
        if self.has_jobs {
            crate::failpoint!("commit.before");
        }
        self.tx.commit().await?;
        if self.has_jobs {
            crate::failpoint!("commit.after");
        }
        for hint in self.hints {
            self.bus.publish(hint);
        }
        if self.has_jobs {
            self.bus.wake_relay();
        }
        Ok(())
    }
}
