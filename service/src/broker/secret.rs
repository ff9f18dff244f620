//! The secret of a call: the one place where the broker asks for it.

use domain::credential::Secret;

use super::grant::Grant;
use super::refusal::{Refusal, RefusalCode};
use crate::Service;
use crate::vault::{Belongs, Sealed};

impl Service {
    /// The secret as it is stored.
    pub(super) fn secret_of(&self, grant: &Grant) -> Result<Secret, Refusal> {
        let sealed = Sealed::from_columns(grant.key_id.clone(), grant.data_key.clone(), grant.sealed.clone())
            .ok_or_else(|| Refusal::new(RefusalCode::NotAuthorized, "there is no access to use any more"))?;
        let place = Belongs::Credential { id: grant.credential_id().0, version: grant.version };
        let plain = self.keys.unseal(place, &sealed)?;
        Secret::from_bytes(&plain).map_err(|_| crate::Error::corrupt("secret").into())
    }

    /// Another secret in place of one that the app answered with 401; `None` passes the app's answer on.
    #[expect(clippy::unused_async, reason = "a renewal asks the app")]
    pub(super) async fn secret_after_refusal(&self, _grant: &Grant) -> Result<Option<Secret>, Refusal> {
        Ok(None)
    }
}
