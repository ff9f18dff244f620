//! The status of a request: a pure function of its items.

use serde::{Deserialize, Serialize};

use super::State;

/// Where a request stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// At least one item does not work.
    Invalid,
    /// At least one item waits for the recipient.
    Incomplete,
    /// Every item is authorized.
    Authorized,
    /// Every item is declined.
    Declined,
    /// Some items are authorized, the others declined.
    PartiallyAuthorized,
}

impl Status {
    /// All statuses.
    pub const ALL: [Self; 5] =
        [Self::Invalid, Self::Incomplete, Self::Authorized, Self::Declined, Self::PartiallyAuthorized];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::Incomplete => "INCOMPLETE",
            Self::Authorized => "AUTHORIZED",
            Self::Declined => "DECLINED",
            Self::PartiallyAuthorized => "PARTIALLY_AUTHORIZED",
        }
    }

    /// The status of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// How many items of a request are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items that wait.
    pub pending: u32,
    /// Items that work.
    pub authorized: u32,
    /// Items that were declined.
    pub declined: u32,
    /// Items that were taken back.
    pub revoked: u32,
    /// Items that do not work.
    pub invalid: u32,
}

impl FromIterator<State> for Counts {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        let mut counts = Self::default();
        for state in states {
            match state {
                State::Pending => counts.pending += 1,
                State::Authorized => counts.authorized += 1,
                State::Declined => counts.declined += 1,
                State::Revoked => counts.revoked += 1,
                State::Invalid => counts.invalid += 1,
            }
        }
        counts
    }
}

impl Counts {
    /// The status: the first line of the specification's list that holds. A request always has items; for
    /// none the answer is `INCOMPLETE`.
    pub const fn status(self) -> Status {
        if self.invalid > 0 {
            Status::Invalid
        } else if self.pending > 0 || self.revoked > 0 || self.authorized + self.declined == 0 {
            Status::Incomplete
        } else if self.declined == 0 {
            Status::Authorized
        } else if self.authorized == 0 {
            Status::Declined
        } else {
            Status::PartiallyAuthorized
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sentence of the specification, word for word, on the states themselves.
    fn as_specified(states: &[State]) -> Status {
        if states.contains(&State::Invalid) {
            return Status::Invalid;
        }
        if states.iter().any(|s| matches!(s, State::Pending | State::Revoked)) {
            return Status::Incomplete;
        }
        if states.iter().all(|s| *s == State::Authorized) {
            return Status::Authorized;
        }
        if states.iter().all(|s| *s == State::Declined) {
            return Status::Declined;
        }
        Status::PartiallyAuthorized
    }

    #[test]
    fn states_every_mix_of_three_items_folds_as_specified() {
        for a in State::ALL {
            for b in State::ALL {
                for c in State::ALL {
                    for states in [&[a][..], &[a, b], &[a, b, c]] {
                        let counts: Counts = states.iter().copied().collect();
                        assert_eq!(counts.status(), as_specified(states), "{states:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn states_the_order_of_items_does_not_matter(
            (states, shuffled) in prop::collection::vec(prop::sample::select(&State::ALL[..]), 1..64)
                .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle()))
        ) {
            let a: Counts = states.iter().copied().collect();
            let b: Counts = shuffled.into_iter().collect();
            prop_assert_eq!(a, b);
            prop_assert_eq!(a.status(), as_specified(&states));
        }
    }
}
