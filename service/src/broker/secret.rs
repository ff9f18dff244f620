//! The secret of a call: the one place where the broker asks for it.

use std::sync::Arc;

use domain::credential::Secret;
use sea_orm::EntityTrait as _;

use super::grant::Grant;
use super::refusal::{Refusal, RefusalCode};
use crate::Service;
use crate::db::entity::credential;
use crate::tokens::Fresh;
use crate::vault::{Belongs, Sealed};

impl Service {
    /// The secret of a call, renewed first where its token is about to end (HEALTH-1).
    pub(super) async fn secret_for(&self, grant: &mut Arc<Grant>) -> Result<Secret, Refusal> {
        let stored = self.stored_secret(grant)?;
        self.made_fresh(grant, stored).await
    }

    /// The secret that was read with the grant, as a rule without another look at the database.
    pub(super) async fn made_fresh(&self, grant: &mut Arc<Grant>, stored: Secret) -> Result<Secret, Refusal> {
        if !grant.is_about_to_expire(self.now()) {
            return Ok(stored);
        }
        drop(stored);
        // Apart, as all that is rare: what a call may have to keep is moved about with it.
        Box::pin(self.renew_for(grant)).await?;
        self.stored_secret(grant)
    }

    async fn renew_for(&self, grant: &mut Arc<Grant>) -> Result<(), Refusal> {
        let row = credential::Entity::find_by_id(grant.credential).one(self.db.read()).await?;
        let row = row.filter(|row| row.destroyed_at.is_none()).ok_or_else(gone)?;
        match self.fresh(row).await? {
            Fresh::Ready(row) => {
                Arc::make_mut(grant).take(*row);
                Ok(())
            }
            Fresh::Later(at) => {
                let wait = (at - self.now()).num_seconds().max(1).unsigned_abs();
                let message = "the token has ended, and the app does not renew it for now; try again";
                Err(Refusal::new(RefusalCode::TokenNotRenewed, message).after(wait))
            }
            Fresh::Broken => {
                let message = "the access does not work any more; the recipient can authorize again";
                Err(Refusal::new(RefusalCode::Invalid, message))
            }
            Fresh::Gone => Err(gone()),
        }
    }

    pub(super) fn stored_secret(&self, grant: &Grant) -> Result<Secret, Refusal> {
        let sealed = Sealed::from_columns(grant.key_id.clone(), grant.data_key.clone(), grant.sealed.clone())
            .ok_or_else(gone)?;
        let place = Belongs::Credential { id: grant.credential_id().0, version: grant.version };
        let plain = self.keys.unseal(place, &sealed)?;
        Secret::from_bytes(&plain).map_err(|_| crate::Error::corrupt("secret").into())
    }

    /// Another secret in place of one that the app answered with 401, for the same call; `None` passes the app's
    /// answer on.
    pub(super) async fn secret_after_refusal(
        &self,
        grant: &mut Arc<Grant>,
        refused: &Secret,
    ) -> Result<Option<Secret>, Refusal> {
        let Some(row) = self.after_refusal(grant.credential_id(), grant.version).await? else {
            return Ok(None);
        };
        let method = grant.method.clone();
        Arc::make_mut(grant).take(row);
        let newer = self.stored_secret(grant)?;
        // The recipient may have authorized anew, for an account that lives elsewhere: the call was not meant for it.
        let is_same_call = grant.method == method && newer.params() == refused.params();
        Ok(is_same_call.then_some(newer))
    }
}

fn gone() -> Refusal {
    Refusal::new(RefusalCode::NotAuthorized, "there is no access to use any more")
}
