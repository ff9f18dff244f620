//! A request before it is sent: what the requester typed, and what becomes of it once checked.

mod draft;

pub use draft::{
    Checked, CheckedItem, Draft, DraftItem, DraftRecipient, ITEMS_MAX, Modules, Recipient, recipient_of,
    validate,
};
