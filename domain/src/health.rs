//! Health of a credential, for monitors (HEALTH-5).

/// Whether calls with a credential can be expected to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Nothing is known against it.
    Working,
    /// The app is hard to reach or asked to wait; it is tried again (HEALTH-2).
    Degraded,
    /// It works no more; only the recipient can help (HEALTH-4).
    Invalid,
    /// The access ended: revoked, declined, or its request deleted.
    Ended,
}

impl Health {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Working, Self::Degraded, Self::Invalid, Self::Ended];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Working => "WORKING",
            Self::Degraded => "DEGRADED",
            Self::Invalid => "INVALID",
            Self::Ended => "ENDED",
        }
    }

    /// The health of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.as_str() == text)
    }
}
