//! The built-in mailbox of the embedded profile (OPS-1), and the end of a mail's way.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::job::Mail;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use crate::db::entity::{credential_request, mailbox};
use crate::error::Result;
use crate::{JobRun, Service};

/// A mail of the built-in mailbox.
#[derive(Debug, Clone, serde::Serialize)]
pub struct BuiltInMail {
    /// Id of the mail.
    pub id: String,
    /// Address of the recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// Mails that the built-in mailbox keeps.
const KEPT: u64 = 500;

impl Service {
    /// The newest mails of the built-in mailbox, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn built_in_mails(&self) -> Result<Vec<BuiltInMail>> {
        let rows = mailbox::Entity::find()
            .order_by_desc(mailbox::Column::SentAt)
            .order_by_desc(mailbox::Column::Id)
            .limit(KEPT)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| BuiltInMail {
                id: row.id.simple().to_string(),
                to: row.recipient,
                subject: row.subject,
                text: row.text,
                html: row.html,
                sent_at: row.sent_at,
            })
            .collect())
    }

    /// Puts a mail into the built-in mailbox and marks its job done in the same transaction, so that it
    /// arrives exactly once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn deliver_built_in(&self, run: &JobRun, mail: &BuiltInMail) -> Result<()> {
        let mut write = self.write(Actor::System).await?;
        let row = mailbox::ActiveModel {
            id: Set(run.id.0),
            recipient: Set(mail.to.clone()),
            subject: Set(mail.subject.clone()),
            text: Set(mail.text.clone()),
            html: Set(mail.html.clone()),
            sent_at: Set(write.now()),
        };
        // The id is the job's: a job that runs twice finds its mail already there.
        if mailbox::Entity::find_by_id(run.id.0).one(write.tx()).await?.is_none() {
            row.insert(write.tx()).await?;
        }
        let oldest_kept: Option<Uuid> = mailbox::Entity::find()
            .select_only()
            .column(mailbox::Column::Id)
            .order_by_desc(mailbox::Column::SentAt)
            .order_by_desc(mailbox::Column::Id)
            .offset(KEPT)
            .limit(1)
            .into_tuple()
            .one(write.tx())
            .await?;
        if let Some(id) = oldest_kept {
            mailbox::Entity::delete_by_id(id).exec(write.tx()).await?;
        }
        if self.finish_mail(&mut write, run).await? {
            write.commit().await?;
        }
        Ok(())
    }

    /// Marks a mail's job done after a mail server took it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn mail_accepted(&self, run: &JobRun) -> Result<()> {
        let mut write = self.write(Actor::System).await?;
        if self.finish_mail(&mut write, run).await? {
            write.commit().await?;
        }
        Ok(())
    }

    /// False when the job ended or went on to another run.
    async fn finish_mail(&self, write: &mut crate::db::Write, run: &JobRun) -> Result<bool> {
        if !self.mark_done(write, run).await? {
            return Ok(false);
        }
        if let domain::job::Job::SendMail(Mail::ReviewRequest { request } | Mail::Invitation { request }) =
            run.job
            && let Some(row) = credential_request::Entity::find_by_id(request.0).one(write.tx()).await?
        {
            write.emit(&Event::DeliveryChanged { of: crate::requests::of_request(&row) }).await?;
        }
        Ok(true)
    }
}
