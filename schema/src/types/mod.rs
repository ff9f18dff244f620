//! GraphQL types, a file per topic.

mod api_token;
mod app;
mod change;
mod code;
mod connection;
mod grant;
mod granted;
mod health;
mod history;
mod instance;
mod item;
mod job;
mod module;
mod node;
mod organization;
mod person;
mod request;
mod sign_in;
mod usage;

pub(crate) use api_token::{ApiToken, ApiTokenScope};
pub(crate) use app::App;
pub(crate) use change::{ConnectionHealthChange, RequestChange, RequestListKind, ViewerChange};
pub use code::ErrorCode;
pub(crate) use connection::{Connection, DeletionPreview};
pub(crate) use grant::Grant;
pub(crate) use health::{ConnectionHealth, HealthCounts, HealthState};
pub(crate) use history::{AuditRecord, HistoryEntry};
pub(crate) use instance::{Instance, Invitation};
pub(crate) use item::RequestItem;
pub(crate) use job::DeadJob;
pub use node::Node;
pub(crate) use organization::{
    ApplicationState, FeatureApplication, Member, Organization, OrganizationOfInstance, Plan,
};
pub(crate) use person::{Language, OrganizationRole, RecipientChoice, TeamRole, User};
pub(crate) use request::{CredentialRequest, RequestFilter, RequestSort};
pub(crate) use sign_in::{MailDomainClaim, MailDomainState, SingleSignOn};
pub(crate) use usage::{Usage, UsageBy};
