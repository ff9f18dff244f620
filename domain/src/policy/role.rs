//! Roles in an organization and in a team, and what follows from both (ROLE-1).

use serde::{Deserialize, Serialize};

/// Role in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationRole {
    /// Owns the organization.
    Owner,
    /// Administers it and all its teams.
    Admin,
    /// Belongs to it.
    Member,
    /// Joined only to answer requests.
    Guest,
}

impl OrganizationRole {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Guest];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::Member => "MEMBER",
            Self::Guest => "GUEST",
        }
    }

    /// The role of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// Role in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TeamRole {
    /// Administers the team.
    Admin,
    /// Works in the team.
    Member,
    /// Joined only to answer requests.
    Guest,
}

impl TeamRole {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Member, Self::Guest];

    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Member => "MEMBER",
            Self::Guest => "GUEST",
        }
    }

    /// The role of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// What somebody is for one team, from both roles together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Owner of the organization; admin of all its teams (ROLE-1).
    OrganizationOwner,
    /// Admin of the organization, and of all its teams (ROLE-1).
    OrganizationAdmin,
    /// Admin of this team.
    TeamAdmin,
    /// Member of this team.
    TeamMember,
    /// In the organization, but not in this team.
    OrganizationMember,
    /// Guest of the organization.
    Guest,
    /// Not in the organization.
    Stranger,
}

impl Standing {
    /// All standings.
    pub const ALL: [Self; 7] = [
        Self::OrganizationOwner,
        Self::OrganizationAdmin,
        Self::TeamAdmin,
        Self::TeamMember,
        Self::OrganizationMember,
        Self::Guest,
        Self::Stranger,
    ];

    /// The standing that follows from the two roles. Whoever is not in the organization is a stranger to its
    /// teams, and a guest of the organization is a guest everywhere in it (ROLE-5).
    pub const fn of(organization: Option<OrganizationRole>, team: Option<TeamRole>) -> Self {
        match (organization, team) {
            (None, _) => Self::Stranger,
            (Some(OrganizationRole::Owner), _) => Self::OrganizationOwner,
            (Some(OrganizationRole::Admin), _) => Self::OrganizationAdmin,
            (Some(OrganizationRole::Guest), _) | (Some(OrganizationRole::Member), Some(TeamRole::Guest)) => {
                Self::Guest
            }
            (Some(OrganizationRole::Member), Some(TeamRole::Admin)) => Self::TeamAdmin,
            (Some(OrganizationRole::Member), Some(TeamRole::Member)) => Self::TeamMember,
            (Some(OrganizationRole::Member), None) => Self::OrganizationMember,
        }
    }

    /// Works in the team: member, team admin or organization admin (ROLE-4).
    pub const fn is_in_team(self) -> bool {
        self.is_team_admin() || matches!(self, Self::TeamMember)
    }

    /// Administers the team.
    pub const fn is_team_admin(self) -> bool {
        matches!(self, Self::OrganizationOwner | Self::OrganizationAdmin | Self::TeamAdmin)
    }
}
