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
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, TryInsertResult,
};

use crate::db::Write;
use crate::db::entity::{audit_record, mail_count};
use crate::error::{Error, Result};
use crate::{JobFailed, Service};

const HOUR: TimeDelta = TimeDelta::hours(1);

/// One of the mails that an address may get in an hour.
#[derive(Debug)]
#[must_use = "a mail that is not sent gives its place back"]
pub struct MailPlace {
    address_hash: Vec<u8>,
    hour: i64,
}

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

    /// Takes one of the mails that may go to an address in this hour, before it is sent: runs that come at the same
    /// time, here and in other processes, share what there is. Sign-in codes have limits of their own, and somebody
    /// waits for them: they count, and always go.
    ///
    /// A run that ends without a word, since its worker died or it took too long, leaves its place taken until the
    /// hour is over: it may have sent its mail.
    ///
    /// # Errors
    /// The time to wait, as a failed try; or that the database is away.
    pub async fn reserve_mail(&self, mail: &Mail, address: &str) -> Result<MailPlace, JobFailed> {
        let hour = self.hour();
        let place = MailPlace { address_hash: self.address_hash(address), hour };
        let row = mail_count::ActiveModel {
            address_hash: Set(place.address_hash.clone()),
            hour: Set(hour),
            mails: Set(1),
        };
        let taken = Expr::col((mail_count::Entity, mail_count::Column::Mails));
        let mut again = OnConflict::columns([mail_count::Column::AddressHash, mail_count::Column::Hour]);
        again.value(mail_count::Column::Mails, taken.clone().add(1));
        if !matches!(mail, Mail::SignInCode { .. }) {
            let most = i32::try_from(self.config().mails_per_recipient).unwrap_or(i32::MAX);
            again.action_and_where(taken.lt(most));
        }
        let reserved = mail_count::Entity::insert(row)
            .on_conflict(again)
            .try_insert()
            .exec_without_returning(self.db.at_once())
            .await
            .map_err(Error::from)?;
        if let TryInsertResult::Inserted(1) = reserved {
            return Ok(place);
        }
        let left = (hour + 1) * HOUR.num_seconds() - self.now().timestamp();
        Err(JobFailed {
            error: "many mails went to this address within the hour; this one waits for the next".to_owned(),
            for_good: false,
            retry_after: Some(Duration::from_secs(left.unsigned_abs() + 1)),
        })
    }

    /// Gives the place of a mail back that was not sent. One that cannot be given back is free again with the next
    /// hour.
    pub async fn return_mail(&self, place: MailPlace) {
        let given = mail_count::Entity::update_many()
            .col_expr(mail_count::Column::Mails, Expr::col(mail_count::Column::Mails).sub(1))
            .filter(mail_count::Column::AddressHash.eq(place.address_hash))
            .filter(mail_count::Column::Hour.eq(place.hour))
            .filter(mail_count::Column::Mails.gt(0))
            .exec(self.db.at_once())
            .await;
        if let Err(error) = given {
            tracing::warn!(%error, "a mail that was not sent counts until the hour is over");
        }
    }

    pub(crate) fn hour(&self) -> i64 {
        self.now().timestamp().div_euclid(HOUR.num_seconds())
    }

    /// Addresses are counted without being kept; the hour keeps hashes from being compared over time.
    fn address_hash(&self, address: &str) -> Vec<u8> {
        crate::accounts::hash(&format!("{}/{}", self.hour(), address.to_lowercase()))
    }
}
