//! What is to be done after a commit. A job carries ids, never a secret and never an address (USE-4).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{
    ApplicationId, ConnectionId, ItemId, MemberInvitationId, RequestId, RevocationId, SignInId, UserId,
};

/// A mail to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mail {
    /// The code to sign in with.
    SignInCode {
        /// The code's row.
        sign_in: SignInId,
    },
    /// To a recipient inside: somebody asks.
    ReviewRequest {
        /// The request.
        request: RequestId,
    },
    /// To a recipient from outside: somebody asks, join as guest.
    Invitation {
        /// The request.
        request: RequestId,
    },
    /// To a recipient who has not answered yet.
    Reminder {
        /// The request.
        request: RequestId,
    },
    /// To somebody who is invited to join an organization.
    MemberInvitation {
        /// The invitation.
        invitation: MemberInvitationId,
    },
    /// To somebody who applied for the feature: it is on, or why not.
    FeatureDecided {
        /// The application.
        application: ApplicationId,
        /// The feature is on.
        granted: bool,
    },
    /// To the requester: access was granted.
    ItemAuthorized {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
    },
    /// To the requester: the recipient said no, and why.
    ItemDeclined {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
    },
    /// To the requester: access was taken back.
    ItemRevoked {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
    },
    /// To either side: what was granted stopped to work (HEALTH-4).
    ConnectionInvalid {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
        /// To the requester, else to the recipient.
        to_requester: bool,
    },
    /// To either side: it works again.
    ConnectionRecovered {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
        /// To the requester, else to the recipient.
        to_requester: bool,
    },
    /// To the recipient: the team's admin suspended what the team does with their access (USE-6).
    UseSuspended {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
        /// The connection; every one when absent.
        connection: Option<ConnectionId>,
    },
    /// To the recipient: the team goes on.
    UseResumed {
        /// The request.
        request: RequestId,
        /// The item.
        item: ItemId,
        /// The connection; every one when absent.
        connection: Option<ConnectionId>,
    },
    /// To the other side: the request was deleted.
    RequestDeleted {
        /// The request.
        request: RequestId,
        /// To the requester, else to the recipient.
        to_requester: bool,
    },
    /// To an owner of the organization or an administrator of the instance: the recipient does not trust it.
    RequestReported {
        /// The request.
        request: RequestId,
        /// Who reported it.
        by: UserId,
        /// Who is told.
        to: UserId,
    },
}

impl Mail {
    /// The name of the mail: its template folder and its name in the API (MAIL-1).
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignInCode { .. } => "sign_in_code",
            Self::ReviewRequest { .. } => "review_request",
            Self::Invitation { .. } => "invitation",
            Self::Reminder { .. } => "reminder",
            Self::MemberInvitation { .. } => "member_invitation",
            Self::FeatureDecided { granted: true, .. } => "feature_granted",
            Self::FeatureDecided { granted: false, .. } => "feature_refused",
            Self::ItemAuthorized { .. } => "item_authorized",
            Self::ItemDeclined { .. } => "item_declined",
            Self::ItemRevoked { .. } => "item_revoked",
            Self::ConnectionInvalid { .. } => "connection_invalid",
            Self::ConnectionRecovered { .. } => "connection_recovered",
            Self::UseSuspended { .. } => "use_suspended",
            Self::UseResumed { .. } => "use_resumed",
            Self::RequestDeleted { .. } => "request_deleted",
            Self::RequestReported { .. } => "request_reported",
        }
    }

    /// The kind of the job that sends it.
    const fn job_kind(&self) -> &'static str {
        match self {
            Self::SignInCode { .. } => "MAIL_SIGN_IN_CODE",
            Self::ReviewRequest { .. } => Job::REVIEW_REQUEST,
            Self::Invitation { .. } => Job::INVITATION,
            Self::Reminder { .. } => "MAIL_REMINDER",
            Self::MemberInvitation { .. } => "MAIL_MEMBER_INVITATION",
            Self::FeatureDecided { .. } => "MAIL_FEATURE_DECIDED",
            Self::ItemAuthorized { .. } => "MAIL_ITEM_AUTHORIZED",
            Self::ItemDeclined { .. } => "MAIL_ITEM_DECLINED",
            Self::ItemRevoked { .. } => "MAIL_ITEM_REVOKED",
            Self::ConnectionInvalid { .. } => "MAIL_CONNECTION_INVALID",
            Self::ConnectionRecovered { .. } => "MAIL_CONNECTION_RECOVERED",
            Self::UseSuspended { .. } => "MAIL_USE_SUSPENDED",
            Self::UseResumed { .. } => "MAIL_USE_RESUMED",
            Self::RequestDeleted { .. } => "MAIL_REQUEST_DELETED",
            Self::RequestReported { .. } => "MAIL_REQUEST_REPORTED",
        }
    }

    /// The request that the mail is about.
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::SignInCode { .. } | Self::MemberInvitation { .. } | Self::FeatureDecided { .. } => None,
            Self::ReviewRequest { request }
            | Self::Invitation { request }
            | Self::Reminder { request }
            | Self::ItemAuthorized { request, .. }
            | Self::ItemDeclined { request, .. }
            | Self::ItemRevoked { request, .. }
            | Self::ConnectionInvalid { request, .. }
            | Self::ConnectionRecovered { request, .. }
            | Self::UseSuspended { request, .. }
            | Self::UseResumed { request, .. }
            | Self::RequestDeleted { request, .. }
            | Self::RequestReported { request, .. } => Some(*request),
        }
    }
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Job {
    /// Send a mail.
    SendMail(Mail),
    /// Revoke a secret at its provider.
    RevokeAtProvider {
        /// The revocation, which holds the secret sealed.
        revocation: RevocationId,
    },
    /// Renew tokens, probe credentials and flag what has expired: all that is due (HEALTH-1, HEALTH-3).
    CheckTokens,
    /// Remove what is left of a deleted request.
    ClearRequest {
        /// The request.
        request: RequestId,
    },
}

/// What to do with a job that failed in a way that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Run it again after this time.
    After(Duration),
    /// Keep it as given up: visible, and to be started again by hand (REL-2).
    GiveUp,
}

impl Job {
    /// Kind of the jobs that ask a recipient inside.
    pub const REVIEW_REQUEST: &'static str = "MAIL_REVIEW_REQUEST";
    /// Kind of the jobs that ask a recipient outside.
    pub const INVITATION: &'static str = "MAIL_INVITATION";

    /// The request without which it cannot be done: what is left of it waits for the job (DEL-3).
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::SendMail(mail) => mail.request(),
            Self::RevokeAtProvider { .. } | Self::CheckTokens | Self::ClearRequest { .. } => None,
        }
    }

    /// The kind, as it stands in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SendMail(mail) => mail.job_kind(),
            Self::RevokeAtProvider { .. } => "REVOKE_AT_PROVIDER",
            Self::CheckTokens => "CHECK_TOKENS",
            Self::ClearRequest { .. } => "CLEAR_REQUEST",
        }
    }

    /// How long after the first try a job gives up.
    const fn patience(&self) -> Duration {
        const HOUR: u64 = 60 * 60;
        match self {
            // The code is valid for ten minutes, and a later mail only confuses; of checks the next tick makes
            // another, and what is due stays due.
            Self::SendMail(Mail::SignInCode { .. }) | Self::CheckTokens => Duration::from_mins(10),
            // A mail server may be away over a weekend (MAIL-2: two days at least).
            Self::SendMail(_) => Duration::from_secs(3 * 24 * HOUR),
            // The secret stays sealed here while we try; a day is enough for a provider to return.
            Self::RevokeAtProvider { .. } => Duration::from_secs(24 * HOUR),
            // Waits for the mails and revocations of the request, so it outlives them.
            Self::ClearRequest { .. } => Duration::from_secs(7 * 24 * HOUR),
        }
    }

    /// When to run again after the `attempts`-th failure (1 for the first), `age` after the job was made.
    /// Equal jitter: half of the step is fixed, half is drawn by `random` (0 to 1), so that jobs that failed
    /// together do not return together. The step doubles from 2 s to one hour. A provider's `retry_after` is
    /// kept where it is longer, up to a day.
    pub fn retry(&self, attempts: u32, age: Duration, random: f64, retry_after: Option<Duration>) -> Retry {
        const FIRST: f64 = 2.0;
        const LONGEST: f64 = 3600.0;
        const DAY: Duration = Duration::from_hours(24);
        if age >= self.patience() {
            return Retry::GiveUp;
        }
        let longest = match self {
            Self::SendMail(Mail::SignInCode { .. }) => 30.0,
            // Checks rows only, and is soon able to go on.
            Self::ClearRequest { .. } | Self::CheckTokens => 60.0,
            Self::SendMail(_) | Self::RevokeAtProvider { .. } => LONGEST,
        };
        let step = (FIRST * 2f64.powi(attempts.saturating_sub(1).min(30).cast_signed())).min(longest);
        let own = Duration::from_secs_f64(step / 2.0 + step / 2.0 * random.clamp(0.0, 1.0));
        Retry::After(retry_after.map_or(own, |asked| own.max(asked.min(DAY))))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn mail() -> Job {
        Job::SendMail(Mail::ReviewRequest { request: RequestId(Uuid::nil()) })
    }

    #[test]
    fn mail_2_a_mail_is_tried_for_two_days_at_least() {
        let two_days = Duration::from_hours(48);
        let (mut age, mut attempts) = (Duration::ZERO, 0);
        while let Retry::After(wait) = mail().retry(attempts + 1, age, 0.0, None) {
            attempts += 1;
            age += wait;
        }
        assert!(age > two_days, "{age:?}");
        assert!(attempts < 200, "{attempts} tries are a siege");
    }

    #[test]
    fn rel_2_the_wait_doubles_with_jitter_and_keeps_retry_after() {
        let wait = |attempts, random, asked| mail().retry(attempts, Duration::ZERO, random, asked);
        assert_eq!(wait(1, 0.0, None), Retry::After(Duration::from_secs(1)));
        assert_eq!(wait(1, 1.0, None), Retry::After(Duration::from_secs(2)));
        assert_eq!(wait(3, 1.0, None), Retry::After(Duration::from_secs(8)));
        assert_eq!(wait(u32::MAX, 1.0, None), Retry::After(Duration::from_hours(1)));
        assert_eq!(wait(1, 0.0, Some(Duration::from_secs(90))), Retry::After(Duration::from_secs(90)));
        assert_eq!(wait(1, 0.0, Some(Duration::MAX)), Retry::After(Duration::from_hours(24)));
    }

    #[test]
    fn use_4_a_payload_holds_ids_only() {
        let json = serde_json::to_string(&mail()).expect("serialises");
        assert_eq!(
            json,
            r#"{"job":"SEND_MAIL","mail":"REVIEW_REQUEST","request":"00000000-0000-0000-0000-000000000000"}"#
        );
        assert_eq!(serde_json::from_str::<Job>(&json).expect("reads back"), mail());
    }
}
