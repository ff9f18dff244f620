//! Sign-in by OpenID Connect (INV-4).
//!
//! The state and the browser's cookie are stored as hashes. Nonce and PKCE verifier are derived from a key and
//! the row's id, as sign-in codes are, so that the database holds neither.

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use providers::{Issuer, Person, ProviderError, SignInAnswer, SignInAsk};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use uuid::Uuid;

use super::NewSession;
use super::return_path::local_path;
use super::session::{encode, hash, new_token};
use crate::config::SingleSignOn;
use crate::db::entity::single_sign_on;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// How long somebody may take at the provider's pages.
const VALID: TimeDelta = TimeDelta::minutes(10);

/// The browser may leave for the provider.
#[derive(Debug, Clone)]
pub struct SingleSignOnStart {
    /// Where the browser goes; valid once.
    pub url: String,
    /// For the browser's cookie: only this browser can finish.
    pub browser: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// What the provider sent along with the browser.
#[derive(Clone, Default)]
pub struct SingleSignOnAnswer {
    /// The value that ties the answer to the question.
    pub state: String,
    /// The code to exchange.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// Nonce and PKCE verifier of one sign-in.
struct Secrets {
    nonce: String,
    code_verifier: String,
}

impl Service {
    /// The setting and the provider, where there is one.
    fn issuer(&self) -> Result<(&SingleSignOn, &Issuer)> {
        self.config.single_sign_on.as_ref().zip(self.issuer.as_ref()).ok_or_else(Error::not_found)
    }

    /// The page at which a sign-in by OpenID Connect begins; `None` when none is configured.
    pub fn single_sign_on_url(&self) -> Option<String> {
        self.config.single_sign_on.as_ref().map(|_| self.config.link("/sign-in/oidc"))
    }

    /// Whether the OpenID provider answers, for the operator; what is wrong otherwise. `None` when none is
    /// configured.
    pub async fn check_single_sign_on(&self) -> Option<Result<String, String>> {
        let (setting, issuer) = self.issuer().ok()?;
        let answer = issuer.check(self.now()).await;
        Some(answer.map(|()| setting.name.clone()).map_err(|error| error.to_string()))
    }

    /// Begins a sign-in at the OpenID provider. `return_to` is the local page to which it shall lead; `browser`
    /// is the cookie of an earlier time.
    ///
    /// # Errors
    /// `NOT_FOUND` when none is configured; `INVALID_FORMAT` at `return`; `PROVIDER_UNAVAILABLE` and
    /// `PROVIDER_MISCONFIGURED`.
    pub async fn start_single_sign_on(
        &self,
        return_to: &str,
        browser: Option<&str>,
    ) -> Result<SingleSignOnStart> {
        let (setting, issuer) = self.issuer()?;
        let return_to = local_path(return_to)?;
        let (id, state, key_id) = (ids::new::<Uuid>(self.now()), new_token(), self.keys.active());
        let secrets = self.single_sign_on_secrets(id, &key_id)?;
        let redirect_uri = self.single_sign_on_redirect_uri();
        let ask = secrets.ask(&redirect_uri, &state);
        let url = issuer.authorize_url(&ask, self.now()).await.map_err(|error| told(setting, &error))?;
        let write = self.write(Actor::Anonymous).await?;
        // Whoever asks without end fills ten minutes of rows and no more.
        single_sign_on::Entity::delete_many()
            .filter(single_sign_on::Column::ExpiresAt.lte(write.now()))
            .exec(write.tx())
            .await?;
        let browser = keep_or_make(&write, browser).await?;
        let expires_at = write.now() + VALID;
        single_sign_on::ActiveModel {
            id: Set(id),
            key_id: Set(key_id),
            state_hash: Set(hash(&state)),
            browser_hash: Set(hash(&browser)),
            return_to: Set(return_to),
            created_at: Set(write.now()),
            expires_at: Set(expires_at),
        }
        .insert(write.tx())
        .await?;
        write.commit().await?;
        Ok(SingleSignOnStart { url: url.into(), browser, expires_at })
    }

    /// Signs in whom the provider vouches for; a new address becomes a new user, as with a mailed code. Returns
    /// the session and the page to go to. `old_session` ends here.
    ///
    /// # Errors
    /// `NOT_FOUND` when none is configured; `INVALID_STATE` when no running sign-in of this browser fits;
    /// `CREDENTIAL_REFUSED`, `PROVIDER_UNAVAILABLE` and `PROVIDER_MISCONFIGURED` as the provider answers;
    /// `FORBIDDEN` when the address is not verified or of a domain that may not.
    pub async fn finish_single_sign_on(
        &self,
        answer: &SingleSignOnAnswer,
        browser: Option<&str>,
        user_agent: Option<&str>,
        old_session: Option<&str>,
    ) -> Result<(NewSession, String)> {
        let (setting, issuer) = self.issuer()?;
        let row = self.take_single_sign_on(&answer.state, browser).await?;
        let secrets = self.single_sign_on_secrets(row.id, &row.key_id)?;
        let redirect_uri = self.single_sign_on_redirect_uri();
        let ask = secrets.ask(&redirect_uri, &answer.state);
        let brought = SignInAnswer {
            code: answer.code.as_deref(),
            error: answer.error.as_deref(),
            iss: answer.iss.as_deref(),
        };
        let person =
            issuer.person(&ask, &brought, self.now()).await.map_err(|error| told(setting, &error))?;
        let email = address_of(setting, &person)?;
        // Only the first sign-in takes the name over, and none is better than one that cannot be kept.
        let name = text::optional("name", person.name.as_deref(), PERSON_NAME_MAX, Lines::One).ok().flatten();
        let mut write = self.write_holding(Actor::Anonymous, Hold::Address(email.as_str())).await?;
        let (user, new) = self.find_or_make_user(&write, email.as_str(), name).await?;
        let session = self.begin_session(&write, user, user_agent, old_session).await?;
        write.emit(&Event::SignedIn { user, new }).await?;
        write.commit().await?;
        Ok((session, row.return_to))
    }

    /// Takes the running sign-in of a state, once, before anybody is asked. Another browser's, an old one and
    /// one that never was look the same, and another browser's try does not use it up.
    async fn take_single_sign_on(&self, state: &str, browser: Option<&str>) -> Result<single_sign_on::Model> {
        let invalid = || {
            Error::refused(
                ErrorCode::InvalidState,
                "this sign-in was not begun in this browser, was used already, or is older than ten minutes; start it again",
            )
        };
        let browser = hash(browser.ok_or_else(invalid)?);
        let row = single_sign_on::Entity::find()
            .filter(single_sign_on::Column::StateHash.eq(hash(state)))
            .one(self.db.read())
            .await?
            .filter(|row| row.browser_hash == browser && row.expires_at > self.now())
            .ok_or_else(invalid)?;
        let write = self.write(Actor::Anonymous).await?;
        let taken = single_sign_on::Entity::delete_by_id(row.id).exec(write.tx()).await?;
        write.commit().await?;
        if taken.rows_affected == 0 { Err(invalid()) } else { Ok(row) }
    }

    /// Refuses codes for addresses that may sign in by OpenID Connect only.
    pub(super) fn check_codes_allowed(&self, email: &Email) -> Result<()> {
        match &self.config.single_sign_on {
            Some(setting) if setting.owns(email) => Err(Error::refused(
                ErrorCode::SingleSignOnRequired,
                format!("addresses of this domain sign in by {}, not by code", setting.name),
            )),
            _ => Ok(()),
        }
    }

    /// The one address to which the provider sends browsers back.
    fn single_sign_on_redirect_uri(&self) -> String {
        self.config.link("/sign-in/oidc/callback")
    }

    fn single_sign_on_secrets(&self, id: Uuid, key_id: &str) -> Result<Secrets> {
        let derive = |purpose| {
            self.keys
                .derive(key_id, purpose, &[id.as_bytes()])
                .map(|bytes| encode(bytes.as_slice()))
                .ok_or_else(|| Error::Internal(format!("key {key_id} is missing")))
        };
        Ok(Secrets {
            nonce: derive("single sign-on nonce")?,
            code_verifier: derive("single sign-on verifier")?,
        })
    }
}

impl Secrets {
    fn ask<'a>(&'a self, redirect_uri: &'a str, state: &'a str) -> SignInAsk<'a> {
        SignInAsk { redirect_uri, state, nonce: &self.nonce, code_verifier: &self.code_verifier }
    }
}

/// The token that ties sign-ins to a browser: the one it has if a sign-in of it is under way, so that two
/// windows do not spoil each other's.
async fn keep_or_make(write: &Write, browser: Option<&str>) -> Result<String> {
    if let Some(browser) = browser {
        let ours =
            single_sign_on::Entity::find().filter(single_sign_on::Column::BrowserHash.eq(hash(browser)));
        if ours.count(write.tx()).await? > 0 {
            return Ok(browser.to_owned());
        }
    }
    Ok(new_token())
}

/// The address by which somebody is known here.
fn address_of(setting: &SingleSignOn, person: &Person) -> Result<Email> {
    let name = &setting.name;
    let refuse = |why: String| Error::refused(ErrorCode::Forbidden, why);
    let Some(address) = &person.email else {
        return Err(refuse(format!("{name} did not tell your mail address, by which you are known here")));
    };
    if !person.email_verified {
        return Err(refuse(format!("{name} has not verified your mail address; verify it there first")));
    }
    let email = Email::parse("email", address)
        .map_err(|_| refuse(format!("the mail address that {name} told cannot be used here")))?;
    if !setting.domains.is_empty() && !setting.owns(&email) {
        return Err(refuse(format!(
            "addresses of your domain do not sign in by {name}; ask for a code by mail"
        )));
    }
    Ok(email)
}

fn told(setting: &SingleSignOn, error: &ProviderError) -> Error {
    let name = &setting.name;
    match error {
        ProviderError::Dead { code, .. } if code == "access_denied" => {
            Error::refused(ErrorCode::CredentialRefused, format!("the sign-in at {name} was cancelled"))
        }
        ProviderError::Dead { .. } => {
            tracing::info!(%error, "the OpenID provider refused a sign-in");
            Error::refused(
                ErrorCode::CredentialRefused,
                format!("{name} did not confirm the sign-in; start it again"),
            )
        }
        ProviderError::Transient { .. } => {
            tracing::warn!(%error, "the OpenID provider is away");
            Error::refused(
                ErrorCode::ProviderUnavailable,
                format!("{name} cannot be reached for the moment; try again"),
            )
        }
        ProviderError::Misconfigured { .. } => {
            tracing::warn!(%error, "a sign-in by OpenID Connect does not hold");
            Error::refused(
                ErrorCode::ProviderMisconfigured,
                format!(
                    "what {name} answered does not hold, so nobody was signed in; the log of this instance says what is wrong"
                ),
            )
        }
    }
}
