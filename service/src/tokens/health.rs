//! Health of what a team was granted, for monitors and for the page (HEALTH-5).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::health::Health;
use domain::id::TeamId;
use domain::policy::Action;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{credential, request_item};
use crate::db::join::on;
use crate::db::page::{Page, PageAsk, Position};
use crate::error::{Error, Result};
use crate::requests::{ItemView, Items};

/// The order of the list: what needs somebody comes first.
const WORST_FIRST: [Health; 4] = [Health::Invalid, Health::Degraded, Health::Working, Health::Ended];
/// What is listed where no states are named.
const ALIVE: [Health; 3] = [Health::Invalid, Health::Degraded, Health::Working];

/// What a monitor sees of a credential.
#[derive(Debug, Clone)]
pub struct ConnectionHealthView {
    /// The item with its credential; that is absent once the access ended.
    pub item: ItemView,
    /// Whether it can be expected to work.
    pub health: Health,
    /// Connections that use it.
    pub connections: u64,
    /// When one of them was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Service {
    /// The team's credentials by health, the worst first, each with its connections and their last use.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn connection_health(
        &self,
        actor: Actor,
        team: TeamId,
        states: Option<&[Health]>,
        page: &PageAsk,
    ) -> Result<Page<ConnectionHealthView>> {
        self.check_team(actor, Action::ListConnections, team).await?;
        let (first, after) = page.read()?;
        let wanted = states.unwrap_or(&ALIVE);
        let of = |health: Health| {
            credential::Entity::find()
                .filter(credential::Column::TeamId.eq(team.0))
                .filter(credential::Column::Health.eq(health.as_str()))
        };
        let (from, behind) = match after {
            None => (0, None),
            Some(Position::Name(name, id)) => {
                let at = WORST_FIRST.iter().position(|health| health.as_str() == name);
                (at.ok_or_else(wrong_cursor)?, Some(id))
            }
            Some(Position::Time(..) | Position::Number(_)) => return Err(wrong_cursor()),
        };
        // A range of the index per state; together they are the list.
        let mut rows = Vec::new();
        for (place, health) in WORST_FIRST.into_iter().enumerate().skip(from) {
            let left = (first + 1).saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            if left == 0 || !wanted.contains(&health) {
                continue;
            }
            let mut range = of(health).order_by_asc(credential::Column::Id).limit(left);
            if let Some(id) = behind.filter(|_| place == from) {
                range = range.filter(credential::Column::Id.gt(id));
            }
            let found: Vec<(Uuid, Uuid)> = range
                .select_only()
                .columns([credential::Column::Id, credential::Column::ItemId])
                .into_tuple()
                .all(self.db.read())
                .await?;
            rows.extend(found.into_iter().map(|(id, item)| (health, id, item)));
        }
        let has_next = rows.len() > usize::try_from(first).unwrap_or(usize::MAX);
        rows.truncate(usize::try_from(first).unwrap_or(usize::MAX));
        let total = if page.total { Some(self.count_health(team, wanted).await?) } else { None };
        Ok(Page { rows: self.health_views(rows).await?, has_next, total })
    }

    async fn count_health(&self, team: TeamId, wanted: &[Health]) -> Result<u64> {
        let counts = self.health_of_team(team).await?;
        Ok(counts.iter().filter(|(health, _)| wanted.contains(health)).map(|(_, rows)| rows).sum())
    }

    /// How many credentials of a team there are of each health.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn health_counts(&self, actor: Actor, team: TeamId) -> Result<Vec<(Health, u64)>> {
        self.check_team(actor, Action::ListConnections, team).await?;
        self.health_of_team(team).await
    }

    async fn health_of_team(&self, team: TeamId) -> Result<Vec<(Health, u64)>> {
        let rows: Vec<(String, i64)> = credential::Entity::find()
            .select_only()
            .column(credential::Column::Health)
            .column_as(credential::Column::Id.count(), "rows")
            .filter(credential::Column::TeamId.eq(team.0))
            .group_by(credential::Column::Health)
            .into_tuple()
            .all(self.db.read())
            .await?;
        rows.into_iter()
            .map(|(name, rows)| {
                let health = Health::parse(&name).ok_or_else(|| Error::corrupt("health"))?;
                Ok((health, u64::try_from(rows).unwrap_or_default()))
            })
            .collect()
    }

    async fn health_views(
        &self,
        rows: Vec<(Health, Uuid, Uuid)>,
    ) -> Result<Vec<(String, ConnectionHealthView)>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.2).collect();
        let mut items: HashMap<Uuid, ItemView> =
            self.item_views(Items::Ids(&ids)).await?.into_iter().map(|view| (view.id.0, view)).collect();
        let uses = self.uses(rows.iter().map(|row| row.1)).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(health, id, item)| {
                let mut item = items.remove(&item)?;
                // For the recipient alone (REC-3), who finds it in the request.
                item.waiting_account = None;
                let (connections, last_used_at) = uses.get(&id).copied().unwrap_or_default();
                let view = ConnectionHealthView {
                    item,
                    health,
                    connections: u64::try_from(connections).unwrap_or_default(),
                    last_used_at,
                };
                Some((Position::Name(health.as_str().to_owned(), id).encode(), view))
            })
            .collect())
    }

    /// Credentials of the whole instance by app and health, for metrics.
    pub(crate) async fn health_by_app(&self) -> Result<Vec<(String, String, i64)>> {
        use sea_orm::JoinType;
        Ok(credential::Entity::find()
            .select_only()
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .column(request_item::Column::App)
            .column(credential::Column::Health)
            .column_as(credential::Column::Id.count(), "rows")
            .filter(credential::Column::DestroyedAt.is_null())
            .group_by(request_item::Column::App)
            .group_by(credential::Column::Health)
            .into_tuple()
            .all(self.db.read())
            .await?)
    }

    /// How many tokens end within each of these times from now, for metrics.
    pub(crate) async fn expiring_within(&self, seconds: &[i64]) -> Result<Vec<u64>> {
        let mut counts = Vec::with_capacity(seconds.len());
        for within in seconds {
            let end = self.now() + chrono::TimeDelta::seconds(*within);
            let ending = credential::Entity::find()
                .filter(credential::Column::CheckAt.is_not_null())
                .filter(credential::Column::ExpiresAt.lte(end));
            counts.push(ending.count(self.db.read()).await?);
        }
        Ok(counts)
    }
}

fn wrong_cursor() -> Error {
    Error::input(domain::ErrorCode::InvalidCursor, "after", "is a cursor of another list")
}
