//! Loading a request for an action: the one way to a row of it.

use domain::actor::Actor;
use domain::event::OfRequest;
use domain::id::{OrganizationId, RequestId, TeamId, UserId};
use domain::item::{Counts, State};
use domain::policy::{Action, Facts, Standing, check};
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::Service;
use crate::db::Write;
use crate::db::entity::{credential_request, request_item};
use crate::error::{Error, Result};
use crate::members::Place;

/// The ids that events of a request carry.
pub(crate) fn of_request(row: &credential_request::Model) -> OfRequest {
    OfRequest {
        organization: OrganizationId(row.organization_id),
        team: TeamId(row.team_id),
        request: RequestId(row.id),
        requester: UserId(row.requester_id),
        recipient: row.recipient_id.map(UserId),
    }
}

/// A pattern that finds a text anywhere in a lower-case column, with its own wildcards taken literally.
pub(crate) fn like(text: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escaped(&text.to_lowercase()))).escape('\\')
}

/// A pattern that finds a text at the beginning of a column, in its own case.
pub(crate) fn begins_with(text: &str) -> LikeExpr {
    LikeExpr::new(format!("{}%", escaped(text))).escape('\\')
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Computes the status anew from the items, in the transaction that changed one. The caller holds the
/// request's row (see [`Service::hold_request`]), so that two changes cannot both miss each other.
pub(crate) async fn refold(write: &Write, request: RequestId) -> Result<()> {
    let states: Vec<String> = request_item::Entity::find()
        .select_only()
        .column(request_item::Column::State)
        .filter(request_item::Column::RequestId.eq(request.0))
        .into_tuple()
        .all(write.tx())
        .await?;
    let counts: Option<Counts> = states.iter().map(|state| State::parse(state)).collect();
    let status = counts.ok_or_else(|| Error::corrupt("item state"))?.status();
    credential_request::Entity::update_many()
        .col_expr(credential_request::Column::Status, Expr::value(status.as_str()))
        .filter(credential_request::Column::Id.eq(request.0))
        .exec(write.tx())
        .await?;
    Ok(())
}

/// What somebody is for a request.
pub(crate) fn facts_at(place: Option<&Place>, user: UserId, row: &credential_request::Model) -> Facts {
    Facts {
        standing: place.map_or(Standing::Stranger, |place| place.standing),
        is_recipient: row.recipient_id == Some(user.0),
        is_requester: row.requester_id == user.0,
    }
}

impl Service {
    /// Loads a request for an action; the policy decides (ROLE-6).
    pub(crate) async fn load_request(
        &self,
        actor: Actor,
        action: Action,
        id: RequestId,
    ) -> Result<(credential_request::Model, Facts)> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = self.request_row(id).await?.ok_or_else(Error::not_found)?;
        let key = (TeamId(row.team_id), user);
        let facts = facts_at(self.places(vec![key]).await?.get(&key), user, &row);
        check(action, &facts)?;
        Ok((row, facts))
    }

    /// The row of a request that was not deleted.
    pub(crate) async fn request_row(&self, id: RequestId) -> Result<Option<credential_request::Model>> {
        let read = async |service: Self, ids: Vec<RequestId>| {
            let rows = credential_request::Entity::find()
                .filter(credential_request::Column::Id.is_in(ids.iter().map(|id| id.0)))
                .filter(credential_request::Column::DeletedAt.is_null())
                .all(service.db.read())
                .await?;
            Ok(rows.into_iter().map(|row| (RequestId(row.id), row)).collect())
        };
        self.gathered.requests.ask_one(self, id, read).await
    }

    /// Takes the request's row for this transaction: changes of one request come one after the other, and
    /// a deleted request takes none (STATE-1).
    pub(crate) async fn hold_request(&self, write: &Write, id: RequestId) -> Result<()> {
        let held = credential_request::Entity::update_many()
            .col_expr(credential_request::Column::ChangedAt, Expr::value(write.now()))
            .filter(credential_request::Column::Id.eq(id.0))
            .filter(credential_request::Column::DeletedAt.is_null())
            .exec(write.tx())
            .await?;
        if held.rows_affected == 0 { Err(Error::not_found()) } else { Ok(()) }
    }
}
