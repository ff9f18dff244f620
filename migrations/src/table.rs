//! What the migrations build their tables from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, uuid, var_binary_null};

/// A table with its name.
pub(crate) type NamedTable = (&'static str, fn() -> TableCreateStatement);

/// Makes tables in their order, then their indexes.
pub(crate) async fn make(
    manager: &SchemaManager<'_>,
    tables: &[NamedTable],
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for (_, table) in tables {
        manager.create_table(table()).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables in the reverse of their order.
pub(crate) async fn drop_all(manager: &SchemaManager<'_>, tables: &[NamedTable]) -> Result<(), DbErr> {
    for (name, _) in tables.iter().rev() {
        manager.drop_table(Table::drop().table(Alias::new(*name)).to_owned()).await?;
    }
    Ok(())
}

/// Longest sealed secret: 64 KiB.
pub(crate) const SEALED_MAX: u32 = 64 * 1024;

pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

pub(crate) fn with_id(name: &'static str) -> TableCreateStatement {
    let mut table = table(name);
    table.col(uuid("id").primary_key());
    table
}

/// A reference whose rows go with what they refer to.
pub(crate) fn owned_by(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

/// A reference that keeps what it refers to from being removed.
pub(crate) fn refers(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Restrict).to_owned()
}

pub(crate) fn one_of(column: &'static str, values: &[&'static str]) -> ColumnDef {
    let mut def = text(column);
    def.check(Expr::col(Alias::new(column)).is_in(values.iter().copied()));
    def
}

pub(crate) fn index(
    table: &'static str,
    name: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.table(table).name(name);
    for column in columns {
        index.col(*column);
    }
    index
}

/// The five columns in which a sealed secret lies; empty once it is destroyed.
pub(crate) fn sealed(table: &mut TableCreateStatement) {
    table
        .col(text_null("key_id"))
        .col(var_binary_null("data_key", 128))
        .col(var_binary_null("sealed", SEALED_MAX));
}
