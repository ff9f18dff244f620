//! Reading a chain from its beginning, and comparing its end with an anchor kept elsewhere.

use std::collections::BTreeMap;

use domain::id::OrganizationId;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{audit_head, audit_record};
use crate::error::{Error, Result};

/// Rows that are read at a time.
const BATCH: u64 = 1000;

/// The ends of all chains at one moment. Kept outside of the database it shows that a chain was cut, which the
/// chain alone cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAnchor {
    /// Number and hash of the last record, by organization.
    pub heads: BTreeMap<Uuid, (i64, String)>,
}

/// The first bad record of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// The chain.
    pub organization: OrganizationId,
    /// Number of the record.
    pub seq: i64,
    /// What is wrong.
    pub problem: &'static str,
}

/// What verifying found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Chains that were read.
    pub chains: u64,
    /// Records that were read and are good.
    pub records: u64,
    /// The first bad record of each chain that has one.
    pub faults: Vec<AuditFault>,
}

impl Service {
    /// Reads every chain from its beginning. `anchor` is an older answer of [`Service::audit_anchor`].
    ///
    /// # Errors
    /// When the database is away.
    pub async fn verify_audit(&self, anchor: Option<&AuditAnchor>) -> Result<AuditReport> {
        let heads = audit_head::Entity::find().all(self.db.read()).await?;
        let mut heads: BTreeMap<Uuid, Option<audit_head::Model>> =
            heads.into_iter().map(|row| (row.organization_id, Some(row))).collect();
        // Chains whose head was removed are found by their records, and by the anchor.
        let chains: Vec<Uuid> = audit_record::Entity::find()
            .select_only()
            .column(audit_record::Column::OrganizationId)
            .distinct()
            .into_tuple()
            .all(self.db.read())
            .await?;
        let anchored = anchor.map(|anchor| anchor.heads.keys().copied().collect::<Vec<_>>());
        for chain in chains.into_iter().chain(anchored.unwrap_or_default()) {
            heads.entry(chain).or_default();
        }
        let mut report = AuditReport::default();
        for (chain, head) in heads {
            report.chains += 1;
            let anchored = anchor.and_then(|anchor| anchor.heads.get(&chain));
            let (good, fault) = self.verify_chain(chain, head.as_ref(), anchored).await?;
            report.records += good;
            report.faults.extend(fault);
        }
        Ok(report)
    }

    async fn verify_chain(
        &self,
        chain: Uuid,
        head: Option<&audit_head::Model>,
        anchored: Option<&(i64, String)>,
    ) -> Result<(u64, Option<AuditFault>)> {
        let key = self.audit_key()?;
        let (mut before, mut last, mut good) = (vec![0; 32], 0_i64, 0_u64);
        let fault = |seq, problem| Some(AuditFault { organization: OrganizationId(chain), seq, problem });
        loop {
            let rows = audit_record::Entity::find()
                .filter(audit_record::Column::OrganizationId.eq(chain))
                .filter(audit_record::Column::Seq.gt(last))
                .order_by_asc(audit_record::Column::Seq)
                .limit(BATCH)
                .all(self.db.read())
                .await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.seq != last + 1 {
                    return Ok((good, fault(last + 1, "is missing")));
                }
                let right = key.mac(&before, &row);
                if !bool::from(right.ct_eq(&row.mac)) {
                    return Ok((
                        good,
                        fault(row.seq, "was changed, or does not follow the record before it"),
                    ));
                }
                if anchored.is_some_and(|(seq, mac)| *seq == row.seq && *mac != hex(&row.mac)) {
                    return Ok((good, fault(row.seq, "differs from the anchor")));
                }
                (before, last, good) = (row.mac, row.seq, good + 1);
            }
        }
        if anchored.is_some_and(|(seq, _)| *seq > last) {
            return Ok((good, fault(last + 1, "is missing: the anchor knows a longer chain")));
        }
        // Read before the records: more of them may have come since, fewer may not.
        match head {
            Some(head) if head.seq > last => Ok((good, fault(last + 1, "is missing: the chain was longer"))),
            Some(_) => Ok((good, None)),
            None => Ok((good, fault(last, "has no head: it was removed"))),
        }
    }

    /// The ends of all chains now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn audit_anchor(&self) -> Result<AuditAnchor> {
        let heads = audit_head::Entity::find().all(self.db.read()).await?;
        Ok(AuditAnchor {
            heads: heads.into_iter().map(|row| (row.organization_id, (row.seq, hex(&row.mac)))).collect(),
        })
    }

    /// Keeps the ends of all chains in a file beside the keys. Whoever can write both the database and the file
    /// can hide a cut; a copy elsewhere shows it.
    ///
    /// # Errors
    /// When the database is away; a file that cannot be written is only logged.
    pub async fn write_audit_anchor(&self) -> Result<()> {
        let anchor = self.audit_anchor().await?;
        let file = self.config().audit_anchor_file();
        let text = serde_json::to_string(&anchor).map_err(|error| Error::Internal(error.to_string()))?;
        let fresh = file.with_extension("json.new");
        let written = tokio::fs::write(&fresh, text).await;
        let written = match written {
            Ok(()) => tokio::fs::rename(&fresh, &file).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(%error, file = %file.display(), "the audit anchor could not be written");
        }
        Ok(())
    }

    pub(super) fn audit_key(&self) -> Result<&super::AuditKey> {
        self.audit.get().ok_or_else(|| Error::Internal("the audit log is not open".to_owned()))
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
