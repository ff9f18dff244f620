//! Mails that came back after a mail server had taken them (INV-6).

use domain::actor::Actor;
use domain::event::Event;
use domain::id::JobId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{credential_request, job};
use crate::error::{Error, Result};
use crate::requests::of_request;

impl Service {
    /// Whether whoever reports a bounce shows the configured secret.
    pub fn may_report_bounces(&self, shown: &str) -> bool {
        let secret = self.config().bounce_secret.as_ref();
        secret.is_some_and(|secret| bool::from(secret.expose_secret().as_bytes().ct_eq(shown.as_bytes())))
    }

    /// Writes down that a mail came back. Reported twice is reported once.
    ///
    /// # Errors
    /// `NOT_FOUND` when no mail of this instance has this Message-ID.
    pub async fn mail_bounced(&self, message_id: &str, reason: &str) -> Result<()> {
        let id = message_id.trim().trim_start_matches('<').split('@').next().unwrap_or_default();
        let id = Uuid::try_parse(id).map_err(|_| Error::not_found())?;
        let row = job::Entity::find_by_id(id).one(self.db.read()).await?.ok_or_else(Error::not_found)?;
        let same =
            self.message_id(JobId(row.id)) == format!("<{}>", message_id.trim().trim_matches(['<', '>']));
        if !same || !row.kind.starts_with("MAIL_") {
            return Err(Error::not_found());
        }
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(300).collect();
        let mut write = self.write(Actor::System).await?;
        let marked = job::Entity::update_many()
            .col_expr(job::Column::BouncedAt, Expr::value(write.now()))
            .col_expr(job::Column::Bounce, Expr::value(reason))
            .filter(job::Column::Id.eq(row.id))
            .filter(job::Column::BouncedAt.is_null())
            .exec(write.tx())
            .await?;
        if marked.rows_affected == 1
            && let Some(request) = row.request_id
            && let Some(request) = credential_request::Entity::find_by_id(request).one(write.tx()).await?
        {
            write.emit(&Event::DeliveryChanged { of: of_request(&request) }).await?;
        }
        write.commit().await
    }
}
