//! *Decline* and *revoke* (REC-5, REC-6).

use domain::actor::Actor;
use domain::event::{Event, Reason};
use domain::id::{ItemId, OrganizationId, RequestId, UserId};
use domain::item::Step;
use domain::policy::Action;
use domain::text::{self, Lines, NOTE_MAX};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::secret::{With, change_item, state_of};
use crate::Service;
use crate::db::entity::{credential, credential_request, organization, request_item};
use crate::db::{Hold, Write};
use crate::error::Result;
use crate::requests::of_request;

impl Service {
    /// Declines an item for good. The secret of an authorized one is destroyed first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION`, `CONFLICT`, or problems with
    /// `reason`.
    pub async fn decline_item(&self, actor: Actor, id: ItemId, reason: Option<&str>) -> Result<()> {
        let (request, item) = self.load_item(actor, Action::AnswerItem, id).await?;
        let reason = if self.needs_reason(request.organization_id).await? {
            Some(text::required("reason", reason.unwrap_or_default(), NOTE_MAX, Lines::Many)?)
        } else {
            text::optional("reason", reason, NOTE_MAX, Lines::Many)?
        };
        let to = state_of(&item)?.after(Step::Decline)?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        change_item(&write, &item, to, With { decline_reason: reason, ..With::default() }).await?;
        self.destroy_secret(&mut write, &request, &item).await?;
        write.emit(&Event::ItemDeclined { of: of_request(&request), item: id }).await?;
        write.commit().await
    }

    /// Whether the organization wants a reason (REC-5); the default.
    async fn needs_reason(&self, id: uuid::Uuid) -> Result<bool> {
        let organization = organization::Entity::find_by_id(id).one(self.db.read()).await?;
        Ok(!organization.is_some_and(|row| row.decline_reason_optional))
    }

    /// Takes access back: the secret is destroyed in this transaction, the provider is told afterwards.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION`, `CONFLICT`.
    pub async fn revoke_item(&self, actor: Actor, id: ItemId) -> Result<()> {
        let (request, item) = self.load_item(actor, Action::AnswerItem, id).await?;
        let to = state_of(&item)?.after(Step::Revoke)?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        change_item(&write, &item, to, With::default()).await?;
        self.destroy_secret(&mut write, &request, &item).await?;
        write.emit(&Event::ItemRevoked { of: of_request(&request), item: id }).await?;
        write.commit().await
    }

    /// Takes back everything that somebody granted in an organization that they leave, and says of every request to
    /// them that they left (ROLE-7).
    pub(crate) async fn revoke_granted(
        &self,
        write: &mut Write,
        organization: OrganizationId,
        recipient: UserId,
    ) -> Result<()> {
        let requests = credential_request::Entity::find()
            .filter(credential_request::Column::OrganizationId.eq(organization.0))
            .filter(credential_request::Column::RecipientId.eq(recipient.0))
            .filter(credential_request::Column::DeletedAt.is_null())
            .all(write.tx())
            .await?;
        for request in requests {
            self.hold_request(write, RequestId(request.id)).await?;
            write.emit(&Event::RecipientLeft { of: of_request(&request) }).await?;
            let items = request_item::Entity::find()
                .filter(request_item::Column::RequestId.eq(request.id))
                .all(write.tx())
                .await?;
            let granted: Vec<Uuid> = credential::Entity::find()
                .select_only()
                .column(credential::Column::ItemId)
                .filter(credential::Column::ItemId.is_in(items.iter().map(|item| item.id)))
                .filter(credential::Column::DestroyedAt.is_null())
                .into_tuple()
                .all(write.tx())
                .await?;
            for item in items {
                // What was never granted, or is over, has nothing to take back but what waits to be confirmed.
                let to = state_of(&item)?.after(Step::Revoke).ok().filter(|_| granted.contains(&item.id));
                let Some(to) = to else {
                    self.discard_waiting(write, &request, &item).await?;
                    continue;
                };
                let with = With { revoke_reason: Some(Reason::RecipientLeft), ..With::default() };
                change_item(write, &item, to, with).await?;
                self.destroy_secret(write, &request, &item).await?;
                let (of, item) = (of_request(&request), ItemId(item.id));
                write.emit(&Event::ItemRevoked { of, item }).await?;
            }
        }
        Ok(())
    }
}
