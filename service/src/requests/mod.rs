//! Credential requests: sending, listing, showing, inviting, reporting, deleting.

mod create;
mod delete;
mod history;
mod hydrate;
mod invitation;
mod invited;
mod item_views;
mod list;
mod list_query;
mod load;
mod names;
mod remind;
mod report;
mod view;

pub use create::TERMS_VERSION;
pub use delete::{AffectedConnection, DeletionPreview};
pub use history::{GrantFilter, GrantView, HistoryActor, HistoryView};
pub(crate) use hydrate::{Parts, view};
pub use invitation::{Accepted, InvitationKind, InvitationState, InvitationView, InvitedTo};
pub use invited::InvitedView;
pub(crate) use item_views::Items;
pub(crate) use list::Beginning;
pub use list::{RequestFilter, RequestList, RequestSort};
pub(crate) use load::{facts_at, like, of_request, refold};
pub(crate) use names::{names_like, unique_name};
pub use view::{
    AttemptView, CredentialView, DeliveryState, DeliveryView, HealthView, Item, ItemView, RequestView,
    RevocationOutcome, RevocationView, WaitingAccountView,
};
