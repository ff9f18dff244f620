//! Who did what and when: of a request, and of an organization.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use service::{AuditRecordView, HistoryActor as ActorOf, HistoryView};

use super::change::ChangeKind;
use super::person::{OrganizationRole, Person, TeamRole};

/// One step in the history of a request.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct HistoryEntry {
    /// Id of the change; the same as in subscriptions.
    id: ID,
    /// When.
    at: DateTime<Utc>,
    /// What happened.
    kind: ChangeKind,
    /// Id of the item, where it is about one.
    item_id: Option<ID>,
    /// What they were when they did it.
    actor: HistoryActor,
    /// Who; absent where it was Consentry itself, and where you may not see the people of the team.
    person: Option<Person>,
}

impl HistoryEntry {
    pub(crate) fn of(view: HistoryView) -> Self {
        Self {
            id: view.id.to_string().into(),
            at: view.at,
            kind: ChangeKind::of(&view.event),
            item_id: view.event.item().map(|item| item.to_string().into()),
            actor: view.actor.into(),
            person: view.person.as_ref().map(Person::of),
        }
    }
}

/// What somebody was for a request when they did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ActorOf")]
pub(crate) enum HistoryActor {
    /// Who sent the request.
    Requester,
    /// Who is asked.
    Recipient,
    /// Somebody else of the team or the organization.
    Team,
    /// Consentry itself: mails, revocations, expiry.
    Consentry,
}

/// One record of an organization's audit log. Each is chained to the one before by a keyed hash; `consentry audit
/// verify` checks the chain.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AuditRecord {
    /// Number, from 1.
    seq: i64,
    /// When.
    at: DateTime<Utc>,
    /// What happened.
    kind: String,
    /// `PERSON`, `TOKEN` for a program with a person's token, `NOBODY`, or `CONSENTRY` itself.
    actor_kind: String,
    /// Who; a token needs `requests:read` for a request's recipient.
    person: Option<Person>,
    /// Whom it was about; of a request, its recipient, for which a token needs `requests:read`. Absent where it is nobody
    /// who is known here.
    subject: Option<Person>,
    /// Name of the team that it was about, as it is today; absent when it is gone.
    team_name: Option<String>,
    /// Name of the request that it was about; absent when it is gone. A token needs `requests:read`.
    request_name: Option<String>,
    /// Name of the app of the request that it was about; absent where it was about the whole request, or is gone. A
    /// token needs `requests:read`.
    app_name: Option<String>,
    /// Address that an invitation to join went to; absent when the invitation is gone.
    invitee_email: Option<String>,
    /// The role in the organization that `subject` has since, where that changed; of an invitation, the one it gives.
    role: Option<OrganizationRole>,
    /// The role in the team that `subject` has since, where that changed.
    team_role: Option<TeamRole>,
    /// Ids of what it was about, as JSON.
    payload: String,
    /// Keyed hash of this and the record before, hexadecimal.
    mac: String,
}

impl AuditRecord {
    /// The record; without `names` those of requests and of what hangs on them are left out.
    pub(crate) fn of(mut view: AuditRecordView, names: bool) -> Self {
        if !names && view.subject.of.request.is_some() {
            // Whoever answered is the recipient, too.
            let recipient = view.subject.of.user;
            view.person = view.person.filter(|person| Some(person.id) != recipient);
            view.subject.person = None;
            view.subject.request = None;
            view.subject.app = None;
        }
        Self {
            seq: view.seq,
            at: view.at,
            kind: view.kind,
            actor_kind: view.actor_kind,
            person: view.person.as_ref().map(Person::of),
            subject: view.subject.person.as_ref().map(Person::of),
            team_name: view.subject.team,
            request_name: view.subject.request,
            app_name: view.subject.app,
            invitee_email: view.subject.invitee,
            role: view.subject.of.role.map(Into::into),
            team_role: view.subject.of.team_role.map(Into::into),
            payload: view.payload,
            mac: view.mac,
        }
    }
}
