//! Apps that can be asked for.

use async_graphql::{Context, Object};

use crate::context::Calls as _;
use crate::types::App;

#[derive(Default)]
pub(crate) struct CatalogQuery;

#[Object]
impl CatalogQuery {
    /// Apps that can be asked for, by name.
    async fn apps<'c>(
        &self,
        ctx: &'c Context<'_>,
        #[graphql(desc = "Only those whose name contains this.")] text: Option<String>,
    ) -> async_graphql::Result<Vec<App<'c>>> {
        let wanted = text.unwrap_or_default().trim().to_lowercase();
        Ok(ctx
            .service()?
            .catalog()
            .iter()
            .filter(|app| app.name.to_lowercase().contains(&wanted))
            .map(App)
            .collect())
    }

    /// One app.
    async fn app<'c>(
        &self,
        ctx: &'c Context<'_>,
        #[graphql(desc = "Id, such as `hubspot`.")] id: String,
    ) -> async_graphql::Result<Option<App<'c>>> {
        Ok(ctx.service()?.catalog().app(&id).map(App))
    }
}
