//! What follows from a change: the one page of consequences. Pure, so it runs inside the transaction that
//! writes the event, and event and jobs are committed together (REL-1).

use crate::event::{Event, HealthChange, OfRequest};
use crate::id::UserId;
use crate::job::{Job, Mail};

/// The jobs that follow from an event.
pub fn jobs(event: &Event) -> Vec<Job> {
    match *event {
        Event::SignInRequested { sign_in } => vec![Job::SendMail(Mail::SignInCode { sign_in })],
        Event::RequestCreated { of } | Event::InvitationResent { of } => {
            let request = of.request;
            if of.is_to_self() {
                vec![]
            } else if of.recipient.is_some() {
                vec![Job::SendMail(Mail::ReviewRequest { request })]
            } else {
                vec![Job::SendMail(Mail::Invitation { request })]
            }
        }
        Event::ItemAuthorized { of, item, repaired: true } if !of.is_to_self() => {
            let mail = |to_requester| Mail::ConnectionRecovered { request: of.request, item, to_requester };
            to_both(of, mail)
        }
        Event::HealthChanged { of, item, what: HealthChange::Broken(_) } => {
            let mail = |to_requester| Mail::ConnectionInvalid { request: of.request, item, to_requester };
            to_both(of, mail)
        }
        Event::ItemAuthorized { of, item, repaired: false } if !of.is_to_self() => {
            vec![Job::SendMail(Mail::ItemAuthorized { request: of.request, item })]
        }
        Event::ItemDeclined { of, item } if !of.is_to_self() => {
            vec![Job::SendMail(Mail::ItemDeclined { request: of.request, item })]
        }
        Event::ItemRevoked { of, item } if !of.is_to_self() => {
            vec![Job::SendMail(Mail::ItemRevoked { request: of.request, item })]
        }
        Event::RequestReminded { of } if !of.is_to_self() => {
            vec![Job::SendMail(Mail::Reminder { request: of.request })]
        }
        Event::RequestReported { request, by, ref to, .. } => {
            let mail = |to: &UserId| Job::SendMail(Mail::RequestReported { request, by, to: *to });
            to.iter().map(mail).collect()
        }
        Event::MemberInvited { invitation, .. } => {
            vec![Job::SendMail(Mail::MemberInvitation { invitation })]
        }
        Event::FeatureDecided { application, granted, .. } => {
            vec![Job::SendMail(Mail::FeatureDecided { application, granted })]
        }
        // Whoever does it to their own access knows.
        Event::UseSuspended { of, item, connection, by } if of.recipient != Some(by) => {
            vec![Job::SendMail(Mail::UseSuspended { request: of.request, item, connection })]
        }
        Event::UseResumed { of, item, connection, by } if of.recipient != Some(by) => {
            vec![Job::SendMail(Mail::UseResumed { request: of.request, item, connection })]
        }
        Event::RevocationQueued { revocation, .. } => vec![Job::RevokeAtProvider { revocation }],
        Event::RequestDeleted { of, by } => {
            let request = of.request;
            let mut jobs = Vec::with_capacity(3);
            // The other side is told: a recipient's deletion tells the requester, the requester's the
            // recipient, and an admin's both, since neither of them did it.
            if !of.is_to_self() || by != of.requester {
                if by != of.requester {
                    jobs.push(Job::SendMail(Mail::RequestDeleted { request, to_requester: true }));
                }
                if Some(by) != of.recipient && !of.is_to_self() {
                    jobs.push(Job::SendMail(Mail::RequestDeleted { request, to_requester: false }));
                }
            }
            jobs.push(Job::ClearRequest { request });
            jobs
        }
        Event::ItemAuthorized { .. }
        | Event::ItemDeclined { .. }
        | Event::ItemRevoked { .. }
        | Event::ItemRenewed { .. }
        | Event::ItemAttempted { .. }
        | Event::ItemWaits { .. }
        | Event::ItemInvalid { .. }
        | Event::HealthChanged { .. }
        | Event::SignedIn { .. }
        | Event::SignedOut { .. }
        | Event::InstanceSetUp { .. }
        | Event::OrganizationChanged { .. }
        | Event::MailDomainChanged { .. }
        | Event::ApiTokenCreated { .. }
        | Event::ApiTokenRevoked { .. }
        | Event::FeatureAsked { .. }
        | Event::FeatureSet { .. }
        | Event::DeadJobDecided { .. }
        | Event::InvitationAccepted { .. }
        | Event::DeliveryChanged { .. }
        | Event::RevocationFinished { .. }
        | Event::RequestCleared { .. }
        | Event::ConnectionCreated { .. }
        | Event::ConnectionRotated { .. }
        | Event::RequestReminded { .. }
        | Event::RecipientLeft { .. }
        | Event::ConnectionWithdrawn { .. }
        | Event::UseSuspended { .. }
        | Event::UseResumed { .. } => vec![],
    }
}

/// One mail to each side. Who asked themself gets one: they have to mend it, and nobody else would tell them. REQ-8
/// keeps silent about what they do themselves; this happened to them.
fn to_both(of: OfRequest, mail: impl Fn(bool) -> Mail) -> Vec<Job> {
    let recipient = Job::SendMail(mail(false));
    if of.is_to_self() { vec![recipient] } else { vec![Job::SendMail(mail(true)), recipient] }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::Reason;
    use crate::id::{ItemId, OrganizationId, RequestId, TeamId};

    const ANA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));
    const REQUEST: RequestId = RequestId(Uuid::from_u128(3));
    const ITEM: ItemId = ItemId(Uuid::from_u128(4));

    fn of(recipient: Option<UserId>) -> OfRequest {
        OfRequest {
            organization: OrganizationId(Uuid::nil()),
            team: TeamId(Uuid::nil()),
            request: REQUEST,
            requester: ANA,
            recipient,
        }
    }

    #[test]
    fn req_8_a_request_to_oneself_sends_no_mail() {
        let to_self = of(Some(ANA));
        for event in [
            Event::RequestCreated { of: to_self },
            Event::ItemAuthorized { of: to_self, item: ITEM, repaired: false },
            Event::ItemDeclined { of: to_self, item: ITEM },
            Event::ItemRevoked { of: to_self, item: ITEM },
        ] {
            assert_eq!(jobs(&event), vec![], "{event:?}");
        }
        assert_eq!(
            jobs(&Event::RequestDeleted { of: to_self, by: ANA }),
            vec![Job::ClearRequest { request: REQUEST }]
        );
    }

    #[test]
    fn health_4_both_sides_hear_once_that_it_broke_and_that_it_works_again() {
        let broken = |of| {
            jobs(&Event::HealthChanged { of, item: ITEM, what: HealthChange::Broken(Reason::RefreshRefused) })
        };
        let mail = |to_requester| {
            Job::SendMail(Mail::ConnectionInvalid { request: REQUEST, item: ITEM, to_requester })
        };
        assert_eq!(broken(of(Some(BEN))), vec![mail(true), mail(false)]);
        assert_eq!(broken(of(Some(ANA))), vec![mail(false)], "asked of oneself: one person, one mail");
        let repaired = |of| jobs(&Event::ItemAuthorized { of, item: ITEM, repaired: true });
        let mail = |to_requester| {
            Job::SendMail(Mail::ConnectionRecovered { request: REQUEST, item: ITEM, to_requester })
        };
        assert_eq!(repaired(of(Some(BEN))), vec![mail(true), mail(false)]);
        assert_eq!(repaired(of(Some(ANA))), vec![]);
    }

    #[test]
    fn health_2_an_app_that_is_away_sends_no_mail() {
        for what in [HealthChange::Degraded, HealthChange::Recovered] {
            assert_eq!(jobs(&Event::HealthChanged { of: of(Some(BEN)), item: ITEM, what }), vec![]);
        }
    }

    #[test]
    fn mail_1_a_report_is_told_to_each_of_those_who_answer_for_it() {
        let event = |to| Event::RequestReported {
            organization: OrganizationId(Uuid::nil()),
            request: REQUEST,
            by: BEN,
            to,
        };
        let mail = |to| Job::SendMail(Mail::RequestReported { request: REQUEST, by: BEN, to });
        let other = UserId(Uuid::from_u128(9));
        assert_eq!(jobs(&event(vec![ANA, other])), vec![mail(ANA), mail(other)]);
        assert_eq!(jobs(&event(vec![])), vec![]);
        assert_eq!(mail(ANA).request(), Some(REQUEST), "what is left of the request waits for it");
        assert_eq!(event(vec![]).of_request(), None, "whoever sent it does not see it there");
    }

    #[test]
    fn inv_1_inside_gets_a_review_and_outside_an_invitation() {
        assert_eq!(
            jobs(&Event::RequestCreated { of: of(Some(BEN)) }),
            vec![Job::SendMail(Mail::ReviewRequest { request: REQUEST })]
        );
        assert_eq!(
            jobs(&Event::RequestCreated { of: of(None) }),
            vec![Job::SendMail(Mail::Invitation { request: REQUEST })]
        );
    }

    #[test]
    fn del_3_a_deletion_tells_the_other_side_and_clears() {
        let to = |to_requester| Job::SendMail(Mail::RequestDeleted { request: REQUEST, to_requester });
        let clear = Job::ClearRequest { request: REQUEST };
        let by = |by, recipient| jobs(&Event::RequestDeleted { of: of(recipient), by });
        assert_eq!(by(ANA, Some(BEN)), vec![to(false), clear]);
        assert_eq!(by(BEN, Some(BEN)), vec![to(true), clear]);
        assert_eq!(by(UserId(Uuid::from_u128(9)), Some(BEN)), vec![to(true), to(false), clear]);
        assert_eq!(by(ANA, None), vec![to(false), clear], "somebody invited is told too");
    }
}
