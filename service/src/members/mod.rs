//! Organizations, teams, and who belongs to them.

mod add;
mod app;
mod client;
mod invite;
mod list;
mod organization;
mod recipients;
mod roles;
mod standing;
mod team;

pub use client::OrganizationClientView;
pub use invite::{MemberInvitationView, NewMember};
pub use list::MemberView;
pub use organization::{OrganizationName, OrganizationSettings, OrganizationView, Plan, SettingsView};
pub use recipients::{PersonView, RecipientChoice};
pub(crate) use standing::{live_team, role_in, standing_in};
