//! How credentials are used, for many of them at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::connection;
use crate::error::Result;

impl Service {
    /// How many connections each of some credentials has, and when one of them was used last; nothing for those
    /// that have none.
    pub(crate) async fn uses(
        &self,
        credentials: impl IntoIterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, (i64, Option<DateTime<Utc>>)>> {
        let rows: Vec<(Uuid, i64, Option<DateTime<Utc>>)> = connection::Entity::find()
            .select_only()
            .column(connection::Column::CredentialId)
            .column_as(connection::Column::Id.count(), "connections")
            .column_as(connection::Column::LastUsedAt.max(), "last_used_at")
            .filter(connection::Column::CredentialId.is_in(credentials))
            .group_by(connection::Column::CredentialId)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(|(id, connections, used)| (id, (connections, used))).collect())
    }
}
