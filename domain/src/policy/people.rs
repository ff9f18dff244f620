//! Who may change whose role in an organization, and who may leave (ROLE-7, ROLE-8).

use super::OrganizationRole;

/// Why a change of a role is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleRefused {
    /// The organization would be without an owner.
    LastOwner,
    /// The person may not do this, with a reason for people.
    Because(&'static str),
}

/// Decides whether somebody with the role `mine` may give somebody with the role `theirs` another one; `to` is
/// `None` when they leave or are removed. `owners` is how many the organization has now.
///
/// # Errors
/// [`RoleRefused`].
pub fn may_set_role(
    mine: OrganizationRole,
    theirs: OrganizationRole,
    to: Option<OrganizationRole>,
    is_self: bool,
    owners: u64,
) -> Result<(), RoleRefused> {
    use OrganizationRole::{Admin, Owner};
    let leaves = is_self && to.is_none();
    if !leaves && !matches!(mine, Owner | Admin) {
        return Err(RoleRefused::Because("only owners and admins of the organization can do this"));
    }
    if !leaves && mine != Owner && (theirs == Owner || to == Some(Owner)) {
        return Err(RoleRefused::Because("only owners can make, change or remove owners"));
    }
    if theirs == Owner && to != Some(Owner) && owners <= 1 {
        return Err(RoleRefused::LastOwner);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::OrganizationRole::{Admin, Guest, Member, Owner};
    use super::*;

    fn cell(answer: Result<(), RoleRefused>) -> &'static str {
        match answer {
            Ok(()) => "yes",
            Err(RoleRefused::LastOwner) => "last owner",
            Err(RoleRefused::Because(_)) => "no",
        }
    }

    #[test]
    fn role_7_who_may_change_whose_role() {
        // (mine, theirs, to, is self, owners) and the answer.
        let rows = [
            (Owner, Owner, Some(Member), false, 2, "yes"),
            (Owner, Owner, None, false, 2, "yes"),
            (Owner, Member, Some(Owner), false, 1, "yes"),
            (Admin, Member, Some(Admin), false, 1, "yes"),
            (Admin, Guest, None, false, 1, "yes"),
            (Admin, Member, Some(Owner), false, 1, "no"),
            (Admin, Owner, Some(Member), false, 2, "no"),
            (Admin, Owner, None, false, 2, "no"),
            (Admin, Admin, Some(Owner), true, 1, "no"),
            (Member, Member, Some(Admin), true, 1, "no"),
            (Member, Guest, None, false, 1, "no"),
            (Guest, Member, None, false, 1, "no"),
            (Guest, Guest, None, true, 1, "yes"),
            (Member, Member, None, true, 1, "yes"),
            (Admin, Admin, Some(Member), true, 1, "yes"),
        ];
        for (mine, theirs, to, is_self, owners, answer) in rows {
            assert_eq!(
                cell(may_set_role(mine, theirs, to, is_self, owners)),
                answer,
                "{mine:?} {theirs:?} {to:?} {is_self}"
            );
        }
    }

    #[test]
    fn role_8_the_last_owner_stays() {
        for to in [None, Some(Admin), Some(Member), Some(Guest)] {
            assert_eq!(may_set_role(Owner, Owner, to, true, 1), Err(RoleRefused::LastOwner));
            assert_eq!(may_set_role(Owner, Owner, to, true, 2), Ok(()));
        }
        assert_eq!(may_set_role(Owner, Owner, Some(Owner), true, 1), Ok(()));
    }
}
