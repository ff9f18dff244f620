//! People, organizations, requests with their items, credentials, connections, events and jobs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, json_binary, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null, var_binary, var_binary_null,
};

use crate::table::{
    NamedTable, SEALED_MAX, drop_all, index, make, one_of, owned_by, refers, sealed, table, with_id,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every table, in the order in which they can be made; dropped in reverse.
const TABLES: [NamedTable; 19] = [
    ("encryption_key", encryption_key),
    ("user", user),
    ("organization", organization),
    ("team", team),
    ("organization_member", organization_member),
    ("team_member", team_member),
    ("session", session),
    ("sign_in", sign_in),
    ("credential_request", credential_request),
    ("invitation", invitation),
    ("request_item", request_item),
    ("item_attempt", item_attempt),
    ("authorization", authorization),
    ("credential", credential),
    ("connection", connection),
    ("revocation", revocation),
    ("event", event),
    ("job", job),
    ("mailbox", mailbox),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await
    }
}

fn encryption_key() -> TableCreateStatement {
    table("encryption_key")
        .col(text("id").primary_key())
        .col(var_binary("check_nonce_and_text", SEALED_MAX))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn user() -> TableCreateStatement {
    with_id("user")
        .col(text("email").unique_key())
        .col(text("name"))
        .col(boolean("instance_admin").default(false))
        .col(text("language").default("en"))
        .col(timestamp_with_time_zone_null("feature_granted_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn organization() -> TableCreateStatement {
    with_id("organization")
        .col(text("name"))
        .col(one_of("plan", &["FREE", "PARTNER", "ENTERPRISE"]))
        .col(ColumnDef::new("link_lifetime_hours").integer().null())
        .col(boolean("token_hand_out").default(false))
        .col(boolean("decline_reason_optional").default(false))
        .col(boolean("reminders").default(false))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn team() -> TableCreateStatement {
    with_id("team")
        .col(uuid("organization_id"))
        .col(text("name"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("team", "organization_id", "organization"))
        .to_owned()
}

fn organization_member() -> TableCreateStatement {
    table("organization_member")
        .col(uuid("organization_id"))
        .col(uuid("user_id"))
        .col(one_of("role", &["OWNER", "ADMIN", "MEMBER", "GUEST"]))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("organization_id").col("user_id"))
        .foreign_key(&mut owned_by("organization_member", "organization_id", "organization"))
        .foreign_key(&mut owned_by("organization_member", "user_id", "user"))
        .to_owned()
}

fn team_member() -> TableCreateStatement {
    table("team_member")
        .col(uuid("team_id"))
        .col(uuid("user_id"))
        .col(one_of("role", &["ADMIN", "MEMBER", "GUEST"]))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("team_id").col("user_id"))
        .foreign_key(&mut owned_by("team_member", "team_id", "team"))
        .foreign_key(&mut owned_by("team_member", "user_id", "user"))
        .to_owned()
}

fn session() -> TableCreateStatement {
    with_id("session")
        .col(uuid("user_id"))
        .col(var_binary("token_hash", 32).unique_key())
        .col(text_null("user_agent"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut owned_by("session", "user_id", "user"))
        .to_owned()
}

fn sign_in() -> TableCreateStatement {
    with_id("sign_in")
        .col(text("email"))
        .col(text("key_id"))
        .col(var_binary_null("browser_hash", 32))
        .col(boolean("known"))
        .col(integer("tries").default(0))
        .col(integer("foreign_tries").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .to_owned()
}

fn credential_request() -> TableCreateStatement {
    with_id("credential_request")
        .col(uuid("organization_id"))
        .col(uuid("team_id"))
        .col(uuid("requester_id"))
        .col(uuid_null("recipient_id"))
        .col(text("recipient_name"))
        .col(text("recipient_email"))
        .col(boolean("recipient_outside"))
        .col(text("name"))
        .col(text_null("description"))
        .col(text("search_text"))
        .col(text("terms_version"))
        .col(timestamp_with_time_zone("terms_accepted_at"))
        .col(text_null("idempotency_key"))
        .col(var_binary_null("idempotency_hash", 32))
        .col(one_of("status", &["INVALID", "INCOMPLETE", "AUTHORIZED", "DECLINED", "PARTIALLY_AUTHORIZED"]))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("changed_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .foreign_key(&mut owned_by("credential_request", "organization_id", "organization"))
        .foreign_key(&mut owned_by("credential_request", "team_id", "team"))
        .foreign_key(&mut refers("credential_request", "requester_id", "user"))
        .foreign_key(&mut refers("credential_request", "recipient_id", "user"))
        .to_owned()
}

fn invitation() -> TableCreateStatement {
    with_id("invitation")
        .col(uuid("request_id").unique_key())
        .col(text("link").unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .foreign_key(&mut owned_by("invitation", "request_id", "credential_request"))
        .to_owned()
}

fn request_item() -> TableCreateStatement {
    with_id("request_item")
        .col(uuid("request_id"))
        .col(integer("position"))
        .col(text("app"))
        .col(text("app_version"))
        .col(json_binary("modules"))
        .col(boolean("all_modules"))
        .col(json_binary("scopes"))
        .col(text_null("note"))
        .col(text("connection_name"))
        .col(one_of("state", &["PENDING", "AUTHORIZED", "DECLINED", "REVOKED", "INVALID"]))
        .col(text_null("invalid_reason"))
        .col(text_null("decline_reason"))
        .col(text_null("revoke_reason"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("changed_at"))
        .foreign_key(&mut owned_by("request_item", "request_id", "credential_request"))
        .to_owned()
}

fn item_attempt() -> TableCreateStatement {
    with_id("item_attempt")
        .col(uuid("item_id"))
        .col(text("method"))
        .col(text("reason"))
        .col(text_null("detail"))
        .col(timestamp_with_time_zone("at"))
        .foreign_key(&mut owned_by("item_attempt", "item_id", "request_item"))
        .to_owned()
}

fn authorization() -> TableCreateStatement {
    let mut table = with_id("authorization");
    sealed(&mut table);
    table
        .col(var_binary("state_hash", 32).unique_key())
        .col(uuid("item_id"))
        .col(uuid("user_id"))
        .col(uuid("session_id"))
        .col(text("method"))
        .col(integer("item_version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("taken_at"))
        .col(timestamp_with_time_zone_null("granted_at"))
        .col(text_null("account"))
        .foreign_key(&mut owned_by("authorization", "item_id", "request_item"))
        .foreign_key(&mut owned_by("authorization", "session_id", "session"))
        .to_owned()
}

fn credential() -> TableCreateStatement {
    let mut table = with_id("credential");
    sealed(&mut table);
    table
        .col(uuid("item_id").unique_key())
        .col(integer("version"))
        .col(text("method"))
        .col(text("kind"))
        .col(json_binary("granted_scopes"))
        .col(text_null("account_id"))
        .col(text_null("account_label"))
        .col(text_null("account_workspace"))
        .col(timestamp_with_time_zone("authorized_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("refreshed_at"))
        .col(timestamp_with_time_zone_null("probed_at"))
        .col(timestamp_with_time_zone_null("destroyed_at"))
        .foreign_key(&mut owned_by("credential", "item_id", "request_item"))
        .to_owned()
}

fn connection() -> TableCreateStatement {
    with_id("connection")
        .col(uuid("credential_id"))
        .col(uuid("team_id"))
        .col(uuid("created_by"))
        .col(text("name"))
        .col(text("consumer"))
        .col(text_null("consumer_url"))
        .col(var_binary("token_hash", 32).unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .foreign_key(&mut owned_by("connection", "credential_id", "credential"))
        .foreign_key(&mut owned_by("connection", "team_id", "team"))
        .foreign_key(&mut refers("connection", "created_by", "user"))
        .to_owned()
}

/// No foreign key to the item: a revocation must outlive it (DEL-3).
fn revocation() -> TableCreateStatement {
    let mut table = with_id("revocation");
    sealed(&mut table);
    table
        .col(uuid("request_id"))
        .col(uuid("item_id"))
        .col(text("app"))
        .col(text("app_version"))
        .col(text("method"))
        .col(one_of("outcome", &["HELD", "QUEUED", "REVOKED", "UNSUPPORTED", "FAILED"]))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .to_owned()
}

fn event() -> TableCreateStatement {
    with_id("event")
        .col(text("kind"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("actor_id"))
        .col(uuid_null("organization_id"))
        .col(uuid_null("team_id"))
        .col(uuid_null("request_id"))
        .col(uuid_null("item_id"))
        .col(uuid_null("recipient_id"))
        .col(json_binary("payload"))
        .to_owned()
}

fn job() -> TableCreateStatement {
    with_id("job")
        .col(uuid("event_id"))
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
        .foreign_key(&mut owned_by("job", "event_id", "event"))
        .to_owned()
}

fn mailbox() -> TableCreateStatement {
    with_id("mailbox")
        .col(text("recipient"))
        .col(text("subject"))
        .col(text("text"))
        .col(text("html"))
        .col(timestamp_with_time_zone("sent_at"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("team", "team_of_organization", &["organization_id"]),
        index("organization_member", "organization_member_user", &["user_id"]),
        index("team_member", "team_member_user", &["user_id"]),
        index("session", "session_user", &["user_id"]),
        index("sign_in", "sign_in_email", &["email", "created_at"]),
        index("sign_in", "sign_in_browser", &["browser_hash"]),
        index("credential_request", "request_sent", &["team_id", "created_at", "id"]),
        index("credential_request", "request_sent_name", &["team_id", "name", "id"]),
        index("credential_request", "request_received", &["recipient_id", "created_at", "id"]),
        index("credential_request", "request_requester", &["requester_id"]),
        index("credential_request", "request_idempotency", &["requester_id", "idempotency_key"])
            .unique()
            .and_where(Expr::col("idempotency_key").is_not_null())
            .to_owned(),
        index("request_item", "item_of_request", &["request_id", "position"]).unique().to_owned(),
        index("request_item", "item_app", &["app", "request_id"]),
        index("item_attempt", "attempt_of_item", &["item_id", "at"]),
        index("authorization", "authorization_of_item", &["item_id"]),
        index("authorization", "authorization_expiry", &["expires_at"]),
        index("connection", "connection_of_credential", &["credential_id"]),
        index("connection", "connection_of_team", &["team_id", "name"]).unique().to_owned(),
        index("revocation", "revocation_of_item", &["item_id", "created_at"]),
        index("event", "event_of_request", &["request_id", "id"]),
        index("event", "event_of_team", &["team_id", "id"]),
        index("event", "event_of_recipient", &["recipient_id", "id"]),
        index("job", "job_due", &["due_at"])
            .and_where(Expr::col("done_at").is_null().and(Expr::col("dead_at").is_null()))
            .to_owned(),
        index("job", "job_of_request", &["request_id"]),
        index("mailbox", "mailbox_newest", &["sent_at"]),
    ]
}
