//! Every operation of Consentry: the only SQL and the only keys.
//!
//! [`Service`] is the door. An operation takes the [`Actor`], checks the policy on facts that it loads, and
//! writes its change, the event and the jobs that follow in one transaction (`db::Write`). No operation
//! waits on the network while a transaction is open.
//!
//! Not here: GraphQL, HTTP, mail, and the queue.

mod accounts;
mod audit;
mod bounce;
mod bus;
mod catalog;
pub mod config;
mod connections;
mod db;
mod dead_jobs;
mod error;
mod events;
mod feature;
mod ids;
mod items;
mod jobs;
mod mail_limits;
mod mailbox;
mod members;
mod purge;
mod requests;
mod vault;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::catalog::Catalog;
use domain::clock::Clock;
use domain::credential::SecretText;
use providers::{Issuer, OAuthClient, Outbound, Providers};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _};
use secrecy::ExposeSecret as _;

pub use accounts::{
    ApiTokenView, MembershipView, NewSession, SessionView, SignInAsked, SignInTry, SingleSignOnAnswer,
    SingleSignOnStart, UserView,
};
pub use audit::{AuditAnchor, AuditFault, AuditRecordView, AuditReport};
pub use bus::{Bus, Hint};
pub use catalog::CatalogError;
pub use config::Config;
pub use connections::{ConnectionView, NewConnection};
pub use db::page::{PAGE_MAX, Page, PageAsk};
pub use db::{Backend, Db};
pub use error::{Error, Result};
pub use events::{Feed, FeedEvent};
pub use feature::{ApplicationState, FeatureApplicationView};
pub use ids::incident_id;
pub use items::{Attempt, AuthorizationStart, Callback, CallbackDone, Confirm, FieldValue, OwnClientInput};
pub use jobs::{JobDone, JobFailed, JobRun};
pub use mailbox::{BuiltInMail, Letter};
pub use members::{
    MemberInvitationView, MemberView, NewMember, OrganizationClientView, OrganizationSettings,
    OrganizationView, PersonView, Plan, RecipientChoice,
};
pub use requests::{
    Accepted, AffectedConnection, AttemptView, CredentialView, DeletionPreview, DeliveryState, DeliveryView,
    GrantView, HistoryActor, HistoryView, InvitationKind, InvitationState, InvitationView, ItemView,
    RequestFilter, RequestList, RequestSort, RequestView, RevocationOutcome, RevocationView, TERMS_VERSION,
    WaitingAccountView,
};
pub use vault::{Belongs, KeyError, Keyring, Sealed};

/// Why an instance cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The keys do not fit.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The catalog has problems.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The guarded client cannot be made.
    #[error("providers: {0}")]
    Providers(String),
    /// Something else.
    #[error(transparent)]
    Service(#[from] Error),
}

/// All operations; cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

/// What the operations work with.
pub struct Inner {
    /// The database.
    pub(crate) db: Db,
    /// The keys.
    pub(crate) keys: Keyring,
    catalog: Catalog,
    pub(crate) providers: Providers,
    pub(crate) issuer: Option<Issuer>,
    config: Config,
    clock: Clock,
    bus: Bus,
    audit: Arc<OnceLock<audit::AuditKey>>,
}

impl Deref for Service {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Service {
    /// Opens the database and the keys, brings the tables up to date, and reads the catalog.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let catalog = catalog::load(&config)?;
        let providers = Providers::new(Outbound { allow_loopback: config.allow_loopback_providers })
            .map_err(|error| StartError::Providers(error.to_string()))?;
        let issuer = config.single_sign_on.as_ref().map(|setting| {
            let secret = setting.client.secret_text().map(SecretText::from);
            providers.issuer(setting.issuer.clone(), OAuthClient { id: setting.client.id.clone(), secret })
        });
        let db = Db::open(config.database_url.expose_secret()).await?;
        db.migrate().await?;
        // A new key must never be made for a database that has sealed something already.
        let known = db::entity::encryption_key::Entity::find().all(db.read()).await?;
        let may_make = db.backend() == Backend::Sqlite && known.is_empty();
        if let (Some(first), false) = (known.first(), config.key_file().exists()) {
            return Err(KeyError::Missing { id: first.id.clone() }.into());
        }
        let keys = Keyring::open(&config.key_file(), may_make)?;
        let service = Self(Arc::new(Inner {
            db,
            keys,
            catalog,
            providers,
            issuer,
            config,
            clock,
            bus: Bus::default(),
            audit: Arc::default(),
        }));
        service.check_keys(&known).await?;
        // Set once, here: nothing was written to the log before.
        let _ = service.audit.set(service.open_audit_key().await?);
        Ok(service)
    }

    /// Refuses keys that are not those of this database (SEC-1).
    async fn check_keys(&self, known: &[db::entity::encryption_key::Model]) -> Result<(), StartError> {
        for row in known {
            if self.keys.get(&row.id).is_none() {
                return Err(KeyError::Missing { id: row.id.clone() }.into());
            }
            let opens = read_key_check(&row.check_nonce_and_text, &row.id)
                .is_some_and(|sealed| self.keys.unseal(Belongs::KeyCheck, &sealed).is_ok());
            if !opens {
                return Err(KeyError::Wrong { id: row.id.clone() }.into());
            }
        }
        if !known.iter().any(|row| row.id == self.keys.active()) {
            let sealed = self.keys.seal(Belongs::KeyCheck, b"consentry")?;
            let mut write = self.write(Actor::System).await?;
            db::entity::encryption_key::ActiveModel {
                id: Set(sealed.key_id.clone()),
                check_nonce_and_text: Set(write_key_check(&sealed)),
                created_at: Set(write.now()),
            }
            .insert(write.tx())
            .await?;
            let _ = &mut write;
            write.commit().await?;
        }
        Ok(())
    }

    pub(crate) async fn write(&self, actor: Actor) -> Result<db::Write> {
        self.db.write(&self.bus, &self.audit, actor, self.now()).await
    }

    /// Ids of the key-encryption keys, and which of them seals what is new.
    pub fn key_ids(&self) -> Vec<(String, bool)> {
        self.keys.ids().map(|id| (id.to_owned(), id == self.keys.active())).collect()
    }

    /// The catalog of apps.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The bus of this process.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The database, for readiness, counting and closing.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Sealed secrets that are kept for their revocation only, for tests and operators.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn kept_secrets(&self) -> Result<u64> {
        Ok(self.db.kept_secrets().await?)
    }

    /// Rows of the tables that hold something of requests, for tests that look for what is left (DEL-3).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn row_counts(&self) -> Result<Vec<(&'static str, u64)>> {
        Ok(self.db.row_counts().await?)
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Both sealed parts in one column: the length of the first, the first, the second.
fn write_key_check(sealed: &Sealed) -> Vec<u8> {
    let length = u16::try_from(sealed.data_key.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], &sealed.data_key, &sealed.body].concat()
}

fn read_key_check(bytes: &[u8], key_id: &str) -> Option<Sealed> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (data_key, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some(Sealed { key_id: key_id.to_owned(), data_key: data_key.to_vec(), body: body.to_vec() })
}
