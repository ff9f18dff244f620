//! Suspending uses and resuming them (USE-6), and ending one for good.

use domain::actor::Actor;
use domain::event::Event;
use domain::id::{ConnectionId, ItemId, RequestId};
use domain::policy::{Action, check};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
};

use super::ConnectionView;
use crate::Service;
use crate::db::Hold;
use crate::db::entity::{connection, credential, credential_request, request_item, withdrawn_connection};
use crate::error::{Error, Result};
use crate::requests::of_request;

impl Service {
    /// Suspends a connection, or resumes it. Nothing happens where it is so already.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `FORBIDDEN`.
    pub async fn suspend_connection(&self, actor: Actor, id: ConnectionId, suspended: bool) -> Result<()> {
        let by = actor.user().ok_or_else(Error::unauthenticated)?;
        let view = self.connection(actor, id).await?;
        self.check_team(actor, Action::SuspendUse, view.team).await?;
        let request = self.request_of(&view).await?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        let at = suspended.then(|| write.now());
        let changed = connection::Entity::update_many()
            .col_expr(connection::Column::SuspendedAt, Expr::value(at))
            .col_expr(connection::Column::SuspendedBy, Expr::value(suspended.then_some(by.0)))
            .filter(connection::Column::Id.eq(id.0))
            .filter(if suspended {
                connection::Column::SuspendedAt.is_null()
            } else {
                connection::Column::SuspendedAt.is_not_null()
            })
            .exec(write.tx())
            .await?;
        if changed.rows_affected > 0 {
            let (of, item, connection) = (of_request(&request), view.item, Some(id));
            write.emit(&event(suspended, of, item, connection, by)).await?;
        }
        write.commit().await
    }

    /// Suspends all use of what was granted for an item, of now and of later, or resumes it. Nothing happens where
    /// it is so already.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, also where nothing is granted, or `FORBIDDEN`.
    pub async fn suspend_credential(&self, actor: Actor, item: ItemId, suspended: bool) -> Result<()> {
        let by = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = request_item::Entity::find_by_id(item.0).one(self.db.read()).await?;
        let row = row.ok_or_else(Error::not_found)?;
        let (request, facts) =
            self.load_request(actor, Action::ViewRequest, RequestId(row.request_id)).await?;
        check(Action::SuspendUse, &facts)?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        let there = credential::Entity::find()
            .filter(credential::Column::ItemId.eq(item.0))
            .one(write.tx())
            .await?
            .ok_or_else(Error::not_found)?;
        if there.suspended_at.is_some() != suspended {
            credential::Entity::update_many()
                .col_expr(credential::Column::SuspendedAt, Expr::value(suspended.then(|| write.now())))
                .col_expr(credential::Column::SuspendedBy, Expr::value(suspended.then_some(by.0)))
                .filter(credential::Column::Id.eq(there.id))
                .exec(write.tx())
                .await?;
            write.emit(&event(suspended, of_request(&request), item, None, by)).await?;
        }
        write.commit().await
    }

    /// Ends a connection: its token opens nothing any more. Its name stays with what it did.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND` or `FORBIDDEN`.
    pub async fn withdraw_connection(&self, actor: Actor, id: ConnectionId) -> Result<()> {
        let view = self.connection(actor, id).await?;
        let request = self.request_of(&view).await?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        let deleted = connection::Entity::delete_by_id(id.0).exec(write.tx()).await?;
        if deleted.rows_affected == 0 {
            return Err(Error::not_found());
        }
        withdrawn_connection::ActiveModel {
            id: Set(id.0),
            item_id: Set(view.item.0),
            name: Set(view.name),
            consumer: Set(view.consumer),
            withdrawn_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        write
            .emit(&Event::ConnectionWithdrawn { of: of_request(&request), item: view.item, connection: id })
            .await?;
        write.commit().await
    }

    async fn request_of(&self, view: &ConnectionView) -> Result<credential_request::Model> {
        let row = credential_request::Entity::find_by_id(view.request.0).one(self.db.read()).await?;
        row.ok_or_else(Error::not_found)
    }

    /// Whether a use is suspended now: a connection, or all of an item's.
    pub(crate) async fn is_suspended(
        &self,
        item: ItemId,
        connection: Option<ConnectionId>,
    ) -> Result<Option<Use>> {
        let db = self.db.read();
        if let Some(id) = connection {
            let row = connection::Entity::find_by_id(id.0).one(db).await?;
            return Ok(row.map(|row| Use { name: Some(row.name), suspended: row.suspended_at.is_some() }));
        }
        let row = credential::Entity::find().filter(credential::Column::ItemId.eq(item.0)).one(db).await?;
        Ok(row.map(|row| Use { name: None, suspended: row.suspended_at.is_some() }))
    }
}

/// What a mail about a use says of it.
pub(crate) struct Use {
    /// Of the one connection; all of the credential when absent.
    pub(crate) name: Option<String>,
    pub(crate) suspended: bool,
}

fn event(
    suspended: bool,
    of: domain::event::OfRequest,
    item: ItemId,
    connection: Option<ConnectionId>,
    by: domain::id::UserId,
) -> Event {
    if suspended {
        Event::UseSuspended { of, item, connection, by }
    } else {
        Event::UseResumed { of, item, connection, by }
    }
}
