//! Invitations that wait for somebody: who comes without the link from the mail finds them too (INV-1).

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::invitation::{InvitationKind, InvitationState};
use crate::Service;
use crate::accounts::signed_in;
use crate::db::entity::{credential_request, invitation, member_invitation, organization};
use crate::db::join::on;
use crate::error::Result;

/// The most that are told; whoever has more answers some first.
const MOST: u64 = 50;

/// An invitation to the caller's address.
#[derive(Debug, Clone)]
pub struct InvitedView {
    /// Name of the organization that asks.
    pub organization: String,
    /// The last part of the link in the mail.
    pub link: String,
    /// What it invites to.
    pub kind: InvitationKind,
    /// What can be done with it.
    pub state: InvitationState,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// Organization, link, when it was sent and until when it is valid.
type Row = (String, String, DateTime<Utc>, Option<DateTime<Utc>>);

impl Service {
    /// Invitations to the caller's address, which signing in has verified, that nobody has accepted; newest first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or `FORBIDDEN` for a token: a link opens what is for a person alone.
    pub async fn invited(&self, actor: Actor) -> Result<Vec<InvitedView>> {
        let me = self.user_row(signed_in(actor)?).await?;
        let db = self.db.read();
        let requests = invitation::Entity::find()
            .select_only()
            .column(organization::Column::Name)
            .columns([invitation::Column::Link, invitation::Column::CreatedAt, invitation::Column::ExpiresAt])
            .join(JoinType::InnerJoin, on(invitation::Column::RequestId, credential_request::Column::Id))
            .join(
                JoinType::InnerJoin,
                on(credential_request::Column::OrganizationId, organization::Column::Id),
            )
            .filter(credential_request::Column::RecipientEmail.eq(&me.email))
            .filter(credential_request::Column::RecipientId.is_null())
            .filter(credential_request::Column::DeletedAt.is_null())
            .order_by_desc(credential_request::Column::CreatedAt)
            .limit(MOST)
            .into_tuple::<Row>()
            .all(db);
        let members = member_invitation::Entity::find()
            .select_only()
            .column(organization::Column::Name)
            .columns([
                member_invitation::Column::Link,
                member_invitation::Column::CreatedAt,
                member_invitation::Column::ExpiresAt,
            ])
            .join(
                JoinType::InnerJoin,
                on(member_invitation::Column::OrganizationId, organization::Column::Id),
            )
            .filter(member_invitation::Column::Email.eq(&me.email))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .filter(organization::Column::DeletedAt.is_null())
            .order_by_desc(member_invitation::Column::CreatedAt)
            .limit(MOST)
            .into_tuple::<Row>()
            .all(db);
        let (requests, members) = tokio::try_join!(requests, members)?;
        let now = self.now();
        let view = |kind| {
            move |(organization, link, sent_at, expires_at): Row| InvitedView {
                organization,
                link,
                kind,
                state: if expires_at.is_some_and(|at| at <= now) {
                    InvitationState::Expired
                } else {
                    InvitationState::Open
                },
                sent_at,
            }
        };
        let mut all: Vec<InvitedView> = requests
            .into_iter()
            .map(view(InvitationKind::Request))
            .chain(members.into_iter().map(view(InvitationKind::Membership)))
            .collect();
        all.sort_by_key(|invited| std::cmp::Reverse(invited.sent_at));
        all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        Ok(all)
    }
}
