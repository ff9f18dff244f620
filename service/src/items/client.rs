//! By which OAuth client a grant came. An app knows its tokens as those of one client: another can neither refresh nor
//! revoke them (RFC 6749 section 6, RFC 7009 section 2.1). So each grant names its client, and a client that an
//! organization replaced is kept as long as a grant names it.

use domain::code::ErrorCode;
use domain::credential::SecretText;
use providers::OAuthClient;
use uuid::Uuid;

use super::OwnClientInput;
use crate::Service;
use crate::db::entity::{authorization, credential, revocation};
use crate::error::{Error, Result};

/// The client by which a grant came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum UsedClient {
    /// None, the recipient's own, which lies in the secret, or one of before clients were noted.
    #[default]
    Unnoted,
    /// A client of the organization, by its row.
    Organization(Uuid),
    /// The instance's, by its client id.
    Instance(String),
}

impl UsedClient {
    pub(crate) fn of_columns(organization: Option<Uuid>, instance: Option<String>) -> Self {
        match (organization, instance) {
            (Some(row), _) => Self::Organization(row),
            (None, Some(id)) => Self::Instance(id),
            (None, None) => Self::Unnoted,
        }
    }

    /// The two columns in which it is noted.
    pub(super) fn columns(&self) -> (Option<Uuid>, Option<String>) {
        match self {
            Self::Unnoted => (None, None),
            Self::Organization(row) => (Some(*row), None),
            Self::Instance(id) => (None, Some(id.clone())),
        }
    }
}

/// The way by which a grant came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// How the recipient authenticated, by its id in the catalog.
    pub method: String,
    pub client: UsedClient,
}

impl Way {
    /// A way that has no client of ours.
    pub(super) fn without_client(method: &str) -> Self {
        Self { method: method.to_owned(), client: UsedClient::Unnoted }
    }
}

macro_rules! ways {
    ($($table:ident),*) => {$(
        impl From<&$table::Model> for Way {
            fn from(row: &$table::Model) -> Self {
                let client =
                    UsedClient::of_columns(row.organization_client_id, row.instance_client_id.clone());
                Self { method: row.method.clone(), client }
            }
        }
    )*};
}

ways!(authorization, credential, revocation);

impl Service {
    /// The client for a new grant: the recipient's, else the organization's, else the instance's.
    pub(super) async fn oauth_client(
        &self,
        organization: Uuid,
        app: &str,
        own: Option<&OwnClientInput>,
    ) -> Result<(OAuthClient, UsedClient)> {
        if let Some(own) = own {
            let client = OAuthClient { id: own.id.clone(), secret: own.secret.clone() };
            return Ok((client, UsedClient::Unnoted));
        }
        if let Some((id, client)) = self.organization_client(organization, app).await? {
            return Ok((client, UsedClient::Organization(id)));
        }
        let client = self.instance_client(app).ok_or_else(|| {
            let setting = app.replace('-', "_").to_uppercase();
            Error::refused(
                ErrorCode::OauthClientMissing,
                format!("no OAuth client is configured for {}; the operator sets OAUTH_{setting}_CLIENT_ID and OAUTH_{setting}_CLIENT_SECRET", self.app_name(app)),
            )
        })?;
        let used = UsedClient::Instance(client.id.clone());
        Ok((client, used))
    }

    /// The client by which a grant came, for its refresh and its revocation.
    ///
    /// # Errors
    /// `OAUTH_CLIENT_MISSING` when it is gone; then no other takes its place.
    pub(super) async fn used_client(
        &self,
        used: &UsedClient,
        organization: Uuid,
        app: &str,
    ) -> Result<OAuthClient> {
        let gone = || {
            Error::refused(
                ErrorCode::OauthClientMissing,
                format!("the OAuth client of {} by which this access came is gone", self.app_name(app)),
            )
        };
        match used {
            UsedClient::Unnoted => Ok(self.oauth_client(organization, app, None).await?.0),
            UsedClient::Organization(row) => self.organization_client_of_row(*row).await?.ok_or_else(gone),
            UsedClient::Instance(id) => {
                self.instance_client(app).filter(|client| client.id == *id).ok_or_else(gone)
            }
        }
    }

    /// The client by which a credential came, for its renewal; `None` where it lies in the secret itself.
    ///
    /// # Errors
    /// `OAUTH_CLIENT_MISSING` when it is gone.
    pub(crate) async fn grant_client(
        &self,
        credential: &credential::Model,
        organization: Uuid,
        app: &str,
    ) -> Result<Option<OAuthClient>> {
        let used = Way::from(credential).client;
        match self.used_client(&used, organization, app).await {
            Ok(client) => Ok(Some(client)),
            Err(Error::Refused(..)) if used == UsedClient::Unnoted => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether new grants for an app come by another client than this one did. Whether an organization's was retired
    /// stands with it.
    pub(crate) fn is_replaced(&self, used: &UsedClient, app: &str, is_retired: bool) -> bool {
        match used {
            UsedClient::Unnoted => false,
            UsedClient::Organization(_) => is_retired,
            UsedClient::Instance(id) => self.instance_client(app).is_none_or(|client| client.id != *id),
        }
    }

    /// The instance's client for an app.
    pub(crate) fn instance_client(&self, app: &str) -> Option<OAuthClient> {
        let client = self.config().oauth_clients.get(&app.replace('-', "_"))?;
        Some(OAuthClient { id: client.id.clone(), secret: client.secret_text().map(SecretText::from) })
    }
}
