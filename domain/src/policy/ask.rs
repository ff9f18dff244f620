//! Who may ask whom (ROLE-2, ROLE-3, REQ-8, GATE-1).

use super::{Refused, Standing};

/// What the recipient is for the team that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// Works in the same team.
    SameTeam,
    /// In the same organization, but not in this team.
    SameOrganization,
    /// A guest, or not in the organization at all: both count as outside (ROLE-3).
    Outside,
}

impl Asked {
    /// All relations.
    pub const ALL: [Self; 3] = [Self::SameTeam, Self::SameOrganization, Self::Outside];

    /// The relation that follows from the recipient's membership of the team as it is written down. An
    /// organization admin who is not in the team counts as of the same organization, not of the same team,
    /// as long as `member_of_team` is false.
    pub const fn of(standing: Standing, member_of_team: bool) -> Self {
        match standing {
            Standing::TeamAdmin | Standing::TeamMember => Self::SameTeam,
            Standing::OrganizationOwner | Standing::OrganizationAdmin => {
                if member_of_team {
                    Self::SameTeam
                } else {
                    Self::SameOrganization
                }
            }
            Standing::OrganizationMember => Self::SameOrganization,
            Standing::Guest | Standing::Stranger => Self::Outside,
        }
    }
}

/// Decides whether somebody may send a request from a team to a recipient. `has_feature` is GATE-1.
///
/// # Errors
/// [`Refused::Hidden`] for strangers; [`Refused::Because`] with what is missing.
pub const fn may_ask(requester: Standing, has_feature: bool, recipient: Asked) -> Result<(), Refused> {
    use Refused::Because;
    match requester {
        Standing::Stranger => return Err(Refused::Hidden),
        Standing::Guest => return Err(Because("guests cannot send requests")),
        Standing::OrganizationMember => return Err(Because("you are not a member of this team")),
        Standing::OrganizationOwner
        | Standing::OrganizationAdmin
        | Standing::TeamAdmin
        | Standing::TeamMember => {}
    }
    if !has_feature {
        return Err(Because("the feature credential requests is not switched on for you"));
    }
    match (requester, recipient) {
        (Standing::OrganizationOwner | Standing::OrganizationAdmin, _)
        | (Standing::TeamAdmin, Asked::SameTeam | Asked::SameOrganization)
        | (Standing::TeamMember, Asked::SameTeam) => Ok(()),
        (Standing::TeamAdmin, Asked::Outside) => {
            Err(Because("only organization admins can ask people from outside and guests"))
        }
        (_, Asked::SameOrganization) => Err(Because("only admins can ask people outside their team")),
        (_, _) => Err(Because("only organization admins can ask people from outside and guests")),
    }
}
