//! Names of connections, unique within a team (REQ-3).

use std::collections::BTreeSet;

use domain::id::TeamId;
use domain::text::CONNECTION_NAME_MAX;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _};

use super::load::begins_with;
use crate::db::Write;
use crate::db::entity::{connection, credential_request, request_item};
use crate::db::join::on;
use crate::error::Result;

/// Room for a suffix at the end of a name.
const SUFFIX_MAX: usize = 8;

/// Names of the team's connections, made or asked for, that could be in the way of the wanted ones: those that
/// begin like them.
pub(crate) async fn names_like(write: &Write, team: TeamId, wanted: &[String]) -> Result<BTreeSet<String>> {
    let begins: BTreeSet<String> =
        wanted.iter().map(|name| name.chars().take(CONNECTION_NAME_MAX - SUFFIX_MAX).collect()).collect();
    let like = |column: Expr| {
        begins.iter().fold(Condition::any(), |any, begin| any.add(column.clone().like(begins_with(begin))))
    };
    let mut names: Vec<String> = request_item::Entity::find()
        .select_only()
        .column(request_item::Column::ConnectionName)
        .join(JoinType::InnerJoin, on(request_item::Column::RequestId, credential_request::Column::Id))
        .filter(credential_request::Column::TeamId.eq(team.0))
        .filter(like(Expr::col((request_item::Entity, request_item::Column::ConnectionName))))
        .into_tuple()
        .all(write.tx())
        .await?;
    let made: Vec<String> = connection::Entity::find()
        .select_only()
        .column(connection::Column::Name)
        .filter(connection::Column::TeamId.eq(team.0))
        .filter(like(Expr::col((connection::Entity, connection::Column::Name))))
        .into_tuple()
        .all(write.tx())
        .await?;
    names.extend(made);
    Ok(names.into_iter().collect())
}

/// The wanted name, or the first of `name 2`, `name 3`, … that is free, cut to the longest allowed.
pub(crate) fn unique_name(wanted: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    // Among one name more than are taken, one is free.
    (2..=taken.len() + 2)
        .map(|number| {
            let suffix = format!(" {number}");
            let kept: String = wanted.chars().take(CONNECTION_NAME_MAX - suffix.len()).collect();
            kept + &suffix
        })
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn req_3_names_are_made_unique_by_a_suffix_and_stay_short() {
        let taken = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(unique_name("HubSpot", &taken(&[])), "HubSpot");
        assert_eq!(unique_name("HubSpot", &taken(&["HubSpot", "HubSpot 2"])), "HubSpot 3");
        let long = "x".repeat(CONNECTION_NAME_MAX);
        let name = unique_name(&long, &taken(&[&long]));
        assert_eq!(name.chars().count(), CONNECTION_NAME_MAX);
        assert!(name.ends_with(" 2"));
    }
}
