//! Tries that ended without access (REC-2): kept with their reason, so that both sides can see why.

use domain::actor::Actor;
use domain::event::{Event, Reason};
use domain::id::{AttemptId, ItemId, RequestId};
use domain::item::Step;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::secret::{With, change_item, state_of};
use crate::db::entity::{credential_request, item_attempt, request_item};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::requests::of_request;
use crate::{Service, ids};

/// Attempts that are kept of one item; a page of requests shows all of them.
const KEPT: u64 = 5;

/// How a try to authorize ended without access.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Why.
    pub reason: Reason,
    /// What the provider said, as far as it helps and holds no secret.
    pub detail: Option<String>,
    /// The item does not work now, where its state allows that to be said (table of *States*).
    pub breaks: bool,
}

impl Service {
    /// Writes down a try. The item stays as it was, unless the try [`breaks`](Attempt::breaks) it.
    pub(super) async fn record_attempt(
        &self,
        actor: Actor,
        request: &credential_request::Model,
        item: &request_item::Model,
        method: &str,
        attempt: &Attempt,
    ) -> Result<()> {
        let write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        self.commit_attempt(write, request, item, method, attempt).await
    }

    /// Begins a change that follows from an item's own row, whose request is not loaded yet.
    pub(super) async fn write_for_item(&self, actor: Actor, item: Uuid) -> Result<Write> {
        let db = self.db.read();
        let item = request_item::Entity::find_by_id(item).one(db).await?;
        let request = match item {
            Some(item) => credential_request::Entity::find_by_id(item.request_id).one(db).await?,
            None => None,
        };
        match request {
            Some(request) => self.write_holding(actor, Hold::Organization(request.organization_id)).await,
            // Gone meanwhile: there is nothing to race for.
            None => self.write(actor).await,
        }
    }

    /// The same in a transaction that was begun, which it commits.
    pub(super) async fn commit_attempt(
        &self,
        mut write: Write,
        request: &credential_request::Model,
        item: &request_item::Model,
        method: &str,
        attempt: &Attempt,
    ) -> Result<()> {
        match self.hold_request(&write, RequestId(request.id)).await {
            // Deleted meanwhile: nobody is left to read it.
            Err(Error::Refused(..)) => return Ok(()),
            other => other?,
        }
        insert_attempt(&write, item.id, method, attempt).await?;
        let (of, id) = (of_request(request), ItemId(item.id));
        let broken = if attempt.breaks { state_of(item)?.after(Step::Fail).ok() } else { None };
        let event = match broken {
            Some(to) => match change_item(
                &write,
                item,
                to,
                With { invalid_reason: Some(attempt.reason), ..With::default() },
            )
            .await
            {
                Ok(()) => Event::ItemInvalid { of, item: id, reason: attempt.reason },
                // The item went another way meanwhile, which counts more than this failure.
                Err(Error::Refused(..)) => Event::ItemAttempted { of, item: id, reason: attempt.reason },
                Err(error) => return Err(error),
            },
            None => Event::ItemAttempted { of, item: id, reason: attempt.reason },
        };
        write.emit(&event).await?;
        write.commit().await
    }
}

async fn insert_attempt(write: &Write, item: Uuid, method: &str, attempt: &Attempt) -> Result<()> {
    item_attempt::ActiveModel {
        id: Set(ids::new::<AttemptId>(write.now()).0),
        item_id: Set(item),
        method: Set(method.to_owned()),
        reason: Set(attempt.reason.as_str().to_owned()),
        detail: Set(attempt.detail.as_ref().map(|detail| detail.chars().take(300).collect())),
        at: Set(write.now()),
    }
    .insert(write.tx())
    .await?;
    let too_old: Vec<Uuid> = item_attempt::Entity::find()
        .select_only()
        .column(item_attempt::Column::Id)
        .filter(item_attempt::Column::ItemId.eq(item))
        .order_by_desc(item_attempt::Column::Id)
        .offset(KEPT)
        .limit(KEPT)
        .into_tuple()
        .all(write.tx())
        .await?;
    if !too_old.is_empty() {
        item_attempt::Entity::delete_many()
            .filter(item_attempt::Column::Id.is_in(too_old))
            .exec(write.tx())
            .await?;
    }
    Ok(())
}
