//! *Decline* and *revoke* (REC-5, REC-6).

use domain::actor::Actor;
use domain::event::Event;
use domain::id::{ItemId, RequestId};
use domain::item::Step;
use domain::text::{self, Lines, NOTE_MAX};

use super::secret::{With, change_item, state_of};
use crate::Service;
use crate::error::Result;
use crate::requests::of_request;

impl Service {
    /// Declines an item for good. The secret of an authorized one is destroyed first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION`, `CONFLICT`, or problems with
    /// `reason`.
    pub async fn decline_item(&self, actor: Actor, id: ItemId, reason: &str) -> Result<()> {
        let (request, item) = self.load_item(actor, id).await?;
        let reason = text::required("reason", reason, NOTE_MAX, Lines::Many)?;
        let to = state_of(&item)?.after(Step::Decline)?;
        let mut write = self.write(actor).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        change_item(&write, &item, to, With { decline_reason: Some(reason), ..With::default() }).await?;
        self.destroy_secret(&mut write, &request, &item).await?;
        write.emit(&Event::ItemDeclined { of: of_request(&request), item: id }).await?;
        write.commit().await
    }

    /// Takes access back: the secret is destroyed in this transaction, the provider is told afterwards.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION`, `CONFLICT`.
    pub async fn revoke_item(&self, actor: Actor, id: ItemId) -> Result<()> {
        let (request, item) = self.load_item(actor, id).await?;
        let to = state_of(&item)?.after(Step::Revoke)?;
        let mut write = self.write(actor).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        change_item(&write, &item, to, With::default()).await?;
        self.destroy_secret(&mut write, &request, &item).await?;
        write.emit(&Event::ItemRevoked { of: of_request(&request), item: id }).await?;
        write.commit().await
    }
}
