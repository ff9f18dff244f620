//! The feature *credential requests*: who has it, who may have it, and the applications (GATE-1 to GATE-5).

mod apply;
mod corporate;
mod review;

use std::collections::HashSet;

use sea_orm::{ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

pub use apply::{ApplicationState, FeatureApplicationView};
pub(crate) use corporate::is_corporate;

use crate::Service;
use crate::config::FeatureMode;
use crate::db::entity::{organization, organization_member, user};
use crate::db::join::on;
use crate::error::Result;
use crate::members::Plan;

impl Service {
    /// Which of these people may create requests. Two statements at most, however many they are.
    pub(crate) async fn with_feature(&self, people: &[user::Model]) -> Result<HashSet<Uuid>> {
        let granted = people.iter().filter(|row| row.feature_granted_at.is_some()).map(|row| row.id);
        Ok(match self.config().feature_mode {
            FeatureMode::Everyone => people.iter().map(|row| row.id).collect(),
            FeatureMode::Manual => granted.collect(),
            FeatureMode::Auto => {
                let eligible = self.with_plan(people).await?;
                let eligible = people.iter().filter(|row| {
                    eligible.contains(&row.id) && is_corporate(&row.email, &self.config().free_mail_domains)
                });
                granted.chain(eligible.map(|row| row.id)).collect()
            }
        })
    }

    /// Whether one person may create requests.
    pub(crate) async fn has_feature(&self, person: &user::Model) -> Result<bool> {
        Ok(self.with_feature(std::slice::from_ref(person)).await?.contains(&person.id))
    }

    /// Which of these people work in an organization whose plan makes them eligible. Guests do not work there.
    pub(crate) async fn with_plan(&self, people: &[user::Model]) -> Result<HashSet<Uuid>> {
        let ids: Vec<Uuid> = organization_member::Entity::find()
            .select_only()
            .column(organization_member::Column::UserId)
            .join(
                JoinType::InnerJoin,
                on(organization_member::Column::OrganizationId, organization::Column::Id),
            )
            .filter(organization_member::Column::UserId.is_in(people.iter().map(|row| row.id)))
            .filter(organization_member::Column::Role.ne(domain::policy::OrganizationRole::Guest.as_str()))
            .filter(organization::Column::Plan.is_in([Plan::Partner.as_str(), Plan::Enterprise.as_str()]))
            .filter(organization::Column::DeletedAt.is_null())
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(ids.into_iter().collect())
    }
}
