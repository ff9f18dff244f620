//! Requests and items as callers see them.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::credential::{Account, Kind};
use domain::event::Reason;
use domain::health::Health;
use domain::id::{CredentialId, ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::{Counts, State, Status};

use crate::members::PersonView;

/// A request.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that the page shows")]
pub struct RequestView {
    /// Id.
    pub id: RequestId,
    /// The organization that asks.
    pub organization: (OrganizationId, String),
    /// The team that asks.
    pub team: (TeamId, String),
    /// Who sent it.
    pub requester: PersonView,
    /// Who answers it; nobody until an invitation is accepted.
    pub recipient: Option<UserId>,
    /// Name of the recipient, as the requester or the recipient wrote it.
    pub recipient_name: String,
    /// Address of the recipient.
    pub recipient_email: String,
    /// The recipient was asked from outside.
    pub recipient_outside: bool,
    /// The recipient has left the organization since, or was removed (ROLE-7).
    pub recipient_left: bool,
    /// Name.
    pub name: String,
    /// Why, in the requester's words.
    pub description: Option<String>,
    /// Fold over the items.
    pub status: Status,
    /// Items per state.
    pub counts: Counts,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it or an item last changed.
    pub changed_at: DateTime<Utc>,
    /// Version of the terms that the requester accepted (REQ-6).
    pub terms_version: String,
    /// How the invitation mail fares; only for the team, and absent for a request to oneself.
    pub delivery: Option<DeliveryView>,
    /// The path that leads the recipient here: of the invitation until it is accepted, of the request from then
    /// on; for whoever may send the mail again. It is an address and no key (INV-2).
    pub path: Option<Box<str>>,
    /// The organization wants a reason of whoever declines (REC-5).
    pub reason_required: bool,
    /// Tools of the team may fetch access tokens for what is granted here (USE-4).
    pub token_hand_out: bool,
    /// The caller is the recipient.
    pub is_recipient: bool,
    /// The caller may delete it.
    pub can_delete: bool,
    /// The apps, in the order of the request.
    pub items: Vec<ItemView>,
}

/// One app of a request, for somebody who may see it.
#[derive(Debug, Clone)]
pub struct ItemView {
    /// What is the same for all of them, who share it.
    pub(crate) item: Arc<Item>,
    /// The account of a grant that waits to be confirmed; for the recipient (REC-3).
    pub waiting_account: Option<WaitingAccountView>,
    /// The caller is the recipient, who may answer.
    pub is_recipient: bool,
}

impl Deref for ItemView {
    type Target = Item;

    fn deref(&self) -> &Item {
        &self.item
    }
}

/// One app of a request, whoever looks at it.
#[derive(Debug)]
pub struct Item {
    /// Id.
    pub id: ItemId,
    /// The request.
    pub request: RequestId,
    /// App of the catalog.
    pub app: String,
    /// Its version.
    pub app_version: String,
    /// Modules asked for: a snapshot (REQ-4).
    pub modules: Vec<String>,
    /// The requester asked for all.
    pub all_modules: bool,
    /// Scopes asked for, per way to authenticate: a snapshot.
    pub scopes: BTreeMap<String, Vec<String>>,
    /// A word to the recipient.
    pub note: Option<String>,
    /// Name of the connection to be.
    pub connection_name: String,
    /// Where it stands.
    pub state: State,
    /// Why it does not work.
    pub invalid_reason: Option<Reason>,
    /// Why the recipient said no.
    pub decline_reason: Option<String>,
    /// Why access was taken back, where it was not the recipient's own act (ROLE-7).
    pub revoke_reason: Option<Reason>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// The newest tries that ended without access, newest first.
    pub attempts: Vec<AttemptView>,
    /// What was granted; absent before, and after its secret was destroyed.
    pub credential: Option<Arc<CredentialView>>,
    /// How the last revocation at the provider went (REC-6).
    pub revocation: Option<RevocationView>,
}

/// Whose account a grant is for, before it counts (REC-3).
#[derive(Debug, Clone)]
pub struct WaitingAccountView {
    /// The account; `None` where the app does not tell it.
    pub account: Option<Account>,
    /// Until when it can be confirmed.
    pub expires_at: DateTime<Utc>,
    /// By which way to authenticate.
    pub method: String,
    /// What the app granted; `None` where an older version did not write it down.
    pub granted_scopes: Option<Vec<String>>,
}

/// A try that ended without access (REC-2).
#[derive(Debug, Clone)]
pub struct AttemptView {
    /// When.
    pub at: DateTime<Utc>,
    /// By which way to authenticate.
    pub method: String,
    /// Why it ended.
    pub reason: Reason,
    /// What the provider said, as far as it helps.
    pub detail: Option<String>,
}

/// A grant, without its secret.
#[derive(Debug)]
pub struct CredentialView {
    /// Id; stays through re-authorization (REC-7).
    pub id: CredentialId,
    /// How the recipient authenticated.
    pub method: String,
    /// What kind of secret it is.
    pub kind: Kind,
    /// Counts re-authorizations.
    pub version: u32,
    /// Scopes that the provider granted.
    pub granted_scopes: Vec<String>,
    /// The OAuth client by which it came was replaced or removed since.
    pub client_replaced: bool,
    /// The account at the app.
    pub account: Option<Account>,
    /// When it was granted.
    pub authorized_at: DateTime<Utc>,
    /// When the access token expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it can be expected to work.
    pub health: HealthView,
    /// When an admin of the team suspended all use of it (USE-6).
    pub suspended_at: Option<DateTime<Utc>>,
}

/// Whether calls with a credential can be expected to work (HEALTH-5).
#[derive(Debug, Clone)]
pub struct HealthView {
    /// The state.
    pub state: Health,
    /// Since when tries fail, while it is degraded.
    pub failing_since: Option<DateTime<Utc>>,
    /// How many failed in a row.
    pub failures: u32,
    /// How the last one failed; no secret, no address beyond the host.
    pub last_failure: Option<String>,
    /// When the token is renewed next, ahead of its end.
    pub next_refresh_at: Option<DateTime<Utc>>,
    /// When it was renewed last.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// When the app was last asked whether it works, and it did.
    pub probed_at: Option<DateTime<Utc>>,
    /// When the app is asked next.
    pub next_probe_at: Option<DateTime<Utc>>,
}

/// How a revocation at a provider goes.
#[derive(Debug, Clone)]
pub struct RevocationView {
    /// The outcome.
    pub outcome: RevocationOutcome,
    /// When it was known.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Outcome of a revocation at a provider (REC-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationOutcome {
    /// On its way.
    Queued,
    /// The provider confirmed it.
    Revoked,
    /// The provider has no such call.
    Unsupported,
    /// The provider did not confirm it after many tries.
    Failed,
}

impl RevocationOutcome {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Revoked => "REVOKED",
            Self::Unsupported => "UNSUPPORTED",
            Self::Failed => "FAILED",
        }
    }

    /// Of several outcomes the one with the highest rank is told.
    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::Revoked => 0,
            Self::Unsupported => 1,
            Self::Failed => 2,
            Self::Queued => 3,
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Revoked, Self::Unsupported, Self::Failed]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// How the invitation mail fares (LIST-2).
#[derive(Debug, Clone)]
pub struct DeliveryView {
    /// Where it stands.
    pub state: DeliveryState,
    /// Why, as the mail server said it.
    pub detail: Option<String>,
    /// When it came to this.
    pub at: DateTime<Utc>,
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// About to be sent.
    Queued,
    /// Did not get through yet; will be tried again.
    Delayed,
    /// The mail server took it.
    Sent,
    /// Given up.
    Failed,
    /// The mail server took it, and it came back (INV-6).
    Bounced,
}
