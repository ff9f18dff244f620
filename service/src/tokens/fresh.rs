//! A secret that can be used now: renewed first where it is about to end (USE-2, HEALTH-1).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::health::Health;
use domain::id::CredentialId;
use domain::token;
use sea_orm::EntityTrait as _;
use tokio::time::Instant;

use super::Renewal;
use super::renew::CALL;
use crate::Service;
use crate::db::entity::credential;
use crate::error::Result;

/// How long after its end a call has it written down that an access which cannot be renewed has ended. Until then the
/// clock of this process may be ahead; the call is refused all the same, and the worker looks every ten seconds.
const SURELY: TimeDelta = TimeDelta::seconds(60);
/// An app that refuses a token that was renewed just now has another reason than its age. Of a token that lives shorter
/// than two minutes, a quarter of its life is just now: apps count in whole seconds, and may be early by one.
const JUST_NOW: TimeDelta = TimeDelta::seconds(30);

/// What a call gets.
#[derive(Debug)]
pub(crate) enum Fresh {
    /// The row whose secret is to be used.
    Ready(Box<credential::Model>),
    /// The token has ended, and cannot be renewed before this time.
    Later(DateTime<Utc>),
    /// It works no more.
    Broken,
    /// There is nothing any more.
    Gone,
}

impl Service {
    /// Makes sure that the token of a credential that was just read can be used.
    pub(crate) async fn fresh(&self, row: credential::Model) -> Result<Fresh> {
        let now = self.now();
        let Some(expires_at) = row.expires_at else { return Ok(Fresh::Ready(Box::new(row))) };
        if !token::is_about_to_expire(now, row.refresh_at, expires_at) {
            return Ok(Fresh::Ready(Box::new(row)));
        }
        let usable = expires_at > now;
        let surely_ended = expires_at + SURELY <= now;
        // What has no such time cannot be renewed, or was granted before there were any.
        if row.refresh_at.is_none() {
            if usable {
                return Ok(Fresh::Ready(Box::new(row)));
            }
            if !self.can_refresh(&row)? {
                return if surely_ended { self.ended(&row).await } else { Ok(Fresh::Broken) };
            }
        }
        if let Some(from) = row.retry_from.filter(|from| *from > now) {
            return Ok(if usable { Fresh::Ready(Box::new(row)) } else { Fresh::Later(from) });
        }
        match self.renewed(&row).await? {
            // It may have ended meanwhile.
            Fresh::Later(_) if expires_at > self.now() => Ok(Fresh::Ready(Box::new(row))),
            other => Ok(other),
        }
    }

    /// The app said 401 to a token: once, a newer one may help. `None` when there is nothing to try.
    pub(crate) async fn after_refusal(
        &self,
        id: CredentialId,
        version: i32,
    ) -> Result<Option<credential::Model>> {
        let now = self.now();
        let Some(row) = credential::Entity::find_by_id(id.0).one(self.db.read()).await? else {
            return Ok(None);
        };
        if row.destroyed_at.is_some() {
            return Ok(None);
        }
        if row.version != version {
            return Ok(Some(row));
        }
        let got_at = row.refreshed_at.map_or(row.authorized_at, |at| at.max(row.authorized_at));
        let life = row.expires_at.map(|end| (end - got_at).max(TimeDelta::zero()));
        let just_renewed = now - got_at < life.map_or(JUST_NOW, |life| JUST_NOW.min(life / 4));
        let can_refresh = self.secret_of(&row)?.is_some_and(|secret| secret.can_refresh());
        if just_renewed || !can_refresh || row.retry_from.is_some_and(|from| from > now) {
            return Ok(None);
        }
        match self.renewed(&row).await? {
            Fresh::Ready(row) => Ok(Some(*row)),
            Fresh::Later(_) | Fresh::Broken | Fresh::Gone => Ok(None),
        }
    }

    /// A token that has ended and cannot be renewed: said at once, and not only when the worker looks.
    async fn ended(&self, row: &credential::Model) -> Result<Fresh> {
        let Some(kept) = self.kept(CredentialId(row.id)).await? else { return Ok(Fresh::Gone) };
        if kept.credential.version != row.version {
            return Ok(Fresh::Ready(Box::new(kept.credential)));
        }
        if self.expire(&kept).await? != Renewal::Moot {
            return Ok(Fresh::Broken);
        }
        // Taken back, authorized anew, or written down by another, all in this moment.
        Ok(match self.kept(CredentialId(row.id)).await? {
            None => Fresh::Gone,
            Some(now) if now.credential.version != row.version => Fresh::Ready(Box::new(now.credential)),
            Some(_) => Fresh::Broken,
        })
    }

    /// Renews a row, or waits for whoever does.
    async fn renewed(&self, row: &credential::Model) -> Result<Fresh> {
        // As long as another process may take.
        let until = Instant::now() + CALL;
        let mut pause = Duration::from_millis(20);
        loop {
            match self.renew(CredentialId(row.id), row.version).await {
                Renewal::Later(at) => return Ok(Fresh::Later(at)),
                Renewal::Broken(_) => return Ok(Fresh::Broken),
                Renewal::Done | Renewal::Elsewhere | Renewal::Moot => {}
            }
            let now = credential::Entity::find_by_id(row.id).one(self.db.read()).await?;
            let Some(now) = now.filter(|now| now.destroyed_at.is_none()) else { return Ok(Fresh::Gone) };
            if now.version != row.version {
                return Ok(Fresh::Ready(Box::new(now)));
            }
            if now.health == Health::Invalid.as_str() {
                // Another process heard it.
                return Ok(Fresh::Broken);
            }
            // Nobody is at it: not renewable.
            if now.claim.is_none() && now.check_at.is_none() {
                return Ok(Fresh::Gone);
            }
            if let Some(from) = now.retry_from.filter(|from| now.claim.is_none() && *from > self.now()) {
                return Ok(Fresh::Later(from));
            }
            if Instant::now() >= until {
                return Ok(Fresh::Later(self.now() + TimeDelta::seconds(5)));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
        }
    }
}
