//! Sign-in by OpenID Connect (INV-4), by the instance's provider or by an organization's.
//!
//! The state and the browser's cookie are stored as hashes. Nonce and PKCE verifier are derived from a key and
//! the row's id, as sign-in codes are, so that the database holds neither.

mod party;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::OrganizationId;
use domain::language::Language;
use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use providers::{Person, ProviderError, SignInAnswer, SignInAsk};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use uuid::Uuid;

use super::NewSession;
use super::return_path::local_path;
use super::session::{encode, hash, new_token};
use crate::db::entity::single_sign_on;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};
use party::Party;
pub use party::SingleSignOnView;

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
    /// Whether the instance's OpenID provider answers, for the operator; what is wrong otherwise. `None` when
    /// none is configured.
    pub async fn check_single_sign_on(&self) -> Option<Result<String, String>> {
        let party = self.instance_party().ok()?;
        let answer = party.issuer.check(self.now()).await;
        Some(answer.map(|()| party.name.clone()).map_err(|error| error.to_string()))
    }

    /// Begins a sign-in at the OpenID provider of the instance, or of the organization that a mail domain belongs
    /// to. `return_to` is the local page to which it shall lead; `browser` is the cookie of an earlier time.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none; `INVALID_FORMAT` at `return`; `PROVIDER_UNAVAILABLE` and
    /// `PROVIDER_MISCONFIGURED`.
    pub async fn start_single_sign_on(
        &self,
        domain: Option<&str>,
        return_to: &str,
        browser: Option<&str>,
    ) -> Result<SingleSignOnStart> {
        let party = match domain {
            None => self.instance_party()?,
            Some(domain) => self.domain_party(domain).await?.ok_or_else(Error::not_found)?,
        };
        let return_to = local_path(return_to)?;
        let (id, state, key_id) = (ids::new::<Uuid>(self.now()), new_token(), self.keys.active());
        let secrets = self.single_sign_on_secrets(id, &key_id)?;
        let ask = secrets.ask(&party.redirect_uri, &state);
        let url =
            party.issuer.authorize_url(&ask, self.now()).await.map_err(|error| told(&party.name, &error))?;
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
            issuer_id: Set(party.of.map(|of| of.issuer)),
            created_at: Set(write.now()),
            expires_at: Set(expires_at),
        }
        .insert(write.tx())
        .await?;
        write.commit().await?;
        Ok(SingleSignOnStart { url: url.into(), browser, expires_at })
    }

    /// Signs in whom the provider vouches for; a new address becomes a new user, as with a mailed code, and
    /// belongs to no organization by that; `language` is what the browser likes. Returns the session and the page to go to. `old_session` ends here;
    /// `organization` is the one to whose address the provider sent the browser back.
    ///
    /// # Errors
    /// `NOT_FOUND` when the instance has none; `INVALID_STATE` when no running sign-in of this browser fits;
    /// `CREDENTIAL_REFUSED`, `PROVIDER_UNAVAILABLE` and `PROVIDER_MISCONFIGURED` as the provider answers;
    /// `FORBIDDEN` when the address is not verified or of a domain that may not.
    pub async fn finish_single_sign_on(
        &self,
        organization: Option<OrganizationId>,
        answer: &SingleSignOnAnswer,
        browser: Option<&str>,
        user_agent: Option<&str>,
        old_session: Option<&str>,
        language: Language,
    ) -> Result<(NewSession, String)> {
        let (row, party) = self.take_single_sign_on(organization, &answer.state, browser).await?;
        let secrets = self.single_sign_on_secrets(row.id, &row.key_id)?;
        let ask = secrets.ask(&party.redirect_uri, &answer.state);
        let brought = SignInAnswer {
            code: answer.code.as_deref(),
            error: answer.error.as_deref(),
            iss: answer.iss.as_deref(),
        };
        let person = party
            .issuer
            .person(&ask, &brought, self.now())
            .await
            .map_err(|error| told(&party.name, &error))?;
        let email = address_of(&party.name, &person)?;
        // Only the first sign-in takes the name over, and none is better than one that cannot be kept.
        let name = text::optional("name", person.name.as_deref(), PERSON_NAME_MAX, Lines::One).ok().flatten();
        let mut write = self.write_holding(Actor::Anonymous, Hold::Address(email.as_str())).await?;
        // In the transaction: the provider, or its domains, may have changed while it was asked.
        self.check_vouched(&write, &party, &email).await?;
        let (user, new) = self.find_or_make_user(&write, email.as_str(), name, language.tag()).await?;
        let session = self.begin_session(&write, user, user_agent, old_session).await?;
        let through = party.of.map(|of| of.organization);
        write.emit(&Event::SignedIn { user, new, through }).await?;
        write.commit().await?;
        Ok((session, row.return_to))
    }

    /// Takes the running sign-in of a state, once, before anybody is asked. Another browser's, an old one, one
    /// that never was, one that comes back to another provider's address and one whose provider was changed look
    /// the same, and another browser's try does not use it up.
    async fn take_single_sign_on(
        &self,
        organization: Option<OrganizationId>,
        state: &str,
        browser: Option<&str>,
    ) -> Result<(single_sign_on::Model, Party)> {
        let instance = if organization.is_none() { Some(self.instance_party()?) } else { None };
        let browser = hash(browser.ok_or_else(invalid)?);
        let row = single_sign_on::Entity::find()
            .filter(single_sign_on::Column::StateHash.eq(hash(state)))
            .one(self.db.read())
            .await?
            .filter(|row| row.browser_hash == browser && row.expires_at > self.now())
            .ok_or_else(invalid)?;
        let party = match (row.issuer_id, organization) {
            (Some(issuer), Some(organization)) => {
                self.organization_party(organization).await?.filter(|party| party.is(issuer))
            }
            (None, None) => instance,
            (None, Some(_)) | (Some(_), None) => None,
        };
        let party = party.ok_or_else(invalid)?;
        let write = self.write(Actor::Anonymous).await?;
        let taken = single_sign_on::Entity::delete_by_id(row.id).exec(write.tx()).await?;
        write.commit().await?;
        if taken.rows_affected == 0 { Err(invalid()) } else { Ok((row, party)) }
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

fn invalid() -> Error {
    Error::refused(
        ErrorCode::InvalidState,
        "this sign-in was not begun in this browser, was used already, or is older than ten minutes; start it again",
    )
}

/// The address by which somebody is known here.
fn address_of(name: &str, person: &Person) -> Result<Email> {
    let refuse = |why: String| Error::refused(ErrorCode::Forbidden, why);
    let Some(address) = &person.email else {
        return Err(refuse(format!("{name} did not tell your mail address, by which you are known here")));
    };
    if !person.email_verified {
        return Err(refuse(format!("{name} has not verified your mail address; verify it there first")));
    }
    Email::parse("email", address)
        .map_err(|_| refuse(format!("the mail address that {name} told cannot be used here")))
}

fn told(name: &str, error: &ProviderError) -> Error {
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
