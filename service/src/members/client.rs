//! OAuth clients of an organization, an app each: they take the place of the instance's.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::credential::SecretText;
use domain::event::{Event, OrganizationChange};
use domain::id::OrganizationId;
use domain::policy::Action;
use domain::text::{self, Lines};
use providers::OAuthClient;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use crate::db::entity::organization_client;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::vault::{Belongs, Sealed};
use crate::{Service, ids};

/// Longest client id, in characters, and longest secret, in bytes.
const LENGTH_MAX: usize = 1000;

/// An OAuth client of an organization; its secret is never shown.
#[derive(Debug, Clone)]
pub struct OrganizationClientView {
    /// App of the catalog.
    pub app: String,
    /// Client id.
    pub client_id: String,
    /// A secret is kept with it.
    pub has_secret: bool,
    /// When it was set.
    pub changed_at: DateTime<Utc>,
}

impl Service {
    /// The organization's clients, by app; for its admins.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn oauth_clients(
        &self,
        actor: Actor,
        organization: OrganizationId,
    ) -> Result<Vec<OrganizationClientView>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let rows = organization_client::Entity::find()
            .filter(organization_client::Column::OrganizationId.eq(organization.0))
            .filter(organization_client::Column::RetiredAt.is_null())
            .order_by_asc(organization_client::Column::App)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| OrganizationClientView {
                app: row.app,
                client_id: row.client_id,
                has_secret: row.sealed.is_some(),
                changed_at: row.changed_at,
            })
            .collect())
    }

    /// Sets the client of an app. Access that was granted through another client is refreshed and revoked by that
    /// one, which is kept for it, as long as the app allows it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or problems with the input.
    pub async fn set_oauth_client(
        &self,
        actor: Actor,
        organization: OrganizationId,
        app: &str,
        client_id: &str,
        secret: Option<&SecretText>,
    ) -> Result<()> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let mut problems = Vec::new();
        let catalog = self.catalog();
        let takes = catalog
            .app(app)
            .filter(|app| app.organization.is_none_or(|owner| owner == organization))
            .map(|app| {
                let mut methods = app.versions.iter().flat_map(|version| &version.methods);
                methods.any(|method| method.kind == domain::credential::Kind::OAuth2Code)
            });
        match takes {
            None => problems.push(Problem::new(ErrorCode::UnknownApp, "app", "the catalog has no such app")),
            Some(false) => {
                problems.push(Problem::new(ErrorCode::UnknownMethod, "app", "this app has no OAuth sign-in"));
            }
            Some(true) => {}
        }
        let client_id = text::required("clientId", client_id, LENGTH_MAX, Lines::One)
            .map_err(|problem| problems.push(problem))
            .unwrap_or_default();
        if secret.is_some_and(|secret| secret.expose().is_empty()) {
            problems.push(Problem::new(ErrorCode::Required, "clientSecret", "must not be empty"));
        }
        if secret.is_some_and(|secret| secret.expose().len() > LENGTH_MAX) {
            problems.push(Problem::new(ErrorCode::TooLong, "clientSecret", "is too long for a secret"));
        }
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        retire_clients(&write, organization, Some(app)).await?;
        forget_unnamed_clients(&write).await?;
        let id: Uuid = ids::new::<domain::id::EventId>(write.now()).0;
        let sealed = secret
            .map(|secret| self.keys.seal(Belongs::OAuthClient { id }, secret.expose().as_bytes()))
            .transpose()?;
        let (key_id, data_key, body) = sealed.map_or((None, None, None), |sealed| {
            (Some(sealed.key_id), Some(sealed.data_key), Some(sealed.body))
        });
        organization_client::ActiveModel {
            id: Set(id),
            key_id: Set(key_id),
            data_key: Set(data_key),
            sealed: Set(body),
            organization_id: Set(organization.0),
            app: Set(app.to_owned()),
            client_id: Set(client_id),
            set_by: Set(user.0),
            changed_at: Set(write.now()),
            retired_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        let what = OrganizationChange::ClientSet;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await
    }

    /// Removes the client of an app; the instance's counts again for new access.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn remove_oauth_client(
        &self,
        actor: Actor,
        organization: OrganizationId,
        app: &str,
    ) -> Result<()> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        if retire_clients(&write, organization, Some(app)).await? == 0 {
            return Err(Error::not_found());
        }
        forget_unnamed_clients(&write).await?;
        let what = OrganizationChange::ClientRemoved;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await
    }

    /// The organization's client for an app with its row, opened for a call to the provider.
    pub(crate) async fn organization_client(
        &self,
        organization: Uuid,
        app: &str,
    ) -> Result<Option<(Uuid, OAuthClient)>> {
        let row = organization_client::Entity::find()
            .filter(organization_client::Column::OrganizationId.eq(organization))
            .filter(organization_client::Column::App.eq(app))
            .filter(organization_client::Column::RetiredAt.is_null())
            .one(self.db.read())
            .await?;
        row.map(|row| Ok((row.id, self.open_client(row)?))).transpose()
    }

    /// A client by its row, also one that was replaced or removed since.
    pub(crate) async fn organization_client_of_row(&self, id: Uuid) -> Result<Option<OAuthClient>> {
        let row = organization_client::Entity::find_by_id(id).one(self.db.read()).await?;
        row.map(|row| self.open_client(row)).transpose()
    }

    fn open_client(&self, row: organization_client::Model) -> Result<OAuthClient> {
        let secret = match Sealed::from_columns(row.key_id, row.data_key, row.sealed) {
            Some(sealed) => {
                let plain = self.keys.unseal(Belongs::OAuthClient { id: row.id }, &sealed)?;
                let text = std::str::from_utf8(&plain).map_err(|_| Error::corrupt("client secret"))?;
                Some(SecretText::from(text))
            }
            None => None,
        };
        Ok(OAuthClient { id: row.client_id, secret })
    }

    /// Forgets clients that were replaced or removed, with their secrets, once no grant names them. Returns how
    /// many they were.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_replaced_clients(&self) -> Result<u64> {
        let retired =
            organization_client::Entity::find().filter(organization_client::Column::RetiredAt.is_not_null());
        if retired.count(self.db.read()).await? == 0 {
            return Ok(0);
        }
        let write = self.write(Actor::System).await?;
        let gone = forget_unnamed_clients(&write).await?;
        write.commit().await?;
        Ok(gone)
    }
}

/// No new grant comes by these clients of an organization: the one of an app, or all. Returns how many they were.
pub(super) async fn retire_clients(
    write: &Write,
    organization: OrganizationId,
    app: Option<&str>,
) -> Result<u64> {
    let mut clients = organization_client::Entity::update_many()
        .col_expr(organization_client::Column::RetiredAt, Expr::value(write.now()))
        .filter(organization_client::Column::OrganizationId.eq(organization.0))
        .filter(organization_client::Column::RetiredAt.is_null());
    if let Some(app) = app {
        clients = clients.filter(organization_client::Column::App.eq(app));
    }
    Ok(clients.exec(write.tx()).await?.rows_affected)
}

/// Forgets retired clients that neither a grant, nor a revocation, nor a sign-in that is under way names.
async fn forget_unnamed_clients(write: &Write) -> Result<u64> {
    let named = |table: &'static str| {
        let column = Expr::col("organization_client_id");
        Query::select()
            .column("organization_client_id")
            .from(table)
            .and_where(column.is_not_null())
            .to_owned()
    };
    let mut gone = organization_client::Entity::delete_many()
        .filter(organization_client::Column::RetiredAt.is_not_null());
    for table in ["credential", "revocation", "authorization"] {
        gone = gone.filter(organization_client::Column::Id.not_in_subquery(named(table)));
    }
    Ok(gone.exec(write.tx()).await?.rows_affected)
}
