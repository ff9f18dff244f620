//! Sign-in without passwords (INV-4).
//!
//! The code is nowhere stored: it is derived from a key and the id of its row (HMAC), so that neither the
//! database nor a job holds it, and the mailer computes it when it writes the mail. A six-digit code could be
//! found from any plain hash in a second.

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::{SignInId, UserId};
use domain::language::Language;
use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use subtle::ConstantTimeEq as _;

use super::NewSession;
use super::return_path::local_path;
use super::session::hash;
use crate::db::entity::{sign_in, user};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// How long a code is valid (INV-4).
const VALID: TimeDelta = TimeDelta::minutes(10);
/// Wrong tries after which a code is dead (INV-4).
const TRIES: i32 = 5;
/// How many of the tries are for browsers that did not ask for the code: a stranger cannot use all of them up,
/// and who types the code into another browser than the one that asked can.
const FOREIGN_TRIES: i32 = 2;
/// Codes for one address in [`SHORT`], and in a day.
const SHORT_LIMIT: usize = 5;
const SHORT: TimeDelta = TimeDelta::minutes(15);
const DAY_LIMIT: usize = 20;
/// Beyond the day's limit one code in this time: a flood delays newcomers, and never keeps them out for a day.
/// A guesser, who gets five tries each, still has less than one chance in 4,000 a day.
const SLOW: TimeDelta = TimeDelta::hours(1);

/// A code was asked for.
#[derive(Debug, Clone)]
pub struct SignInAsked {
    /// Until when the code is valid.
    pub expires_at: DateTime<Utc>,
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
        /// The browser's cookie, when it has one.
        browser: Option<&'a str>,
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
    /// about people is read. `browser` is the cookie of an earlier time; `language` is the mail's for who has no
    /// account that says another. `return_to` is the local page to which the link in the mail shall lead.
    ///
    /// # Errors
    /// Input problems at `email` or `return`; `SINGLE_SIGN_ON_REQUIRED`; `RATE_LIMITED`.
    pub async fn request_sign_in(
        &self,
        email: &str,
        browser: Option<&str>,
        language: Language,
        return_to: &str,
    ) -> Result<SignInAsked> {
        let email = Email::parse("email", email)?;
        let return_to = local_path(return_to)?;
        self.check_codes_allowed(&email)?;
        let now = self.now();
        let mut write = self.write_holding(Actor::Anonymous, Hold::Address(email.as_str())).await?;
        let (browser, known) = recognise(&write, &email, browser).await?;
        let whose = if known {
            sign_in::Column::BrowserHash.eq(hash(&browser))
        } else {
            sign_in::Column::Known.eq(false)
        };
        let recent: Vec<DateTime<Utc>> = sign_in::Entity::find()
            .select_only()
            .column(sign_in::Column::CreatedAt)
            .filter(sign_in::Column::Email.eq(email.as_str()))
            .filter(sign_in::Column::CreatedAt.gt(now - TimeDelta::days(1)))
            .filter(whose)
            .order_by_desc(sign_in::Column::CreatedAt)
            .limit(DAY_LIMIT as u64)
            .into_tuple()
            .all(write.tx())
            .await?;
        if let Some(until) = allowed_from(&recent).filter(|until| *until > now) {
            return Err(Error::RateLimited {
                seconds: u64::try_from((until - now).num_seconds()).unwrap_or_default() + 1,
            });
        }
        let id: SignInId = ids::new(now);
        sign_in::ActiveModel {
            id: Set(id.0),
            email: Set(email.as_str().to_owned()),
            key_id: Set(self.keys.active()),
            browser_hash: Set(Some(hash(&browser))),
            known: Set(known),
            language: Set(language.tag().to_owned()),
            return_to: Set(return_to),
            tries: Set(0),
            foreign_tries: Set(0),
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
    /// here, so that a session never survives a sign-in. Returns the session and the page to go to.
    ///
    /// # Errors
    /// `WRONG_CODE`, `TOO_MANY_TRIES`, `SINGLE_SIGN_ON_REQUIRED`, or problems with `name`.
    pub async fn sign_in(
        &self,
        attempt: SignInTry<'_>,
        name: Option<&str>,
        user_agent: Option<&str>,
        old_session: Option<&str>,
    ) -> Result<(NewSession, String)> {
        let name = text::optional("name", name, PERSON_NAME_MAX, Lines::One)?;
        let row = match attempt {
            SignInTry::Code { email, code, browser } => self.check_code(email, code, browser).await?,
            SignInTry::Link { link, browser } => self.check_link(link, browser).await?,
        };
        // The code may be older than the setting.
        self.check_codes_allowed(&Email::stored(row.email.clone()))?;
        let mut write = self.write_holding(Actor::Anonymous, Hold::Address(&row.email)).await?;
        let used = sign_in::Entity::update_many()
            .col_expr(sign_in::Column::UsedAt, Expr::value(write.now()))
            .filter(sign_in::Column::Id.eq(row.id))
            .filter(sign_in::Column::UsedAt.is_null())
            .exec(write.tx())
            .await?;
        if used.rows_affected == 0 {
            return Err(wrong_code());
        }
        let (user, new) = self.find_or_make_user(&write, &row.email, name, &row.language).await?;
        let session = self.begin_session(&write, user, user_agent, old_session).await?;
        write.emit(&Event::SignedIn { user, new, through: None }).await?;
        write.commit().await?;
        Ok((session, row.return_to))
    }

    /// The code that this browser asked for, whoever asked for others meanwhile; else the newest.
    async fn check_code(&self, email: &str, code: &str, browser: Option<&str>) -> Result<sign_in::Model> {
        let email = Email::parse("email", email)?;
        let newest = |own: Option<&str>| {
            let rows = sign_in::Entity::find()
                .filter(sign_in::Column::Email.eq(email.as_str()))
                .filter(sign_in::Column::UsedAt.is_null())
                .filter(sign_in::Column::ExpiresAt.gt(self.now()))
                .order_by_desc(sign_in::Column::CreatedAt)
                .order_by_desc(sign_in::Column::Id);
            match own {
                Some(browser) => rows.filter(sign_in::Column::BrowserHash.eq(hash(browser))),
                None => rows,
            }
        };
        let own = match browser {
            Some(browser) => newest(Some(browser)).one(self.db.read()).await?,
            None => None,
        };
        let foreign = own.is_none();
        let row = match own {
            Some(row) => row,
            None => newest(None).one(self.db.read()).await?.ok_or_else(wrong_code)?,
        };
        self.count_try(&row, foreign).await?;
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
        self.count_try(&row, false).await?;
        let (_, right) = self.sign_in_secrets(&row)?;
        if bool::from(right.as_bytes().ct_eq(link.as_bytes())) { Ok(row) } else { Err(wrong_code()) }
    }

    /// Counts a try before the code is compared, in one statement, so that parallel tries are counted too.
    async fn count_try(&self, row: &sign_in::Model, foreign: bool) -> Result<()> {
        let write = self.write(Actor::Anonymous).await?;
        let mut count = sign_in::Entity::update_many()
            .col_expr(sign_in::Column::Tries, Expr::col(sign_in::Column::Tries).add(1))
            .filter(sign_in::Column::Id.eq(row.id))
            .filter(sign_in::Column::Tries.lt(TRIES));
        if foreign {
            count = count
                .col_expr(sign_in::Column::ForeignTries, Expr::col(sign_in::Column::ForeignTries).add(1))
                .filter(sign_in::Column::ForeignTries.lt(FOREIGN_TRIES));
        }
        let counted = count.exec(write.tx()).await?;
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

    /// The person with an address; a new one gets mails in `language`.
    pub(crate) async fn find_or_make_user(
        &self,
        write: &Write,
        email: &str,
        name: Option<String>,
        language: &str,
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
            language: Set(language.to_owned()),
            time_zone: Set("UTC".to_owned()),
            feature_granted_at: Set(None),
            created_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        Ok((id, true))
    }
}

/// The token that ties sign-ins to a browser, the one it had if that is one of ours, and whether the owner of
/// the address has signed in with it.
async fn recognise(write: &Write, email: &Email, browser: Option<&str>) -> Result<(String, bool)> {
    if let Some(browser) = browser {
        let ours = sign_in::Entity::find().filter(sign_in::Column::BrowserHash.eq(hash(browser)));
        let used = ours
            .clone()
            .filter(sign_in::Column::Email.eq(email.as_str()))
            .filter(sign_in::Column::UsedAt.is_not_null());
        let known = used.count(write.tx()).await? > 0;
        if known || ours.count(write.tx()).await? > 0 {
            return Ok((browser.to_owned(), known));
        }
    }
    Ok((super::session::new_token(), false))
}

/// When the next code may be sent, `recent` being when the last ones were, newest first.
fn allowed_from(recent: &[DateTime<Utc>]) -> Option<DateTime<Utc>> {
    let short = recent.get(SHORT_LIMIT - 1).map(|at| *at + SHORT);
    let slow = recent.get(DAY_LIMIT - 1).and(recent.first()).map(|at| *at + SLOW);
    Ord::max(short, slow)
}

fn wrong_code() -> Error {
    Error::refused(ErrorCode::WrongCode, "the code is wrong, used, or older than ten minutes")
}
