//! The feature *credential requests*, and one's own profile.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::code::ErrorCode;
use service::Error;

use crate::context::Calls as _;
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{FeatureApplication, Language, User};

#[derive(Default)]
pub(crate) struct FeatureMutation;

/// An application for sending credential requests.
#[derive(InputObject)]
pub(crate) struct ApplyForFeatureInput {
    /// Your company, 1 to 128 characters.
    company: String,
    /// Why, 1 to 256 characters.
    reason: String,
}

/// An administrator of the instance will decide; you are told by mail.
#[derive(SimpleObject)]
pub(crate) struct ApplyForFeaturePayload {
    /// Your application, with the check of plan and address.
    application: FeatureApplication,
}

/// A decision on an application.
#[derive(InputObject)]
pub(crate) struct ReviewFeatureApplicationInput {
    /// The application.
    application_id: ID,
    /// Approve it; else it is refused.
    approve: bool,
    /// Why it is refused, 1 to 256 characters; needed to refuse. The applicant reads it.
    refusal: Option<String>,
}

/// It is decided; the applicant is told by mail.
#[derive(SimpleObject)]
pub(crate) struct ReviewFeatureApplicationPayload {
    /// Id of the application.
    application_id: ID,
}

/// Switches sending credential requests on or off for somebody.
#[derive(InputObject)]
pub(crate) struct SetFeatureInput {
    /// For whom.
    user_id: ID,
    /// On or off. Requests that they sent go on.
    on: bool,
}

/// It is switched.
#[derive(SimpleObject)]
pub(crate) struct SetFeaturePayload {
    /// Id of the person.
    user_id: ID,
}

/// Your name and language; what is absent stays.
#[derive(InputObject)]
pub(crate) struct UpdateProfileInput {
    /// Your name, 1 to 128 characters.
    name: Option<String>,
    /// Language of the mails that you get.
    language: Option<Language>,
    /// Your time zone, such as `Europe/Berlin`; reminders come by day.
    time_zone: Option<String>,
}

/// You, as you are now.
#[derive(SimpleObject)]
pub(crate) struct UpdateProfilePayload {
    /// You.
    viewer: User,
}

#[Object]
impl FeatureMutation {
    /// Applies for sending credential requests.
    async fn apply_for_feature(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The form.")] input: ApplyForFeatureInput,
    ) -> async_graphql::Result<ApplyForFeaturePayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        service.apply_for_feature(actor, &input.company, &input.reason).await.map_err(fail)?;
        let view = service.my_application(actor).await.map_err(fail)?;
        let view = view.ok_or_else(|| fail(Error::not_found()))?;
        Ok(ApplyForFeaturePayload { application: FeatureApplication::of(view) })
    }

    /// Approves or refuses an application; for administrators of the instance.
    async fn review_feature_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ReviewFeatureApplicationInput,
    ) -> async_graphql::Result<ReviewFeatureApplicationPayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let id = parse(&input.application_id, "applicationId").map_err(fail)?;
        let refusal = match (input.approve, input.refusal) {
            (true, None) => None,
            (true, Some(_)) => {
                let message = "an approval has no reason to refuse";
                return Err(fail(Error::input(ErrorCode::UnknownField, "refusal", message)));
            }
            (false, refusal) => Some(refusal.unwrap_or_default()),
        };
        service.review_application(actor, id, refusal.as_deref()).await.map_err(fail)?;
        Ok(ReviewFeatureApplicationPayload { application_id: input.application_id })
    }

    /// Switches sending credential requests on or off for somebody; for administrators of the instance.
    async fn set_feature(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom.")] input: SetFeatureInput,
    ) -> async_graphql::Result<SetFeaturePayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let user = parse(&input.user_id, "userId").map_err(fail)?;
        service.set_feature(actor, user, input.on).await.map_err(fail)?;
        Ok(SetFeaturePayload { user_id: input.user_id })
    }

    /// Changes your name, language or time zone.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> async_graphql::Result<UpdateProfilePayload> {
        let fail = |error: Error| error.fail(ctx);
        let (service, actor) = (ctx.service()?, ctx.actor());
        let language = input.language.map(|language| domain::language::Language::from(language).tag());
        service
            .update_profile(actor, input.name.as_deref(), language, input.time_zone.as_deref())
            .await
            .map_err(fail)?;
        Ok(UpdateProfilePayload { viewer: User::of(service.viewer(actor).await.map_err(fail)?) })
    }
}
