//! Apps that an organization defines for itself, in the format of the catalog.
//!
//! A definition says where secrets are sent. So it never changes: whoever wants another one defines another app,
//! with an id of its own that is never given again. Nothing that was given to one address is led to another,
//! whatever happens at the same moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::actor::Actor;
use domain::catalog::{App, Catalog, Options};
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, OrganizationChange};
use domain::id::OrganizationId;
use domain::policy::Action;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, JoinType,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::db::entity::{credential, organization_app, request_item, revocation};
use crate::db::join::on;
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::{Service, ids};

/// Longest definition, in bytes.
const LENGTH_MAX: usize = 32 * 1024;
/// Apps that one organization may define.
const APPS_MAX: u64 = 100;

impl Service {
    /// Apps that somebody may see: those of the instance, and those of the organizations that they belong to.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn apps(&self, actor: Actor) -> Result<Vec<Arc<App>>> {
        let mine: Vec<OrganizationId> = match actor.user() {
            Some(_) => self.memberships(actor).await?.into_iter().map(|row| row.organization).collect(),
            None => Vec::new(),
        };
        let catalog = self.catalog();
        let seen = catalog.iter().filter(|app| app.organization.is_none_or(|owner| mine.contains(&owner)));
        Ok(seen.cloned().collect())
    }

    /// Defines an app. Returns its id in the catalog: that of the definition with twelve random digits.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or every problem of the definition.
    pub async fn define_app(
        &self,
        actor: Actor,
        organization: OrganizationId,
        definition: &str,
    ) -> Result<String> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let own: String = ids::random::<6>().iter().map(|byte| format!("{byte:02x}")).collect();
        let app = self.parse_app(organization, definition, Id::With(&own)).map_err(Error::Input)?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let all = organization_app::Entity::find()
            .filter(organization_app::Column::OrganizationId.eq(organization.0))
            .count(write.tx())
            .await?;
        if all >= APPS_MAX {
            let message = format!("an organization has at most {APPS_MAX} apps of its own");
            return Err(Error::input(ErrorCode::TooMany, "definition", message));
        }
        organization_app::ActiveModel {
            id: Set(app.id.clone()),
            organization_id: Set(organization.0),
            definition: Set(definition.to_owned()),
            set_by: Set(user.0),
            changed_at: Set(write.now()),
        }
        .insert(write.tx())
        .await?;
        let what = OrganizationChange::AppDefined;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await?;
        self.bus().catalog_changed();
        self.refresh_catalog().await?;
        Ok(app.id)
    }

    /// Removes an app of the organization.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` while anything lives that was granted for it.
    pub async fn remove_app(&self, actor: Actor, organization: OrganizationId, id: &str) -> Result<()> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let mut write = self.write_holding(actor, Hold::Organization(organization.0)).await?;
        let gone = organization_app::Entity::delete_many()
            .filter(organization_app::Column::Id.eq(id))
            .filter(organization_app::Column::OrganizationId.eq(organization.0))
            .exec(write.tx())
            .await?;
        if gone.rows_affected == 0 {
            return Err(Error::not_found());
        }
        self.check_idle(&write, id).await?;
        let what = OrganizationChange::AppRemoved;
        write.emit(&Event::organization_changed(what, organization)).await?;
        write.commit().await?;
        self.bus().catalog_changed();
        self.refresh_catalog().await
    }

    /// The definitions of an organization, by id.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn app_definitions(
        &self,
        actor: Actor,
        organization: OrganizationId,
    ) -> Result<Vec<(String, String)>> {
        self.check_organization(actor, Action::ManageOrganization, organization).await?;
        let rows = organization_app::Entity::find()
            .filter(organization_app::Column::OrganizationId.eq(organization.0))
            .order_by_asc(organization_app::Column::Id)
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.definition)).collect())
    }

    fn parse_app(
        &self,
        organization: OrganizationId,
        definition: &str,
        id: Id<'_>,
    ) -> std::result::Result<App, Vec<Problem>> {
        let problem = |code, message: String| vec![Problem::new(code, "definition", message)];
        if definition.len() > LENGTH_MAX {
            return Err(problem(ErrorCode::TooLong, format!("must have at most {LENGTH_MAX} bytes")));
        }
        // No variables: the sandbox belongs to the demo.
        let options =
            Options { variables: BTreeMap::new(), allow_loopback: self.config().allow_loopback_providers };
        let parsed = Catalog::parse([("definition", definition)], &options).map_err(|found| {
            let told =
                found.iter().map(|one| Problem::new(ErrorCode::InvalidFormat, "definition", one.to_string()));
            told.collect::<Vec<_>>()
        })?;
        let app = parsed.iter().next().cloned();
        let app = app.ok_or_else(|| problem(ErrorCode::InvalidFormat, "uses a variable".to_owned()))?;
        let mut app = Arc::unwrap_or_clone(app);
        match id {
            Id::With(own) => app.id = format!("{}_{own}", app.id),
            Id::Known(known) => known.clone_into(&mut app.id),
        }
        if app.id.len() > 64 {
            return Err(problem(ErrorCode::TooLong, "the id must have at most 51 characters".to_owned()));
        }
        app.organization = Some(organization);
        Ok(app)
    }

    /// Nothing may live that was granted for an app, when it is removed: its provider could not be told any more.
    async fn check_idle(&self, write: &Write, app: &str) -> Result<()> {
        let granted = credential::Entity::find()
            .join(JoinType::InnerJoin, on(credential::Column::ItemId, request_item::Column::Id))
            .filter(request_item::Column::App.eq(app))
            .filter(credential::Column::DestroyedAt.is_null())
            .count(write.tx())
            .await?;
        let revoking = revocation::Entity::find()
            .filter(revocation::Column::App.eq(app))
            .filter(revocation::Column::Sealed.is_not_null())
            .count(write.tx())
            .await?;
        let signing_in = request_item::Entity::find()
            .join(
                JoinType::InnerJoin,
                on(request_item::Column::Id, crate::db::entity::authorization::Column::ItemId),
            )
            .filter(
                Condition::all().add(Expr::col((request_item::Entity, request_item::Column::App)).eq(app)),
            )
            .count(write.tx())
            .await?;
        if granted + revoking + signing_in > 0 {
            return Err(Error::refused(
                ErrorCode::Conflict,
                "access that was granted for this app still lives; have it revoked first",
            ));
        }
        Ok(())
    }

    /// Puts the apps of organizations into the catalog of this process. Other processes do the same with their next
    /// sweep. A definition that this version does not understand any more is left out and told.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refresh_catalog(&self) -> Result<()> {
        let rows = organization_app::Entity::find().all(self.db.read()).await?;
        let mut apps = Vec::with_capacity(rows.len());
        for row in rows {
            match self.parse_app(OrganizationId(row.organization_id), &row.definition, Id::Known(&row.id)) {
                Ok(app) => apps.push(app),
                Err(problems) => {
                    tracing::error!(
                        app = row.id,
                        problems = problems.len(),
                        "an app of an organization is left out"
                    );
                }
            }
        }
        self.put_catalog(Arc::new(self.built_in.with(apps)));
        Ok(())
    }
}

/// Where the id of an app comes from.
enum Id<'a> {
    /// From its definition, with this behind it.
    With(&'a str),
    /// It has one.
    Known(&'a str),
}
