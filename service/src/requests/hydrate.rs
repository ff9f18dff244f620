//! Rows to views: a page of any size costs the same number of queries.

use std::collections::{BTreeMap, HashMap};

use domain::credential::{Account, Kind};
use domain::event::Reason;
use domain::health::Health;
use domain::id::{CredentialId, ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::{Counts, State, Status};
use domain::job::Job;
use domain::policy::{Action, Facts, OrganizationRole, Standing, TeamRole, check};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::view::{
    AttemptView, CredentialView, DeliveryState, DeliveryView, HealthView, ItemView, RequestView,
    RevocationOutcome, RevocationView, WaitingAccountView,
};
use crate::Service;
use crate::db::entity::{
    credential, credential_request, item_attempt, job, organization, organization_member, request_item,
    revocation, team, team_member, user,
};
use crate::error::{Error, Result};
use crate::items::{UsedClient, waiting};
use crate::members::PersonView;

/// Attempts that are shown of an item.
const ATTEMPTS: usize = 5;

/// Everything that the views of some requests need, each by one query.
struct Related {
    users: HashMap<Uuid, user::Model>,
    organizations: HashMap<Uuid, String>,
    teams: HashMap<Uuid, String>,
    organization_roles: HashMap<Uuid, OrganizationRole>,
    team_roles: HashMap<Uuid, TeamRole>,
    deliveries: HashMap<Uuid, DeliveryView>,
    items: HashMap<Uuid, Vec<ItemView>>,
}

impl Service {
    /// Turns rows into views for a caller who may see them, in their order.
    pub(crate) async fn hydrate(
        &self,
        caller: UserId,
        rows: Vec<credential_request::Model>,
    ) -> Result<Vec<RequestView>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut related = self.related(caller, &rows).await?;
        rows.into_iter().map(|row| view(caller, row, &mut related)).collect()
    }

    async fn related(&self, caller: UserId, rows: &[credential_request::Model]) -> Result<Related> {
        let db = self.db.read();
        let ids = |pick: fn(&credential_request::Model) -> Uuid| {
            let mut ids: Vec<Uuid> = rows.iter().map(pick).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let (requests, organizations, teams) =
            (ids(|row| row.id), ids(|row| row.organization_id), ids(|row| row.team_id));
        let users =
            user::Entity::find().filter(user::Column::Id.is_in(ids(|row| row.requester_id))).all(db).await?;
        let organization_rows = organization::Entity::find()
            .filter(organization::Column::Id.is_in(organizations.clone()))
            .all(db)
            .await?;
        let team_rows = team::Entity::find().filter(team::Column::Id.is_in(teams.clone())).all(db).await?;
        let organization_roles = organization_member::Entity::find()
            .filter(organization_member::Column::UserId.eq(caller.0))
            .filter(organization_member::Column::OrganizationId.is_in(organizations))
            .all(db)
            .await?;
        let team_roles = team_member::Entity::find()
            .filter(team_member::Column::UserId.eq(caller.0))
            .filter(team_member::Column::TeamId.is_in(teams))
            .all(db)
            .await?;
        Ok(Related {
            users: users.into_iter().map(|row| (row.id, row)).collect(),
            organizations: organization_rows.into_iter().map(|row| (row.id, row.name)).collect(),
            teams: team_rows.into_iter().map(|row| (row.id, row.name)).collect(),
            organization_roles: organization_roles
                .into_iter()
                .filter_map(|row| Some((row.organization_id, OrganizationRole::parse(&row.role)?)))
                .collect(),
            team_roles: team_roles
                .into_iter()
                .filter_map(|row| Some((row.team_id, TeamRole::parse(&row.role)?)))
                .collect(),
            deliveries: self.deliveries(&requests).await?,
            items: self.items_of(&requests).await?,
        })
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
            .all(db)
            .await?;
        let clients = credentials.iter().filter_map(|row| row.organization_client_id).collect();
        let retired = self.retired_clients(clients).await?;
        let mut credentials: HashMap<Uuid, credential::Model> =
            credentials.into_iter().map(|row| (row.item_id, row)).collect();
        let mut attempts: HashMap<Uuid, Vec<AttemptView>> = HashMap::new();
        for row in item_attempt::Entity::find()
            .filter(item_attempt::Column::ItemId.is_in(ids.clone()))
            .order_by_desc(item_attempt::Column::At)
            .order_by_desc(item_attempt::Column::Id)
            .all(db)
            .await?
        {
            let shown = attempts.entry(row.item_id).or_default();
            if shown.len() < ATTEMPTS {
                let reason = Reason::parse(&row.reason).ok_or_else(|| Error::corrupt("attempt"))?;
                shown.push(AttemptView { at: row.at, method: row.method, reason, detail: row.detail });
            }
        }
        // Several secrets may end at once; what still worries counts before what is done.
        let mut revocations: HashMap<Uuid, RevocationView> = HashMap::new();
        for row in revocation::Entity::find().filter(revocation::Column::ItemId.is_in(ids)).all(db).await? {
            let Some(outcome) = RevocationOutcome::parse(&row.outcome) else { continue };
            let view = RevocationView { outcome, finished_at: row.finished_at };
            let shown = revocations.entry(row.item_id).or_insert_with(|| view.clone());
            if view.outcome.rank() > shown.outcome.rank() {
                *shown = view;
            }
        }
        let mut waiting_accounts: HashMap<Uuid, WaitingAccountView> = HashMap::new();
        for row in waiting(db, &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await? {
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

fn view(caller: UserId, row: credential_request::Model, related: &mut Related) -> Result<RequestView> {
    let requester = related.users.get(&row.requester_id).ok_or_else(|| Error::corrupt("requester"))?;
    let standing = Standing::of(
        related.organization_roles.get(&row.organization_id).copied(),
        related.team_roles.get(&row.team_id).copied(),
    );
    let facts = Facts {
        standing,
        is_recipient: row.recipient_id == Some(caller.0),
        is_requester: row.requester_id == caller.0,
    };
    let mut items = related.items.remove(&row.id).unwrap_or_default();
    for item in &mut items {
        item.is_recipient = facts.is_recipient;
        item.waiting_account = item.waiting_account.take().filter(|_| facts.is_recipient);
    }
    let sees_delivery = check(Action::ViewDelivery, &facts).is_ok();
    Ok(RequestView {
        id: RequestId(row.id),
        organization: (
            OrganizationId(row.organization_id),
            related.organizations.get(&row.organization_id).cloned().unwrap_or_default(),
        ),
        team: (TeamId(row.team_id), related.teams.get(&row.team_id).cloned().unwrap_or_default()),
        requester: PersonView {
            id: UserId(requester.id),
            name: requester.name.clone(),
            email: requester.email.clone(),
        },
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
        delivery: related.deliveries.remove(&row.id).filter(|_| sees_delivery),
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
