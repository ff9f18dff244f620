//! Sessions: opaque random tokens, stored as hashes (INV-4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::event::Event;
use domain::id::{SessionId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use sha2::{Digest as _, Sha256};

use crate::db::Write;
use crate::db::entity::{session, user};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// How long a session lives without being used.
const IDLE: TimeDelta = TimeDelta::days(30);
/// How often its last use is written down; finer would make a write of every read.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A fresh session.
#[derive(Clone)]
pub struct NewSession {
    /// Who signed in.
    pub user: UserId,
    /// The session.
    pub id: SessionId,
    /// Its token, for the cookie and for nothing else.
    pub token: String,
    /// Until when, unless it is used.
    pub expires_at: DateTime<Utc>,
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// The browser, as it called itself.
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to some minutes.
    pub last_seen_at: DateTime<Utc>,
    /// The one that asks.
    pub is_current: bool,
}

/// A token of 256 random bits.
pub(crate) fn new_token() -> String {
    encode(&ids::random::<32>())
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token. Its 256 bits cannot be guessed, so one round of SHA-256 suffices.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

impl Service {
    pub(crate) async fn begin_session(
        &self,
        write: &Write,
        user: UserId,
        user_agent: Option<&str>,
        old: Option<&str>,
    ) -> Result<NewSession> {
        if let Some(old) = old {
            session::Entity::delete_many()
                .filter(session::Column::TokenHash.eq(hash(old)))
                .exec(write.tx())
                .await?;
        }
        let (now, token) = (write.now(), new_token());
        let id: SessionId = ids::new(now);
        session::ActiveModel {
            id: Set(id.0),
            user_id: Set(user.0),
            token_hash: Set(hash(&token)),
            user_agent: Set(
                user_agent.map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect())
            ),
            created_at: Set(now),
            last_seen_at: Set(now),
            expires_at: Set(now + IDLE),
        }
        .insert(write.tx())
        .await?;
        Ok(NewSession { user, id, token, expires_at: now + IDLE })
    }

    /// A session for a known person without a code, for the demo, which nobody but this machine can reach.
    ///
    /// # Errors
    /// `NOT_FOUND` when nobody has this address.
    pub async fn open_session(&self, email: &str) -> Result<NewSession> {
        let row = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let write = self.write(Actor::System).await?;
        let session = self.begin_session(&write, UserId(row.id), None, None).await?;
        write.commit().await?;
        Ok(session)
    }

    /// Who stands behind a session token; [`Actor::Anonymous`] when nobody does.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn authenticate(&self, token: &str) -> Result<Actor> {
        let now = self.now();
        let read = async |service: Self, hashes: Vec<[u8; 32]>| {
            let hashes = hashes.into_iter().map(Vec::from);
            let found = session::Entity::find().filter(session::Column::TokenHash.is_in(hashes));
            let rows = found.all(service.db.read()).await?;
            Ok(rows
                .into_iter()
                .filter_map(|row| Some((row.token_hash.as_slice().try_into().ok()?, row)))
                .collect())
        };
        let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let found = self.gathered.sessions.ask_one(self, key, read).await?;
        let Some(row) = found.filter(|row| row.expires_at > now) else { return Ok(Actor::Anonymous) };
        if now - row.last_seen_at >= SEEN_EVERY {
            let write = self.write(Actor::System).await?;
            session::Entity::update_many()
                .col_expr(session::Column::LastSeenAt, Expr::value(now))
                .col_expr(session::Column::ExpiresAt, Expr::value(now + IDLE))
                .filter(session::Column::Id.eq(row.id))
                .exec(write.tx())
                .await?;
            write.commit().await?;
        }
        Ok(Actor::User { user: UserId(row.user_id), session: SessionId(row.id) })
    }

    /// Whether a session that was authenticated earlier still stands.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn session_is_alive(&self, actor: Actor) -> Result<bool> {
        match actor {
            Actor::User { session: id, .. } => {
                let read = async |service: Self, ids: Vec<SessionId>| {
                    let ids = ids.into_iter().map(|id| id.0);
                    let found = session::Entity::find().filter(session::Column::Id.is_in(ids));
                    let rows = found.all(service.db.read()).await?;
                    Ok(rows.into_iter().map(|row| (SessionId(row.id), row.expires_at)).collect())
                };
                let end = self.gathered.session_ends.ask_one(self, id, read).await?;
                Ok(end.is_some_and(|end| end > self.now()))
            }
            Actor::Token { token, .. } => self.token_is_alive(token).await,
            Actor::Anonymous => Ok(false),
            Actor::System => Ok(true),
        }
    }

    /// The caller's sessions, newest first.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub async fn sessions(&self, actor: Actor) -> Result<Vec<SessionView>> {
        let user = super::token::signed_in(actor)?;
        let Actor::User { session: current, .. } = actor else { return Err(Error::unauthenticated()) };
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user.0))
            .filter(session::Column::ExpiresAt.gt(self.now()))
            .order_by_desc(session::Column::LastSeenAt)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| SessionView {
                id: SessionId(row.id),
                user_agent: row.user_agent,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
                is_current: row.id == current.0,
            })
            .collect())
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or `NOT_FOUND` for a session of nobody or of somebody else.
    pub async fn end_session(&self, actor: Actor, id: SessionId) -> Result<()> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let mut write = self.write(actor).await?;
        let deleted = session::Entity::delete_many()
            .filter(session::Column::Id.eq(id.0))
            .filter(session::Column::UserId.eq(user.0))
            .exec(write.tx())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(Error::not_found());
        }
        write.emit(&Event::SignedOut { user }).await?;
        write.commit().await
    }
}
