//! Signing in and out, and the first start.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::code::ErrorCode;
use service::{Error, NewSession, SignInTry};

use crate::context::{Caller, Calls as _, Cookies};
use crate::error::Fail as _;
use crate::id::parse;
use crate::types::{Language, User};

#[derive(Default)]
pub(crate) struct AccountMutation;

/// Asks for a sign-in code.
#[derive(InputObject)]
pub(crate) struct RequestSignInCodeInput {
    /// Your mail address.
    email: String,
    /// Language of the mail, where the address has no account that says another; when absent, what
    /// `Accept-Language` likes best.
    language: Option<Language>,
    /// A path of this instance, with its query and fragment: the page to which the link in the mail leads.
    #[graphql(name = "return")]
    return_to: Option<String>,
}

/// A code is on its way, whether or not the address was known.
#[derive(SimpleObject)]
pub(crate) struct RequestSignInCodePayload {
    /// Until when the code is valid.
    expires_at: DateTime<Utc>,
}

/// Signs in by code.
#[derive(InputObject)]
pub(crate) struct SignInInput {
    /// The address that the code was sent to.
    email: String,
    /// The six digits from the mail.
    code: String,
    /// Your name, when you are new; 1 to 128 characters.
    name: Option<String>,
}

/// You are signed in: the answer sets the session's cookie.
#[derive(SimpleObject)]
pub(crate) struct SignInPayload {
    /// You.
    viewer: User,
}

/// Takes a new instance into service.
#[derive(InputObject)]
pub(crate) struct SetUpInstanceInput {
    /// The code that the process printed at its start.
    set_up_code: String,
    /// Name of the first organization.
    organization_name: String,
    /// Name of its first team.
    team_name: String,
}

/// The instance is in service.
#[derive(SimpleObject)]
pub(crate) struct SetUpInstancePayload {
    /// Id of the first organization; you own it.
    organization_id: ID,
    /// Id of its first team.
    team_id: ID,
}

/// Ends a session.
#[derive(InputObject)]
pub(crate) struct EndSessionInput {
    /// The session; the one you are using when absent.
    session_id: Option<ID>,
}

/// A session has ended.
#[derive(SimpleObject)]
pub(crate) struct EndSessionPayload {
    /// Id of the session.
    session_id: ID,
}

#[Object]
impl AccountMutation {
    /// Sends a sign-in code by mail, valid for ten minutes and five tries. The answer is the same whether or
    /// not the address is known.
    async fn request_sign_in_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address.")] input: RequestSignInCodeInput,
    ) -> async_graphql::Result<RequestSignInCodePayload> {
        let service = ctx.service()?;
        let caller = caller_with_cookies(ctx)?;
        let language = input.language.map_or(caller.language, Into::into);
        let return_to = input.return_to.as_deref().unwrap_or("/");
        let asked = service
            .request_sign_in(&input.email, caller.browser.as_deref(), language, return_to)
            .await
            .map_err(|error| error.fail(ctx))?;
        ctx.append_http_header("set-cookie", Cookies::of(service).sign_in(&asked.browser));
        Ok(RequestSignInCodePayload { expires_at: asked.expires_at })
    }

    /// Signs in by code; a new address becomes a new account. Sets the session's cookie.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Address and code.")] input: SignInInput,
    ) -> async_graphql::Result<SignInPayload> {
        let caller = caller_with_cookies(ctx)?;
        let attempt =
            SignInTry::Code { email: &input.email, code: &input.code, browser: caller.browser.as_deref() };
        let (session, _) = ctx
            .service()?
            .sign_in(attempt, input.name.as_deref(), caller.user_agent.as_deref(), caller.session.as_deref())
            .await
            .map_err(|error| error.fail(ctx))?;
        signed_in(ctx, &session).await
    }

    /// Makes you the administrator of a new instance and the owner of its first organization. Needs the
    /// code that the process printed at its start, and works once.
    async fn set_up_instance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code and names.")] input: SetUpInstanceInput,
    ) -> async_graphql::Result<SetUpInstancePayload> {
        let (organization, team) = ctx
            .service()?
            .set_up(ctx.actor(), &input.set_up_code, &input.organization_name, &input.team_name)
            .await
            .map_err(|error| error.fail(ctx))?;
        Ok(SetUpInstancePayload {
            organization_id: organization.to_string().into(),
            team_id: team.to_string().into(),
        })
    }

    /// Ends a session of yours: signs out here, or in another browser.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: EndSessionInput,
    ) -> async_graphql::Result<EndSessionPayload> {
        let fail = |error: Error| error.fail(ctx);
        let service = ctx.service()?;
        let domain::actor::Actor::User { session: current, .. } = ctx.actor() else {
            return Err(fail(Error::unauthenticated()));
        };
        let id = match &input.session_id {
            Some(id) => parse(id, "sessionId").map_err(fail)?,
            None => current,
        };
        service.end_session(ctx.actor(), id).await.map_err(fail)?;
        if id == current {
            ctx.append_http_header("set-cookie", Cookies::of(service).no_session());
        }
        Ok(EndSessionPayload { session_id: id.to_string().into() })
    }
}

/// The caller of what ends in a cookie. On a socket or a stream the cookie would be lost after the code was
/// used up, so nothing is begun there.
fn caller_with_cookies(ctx: &Context<'_>) -> async_graphql::Result<Caller> {
    let caller = ctx.caller();
    if caller.takes_cookies {
        return Ok(caller);
    }
    let message = "this sets a cookie: send it over HTTP, with an answer in JSON";
    Err(Error::refused(ErrorCode::BadRequest, message).fail(ctx))
}

async fn signed_in(ctx: &Context<'_>, session: &NewSession) -> async_graphql::Result<SignInPayload> {
    let service = ctx.service()?;
    let actor = domain::actor::Actor::User { user: session.user, session: session.id };
    let viewer = service.viewer(actor).await.map_err(|error| error.fail(ctx))?;
    ctx.append_http_header("set-cookie", Cookies::of(service).session(session, service.now()));
    Ok(SignInPayload { viewer: User::signed_in(viewer, actor) })
}
