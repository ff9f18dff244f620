use domain::clock::Clock;
use domain::id::OrganizationId;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use super::reseal::{DERIVED, TABLES};
use super::*;
use crate::Config;
use crate::db::entity::organization_client;
use crate::ids;
use crate::vault::{Belongs, Sealed};

/// Row with the key of the audit log, which is sealed like any secret.
const LOG: u64 = 1;
const DAY: TimeDelta = TimeDelta::days(1);

struct World {
    service: Service,
    clock: Clock,
    organization: OrganizationId,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("DATA_DIR".to_owned(), folder.path().display().to_string())];
    let config = Config::from_parts("", settings).unwrap_or_else(|problems| panic!("{problems:?}"));
    let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).expect("a valid time"));
    let service = Service::start(config, clock.clone()).await.expect("started");
    let organization = service.found_organization("Northwind").await.expect("an organization");
    World { service, clock, organization, _folder: folder }
}

impl World {
    /// A row with a sealed secret.
    async fn insert(&self, app: &str, secret: &str) -> Uuid {
        let write = self.service.write(Actor::System).await.expect("a transaction");
        let id: Uuid = ids::new::<OrganizationId>(write.now()).0;
        let sealed = self.service.keys.seal(Belongs::OAuthClient { id }, secret.as_bytes()).expect("sealed");
        organization_client::ActiveModel {
            id: Set(id),
            key_id: Set(Some(sealed.key_id)),
            data_key: Set(Some(sealed.data_key)),
            sealed: Set(Some(sealed.body)),
            organization_id: Set(self.organization.0),
            app: Set(app.to_owned()),
            client_id: Set("id".to_owned()),
            set_by: Set(Uuid::nil()),
            changed_at: Set(write.now()),
            retired_at: Set(None),
        }
        .insert(write.tx())
        .await
        .expect("inserted");
        write.commit().await.expect("committed");
        id
    }

    async fn set(&self, id: Uuid, sealed: Option<Sealed>) {
        let write = self.service.write(Actor::System).await.expect("a transaction");
        let (key_id, data_key, body) = sealed.map_or((None, None, None), |sealed| {
            (Some(sealed.key_id), Some(sealed.data_key), Some(sealed.body))
        });
        organization_client::ActiveModel {
            id: Set(id),
            key_id: Set(key_id),
            data_key: Set(data_key),
            sealed: Set(body),
            ..Default::default()
        }
        .update(write.tx())
        .await
        .expect("changed");
        write.commit().await.expect("committed");
    }

    async fn sealed(&self, id: Uuid) -> Option<Sealed> {
        let row = organization_client::Entity::find_by_id(id).one(self.service.db.read()).await;
        let row = row.expect("asked").expect("there");
        Sealed::from_columns(row.key_id, row.data_key, row.sealed)
    }

    async fn secret(&self, id: Uuid) -> String {
        let sealed = self.sealed(id).await.expect("sealed");
        let plain = self.service.keys.unseal(Belongs::OAuthClient { id }, &sealed).expect("opens");
        String::from_utf8(plain.to_vec()).expect("a text")
    }

    async fn key(&self, id: &str) -> KeyView {
        let keys = self.service.keys().await.expect("keys");
        keys.into_iter().find(|key| key.id == id).expect("known")
    }

    async fn turn(&self) {
        self.service.turn_keys().await.expect("a round");
    }
}

/// SEC-1: a table that is added with a key in its rows must be sealed again too.
#[tokio::test]
async fn sec_1_every_table_that_names_a_key_is_known_here() {
    let world = world().await;
    let sql = "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'key_id' WHERE m.type = 'table' ORDER BY m.name";
    let rows = world.service.db.read().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    let found: Vec<String> =
        rows.expect("tables").iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).chain(DERIVED).collect();
    known.sort_unstable();
    assert_eq!(found, known);
}

/// SEC-1: what was changed between reading and writing is not overwritten: neither a newer value, even one that a
/// process sealed by the old key, nor one that was destroyed.
#[tokio::test]
async fn sec_1_a_concurrent_change_is_not_overwritten() {
    let world = world().await;
    let old = world.service.keys.active();
    let mut ids = Vec::new();
    for app in ["a", "b", "c", "d"] {
        ids.push(world.insert(app, "first").await);
    }
    let belongs = |index: usize| Belongs::OAuthClient { id: ids[index] };
    let by_old_key = world.service.keys.seal(belongs(0), b"second, by the old key").expect("sealed");
    world.service.rotate(None).await.expect("rotated");
    world.service.register_keys().await.expect("registered");
    let table = TABLES.iter().find(|table| table.name == "organization_client").expect("known");
    let seen = world.service.sealed_by(table, &old, None).await.expect("rows");
    assert_eq!(seen.len(), 4);
    world.set(ids[0], Some(by_old_key)).await;
    let by_new_key = world.service.keys.seal(belongs(1), b"second, by the new key").expect("sealed");
    world.set(ids[1], Some(by_new_key)).await;
    world.set(ids[2], None).await;
    assert_eq!(world.service.seal_again(table, &old, &seen).await.expect("done"), 1);
    assert_eq!(world.secret(ids[0]).await, "second, by the old key");
    assert_eq!(world.secret(ids[1]).await, "second, by the new key");
    assert!(world.sealed(ids[2]).await.is_none(), "what was destroyed stays so");
    assert_eq!(world.secret(ids[3]).await, "first");
    // The next round finds what was passed over.
    world.turn().await;
    assert_eq!(world.secret(ids[0]).await, "second, by the old key");
    assert_eq!(world.key(&old).await.rows, 0);
    assert_eq!(world.key(&world.service.keys.active()).await.rows, 3 + LOG);
}

/// SEC-1: more rows than one batch; one that does not open holds up no other, and its key is kept for it.
#[tokio::test]
async fn sec_1_a_row_that_does_not_open_keeps_its_key() {
    let world = world().await;
    let old = world.service.keys.active();
    let mut ids = Vec::new();
    for number in 0..120 {
        ids.push(world.insert(&number.to_string(), "secret").await);
    }
    let moved = world.sealed(ids[0]).await.expect("sealed");
    world.set(ids[1], Some(moved)).await;
    world.clock.advance(DAY * 90);
    world.turn().await;
    assert_eq!(world.key(&old).await.rows, 1);
    assert_eq!(world.key(&world.service.keys.active()).await.rows, 119 + LOG);
    world.clock.advance(DAY * 80);
    world.turn().await;
    assert!(matches!(world.key(&old).await.state, KeyState::Retired { until: None, .. }));
    // Once it is gone, the retention begins.
    world.set(ids[1], None).await;
    world.turn().await;
    let until = Some(world.service.now() + DAY * 35);
    assert!(matches!(world.key(&old).await.state, KeyState::Retired { until: shown, .. } if shown == until));
    assert_eq!(world.secret(ids[119]).await, "secret");
}

/// SEC-1: a key that is used again, as after a restore, has its whole retention before it again.
#[tokio::test]
async fn sec_1_the_retention_begins_anew_when_a_row_names_the_key_again() {
    let world = world().await;
    let old = world.service.keys.active();
    let id = world.insert("a", "first").await;
    let before = world.sealed(id).await;
    world.service.rotate_keys().await.expect("rotated");
    world.turn().await;
    world.clock.advance(DAY * 34);
    world.set(id, before).await;
    // Sealed again at once, and idle from now on.
    world.turn().await;
    let until = Some(world.service.now() + DAY * 35);
    assert!(matches!(world.key(&old).await.state, KeyState::Retired { until: shown, .. } if shown == until));
    world.clock.advance(DAY * 35);
    world.turn().await;
    assert!(matches!(world.key(&old).await.state, KeyState::Retired { .. }));
    world.clock.advance(DAY);
    world.turn().await;
    assert_eq!(world.secret(id).await, "first");
    assert!(matches!(world.key(&old).await.state, KeyState::Destroyed { .. }));
}
