//! Keyset pages: position by the values of the last row, never by counting rows (API-3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::code::ErrorCode;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, ExprTrait as _, FromQueryResult, Order,
    PaginatorTrait as _, Select, Statement, Value,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Most rows of one page.
pub const PAGE_MAX: u32 = 100;

/// Which part of a list is wanted, walking forward.
#[derive(Debug, Clone, Default)]
pub struct PageAsk {
    /// How many rows, 1 to [`PAGE_MAX`].
    pub first: u32,
    /// Behind which cursor.
    pub after: Option<String>,
    /// Count the whole list as well, which costs the more the longer it is.
    pub total: bool,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, each with its cursor.
    pub rows: Vec<(String, T)>,
    /// More rows follow.
    pub has_next: bool,
    /// Rows in the whole list, where [`PageAsk::total`] asked for it.
    pub total: Option<u64>,
}

/// Where a row stands in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Position {
    /// In a list by time.
    #[serde(rename = "t")]
    Time(DateTime<Utc>, Uuid),
    /// In a list by number.
    #[serde(rename = "q")]
    Number(i64),
    /// In a list by name.
    #[serde(rename = "n")]
    Name(String, Uuid),
}

impl Position {
    pub(crate) fn encode(&self) -> String {
        // A tuple of two plain values always serialises.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub(crate) fn decode(cursor: &str) -> Result<Self> {
        let bad = || Error::input(ErrorCode::InvalidCursor, "after", "is not a cursor of this list");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
        serde_json::from_slice(&bytes).map_err(|_| bad())
    }
}

impl PageAsk {
    /// Checks the size and reads the cursor.
    pub(crate) fn read(&self) -> Result<(u64, Option<Position>)> {
        if self.first == 0 || self.first > PAGE_MAX {
            return Err(Error::input(ErrorCode::OutOfRange, "first", format!("must be 1 to {PAGE_MAX}")));
        }
        Ok((u64::from(self.first), self.after.as_deref().map(Position::decode).transpose()?))
    }

    /// Counts the whole list, if that was asked for.
    pub(crate) async fn count<E, M>(&self, db: &DatabaseConnection, list: &Select<E>) -> Result<Option<u64>>
    where
        E: EntityTrait<Model = M>,
        M: FromQueryResult + Send + Sync,
    {
        Ok(if self.total { Some(list.clone().count(db).await?) } else { None })
    }
}

/// What stands behind a position in a list by a column and, within it, by id. Both are compared as one pair, so
/// that an index goes there at once; with the same spelled out by `OR`, every row before is read.
pub(crate) fn behind<C: ColumnTrait>(
    order: &Order,
    (column, value): (C, impl Into<Value>),
    (id_column, id): (C, Uuid),
) -> SimpleExpr {
    let columns = Expr::tuple([column.into_expr(), id_column.into_expr()]);
    let position = Expr::tuple([Expr::value(value), Expr::value(id)]);
    if *order == Order::Desc { columns.lt(position) } else { columns.gt(position) }
}

/// Writes the last limit of a statement into its text. PostgreSQL keeps no plan of one whose limit it does not know:
/// it takes a tenth of the list for it, and plans anew each time, which costs more than the page.
pub(crate) fn planned_once(mut statement: Statement) -> Statement {
    if let Some(values) = &mut statement.values
        && let Some(Value::BigUnsigned(Some(limit))) = values.0.last()
        && let Some(text) = statement.sql.strip_suffix(&format!(" LIMIT ${}", values.0.len()))
    {
        statement.sql = format!("{text} LIMIT {limit}");
        values.0.pop();
    }
    statement
}

/// Cuts the one row too many that was asked for to learn whether more follow.
pub(crate) fn cut<T>(mut rows: Vec<T>, first: u64) -> (Vec<T>, bool) {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let has_next = rows.len() > first;
    rows.truncate(first);
    (rows, has_next)
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use sea_orm::sea_query::Query;

    use super::*;

    #[test]
    fn only_the_last_limit_of_a_statement_for_postgresql_stands_in_its_text() {
        let mut page = Query::select();
        page.expr(Expr::value(7)).from("list").limit(21);
        let of = |page: &sea_orm::sea_query::SelectStatement, backend: DbBackend| {
            let statement = planned_once(backend.build(page));
            (statement.sql, statement.values.map_or(0, |values| values.0.len()))
        };
        assert_eq!(of(&page, DbBackend::Postgres), ("SELECT $1 FROM \"list\" LIMIT 21".to_owned(), 1));
        assert_eq!(of(&page, DbBackend::Sqlite), ("SELECT ? FROM \"list\" LIMIT ?".to_owned(), 2));
        page.reset_limit();
        assert_eq!(of(&page, DbBackend::Postgres), ("SELECT $1 FROM \"list\"".to_owned(), 1));
    }
}
