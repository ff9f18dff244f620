//! What the mailer needs to write a mail (MAIL-1): loaded when it is sent, from what is true then.

use domain::event::Event;
use domain::id::{ConnectionId, ItemId, JobId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::State;
use domain::job::Mail;
use domain::policy::Standing;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{
    credential, credential_request, event, feature_application, invitation, member_invitation, organization,
    request_item, request_report, sign_in, team, user,
};
use crate::error::{Error, Result};
use crate::members::standing_in;

/// What a template is filled with. Only what the mail says is loaded.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Letter {
    /// Address of the recipient.
    pub to: String,
    /// Name of the recipient.
    pub to_name: String,
    /// The button's address.
    pub link: String,
    /// The sign-in code.
    pub code: Option<String>,
    /// Name of the request.
    pub request_name: String,
    /// The requester's words.
    pub description: Option<String>,
    /// Who asks.
    pub requester_name: String,
    /// Their address.
    pub requester_email: String,
    /// Who is asked.
    pub recipient_name: String,
    /// Their address.
    pub recipient_email: String,
    /// Organization that asks.
    pub organization: String,
    /// Team that asks.
    pub team: String,
    /// Names of the apps asked for.
    pub apps: Vec<String>,
    /// The same as a list to read: each once, with how many accounts of it where there are several.
    pub listed: Vec<String>,
    /// The app that the mail is about.
    pub app: String,
    /// Its connection name.
    pub connection_name: String,
    /// The recipient's reason to decline, or to report the request.
    pub reason: Option<String>,
    /// Who deleted the request.
    pub deleted_by: String,
    /// The recipient left the organization, which ended the access (ROLE-7).
    pub recipient_left: bool,
    /// The account at the app, where it is known.
    pub account: Option<String>,
    /// Why the access does not work, as the API names it.
    pub invalid_reason: Option<String>,
    /// The one connection that was suspended or resumed; all of the credential when absent (USE-6).
    pub one_connection: Option<String>,
    /// The mail goes to the requester's side.
    pub to_requester: bool,
    /// Address of this instance.
    pub instance: String,
    /// Language of whoever gets it, `en` or `de`. Of somebody without an account that of whoever asks them, who
    /// knows them; of a sign-in code that of the browser.
    pub language: String,
}

impl Service {
    /// Loads what a mail says; `None` when its cause is gone and nothing is to be sent.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn letter(&self, mail: &Mail) -> Result<Option<Letter>> {
        let mut letter = match *mail {
            Mail::SignInCode { sign_in } => self.sign_in_letter(sign_in.0).await?,
            Mail::ReviewRequest { request } | Mail::Invitation { request } => {
                self.request_letter(request, None, false, true).await?
            }
            Mail::Reminder { request } => self.reminder_letter(request).await?,
            Mail::MemberInvitation { invitation } => self.member_letter(invitation.0).await?,
            Mail::FeatureDecided { application, .. } => self.feature_letter(application.0).await?,
            Mail::ItemAuthorized { request, item }
            | Mail::ItemDeclined { request, item }
            | Mail::ItemRevoked { request, item } => {
                self.request_letter(request, Some(item.0), true, true).await?
            }
            Mail::ConnectionInvalid { request, item, to_requester }
            | Mail::ConnectionRecovered { request, item, to_requester } => {
                let letter = self.request_letter(request, Some(item.0), to_requester, true).await?;
                self.health_letter(mail, item.0, letter).await?
            }
            Mail::UseSuspended { request, item, connection } => {
                self.use_letter(request, item, connection, true).await?
            }
            Mail::UseResumed { request, item, connection } => {
                self.use_letter(request, item, connection, false).await?
            }
            Mail::RequestDeleted { request, to_requester } => {
                self.deleted_letter(request, to_requester).await?
            }
            Mail::RequestReported { request, by, to } => self.report_letter(request, by, to).await?,
        };
        if let Some(letter) = &mut letter {
            letter.instance = self.config().link("");
            let reader = user::Entity::find().filter(user::Column::Email.eq(&letter.to));
            let reader = reader.one(self.db.read()).await?;
            if let Some(reader) = reader {
                letter.language = reader.language;
            }
        }
        Ok(letter)
    }

    /// What waits for an answer still, and nothing of what was answered.
    async fn reminder_letter(&self, request: RequestId) -> Result<Option<Letter>> {
        let Some(letter) = self.request_letter(request, None, false, true).await? else { return Ok(None) };
        let open = request_item::Entity::find()
            .filter(request_item::Column::RequestId.eq(request.0))
            .filter(request_item::Column::State.eq(State::Pending.as_str()))
            .order_by_asc(request_item::Column::Position)
            .all(self.db.read())
            .await?;
        let apps: Vec<String> = open.iter().map(|row| self.app_name(&row.app)).collect();
        Ok((!apps.is_empty()).then(|| Letter { listed: listed(&apps), apps, ..letter }))
    }

    /// Who deleted it, as the reader knows them: of the side that asks, recipients know the requester by name only.
    async fn deleted_letter(&self, request: RequestId, to_requester: bool) -> Result<Option<Letter>> {
        let Some(letter) = self.request_letter(request, None, to_requester, false).await? else {
            return Ok(None);
        };
        let deleted = event::Entity::find()
            .filter(event::Column::RequestId.eq(request.0))
            .filter(event::Column::Kind.eq(Event::REQUEST_DELETED))
            .one(self.db.read())
            .await?;
        let by = match deleted.and_then(|row| row.actor_id) {
            Some(user) => user::Entity::find_by_id(user).one(self.db.read()).await?,
            None => None,
        };
        let is_requester = by.as_ref().is_some_and(|by| by.email == letter.requester_email);
        let name = by.filter(|_| to_requester || is_requester).map(|by| by.name);
        Ok(Some(Letter { deleted_by: name.unwrap_or_else(|| letter.organization.clone()), ..letter }))
    }

    async fn sign_in_letter(&self, id: Uuid) -> Result<Option<Letter>> {
        let Some(row) = sign_in::Entity::find_by_id(id).one(self.db.read()).await? else { return Ok(None) };
        if row.used_at.is_some() || row.expires_at <= self.now() {
            return Ok(None);
        }
        let (code, link) = self.sign_in_secrets(&row)?;
        Ok(Some(Letter {
            to: row.email,
            code: Some(code),
            link: self.config().link(&format!("/sign-in/{link}")),
            language: row.language,
            ..Letter::default()
        }))
    }

    async fn member_letter(&self, id: Uuid) -> Result<Option<Letter>> {
        let db = self.db.read();
        let Some(row) = member_invitation::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
        let organization = organization::Entity::find_by_id(row.organization_id)
            .filter(organization::Column::DeletedAt.is_null())
            .one(db)
            .await?;
        let Some(organization) = organization.filter(|_| row.accepted_at.is_none()) else { return Ok(None) };
        let team = match row.team_id {
            Some(team) => team::Entity::find_by_id(team).one(db).await?,
            None => None,
        };
        let inviter = self.user_row(UserId(row.invited_by)).await?;
        Ok(Some(Letter {
            to: row.email,
            to_name: row.name.clone(),
            recipient_name: row.name,
            link: self.config().link(&format!("/i/{}", row.link)),
            requester_name: inviter.name,
            requester_email: inviter.email,
            language: inviter.language,
            organization: organization.name,
            team: team.map(|team| team.name).unwrap_or_default(),
            ..Letter::default()
        }))
    }

    async fn feature_letter(&self, id: Uuid) -> Result<Option<Letter>> {
        let row = feature_application::Entity::find_by_id(id).one(self.db.read()).await?;
        let Some(row) = row else { return Ok(None) };
        let person = self.user_row(UserId(row.user_id)).await?;
        Ok(Some(Letter {
            to: person.email,
            to_name: person.name.clone(),
            recipient_name: person.name,
            link: self.config().link("/"),
            reason: row.refusal,
            ..Letter::default()
        }))
    }

    /// Adds which account, and why. `None` when it is not so any more: what was mended meanwhile needs no mail.
    async fn health_letter(&self, mail: &Mail, item: Uuid, letter: Option<Letter>) -> Result<Option<Letter>> {
        let Some(letter) = letter else { return Ok(None) };
        let Some(row) = request_item::Entity::find_by_id(item).one(self.db.read()).await? else {
            return Ok(None);
        };
        let wanted = match mail {
            Mail::ConnectionRecovered { .. } => State::Authorized,
            _ => State::Invalid,
        };
        if crate::items::state_of(&row)? != wanted {
            return Ok(None);
        }
        let granted = credential::Entity::find().filter(credential::Column::ItemId.eq(item));
        let granted = granted.one(self.db.read()).await?;
        let (request, item_id) = (RequestId(row.request_id), ItemId(item));
        let link = self.config().link(&format!("/requests/{request}#{item_id}"));
        Ok(Some(Letter {
            // The recipient's button leads to where it is mended (HEALTH-4).
            link: if letter.to_requester { letter.link.clone() } else { link },
            account: granted.and_then(|row| row.account_label),
            invalid_reason: row.invalid_reason,
            ..letter
        }))
    }

    /// To the recipient, if it is still so.
    async fn use_letter(
        &self,
        request: RequestId,
        item: ItemId,
        connection: Option<ConnectionId>,
        suspended: bool,
    ) -> Result<Option<Letter>> {
        let now = self.is_suspended(item, connection).await?;
        let Some(now) = now.filter(|now| now.suspended == suspended) else { return Ok(None) };
        let letter = self.request_letter(request, Some(item.0), false, true).await?;
        Ok(letter.map(|letter| Letter { one_connection: now.name, ..letter }))
    }

    /// To somebody who answers for those who ask. A request that was deleted meanwhile is told of all the same:
    /// deleting it quickly must not keep it from them.
    async fn report_letter(&self, request: RequestId, by: UserId, to: UserId) -> Result<Option<Letter>> {
        let db = self.db.read();
        let report = request_report::Entity::find()
            .filter(request_report::Column::RequestId.eq(request.0))
            .filter(request_report::Column::UserId.eq(by.0));
        let Some(report) = report.one(db).await? else { return Ok(None) };
        let Some(row) = credential_request::Entity::find_by_id(request.0).one(db).await? else {
            return Ok(None);
        };
        let Some(letter) = self.request_letter(request, None, false, false).await? else { return Ok(None) };
        let reader = self.user_row(to).await?;
        let (organization, team) = (OrganizationId(row.organization_id), TeamId(row.team_id));
        let (standing, _) = standing_in(db, organization, team, to).await?;
        // Who answers for neither any more is not told any more (ROLE-7).
        if standing != Standing::OrganizationOwner && !reader.instance_admin {
            return Ok(None);
        }
        // Who runs the instance belongs to the organization or not, and then cannot open its requests.
        let opens = standing.is_in_team() && row.deleted_at.is_none();
        let path = if opens { format!("/requests/{request}") } else { "/".to_owned() };
        Ok(Some(Letter {
            to: reader.email,
            to_name: reader.name,
            link: self.config().link(&path),
            reason: report.comment,
            to_requester: opens,
            ..letter
        }))
    }

    async fn request_letter(
        &self,
        id: RequestId,
        item: Option<Uuid>,
        to_requester: bool,
        must_live: bool,
    ) -> Result<Option<Letter>> {
        let db = self.db.read();
        let Some(row) = credential_request::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
        if must_live && row.deleted_at.is_some() {
            return Ok(None);
        }
        let requester = self.user_row(UserId(row.requester_id)).await?;
        if to_requester {
            let (organization, team) = (OrganizationId(row.organization_id), TeamId(row.team_id));
            let (standing, _) = standing_in(db, organization, team, UserId(row.requester_id)).await?;
            // Who has left may not read any more how the request fares (ROLE-6, ROLE-7).
            if !standing.is_in_team() {
                return Ok(None);
            }
        }
        let organization = organization::Entity::find_by_id(row.organization_id)
            .one(db)
            .await?
            .ok_or_else(|| Error::corrupt("organization"))?;
        let team =
            team::Entity::find_by_id(row.team_id).one(db).await?.ok_or_else(|| Error::corrupt("team"))?;
        let link = invitation::Entity::find().filter(invitation::Column::RequestId.eq(id.0)).one(db).await?;
        let items = request_item::Entity::find()
            .filter(request_item::Column::RequestId.eq(id.0))
            .order_by_asc(request_item::Column::Position)
            .all(db)
            .await?;
        let about = item.and_then(|id| items.iter().find(|row| row.id == id));
        let (to, to_name) = if to_requester {
            (requester.email.clone(), requester.name.clone())
        } else {
            // An address that changed since the request was sent: mail goes where the person is now.
            let now = match row.recipient_id {
                Some(user) => user::Entity::find_by_id(user).one(db).await?.map(|user| user.email),
                None => None,
            };
            (now.unwrap_or_else(|| row.recipient_email.clone()), row.recipient_name.clone())
        };
        let apps: Vec<String> = items.iter().map(|row| self.app_name(&row.app)).collect();
        Ok(Some(Letter {
            to,
            to_name,
            link: match (to_requester, link) {
                (false, Some(invitation)) => self.config().link(&format!("/i/{}", invitation.link)),
                _ => self.config().link(&format!("/requests/{id}")),
            },
            request_name: row.name,
            description: row.description,
            requester_name: requester.name,
            requester_email: requester.email,
            language: requester.language,
            recipient_name: row.recipient_name,
            recipient_email: row.recipient_email,
            organization: organization.name,
            team: team.name,
            listed: listed(&apps),
            apps,
            app: about.map(|row| self.app_name(&row.app)).unwrap_or_default(),
            connection_name: about.map(|row| row.connection_name.clone()).unwrap_or_default(),
            reason: about.and_then(|row| row.decline_reason.clone()),
            recipient_left: about.is_some_and(|row| row.revoke_reason.is_some()),
            to_requester,
            ..Letter::default()
        }))
    }

    /// Name of an app for people; its id when the catalog no longer has it.
    pub(crate) fn app_name(&self, app: &str) -> String {
        self.catalog().app(app).map_or_else(|| app.to_owned(), |app| app.name.clone())
    }

    /// Id under which a mail server sees the mail: the same at every try, so that a second copy after a
    /// crash can be recognised.
    pub fn message_id(&self, job: JobId) -> String {
        format!("<{}@{}>", job.0.simple(), self.config().public_url.host_str().unwrap_or("localhost"))
    }
}

/// Names in their order, each once; of several the number stands before, which reads alike in every language.
fn listed(apps: &[String]) -> Vec<String> {
    let mut counts: Vec<(&String, usize)> = Vec::new();
    for app in apps {
        match counts.iter_mut().find(|(known, _)| *known == app) {
            Some((_, count)) => *count += 1,
            None => counts.push((app, 1)),
        }
    }
    let written =
        |(app, count): (&String, usize)| if count == 1 { app.clone() } else { format!("{count} × {app}") };
    counts.into_iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn mail_1_an_app_that_is_asked_for_twice_stands_once_with_its_number() {
        let apps = ["Sandbox", "Gmail", "Sandbox"].map(str::to_owned);
        assert_eq!(super::listed(&apps), ["2 × Sandbox", "Gmail"]);
    }
}
