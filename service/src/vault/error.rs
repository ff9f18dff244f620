//! Why keys cannot be used.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

/// Why the keys cannot be used. Names keys by id, never by content.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("key file {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is there, but is not a key file.
    #[error("key file {}: {message}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The database holds secrets sealed by a key that the file does not have.
    #[error(
        "key {id} is missing: the database holds secrets sealed by it. Put the key file of this database back in its place"
    )]
    Missing {
        /// Id of the key.
        id: String,
    },
    /// The file has a key of this id, but it is another key.
    #[error(
        "key {id} is wrong: it does not open what the database sealed by it. Put the key file of this database back in its place"
    )]
    Wrong {
        /// Id of the key.
        id: String,
    },
    /// The database is older than the back-up retention: it holds secrets sealed by a key that was destroyed.
    #[error(
        "key {id} was destroyed on {}: this database is a back-up from before that day, and what it sealed by this key opens nowhere any more. Put back a newer one", at.format("%Y-%m-%d")
    )]
    Destroyed {
        /// Id of the key.
        id: String,
        /// When it was destroyed.
        at: DateTime<Utc>,
    },
}
