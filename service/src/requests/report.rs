//! Reporting a request that its recipient does not trust. Whoever answers for the organization, and for this
//! instance, is told; whoever sent it is not, but as one of them. The report answers nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{OrganizationId, RequestId, UserId};
use domain::policy::{Action, OrganizationRole};
use domain::text::{self, Lines};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::db::entity::{credential_request, organization_member, request_report, user};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// Longest comment: room for what made somebody doubt, and not for a document.
const COMMENT_MAX: usize = 1000;

impl Service {
    /// Tells the owners of the organization and the administrators of the instance that the recipient, or who is
    /// invited to be, does not trust a request. Once per person and request: a second report changes nothing. Returns when it was first reported.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or a problem with `comment`.
    pub async fn report_request(
        &self,
        actor: Actor,
        id: RequestId,
        comment: Option<&str>,
    ) -> Result<DateTime<Utc>> {
        let row = match self.load_request(actor, Action::ReportRequest, id).await {
            Ok((row, _)) => row,
            // Who doubts need not accept first.
            Err(error @ Error::Refused(ErrorCode::NotFound | ErrorCode::Forbidden, _)) => {
                self.request_for_invited(actor, id).await?.ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let comment = text::optional("comment", comment, COMMENT_MAX, Lines::Many)?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        // The hold is enough: taking the request's row would show the team that something changed.
        let alive = credential_request::Entity::find_by_id(id.0)
            .filter(credential_request::Column::DeletedAt.is_null())
            .count(write.tx())
            .await?;
        if alive == 0 {
            return Err(Error::not_found());
        }
        if let Some(known) = reported_at(write.tx(), id, me).await? {
            return Ok(known);
        }
        let at = write.now();
        request_report::ActiveModel {
            id: Set(ids::new::<Uuid>(at)),
            request_id: Set(id.0),
            user_id: Set(me.0),
            comment: Set(comment),
            created_at: Set(at),
        }
        .insert(write.tx())
        .await?;
        let organization = OrganizationId(row.organization_id);
        let to = answerable(&write, organization).await?;
        write.emit(&Event::RequestReported { organization, request: id, by: me, to }).await?;
        write.commit().await?;
        Ok(at)
    }

    /// A request whose invitation is for the caller, who has not accepted it.
    async fn request_for_invited(
        &self,
        actor: Actor,
        id: RequestId,
    ) -> Result<Option<credential_request::Model>> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = credential_request::Entity::find_by_id(id.0)
            .filter(credential_request::Column::DeletedAt.is_null())
            .filter(credential_request::Column::RecipientId.is_null())
            .one(self.db.read())
            .await?;
        Ok(match row {
            Some(row) if self.is_link_owner(me, &row).await? => Some(row),
            _ => None,
        })
    }

    /// When the caller reported a request; `None` for who did not.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub async fn my_report(&self, actor: Actor, id: RequestId) -> Result<Option<DateTime<Utc>>> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        reported_at(self.db.read(), id, me).await
    }
}

async fn reported_at(
    db: &impl ConnectionTrait,
    request: RequestId,
    by: UserId,
) -> Result<Option<DateTime<Utc>>> {
    Ok(request_report::Entity::find()
        .select_only()
        .column(request_report::Column::CreatedAt)
        .filter(request_report::Column::RequestId.eq(request.0))
        .filter(request_report::Column::UserId.eq(by.0))
        .into_tuple()
        .one(db)
        .await?)
}

/// Owners of the organization and administrators of the instance, each once.
async fn answerable(write: &Write, organization: OrganizationId) -> Result<Vec<UserId>> {
    let owners: Vec<Uuid> = organization_member::Entity::find()
        .select_only()
        .column(organization_member::Column::UserId)
        .filter(organization_member::Column::OrganizationId.eq(organization.0))
        .filter(organization_member::Column::Role.eq(OrganizationRole::Owner.as_str()))
        .into_tuple()
        .all(write.tx())
        .await?;
    let admins: Vec<Uuid> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::InstanceAdmin.eq(true))
        .into_tuple()
        .all(write.tx())
        .await?;
    let people: BTreeSet<Uuid> = owners.into_iter().chain(admins).collect();
    Ok(people.into_iter().map(UserId).collect())
}
