//! OpenID providers of organizations, and the mail domains for which they count.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::table::{NamedTable, drop_all, index, make, one_of, owned_by, sealed, with_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [NamedTable; 2] = [("organization_issuer", organization_issuer), ("mail_domain", mail_domain)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make(manager, &TABLES, indexes()).await?;
        let column = uuid_null("issuer_id");
        manager.alter_table(Table::alter().table("single_sign_on").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("single_sign_on").drop_column("issuer_id").to_owned();
        manager.alter_table(column).await?;
        drop_all(manager, &TABLES).await
    }
}

/// A change makes a new row, so that a sign-in that is under way finds that its provider is gone.
fn organization_issuer() -> TableCreateStatement {
    let mut table = with_id("organization_issuer");
    sealed(&mut table);
    table
        .col(uuid("organization_id").unique_key())
        .col(text("issuer"))
        .col(text("client_id"))
        .col(text("name"))
        .col(uuid("set_by"))
        .col(timestamp_with_time_zone("changed_at"))
        .foreign_key(&mut owned_by("organization_issuer", "organization_id", "organization"))
        .to_owned()
}

fn mail_domain() -> TableCreateStatement {
    with_id("mail_domain")
        .col(uuid("organization_id"))
        .col(text("domain"))
        .col(one_of("state", &["WAITING", "CONFIRMED", "REFUSED"]))
        .col(text_null("refusal"))
        .col(uuid("claimed_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .foreign_key(&mut owned_by("mail_domain", "organization_id", "organization"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("mail_domain", "domain_of_organization", &["organization_id", "domain"]).unique().to_owned(),
        // Many may claim a domain, and one at a time has it.
        index("mail_domain", "domain_confirmed", &["domain"])
            .unique()
            .and_where(Expr::col("state").eq("CONFIRMED"))
            .to_owned(),
        index("mail_domain", "domain_by_state", &["state", "created_at", "id"]),
    ]
}
