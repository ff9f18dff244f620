//! Tells a provider that a secret is no longer to be accepted (REC-6, RFC 7009).

use domain::actor::Actor;
use domain::credential::Secret;
use domain::event::Event;
use domain::id::{ItemId, RevocationId};
use providers::{ProviderError, Revoked};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use super::client::{UsedClient, Way};
use crate::db::Write;
use crate::db::entity::{credential_request, revocation};
use crate::error::{Error, Result};
use crate::requests::{RevocationOutcome, of_request};
use crate::vault::{Belongs, Sealed};
use crate::{JobDone, JobFailed, JobRun, Service};

impl From<Error> for JobFailed {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a job failed on our side");
        // People read this text as the state of a delivery; the cause is for the log.
        Self { error: "failed on our side".to_owned(), for_good: false, retry_after: None }
    }
}

impl Service {
    /// Calls the provider and records the outcome with the end of the job.
    ///
    /// # Errors
    /// What the job's retry depends on.
    pub async fn run_revocation(&self, run: &JobRun, id: RevocationId) -> Result<JobDone, JobFailed> {
        let row = revocation::Entity::find_by_id(id.0).one(self.db.read()).await.map_err(Error::from)?;
        let Some(row) = row.filter(|row| row.outcome == RevocationOutcome::Queued.as_str()) else {
            return Ok(JobDone::Moot);
        };
        crate::failpoint!("revocation.call");
        let outcome = self.call_revocation(&row).await?;
        crate::failpoint!("revocation.answer");
        let mut write = self.write(Actor::System).await?;
        self.record_revocation(&mut write, id, outcome).await?;
        if self.mark_done(&write, run).await? {
            write.commit().await?;
        }
        crate::failpoint!("revocation.commit");
        Ok(JobDone::Recorded)
    }

    async fn call_revocation(&self, row: &revocation::Model) -> Result<RevocationOutcome, JobFailed> {
        let catalog = self.catalog();
        let Some(method) = catalog
            .version(&row.app, &row.app_version)
            .and_then(|version| Some((version, version.method(&row.method)?)))
        else {
            return Ok(RevocationOutcome::Unsupported);
        };
        let Some(sealed) = Sealed::from_columns(row.key_id.clone(), row.data_key.clone(), row.sealed.clone())
        else {
            return Ok(RevocationOutcome::Failed);
        };
        let plain = self.keys.unseal(Belongs::Revocation { id: row.id }, &sealed)?;
        let secret = Secret::from_bytes(&plain).map_err(|_| Error::corrupt("secret"))?;
        // A client of the recipient's own lies in the secret.
        let request = credential_request::Entity::find_by_id(row.request_id).one(self.db.read()).await;
        let organization = request.map_err(Error::from)?.map_or(uuid::Uuid::nil(), |row| row.organization_id);
        let used = Way::from(row).client;
        let client = match self.used_client(&used, organization, &row.app).await {
            Ok(client) => Some(client),
            Err(Error::Refused(..)) if used == UsedClient::Unnoted => None,
            // Many an app says yes to whoever it does not know (RFC 7009 section 2.2). An operator can put the
            // client back while the job is patient.
            Err(Error::Refused(_, error)) => {
                return Err(JobFailed { error, for_good: false, retry_after: None });
            }
            Err(error) => return Err(error.into()),
        };
        match self.providers.revoke(method.0, method.1, &secret, client.as_ref()).await {
            // A provider that does not know it any more: what was wanted is so.
            Ok(Revoked::Revoked) | Err(ProviderError::Dead { .. }) => Ok(RevocationOutcome::Revoked),
            Ok(Revoked::Unsupported) => Ok(RevocationOutcome::Unsupported),

            Err(ProviderError::Transient { retry_after, detail, .. }) => {
                Err(JobFailed { error: detail, for_good: false, retry_after })
            }
            Err(ProviderError::Misconfigured { detail }) => {
                // An operator can mend it while the job is patient.
                Err(JobFailed { error: detail, for_good: false, retry_after: None })
            }
        }
    }

    /// The provider did not confirm it in time. People are told; the secret stays sealed for this revocation
    /// only, so that an operator can start it again, until the job is dropped or the request cleared.
    pub(crate) async fn give_up_revocation(&self, write: &mut Write, id: RevocationId) -> Result<()> {
        self.move_revocation(write, id, RevocationOutcome::Queued, RevocationOutcome::Failed)
            .await
            .map(|_| ())
    }

    /// Takes a given-up revocation up again; false when its secret is gone.
    pub(crate) async fn requeue_revocation(&self, write: &mut Write, id: RevocationId) -> Result<bool> {
        self.move_revocation(write, id, RevocationOutcome::Failed, RevocationOutcome::Queued).await
    }

    async fn move_revocation(
        &self,
        write: &mut Write,
        id: RevocationId,
        from: RevocationOutcome,
        to: RevocationOutcome,
    ) -> Result<bool> {
        let finished_at = (to != RevocationOutcome::Queued).then(|| write.now());
        let moved = revocation::Entity::update_many()
            .col_expr(revocation::Column::Outcome, Expr::value(to.as_str()))
            .col_expr(revocation::Column::FinishedAt, Expr::value(finished_at))
            .filter(revocation::Column::Id.eq(id.0))
            .filter(revocation::Column::Outcome.eq(from.as_str()))
            .filter(revocation::Column::Sealed.is_not_null())
            .exec(write.tx())
            .await?;
        if moved.rows_affected == 0 {
            return Ok(false);
        }
        if let Some(row) = revocation::Entity::find_by_id(id.0).one(write.tx()).await?
            && let Some(request) =
                credential_request::Entity::find_by_id(row.request_id).one(write.tx()).await?
        {
            let (of, item) = (of_request(&request), ItemId(row.item_id));
            write.emit(&Event::RevocationFinished { revocation: id, of, item }).await?;
        }
        Ok(true)
    }

    /// Destroys the secret of a revocation that nobody will start again.
    pub(crate) async fn forget_revocation(&self, write: &Write, id: RevocationId) -> Result<()> {
        revocation::Entity::update_many()
            .col_expr(revocation::Column::KeyId, Expr::value(Option::<String>::None))
            .col_expr(revocation::Column::DataKey, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(revocation::Column::Sealed, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(revocation::Column::OrganizationClientId, Expr::value(Option::<uuid::Uuid>::None))
            .col_expr(revocation::Column::InstanceClientId, Expr::value(Option::<String>::None))
            .filter(revocation::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        Ok(())
    }

    /// Writes down the outcome and destroys the secret. Of a request that is gone, nothing is kept.
    pub(crate) async fn record_revocation(
        &self,
        write: &mut Write,
        id: RevocationId,
        outcome: RevocationOutcome,
    ) -> Result<()> {
        let row = revocation::Entity::find_by_id(id.0)
            .filter(revocation::Column::Outcome.eq(RevocationOutcome::Queued.as_str()))
            .one(write.tx())
            .await?;
        // Ended by another run of the job, whose outcome counts.
        let Some(row) = row else { return Ok(()) };
        let request = credential_request::Entity::find_by_id(row.request_id).one(write.tx()).await?;
        let Some(request) = request else {
            revocation::Entity::delete_by_id(id.0).exec(write.tx()).await?;
            return Ok(());
        };
        let item = ItemId(row.item_id);
        let mut row = row.into_active_model();
        row.key_id = Set(None);
        row.data_key = Set(None);
        row.sealed = Set(None);
        row.organization_client_id = Set(None);
        row.instance_client_id = Set(None);
        row.outcome = Set(outcome.as_str().to_owned());
        row.finished_at = Set(Some(write.now()));
        row.update(write.tx()).await?;
        write.emit(&Event::RevocationFinished { revocation: id, of: of_request(&request), item }).await?;
        Ok(())
    }
}
