//! The broker and its ledger through the public door (USE-2 to USE-6, REC-9).

mod calls;
mod ledger;
mod lost_commit;
mod moved;
mod overrides;
mod processes;
mod refusals;
mod stage;
mod suspension;
mod tricks;
