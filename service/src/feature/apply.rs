//! Applying for the feature (GATE-2).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::{ApplicationId, UserId};
use domain::text::{self, Lines, NOTE_MAX, PERSON_NAME_MAX};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::is_corporate;
use crate::db::Hold;
use crate::db::entity::feature_application;
use crate::error::{Error, Result};
use crate::members::PersonView;
use crate::{Service, ids};

/// Applications that one person may send in thirty days.
const MONTH_MAX: u64 = 5;

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationState {
    /// Waits for an administrator of the instance.
    Open,
    /// The feature was switched on.
    Approved,
    /// The feature was refused.
    Refused,
}

impl ApplicationState {
    const ALL: [Self; 3] = [Self::Open, Self::Approved, Self::Refused];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Approved => "APPROVED",
            Self::Refused => "REFUSED",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An application, as its sender and the instance's administrators see it.
#[derive(Debug, Clone)]
pub struct FeatureApplicationView {
    /// Id.
    pub id: ApplicationId,
    /// Who applies.
    pub person: PersonView,
    /// Their company, in their words.
    pub company: String,
    /// Why, in their words.
    pub reason: String,
    /// An organization of theirs has a plan that makes eligible.
    pub has_plan: bool,
    /// Their mail address is a corporate one.
    pub has_corporate_address: bool,
    /// Where it stands.
    pub state: ApplicationState,
    /// Why it was refused.
    pub refusal: Option<String>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

impl FeatureApplicationView {
    pub(super) fn of(row: feature_application::Model, person: PersonView) -> Result<Self> {
        Ok(Self {
            id: ApplicationId(row.id),
            person,
            company: row.company,
            reason: row.reason,
            has_plan: row.has_plan,
            has_corporate_address: row.has_corporate_address,
            state: ApplicationState::parse(&row.state).ok_or_else(|| Error::corrupt("application"))?,
            refusal: row.refusal,
            created_at: row.created_at,
        })
    }
}

impl Service {
    /// Applies for the feature. The check of plan and address is kept with the application, for the
    /// administrator who decides.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `CONFLICT` when one is open or the feature is on already, `RATE_LIMITED`, or problems
    /// with the form.
    pub async fn apply_for_feature(
        &self,
        actor: Actor,
        company: &str,
        reason: &str,
    ) -> Result<ApplicationId> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let company = text::required("company", company, PERSON_NAME_MAX, Lines::One);
        let reason = text::required("reason", reason, NOTE_MAX, Lines::Many);
        let (company, reason) = match (company, reason) {
            (Ok(company), Ok(reason)) => (company, reason),
            (a, b) => return Err(Error::Input(a.err().into_iter().chain(b.err()).collect())),
        };
        let row = self.user_row(user).await?;
        if self.has_feature(&row).await? {
            return Err(Error::refused(ErrorCode::Conflict, "the feature is switched on for you already"));
        }
        let has_plan = self.with_plan(std::slice::from_ref(&row)).await?.contains(&row.id);
        let mut write = self.write_holding(actor, Hold::Account(user.0)).await?;
        if newest(write.tx(), user).await?.is_some_and(|row| row.state == ApplicationState::Open.as_str()) {
            return Err(Error::refused(ErrorCode::Conflict, "an application of yours is open already"));
        }
        let month = chrono::TimeDelta::days(30);
        let recent = feature_application::Entity::find()
            .filter(feature_application::Column::UserId.eq(user.0))
            .filter(feature_application::Column::CreatedAt.gt(write.now() - month))
            .count(write.tx())
            .await?;
        if recent >= MONTH_MAX {
            return Err(Error::RateLimited { seconds: month.num_seconds().unsigned_abs() });
        }
        let id: ApplicationId = ids::new(write.now());
        feature_application::ActiveModel {
            id: Set(id.0),
            user_id: Set(user.0),
            company: Set(company),
            reason: Set(reason),
            has_plan: Set(has_plan),
            has_corporate_address: Set(is_corporate(&row.email, &self.config().free_mail_domains)),
            state: Set(ApplicationState::Open.as_str().to_owned()),
            refusal: Set(None),
            decided_by: Set(None),
            created_at: Set(write.now()),
            decided_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        write.emit(&Event::FeatureAsked { user, application: id }).await?;
        write.commit().await?;
        Ok(id)
    }

    /// The caller's newest application.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub async fn my_application(&self, actor: Actor) -> Result<Option<FeatureApplicationView>> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let Some(row) = newest(self.db.read(), user).await? else { return Ok(None) };
        let me = self.user_row(user).await?;
        let person = PersonView { id: user, name: me.name, email: me.email };
        FeatureApplicationView::of(row, person).map(Some)
    }

    /// Which of these people have applied and wait for an answer.
    pub(crate) async fn with_application(&self, people: &[Uuid]) -> Result<HashSet<Uuid>> {
        let ids: Vec<Uuid> = feature_application::Entity::find()
            .select_only()
            .column(feature_application::Column::UserId)
            .filter(feature_application::Column::UserId.is_in(people.iter().copied()))
            .filter(feature_application::Column::State.eq(ApplicationState::Open.as_str()))
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(ids.into_iter().collect())
    }
}

async fn newest(db: &impl ConnectionTrait, user: UserId) -> Result<Option<feature_application::Model>> {
    Ok(feature_application::Entity::find()
        .filter(feature_application::Column::UserId.eq(user.0))
        .order_by_desc(feature_application::Column::CreatedAt)
        .order_by_desc(feature_application::Column::Id)
        .one(db)
        .await?)
}
