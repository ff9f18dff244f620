//! The same page from the same file without any of our code: plain statements, prepared once, in a loop.

use kit::Northwind;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

/// The statements behind one page.
pub(crate) struct Bare {
    pool: SqlitePool,
    team: Uuid,
    user: Uuid,
    token: Vec<u8>,
}

impl Bare {
    pub(crate) async fn new(pool: SqlitePool, world: &Northwind, user: Uuid) -> Self {
        let token = sqlx::query("SELECT token_hash FROM session WHERE user_id = ? LIMIT 1").bind(user);
        let token = token.fetch_one(&pool).await.expect("a session").get(0);
        Self { pool, team: world.automation.0, user, token }
    }

    /// Reads the newest 20 requests with all that stands on the page, row by row as SQLite gives them.
    pub(crate) async fn page(&self) -> usize {
        let session = sqlx::query("SELECT * FROM session WHERE token_hash = ?").bind(&self.token);
        session.fetch_one(&self.pool).await.expect("a session");
        let team = self.by("SELECT * FROM team WHERE id IN", &[self.team], "").await;
        let organization: Vec<Uuid> = ids(&team, "organization_id");
        self.by("SELECT * FROM organization WHERE id IN", &organization, "").await;
        for (table, column, value) in [
            ("organization_member", "organization_id", organization.first().copied().unwrap_or_default()),
            ("team_member", "team_id", self.team),
        ] {
            let roles = format!("SELECT * FROM {table} WHERE {column} = ? AND user_id = ?");
            let roles = sqlx::query(AssertSqlSafe(roles)).bind(value).bind(self.user);
            roles.fetch_one(&self.pool).await.expect("a role");
        }
        let page = "SELECT * FROM credential_request WHERE deleted_at IS NULL AND team_id IN";
        let requests = self.by(page, &[self.team], "ORDER BY created_at DESC, id DESC LIMIT 21").await;
        let mut requesters = ids(&requests, "requester_id");
        requesters.sort_unstable();
        requesters.dedup();
        let people = self.by("SELECT * FROM user WHERE id IN", &requesters, "").await;
        let requests = &ids(&requests, "id")[..20];
        let jobs = self.by("SELECT * FROM job WHERE request_id IN", requests, "ORDER BY id").await;
        let items = "SELECT * FROM request_item WHERE request_id IN";
        let items = ids(&self.by(items, requests, "ORDER BY position").await, "id");
        let mut rows = people.len() + jobs.len() + items.len();
        for table in ["credential", "item_attempt", "revocation", "authorization"] {
            let of_items = format!("SELECT * FROM {table} WHERE item_id IN");
            rows += self.by(&of_items, &items, "").await.len();
        }
        rows
    }

    async fn by(&self, select: &str, values: &[Uuid], rest: &str) -> Vec<SqliteRow> {
        let marks = vec!["?"; values.len()].join(",");
        let mut query = sqlx::query(AssertSqlSafe(format!("{select} ({marks}) {rest}")));
        for value in values {
            query = query.bind(*value);
        }
        query.fetch_all(&self.pool).await.expect("rows")
    }
}

fn ids(rows: &[SqliteRow], column: &str) -> Vec<Uuid> {
    rows.iter().map(|row| row.get(column)).collect()
}
