//! Forgets what nobody needs any more.

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::event::Event;
use domain::job::Job;
use sea_orm::sea_query::{Expr, ExprTrait as _, IntoIden, Query};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait, QueryFilter as _, QuerySelect as _, QueryTrait as _,
};

use crate::Service;
use crate::db::Write;
use crate::db::entity::{
    api_token, credential_request, event, job, mail_count, organization, organization_client, session,
    sign_in, single_sign_on, team,
};
use crate::error::Result;

/// How long a browser is remembered as one in which the owner of an address signed in.
const KNOWN_FOR: TimeDelta = TimeDelta::days(180);
/// How long a code that led nowhere counts against the limits.
const CODES_KEPT: TimeDelta = TimeDelta::days(2);
/// How long finished jobs stay, for whoever looks for the way of a mail.
const JOBS_KEPT: TimeDelta = TimeDelta::days(7);

/// Rows of one statement, and of one transaction of it: so few that their locks are held for a moment, however much has
/// gathered. What is left is taken by the next statement, until nothing is.
const BATCH: u64 = 1000;

/// Removes at most a batch of the rows that a filter finds.
async fn batch<E>(write: &Write, id: E::Column, of: Condition) -> Result<u64>
where
    E: EntityTrait,
    E::Column: Copy,
{
    // SQLite and PostgreSQL know no limit of a deletion.
    let some = E::find().select_only().column(id).filter(of).limit(BATCH).into_query();
    let gone = E::delete_many().filter(id.in_subquery(some)).exec(write.tx()).await?;
    Ok(gone.rows_affected)
}

/// That no row of a table refers to the one that is looked at. One by one by their index: to gather all of them first,
/// as `NOT IN` does, grows with what is kept.
fn none<T, C>(from: (T, C), to: (impl IntoIden, impl IntoIden)) -> Expr
where
    T: IntoIden + Copy,
    C: IntoIden + Copy,
{
    let referring =
        Query::select().expr(Expr::val(1)).from(from.0).and_where(Expr::col(from).equals(to)).to_owned();
    Expr::exists(referring).not()
}

impl Service {
    /// Removes sign-ins that led nowhere, browsers that are no longer remembered, sessions and tokens that have expired,
    /// and jobs that were done a week ago with events that only they were for. Mails that show the delivery of
    /// a request stay as long as the request, and dead jobs until they are dropped. Returns how many rows went.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn purge(&self) -> Result<u64> {
        let now = self.now();
        let all = Condition::all;
        let mut gone = 0;
        gone += self
            .in_batches::<sign_in::Entity>(
                sign_in::Column::Id,
                &all()
                    .add(sign_in::Column::CreatedAt.lt(now - CODES_KEPT))
                    .add(sign_in::Column::UsedAt.is_null().or(sign_in::Column::UsedAt.lt(now - KNOWN_FOR))),
            )
            .await?;
        gone += self
            .in_batches::<single_sign_on::Entity>(
                single_sign_on::Column::Id,
                &all().add(single_sign_on::Column::ExpiresAt.lte(now)),
            )
            .await?;
        gone += self
            .in_batches::<session::Entity>(
                session::Column::Id,
                &all().add(session::Column::ExpiresAt.lt(now)),
            )
            .await?;
        gone += self
            .in_batches::<api_token::Entity>(
                api_token::Column::Id,
                &all().add(api_token::Column::ExpiresAt.lt(now - JOBS_KEPT)),
            )
            .await?;
        gone += self
            .in_batches::<job::Entity>(
                job::Column::Id,
                &all()
                    .add(job::Column::DoneAt.lt(now - JOBS_KEPT))
                    .add(job::Column::Kind.is_not_in([Job::REVIEW_REQUEST, Job::INVITATION])),
            )
            .await?;
        gone += self
            .in_batches::<event::Entity>(
                event::Column::Id,
                &all()
                    .add(event::Column::Kind.eq(Event::SIGN_IN_REQUESTED))
                    .add(event::Column::At.lt(now - JOBS_KEPT))
                    .add(none((job::Entity, job::Column::EventId), (event::Entity, event::Column::Id))),
            )
            .await?;
        gone += self.purge_organizations().await?;
        let write = self.write(Actor::System).await?;
        mail_count::Entity::delete_many()
            .filter(mail_count::Column::Hour.lt(self.hour() - 1))
            .exec(write.tx())
            .await?;
        let ledger = self.purge_ledger(&write).await?;
        write.commit().await?;
        Ok(gone + ledger)
    }

    /// A transaction for each batch, until a batch is not full.
    async fn in_batches<E>(&self, id: E::Column, of: &Condition) -> Result<u64>
    where
        E: EntityTrait,
        E::Column: Copy,
    {
        let mut gone = 0;
        loop {
            let write = self.write(Actor::System).await?;
            let rows = batch::<E>(&write, id, of.clone()).await?;
            write.commit().await?;
            gone += rows;
            if rows < BATCH {
                return Ok(gone);
            }
        }
    }

    /// Deleted teams and organizations stay until the last of their requests is cleared.
    async fn purge_organizations(&self) -> Result<u64> {
        let write = self.write(Actor::System).await?;
        let tx = write.tx();
        let teams = team::Entity::delete_many()
            .filter(team::Column::DeletedAt.is_not_null())
            .filter(none(
                (credential_request::Entity, credential_request::Column::TeamId),
                (team::Entity, team::Column::Id),
            ))
            .exec(tx)
            .await?;
        let of = (organization::Entity, organization::Column::Id);
        let organizations = organization::Entity::delete_many()
            .filter(organization::Column::DeletedAt.is_not_null())
            .filter(none((team::Entity, team::Column::OrganizationId), of))
            // A client of theirs is there as long as a revocation names it.
            .filter(none((organization_client::Entity, organization_client::Column::OrganizationId), of))
            .exec(tx)
            .await?;
        write.commit().await?;
        Ok(teams.rows_affected + organizations.rows_affected)
    }
}
