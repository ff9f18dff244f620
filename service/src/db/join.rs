//! Joins, named by the two columns that must be equal.

use sea_orm::{ColumnTrait, EntityTrait, RelationDef};

/// From the table of one column to that of another.
pub(crate) fn on<A, B>(from: A, to: B) -> RelationDef
where
    A: ColumnTrait,
    A::EntityName: EntityTrait<Column = A>,
    B: ColumnTrait,
    B::EntityName: EntityTrait<Column = B>,
{
    A::EntityName::belongs_to(B::EntityName::default()).from(from).to(to).into()
}
