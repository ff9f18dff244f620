//! Tokens of programs (INV-5): prefixed, scoped, shown once, stored as hashes, with expiry and last use.

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::Event;
use domain::id::{ApiTokenId, UserId};
use domain::scope::Scopes;
use domain::text::{self, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};

use super::{hash, new_token};
use crate::db::Hold;
use crate::db::entity::api_token;
use crate::error::{Error, Result};
use crate::{Service, ids};

/// What stands before every token, so that scanners for leaked secrets recognise it.
const PREFIX: &str = "cst_";
/// Longest life, in days.
const DAYS_MAX: u32 = 366;
/// Tokens that one person may have.
const TOKENS_MAX: u64 = 50;
/// How often the last use is written down; finer would make a write of every read.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A token as its owner sees it.
#[derive(Debug, Clone)]
pub struct ApiTokenView {
    /// Id.
    pub id: ApiTokenId,
    /// Name.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ApiTokenView {
    fn of(row: api_token::Model) -> Result<Self> {
        Ok(Self {
            id: ApiTokenId(row.id),
            name: row.name,
            scopes: serde_json::from_value(row.scopes).map_err(|_| Error::corrupt("token"))?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

impl Service {
    /// Makes a token for a program of the caller, and returns it, this once.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or problems with the input.
    pub async fn create_api_token(
        &self,
        actor: Actor,
        name: &str,
        scopes: Scopes,
        days: u32,
    ) -> Result<(ApiTokenView, String)> {
        let user = signed_in(actor)?;
        let mut problems = Vec::new();
        let name = text::required("name", name, PERSON_NAME_MAX, Lines::One)
            .map_err(|problem| problems.push(problem))
            .unwrap_or_default();
        if scopes.is_empty() {
            problems.push(Problem::new(ErrorCode::Required, "scopes", "choose what the token may do"));
        }
        if !(1..=DAYS_MAX).contains(&days) {
            let message = format!("must be 1 to {DAYS_MAX}");
            problems.push(Problem::new(ErrorCode::OutOfRange, "expiresInDays", message));
        }
        let mut write = self.write_holding(actor, Hold::Account(user.0)).await?;
        let known =
            api_token::Entity::find().filter(api_token::Column::UserId.eq(user.0)).count(write.tx()).await?;
        if known >= TOKENS_MAX {
            let message = format!("at most {TOKENS_MAX} tokens; revoke some first");
            problems.push(Problem::new(ErrorCode::TooMany, "name", message));
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let (id, token): (ApiTokenId, _) = (ids::new(write.now()), format!("{PREFIX}{}", new_token()));
        let row = api_token::ActiveModel {
            id: Set(id.0),
            user_id: Set(user.0),
            name: Set(name),
            scopes: Set(serde_json::to_value(scopes).map_err(|error| Error::Internal(error.to_string()))?),
            token_hash: Set(hash(&token)),
            created_at: Set(write.now()),
            expires_at: Set(write.now() + TimeDelta::days(i64::from(days))),
            last_used_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::ApiTokenCreated { user, token: id }).await?;
        write.commit().await?;
        Ok((ApiTokenView::of(row)?, token))
    }

    /// The caller's tokens, newest first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `INSUFFICIENT_SCOPE` for a token.
    pub async fn api_tokens(&self, actor: Actor) -> Result<Vec<ApiTokenView>> {
        let user = signed_in(actor)?;
        let rows = api_token::Entity::find()
            .filter(api_token::Column::UserId.eq(user.0))
            .order_by_desc(api_token::Column::CreatedAt)
            .all(self.db.read())
            .await?;
        rows.into_iter().map(ApiTokenView::of).collect()
    }

    /// Revokes a token of the caller; it opens nothing any more.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`.
    pub async fn revoke_api_token(&self, actor: Actor, id: ApiTokenId) -> Result<()> {
        let user = signed_in(actor)?;
        let mut write = self.write(actor).await?;
        let gone = api_token::Entity::delete_many()
            .filter(api_token::Column::Id.eq(id.0))
            .filter(api_token::Column::UserId.eq(user.0))
            .exec(write.tx())
            .await?;
        if gone.rows_affected == 0 {
            return Err(Error::not_found());
        }
        write.emit(&Event::ApiTokenRevoked { user, token: id }).await?;
        write.commit().await
    }

    /// Who stands behind a token.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for one that is wrong, revoked or expired: a program shall not go on as nobody.
    pub async fn authenticate_token(&self, token: &str) -> Result<Actor> {
        let now = self.now();
        let row = api_token::Entity::find()
            .filter(api_token::Column::TokenHash.eq(hash(token)))
            .one(self.db.read())
            .await?
            .filter(|row| row.expires_at > now)
            .ok_or_else(|| {
                Error::refused(ErrorCode::Unauthenticated, "this token is wrong, revoked or expired")
            })?;
        if row.last_used_at.is_none_or(|at| now - at >= SEEN_EVERY) {
            let write = self.write(Actor::System).await?;
            api_token::Entity::update_many()
                .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
                .filter(api_token::Column::Id.eq(row.id))
                .exec(write.tx())
                .await?;
            write.commit().await?;
        }
        let view = ApiTokenView::of(row.clone())?;
        Ok(Actor::Token { user: UserId(row.user_id), token: view.id, scopes: view.scopes })
    }

    /// Whether a token still stands.
    pub(super) async fn token_is_alive(&self, id: ApiTokenId) -> Result<bool> {
        let found = api_token::Entity::find_by_id(id.0).one(self.db.read()).await?;
        Ok(found.is_some_and(|row| row.expires_at > self.now()))
    }
}

/// The person, who must be there in person: a token makes no tokens.
pub(crate) fn signed_in(actor: Actor) -> Result<UserId> {
    match actor {
        Actor::User { user, .. } => Ok(user),
        Actor::Token { .. } => {
            Err(Error::refused(ErrorCode::InsufficientScope, "this is for signed-in people, not for tokens"))
        }
        Actor::Anonymous | Actor::System => Err(Error::unauthenticated()),
    }
}
