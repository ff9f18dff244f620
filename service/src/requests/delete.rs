//! Deletion: preview, then everything at once (DEL-1 to DEL-3).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{ConnectionId, ItemId, RequestId, UserId};
use domain::policy::Action;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::of_request;
use crate::Service;
use crate::db::entity::{connection, credential, credential_request, request_item};
use crate::db::join::on;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};

/// What a deletion will hit (DEL-2).
#[derive(Debug, Clone)]
pub struct DeletionPreview {
    /// The request.
    pub request: RequestId,
    /// Connections that use its credentials, by name.
    pub connections: Vec<AffectedConnection>,
    /// Proves to the deletion that this list was seen.
    pub confirmation_token: String,
}

/// A connection that a deletion ends.
#[derive(Debug, Clone)]
pub struct AffectedConnection {
    /// Its id.
    pub id: ConnectionId,
    /// The item whose credential it uses.
    pub item: ItemId,
    /// Its name.
    pub name: String,
    /// The automation that uses it.
    pub consumer: String,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Service {
    /// Lists the connections that a deletion would end.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `FORBIDDEN`.
    pub async fn deletion_preview(&self, actor: Actor, id: RequestId) -> Result<DeletionPreview> {
        self.load_request(actor, Action::DeleteRequest, id).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        self.preview(self.db.read(), user, id).await
    }

    async fn preview(
        &self,
        db: &impl ConnectionTrait,
        user: UserId,
        id: RequestId,
    ) -> Result<DeletionPreview> {
        let rows: Vec<(Uuid, Uuid, String, String, Option<DateTime<Utc>>)> = connection::Entity::find()
            .select_only()
            .column(connection::Column::Id)
            .column(request_item::Column::Id)
            .column(connection::Column::Name)
            .column(connection::Column::Consumer)
            .column(connection::Column::LastUsedAt)
            .join(JoinType::InnerJoin, on(connection::Column::CredentialId, credential::Column::Id))
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .filter(request_item::Column::RequestId.eq(id.0))
            .order_by_asc(connection::Column::Name)
            .order_by_asc(connection::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        let connections: Vec<_> = rows
            .into_iter()
            .map(|(id, item, name, consumer, last_used_at)| AffectedConnection {
                id: ConnectionId(id),
                item: ItemId(item),
                name,
                consumer,
                last_used_at,
            })
            .collect();
        let confirmation_token = self.confirmation(&self.keys.active(), user, id, &connections)?;
        Ok(DeletionPreview { request: id, connections, confirmation_token })
    }

    /// The token of a list, derived from a key. Last use is left out: it changes with every call, and what was
    /// agreed to does not.
    fn confirmation(
        &self,
        key: &str,
        user: UserId,
        id: RequestId,
        connections: &[AffectedConnection],
    ) -> Result<String> {
        let mut parts: Vec<&[u8]> = vec![user.0.as_bytes(), id.0.as_bytes()];
        for connection in connections {
            parts.extend([
                connection.id.0.as_bytes().as_slice(),
                connection.name.as_bytes(),
                connection.consumer.as_bytes(),
            ]);
        }
        let token = self
            .keys
            .derive(key, "deletion preview", &parts)
            .ok_or_else(|| Error::Internal(format!("key {key} is missing")))?;
        Ok(crate::accounts::encode(token.as_slice()))
    }

    /// Deletes a request: in one transaction every secret of it is destroyed, no connection works any more,
    /// and what must follow is queued.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or `PREVIEW_STALE` with the new list.
    pub async fn delete_request(&self, actor: Actor, id: RequestId, confirmation_token: &str) -> Result<()> {
        let (row, _) = self.load_request(actor, Action::DeleteRequest, id).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        self.hold_request(&write, id).await?;
        let now = self.preview(write.tx(), user, id).await?;
        // A list that was shown before the key changed is no other list.
        let mut is_confirmed = false;
        for key in self.keys.ids() {
            let right = self.confirmation(&key, user, id, &now.connections)?;
            is_confirmed |= bool::from(right.as_bytes().ct_eq(confirmation_token.as_bytes()));
        }
        if !is_confirmed {
            return Err(Error::PreviewStale(Box::new(now)));
        }
        self.end_request(&mut write, &row, user).await?;
        write.commit().await
    }

    /// The deletion itself, in the caller's transaction, which holds the request.
    pub(crate) async fn end_request(
        &self,
        write: &mut Write,
        row: &credential_request::Model,
        by: UserId,
    ) -> Result<()> {
        let items = request_item::Entity::find()
            .filter(request_item::Column::RequestId.eq(row.id))
            .all(write.tx())
            .await?;
        for item in &items {
            self.destroy_secret(write, row, item).await?;
        }
        let credentials = Query::select()
            .column(credential::Column::Id)
            .from(credential::Entity)
            .and_where(credential::Column::ItemId.is_in(items.iter().map(|item| item.id)))
            .to_owned();
        connection::Entity::delete_many()
            .filter(connection::Column::CredentialId.in_subquery(credentials))
            .exec(write.tx())
            .await?;
        credential_request::Entity::update_many()
            .col_expr(credential_request::Column::DeletedAt, Expr::value(write.now()))
            // Whoever sends it again with the same key gets a new request, not this one.
            .col_expr(credential_request::Column::IdempotencyKey, Expr::value(Option::<String>::None))
            .filter(credential_request::Column::Id.eq(row.id))
            .exec(write.tx())
            .await?;
        write.emit(&Event::RequestDeleted { of: of_request(row), by }).await?;
        Ok(())
    }
}
