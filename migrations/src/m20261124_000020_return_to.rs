//! The page to which the link of a sign-in code leads, and invitations by the address that they are for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::table::{index, make};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Indexes with their tables.
const INDEXES: [(&str, &str); 2] =
    [("request_invited", "credential_request"), ("member_invitation_invited", "member_invitation")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut return_to = text("return_to");
        return_to.default("/");
        manager.alter_table(Table::alter().table("sign_in").add_column(return_to).to_owned()).await?;
        // Only what waits: most requests have somebody who answers them.
        let requests = index("credential_request", INDEXES[0].0, &["recipient_email", "created_at"])
            .and_where(Expr::col("recipient_id").is_null())
            .to_owned();
        let members = index("member_invitation", INDEXES[1].0, &["email", "created_at"])
            .and_where(Expr::col("accepted_at").is_null())
            .to_owned();
        make(manager, &[], vec![requests, members]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in INDEXES {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("sign_in").drop_column("return_to").to_owned()).await
    }
}
