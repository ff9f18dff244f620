//! What a failing statement means for whoever asked.

use sea_orm::error::{RuntimeErr, SqlxError};
use sea_orm::{DbErr, SqlErr};

use crate::error::Error;
use domain::code::ErrorCode;

/// What went wrong, as far as a caller can do something about it.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// The database, or the way to it, is away; trying again later helps.
    Away,
    /// Somebody else wrote the same thing first.
    Conflict,
    /// A text that the database cannot keep: PostgreSQL knows no NUL character.
    Text,
    /// A fault of ours.
    Ours,
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match failure(&error) {
            Failure::Away => Self::Unavailable(error),
            Failure::Conflict => Self::conflict(),
            Failure::Text => Self::refused(
                ErrorCode::InvalidCharacters,
                "a text has a character that cannot be kept (U+0000)",
            ),
            Failure::Ours => Self::Internal(format!("database: {error}")),
        }
    }
}

fn failure(error: &DbErr) -> Failure {
    if matches!(
        error.sql_err(),
        Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_))
    ) {
        // A foreign key fails when what it names was deleted meanwhile.
        return Failure::Conflict;
    }
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Failure::Away,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match &**cause {
                SqlxError::Io(_)
                | SqlxError::Tls(_)
                | SqlxError::Protocol(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed => Failure::Away,
                SqlxError::Database(said) => said.code().map_or(Failure::Ours, |code| by_code(&code)),
                _ => Failure::Ours,
            }
        }
        _ => Failure::Ours,
    }
}

/// What is to be set where no waiting helps against a connection that cannot be made: the address cannot be read, the
/// server lets nobody in by it, or it has no such database. For the start: later the same means that somebody is
/// changing it, and may pass.
pub(crate) fn refusal(error: &DbErr) -> Option<String> {
    let DbErr::Conn(RuntimeErr::SqlxError(cause)) = error else { return None };
    match &**cause {
        SqlxError::Configuration(why) => Some(format!(
            "DATABASE_URL cannot be read ({why}); write it like postgres://user:password@host:5432/consentry, with \
             other characters than letters and digits in the password as %40"
        )),
        SqlxError::Database(said) => said
            .code()
            .and_then(|code| what_to_set(&code))
            .map(|what| format!("DATABASE_URL: {said}; {what}")),
        _ => None,
    }
}

fn what_to_set(code: &str) -> Option<&'static str> {
    match code {
        // Invalid authorization, invalid password.
        _ if code.len() == 5 && code.starts_with("28") => {
            Some("set a name and a password that the server lets in, or let them in by its pg_hba.conf")
        }
        // Invalid catalog name.
        "3D000" => Some("create the database, or set the name of one that is there"),
        _ => None,
    }
}

/// Whether PostgreSQL did not give a lock in time, or broke off whoever wanted it to end a deadlock.
pub(super) fn is_lock_missing(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    let SqlxError::Database(said) = &**cause else { return false };
    matches!(said.code().as_deref(), Some("55P03" | "40P01"))
}

/// PostgreSQL's codes have five characters (its appendix A), SQLite's are numbers (its result codes).
fn by_code(code: &str) -> Failure {
    if let (true, Ok(number)) = (code.len() < 5, code.parse::<u32>()) {
        // The lower byte is the primary code: BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN.
        return match number & 0xff {
            5 | 6 | 7 | 8 | 9 | 10 | 13 | 14 => Failure::Away,
            _ => Failure::Ours,
        };
    }
    match code {
        // Serialization and deadlock, lock not available, cancelled for its time, transaction ended while idle.
        "40001" | "40P01" | "55P03" | "57014" | "25P03" => Failure::Away,
        // Character not in repertoire, untranslatable character.
        "22021" | "22P05" => Failure::Text,
        // Connection, resources, operator's intervention, system error; read-only while another server takes over.
        _ if ["08", "53", "57", "58"].contains(&code.get(..2).unwrap_or_default()) || code == "25006" => {
            Failure::Away
        }
        _ => Failure::Ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rel_3_what_passes_by_itself_is_told_apart_from_faults() {
        for code in ["40P01", "55P03", "57P01", "53300", "08006", "25006", "5", "261", "13", "778"] {
            assert_eq!(by_code(code), Failure::Away, "{code}");
        }
        assert_eq!(by_code("22021"), Failure::Text);
        for code in ["28000", "28P01", "3D000"] {
            assert!(what_to_set(code).is_some(), "{code}");
        }
        assert!(["57P03", "53300", "28", "42501"].iter().all(|code| what_to_set(code).is_none()));
        for code in ["42P01", "23514", "1", "25"] {
            assert_eq!(by_code(code), Failure::Ours, "{code}");
        }
    }
}
