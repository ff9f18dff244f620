//! Sign-in without passwords (INV-4).
//!
//! The code is nowhere stored: it is derived from a key and the id of its row (HMAC), so that neither the
//! database nor a job holds it, and the mailer computes it when it writes the mail. A six-digit code could be
//! found from any plain hash in a second.

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::{SignInId, UserId};
use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use subtle::ConstantTimeEq as _;

use super::NewSession;
use super::session::hash;
use crate::db::Write;
use crate::db::entity::{sign_in, user};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// How long a code is valid (INV-4).
const VALID: TimeDelta = TimeDelta::minutes(10);
/// Wrong tries after which a code is dead (INV-4).
const TRIES: i32 = 5;
/// Codes for one address in a quarter of an hour, and in a day. Five tries each make a guesser's chance in a
/// day 1 in 10,000, and nobody's mailbox is flooded.
const LIMITS: [(TimeDelta, u64); 2] = [(TimeDelta::minutes(15), 5), (TimeDelta::days(1), 20)];

/// A code was asked for.
#[derive(Debug, Clone)]
pub struct SignInAsked {
    /// Until when the code is valid.
    pub expires_at: chrono::DateTime<chrono::Utc>,
    /// For the browser's cookie: only this browser can use the link in the mail.
    pub browser: String,
}

/// What somebody shows to sign in.
#[derive(Debug, Clone)]
pub enum SignInTry<'a> {
    /// Address and code from the mail.
    Code {
        /// The address.
        email: &'a str,
        /// Six digits.
        code: &'a str,
    },
    /// The link from the mail, in the browser that asked for it.
    Link {
        /// The last part of the link.
        link: &'a str,
        /// The browser's cookie.
        browser: &'a str,
    },
}

impl Service {
    /// Sends a sign-in code. The answer and its time do not depend on whether the address is known: nothing
    /// about people is read.
    ///
    /// # Errors
    /// Input problems at `email`; `RATE_LIMITED`.
    pub async fn request_sign_in(&self, email: &str) -> Result<SignInAsked> {
        let email = Email::parse("email", email)?;
        let now = self.now();
        let mut write = self.write(Actor::Anonymous).await?;
        for (span, most) in LIMITS {
            let recent = sign_in::Entity::find()
                .filter(sign_in::Column::Email.eq(email.as_str()))
                .filter(sign_in::Column::CreatedAt.gt(now - span))
                .count(write.tx())
                .await?;
            if recent >= most {
                return Err(Error::RateLimited {
                    seconds: u64::try_from(span.num_seconds()).unwrap_or_default(),
                });
            }
        }
        let browser = super::session::new_token();
        let id: SignInId = ids::new(now);
        sign_in::ActiveModel {
            id: Set(id.0),
            email: Set(email.as_str().to_owned()),
            key_id: Set(self.keys.active().to_owned()),
            browser_hash: Set(Some(hash(&browser))),
            tries: Set(0),
            created_at: Set(now),
            expires_at: Set(now + VALID),
            used_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::SignInRequested { sign_in: id }).await?;
        write.commit().await?;
        Ok(SignInAsked { expires_at: now + VALID, browser })
    }

    /// Signs in; a new address becomes a new user. `old_session` is the token that the browser had: it ends
    /// here, so that a session never survives a sign-in.
    ///
    /// # Errors
    /// `WRONG_CODE`, `TOO_MANY_TRIES`, or problems with `name`.
    pub async fn sign_in(
        &self,
        attempt: SignInTry<'_>,
        name: Option<&str>,
        user_agent: Option<&str>,
        old_session: Option<&str>,
    ) -> Result<NewSession> {
        let name = text::optional("name", name, PERSON_NAME_MAX, Lines::One)?;
        let row = match attempt {
            SignInTry::Code { email, code } => self.check_code(email, code).await?,
            SignInTry::Link { link, browser } => self.check_link(link, browser).await?,
        };
        let mut write = self.write(Actor::Anonymous).await?;
        let used = sign_in::Entity::update_many()
            .col_expr(sign_in::Column::UsedAt, Expr::value(write.now()))
            .filter(sign_in::Column::Id.eq(row.id))
            .filter(sign_in::Column::UsedAt.is_null())
            .exec(write.tx())
            .await?;
        if used.rows_affected == 0 {
            return Err(wrong_code());
        }
        let (user, new) = self.find_or_make_user(&write, &row.email, name).await?;
        let session = self.begin_session(&write, user, user_agent, old_session).await?;
        write.emit(&Event::SignedIn { user, new }).await?;
        write.commit().await?;
        Ok(session)
    }

    async fn check_code(&self, email: &str, code: &str) -> Result<sign_in::Model> {
        let email = Email::parse("email", email)?;
        let row = sign_in::Entity::find()
            .filter(sign_in::Column::Email.eq(email.as_str()))
            .order_by_desc(sign_in::Column::CreatedAt)
            .order_by_desc(sign_in::Column::Id)
            .one(self.db.read())
            .await?
            .filter(|row| row.used_at.is_none() && row.expires_at > self.now())
            .ok_or_else(wrong_code)?;
        self.count_try(&row).await?;
        let (right, _) = self.sign_in_secrets(&row)?;
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if bool::from(right.as_bytes().ct_eq(typed.as_bytes())) { Ok(row) } else { Err(wrong_code()) }
    }

    async fn check_link(&self, link: &str, browser: &str) -> Result<sign_in::Model> {
        let (id, _) = link.split_once('-').ok_or_else(wrong_code)?;
        let id = uuid::Uuid::try_parse(id).map_err(|_| wrong_code())?;
        let row = sign_in::Entity::find_by_id(id)
            .one(self.db.read())
            .await?
            .filter(|row| row.used_at.is_none() && row.expires_at > self.now())
            .filter(|row| {
                row.browser_hash.as_deref().is_some_and(|known| bool::from(known.ct_eq(&hash(browser))))
            })
            .ok_or_else(wrong_code)?;
        self.count_try(&row).await?;
        let (_, right) = self.sign_in_secrets(&row)?;
        if bool::from(right.as_bytes().ct_eq(link.as_bytes())) { Ok(row) } else { Err(wrong_code()) }
    }

    /// Counts a try before the code is compared, in one statement, so that parallel tries are counted too.
    async fn count_try(&self, row: &sign_in::Model) -> Result<()> {
        let write = self.write(Actor::Anonymous).await?;
        let counted = sign_in::Entity::update_many()
            .col_expr(sign_in::Column::Tries, Expr::col(sign_in::Column::Tries).add(1))
            .filter(sign_in::Column::Id.eq(row.id))
            .filter(sign_in::Column::Tries.lt(TRIES))
            .exec(write.tx())
            .await?;
        write.commit().await?;
        if counted.rows_affected == 0 {
            return Err(Error::refused(
                ErrorCode::TooManyTries,
                "this code was tried too often; ask for a new one",
            ));
        }
        Ok(())
    }

    /// The code and the last part of the link of a sign-in.
    pub(crate) fn sign_in_secrets(&self, row: &sign_in::Model) -> Result<(String, String)> {
        let derive = |purpose| {
            self.keys
                .derive(&row.key_id, purpose, &[row.id.as_bytes(), row.email.as_bytes()])
                .ok_or_else(|| Error::Internal(format!("key {} is missing", row.key_id)))
        };
        let code = derive("sign-in code")?;
        // 64 bits modulo a million: the bias is below one in ten trillion.
        let number = code.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes)) % 1_000_000;
        let link = derive("sign-in link")?;
        Ok((
            format!("{number:06}"),
            format!("{}-{}", row.id.simple(), super::session::encode(link.as_slice())),
        ))
    }

    pub(crate) async fn find_or_make_user(
        &self,
        write: &Write,
        email: &str,
        name: Option<String>,
    ) -> Result<(UserId, bool)> {
        if let Some(known) =
            user::Entity::find().filter(user::Column::Email.eq(email)).one(write.tx()).await?
        {
            return Ok((UserId(known.id), false));
        }
        let id: UserId = ids::new(write.now());
        // Until they tell it, the name is what stands before the @.
        let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(email).to_owned());
        user::ActiveModel {
            id: Set(id.0),
            email: Set(email.to_owned()),
            name: Set(name),
            instance_admin: Set(false),
            feature_granted_at: Set(None),
            created_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        Ok((id, true))
    }

    /// Removes sign-ins that ended more than a day ago and sessions that have expired.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn purge_accounts(&self) -> Result<()> {
        let write = self.write(Actor::System).await?;
        sign_in::Entity::delete_many()
            .filter(sign_in::Column::CreatedAt.lt(write.now() - TimeDelta::days(2)))
            .exec(write.tx())
            .await?;
        crate::db::entity::session::Entity::delete_many()
            .filter(crate::db::entity::session::Column::ExpiresAt.lt(write.now()))
            .exec(write.tx())
            .await?;
        write.commit().await
    }
}

fn wrong_code() -> Error {
    Error::refused(ErrorCode::WrongCode, "the code is wrong, used, or older than ten minutes")
}
