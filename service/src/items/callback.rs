//! The browser comes back from the app (SEC-3, STATE-1).

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::catalog::{AppVersion, AuthMethod};
use domain::code::ErrorCode;
use domain::event::Reason;
use domain::id::{ItemId, RequestId};
use providers::{Exchange, Grant, OAuthClient, ProviderError};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::attempt::Attempt;
use super::authorize::{OwnClientInput, Pending, requested_scopes};
use super::client::Way;
use crate::Service;
use crate::accounts::hash;
use crate::db::Hold;
use crate::db::entity::{authorization, credential_request, request_item};
use crate::error::{Error, Result};
use crate::vault::{Belongs, Sealed};

/// What the app sent along with the browser.
#[derive(Clone, Default)]
pub struct Callback {
    /// The value that ties the answer to the question.
    pub state: String,
    /// The code to exchange.
    pub code: Option<String>,
    /// Why there is none (RFC 6749, 4.1.2.1).
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// The access was granted.
#[derive(Debug, Clone, Copy)]
pub struct CallbackDone {
    /// The request.
    pub request: RequestId,
    /// The item.
    pub item: ItemId,
    /// It counts only once the recipient has confirmed the account (REC-3).
    pub waits: bool,
}

/// How long an authorization may be taken without an outcome. Longer than all calls to the app may last: behind
/// it, the process that took it is gone.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(2);

/// An authorization that is taken: nobody else can use it any more. Its row goes in the transaction that writes
/// down the outcome, so that a process that dies in between leaves a trace.
struct Taken {
    id: Uuid,
    pending: Pending,
    way: Way,
    item: request_item::Model,
    request: credential_request::Model,
}

impl Service {
    /// Finishes an authorization: exchanges the code, asks the app whose account it is, and stores the grant.
    ///
    /// # Errors
    /// `INVALID_STATE` when no running authorization of this browser fits; `CREDENTIAL_REFUSED`,
    /// `PROVIDER_UNAVAILABLE`, `PROVIDER_MISCONFIGURED` as the app answers; `CONFLICT` when the item changed
    /// meanwhile: then nothing is stored and the fresh token is revoked.
    pub async fn finish_authorization(&self, actor: Actor, callback: &Callback) -> Result<CallbackDone> {
        let taken = self.take_authorization(actor, &callback.state).await?;
        let (version, method) = self.method_of(&taken.item, &taken.way.method)?;
        let (version, method) = (&version, &method);
        if let Some(attempt) = refusal(method, &taken.pending, callback) {
            self.end_with(actor, &taken, &attempt).await?;
            return Err(told(&attempt));
        }
        let grant = match self
            .exchange(version, method, &taken, callback.code.as_deref().unwrap_or_default())
            .await
        {
            Ok(grant) => grant,
            Err(attempt) => {
                self.end_with(actor, &taken, &attempt).await?;
                return Err(told(&attempt));
            }
        };
        crate::failpoint!("authorization.answer");
        if taken.pending.confirm {
            self.wait_for_confirmation(
                actor,
                &taken.request,
                &taken.item,
                &taken.way,
                &grant,
                Some(taken.id),
            )
            .await?;
        } else {
            self.keep(actor, &taken, &grant).await?;
        }
        Ok(CallbackDone {
            request: RequestId(taken.request.id),
            item: ItemId(taken.item.id),
            waits: taken.pending.confirm,
        })
    }

    /// Stores the grant if the item is as it was when the recipient left for the app.
    async fn keep(&self, actor: Actor, taken: &Taken, grant: &Grant) -> Result<()> {
        let scopes = requested_scopes(&taken.item, &taken.way.method);
        let mut write = self.write_holding(actor, Hold::Organization(taken.request.organization_id)).await?;
        let stored =
            match self.store_grant(&mut write, &taken.request, &taken.item, &taken.way, grant, &scopes).await
            {
                Ok(()) => {
                    authorization::Entity::delete_by_id(taken.id).exec(write.tx()).await?;
                    write.commit().await
                }
                Err(error) => {
                    // Undone before the revocation is queued, which writes too.
                    drop(write);
                    Err(error)
                }
            };
        if let Err(error) = stored {
            if !self.discard_grant(&taken.request, &taken.item, &taken.way, &grant.secret).await? {
                return Ok(());
            }
            let late = Attempt { reason: Reason::TooLate, detail: None, breaks: false };
            self.end_with(actor, taken, &late).await?;
            return Err(match error {
                Error::Refused(ErrorCode::NotFound | ErrorCode::IllegalTransition, _) => Error::conflict(),
                other => other,
            });
        }
        Ok(())
    }

    /// Writes down how it ended without access.
    async fn end_with(&self, actor: Actor, taken: &Taken, attempt: &Attempt) -> Result<()> {
        let write = self.write_holding(actor, Hold::Organization(taken.request.organization_id)).await?;
        authorization::Entity::delete_by_id(taken.id).exec(write.tx()).await?;
        self.commit_attempt(write, &taken.request, &taken.item, &taken.way.method, attempt).await
    }

    /// Takes the authorization of a state, once. Another browser's, another person's, an old one and one that
    /// never was all look the same, and another browser's try does not use it up.
    async fn take_authorization(&self, actor: Actor, state: &str) -> Result<Taken> {
        let invalid = || {
            Error::refused(
                ErrorCode::InvalidState,
                "this sign-in does not belong to a running authorization of this browser; start it again from the request",
            )
        };
        let Actor::User { user, session } = actor else { return Err(invalid()) };
        let row = authorization::Entity::find()
            .filter(authorization::Column::StateHash.eq(hash(state)))
            .one(self.db.read())
            .await?
            .filter(|row| row.session_id == session.0 && row.user_id == user.0 && row.expires_at > self.now())
            .filter(|row| row.taken_at.is_none() && row.granted_at.is_none())
            .ok_or_else(invalid)?;
        let write = self.write(actor).await?;
        let taken = authorization::Entity::update_many()
            .col_expr(authorization::Column::TakenAt, Expr::value(write.now()))
            .col_expr(authorization::Column::Sealed, Expr::value(Option::<Vec<u8>>::None))
            .filter(authorization::Column::Id.eq(row.id))
            .filter(authorization::Column::TakenAt.is_null())
            .filter(authorization::Column::GrantedAt.is_null())
            .exec(write.tx())
            .await?;
        write.commit().await?;
        if taken.rows_affected == 0 {
            return Err(invalid());
        }
        let way = Way::from(&row);
        let sealed = Sealed::from_columns(row.key_id, row.data_key, row.sealed)
            .ok_or_else(|| Error::corrupt("authorization"))?;
        let plain = self.keys.unseal(Belongs::Authorization { id: row.id }, &sealed)?;
        let pending = serde_json::from_slice(&plain).map_err(|_| Error::corrupt("authorization"))?;
        let mut item =
            request_item::Entity::find_by_id(row.item_id).one(self.db.read()).await?.ok_or_else(invalid)?;
        let request = credential_request::Entity::find_by_id(item.request_id)
            .one(self.db.read())
            .await?
            .ok_or_else(invalid)?;
        // What counts is the item as the recipient left it: had it changed since, storing must fail.
        item.version = row.item_version;
        Ok(Taken { id: row.id, pending, way, item, request })
    }

    async fn exchange(
        &self,
        version: &AppVersion,
        method: &AuthMethod,
        taken: &Taken,
        code: &str,
    ) -> Result<Grant, Attempt> {
        let own = taken
            .pending
            .client
            .as_ref()
            .map(|(id, secret)| OwnClientInput { id: id.clone(), secret: secret.as_deref().map(Into::into) });
        let client = match &own {
            Some(own) => Ok(OAuthClient { id: own.id.clone(), secret: own.secret.clone() }),
            // The one that asked, whatever was set since.
            None => self.used_client(&taken.way.client, taken.request.organization_id, &taken.item.app).await,
        };
        let client = client.map_err(|error| Attempt {
            reason: Reason::Misconfigured,
            detail: Some(error.to_string()),
            breaks: true,
        })?;
        let exchange = Exchange {
            code,
            code_verifier: &taken.pending.code_verifier,
            redirect_uri: &self.redirect_uri(),
            client: &client,
            own_client: own.is_some(),
            params: &taken.pending.params,
        };
        let mut grant = self
            .providers
            .exchange(method, &exchange, self.now())
            .await
            .map_err(|error| failed(&error, Reason::ExchangeFailed))?;
        if grant.account.is_none() {
            match self.providers.probe(version, method, &grant.secret).await {
                Ok(account) => grant.account = account,
                Err(error) => {
                    // The app gave a token and then refused it: nothing of it may stay usable.
                    if let Err(error) =
                        self.discard_grant(&taken.request, &taken.item, &taken.way, &grant.secret).await
                    {
                        tracing::error!(%error, item = %ItemId(taken.item.id), "a fresh grant could not be queued for revocation");
                    }
                    return Err(failed(&error, Reason::ProbeFailed));
                }
            }
        }
        Ok(grant)
    }

    /// Ends authorizations whose time is over, and writes down that the window was closed, or that a process
    /// died before it had written down the outcome: a token may then live at the app, so the recipient is told.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn expire_authorizations(&self) -> Result<()> {
        let now = self.now();
        let closed = authorization::Column::ExpiresAt.lte(now).and(authorization::Column::TakenAt.is_null());
        let cut_off = authorization::Column::TakenAt.lte(now - TAKEN_FOR);
        let rows =
            authorization::Entity::find().filter(closed.or(cut_off)).limit(500).all(self.db.read()).await?;
        for row in rows {
            if row.granted_at.is_some() {
                self.end_waiting(Actor::System, &row, Reason::WindowClosed).await?;
                continue;
            }
            let attempt = match row.taken_at {
                None => Attempt { reason: Reason::WindowClosed, detail: None, breaks: false },
                Some(_) => Attempt { reason: Reason::Interrupted, detail: None, breaks: true },
            };
            let write = self.write_for_item(Actor::System, row.item_id).await?;
            let mut ended = authorization::Entity::delete_many().filter(authorization::Column::Id.eq(row.id));
            if row.taken_at.is_none() {
                ended = ended.filter(authorization::Column::TakenAt.is_null());
            }
            let ended = ended.exec(write.tx()).await?;
            let item = request_item::Entity::find_by_id(row.item_id).one(write.tx()).await?;
            let Some(item) = item.filter(|item| ended.rows_affected == 1 && item.version == row.item_version)
            else {
                write.commit().await?;
                continue;
            };
            let request = credential_request::Entity::find_by_id(item.request_id).one(write.tx()).await?;
            match request {
                Some(request) => self.commit_attempt(write, &request, &item, &row.method, &attempt).await?,
                None => write.commit().await?,
            }
        }
        Ok(())
    }
}

/// Why the answer cannot be used, where that is so already.
fn refusal(method: &AuthMethod, pending: &Pending, callback: &Callback) -> Option<Attempt> {
    let attempt = |reason, detail: Option<&str>, breaks| {
        Some(Attempt { reason, detail: detail.map(str::to_owned), breaks })
    };
    let expected = method.oauth.as_ref().and_then(|oauth| oauth.issuer.as_ref()).map(|template| {
        let params = pending.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        template.fill_url(&params)
    });
    match (&expected, &callback.iss) {
        (Some(Ok(expected)), Some(iss)) if expected.as_str() != iss => {
            return attempt(Reason::WrongIssuer, Some("the answer named another issuer"), false);
        }
        // A server that says who it is must say it (RFC 9207, 2.4); else the answer may be another's.
        (Some(_), None) => return attempt(Reason::WrongIssuer, Some("the answer named no issuer"), false),
        _ => {}
    }
    match (callback.error.as_deref(), callback.code.as_deref()) {
        (Some("access_denied" | "consent_required" | "login_required" | "interaction_required"), _) => {
            attempt(Reason::ConsentCancelled, None, false)
        }
        (Some("server_error" | "temporarily_unavailable"), _) => {
            attempt(Reason::Unavailable, Some("the app said that it is not available"), false)
        }
        (Some("unauthorized_client"), _) => attempt(Reason::Misconfigured, Some("unauthorized_client"), true),
        (Some("invalid_scope"), _) => attempt(Reason::Misconfigured, Some("invalid_scope"), true),
        (Some("invalid_request"), _) => attempt(Reason::Misconfigured, Some("invalid_request"), true),
        // Whatever else stands there was not written by us; it is not repeated.
        (Some(_), _) => attempt(Reason::Misconfigured, Some("the app answered with an error"), true),
        (None, None | Some("")) => attempt(Reason::Misconfigured, Some("the app sent no code"), true),
        (None, Some(_)) => None,
    }
}

/// A provider's failure as an attempt, after the recipient agreed.
pub(super) fn failed(error: &ProviderError, dead: Reason) -> Attempt {
    let reason = match error {
        ProviderError::Dead { .. } => dead,
        ProviderError::Transient { .. } => Reason::Unavailable,
        ProviderError::Misconfigured { .. } => Reason::Misconfigured,
    };
    Attempt { reason, detail: Some(error.to_string()), breaks: true }
}

/// An attempt as an answer to the recipient.
pub(super) fn told(attempt: &Attempt) -> Error {
    let (code, words) = match attempt.reason {
        Reason::ConsentCancelled => {
            (ErrorCode::CredentialRefused, "you did not agree at the app; nothing was shared")
        }
        Reason::OtherAccount => {
            (ErrorCode::CredentialRefused, "you chose another account; nothing was shared")
        }
        Reason::WindowClosed => (ErrorCode::InvalidState, "the sign-in at the app took too long"),
        Reason::Refused | Reason::ProbeFailed => {
            (ErrorCode::CredentialRefused, "the app did not accept this")
        }
        Reason::ExchangeFailed => (ErrorCode::CredentialRefused, "the app did not complete the sign-in"),
        Reason::Unavailable => {
            (ErrorCode::ProviderUnavailable, "the app could not be reached; try again later")
        }
        Reason::Misconfigured => (ErrorCode::ProviderMisconfigured, "the app is not set up correctly here"),
        Reason::WrongIssuer => {
            (ErrorCode::InvalidState, "the answer did not come from the app; nothing was shared")
        }
        Reason::Interrupted => (ErrorCode::Unavailable, "the service was stopped meanwhile; authorize again"),
        Reason::RecipientLeft => (ErrorCode::Forbidden, "you have left this organization"),
        Reason::TooLate => (ErrorCode::Conflict, "this changed meanwhile"),
        // Of what was granted, never of a sign-in.
        Reason::RefreshRefused | Reason::RefreshInterrupted | Reason::Expired => {
            (ErrorCode::CredentialRefused, "the app does not accept the access any more")
        }
    };
    match &attempt.detail {
        Some(detail) => Error::refused(code, format!("{words} ({detail})")),
        None => Error::refused(code, words),
    }
}
