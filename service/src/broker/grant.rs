//! What a call stands on, read at once.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain::health::Health;
use domain::id::{ConnectionId, CredentialId, ItemId};
use domain::item::State;
use domain::token;
use sea_orm::{
    ColumnTrait as _, DbBackend, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QuerySelect as _, QueryTrait as _, RelationDef, Select, Statement, Value,
};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::refusal::{CredentialState, Refusal, RefusalCode};
use crate::Service;
use crate::accounts::hash;
use crate::db::entity::{connection, credential, credential_request, organization, request_item};
use crate::db::join::on;
use crate::db::json::Names;

/// Sizes of lists of connections: from one to the most that are asked for at once, each twice the one before.
const SIZES: usize = 10;

/// A connection with its credential, item and request: one row of a join.
#[derive(Clone, FromQueryResult)]
pub(crate) struct Grant {
    pub(super) connection: Uuid,
    token_hash: Vec<u8>,
    token_expires_at: Option<DateTime<Utc>>,
    connection_suspended_at: Option<DateTime<Utc>>,
    credential_suspended_at: Option<DateTime<Utc>>,
    pub(super) credential: Uuid,
    pub(super) version: i32,
    pub(super) method: String,
    pub(super) key_id: Option<String>,
    pub(super) data_key: Option<Vec<u8>>,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) secret_expires_at: Option<DateTime<Utc>>,
    refresh_at: Option<DateTime<Utc>>,
    health: String,
    pub(super) item: Uuid,
    pub(super) app: String,
    pub(super) app_version: String,
    modules: Names,
    state: String,
    pub(super) hand_out_told: bool,
    pub(super) hand_out_allowed: bool,
}

fn joins() -> [RelationDef; 4] {
    [
        on(connection::Column::CredentialId, credential::Column::Id),
        on(credential::Column::ItemId, request_item::Column::Id),
        on(request_item::Column::RequestId, credential_request::Column::Id),
        on(credential_request::Column::OrganizationId, organization::Column::Id),
    ]
}

impl Service {
    /// The connection that a token opens. A wrong token, none, and a connection that is not there are one answer,
    /// after the same work.
    pub(super) async fn grant(&self, connection: &str, token: Option<&str>) -> Result<Arc<Grant>, Refusal> {
        let shown = hash(token.unwrap_or_default());
        let row = match connection.parse::<ConnectionId>() {
            // Without a token nobody costs the database anything.
            Ok(id) if token.is_some_and(|token| token.starts_with("csc_")) => self.read_grant(id).await?,
            Ok(_) | Err(_) => None,
        };
        let kept = row.as_ref().map_or([0; 32].as_slice(), |row| row.token_hash.as_slice());
        let is_right = bool::from(kept.ct_eq(shown.as_slice()));
        let row = row.filter(|_| is_right).ok_or_else(|| {
            Refusal::new(
                RefusalCode::Unauthenticated,
                "send the connection's token as `Authorization: Bearer csc_…`, to the address of its connection",
            )
        })?;
        if row.token_expires_at.is_some_and(|end| end <= self.now()) {
            return Err(Refusal::new(
                RefusalCode::TokenExpired,
                "the connection has expired; make another one",
            ));
        }
        Ok(row)
    }

    /// As it is now: calls that come while others are looked up are looked up together, after they came.
    async fn read_grant(&self, id: ConnectionId) -> crate::Result<Option<Arc<Grant>>> {
        self.gathered.grants.ask_one(self, id, Self::read_grants).await
    }

    async fn read_grants(self, ids: Vec<ConnectionId>) -> crate::Result<HashMap<ConnectionId, Arc<Grant>>> {
        let db = self.db.read();
        let statement = self.broker.grants.statement(db.get_database_backend(), ids);
        let rows = Grant::find_by_statement(statement).all(db).await?;
        Ok(rows.into_iter().map(|row| (row.connection_id(), Arc::new(row))).collect())
    }
}

/// The texts of the statement that reads grants, made once: to write one costs more than to send it. There is one for
/// two connections, one for four, and so on, so that the database has few to prepare, too.
#[derive(Default)]
pub(super) struct Texts([OnceLock<String>; SIZES]);

impl Texts {
    fn statement(&self, backend: DbBackend, ids: Vec<ConnectionId>) -> Statement {
        let mut ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let size = ids.len().next_power_of_two();
        // Whatever stands more than once in a list is found once.
        ids.resize(size, ids.last().copied().unwrap_or_default());
        let kept = usize::try_from(size.trailing_zeros()).ok().and_then(|number| self.0.get(number));
        let write = || select(&ids).build(backend).sql;
        let text = kept.map_or_else(write, |text| text.get_or_init(write).clone());
        Statement::from_sql_and_values(backend, text, ids.iter().map(|id| Value::from(*id)))
    }
}

/// Reads connections with what they stand on. It has no other values than the ids.
fn select(ids: &[Uuid]) -> Select<connection::Entity> {
    let mut query = connection::Entity::find().filter(connection::Column::Id.is_in(ids.iter().copied()));
    for join in joins() {
        query = query.join(JoinType::InnerJoin, join);
    }
    query
        .filter(credential_request::Column::DeletedAt.is_null())
        .select_only()
        .column_as(connection::Column::Id, "connection")
        .column_as(connection::Column::TokenHash, "token_hash")
        .column_as(connection::Column::ExpiresAt, "token_expires_at")
        .column_as(connection::Column::SuspendedAt, "connection_suspended_at")
        .column_as(credential::Column::SuspendedAt, "credential_suspended_at")
        .column_as(credential::Column::Id, "credential")
        .column_as(credential::Column::Version, "version")
        .column_as(credential::Column::Method, "method")
        .column_as(credential::Column::KeyId, "key_id")
        .column_as(credential::Column::DataKey, "data_key")
        .column_as(credential::Column::Sealed, "sealed")
        .column_as(credential::Column::ExpiresAt, "secret_expires_at")
        .column_as(credential::Column::RefreshAt, "refresh_at")
        .column_as(credential::Column::Health, "health")
        .column_as(request_item::Column::Id, "item")
        .column_as(request_item::Column::App, "app")
        .column_as(request_item::Column::AppVersion, "app_version")
        .column_as(request_item::Column::Modules, "modules")
        .column_as(request_item::Column::State, "state")
        .column_as(credential_request::Column::TokenHandOut, "hand_out_told")
        .column_as(organization::Column::TokenHandOut, "hand_out_allowed")
}

impl Grant {
    /// Whether it may be used now.
    pub(super) fn check(&self) -> Result<CredentialState, Refusal> {
        let state = State::parse(&self.state).ok_or_else(|| crate::Error::corrupt("item state"))?;
        let at = if state == State::Authorized && self.health == Health::Degraded.as_str() {
            CredentialState::Degraded
        } else {
            CredentialState::Item(state)
        };
        match state {
            State::Authorized => {}
            State::Invalid => {
                let message = "the access does not work any more; the recipient can authorize again";
                return Err(Refusal::new(RefusalCode::Invalid, message).at(at));
            }
            State::Pending | State::Declined | State::Revoked => {
                let message = "the recipient does not share this app now";
                return Err(Refusal::new(RefusalCode::NotAuthorized, message).at(at));
            }
        }
        if self.connection_suspended_at.or(self.credential_suspended_at).is_some() {
            let message = "an admin of the team suspended this use and can resume it";
            return Err(Refusal::new(RefusalCode::Suspended, message).at(CredentialState::Suspended));
        }
        Ok(at)
    }

    /// Whether its token must not be used without being renewed first.
    pub(super) fn is_about_to_expire(&self, now: DateTime<Utc>) -> bool {
        self.secret_expires_at.is_some_and(|end| token::is_about_to_expire(now, self.refresh_at, end))
    }

    /// Goes on with the secret as it is now.
    pub(super) fn take(&mut self, row: credential::Model) {
        self.version = row.version;
        // Another where the recipient authorized anew meanwhile, in another way.
        self.method = row.method;
        self.key_id = row.key_id;
        self.data_key = row.data_key;
        self.sealed = row.sealed;
        self.secret_expires_at = row.expires_at;
        self.refresh_at = row.refresh_at;
    }

    /// The modules that the recipient consented to (REQ-4).
    pub(super) fn modules(&self) -> &[String] {
        &self.modules.0
    }

    pub(super) fn item_id(&self) -> ItemId {
        ItemId(self.item)
    }

    pub(super) fn credential_id(&self) -> CredentialId {
        CredentialId(self.credential)
    }

    pub(super) fn connection_id(&self) -> ConnectionId {
        ConnectionId(self.connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::KEYS;

    /// Each number of connections has a text that is kept, with as many places as it has values, and asks for those
    /// connections and no others.
    #[test]
    fn a_kept_text_asks_for_whatever_connections_it_is_given() {
        let texts = Texts::default();
        for (number, places) in [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (KEYS, 512)] {
            for round in 0..2_u128 {
                let ids: Vec<Uuid> =
                    (1..=number as u128).map(|id| Uuid::from_u128(id + round * 1000)).collect();
                let asked = ids.iter().map(|id| ConnectionId(*id)).collect();
                let statement = texts.statement(DbBackend::Postgres, asked);
                let values = statement.values.expect("ids").0;
                let mut expected: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
                expected.resize(places, expected[number - 1].clone());
                assert_eq!(values, expected);
                let (last, beyond) = (format!("${places}"), format!("${}", places + 1));
                assert!(
                    statement.sql.contains(&last) && !statement.sql.contains(&beyond),
                    "{}",
                    statement.sql
                );
            }
        }
        let kept = texts.0.each_ref().map(|text| text.get().is_some());
        assert_eq!(kept, [true, true, true, true, false, false, false, false, false, true]);
    }
}
