//! For which apps there is an OAuth client, so that recipients need not bring one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::id::{RequestId, UserId};
use domain::policy::OrganizationRole;
use sea_orm::{ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{credential_request, organization_client, organization_member};
use crate::db::join::on;
use crate::error::Result;

/// Whose organization may have a client, besides the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientsFor {
    /// The one that asks.
    Request(RequestId),
    /// Those in which somebody works.
    Person(UserId),
}

impl Service {
    /// Whether an app has an OAuth client here, of the instance or of the organization: else recipients have to bring
    /// theirs.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn has_client(&self, whose: ClientsFor, app: &str) -> Result<bool> {
        if self.instance_client(app).is_some() {
            return Ok(true);
        }
        let apps = self.gathered.clients.ask_one(self, whose, Self::read_clients).await?;
        Ok(apps.is_some_and(|apps| apps.contains(app)))
    }

    async fn read_clients(self, keys: Vec<ClientsFor>) -> Result<HashMap<ClientsFor, Arc<HashSet<String>>>> {
        let (mut requests, mut people) = (Vec::new(), Vec::new());
        for key in keys {
            match key {
                ClientsFor::Request(id) => requests.push(id.0),
                ClientsFor::Person(id) => people.push(id.0),
            }
        }
        let clients = || {
            organization_client::Entity::find()
                .select_only()
                .filter(organization_client::Column::RetiredAt.is_null())
        };
        let organization = organization_client::Column::OrganizationId;
        let mut found: HashMap<ClientsFor, HashSet<String>> = HashMap::new();
        if !requests.is_empty() {
            let rows: Vec<(Uuid, String)> = clients()
                .column(credential_request::Column::Id)
                .column(organization_client::Column::App)
                .join(JoinType::InnerJoin, on(organization, credential_request::Column::OrganizationId))
                .filter(credential_request::Column::Id.is_in(requests))
                .into_tuple()
                .all(self.db.read())
                .await?;
            for (id, app) in rows {
                found.entry(ClientsFor::Request(RequestId(id))).or_default().insert(app);
            }
        }
        if !people.is_empty() {
            let rows: Vec<(Uuid, String)> = clients()
                .column(organization_member::Column::UserId)
                .column(organization_client::Column::App)
                .join(JoinType::InnerJoin, on(organization, organization_member::Column::OrganizationId))
                .filter(organization_member::Column::UserId.is_in(people))
                .filter(organization_member::Column::Role.ne(OrganizationRole::Guest.as_str()))
                .into_tuple()
                .all(self.db.read())
                .await?;
            for (id, app) in rows {
                found.entry(ClientsFor::Person(UserId(id))).or_default().insert(app);
            }
        }
        Ok(found.into_iter().map(|(key, apps)| (key, Arc::new(apps))).collect())
    }
}
