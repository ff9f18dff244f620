//! Health of credentials: when each is to be looked at next, the claim under which one process renews it, and what
//! failed; a breaker per provider; and jobs that a clock causes and no event.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, json_binary, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{NamedTable, drop_all, index, make, owned_by, table, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 1] = [("breaker", breaker)];
const JOB_COLUMNS: [&str; 15] = [
    "id",
    "event_id",
    "kind",
    "payload",
    "request_id",
    "created_at",
    "due_at",
    "attempts",
    "dispatches",
    "runs",
    "last_error",
    "done_at",
    "dead_at",
    "bounced_at",
    "bounce",
];

fn columns() -> [(&'static str, ColumnDef); 12] {
    [
        ("team_id", uuid_null("team_id")),
        ("health", text("health").default("WORKING").take()),
        ("refresh_at", timestamp_with_time_zone_null("refresh_at")),
        ("probe_at", timestamp_with_time_zone_null("probe_at")),
        ("check_at", timestamp_with_time_zone_null("check_at")),
        ("claim", uuid_null("claim")),
        ("claim_until", timestamp_with_time_zone_null("claim_until")),
        ("interrupted", boolean("interrupted").default(false).take()),
        ("retry_from", timestamp_with_time_zone_null("retry_from")),
        ("failing_since", timestamp_with_time_zone_null("failing_since")),
        ("failures", integer("failures").default(0).take()),
        ("last_failure", text_null("last_failure")),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (_, column) in columns() {
            manager.alter_table(Table::alter().table("credential").add_column(column).to_owned()).await?;
        }
        for update in of_before() {
            manager.execute(update).await?;
        }
        let due = index("credential", "credential_due", &["check_at"])
            .and_where(Expr::col("check_at").is_not_null())
            .to_owned();
        let of_team = index("credential", "credential_of_team", &["team_id", "health", "id"]);
        make(manager, &TABLES, vec![due, of_team]).await?;
        event_of_jobs(manager, true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let caused_by_a_clock =
            Query::delete().from_table("job").and_where(Expr::col("event_id").is_null()).to_owned();
        manager.execute(caused_by_a_clock).await?;
        event_of_jobs(manager, false).await?;
        drop_all(manager, &TABLES).await?;
        for name in ["credential_due", "credential_of_team"] {
            manager.drop_index(Index::drop().name(name).table("credential").to_owned()).await?;
        }
        for (name, _) in columns() {
            manager.alter_table(Table::alter().table("credential").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

/// What was granted before is looked at when it expires, and then has a time of its own.
fn of_before() -> [UpdateStatement; 3] {
    let item = |column| Expr::col(("request_item", column));
    let team = Query::select()
        .column(("credential_request", "team_id"))
        .from("request_item")
        .inner_join(
            "credential_request",
            Expr::col(("credential_request", "id")).equals(("request_item", "request_id")),
        )
        .and_where(item("id").equals(("credential", "item_id")))
        .to_owned();
    let invalid =
        Query::select().column("id").from("request_item").and_where(item("state").eq("INVALID")).to_owned();
    let all = || Query::update().table("credential").to_owned();
    [
        all().value("check_at", Expr::col("expires_at")).value("team_id", team).to_owned(),
        all()
            .value("check_at", Expr::cust("NULL"))
            .value("health", "ENDED")
            .and_where(Expr::col("destroyed_at").is_not_null())
            .to_owned(),
        all()
            .value("check_at", Expr::cust("NULL"))
            .value("health", "INVALID")
            .and_where(Expr::col("destroyed_at").is_null())
            .and_where(Expr::col("item_id").in_subquery(invalid))
            .to_owned(),
    ]
}

/// Lets a job be without an event, or not. SQLite cannot change a column: the table is made anew.
async fn event_of_jobs(manager: &SchemaManager<'_>, may_lack: bool) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let column = if may_lack { uuid_null("event_id") } else { uuid("event_id") };
        return manager.alter_table(Table::alter().table("job").modify_column(column).to_owned()).await;
    }
    manager.create_table(job("job_anew", may_lack)).await?;
    let rows = Query::select().from("job").columns(JOB_COLUMNS).to_owned();
    let copy = Query::insert()
        .into_table("job_anew")
        .columns(JOB_COLUMNS)
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .to_owned();
    manager.execute(copy).await?;
    manager.drop_table(Table::drop().table("job").to_owned()).await?;
    manager.rename_table(Table::rename().table("job_anew", "job").to_owned()).await?;
    let open = Expr::col("done_at").is_null().and(Expr::col("dead_at").is_null());
    manager.create_index(index("job", "job_due", &["due_at"]).and_where(open).to_owned()).await?;
    manager.create_index(index("job", "job_of_request", &["request_id"])).await?;
    let dead =
        index("job", "job_dead", &["dead_at", "id"]).and_where(Expr::col("dead_at").is_not_null()).to_owned();
    manager.create_index(dead).await
}

fn job(name: &'static str, may_lack: bool) -> TableCreateStatement {
    with_id(name)
        .col(if may_lack { uuid_null("event_id") } else { uuid("event_id") })
        .col(text("kind"))
        .col(json_binary("payload"))
        .col(uuid_null("request_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("due_at"))
        .col(integer("attempts").default(0))
        .col(big_integer("dispatches").default(0))
        .col(text_null("last_error"))
        .col(timestamp_with_time_zone_null("done_at"))
        .col(timestamp_with_time_zone_null("dead_at"))
        .col(timestamp_with_time_zone_null("bounced_at"))
        .col(text_null("bounce"))
        .col(integer("runs").default(0))
        .foreign_key(&mut owned_by(name, "event_id", "event"))
        .to_owned()
}

fn breaker() -> TableCreateStatement {
    table("breaker")
        .col(text("host").primary_key())
        .col(integer("failures"))
        .col(timestamp_with_time_zone("retry_at"))
        .col(text("detail"))
        .to_owned()
}
