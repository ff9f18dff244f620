//! Apps that can be asked for.

use async_graphql::{Context, Object};

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::types::App;

#[derive(Default)]
pub(crate) struct CatalogQuery;

#[Object]
impl CatalogQuery {
    /// Apps that can be asked for, by name: those of the instance, and those that organizations of yours defined.
    async fn apps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those whose name contains this.")] text: Option<String>,
    ) -> async_graphql::Result<Vec<App>> {
        let wanted = text.unwrap_or_default().trim().to_lowercase();
        let apps = ctx.service()?.apps(ctx.actor()).await.map_err(|error| error.fail(ctx))?;
        Ok(apps.into_iter().filter(|app| app.name.to_lowercase().contains(&wanted)).map(App).collect())
    }

    /// One app.
    async fn app(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id, such as `hubspot`.")] id: String,
    ) -> async_graphql::Result<Option<App>> {
        let apps = ctx.service()?.apps(ctx.actor()).await.map_err(|error| error.fail(ctx))?;
        Ok(apps.into_iter().find(|app| app.id == id).map(App))
    }
}
