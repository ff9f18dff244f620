//! The whole matrix as text: a snapshot shows at a glance who may do what, and a change of it is seen in
//! review.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::policy::{
        Action, Asked, Facts, OrganizationRole, Refused, Standing, TeamRole, check, may_ask,
    };

    fn cell(answer: Result<(), Refused>) -> &'static str {
        match answer {
            Ok(()) => "yes",
            Err(Refused::Hidden) => "hidden",
            Err(Refused::Because(_)) => "no",
        }
    }

    #[test]
    fn role_2_role_3_req_8_gate_1_who_may_ask_whom() {
        let mut table = String::new();
        for standing in Standing::ALL {
            for feature in [true, false] {
                for asked in Asked::ALL {
                    writeln!(
                        table,
                        "{standing:?} feature={feature} {asked:?}: {}",
                        cell(may_ask(standing, feature, asked))
                    )
                    .expect("a string takes every line");
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn role_5_role_6_del_1_who_may_do_what() {
        let mut table = String::new();
        for action in Action::ALL {
            for standing in Standing::ALL {
                for (is_requester, is_recipient) in
                    [(false, false), (true, false), (false, true), (true, true)]
                {
                    let facts = Facts { standing, is_recipient, is_requester };
                    writeln!(
                        table,
                        "{action:?} {standing:?} requester={is_requester} recipient={is_recipient}: {}",
                        cell(check(action, &facts))
                    )
                    .expect("a string takes every line");
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn role_1_owners_and_admins_administer_every_team() {
        for (role, standing) in [
            (OrganizationRole::Owner, Standing::OrganizationOwner),
            (OrganizationRole::Admin, Standing::OrganizationAdmin),
        ] {
            for team in [None, Some(TeamRole::Guest), Some(TeamRole::Member), Some(TeamRole::Admin)] {
                assert_eq!(Standing::of(Some(role), team), standing);
            }
            assert!(standing.is_in_team() && standing.is_team_admin());
        }
        assert_eq!(Standing::of(None, Some(TeamRole::Admin)), Standing::Stranger);
        assert_eq!(Standing::of(Some(OrganizationRole::Guest), Some(TeamRole::Member)), Standing::Guest);
        assert_eq!(Standing::of(Some(OrganizationRole::Member), None), Standing::OrganizationMember);
    }

    #[test]
    fn role_2_the_table_of_the_specification() {
        let rows = [
            (Standing::TeamMember, [true, false, false]),
            (Standing::TeamAdmin, [true, true, false]),
            (Standing::OrganizationAdmin, [true, true, true]),
            (Standing::OrganizationOwner, [true, true, true]),
            (Standing::Guest, [false, false, false]),
        ];
        for (requester, answers) in rows {
            for (asked, yes) in Asked::ALL.into_iter().zip(answers) {
                assert_eq!(may_ask(requester, true, asked).is_ok(), yes, "{requester:?} {asked:?}");
            }
        }
    }

    #[test]
    fn role_3_a_guest_counts_as_outside() {
        assert_eq!(Asked::of(Standing::Guest, true), Asked::Outside);
        for admin in [Standing::OrganizationOwner, Standing::OrganizationAdmin] {
            assert_eq!(Asked::of(admin, true), Asked::SameTeam);
            assert_eq!(Asked::of(admin, false), Asked::SameOrganization);
        }
    }
}
