//! What a record of the log is about, besides who did it.

use super::Event;
use crate::id::{ItemId, MemberInvitationId, RequestId, TeamId, UserId};
use crate::policy::{OrganizationRole, TeamRole};

/// What an event is about, as far as it has a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subject {
    /// Whom: of a request, who answers it.
    pub user: Option<UserId>,
    /// The team.
    pub team: Option<TeamId>,
    /// The request.
    pub request: Option<RequestId>,
    /// The item of the request.
    pub item: Option<ItemId>,
    /// The invitation to join.
    pub invitation: Option<MemberInvitationId>,
    /// The role that they have in the organization since.
    pub role: Option<OrganizationRole>,
    /// The role that they have in the team since.
    pub team_role: Option<TeamRole>,
}

impl Event {
    /// What the event is about.
    pub fn subject(&self) -> Subject {
        match *self {
            Self::OrganizationChanged { team, user, role, team_role, .. } => {
                Subject { user, team, role, team_role, ..Subject::default() }
            }
            Self::MemberInvited { invitation, .. } => {
                Subject { invitation: Some(invitation), ..Subject::default() }
            }
            Self::RequestReported { request, .. } => Subject { request: Some(request), ..Subject::default() },
            Self::RequestCleared { team, .. } => Subject { team: Some(team), ..Subject::default() },
            _ => self.of_request().map_or_else(
                || Subject { user: self.concerns(), ..Subject::default() },
                |of| Subject {
                    user: of.recipient,
                    team: Some(of.team),
                    request: Some(of.request),
                    item: self.item(),
                    ..Subject::default()
                },
            ),
        }
    }
}
