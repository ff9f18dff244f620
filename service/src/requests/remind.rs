//! Reminding recipients who have not answered: by themselves where the organization wants it, and by hand.

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::RequestId;
use domain::item::State;
use domain::policy::Action;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::invitation::{check_is_inside, is_inside};
use super::of_request;
use crate::Service;
use crate::db::entity::{credential_request, event, organization, request_item, user};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};

/// When the first reminder is due after the request was sent.
pub(super) const FIRST: TimeDelta = TimeDelta::days(1);
/// Days after the request at which reminders are due.
const DAYS: [i64; 3] = [1, 3, 7];
/// Hours in which nobody minds a mail, where the recipient lives.
const AWAKE: std::ops::Range<u32> = 8..20;
/// Requests of one round.
const ROUND: u64 = 200;

impl Service {
    /// Sends the reminders that are due (off unless the organization switched them on). Several processes may do
    /// this at a time: each request is taken by one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn send_reminders(&self) -> Result<()> {
        let rows = credential_request::Entity::find()
            .filter(credential_request::Column::RemindAt.lte(self.now()))
            .filter(credential_request::Column::DeletedAt.is_null())
            .order_by_asc(credential_request::Column::RemindAt)
            .limit(ROUND)
            .all(self.db.read())
            .await?;
        for row in rows {
            self.remind_by_itself(&row).await?;
        }
        Ok(())
    }

    async fn remind_by_itself(&self, row: &credential_request::Model) -> Result<()> {
        let mut write = self.write_holding(Actor::System, Hold::Organization(row.organization_id)).await?;
        let wanted = organization::Entity::find_by_id(row.organization_id)
            .one(write.tx())
            .await?
            .is_some_and(|organization| organization.reminders);
        let sleeps = awake_from(self.now(), self.zone_of(&write, row).await?);
        let (next, sends) = match sleeps {
            _ if !wanted || !untouched(&write, row).await? || !is_inside(&write, row).await? => (None, false),
            Some(morning) => (Some(morning), false),
            None => (next(row), true),
        };
        let taken = credential_request::Entity::update_many()
            .col_expr(credential_request::Column::RemindAt, Expr::value(next))
            .col_expr(
                credential_request::Column::Reminders,
                Expr::col(credential_request::Column::Reminders).add(i32::from(sends)),
            )
            .filter(credential_request::Column::Id.eq(row.id))
            .filter(credential_request::Column::RemindAt.eq(row.remind_at))
            .exec(write.tx())
            .await?;
        if taken.rows_affected == 1 && sends {
            write.emit(&Event::RequestReminded { of: of_request(row) }).await?;
        }
        write.commit().await
    }

    /// Reminds the recipient now; once a day.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION` when nothing waits for an answer or
    /// the recipient has left, or `RATE_LIMITED`.
    pub async fn remind_now(&self, actor: Actor, id: RequestId) -> Result<()> {
        let (row, _) = self.load_request(actor, Action::ResendInvitation, id).await?;
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let mut write = self.write_holding(actor, Hold::Organization(row.organization_id)).await?;
        self.hold_request(&write, id).await?;
        let waiting = request_item::Entity::find()
            .filter(request_item::Column::RequestId.eq(id.0))
            .filter(request_item::Column::State.eq(State::Pending.as_str()))
            .count(write.tx())
            .await?;
        if waiting == 0 || of_request(&row).is_to_self() {
            return Err(Error::refused(
                ErrorCode::IllegalTransition,
                "nothing waits for the recipient's answer",
            ));
        }
        check_is_inside(&write, &row).await?;
        let day = TimeDelta::days(1);
        let last = event::Entity::find()
            .filter(event::Column::RequestId.eq(id.0))
            .filter(event::Column::Kind.eq(Event::REQUEST_REMINDED))
            .filter(event::Column::At.gt(write.now() - day))
            .order_by_desc(event::Column::At)
            .one(write.tx())
            .await?;
        if let Some(last) = last {
            let wait = last.at + day - write.now();
            return Err(Error::RateLimited { seconds: u64::try_from(wait.num_seconds()).unwrap_or(0) + 1 });
        }
        self.check_sender(&write, me).await?;
        write.emit(&Event::RequestReminded { of: of_request(&row) }).await?;
        write.commit().await
    }

    /// Where the recipient lives, as far as it is known; else where the requester does.
    async fn zone_of(&self, write: &Write, row: &credential_request::Model) -> Result<Tz> {
        let person = row.recipient_id.unwrap_or(row.requester_id);
        let person = user::Entity::find_by_id(person).one(write.tx()).await?;
        Ok(person.and_then(|person| person.time_zone.parse().ok()).unwrap_or(Tz::UTC))
    }
}

/// Whether the recipient has done nothing yet: the first action ends the reminders.
async fn untouched(write: &Write, row: &credential_request::Model) -> Result<bool> {
    let touched = request_item::Entity::find()
        .filter(request_item::Column::RequestId.eq(row.id))
        .filter(
            request_item::Column::State.ne(State::Pending.as_str()).or(request_item::Column::Version.gt(1)),
        )
        .count(write.tx())
        .await?;
    Ok(touched == 0 && !of_request(row).is_to_self())
}

/// When the reminder behind this one is due.
fn next(row: &credential_request::Model) -> Option<DateTime<Utc>> {
    let sent = usize::try_from(row.reminders).unwrap_or(usize::MAX);
    DAYS.get(sent.saturating_add(1)).map(|days| row.created_at + TimeDelta::days(*days))
}

/// When the night is over where it is night now; `None` by day.
fn awake_from(now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let there = now.with_timezone(&zone);
    if AWAKE.contains(&there.hour()) {
        return None;
    }
    // Steps of a quarter of an hour find the morning whatever the clocks there do in this night.
    let quarter = TimeDelta::minutes(15);
    let start = now - TimeDelta::seconds(i64::from(there.minute() % 15 * 60 + there.second()));
    let mut steps = (1..=24 * 4).map(|step| start + quarter * step);
    steps.find(|at| AWAKE.contains(&at.with_timezone(&zone).hour()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_wait_for_the_morning_where_the_recipient_lives() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let rows = [
            ("2026-03-28T12:00:00Z", Tz::UTC, None),
            ("2026-03-28T20:00:00Z", Tz::UTC, Some("2026-03-29T08:00:00Z")),
            ("2026-03-28T07:59:59Z", Tz::UTC, Some("2026-03-28T08:00:00Z")),
            // Berlin puts its clocks forward in this night.
            ("2026-03-28T23:00:00Z", Tz::Europe__Berlin, Some("2026-03-29T06:00:00Z")),
            ("2026-03-28T12:00:00Z", Tz::America__Los_Angeles, Some("2026-03-28T15:00:00Z")),
            ("2026-03-28T12:07:00Z", Tz::Asia__Kathmandu, None),
            ("2026-03-28T20:07:00Z", Tz::Asia__Kathmandu, Some("2026-03-29T02:15:00Z")),
        ];
        for (now, zone, expected) in rows {
            assert_eq!(awake_from(at(now), zone), expected.map(at), "{now} {zone}");
        }
    }
}
