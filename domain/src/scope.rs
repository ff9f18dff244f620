//! What the token of a program may do (INV-5).

use serde::{Deserialize, Serialize};

macro_rules! scopes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// One permission of a token.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {$(
            $(#[doc = $doc])*
            $name,
        )*}

        impl Scope {
            /// All scopes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The scope as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The scope of a text.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

scopes! {
    /// List and read requests, and follow their changes.
    RequestsRead = "requests:read";
    /// Send, resend and delete requests.
    RequestsWrite = "requests:write";
    /// List connections and follow their health.
    ConnectionsRead = "connections:read";
    /// Make, rotate and withdraw connections.
    ConnectionsWrite = "connections:write";
    /// Read organizations and their members.
    MembersRead = "members:read";
    /// Manage organizations, teams and members.
    MembersWrite = "members:write";
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Scopes(u8);

impl Scopes {
    /// Whether a scope is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// The scopes, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// No scope at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | (1 << scope as u8)))
    }
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
    }
}

impl TryFrom<Vec<String>> for Scopes {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        texts.into_iter().map(|text| Scope::parse(&text).ok_or(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_reads_back() {
        for one in Scope::ALL {
            let set: Scopes = [*one].into_iter().collect();
            assert!(Scope::ALL.iter().all(|scope| set.contains(*scope) == (scope == one)));
            let json = serde_json::to_string(&set).expect("serialises");
            assert_eq!(json, format!("[\"{}\"]", one.as_str()));
            assert_eq!(serde_json::from_str::<Scopes>(&json).expect("reads back"), set);
        }
        assert!(Scopes::default().is_empty());
        assert!(serde_json::from_str::<Scopes>("[\"everything\"]").is_err());
    }
}
