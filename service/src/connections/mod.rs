//! Named uses of credentials by the team (USE-1).

mod suspend;
mod uses;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::credential::Account;
use domain::event::Event;
use domain::id::{ConnectionId, CredentialId, ItemId, OrganizationId, RequestId, TeamId, UserId};
use domain::item::State;
use domain::policy::{Action, check};
use domain::text::{self, CONNECTION_NAME_MAX, Lines};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, JoinType, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use crate::accounts::{hash, new_token};
use crate::db::entity::{connection, credential, credential_request, request_item, team};
use crate::db::join::on;
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::requests::{ItemView, Items, names_like, of_request, unique_name};
use crate::{Service, ids};

/// A connection as the team sees it.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// Id; stays through re-authorization (REC-7).
    pub id: ConnectionId,
    /// The team that uses it.
    pub team: TeamId,
    /// The credential that it uses.
    pub credential: CredentialId,
    /// The item that the credential was granted for.
    pub item: ItemId,
    /// Its request.
    pub request: RequestId,
    /// App of the catalog.
    pub app: String,
    /// The account at the app; `None` where the app does not tell it.
    pub account: Option<Account>,
    /// Name, unique in the team.
    pub name: String,
    /// The automation that uses it.
    pub consumer: String,
    /// Address of the automation.
    pub consumer_url: Option<String>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its token stops to work.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When an admin suspended it (USE-6).
    pub suspended_at: Option<DateTime<Utc>>,
    /// When an admin suspended all use of the credential (USE-6).
    pub credential_suspended_at: Option<DateTime<Utc>>,
    /// State of the item: it works only while this is `AUTHORIZED`.
    pub state: State,
}

/// What a new connection is made of.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// Name, unique in the team; the item's connection name when absent.
    pub name: Option<String>,
    /// The automation that will use it.
    pub consumer: String,
    /// Address of the automation.
    pub consumer_url: Option<String>,
    /// When its token shall stop to work.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Service {
    /// Makes a connection from an authorized item, and returns its token, which is shown this once.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `ILLEGAL_TRANSITION` when the item is not authorized, or
    /// problems with the input.
    pub async fn create_connection(
        &self,
        actor: Actor,
        item: ItemId,
        new: &NewConnection,
    ) -> Result<(ConnectionId, String)> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let row = request_item::Entity::find_by_id(item.0)
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let (request, facts) =
            self.load_request(actor, Action::ViewRequest, RequestId(row.request_id)).await?;
        check(Action::UseConnections, &facts)?;
        let (name, consumer, consumer_url) = self.check_new(new)?;
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        self.hold_request(&write, RequestId(request.id)).await?;
        let credential = credential::Entity::find()
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .filter(credential::Column::ItemId.eq(item.0))
            .filter(credential::Column::DestroyedAt.is_null())
            .filter(request_item::Column::State.eq(State::Authorized.as_str()))
            .one(write.tx())
            .await?
            .ok_or_else(|| {
                Error::refused(ErrorCode::IllegalTransition, "the recipient has not authorized this app")
            })?;
        let name = self.free_name(&write, TeamId(request.team_id), &row, name).await?;
        let (id, token): (ConnectionId, _) = (ids::new(write.now()), format!("csc_{}", new_token()));
        connection::ActiveModel {
            id: Set(id.0),
            credential_id: Set(credential.id),
            team_id: Set(request.team_id),
            created_by: Set(user.0),
            name: Set(name),
            consumer: Set(consumer),
            consumer_url: Set(consumer_url),
            token_hash: Set(hash(&token)),
            created_at: Set(write.now()),
            expires_at: Set(new.expires_at),
            last_used_at: Set(None),
            suspended_at: Set(None),
            suspended_by: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::ConnectionCreated { of: of_request(&request), item, connection: id }).await?;
        write.commit().await?;
        Ok((id, token))
    }

    /// The name that was asked for; else that of the item, with a suffix from the second connection on.
    async fn free_name(
        &self,
        write: &Write,
        team: TeamId,
        item: &request_item::Model,
        asked: Option<String>,
    ) -> Result<String> {
        let wanted = asked.clone().unwrap_or_else(|| item.connection_name.clone());
        let same_name = connection::Entity::find()
            .filter(connection::Column::TeamId.eq(team.0))
            .filter(connection::Column::Name.eq(wanted.as_str()))
            .count(write.tx())
            .await?;
        match (same_name, asked) {
            (0, _) => Ok(wanted),
            (_, None) => {
                let taken = names_like(write, team, std::slice::from_ref(&wanted)).await?;
                Ok(unique_name(&wanted, &taken))
            }
            (_, Some(_)) => Err(Error::input(
                ErrorCode::Duplicate,
                "name",
                "the team has a connection of this name; choose another",
            )),
        }
    }

    fn check_new(&self, new: &NewConnection) -> Result<(Option<String>, String, Option<String>)> {
        let mut problems = Vec::new();
        let mut keep = |result: Result<Option<String>, Problem>| {
            result.map_err(|problem| problems.push(problem)).ok().flatten()
        };
        let name = keep(text::optional("name", new.name.as_deref(), CONNECTION_NAME_MAX, Lines::One));
        let consumer =
            keep(text::required("consumer", &new.consumer, CONNECTION_NAME_MAX, Lines::One).map(Some));
        let consumer_url = keep(text::optional("consumerUrl", new.consumer_url.as_deref(), 2000, Lines::One));
        if let Some(address) = &consumer_url
            && !url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
        {
            problems.push(Problem::new(
                ErrorCode::InvalidFormat,
                "consumerUrl",
                "must be an address that begins with https://",
            ));
        }
        if new.expires_at.is_some_and(|at| at <= self.now()) {
            problems.push(Problem::new(ErrorCode::OutOfRange, "expiresAt", "must lie in the future"));
        }
        match consumer {
            Some(consumer) if problems.is_empty() => Ok((name, consumer, consumer_url)),
            _ => Err(Error::Input(problems)),
        }
    }

    /// Gives a connection another token, and returns it, this once. The old one opens nothing any more.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn rotate_connection(&self, actor: Actor, id: ConnectionId) -> Result<String> {
        let view = self.connection(actor, id).await?;
        let request = credential_request::Entity::find_by_id(view.request.0)
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let token = format!("csc_{}", new_token());
        let mut write = self.write_holding(actor, Hold::Organization(request.organization_id)).await?;
        let rotated = connection::Entity::update_many()
            .col_expr(connection::Column::TokenHash, Expr::value(hash(&token)))
            .filter(connection::Column::Id.eq(id.0))
            .exec(write.tx())
            .await?;
        if rotated.rows_affected == 0 {
            return Err(Error::not_found());
        }
        write
            .emit(&Event::ConnectionRotated { of: of_request(&request), item: view.item, connection: id })
            .await?;
        write.commit().await?;
        Ok(token)
    }

    /// What the team may use or once could: items that were granted, by name of their connection (USE-1).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn credentials(&self, actor: Actor, team: TeamId, page: &PageAsk) -> Result<Page<ItemView>> {
        self.check_team(actor, Action::ListConnections, team).await?;
        let (first, after) = page.read()?;
        let mut list = request_item::Entity::find()
            .join(JoinType::InnerJoin, on(request_item::Column::RequestId, credential_request::Column::Id))
            .join(JoinType::InnerJoin, on(request_item::Column::Id, credential::Column::ItemId))
            .filter(credential_request::Column::TeamId.eq(team.0))
            .filter(credential_request::Column::DeletedAt.is_null());
        let total = page.count(self.db.read(), &list).await?;
        match after {
            None => {}
            Some(Position::Name(name, id)) => {
                let (name, id) =
                    ((request_item::Column::ConnectionName, name), (request_item::Column::Id, id));
                list = list.filter(behind(&Order::Asc, name, id));
            }
            Some(Position::Time(..) | Position::Number(_)) => {
                return Err(Error::input(ErrorCode::InvalidCursor, "after", "is a cursor of another list"));
            }
        }
        let rows: Vec<(Uuid, String)> = list
            .select_only()
            .columns([request_item::Column::Id, request_item::Column::ConnectionName])
            .order_by_asc(request_item::Column::ConnectionName)
            .order_by_asc(request_item::Column::Id)
            .limit(first + 1)
            .into_tuple()
            .all(self.db.read())
            .await?;
        let (rows, has_next) = cut(rows, first);
        let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
        let mut views: HashMap<Uuid, ItemView> =
            self.item_views(Items::Ids(&ids)).await?.into_iter().map(|view| (view.id.0, view)).collect();
        let rows = rows
            .into_iter()
            .filter_map(|(id, name)| {
                // For the recipient alone (REC-3), who finds it in the request.
                let view = ItemView { waiting_account: None, ..views.remove(&id)? };
                Some((Position::Name(name, id).encode(), view))
            })
            .collect();
        Ok(Page { rows, has_next, total })
    }

    /// One connection of a team that the caller works in.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `NOT_FOUND`.
    pub async fn connection(&self, actor: Actor, id: ConnectionId) -> Result<ConnectionView> {
        actor.user().ok_or_else(Error::unauthenticated)?;
        let row =
            connection::Entity::find_by_id(id.0).one(self.db.read()).await?.ok_or_else(Error::not_found)?;
        // Whoever may not list the team's connections knows of none (ROLE-5, ROLE-6).
        if let Err(error) = self.check_team(actor, Action::ListConnections, TeamId(row.team_id)).await {
            return Err(if matches!(error, Error::Refused(ErrorCode::Forbidden, _)) {
                Error::not_found()
            } else {
                error
            });
        }
        self.connection_views(vec![row]).await?.pop().ok_or_else(Error::not_found)
    }

    /// The team's connections, by name.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn connections(
        &self,
        actor: Actor,
        team: TeamId,
        page: &PageAsk,
    ) -> Result<Page<ConnectionView>> {
        self.check_team(actor, Action::ListConnections, team).await?;
        self.connections_where(connection::Column::TeamId.eq(team.0), page).await
    }

    /// The connections of all teams of an organization, by name: what its end would stop.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the page.
    pub async fn organization_connections(
        &self,
        actor: Actor,
        organization: OrganizationId,
        page: &PageAsk,
    ) -> Result<Page<ConnectionView>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let teams = team::Entity::find()
            .select_only()
            .column(team::Column::Id)
            .filter(team::Column::OrganizationId.eq(organization.0));
        self.connections_where(connection::Column::TeamId.in_subquery(teams.into_query()), page).await
    }

    async fn connections_where(&self, which: SimpleExpr, page: &PageAsk) -> Result<Page<ConnectionView>> {
        let (first, after) = page.read()?;
        let mut list = connection::Entity::find().filter(which);
        let total = page.count(self.db.read(), &list).await?;
        match after {
            Some(Position::Name(name, id)) => {
                let (name, id) = ((connection::Column::Name, name), (connection::Column::Id, id));
                list = list.filter(behind(&Order::Asc, name, id));
            }
            Some(Position::Time(..) | Position::Number(_)) => {
                return Err(Error::input(ErrorCode::InvalidCursor, "after", "is a cursor of another list"));
            }
            None => {}
        }
        let list = list.order_by_asc(connection::Column::Name).order_by_asc(connection::Column::Id);
        let (rows, has_next) = cut(list.limit(first + 1).all(self.db.read()).await?, first);
        let views = self.connection_views(rows).await?;
        let rows = views
            .into_iter()
            .map(|view| (Position::Name(view.name.clone(), view.id.0).encode(), view))
            .collect();
        Ok(Page { rows, has_next, total })
    }

    async fn connection_views(&self, rows: Vec<connection::Model>) -> Result<Vec<ConnectionView>> {
        let items: Vec<(credential::Model, request_item::Model)> = {
            let found: Vec<(credential::Model, Option<request_item::Model>)> = credential::Entity::find()
                .filter(credential::Column::Id.is_in(rows.iter().map(|row| row.credential_id)))
                .join(JoinType::InnerJoin, item_of_credential())
                .select_also(request_item::Entity)
                .all(self.db.read())
                .await?;
            found.into_iter().filter_map(|(credential, item)| Some((credential, item?))).collect()
        };
        rows.into_iter()
            .map(|row| {
                let (credential, item) = items
                    .iter()
                    .find(|(credential, _)| credential.id == row.credential_id)
                    .ok_or_else(|| Error::corrupt("connection"))?;
                Ok(ConnectionView {
                    id: ConnectionId(row.id),
                    team: TeamId(row.team_id),
                    credential: CredentialId(row.credential_id),
                    item: ItemId(item.id),
                    request: RequestId(item.request_id),
                    app: item.app.clone(),
                    account: credential.account_label.clone().map(|label| Account {
                        id: credential.account_id.clone(),
                        label,
                        workspace: credential.account_workspace.clone(),
                    }),
                    name: row.name,
                    consumer: row.consumer,
                    consumer_url: row.consumer_url,
                    created_by: UserId(row.created_by),
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                    last_used_at: row.last_used_at,
                    suspended_at: row.suspended_at,
                    credential_suspended_at: credential.suspended_at,
                    state: State::parse(&item.state).ok_or_else(|| Error::corrupt("item state"))?,
                })
            })
            .collect()
    }
}

fn item_of_credential() -> sea_orm::RelationDef {
    on(credential::Column::ItemId, request_item::Column::Id)
}
