//! Rows to views: a page of any size costs the same number of queries.

use std::collections::{BTreeMap, HashMap};

use domain::credential::{Account, Kind};
use domain::event::Reason;
use domain::health::Health;
use domain::id::{CredentialId, ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::{Counts, State, Status};
use domain::job::Job;
use domain::policy::{Action, check};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::load::facts_at;
use super::view::{
    AttemptView, CredentialView, DeliveryState, DeliveryView, HealthView, ItemView, RequestView,
    RevocationOutcome, RevocationView, WaitingAccountView,
};
use crate::Service;
use crate::db::entity::{
    credential, credential_request, item_attempt, job, organization, request_item, revocation, user,
};
use crate::db::join::on;
use crate::error::{Error, Result};
use crate::gather::Found;
use crate::items::{UsedClient, waiting};
use crate::members::{PersonView, Place};

/// Attempts that are shown of an item.
const ATTEMPTS: usize = 5;

/// What a view has besides the request's own row, whoever looks at it.
pub(crate) struct Parts {
    requester: PersonView,
    organization: String,
    delivery: Option<DeliveryView>,
    items: Vec<ItemView>,
}

/// Names that stand with a request.
#[derive(FromQueryResult)]
struct Names {
    request: Uuid,
    requester_id: Uuid,
    requester: String,
    email: String,
    organization: String,
}

impl Service {
    /// Turns rows into views for a caller who may see them, in their order; `None` for what went for good since its row
    /// was read, which must not take the others with it.
    pub(crate) async fn hydrate(
        &self,
        caller: UserId,
        rows: Vec<credential_request::Model>,
    ) -> Result<Vec<Option<RequestView>>> {
        let mut keys: Vec<_> = rows.iter().map(|row| (TeamId(row.team_id), caller)).collect();
        keys.dedup();
        let ids = rows.iter().map(|row| RequestId(row.id)).collect();
        let (places, parts) = tokio::try_join!(self.places(keys), self.parts(ids))?;
        views(caller, rows, |team| places.get(&(team, caller)), &parts)
    }

    /// The same for rows of one team, where it is known what the caller is for it.
    pub(crate) async fn hydrate_sent(
        &self,
        caller: UserId,
        place: &Place,
        rows: Vec<credential_request::Model>,
    ) -> Result<Vec<Option<RequestView>>> {
        let parts = self.parts(rows.iter().map(|row| RequestId(row.id)).collect()).await?;
        views(caller, rows, |_| Some(place), &parts)
    }

    /// What stands with some requests; one that was deleted for good meanwhile has nothing.
    pub(crate) async fn parts(&self, ids: Vec<RequestId>) -> Result<Found<RequestId, Parts>> {
        self.gathered.parts.ask(self, ids, Self::read_parts).await
    }

    async fn read_parts(self, ids: Vec<RequestId>) -> Result<HashMap<RequestId, Parts>> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        // Beside each other: a page waits for the longest of them, and not for all.
        let (names, mut deliveries, mut items) =
            tokio::try_join!(self.names_of(&ids), self.deliveries(&ids), self.items_of(&ids))?;
        Ok(names
            .into_iter()
            .map(|row| {
                let parts = Parts {
                    requester: PersonView {
                        id: UserId(row.requester_id),
                        name: row.requester,
                        email: row.email,
                    },
                    organization: row.organization,
                    delivery: deliveries.remove(&row.request),
                    items: items.remove(&row.request).unwrap_or_default(),
                };
                (RequestId(row.request), parts)
            })
            .collect())
    }

    async fn names_of(&self, requests: &[Uuid]) -> Result<Vec<Names>> {
        let rows = credential_request::Entity::find()
            .join(JoinType::InnerJoin, on(credential_request::Column::RequesterId, user::Column::Id))
            .join(
                JoinType::InnerJoin,
                on(credential_request::Column::OrganizationId, organization::Column::Id),
            )
            .filter(credential_request::Column::Id.is_in(requests.iter().copied()))
            .select_only()
            .column_as(credential_request::Column::Id, "request")
            .column_as(user::Column::Id, "requester_id")
            .column_as(user::Column::Name, "requester")
            .column_as(user::Column::Email, "email")
            .column_as(organization::Column::Name, "organization")
            .into_model::<Names>()
            .all(self.db.read())
            .await?;
        Ok(rows)
    }

    /// The newest invitation mail of each request, told from its job.
    async fn deliveries(&self, requests: &[Uuid]) -> Result<HashMap<Uuid, DeliveryView>> {
        let rows = job::Entity::find()
            .filter(job::Column::RequestId.is_in(requests.iter().copied()))
            .filter(job::Column::Kind.is_in([Job::REVIEW_REQUEST, Job::INVITATION]))
            .order_by_asc(job::Column::Id)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                if let Some(at) = row.bounced_at {
                    let (state, detail) = (DeliveryState::Bounced, row.bounce);
                    return Some((row.request_id?, DeliveryView { state, detail, at }));
                }
                let (state, at) = match (row.done_at, row.dead_at) {
                    (Some(at), _) => (DeliveryState::Sent, at),
                    (None, Some(at)) => (DeliveryState::Failed, at),
                    (None, None) if row.attempts > 0 => (DeliveryState::Delayed, row.due_at),
                    (None, None) => (DeliveryState::Queued, row.created_at),
                };
                let detail = if state == DeliveryState::Sent { None } else { row.last_error };
                Some((row.request_id?, DeliveryView { state, detail, at }))
            })
            .collect())
    }

    async fn items_of(&self, requests: &[Uuid]) -> Result<HashMap<Uuid, Vec<ItemView>>> {
        let rows = request_item::Entity::find()
            .filter(request_item::Column::RequestId.is_in(requests.iter().copied()))
            .order_by_asc(request_item::Column::Position)
            .all(self.db.read())
            .await?;
        let mut by_request: HashMap<Uuid, Vec<ItemView>> = HashMap::new();
        for view in self.item_views(rows).await? {
            by_request.entry(view.request.0).or_default().push(view);
        }
        Ok(by_request)
    }

    /// Items with their grants, attempts and revocations; whether the caller is the recipient is left open.
    pub(crate) async fn item_views(&self, rows: Vec<request_item::Model>) -> Result<Vec<ItemView>> {
        let db = self.db.read();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let credentials = credential::Entity::find()
            .filter(
                Condition::all()
                    .add(credential::Column::ItemId.is_in(ids.clone()))
                    .add(credential::Column::DestroyedAt.is_null()),
            )
            .all(db);
        let tries = item_attempt::Entity::find()
            .filter(item_attempt::Column::ItemId.is_in(ids.clone()))
            .order_by_desc(item_attempt::Column::At)
            .order_by_desc(item_attempt::Column::Id)
            .all(db);
        let ended = revocation::Entity::find().filter(revocation::Column::ItemId.is_in(ids.clone())).all(db);
        let read = async { tokio::try_join!(credentials, tries, ended).map_err(Error::from) };
        let ((credentials, tries, ended), unconfirmed) = tokio::try_join!(read, waiting(db, &ids))?;
        let clients = credentials.iter().filter_map(|row| row.organization_client_id).collect();
        let retired = self.retired_clients(clients).await?;
        let mut credentials: HashMap<Uuid, credential::Model> =
            credentials.into_iter().map(|row| (row.item_id, row)).collect();
        let mut attempts: HashMap<Uuid, Vec<AttemptView>> = HashMap::new();
        for row in tries {
            let shown = attempts.entry(row.item_id).or_default();
            if shown.len() < ATTEMPTS {
                let reason = Reason::parse(&row.reason).ok_or_else(|| Error::corrupt("attempt"))?;
                shown.push(AttemptView { at: row.at, method: row.method, reason, detail: row.detail });
            }
        }
        // Several secrets may end at once; what still worries counts before what is done.
        let mut revocations: HashMap<Uuid, RevocationView> = HashMap::new();
        for row in ended {
            let Some(outcome) = RevocationOutcome::parse(&row.outcome) else { continue };
            let view = RevocationView { outcome, finished_at: row.finished_at };
            let shown = revocations.entry(row.item_id).or_insert_with(|| view.clone());
            if view.outcome.rank() > shown.outcome.rank() {
                *shown = view;
            }
        }
        let mut waiting_accounts: HashMap<Uuid, WaitingAccountView> = HashMap::new();
        for row in unconfirmed {
            let account = row.account.as_deref().map(serde_json::from_str).transpose();
            let account = account.map_err(|_| Error::corrupt("account"))?;
            let view = WaitingAccountView { account, expires_at: row.expires_at };
            if view.expires_at > self.now() {
                waiting_accounts.entry(row.item_id).or_insert(view);
            }
        }
        rows.into_iter()
            .map(|row| {
                let waiting_account = waiting_accounts.remove(&row.id);
                let credential = credentials.remove(&row.id).map(|credential| {
                    let used = UsedClient::of_columns(
                        credential.organization_client_id,
                        credential.instance_client_id.clone(),
                    );
                    credential_view(credential, self.is_replaced(&used, &row.app, &retired))
                });
                let credential = credential.transpose()?;
                let attempts = attempts.remove(&row.id).unwrap_or_default();
                let revocation = revocations.get(&row.id).cloned();
                Ok(ItemView { waiting_account, ..item_view(row, credential, attempts, revocation)? })
            })
            .collect()
    }
}

/// Puts rows together with what was read for them.
fn views<'a>(
    caller: UserId,
    rows: Vec<credential_request::Model>,
    place: impl Fn(TeamId) -> Option<&'a Place>,
    parts: &HashMap<RequestId, Parts>,
) -> Result<Vec<Option<RequestView>>> {
    rows.into_iter()
        .map(|row| {
            let read = place(TeamId(row.team_id)).zip(parts.get(&RequestId(row.id)));
            read.map(|(place, parts)| view(caller, row, place, parts)).transpose()
        })
        .collect()
}

/// A request for somebody who may see it.
pub(crate) fn view(
    caller: UserId,
    row: credential_request::Model,
    place: &Place,
    parts: &Parts,
) -> Result<RequestView> {
    let facts = facts_at(Some(place), caller, &row);
    let mut items = parts.items.clone();
    for item in &mut items {
        item.is_recipient = facts.is_recipient;
        item.waiting_account = item.waiting_account.take().filter(|_| facts.is_recipient);
    }
    let sees_delivery = check(Action::ViewDelivery, &facts).is_ok();
    Ok(RequestView {
        id: RequestId(row.id),
        organization: (OrganizationId(row.organization_id), parts.organization.clone()),
        team: (TeamId(row.team_id), place.team.name.clone()),
        requester: parts.requester.clone(),
        recipient: row.recipient_id.map(UserId),
        recipient_name: row.recipient_name,
        recipient_email: row.recipient_email,
        recipient_outside: row.recipient_outside,
        name: row.name,
        description: row.description,
        status: Status::parse(&row.status).ok_or_else(|| Error::corrupt("status"))?,
        counts: items.iter().map(|item| item.state).collect::<Counts>(),
        created_at: row.created_at,
        changed_at: row.changed_at,
        terms_version: row.terms_version,
        delivery: parts.delivery.clone().filter(|_| sees_delivery),
        token_hand_out: row.token_hand_out,
        is_recipient: facts.is_recipient,
        can_delete: check(Action::DeleteRequest, &facts).is_ok(),
        items,
    })
}

fn item_view(
    row: request_item::Model,
    credential: Option<CredentialView>,
    attempts: Vec<AttemptView>,
    revocation: Option<RevocationView>,
) -> Result<ItemView> {
    let modules: Vec<String> = serde_json::from_value(row.modules).map_err(|_| Error::corrupt("modules"))?;
    let scopes: BTreeMap<String, Vec<String>> =
        serde_json::from_value(row.scopes).map_err(|_| Error::corrupt("scopes"))?;
    Ok(ItemView {
        id: ItemId(row.id),
        request: RequestId(row.request_id),
        app: row.app,
        app_version: row.app_version,
        modules,
        all_modules: row.all_modules,
        scopes,
        note: row.note,
        connection_name: row.connection_name,
        state: State::parse(&row.state).ok_or_else(|| Error::corrupt("item state"))?,
        invalid_reason: row.invalid_reason.as_deref().and_then(Reason::parse),
        decline_reason: row.decline_reason,
        revoke_reason: row.revoke_reason.as_deref().and_then(Reason::parse),
        changed_at: row.changed_at,
        attempts,
        credential,
        revocation,
        waiting_account: None,
        is_recipient: false,
    })
}

fn credential_view(row: credential::Model, client_replaced: bool) -> Result<CredentialView> {
    let health = HealthView {
        state: Health::parse(&row.health).ok_or_else(|| Error::corrupt("health"))?,
        failing_since: row.failing_since,
        failures: u32::try_from(row.failures).unwrap_or_default(),
        last_failure: row.last_failure,
        next_refresh_at: row.refresh_at,
        refreshed_at: row.refreshed_at,
        probed_at: row.probed_at,
        next_probe_at: row.probe_at,
    };
    Ok(CredentialView {
        id: CredentialId(row.id),
        method: row.method,
        kind: Kind::from_name(&row.kind).ok_or_else(|| Error::corrupt("kind of credential"))?,
        version: u32::try_from(row.version).unwrap_or_default(),
        client_replaced,
        granted_scopes: serde_json::from_value(row.granted_scopes).map_err(|_| Error::corrupt("scopes"))?,
        account: row.account_label.map(|label| Account {
            id: row.account_id,
            label,
            workspace: row.account_workspace,
        }),
        authorized_at: row.authorized_at,
        expires_at: row.expires_at,
        health,
        suspended_at: row.suspended_at,
    })
}
