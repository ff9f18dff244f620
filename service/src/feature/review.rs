//! Deciding on applications, and taking the feature back (GATE-2, GATE-5).

use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::{ApplicationId, UserId};
use domain::text::{self, Lines, NOTE_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{ApplicationState, FeatureApplicationView};
use crate::Service;
use crate::db::Write;
use crate::db::entity::{feature_application, user};
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::error::{Error, Result};
use crate::members::PersonView;

impl Service {
    /// Applications, newest first; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or problems with the page.
    pub async fn feature_applications(
        &self,
        actor: Actor,
        state: Option<ApplicationState>,
        page: &PageAsk,
    ) -> Result<Page<FeatureApplicationView>> {
        self.instance_admin(actor).await?;
        let (first, after) = page.read()?;
        let db = self.db.read();
        let mut query = feature_application::Entity::find();
        if let Some(state) = state {
            query = query.filter(feature_application::Column::State.eq(state.as_str()));
        }
        let total = page.count(db, &query).await?;
        if let Some(Position::Time(at, id)) = after {
            let (at, id) =
                ((feature_application::Column::CreatedAt, at), (feature_application::Column::Id, id));
            query = query.filter(behind(&Order::Desc, at, id));
        }
        let rows = query
            .order_by_desc(feature_application::Column::CreatedAt)
            .order_by_desc(feature_application::Column::Id)
            .limit(first + 1)
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let people = user::Entity::find()
            .filter(user::Column::Id.is_in(rows.iter().map(|row| row.user_id)))
            .all(db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|row| {
                let person = people.iter().find(|person| person.id == row.user_id);
                let person = person.ok_or_else(|| Error::corrupt("application"))?;
                let person = PersonView {
                    id: UserId(person.id),
                    name: person.name.clone(),
                    email: person.email.clone(),
                };
                let position = Position::Time(row.created_at, row.id).encode();
                Ok((position, FeatureApplicationView::of(row, person)?))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// Approves an application, or refuses it with a reason. The applicant is told by mail.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` when it was decided already, or a problem with
    /// `refusal`.
    pub async fn review_application(
        &self,
        actor: Actor,
        id: ApplicationId,
        refusal: Option<&str>,
    ) -> Result<()> {
        let admin = self.instance_admin(actor).await?;
        let refusal =
            refusal.map(|refusal| text::required("refusal", refusal, NOTE_MAX, Lines::Many)).transpose()?;
        let row = feature_application::Entity::find_by_id(id.0)
            .one(self.db.read())
            .await?
            .ok_or_else(Error::not_found)?;
        let state = if refusal.is_some() { ApplicationState::Refused } else { ApplicationState::Approved };
        let mut write = self.write(actor).await?;
        let decided = feature_application::Entity::update_many()
            .col_expr(feature_application::Column::State, Expr::value(state.as_str()))
            .col_expr(feature_application::Column::Refusal, Expr::value(refusal))
            .col_expr(feature_application::Column::DecidedBy, Expr::value(admin.0))
            .col_expr(feature_application::Column::DecidedAt, Expr::value(write.now()))
            .filter(feature_application::Column::Id.eq(id.0))
            .filter(feature_application::Column::State.eq(ApplicationState::Open.as_str()))
            .exec(write.tx())
            .await?;
        if decided.rows_affected == 0 {
            return Err(Error::refused(ErrorCode::Conflict, "this application was decided already"));
        }
        let user = UserId(row.user_id);
        let granted = state == ApplicationState::Approved;
        if granted {
            switch(&write, user, true).await?;
        }
        write.emit(&Event::FeatureDecided { user, application: id, granted }).await?;
        write.commit().await
    }

    /// Switches the feature on or off for somebody. Requests that they sent go on (GATE-5).
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN` or `NOT_FOUND`.
    pub async fn set_feature(&self, actor: Actor, person: UserId, on: bool) -> Result<()> {
        self.instance_admin(actor).await?;
        self.user_row(person).await?;
        let mut write = self.write(actor).await?;
        switch(&write, person, on).await?;
        write.emit(&Event::FeatureSet { user: person, on }).await?;
        write.commit().await
    }
}

async fn switch(write: &Write, person: UserId, on: bool) -> Result<()> {
    user::Entity::update_many()
        .col_expr(user::Column::FeatureGrantedAt, Expr::value(on.then(|| write.now())))
        .filter(user::Column::Id.eq(person.0))
        .exec(write.tx())
        .await?;
    Ok(())
}
