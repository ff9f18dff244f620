//! The one error of the service. Everything that a caller can do something about has a code; the rest is
//! [`Error::Unavailable`] or [`Error::Internal`], whose causes go to the log and never to the caller (API-2).

use domain::code::{ErrorCode, Problem};
use domain::item::Illegal;
use domain::policy::Refused;
use sea_orm::DbErr;

use crate::requests::DeletionPreview;
use crate::vault::KeyError;

/// Why an operation did not happen. Nothing was changed, unless the variant says so.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The input is wrong; every problem at once.
    #[error("the input has {} problems", .0.len())]
    Input(Vec<Problem>),
    /// A refusal with its code and a sentence for people.
    #[error("{1}")]
    Refused(ErrorCode, String),
    /// The sender must wait.
    #[error("too many tries; wait {seconds} seconds")]
    RateLimited {
        /// How long, in seconds.
        seconds: u64,
    },
    /// The deletion would hit other connections than those shown.
    #[error("what the deletion affects has changed since the preview")]
    PreviewStale(Box<DeletionPreview>),
    /// The database is away for a moment.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// A fault of ours; the text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

/// What operations return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal.
    pub fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused(code, message.into())
    }

    /// What is not there, or hidden (ROLE-6): the same words for both.
    pub fn not_found() -> Self {
        Self::refused(ErrorCode::NotFound, "there is no such thing, or it is not for you to see")
    }

    /// Somebody else changed it first.
    pub fn conflict() -> Self {
        Self::refused(ErrorCode::Conflict, "this was changed meanwhile; load it again")
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::refused(ErrorCode::Unauthenticated, "sign in first")
    }

    /// One problem with the input.
    pub fn input(code: ErrorCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Input(vec![Problem::new(code, field, message)])
    }

    /// A row that our own code cannot have written.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Internal(format!("unreadable {what} in the database"))
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Input(problems)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Input(vec![problem])
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Hidden => Self::not_found(),
            Refused::Because(why) => Self::refused(ErrorCode::Forbidden, why),
        }
    }
}

impl From<Illegal> for Error {
    fn from(illegal: Illegal) -> Self {
        Self::refused(ErrorCode::IllegalTransition, illegal.to_string())
    }
}
