//! Changes of organizations.

use serde::{Deserialize, Serialize};

macro_rules! organization_changes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// A change of an organization, its teams and its people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum OrganizationChange {$(
            $(#[doc = $doc])*
            #[serde(rename = $text)]
            $name,
        )*}

        impl OrganizationChange {
            /// All changes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The kind of the event.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

organization_changes! {
    /// Made.
    Created = "ORGANIZATION_CREATED";
    /// Name or settings changed.
    Changed = "ORGANIZATION_CHANGED";
    /// The instance's administrator set its plan.
    PlanSet = "PLAN_SET";
    /// Deleted, with all its requests.
    Deleted = "ORGANIZATION_DELETED";
    /// A team was made.
    TeamCreated = "TEAM_CREATED";
    /// A team got another name.
    TeamRenamed = "TEAM_RENAMED";
    /// A team was deleted, with all its requests.
    TeamDeleted = "TEAM_DELETED";
    /// An invitation to join was withdrawn.
    MemberInvitationWithdrawn = "MEMBER_INVITATION_WITHDRAWN";
    /// An app of its own was defined.
    AppDefined = "APP_DEFINED";
    /// An app of its own was removed.
    AppRemoved = "APP_REMOVED";
    /// An OAuth client for an app was set.
    ClientSet = "OAUTH_CLIENT_SET";
    /// An OAuth client for an app was removed.
    ClientRemoved = "OAUTH_CLIENT_REMOVED";
    /// An OpenID provider was set by which people of its mail domains sign in.
    SingleSignOnSet = "SINGLE_SIGN_ON_SET";
    /// That provider was removed.
    SingleSignOnRemoved = "SINGLE_SIGN_ON_REMOVED";
    /// Somebody joined.
    MemberJoined = "MEMBER_JOINED";
    /// Somebody has another role in the organization.
    MemberRoleSet = "MEMBER_ROLE_SET";
    /// Somebody left.
    MemberLeft = "MEMBER_LEFT";
    /// Somebody was removed.
    MemberRemoved = "MEMBER_REMOVED";
    /// Somebody has a role in a team, or another one.
    TeamRoleSet = "TEAM_ROLE_SET";
    /// Somebody left a team.
    TeamMemberLeft = "TEAM_MEMBER_LEFT";
    /// Somebody was removed from a team.
    TeamMemberRemoved = "TEAM_MEMBER_REMOVED";
}

/// What happened to a mail domain that an organization claims (INV-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MailDomainChange {
    /// The organization says that it is theirs.
    Claimed,
    /// An administrator of the instance found that it is.
    Confirmed,
    /// An administrator of the instance found that it is not, or no more.
    Refused,
    /// The organization gave it up.
    Released,
}

impl MailDomainChange {
    /// The kind of the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "MAIL_DOMAIN_CLAIMED",
            Self::Confirmed => "MAIL_DOMAIN_CONFIRMED",
            Self::Refused => "MAIL_DOMAIN_REFUSED",
            Self::Released => "MAIL_DOMAIN_RELEASED",
        }
    }
}
