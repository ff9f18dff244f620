//! Who may do what (ROLE-1 to ROLE-8, DEL-1).
//!
//! A decision needs only [`Facts`], which the service loads; nothing here reads a database. What somebody
//! may not see is [`Refused::Hidden`] and looks like nothing at all (ROLE-6); [`Refused::Because`] is for
//! what they can see but may not do.

mod ask;
#[cfg(test)]
mod matrix;
mod people;
mod role;

pub use ask::{Asked, may_ask};
pub use people::{RoleRefused, may_set_role};
pub use role::{OrganizationRole, Standing, TeamRole};

/// Something a person wants to do. Reading counts too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See a request, its items and its history.
    ViewRequest,
    /// See how the invitation mail fares; for the side that sends.
    ViewDelivery,
    /// Decline or revoke an item.
    AnswerItem,
    /// Authorize or edit an item.
    GrantItem,
    /// Tell those who answer for the organization that a request is not to be trusted.
    ReportRequest,
    /// Delete a request, and see the preview of it.
    DeleteRequest,
    /// Send the invitation again.
    ResendInvitation,
    /// List the requests sent from a team.
    ListSent,
    /// See whom one may ask.
    ListRecipients,
    /// See the members of a team.
    ListMembers,
    /// See the team's credentials and connections.
    ListConnections,
    /// Make, rotate or withdraw a connection.
    UseConnections,
    /// Suspend and resume connections and all use of a credential (USE-6).
    SuspendUse,
    /// See the names of the organization and the team.
    ViewTeam,
    /// Let people of the organization into a team, change their roles in it, and rename it.
    ManageTeam,
    /// Invite people, change their roles, make and delete teams, and change the organization's settings.
    ManageOrganization,
    /// Say by which OpenID provider people of the organization's mail domains sign in. Whoever may do this can
    /// sign in as any of them, owners too.
    ManageSignIn,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 17] = [
        Self::ViewRequest,
        Self::ViewDelivery,
        Self::AnswerItem,
        Self::GrantItem,
        Self::ReportRequest,
        Self::DeleteRequest,
        Self::ResendInvitation,
        Self::ListSent,
        Self::ListRecipients,
        Self::ListMembers,
        Self::ListConnections,
        Self::UseConnections,
        Self::SuspendUse,
        Self::ViewTeam,
        Self::ManageTeam,
        Self::ManageOrganization,
        Self::ManageSignIn,
    ];
}

/// What a decision rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The person's standing in the team that the thing belongs to.
    pub standing: Standing,
    /// The person is the recipient of the request.
    pub is_recipient: bool,
    /// The person sent the request.
    pub is_requester: bool,
}

impl Facts {
    /// Facts about a team as a whole, not about one request.
    pub const fn of_team(standing: Standing) -> Self {
        Self { standing, is_recipient: false, is_requester: false }
    }
}

/// Why an action is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The person may not know that the thing exists: `NOT_FOUND`.
    Hidden,
    /// The person can see it but may not do this: `FORBIDDEN`, with a reason for people.
    Because(&'static str),
}

/// Decides whether a person may take an action.
///
/// # Errors
/// [`Refused::Hidden`] or [`Refused::Because`].
pub const fn check(action: Action, facts: &Facts) -> Result<(), Refused> {
    use Refused::{Because, Hidden};
    let in_team = facts.standing.is_in_team();
    let sees_request = in_team || facts.is_recipient;
    match action {
        Action::ViewRequest => {
            if sees_request {
                Ok(())
            } else {
                Err(Hidden)
            }
        }
        // Also where the recipient works in the team: the mail is to them (LIST-2).
        Action::ViewDelivery | Action::ResendInvitation => match (facts.is_recipient, in_team) {
            (true, _) => Err(Because("only those who ask can see and send the mails to you")),
            (false, true) => Ok(()),
            (false, false) => Err(Hidden),
        },
        Action::AnswerItem => match (facts.is_recipient, in_team) {
            (true, _) => Ok(()),
            (false, true) => Err(Because("only the recipient can answer a request")),
            (false, false) => Err(Hidden),
        },
        Action::GrantItem => match (facts.is_recipient, facts.standing) {
            // What they granted was revoked when they left (ROLE-7); a new grant needs that they are back.
            (true, Standing::Stranger) => Err(Because("you have left this organization")),
            (true, _) => Ok(()),
            (false, _) if in_team => Err(Because("only the recipient can answer a request")),
            (false, _) => Err(Hidden),
        },
        Action::ReportRequest => match (facts.is_recipient, in_team) {
            (true, _) if facts.is_requester => Err(Because("you sent this request yourself")),
            (true, _) => Ok(()),
            (false, true) => Err(Because("only the recipient can report a request")),
            (false, false) => Err(Hidden),
        },
        Action::DeleteRequest => {
            if facts.is_recipient || facts.standing.is_team_admin() || (in_team && facts.is_requester) {
                Ok(())
            } else if in_team {
                Err(Because("only the requester, the recipient and admins can delete a request"))
            } else {
                Err(Hidden)
            }
        }
        Action::ListSent
        | Action::ListRecipients
        | Action::ListMembers
        | Action::ListConnections
        | Action::UseConnections => match facts.standing {
            Standing::OrganizationOwner
            | Standing::OrganizationAdmin
            | Standing::TeamAdmin
            | Standing::TeamMember => Ok(()),
            Standing::Guest => Err(Because("guests see only what is addressed to them")),
            Standing::OrganizationMember => Err(Because("you are not a member of this team")),
            Standing::Stranger => Err(Hidden),
        },
        Action::SuspendUse => match facts.standing {
            Standing::OrganizationOwner | Standing::OrganizationAdmin | Standing::TeamAdmin => Ok(()),
            Standing::TeamMember => Err(Because("only admins of the team can do this")),
            // They see what they granted, and not the team's connections (ROLE-5, ROLE-6).
            Standing::Guest | Standing::OrganizationMember | Standing::Stranger if facts.is_recipient => {
                Err(Because("only admins of the team can do this"))
            }
            Standing::Guest | Standing::OrganizationMember | Standing::Stranger => Err(Hidden),
        },
        Action::ViewTeam => match facts.standing {
            Standing::Stranger => Err(Hidden),
            Standing::OrganizationOwner
            | Standing::OrganizationAdmin
            | Standing::TeamAdmin
            | Standing::TeamMember
            | Standing::Guest
            | Standing::OrganizationMember => Ok(()),
        },
        Action::ManageTeam => match facts.standing {
            Standing::OrganizationOwner | Standing::OrganizationAdmin | Standing::TeamAdmin => Ok(()),
            Standing::TeamMember | Standing::Guest | Standing::OrganizationMember => {
                Err(Because("only admins of the team can do this"))
            }
            Standing::Stranger => Err(Hidden),
        },
        Action::ManageOrganization => match facts.standing {
            Standing::OrganizationOwner | Standing::OrganizationAdmin => Ok(()),
            Standing::TeamAdmin | Standing::TeamMember | Standing::Guest | Standing::OrganizationMember => {
                Err(Because("only owners and admins of the organization can do this"))
            }
            Standing::Stranger => Err(Hidden),
        },
        Action::ManageSignIn => match facts.standing {
            Standing::OrganizationOwner => Ok(()),
            Standing::OrganizationAdmin
            | Standing::TeamAdmin
            | Standing::TeamMember
            | Standing::Guest
            | Standing::OrganizationMember => Err(Because("only owners of the organization can do this")),
            Standing::Stranger => Err(Hidden),
        },
    }
}
