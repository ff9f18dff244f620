//! The scopes of the contacts API.

/// What an access token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Look at contacts.
    Read,
    /// Add contacts.
    Write,
    /// Delete contacts.
    Delete,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// The scope as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "contacts:read",
            Self::Write => "contacts:write",
            Self::Delete => "contacts:delete",
        }
    }

    /// What it allows, for the person who is asked.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "See your contacts",
            Self::Write => "Add contacts",
            Self::Delete => "Delete contacts",
        }
    }

    /// The scope of that name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Reads scopes with blanks between (RFC 6749 section 3.3), each kept once; `None` when one is unknown or
/// there is none.
pub(crate) fn parse(text: &str) -> Option<Vec<Scope>> {
    let names = text.split(' ').filter(|name| !name.is_empty());
    let mut scopes: Vec<Scope> = names.map(Scope::from_name).collect::<Option<_>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    (!scopes.is_empty()).then_some(scopes)
}

/// Writes scopes with blanks between.
pub(crate) fn join(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}
