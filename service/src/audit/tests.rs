//! What somebody who can write the database does to the log, and what verifying says (SEC-4).

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::clock::Clock;
use domain::event::{Event, OrganizationChange};
use domain::id::OrganizationId;
use sea_orm::ConnectionTrait as _;

use super::*;
use crate::Config;

struct World {
    service: Service,
    organization: OrganizationId,
    _folder: tempfile::TempDir,
}

/// An instance with five records in one chain.
async fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().display().to_string();
    let config = Config::from_parts("", [("DATA_DIR".to_owned(), data)]).expect("a configuration");
    let service = Service::start(config, Clock::System).await.expect("a service");
    let organization = service.found_organization("Northwind").await.expect("an organization");
    for _ in 0..5 {
        let mut write = service.write(Actor::System).await.expect("a transaction");
        let what = OrganizationChange::Changed;
        let event = Event::organization_changed(what, organization);
        write.emit(&event).await.expect("an event");
        write.commit().await.expect("committed");
    }
    World { service, organization, _folder: folder }
}

impl World {
    async fn tamper(&self, sql: &str) {
        let write = self.service.write(Actor::System).await.expect("a transaction");
        write.tx().execute_unprepared(sql).await.expect("executed");
        write.commit().await.expect("committed");
    }

    async fn fault(&self, anchor: Option<&AuditAnchor>) -> Option<(i64, &'static str)> {
        let report = self.service.verify_audit(anchor).await.expect("read");
        assert!(report.faults.len() < 2);
        let fault = report.faults.into_iter().next()?;
        assert_eq!(fault.organization, self.organization);
        Some((fault.seq, fault.problem))
    }
}

#[tokio::test]
async fn sec_4_a_whole_log_verifies_and_knows_its_end() {
    let world = world().await;
    let anchor = world.service.audit_anchor().await.expect("an anchor");
    assert_eq!(anchor.heads[&world.organization.0].0, 5);
    assert_eq!(world.fault(Some(&anchor)).await, None);
    let report = world.service.verify_audit(None).await.expect("read");
    assert_eq!((report.chains, report.records), (1, 5));
}

#[tokio::test]
async fn sec_4_a_change_a_removal_and_a_swap_are_named() {
    for (sql, seq) in [
        ("UPDATE audit_record SET kind = 'PLAN_SET' WHERE seq = 3", 3),
        ("UPDATE audit_record SET actor_kind = 'PERSON' WHERE seq = 1", 1),
        ("UPDATE audit_record SET payload = '{}' WHERE seq = 5", 5),
        ("UPDATE audit_record SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 2", 2),
        ("DELETE FROM audit_record WHERE seq = 2", 2),
        ("DELETE FROM audit_record WHERE seq = 1", 1),
        (
            "UPDATE audit_record SET seq = -1 WHERE seq = 2; UPDATE audit_record SET seq = 2 WHERE seq = 3; UPDATE audit_record SET seq = 3 WHERE seq = -1",
            2,
        ),
        ("UPDATE audit_record SET seq = 6 WHERE seq = 5", 5),
    ] {
        let world = world().await;
        world.tamper(sql).await;
        assert_eq!(world.fault(None).await.map(|(seq, _)| seq), Some(seq), "{sql}");
    }
}

#[tokio::test]
async fn sec_4_a_cut_end_is_named_by_the_head_and_by_the_anchor() {
    let world = world().await;
    let anchor = world.service.audit_anchor().await.expect("an anchor");
    world.tamper("DELETE FROM audit_record WHERE seq > 3").await;
    assert_eq!(world.fault(None).await.map(|(seq, _)| seq), Some(4));
    // The head is put back to an older, honest one: only the anchor knows better.
    world.tamper("UPDATE audit_head SET seq = 3, mac = (SELECT mac FROM audit_record WHERE seq = 3)").await;
    assert_eq!(world.fault(None).await, None);
    assert_eq!(world.fault(Some(&anchor)).await.map(|(seq, _)| seq), Some(4));
}

#[tokio::test]
async fn sec_4_a_chain_that_is_gone_is_named() {
    let world = world().await;
    let anchor = world.service.audit_anchor().await.expect("an anchor");
    world.tamper("DELETE FROM audit_head").await;
    assert_eq!(world.fault(None).await, Some((5, "has no head: it was removed")));
    world.tamper("DELETE FROM audit_record").await;
    assert_eq!(world.fault(None).await, None, "nothing is left that could tell");
    assert_eq!(world.fault(Some(&anchor)).await.map(|(seq, _)| seq), Some(1));
}

#[tokio::test]
async fn sec_4_a_chain_made_anew_with_another_key_does_not_verify() {
    let world = world().await;
    let other = AuditKey(Zeroizing::new([7; 32]));
    let rows = audit_record::Entity::find().all(world.service.db().read()).await.expect("rows");
    let mut before = vec![0; 32];
    let write = world.service.write(Actor::System).await.expect("a transaction");
    for mut row in rows {
        row.at += TimeDelta::days(1);
        row.mac = other.mac(&before, &row);
        before.clone_from(&row.mac);
        let row = sea_orm::IntoActiveModel::into_active_model(row).reset_all();
        row.update(write.tx()).await.expect("updated");
    }
    write.commit().await.expect("committed");
    assert_eq!(world.fault(None).await.map(|(seq, _)| seq), Some(1));
}

/// A page by kinds costs what it shows: each kind is a range of the index by kind, cut at the size of the page,
/// however long the log is; nothing of it is looked through or sorted.
#[tokio::test]
async fn a_page_by_kinds_reads_the_index_by_kind_and_no_more() {
    let world = world().await;
    world
        .tamper(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
             INSERT INTO audit_record (id, organization_id, seq, at, kind, actor_kind, payload, mac) \
             SELECT randomblob(16), organization_id, 5 + i, at, CASE i % 1000 WHEN 0 THEN 'RARE' WHEN 1 THEN 'OTHER' \
             ELSE kind END, actor_kind, payload, mac FROM n, audit_record WHERE seq = 1",
        )
        .await;
    let db = world.service.db().read();
    for (kinds, behind) in [(&["RARE"][..], None), (&["OTHER", "RARE"], Some(50_000)), (&["NONE"], None)] {
        let kinds: std::collections::BTreeSet<&str> = kinds.iter().copied().collect();
        let page = super::list::newest(world.organization, &kinds, behind, 51);
        let mut statement = db.get_database_backend().build(&page);
        let rows =
            audit_record::Entity::find().from_raw_sql(statement.clone()).all(db).await.expect("a page");
        let newest: Vec<i64> = rows.iter().map(|row| row.seq).collect();
        assert!(newest.is_sorted_by(|a, b| a > b), "{newest:?}");
        assert!(
            rows.iter()
                .all(|row| kinds.contains(row.kind.as_str()) && Some(row.seq) < behind.or(Some(i64::MAX)))
        );
        assert_eq!(rows.len(), if kinds.contains("NONE") { 0 } else { 51 });
        statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let plan = db.query_all_raw(statement).await.expect("a plan");
        let plan: Vec<String> = plan.iter().map(|step| step.try_get("", "detail").expect("a step")).collect();
        let reads = plan.iter().filter(|step| step.contains("audit_record")).collect::<Vec<_>>();
        assert_eq!(reads.len(), kinds.len(), "{plan:?}");
        for read in reads {
            assert!(read.contains("USING INDEX audit_by_kind (organization_id=? AND kind=?"), "{plan:?}");
        }
        // What is sorted are pages of kinds, read already, and never records.
        let sorted = plan.iter().zip(plan.iter().skip(1)).filter(|(_, step)| step.contains("TEMP B-TREE"));
        assert!(sorted.clone().all(|(of, _)| of == "SCAN of_kind"), "{plan:?}");
        assert!(sorted.count() <= kinds.len(), "{plan:?}");
    }
}
