//! The instance, and links in mails.

use super::sign_in::SingleSignOn;
use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use service::{InvitationKind as KindOf, InvitationState as StateOf, InvitationView, InvitedView};

/// This instance of Consentry.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Instance {
    /// Version of the program.
    pub(crate) version: String,
    /// Whether it has its administrator; until then `setUpInstance` waits for the first.
    pub(crate) is_set_up: bool,
    /// Version of the terms that a requester accepts.
    pub(crate) terms_version: String,
    /// Mail goes to the built-in mailbox of this instance, not to the world.
    pub(crate) has_built_in_mailbox: bool,
    /// Signing in by the instance's OpenID provider; absent where none is set up. Organizations may have theirs:
    /// see `singleSignOn`.
    pub(crate) single_sign_on: Option<SingleSignOn>,
}

/// What a link from a mail is. Opening it changes nothing.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Invitation {
    /// Name of the organization that asks.
    organization_name: String,
    /// A hint of the address that it is for, such as `m***@example.com`.
    address_hint: String,
    /// What it invites to.
    kind: InvitationKind,
    /// What can be done with it.
    state: InvitationState,
    /// Id of the request; only for the signed-in person whom the link is for.
    request_id: Option<ID>,
    /// Name of the request; only for the signed-in person whom the link is for.
    request_name: Option<String>,
    /// Name of whoever invites; only for the signed-in person whom the link is for.
    inviter_name: Option<String>,
    /// Mail address of whoever invites; only for the signed-in person whom the link is for.
    inviter_email: Option<String>,
    /// Name of the team that it is about; only for the signed-in person whom the link is for, and absent where it
    /// invites to the organization alone.
    team_name: Option<String>,
    /// When you reported the request; only for the signed-in person whom the link is for.
    viewer_reported_at: Option<DateTime<Utc>>,
}

impl Invitation {
    pub(crate) fn of(view: InvitationView) -> Self {
        let (request, inviter, team, viewer_reported_at) = match view.told {
            Some(told) => (told.request, Some(told.inviter), told.team, told.reported_at),
            None => (None, None, None, None),
        };
        let (request_id, request_name) = request.unzip();
        let (inviter_name, inviter_email) = inviter.map(|person| (person.name, person.email)).unzip();
        Self {
            organization_name: view.organization,
            address_hint: view.address_hint,
            kind: view.kind.into(),
            state: view.state.into(),
            request_id: request_id.map(|id| id.to_string().into()),
            request_name,
            inviter_name,
            inviter_email,
            team_name: team,
            viewer_reported_at,
        }
    }
}

/// An invitation to you that waits.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct OpenInvitation {
    /// Name of the organization that asks.
    organization_name: String,
    /// The link in the mail: pass it to `acceptInvitation`, or open `/invitations/` with it in a browser.
    link: String,
    /// What it invites to.
    kind: InvitationKind,
    /// What can be done with it.
    state: InvitationState,
    /// When it was sent.
    sent_at: DateTime<Utc>,
}

impl OpenInvitation {
    pub(crate) fn of(view: InvitedView) -> Self {
        Self {
            organization_name: view.organization,
            link: view.link,
            kind: view.kind.into(),
            state: view.state.into(),
            sent_at: view.sent_at,
        }
    }
}

/// What a link invites to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "KindOf")]
pub(crate) enum InvitationKind {
    /// To answer a request, as guest of the organization.
    Request,
    /// To join an organization.
    Membership,
}

/// What can be done with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "StateOf")]
pub(crate) enum InvitationState {
    /// Waits for its owner to accept.
    Open,
    /// Its owner has accepted, or belonged to the organization all along.
    Accepted,
    /// Too old; ask for a new request.
    Expired,
}
