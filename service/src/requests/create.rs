//! Sending a request (REQ-1 to REQ-10).

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, OfRequest};
use domain::id::{ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::{State, Status};
use domain::policy::{Asked, Refused, Standing, may_ask};
use domain::request::{Checked, CheckedItem, Draft, Recipient, validate};
use domain::text::CONNECTION_NAME_MAX;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, JoinType,
    QueryFilter as _, QuerySelect as _,
};

use crate::db::Write;
use crate::db::entity::{
    credential_request, invitation, organization, organization_member, request_item, team, user,
};
use crate::error::{Error, Result};
use crate::members::standing_in;
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
        Ok(validate(draft, self.catalog())?)
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
        let row = team::Entity::find_by_id(team.0).one(self.db.read()).await?.ok_or_else(Error::not_found)?;
        let organization = OrganizationId(row.organization_id);
        let (standing, _) = standing_in(self.db.read(), organization, team, me).await?;
        let requester = self.user_row(me).await?;
        // Who may ask nobody at all learns that first; the rest is told together with the draft's problems.
        may_ask_anybody(standing, self.has_feature(&requester))?;
        if let Some(key) = idempotency_key
            && (key.is_empty() || key.len() > KEY_MAX)
        {
            return Err(Error::input(
                ErrorCode::TooLong,
                "idempotencyKey",
                format!("must have 1 to {KEY_MAX} bytes"),
            ));
        }
        let checked = self.check_draft(draft)?;
        let mut write = self.write(actor).await?;
        if let Some(first) = self.sent_before(&write, me, idempotency_key).await? {
            return Ok(first);
        }
        // Read again inside the transaction: a membership may have ended since.
        let (standing, _) = standing_in(write.tx(), organization, team, me).await?;
        may_ask_anybody(standing, self.has_feature(&requester))?;
        let addressee = self.addressee(&write, standing, organization, team, &checked.recipient).await?;
        let id: RequestId = ids::new(write.now());
        let outside = matches!(checked.recipient, Recipient::Outside { .. });
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
            status: Set(Status::Incomplete.as_str().to_owned()),
            created_at: Set(write.now()),
            changed_at: Set(write.now()),
            deleted_at: Set(None),
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

    async fn sent_before(&self, write: &Write, me: UserId, key: Option<&str>) -> Result<Option<RequestId>> {
        let Some(key) = key else { return Ok(None) };
        let first = credential_request::Entity::find()
            .filter(credential_request::Column::RequesterId.eq(me.0))
            .filter(credential_request::Column::IdempotencyKey.eq(key))
            .one(write.tx())
            .await?;
        Ok(first.map(|row| RequestId(row.id)))
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
        let mut taken = self.connection_names(write, team).await?;
        let mut rows = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            let wanted = item.connection_name.clone().unwrap_or_else(|| {
                format!("{} ({recipient})", self.app_name(&item.app))
                    .chars()
                    .take(CONNECTION_NAME_MAX)
                    .collect()
            });
            let name = unique_name(&wanted, &taken);
            taken.insert(name.clone());
            rows.push(request_item::ActiveModel {
                id: Set(ids::new::<ItemId>(write.now()).0),
                request_id: Set(request.0),
                position: Set(i32::try_from(position).unwrap_or(i32::MAX)),
                app: Set(item.app.clone()),
                app_version: Set(item.version.clone()),
                modules: Set(serde_json::json!(item.modules)),
                all_modules: Set(item.all_modules),
                scopes: Set(serde_json::json!(item.scopes)),
                note: Set(item.note.clone()),
                connection_name: Set(name),
                state: Set(State::Pending.as_str().to_owned()),
                invalid_reason: Set(None),
                decline_reason: Set(None),
                version: Set(1),
                changed_at: Set(write.now()),
            });
        }
        request_item::Entity::insert_many(rows).exec(write.tx()).await?;
        Ok(())
    }

    /// Names of connections that the team's requests have taken already (REQ-3).
    async fn connection_names(&self, write: &Write, team: TeamId) -> Result<BTreeSet<String>> {
        let names: Vec<String> = request_item::Entity::find()
            .select_only()
            .column(request_item::Column::ConnectionName)
            .join(
                JoinType::InnerJoin,
                request_item::Entity::belongs_to(credential_request::Entity)
                    .from(request_item::Column::RequestId)
                    .to(credential_request::Column::Id)
                    .into(),
            )
            .filter(credential_request::Column::TeamId.eq(team.0))
            .into_tuple()
            .all(write.tx())
            .await?;
        Ok(names.into_iter().collect())
    }

    /// The link in mails: an address, not a key, so its 128 random bits only keep it from being guessed.
    async fn insert_link(
        &self,
        write: &Write,
        organization: OrganizationId,
        request: RequestId,
    ) -> Result<()> {
        let hours = organization::Entity::find_by_id(organization.0)
            .one(write.tx())
            .await?
            .and_then(|row| row.link_lifetime_hours);
        invitation::ActiveModel {
            id: Set(ids::new::<domain::id::EventId>(write.now()).0),
            request_id: Set(request.0),
            link: Set(crate::accounts::encode(&ids::random::<16>())),
            created_at: Set(write.now()),
            expires_at: Set(hours.map(|hours| write.now() + chrono::TimeDelta::hours(i64::from(hours)))),
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

/// The wanted name, or the first of `name 2`, `name 3`, … that is free, cut to the longest allowed.
fn unique_name(wanted: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    // Among one name more than are taken, one is free.
    (2..=taken.len() + 2)
        .map(|number| {
            let suffix = format!(" {number}");
            let kept: String = wanted.chars().take(CONNECTION_NAME_MAX - suffix.len()).collect();
            kept + &suffix
        })
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn req_3_names_are_made_unique_by_a_suffix_and_stay_short() {
        let taken = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(unique_name("HubSpot", &taken(&[])), "HubSpot");
        assert_eq!(unique_name("HubSpot", &taken(&["HubSpot", "HubSpot 2"])), "HubSpot 3");
        let long = "x".repeat(CONNECTION_NAME_MAX);
        let name = unique_name(&long, &taken(&[&long]));
        assert_eq!(name.chars().count(), CONNECTION_NAME_MAX);
        assert!(name.ends_with(" 2"));
    }
}
