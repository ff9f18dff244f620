//! Keys, passwords and client credentials: tested by the catalog's probe before they count (REC-2).

use domain::actor::Actor;
use domain::catalog::{AppVersion, AuthMethod};
use domain::code::ErrorCode;
use domain::credential::Kind;
use domain::event::Reason;
use domain::id::ItemId;
use domain::policy::Action;
use providers::{Grant, ProviderError};

use super::attempt::Attempt;
use super::authorize::{Confirm, FieldValue, check_fields, may_authorize, requested_scopes};
use super::callback::told;
use super::client::Way;
use crate::Service;
use crate::db::Hold;
use crate::error::{Error, Result};

impl Service {
    /// Grants access by what the recipient typed. A wrong key fails here, in front of the person who can
    /// correct it, and the item stays as it was.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION`, `UNKNOWN_METHOD`, problems with the
    /// fields, `CREDENTIAL_REFUSED`, `PROVIDER_UNAVAILABLE`, `PROVIDER_MISCONFIGURED`, `CONFLICT`.
    pub async fn submit_credential(
        &self,
        actor: Actor,
        id: ItemId,
        method: &str,
        fields: &[FieldValue],
        confirm: Confirm,
    ) -> Result<()> {
        let (request, item) = self.load_item(actor, Action::GrantItem, id).await?;
        may_authorize(&item)?;
        let (version, method) = self.method_of(&item, method)?;
        let (version, method) = (&version, &method);
        if method.kind == Kind::OAuth2Code {
            return Err(Error::input(
                ErrorCode::UnknownMethod,
                "method",
                "this way is an OAuth sign-in; start it instead",
            ));
        }
        let values = check_fields(method, fields)?;
        let way = Way::without_client(&method.id);
        let grant = match self.providers.connect(version, method, &values, self.now()).await {
            Ok(grant) => grant,
            Err(error) => {
                let attempt = refused(&error);
                self.record_attempt(actor, &request, &item, &method.id, &attempt).await?;
                return Err(told(&attempt));
            }
        };
        let grant = match self.with_account(version, method, grant).await {
            Ok(grant) => grant,
            Err((error, grant)) => {
                self.discard_grant(&request, &item, &way, &grant.secret).await?;
                let attempt = refused(&error);
                self.record_attempt(actor, &request, &item, &method.id, &attempt).await?;
                return Err(told(&attempt));
            }
        };
        if confirm == Confirm::Account {
            return self.wait_for_confirmation(actor, &request, &item, &way, &grant, None).await;
        }
        let scopes = requested_scopes(&item, &method.id);
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        let stored = match self.store_grant(&mut write, &request, &item, &way, &grant, &scopes).await {
            Ok(()) => return write.commit().await,
            Err(error) => error,
        };
        drop(write);
        // A key that the recipient typed is theirs: it is forgotten, not revoked. Tokens that we fetched with
        // it are ours to revoke.
        if method.kind == Kind::ClientCredentials {
            self.discard_grant(&request, &item, &way, &grant.secret).await?;
        }
        Err(stored)
    }
}

impl Service {
    /// Asks whose account a fresh token is for; a typed key was asked already. A refusal gives the grant back.
    async fn with_account(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        mut grant: Grant,
    ) -> Result<Grant, (ProviderError, Grant)> {
        if method.kind == Kind::ClientCredentials {
            match self.providers.probe(version, method, &grant.secret).await {
                Ok(account) => grant.account = account,
                Err(error) => return Err((error, grant)),
            }
        }
        Ok(grant)
    }
}

/// A refused key leaves the item as it was; a provider that is set up wrongly does not (table of *States*).
fn refused(error: &ProviderError) -> Attempt {
    let (reason, breaks) = match error {
        ProviderError::Dead { .. } => (Reason::Refused, false),
        ProviderError::Transient { .. } => (Reason::Unavailable, false),
        ProviderError::Misconfigured { .. } => (Reason::Misconfigured, true),
    };
    Attempt { reason, detail: Some(error.to_string()), breaks }
}
