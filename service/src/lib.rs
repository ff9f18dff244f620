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
mod broker;
mod bus;
mod catalog;
pub mod config;
mod connections;
mod db;
mod dead_jobs;
mod dispatch;
mod epochs;
mod error;
mod events;
#[cfg(debug_assertions)]
pub mod failpoint;
mod feature;
mod folder;
mod gather;
mod ids;
mod items;
mod jobs;
mod letter;
mod mail_limits;
mod mailbox;
mod members;
mod observe;
mod purge;
mod requests;
pub mod telemetry;
mod ticks;
mod tokens;
pub mod trace;
mod vault;

use std::ops::Deref;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::catalog::Catalog;
use domain::clock::Clock;
use domain::credential::SecretText;
use migrations::MigratorTrait as _;
use providers::{Issuer, OAuthClient, Outbound, Providers};
use sea_orm::EntityTrait as _;
use secrecy::ExposeSecret as _;

pub use accounts::{
    ApiTokenView, MembershipView, NewSession, SessionView, SignInAsked, SignInTry, SingleSignOnAnswer,
    SingleSignOnStart, SingleSignOnView, UserView,
};
pub use audit::{AuditAnchor, AuditFault, AuditRecordView, AuditReport, AuditSubject};
pub use broker::ledger::{FLUSH_EVERY, Kind as UsageKind};
pub use broker::usage::{UsageAsk, UsageBy, UsageView};
pub use broker::{BrokerAnswer, BrokerCall, CredentialState, HandedOut, Refusal, RefusalCode};
pub use bus::{Bus, Hint, Link};
pub use catalog::CatalogError;
pub use config::Config;
pub use connections::{ConnectionView, NewConnection};
pub use db::page::{PAGE_MAX, Page, PageAsk};
pub use db::{Backend, Db, Standing};
pub use dead_jobs::DeadJobView;
pub use dispatch::JobCounts;
pub use epochs::{KeyState, KeyView};
pub use error::{Error, Result};
pub use events::{EVENTS_BATCH, Feed, FeedEvent};
pub use feature::{ApplicationState, FeatureApplicationView};
pub use ids::incident_id;
pub use items::{Attempt, AuthorizationStart, Callback, CallbackDone, Confirm, FieldValue, OwnClientInput};
pub use jobs::{JobDone, JobFailed, JobRun};
pub use letter::Letter;
pub use mail_limits::MailPlace;
pub use mailbox::BuiltInMail;
pub use members::{
    ClientsFor, IssuerInput, MailDomainClaim, MailDomainState, MailDomainView, MemberInvitationView,
    MemberView, NewMember, OrganizationClientView, OrganizationIssuerView, OrganizationName,
    OrganizationSettings, OrganizationSignInView, OrganizationView, PersonView, Plan, RecipientChoice,
    SettingsView,
};
pub use requests::{
    Accepted, AffectedConnection, AttemptView, CredentialView, DeletionPreview, DeliveryState, DeliveryView,
    GrantFilter, GrantView, HealthView, HistoryActor, HistoryView, InvitationKind, InvitationState,
    InvitationView, InvitedTo, InvitedView, Item, ItemView, RequestFilter, RequestList, RequestSort,
    RequestView, RevocationOutcome, RevocationView, TERMS_VERSION, WaitingAccountView,
};
pub use ticks::Tick;
pub use tokens::ConnectionHealthView;
pub use vault::{Belongs, KeyError, Keyring, Sealed};

/// Marks a place at which tests let the process die or freeze. Nothing is left of it in release builds.
#[macro_export]
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(debug_assertions)]
        $crate::failpoint::reach($name);
    };
}

/// Why an instance cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("database: {0}")]
    Database(sea_orm::DbErr),
    /// `DATABASE_URL` leads nowhere, and no waiting helps.
    #[error("{0}")]
    Address(String),
    /// The tables are those of an older program, or there are none, and they were to be left as they are.
    #[error(
        "the tables are not ready for this program, {0} migrations are pending: run `consentry migrate`, or start it"
    )]
    Behind(usize),
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

impl StartError {
    /// Whether a service that this one needs is away, so that trying again may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) => matches!(Error::from(error.clone()), Error::Unavailable(_)),
            Self::Service(error) => matches!(error, Error::Unavailable(_)),
            Self::Address(_) | Self::Behind(_) | Self::Keys(_) | Self::Catalog(_) | Self::Providers(_) => {
                false
            }
        }
    }
}

impl From<sea_orm::DbErr> for StartError {
    fn from(error: sea_orm::DbErr) -> Self {
        db::refusal(&error).map_or(Self::Database(error), Self::Address)
    }
}

/// What becomes of the tables when a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tables {
    UpToDate,
    AsTheyAre,
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
    /// The apps of the instance.
    pub(crate) built_in: Catalog,
    /// Those, and the ones that organizations define for themselves.
    catalog: RwLock<Arc<Catalog>>,
    pub(crate) providers: Providers,
    pub(crate) issuer: Option<Arc<Issuer>>,
    config: Config,
    clock: Clock,
    bus: Bus,
    pub(crate) broker: broker::Broker,
    audit: Arc<OnceLock<audit::AuditKey>>,
    /// Reads that callers share.
    pub(crate) gathered: gather::Gathered,
    /// Renewals that run in this process.
    flights: tokens::Flights,
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
        Self::open(config, clock, Tables::UpToDate).await
    }

    /// The same without making or changing a table, a key or a file: for commands beside processes that run, which
    /// may be of a version before.
    ///
    /// # Errors
    /// [`StartError`]; [`StartError::Behind`] where a start would change the tables.
    pub async fn look(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::open(config, clock, Tables::AsTheyAre).await
    }

    async fn open(config: Config, clock: Clock, tables: Tables) -> Result<Self, StartError> {
        let catalog = catalog::load(&config)?;
        let providers = Providers::new(Outbound { allow_loopback: config.allow_loopback_providers })
            .map_err(|error| StartError::Providers(error.to_string()))?;
        let issuer = config.single_sign_on.as_ref().map(|setting| {
            let secret = setting.client.secret_text().map(SecretText::from);
            let client = OAuthClient { id: setting.client.id.clone(), secret };
            Arc::new(providers.issuer(setting.issuer.clone(), client))
        });
        let url = config.database_url.expose_secret();
        if tables == Tables::AsTheyAre && Db::file(url).is_some_and(|file| !file.exists()) {
            return Err(StartError::Behind(migrations::Migrator::migrations().len()));
        }
        let db = Db::open(url, config.database_connections).await?;
        let alone = match tables {
            Tables::UpToDate => Some(db.alone().await?),
            Tables::AsTheyAre => None,
        };
        match tables {
            Tables::UpToDate => db.migrate().await?,
            Tables::AsTheyAre => {
                if let Standing::Behind(pending) = db.standing().await? {
                    db.close().await;
                    return Err(StartError::Behind(pending));
                }
            }
        }
        let known = db::entity::encryption_key::Entity::find().all(db.read()).await?;
        if tables == Tables::AsTheyAre && known.is_empty() {
            // Whoever made the tables died before the first key.
            return Err(StartError::Behind(0));
        }
        let keys = epochs::open(&config, &known, clock.now())?;
        let service = Self(Arc::new(Inner {
            db,
            keys,
            catalog: RwLock::new(Arc::new(catalog.clone())),
            built_in: catalog,
            providers,
            issuer,
            config,
            clock,
            bus: Bus::default(),
            broker: broker::Broker::default(),
            audit: Arc::default(),
            gathered: gather::Gathered::default(),
            flights: tokens::Flights::default(),
        }));
        service.check_keys(&known).await?;
        if tables == Tables::UpToDate {
            service.register_keys().await?;
        }
        // Set once, here: nothing was written to the log before.
        let _ = service.audit.set(service.open_audit_key().await?);
        drop(alone);
        service.refresh_catalog().await?;
        if tables == Tables::UpToDate {
            for setting in service.public_clients() {
                tracing::warn!(setting, "is not set: right for a public client only");
            }
        }
        Ok(service)
    }

    /// Settings of secrets that OAuth clients of the instance do without, which public clients may.
    pub fn public_clients(&self) -> Vec<String> {
        catalog::public_clients(&self.config, &self.built_in)
    }

    /// Begins a change whose races are settled by the rows that it touches.
    pub(crate) async fn write(&self, actor: Actor) -> Result<db::Write> {
        self.db.write(&self.bus, &self.audit, actor, self.now(), None).await
    }

    /// Begins a change that reads first and decides by what it read.
    pub(crate) async fn write_holding(&self, actor: Actor, hold: db::Hold<'_>) -> Result<db::Write> {
        self.db.write(&self.bus, &self.audit, actor, self.now(), Some(hold)).await
    }

    /// The catalog of apps, as it is now.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn put_catalog(&self, catalog: Arc<Catalog>) {
        *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = catalog;
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
