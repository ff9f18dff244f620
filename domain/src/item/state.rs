//! The state machine of an item (section *States* of the specification).

use serde::{Deserialize, Serialize};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The recipient has not answered.
    Pending,
    /// Access is granted.
    Authorized,
    /// The recipient said no; final.
    Declined,
    /// The recipient took the access back; may be given again.
    Revoked,
    /// The access does not work; may be repaired.
    Invalid,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Authorized, Self::Declined, Self::Revoked, Self::Invalid];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Authorized => "AUTHORIZED",
            Self::Declined => "DECLINED",
            Self::Revoked => "REVOKED",
            Self::Invalid => "INVALID",
        }
    }

    /// The state of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// What happens to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// An authorization succeeded where there was no working one.
    Authorize,
    /// Re-authorized, edited or refreshed while authorized.
    Renew,
    /// Consent cancelled, window closed, or a key refused by the probe.
    Cancel,
    /// Code exchange failed, provider misconfigured, or the probe failed after consent.
    Fail,
    /// The recipient takes the access back.
    Revoke,
    /// The access stopped to work for good.
    Break,
    /// The recipient says no.
    Decline,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 7] =
        [Self::Authorize, Self::Renew, Self::Cancel, Self::Fail, Self::Revoke, Self::Break, Self::Decline];
}

/// A pair of state and step that the table does not have; refused with `ILLEGAL_TRANSITION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item that is {} cannot take this step", state.as_str())]
pub struct Illegal {
    /// Where the item stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// The state after a step.
    ///
    /// # Errors
    /// [`Illegal`] for every pair that is not in the table.
    pub const fn after(self, step: Step) -> Result<Self, Illegal> {
        use State::{Authorized, Declined, Invalid, Pending, Revoked};
        match (self, step) {
            (Pending | Revoked | Invalid, Step::Authorize) | (Authorized, Step::Renew) => Ok(Authorized),
            (Pending, Step::Cancel) => Ok(Pending),
            (Pending | Revoked, Step::Fail) | (Authorized, Step::Break) => Ok(Invalid),
            (Authorized | Invalid, Step::Revoke) => Ok(Revoked),
            (Pending | Authorized | Revoked | Invalid, Step::Decline) => Ok(Declined),
            (Pending | Declined | Revoked | Invalid, Step::Renew | Step::Break)
            | (Authorized | Declined, Step::Authorize | Step::Fail)
            | (Authorized | Declined | Revoked | Invalid, Step::Cancel)
            | (Invalid, Step::Fail)
            | (Pending | Declined | Revoked, Step::Revoke)
            | (Declined, Step::Decline) => Err(Illegal { state: self, step }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the specification, written once more as text and compared pair by pair.
    #[test]
    fn states_every_pair_of_state_and_step() {
        const TABLE: &str = "
            step      PENDING    AUTHORIZED DECLINED   REVOKED    INVALID
            Authorize AUTHORIZED -          -          AUTHORIZED AUTHORIZED
            Renew     -          AUTHORIZED -          -          -
            Cancel    PENDING    -          -          -          -
            Fail      INVALID    -          -          INVALID    -
            Revoke    -          REVOKED    -          -          REVOKED
            Break     -          INVALID    -          -          -
            Decline   DECLINED   DECLINED   -          DECLINED   DECLINED";
        let mut rows =
            TABLE.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).filter(|r| !r.is_empty());
        let head = rows.next().expect("a head");
        let mut seen = 0;
        for (row, step) in rows.zip(Step::ALL) {
            assert_eq!(row.first().copied(), Some(format!("{step:?}").as_str()));
            for (name, cell) in head.iter().zip(&row).skip(1) {
                let state = State::parse(name).expect("a state");
                let after = state.after(step);
                assert_eq!(after.map_or("-", State::as_str), *cell, "{name} {step:?}");
                if let Err(illegal) = after {
                    assert_eq!(illegal, Illegal { state, step });
                }
                seen += 1;
            }
        }
        assert_eq!(seen, State::ALL.len() * Step::ALL.len());
    }

    #[test]
    fn states_declined_is_final() {
        assert!(Step::ALL.iter().all(|step| State::Declined.after(*step).is_err()));
    }
}
