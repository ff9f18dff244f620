//! Token hand-out: for tools that cannot use the broker (USE-4).

use chrono::{DateTime, TimeDelta, Utc};
use domain::credential::{Secret, SecretText};

use super::ledger::Kind;
use super::refusal::{Refusal, RefusalCode};
use crate::Service;

/// The longest that a token which is given away may live. Nobody can take it back before.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// An access token that was given away.
pub struct HandedOut {
    /// The token.
    pub access_token: SecretText,
    /// How the app wants it named in the header; nearly always `Bearer`.
    pub token_type: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Service {
    /// Gives away the access token behind a connection: only where the organization allows it and the request told
    /// the recipient before consent, only one that ends within a day, and never without a row in the ledger.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn hand_out_token(&self, connection: &str, token: Option<&str>) -> Result<HandedOut, Refusal> {
        let mut grant = self.grant(connection, token).await?;
        let at = grant.check().inspect_err(|refusal| self.count_refused(&grant, refusal))?;
        if !(grant.hand_out_told && grant.hand_out_allowed) {
            let message = if grant.hand_out_allowed {
                "the recipient was not told of it before consent; send another request"
            } else {
                "the organization does not allow tools to fetch tokens; use the broker"
            };
            return Err(Refusal::new(RefusalCode::HandOutOff, message).at(at));
        }
        let secret = self.secret_for(&mut grant).await.map_err(|refusal| refusal.at(at))?;
        let none =
            || Refusal::new(RefusalCode::NoShortToken, "there is no access token that ends within a day");
        let ends = grant.secret_expires_at.filter(|end| (self.now()..=self.now() + LONGEST).contains(end));
        let (Some(access_token), Some(expires_at)) = (secret.access_token(), ends) else {
            return Err(none().at(at));
        };
        let token_type = match &secret {
            Secret::OAuth2Code { token_type, .. } => token_type.clone(),
            _ => "Bearer".to_owned(),
        };
        // First the row, then the token.
        let (connection, item) = (grant.connection_id(), grant.item_id());
        self.write_ledger(connection, item, Kind::HandOut, self.now()).await?;
        Ok(HandedOut { access_token: access_token.clone(), token_type, expires_at })
    }
}
