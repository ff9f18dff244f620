//! Organizations, teams, and who belongs to them.

mod add;
mod app;
mod client;
mod has_client;
mod invite;
mod issuer;
mod list;
mod mail_domain;
mod organization;
mod recipients;
mod roles;
mod standing;
mod team;

pub use client::OrganizationClientView;
pub use has_client::ClientsFor;
pub(crate) use invite::name_as_invited;
pub use invite::{MemberInvitationView, NewMember};
pub(crate) use issuer::issuer_of;
pub use issuer::{IssuerInput, OrganizationIssuerView, OrganizationSignInView};
pub use list::MemberView;
pub use mail_domain::{MailDomainClaim, MailDomainState, MailDomainView};
pub use organization::{OrganizationName, OrganizationSettings, OrganizationView, Plan, SettingsView};
pub use recipients::{PersonView, RecipientChoice};
pub(crate) use standing::{Place, live_team, role_in, standing_in};
