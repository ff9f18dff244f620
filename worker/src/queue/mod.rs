//! Transports for the ids of due jobs.

pub mod local;
