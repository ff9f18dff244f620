//! How many mails one person may cause, and one address may get, in an hour (MAIL-3).
//!
//! Who causes too many is refused before anything is written. Mails to one address beyond the limit wait for the
//! next hour: nothing is lost, and nobody's mailbox is flooded, whoever causes it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::Event;
use domain::id::UserId;
use domain::job::Mail;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::db::Write;
use crate::db::entity::{audit_record, mail_count};
use crate::error::{Error, Result};
use crate::{JobFailed, Service};

const HOUR: TimeDelta = TimeDelta::hours(1);

impl Service {
    /// Refuses one more mail of a person beyond the limit. Counted in the audit log, which a deletion does not
    /// shorten.
    pub(crate) async fn check_sender(&self, write: &Write, person: UserId) -> Result<()> {
        let most = self.config().mails_per_sender;
        let causes = [
            Event::REQUEST_CREATED,
            Event::INVITATION_RESENT,
            Event::REQUEST_REMINDED,
            Event::MEMBER_INVITED,
        ];
        // The one whose end makes room: as many back as are allowed.
        let oldest: Option<DateTime<Utc>> = audit_record::Entity::find()
            .select_only()
            .column(audit_record::Column::At)
            .filter(audit_record::Column::ActorId.eq(person.0))
            .filter(audit_record::Column::Kind.is_in(causes))
            .filter(audit_record::Column::At.gt(write.now() - HOUR))
            .order_by_desc(audit_record::Column::At)
            .offset(most.saturating_sub(1))
            .limit(1)
            .into_tuple()
            .one(write.tx())
            .await?;
        let Some(oldest) = oldest else { return Ok(()) };
        let wait = oldest + HOUR - write.now();
        Err(Error::RateLimited { seconds: u64::try_from(wait.num_seconds()).unwrap_or(0) + 1 })
    }

    /// Whether a mail may go to an address now. Sign-in codes have limits of their own, and somebody waits for
    /// them.
    ///
    /// # Errors
    /// The time to wait, as a failed try.
    pub async fn may_mail(&self, mail: &Mail, address: &str) -> Result<(), JobFailed> {
        if matches!(mail, Mail::SignInCode { .. }) {
            return Ok(());
        }
        let (hour, address) = (self.hour(), self.address_hash(address));
        let row = mail_count::Entity::find_by_id((address, hour)).one(self.db.read()).await;
        let sent = row.map_err(Error::from)?.map_or(0, |row| row.mails);
        if u64::try_from(sent).unwrap_or(u64::MAX) < self.config().mails_per_recipient {
            return Ok(());
        }
        let left = (hour + 1) * HOUR.num_seconds() - self.now().timestamp();
        Err(JobFailed {
            error: "many mails went to this address within the hour; this one waits for the next".to_owned(),
            for_good: false,
            retry_after: Some(Duration::from_secs(left.unsigned_abs() + 1)),
        })
    }

    /// Counts a mail that went out, in the transaction that ends its job.
    pub(crate) async fn count_mail(&self, write: &Write, address: &str) -> Result<()> {
        let row = mail_count::ActiveModel {
            address_hash: Set(self.address_hash(address)),
            hour: Set(self.hour()),
            mails: Set(1),
        };
        let more = Expr::col((mail_count::Entity, mail_count::Column::Mails)).add(1);
        mail_count::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([mail_count::Column::AddressHash, mail_count::Column::Hour])
                    .value(mail_count::Column::Mails, more)
                    .to_owned(),
            )
            .exec_without_returning(write.tx())
            .await?;
        Ok(())
    }

    pub(crate) fn hour(&self) -> i64 {
        self.now().timestamp().div_euclid(HOUR.num_seconds())
    }

    /// Addresses are counted without being kept; the hour keeps hashes from being compared over time.
    fn address_hash(&self, address: &str) -> Vec<u8> {
        crate::accounts::hash(&format!("{}/{}", self.hour(), address.to_lowercase()))
    }
}
