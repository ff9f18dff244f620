//! Sending a request (REQ-1 to REQ-10).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, OfRequest};
use domain::id::{ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::{State, Status};
use domain::policy::{Asked, Refused, Standing, may_ask};
use domain::request::{Checked, CheckedItem, Draft, Recipient, recipient_of, validate};
use domain::text::CONNECTION_NAME_MAX;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _,
};
use sha2::{Digest as _, Sha256};

use super::names::{names_like, unique_name};
use crate::db::entity::{
    credential_request, invitation, organization, organization_member, request_app, request_item, user,
};
use crate::db::json::{Names, ScopesByMethod};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::members::{live_team, standing_in};
use crate::{Service, ids};

/// Version of the terms that a requester accepts (REQ-6).
pub const TERMS_VERSION: &str = "2026-11";

/// Longest idempotency key.
const KEY_MAX: usize = 200;

/// A recipient whom the requester may ask.
struct Addressee {
    user: Option<UserId>,
    name: String,
    email: String,
}

impl Service {
    /// Checks a draft without sending it, for the preview (REQ-5, REQ-10).
    ///
    /// # Errors
    /// Every problem of the draft.
    pub fn check_draft(&self, draft: &Draft) -> Result<Checked> {
        Ok(validate(draft, &self.catalog())?)
    }

    /// Sends a request from a team. A retry with the same idempotency key returns the first result (REQ-9).
    ///
    /// # Errors
    /// Every problem of the draft at once; `NOT_FOUND` or `FORBIDDEN` for the team; `FEATURE_REQUIRED`;
    /// `RECIPIENT_NOT_ALLOWED`; `ALREADY_IN_ORGANIZATION`.
    pub async fn create_request(
        &self,
        actor: Actor,
        team: TeamId,
        draft: &Draft,
        idempotency_key: Option<&str>,
    ) -> Result<RequestId> {
        let me = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = live_team(self.db.read(), team).await?;
        let organization = OrganizationId(row.organization_id);
        let (standing, _) = standing_in(self.db.read(), organization, team, me).await?;
        let requester = self.user_row(me).await?;
        // Who may ask nobody at all learns that first; the rest is told together with the draft's problems.
        let has_feature = self.has_feature(&requester).await?;
        may_ask_anybody(standing, has_feature)?;
        let retry = idempotency_key.map(|key| Retry::new(key, team, draft)).transpose()?;
        if let Some(first) = sent_before(self.db.read(), me, retry.as_ref()).await? {
            return Ok(first);
        }
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        if let Some(first) = sent_before(write.tx(), me, retry.as_ref()).await? {
            return Ok(first);
        }
        // Read again inside the transaction: a membership may have ended since.
        let (standing, _) = standing_in(write.tx(), organization, team, me).await?;
        may_ask_anybody(standing, has_feature)?;
        self.check_sender(&write, me).await?;
        let mut problems = Vec::new();
        let checked = collect(&mut problems, self.check_draft(draft))?;
        let addressee = match recipient_of(draft) {
            Some(recipient) => collect(
                &mut problems,
                self.addressee(&write, standing, organization, team, &recipient).await,
            )?,
            None => None,
        };
        collect(&mut problems, retry.as_ref().map_or(Ok(()), Retry::check))?;
        problems.extend(self.foreign_apps(organization, draft));
        let (Some(checked), Some(addressee), true) = (checked, addressee, problems.is_empty()) else {
            return Err(Error::Input(problems));
        };
        let id: RequestId = ids::new(write.now());
        let outside = matches!(checked.recipient, Recipient::Outside { .. });
        // What the recipient is told before consent holds for this request, whatever is set later (USE-4).
        let hands_out = self.hands_out(&write, organization).await?;
        credential_request::ActiveModel {
            id: Set(id.0),
            organization_id: Set(organization.0),
            team_id: Set(team.0),
            requester_id: Set(me.0),
            recipient_id: Set(addressee.user.map(|user| user.0)),
            search_text: Set(
                format!("{}\n{}\n{}", checked.name, addressee.name, addressee.email).to_lowercase()
            ),
            recipient_name: Set(addressee.name.clone()),
            recipient_email: Set(addressee.email),
            recipient_outside: Set(outside),
            name: Set(checked.name),
            description: Set(checked.description),
            terms_version: Set(TERMS_VERSION.to_owned()),
            terms_accepted_at: Set(write.now()),
            idempotency_key: Set(idempotency_key.map(str::to_owned)),
            idempotency_hash: Set(retry.map(|retry| retry.fingerprint)),
            status: Set(Status::Incomplete.as_str().to_owned()),
            created_at: Set(write.now()),
            changed_at: Set(write.now()),
            remind_at: Set(Some(write.now() + super::remind::FIRST)),
            reminders: Set(0),
            deleted_at: Set(None),
            token_hand_out: Set(hands_out),
        }
        .insert(write.tx())
        .await?;
        self.insert_items(&write, team, id, &addressee.name, &checked.items).await?;
        self.insert_link(&write, organization, id).await?;
        write
            .emit(&Event::RequestCreated {
                of: OfRequest { organization, team, request: id, requester: me, recipient: addressee.user },
            })
            .await?;
        write.commit().await?;
        Ok(id)
    }

    /// Apps that another organization defined for itself: to this one they do not exist.
    fn foreign_apps(&self, organization: OrganizationId, draft: &Draft) -> Vec<Problem> {
        let catalog = self.catalog();
        let items = draft.items.iter().take(domain::request::ITEMS_MAX).enumerate();
        let foreign = items.filter(|(_, item)| {
            let owner = catalog.app(&item.app).and_then(|app| app.organization);
            owner.is_some_and(|owner| owner != organization)
        });
        foreign
            .map(|(index, _)| {
                let field = format!("items.{index}.app");
                Problem::new(ErrorCode::UnknownApp, field, "the catalog has no such app")
            })
            .collect()
    }

    /// Finds the recipient and decides whether they may be asked (ROLE-2, ROLE-3, REQ-2).
    async fn addressee(
        &self,
        write: &Write,
        standing: Standing,
        organization: OrganizationId,
        team: TeamId,
        recipient: &Recipient,
    ) -> Result<Addressee> {
        let refuse = |asked| {
            may_ask(standing, true, asked).map_err(|refused| match refused {
                Refused::Because(why) => Error::input(ErrorCode::RecipientNotAllowed, "recipient", why),
                Refused::Hidden => Error::not_found(),
            })
        };
        match recipient {
            Recipient::Member(user) => {
                let unknown = || {
                    Error::input(
                        ErrorCode::NotFound,
                        "recipient.member",
                        "there is no such person in this organization",
                    )
                };
                let (theirs, in_team) = standing_in(write.tx(), organization, team, *user).await?;
                if theirs == Standing::Stranger {
                    return Err(unknown());
                }
                refuse(Asked::of(theirs, in_team))?;
                let row = user::Entity::find_by_id(user.0).one(write.tx()).await?.ok_or_else(unknown)?;
                Ok(Addressee { user: Some(*user), name: row.name, email: row.email })
            }
            Recipient::Outside { name, email } => {
                refuse(Asked::Outside)?;
                if let Some(known) = member_with_address(write.tx(), organization, email.as_str()).await? {
                    let offer = domain::id::UserId(known.id);
                    return Err(Error::Input(vec![Problem::new(
                        ErrorCode::AlreadyInOrganization,
                        "recipient.outside.email",
                        format!(
                            "this address belongs to {} of this organization; ask {offer} instead",
                            known.name
                        ),
                    )]));
                }
                Ok(Addressee { user: None, name: name.clone(), email: email.as_str().to_owned() })
            }
        }
    }

    async fn insert_items(
        &self,
        write: &Write,
        team: TeamId,
        request: RequestId,
        recipient: &str,
        items: &[CheckedItem],
    ) -> Result<()> {
        let wanted: Vec<String> = items
            .iter()
            .map(|item| {
                item.connection_name.clone().unwrap_or_else(|| {
                    format!("{} ({recipient})", self.app_name(&item.app))
                        .chars()
                        .take(CONNECTION_NAME_MAX)
                        .collect()
                })
            })
            .collect();
        let mut taken = names_like(write, team, &wanted).await?;
        let mut rows = Vec::with_capacity(items.len());
        for (position, (item, wanted)) in items.iter().zip(&wanted).enumerate() {
            let name = unique_name(wanted, &taken);
            taken.insert(name.clone());
            rows.push(request_item::ActiveModel {
                id: Set(ids::new::<ItemId>(write.now()).0),
                request_id: Set(request.0),
                position: Set(i32::try_from(position).unwrap_or(i32::MAX)),
                app: Set(item.app.clone()),
                app_version: Set(item.version.clone()),
                modules: Set(Names(item.modules.clone())),
                all_modules: Set(item.all_modules),
                scopes: Set(ScopesByMethod(item.scopes.clone())),
                note: Set(item.note.clone()),
                connection_name: Set(name),
                state: Set(State::Pending.as_str().to_owned()),
                invalid_reason: Set(None),
                decline_reason: Set(None),
                revoke_reason: Set(None),
                version: Set(1),
                changed_at: Set(write.now()),
            });
        }
        request_item::Entity::insert_many(rows).exec(write.tx()).await?;
        let apps: BTreeSet<&str> = items.iter().map(|item| item.app.as_str()).collect();
        let apps = apps.into_iter().map(|app| request_app::ActiveModel {
            request_id: Set(request.0),
            app: Set(app.to_owned()),
            team_id: Set(team.0),
            created_at: Set(write.now()),
        });
        request_app::Entity::insert_many(apps).exec(write.tx()).await?;
        Ok(())
    }

    async fn hands_out(&self, write: &Write, organization: OrganizationId) -> Result<bool> {
        let row = organization::Entity::find_by_id(organization.0).one(write.tx()).await?;
        Ok(row.is_some_and(|row| row.token_hand_out))
    }

    /// When a link that is sent now ends, where the organization has set a lifetime (INV-1).
    pub(crate) async fn link_end(
        &self,
        write: &Write,
        organization: OrganizationId,
    ) -> Result<Option<DateTime<Utc>>> {
        let row = organization::Entity::find_by_id(organization.0).one(write.tx()).await?;
        let hours = row.and_then(|row| row.link_lifetime_hours);
        Ok(hours.map(|hours| write.now() + TimeDelta::hours(i64::from(hours))))
    }

    /// The link in mails: an address, not a key, so its 128 random bits only keep it from being guessed.
    async fn insert_link(
        &self,
        write: &Write,
        organization: OrganizationId,
        request: RequestId,
    ) -> Result<()> {
        let expires_at = self.link_end(write, organization).await?;
        invitation::ActiveModel {
            id: Set(ids::new::<domain::id::EventId>(write.now()).0),
            request_id: Set(request.0),
            link: Set(crate::accounts::encode(&ids::random::<16>())),
            created_at: Set(write.now()),
            expires_at: Set(expires_at),
            accepted_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        Ok(())
    }
}

fn may_ask_anybody(standing: Standing, has_feature: bool) -> Result<()> {
    // Whoever may ask at all may ask their own team.
    match (may_ask(standing, has_feature, Asked::SameTeam), may_ask(standing, true, Asked::SameTeam)) {
        (Ok(()), _) => Ok(()),
        (Err(Refused::Because(why)), Ok(())) => Err(Error::refused(ErrorCode::FeatureRequired, why)),
        (Err(refused), _) => Err(refused.into()),
    }
}

async fn member_with_address(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    email: &str,
) -> Result<Option<user::Model>> {
    let Some(known) = user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await? else {
        return Ok(None);
    };
    let member = organization_member::Entity::find_by_id((organization.0, known.id)).one(db).await?;
    Ok(member.map(|_| known))
}

/// What tells a retry from another request under the same key (REQ-9).
struct Retry<'a> {
    key: &'a str,
    fingerprint: Vec<u8>,
}

impl<'a> Retry<'a> {
    fn new(key: &'a str, team: TeamId, draft: &Draft) -> Result<Self> {
        let draft = serde_json::to_vec(&(team, draft)).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { key, fingerprint: Sha256::digest(draft).to_vec() })
    }

    fn check(&self) -> Result<()> {
        if (1..=KEY_MAX).contains(&self.key.len()) {
            return Ok(());
        }
        let code = if self.key.is_empty() { ErrorCode::Required } else { ErrorCode::TooLong };
        Err(Error::input(code, "idempotencyKey", format!("must have 1 to {KEY_MAX} bytes")))
    }
}

/// The request that was sent with this key; refused when it was another one.
async fn sent_before(
    db: &impl ConnectionTrait,
    me: UserId,
    retry: Option<&Retry<'_>>,
) -> Result<Option<RequestId>> {
    let Some(retry) = retry else { return Ok(None) };
    let first = credential_request::Entity::find()
        .filter(credential_request::Column::RequesterId.eq(me.0))
        .filter(credential_request::Column::IdempotencyKey.eq(retry.key))
        .one(db)
        .await?;
    match first {
        Some(row) if row.idempotency_hash.as_ref() != Some(&retry.fingerprint) => Err(Error::input(
            ErrorCode::Duplicate,
            "idempotencyKey",
            "this key was used for another request; take a new one",
        )),
        first => Ok(first.map(|row| RequestId(row.id))),
    }
}

/// Puts problems of the input aside, so that they are told together.
fn collect<T>(problems: &mut Vec<Problem>, result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Input(more)) => {
            problems.extend(more);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
