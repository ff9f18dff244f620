//! Forgets what nobody needs any more.

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::event::Event;
use domain::job::Job;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::Service;
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

impl Service {
    /// Removes sign-ins that led nowhere, browsers that are no longer remembered, sessions and tokens that have expired,
    /// and jobs that were done a week ago with events that only they were for. Mails that show the delivery of
    /// a request stay as long as the request, and dead jobs until they are dropped. Returns how many rows went.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn purge(&self) -> Result<u64> {
        let write = self.write(Actor::System).await?;
        let (now, tx) = (write.now(), write.tx());
        let codes = sign_in::Entity::delete_many()
            .filter(sign_in::Column::CreatedAt.lt(now - CODES_KEPT))
            .filter(sign_in::Column::UsedAt.is_null().or(sign_in::Column::UsedAt.lt(now - KNOWN_FOR)))
            .exec(tx)
            .await?;
        let single_sign_ons = single_sign_on::Entity::delete_many()
            .filter(single_sign_on::Column::ExpiresAt.lte(now))
            .exec(tx)
            .await?;
        let sessions =
            session::Entity::delete_many().filter(session::Column::ExpiresAt.lt(now)).exec(tx).await?;
        let tokens = api_token::Entity::delete_many()
            .filter(api_token::Column::ExpiresAt.lt(now - JOBS_KEPT))
            .exec(tx)
            .await?;
        let jobs = job::Entity::delete_many()
            .filter(job::Column::DoneAt.lt(now - JOBS_KEPT))
            .filter(job::Column::Kind.is_not_in([Job::REVIEW_REQUEST, Job::INVITATION]))
            .exec(tx)
            .await?;
        let with_job = Query::select()
            .column(job::Column::EventId)
            .from(job::Entity)
            .and_where(Expr::col(job::Column::EventId).is_not_null())
            .to_owned();
        let events = event::Entity::delete_many()
            .filter(event::Column::Kind.eq(Event::SIGN_IN_REQUESTED))
            .filter(event::Column::At.lt(now - JOBS_KEPT))
            .filter(Expr::col(event::Column::Id).not_in_subquery(with_job))
            .exec(tx)
            .await?;
        // Deleted teams and organizations stay until the last of their requests is cleared.
        let with_requests = Query::select()
            .column(credential_request::Column::TeamId)
            .from(credential_request::Entity)
            .to_owned();
        let teams = team::Entity::delete_many()
            .filter(team::Column::DeletedAt.is_not_null())
            .filter(Expr::col(team::Column::Id).not_in_subquery(with_requests))
            .exec(tx)
            .await?;
        let with_teams = Query::select().column(team::Column::OrganizationId).from(team::Entity).to_owned();
        // A client of theirs is there as long as a revocation names it.
        let with_clients = Query::select()
            .column(organization_client::Column::OrganizationId)
            .from(organization_client::Entity)
            .to_owned();
        let organizations = organization::Entity::delete_many()
            .filter(organization::Column::DeletedAt.is_not_null())
            .filter(Expr::col(organization::Column::Id).not_in_subquery(with_teams))
            .filter(Expr::col(organization::Column::Id).not_in_subquery(with_clients))
            .exec(tx)
            .await?;
        mail_count::Entity::delete_many()
            .filter(mail_count::Column::Hour.lt(self.hour() - 1))
            .exec(tx)
            .await?;
        let ledger = self.purge_ledger(&write).await?;
        let gone: u64 = [codes, single_sign_ons, sessions, tokens, jobs, events, teams, organizations]
            .iter()
            .map(|result| result.rows_affected)
            .sum();
        write.commit().await?;
        Ok(gone + ledger)
    }
}
