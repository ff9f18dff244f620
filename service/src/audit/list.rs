//! Showing the log to administrators, and exporting it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::actor::Actor;
use domain::id::{OrganizationId, UserId};
use domain::policy::Action;
use sea_orm::sea_query::{Asterisk, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    Select,
};
use serde::Serialize;
use uuid::Uuid;

use super::named::{AuditSubject, Names};
use super::verify::hex;
use crate::Service;
use crate::db::entity::audit_record;
use crate::db::page::{Page, PageAsk, Position, cut};
use crate::error::{Error, Result};
use crate::members::PersonView;

/// Kinds that one page may name: each is a read of the index of its own.
const KINDS_MAX: usize = 20;

/// One record.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRecordView {
    /// Number in its chain, from 1.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// `PERSON`, `TOKEN`, `NOBODY` or `CONSENTRY`.
    pub actor_kind: String,
    /// Id of who; by their token where `actor_kind` says so.
    pub actor: Option<String>,
    /// Who, as the instance knows them today; not exported.
    #[serde(skip)]
    pub person: Option<PersonView>,
    /// What it was about, by name; not exported.
    #[serde(skip)]
    pub subject: AuditSubject,
    /// Ids of what it was about, as JSON.
    pub payload: String,
    /// Keyed hash, hexadecimal.
    pub mac: String,
}

impl AuditRecordView {
    fn of(row: audit_record::Model, person: Option<PersonView>, subject: AuditSubject) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            actor_kind: row.actor_kind,
            actor: row.actor_id.map(|id| UserId(id).to_string()),
            person,
            subject,
            payload: row.payload,
            mac: hex(&row.mac),
        }
    }
}

impl Service {
    /// Records of an organization, newest first, of some kinds or of all where none is named; for its owners and
    /// admins.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `TOO_MANY` at `kinds`, or problems with the page.
    pub async fn audit_log(
        &self,
        actor: Actor,
        organization: OrganizationId,
        kinds: &[String],
        page: &PageAsk,
    ) -> Result<Page<AuditRecordView>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let (first, after) = page.read()?;
        let kinds: BTreeSet<&str> = kinds.iter().map(String::as_str).collect();
        if kinds.len() > KINDS_MAX {
            let message = format!("holds {} kinds; {KINDS_MAX} are allowed", kinds.len());
            return Err(Error::input(ErrorCode::TooMany, "kinds", message));
        }
        let behind = match after {
            None => None,
            Some(Position::Number(seq)) => Some(seq),
            Some(_) => {
                return Err(Error::input(ErrorCode::InvalidCursor, "after", "is a cursor of another list"));
            }
        };
        let db = self.db.read();
        let mut counted = records(organization);
        if !kinds.is_empty() {
            counted = counted.filter(audit_record::Column::Kind.is_in(kinds.iter().copied()));
        }
        let total = page.count(db, &counted).await?;
        let statement = db.get_database_backend().build(&newest(organization, &kinds, behind, first + 1));
        let rows = audit_record::Entity::find().from_raw_sql(statement).all(db).await?;
        let (rows, has_next) = cut(rows, first);
        let names = Names::of(self, &rows).await?;
        let rows = rows
            .into_iter()
            .map(|row| {
                let (seq, person, subject) = (row.seq, names.actor(&row), names.subject(&row));
                (Position::Number(seq).encode(), AuditRecordView::of(row, person, subject))
            })
            .collect();
        Ok(Page { rows, has_next, total })
    }

    /// The next records of a chain behind a number, oldest first, for the export; `None` for what belongs to no
    /// organization.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn export_audit(
        &self,
        organization: Option<OrganizationId>,
        behind: i64,
    ) -> Result<Vec<AuditRecordView>> {
        let chain = organization.map_or(super::INSTANCE, |organization| organization.0);
        let rows = audit_record::Entity::find()
            .filter(audit_record::Column::OrganizationId.eq(chain))
            .filter(audit_record::Column::Seq.gt(behind))
            .order_by_asc(audit_record::Column::Seq)
            .limit(500)
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(|row| AuditRecordView::of(row, None, AuditSubject::default())).collect())
    }

    /// Chains that there are, for the export.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn audit_chains(&self) -> Result<Vec<Option<OrganizationId>>> {
        let anchor = self.audit_anchor().await?;
        let chain = |id: Uuid| (id != super::INSTANCE).then_some(OrganizationId(id));
        Ok(anchor.heads.into_keys().map(chain).collect())
    }
}

fn records(organization: OrganizationId) -> Select<audit_record::Entity> {
    audit_record::Entity::find().filter(audit_record::Column::OrganizationId.eq(organization.0))
}

/// The newest records behind a number. Of each kind the newest are read from the index by kind, and the newest of
/// those are the page: one statement, so that no record can appear between two kinds and be passed over. With `IN`
/// either all records of the kinds would be sorted, or all of the organization be looked through.
pub(super) fn newest(
    organization: OrganizationId,
    kinds: &BTreeSet<&str>,
    behind: Option<i64>,
    limit: u64,
) -> SelectStatement {
    let mut records = records(organization);
    if let Some(seq) = behind {
        records = records.filter(audit_record::Column::Seq.lt(seq));
    }
    let newest = |records: Select<audit_record::Entity>| {
        records.order_by_desc(audit_record::Column::Seq).limit(limit).into_query()
    };
    let mut parts = kinds.iter().map(|kind| {
        let of_kind = newest(records.clone().filter(audit_record::Column::Kind.eq(*kind)));
        Query::select().column(Asterisk).from_subquery(of_kind, "of_kind").to_owned()
    });
    let Some(mut page) = parts.next() else { return newest(records) };
    for part in parts {
        page.union(UnionType::All, part);
    }
    page.order_by("seq", Order::Desc).limit(limit).to_owned()
}
