//! Seals again, by the active key, what older keys seal; and counts what names a key.

use std::collections::BTreeMap;

use domain::actor::Actor;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use uuid::Uuid;

use crate::Service;
use crate::error::Result;
use crate::vault::Belongs;

/// A table with the three columns of a sealed secret.
pub(super) struct SealedTable {
    pub(super) name: &'static str,
    /// The version is part of what a value belongs to.
    versioned: bool,
    belongs: fn(Uuid, i32) -> Belongs,
}

/// Every table whose rows are sealed by a key; a test compares them with the database.
pub(super) const TABLES: [SealedTable; 6] = [
    SealedTable { name: "audit_key", versioned: false, belongs: |_, _| Belongs::AuditKey },
    SealedTable {
        name: "credential",
        versioned: true,
        belongs: |id, version| Belongs::Credential { id, version },
    },
    SealedTable { name: "revocation", versioned: false, belongs: |id, _| Belongs::Revocation { id } },
    SealedTable { name: "authorization", versioned: false, belongs: |id, _| Belongs::Authorization { id } },
    SealedTable {
        name: "organization_client",
        versioned: false,
        belongs: |id, _| Belongs::OAuthClient { id },
    },
    SealedTable { name: "organization_issuer", versioned: false, belongs: |id, _| Belongs::Issuer { id } },
];

/// Rows whose codes are derived from a key. They are not sealed, so nothing is done anew: they expire.
pub(super) const DERIVED: [&str; 2] = ["sign_in", "single_sign_on"];

/// Rows in one transaction: some milliseconds, so that people's changes pass between two batches.
const BATCH: u64 = 50;

/// A data key under an old key.
pub(super) struct Old {
    id: Uuid,
    version: i32,
    data_key: Vec<u8>,
}

impl Service {
    /// Seals again what is sealed by a key that is not active any more. Returns how many rows it were.
    ///
    /// # Errors
    /// When the database is away; what was done stays done.
    pub(super) async fn reseal(&self) -> Result<u64> {
        let active = self.keys.active();
        let mut done = 0;
        for key in self.keys.ids().into_iter().filter(|id| *id != active) {
            for table in &TABLES {
                let mut after = None;
                loop {
                    let rows = self.sealed_by(table, &key, after).await?;
                    let Some(last) = rows.last() else { break };
                    // By id, so that a row that does not open holds up no other.
                    after = Some(last.id);
                    done += self.seal_again(table, &key, &rows).await?;
                }
            }
        }
        Ok(done)
    }

    pub(super) async fn sealed_by(
        &self,
        table: &SealedTable,
        key: &str,
        after: Option<Uuid>,
    ) -> Result<Vec<Old>> {
        let version = if table.versioned { Expr::col("version") } else { Expr::value(0) };
        let mut select = Query::select();
        select
            .from(table.name)
            .columns(["id", "data_key"])
            .expr_as(version, "version")
            .and_where(Expr::col("key_id").eq(key))
            .and_where(Expr::col("data_key").is_not_null())
            .order_by("id", Order::Asc)
            .limit(BATCH);
        if let Some(after) = after {
            select.and_where(Expr::col("id").gt(after));
        }
        let mut rows = Vec::new();
        for row in self.db.read().query_all(&select).await? {
            rows.push(Old {
                id: row.try_get("", "id")?,
                version: row.try_get("", "version")?,
                data_key: row.try_get("", "data_key")?,
            });
        }
        Ok(rows)
    }

    /// Seals the data keys of some rows again, in one transaction. A row that was changed since it was read is
    /// left as it is: whoever changed it has sealed it anew, or destroyed it.
    pub(super) async fn seal_again(&self, table: &SealedTable, key: &str, rows: &[Old]) -> Result<u64> {
        let mut sealed = Vec::new();
        for row in rows {
            match self.keys.reseal((table.belongs)(row.id, row.version), key, &row.data_key) {
                Ok(new) => sealed.push((row, new)),
                // The row keeps its key, which then is not destroyed.
                Err(error) => {
                    tracing::error!(%error, table = table.name, id = %row.id, key, "a row cannot be sealed again");
                }
            }
        }
        if sealed.is_empty() {
            return Ok(0);
        }
        let write = self.write(Actor::System).await?;
        let mut done = 0;
        for (row, (key_id, data_key)) in sealed {
            let mut update = Query::update();
            update
                .table(table.name)
                .value("key_id", key_id)
                .value("data_key", data_key)
                .and_where(Expr::col("id").eq(row.id))
                .and_where(Expr::col("key_id").eq(key))
                // Its nonce was never used before: equal means unchanged.
                .and_where(Expr::col("data_key").eq(row.data_key.clone()));
            done += write.tx().execute(&update).await?.rows_affected();
        }
        // Until this moment a back-up needs the old key: its retention begins now.
        self.idle_from(&write, key, None).await?;
        write.commit().await?;
        Ok(done)
    }

    /// How many rows name each key, or one of them; keys that no row names are left out.
    pub(super) async fn key_uses(&self, only: Option<&str>) -> Result<BTreeMap<String, u64>> {
        let count = |table: &'static str| {
            let mut select = Query::select();
            select
                .from(table)
                .column("key_id")
                .expr_as(Expr::col("key_id").count(), "uses")
                .and_where(Expr::col("key_id").is_not_null())
                .group_by_col("key_id");
            if let Some(key) = only {
                select.and_where(Expr::col("key_id").eq(key));
            }
            select
        };
        let mut selects: Vec<SelectStatement> = TABLES.iter().map(|table| count(table.name)).collect();
        // A code that has expired is never derived again.
        for table in DERIVED {
            selects.push(count(table).and_where(Expr::col("expires_at").gt(self.now())).take());
        }
        let mut uses = BTreeMap::new();
        for select in selects {
            for row in self.db.read().query_all(&select).await? {
                let (key, count): (String, i64) = (row.try_get("", "key_id")?, row.try_get("", "uses")?);
                *uses.entry(key).or_default() += u64::try_from(count).unwrap_or_default();
            }
        }
        Ok(uses)
    }
}
