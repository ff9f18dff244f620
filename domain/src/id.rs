//! Typed ids. Each is a UUID version 7 (RFC 9562) and is written with a prefix that names its type, so that
//! an id of one type is never taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id of the wanted type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// Not an id at all.
    #[error("not an id")]
    Malformed,
    /// A well-formed id of another type.
    #[error("an id of another type")]
    OtherType,
}

/// Splits `prefix_32hexdigits` into its parts.
fn split(text: &str) -> Result<(&str, Uuid), ParseIdError> {
    let (prefix, hex) = text.rsplit_once('_').ok_or(ParseIdError::Malformed)?;
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(ParseIdError::Malformed);
    }
    let uuid = Uuid::try_parse(hex).map_err(|_| ParseIdError::Malformed)?;
    if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(ParseIdError::Malformed);
    }
    Ok((prefix, uuid))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore in the written id.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                match split(text)? {
                    ($prefix, uuid) => Ok(Self(uuid)),
                    _ => Err(ParseIdError::OtherType),
                }
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }
    )*

    /// An id of any type, as `node(id:)` takes it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum AnyId {$(
        #[doc = concat!("A `", stringify!($name), "`.")]
        $name($name),
    )*}

    impl FromStr for AnyId {
        type Err = ParseIdError;
        fn from_str(text: &str) -> Result<Self, ParseIdError> {
            let (prefix, uuid) = split(text)?;
            match prefix {
                $($prefix => Ok(Self::$name($name(uuid))),)*
                _ => Err(ParseIdError::Malformed),
            }
        }
    }

    #[cfg(test)]
    const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

ids! {
    /// A person.
    UserId = "usr";
    /// An organization.
    OrganizationId = "org";
    /// A team of an organization.
    TeamId = "team";
    /// A credential request.
    RequestId = "req";
    /// One app inside a request.
    ItemId = "item";
    /// What a recipient granted for one item.
    CredentialId = "cred";
    /// A named use of a credential.
    ConnectionId = "conn";
    /// One try of a recipient to authorize an item.
    AttemptId = "try";
    /// A secret on its way to be revoked at its provider.
    RevocationId = "rvk";
    /// An invitation to join an organization.
    MemberInvitationId = "minv";
    /// An application for the feature.
    ApplicationId = "app";
    /// A mail domain that an organization claims.
    MailDomainId = "dom";
    /// A signed-in browser.
    SessionId = "ses";
    /// A token of a program.
    ApiTokenId = "tok";
    /// One sign-in code.
    SignInId = "sgn";
    /// One change of anything.
    EventId = "evt";
    /// One thing to be done after a change.
    JobId = "job";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written_and_only_as_its_own_type() {
        let id = RequestId(Uuid::from_u128(7));
        let text = id.to_string();
        assert_eq!(text, "req_00000000000000000000000000000007");
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(text.parse::<ItemId>(), Err(ParseIdError::OtherType));
        assert_eq!(text.parse(), Ok(AnyId::RequestId(id)));
    }

    #[test]
    fn what_is_no_id_is_malformed() {
        for text in [
            "",
            "req",
            "req_",
            "_00000000000000000000000000000007",
            "req_0000000000000000000000000000000G",
            "req_0000000000000000000000000000000A",
            "REQ_00000000000000000000000000000007",
            "req_00000000-0000-0000-0000-000000000007",
            "{req_1}",
        ] {
            assert_eq!(text.parse::<RequestId>(), Err(ParseIdError::Malformed), "{text}");
            assert_eq!(text.parse::<AnyId>(), Err(ParseIdError::Malformed), "{text}");
        }
    }

    #[test]
    fn prefixes_are_distinct() {
        let unique: std::collections::BTreeSet<_> = PREFIXES.iter().collect();
        assert_eq!(unique.len(), PREFIXES.len());
    }
}
