//! The broker: a connection calls its app, and never sees the secret (USE-2, USE-3).
//!
//! One read per call and no write: what a call stands on is one row of a join, and what it did is counted in
//! memory ([`ledger`]). Bodies are passed on piece by piece, each pulled by who reads it.

mod body;
mod grant;
mod hand_out;
mod headers;
pub(crate) mod ledger;
mod overrides;
mod refusal;
mod secret;
mod slots;
mod target;
pub(crate) mod usage;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalog::{AuthMethod, Catalog};
use domain::credential::Secret;
use domain::id::{ConnectionId, ItemId};
use http::{HeaderMap, Method, StatusCode};
use providers::{Body, ByteStream, Call, ForwardError, Reply};

use body::Held;
pub(crate) use grant::Grant;
use grant::Texts;
pub use hand_out::HandedOut;
use ledger::Ledger;
pub use refusal::{CredentialState, Refusal, RefusalCode};
use slots::Slots;
use target::{Line, Target};

use crate::Service;

/// What the broker keeps in memory.
#[derive(Default)]
pub(crate) struct Broker {
    pub(crate) ledger: Ledger,
    slots: Slots,
    grants: Texts,
}

/// A call as it came in.
pub struct BrokerCall {
    /// The connection, as it stands in the address.
    pub connection: String,
    /// The bearer token.
    pub token: Option<String>,
    /// The method.
    pub method: Method,
    /// The path behind the connection, from its first slash, not decoded.
    pub path: String,
    /// The query, not decoded.
    pub query: Option<String>,
    /// All headers of the caller.
    pub headers: HeaderMap,
    /// The body, where there is one.
    pub body: Option<ByteStream>,
    /// Bytes of the body, where the caller tells them.
    pub length: Option<u64>,
}

/// What the app answered.
pub struct BrokerAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Those of its headers that go on.
    pub headers: HeaderMap,
    /// Its body as it comes.
    pub body: ByteStream,
    /// What the connection stands on.
    pub credential: CredentialState,
    /// The module that allowed the call.
    pub module: String,
}

/// Names another host of the app than its usual one.
const HOST: &str = "consentry-host";

impl Service {
    /// Passes a call on to the app, if the recipient consented to it, and its answer back.
    ///
    /// # Errors
    /// [`Refusal`]; where it is not the app that is away, nothing was sent.
    pub async fn broker(&self, call: BrokerCall) -> Result<BrokerAnswer, Refusal> {
        let mut grant = self.grant(&call.connection, call.token.as_deref()).await?;
        let slot = self.broker.slots.take(grant.connection_id()).ok_or_else(|| {
            let message = format!("this connection has {} calls under way; wait for one to end", slots::MOST);
            Refusal::new(RefusalCode::TooManyCalls, message)
        })?;
        let state = grant.check().inspect_err(|refusal| self.count_refused(&grant, refusal))?;
        let at = |refusal: Refusal| refusal.at(state);
        let refuse = |grant: &Grant, refusal: Refusal| {
            self.count_refused(grant, &refusal);
            at(refusal)
        };
        let catalog = self.catalog();
        let host = call.headers.get(HOST).map(|host| host.to_str().unwrap_or_default());
        let line =
            Line { method: call.method.as_str(), path: &call.path, query: call.query.as_deref(), host };
        // First whether it is allowed, then whether the token must be renewed for it.
        let stored = self.stored_secret(&grant).map_err(at)?;
        let aimed = aim(&catalog, &grant, &stored, line).map_err(|refusal| refuse(&grant, refusal))?;
        let version = grant.version;
        let secret = self.made_fresh(&mut grant, stored).await;
        let mut secret = secret.map_err(|refusal| refuse(&grant, refusal))?;
        let (method, Target { url, module }) = if grant.version == version {
            aimed
        } else {
            // The recipient may have authorized anew meanwhile, for an account that lives elsewhere.
            aim(&catalog, &grant, &secret, line).map_err(|refusal| refuse(&grant, refusal))?
        };
        let held = Held::new(self.clone(), slot, call.connection, call.token);
        let body =
            body::read(method, (&call.method, &call.headers), call.body, call.length, &held, self.silence())
                .await;
        let body = body.map_err(|refusal| refuse(&grant, refusal))?;
        let outgoing = Call { method: call.method, url, headers: headers::to_app(&call.headers), body };
        let sent = Sent::new(self, &grant, module);
        let reply = self.call_app(&mut grant, method, &mut secret, outgoing).await;
        if let Some(refusal) = held.refused() {
            sent.was_refused();
            return Err(refuse(&grant, refusal));
        }
        let module = sent.answered(reply.as_ref().ok().map(|reply| reply.status.as_u16()));
        let reply = reply.map_err(at)?;
        Ok(BrokerAnswer {
            status: reply.status,
            headers: headers::to_caller(&reply.headers, method, &secret),
            body: held.watch(reply.body),
            credential: state,
            module,
        })
    }

    /// Calls the app. A second try is made where the first cannot have done anything: after a 401 with another
    /// secret, and where a safe call without a body found a connection that had just been closed. `secret` is then the
    /// one by which the answer came.
    async fn call_app(
        &self,
        grant: &mut Arc<Grant>,
        method: &AuthMethod,
        secret: &mut Secret,
        call: Call,
    ) -> Result<Reply, Refusal> {
        let again = copy(&call);
        let first = self.providers.forward(method, secret, call, self.silence()).await;
        match (first, again) {
            (Ok(reply), Some(call)) if reply.status == StatusCode::UNAUTHORIZED => {
                match Box::pin(self.secret_after_refusal(grant, secret)).await {
                    Ok(Some(newer)) => {
                        *secret = newer;
                        Box::pin(self.forwarded(method, secret, call)).await
                    }
                    Ok(None) => Ok(reply),
                    Err(refusal) => {
                        // The app has answered, and its answer counts.
                        tracing::warn!(reason = refusal.message, "no newer token could be looked for");
                        Ok(reply)
                    }
                }
            }
            (Err(ForwardError::BrokeOff(_)), Some(call))
                if call.method.is_safe() && matches!(call.body, Body::Empty) =>
            {
                Box::pin(self.forwarded(method, secret, call)).await
            }
            (first, _) => first.map_err(no_answer),
        }
    }

    async fn forwarded(&self, method: &AuthMethod, secret: &Secret, call: Call) -> Result<Reply, Refusal> {
        self.providers.forward(method, secret, call, self.silence()).await.map_err(no_answer)
    }

    fn silence(&self) -> std::time::Duration {
        self.config().broker_timeout
    }

    /// Refusals that the recipient and the team are told of: what was not agreed to, and use while it is off.
    fn count_refused(&self, grant: &Grant, refusal: &Refusal) {
        if matches!(
            refusal.code,
            RefusalCode::NotConsented
                | RefusalCode::Malformed
                | RefusalCode::Suspended
                | RefusalCode::NotAuthorized
                | RefusalCode::Invalid
        ) {
            let missing = refusal.modules.first().map_or("", String::as_str);
            let (connection, item) = (grant.connection_id(), grant.item_id());
            self.broker.ledger.refused(connection, item, missing, self.now());
        }
    }
}

/// A call on its way to the app. It is counted also where its caller hangs up before the answer: the app may have done
/// what it was asked.
struct Sent<'a> {
    service: &'a Service,
    connection: ConnectionId,
    item: ItemId,
    module: String,
    is_counted: bool,
}

impl<'a> Sent<'a> {
    fn new(service: &'a Service, grant: &Grant, module: String) -> Self {
        let (connection, item) = (grant.connection_id(), grant.item_id());
        Self { service, connection, item, module, is_counted: false }
    }

    fn count(&mut self, status: Option<u16>) {
        self.is_counted = true;
        let (ledger, now) = (&self.service.broker.ledger, self.service.now());
        ledger.called(self.connection, self.item, &self.module, status, now);
    }

    /// Returns the module by which it was allowed.
    fn answered(mut self, status: Option<u16>) -> String {
        self.count(status);
        std::mem::take(&mut self.module)
    }

    /// Its body was broken off: it is counted among those.
    fn was_refused(mut self) {
        self.is_counted = true;
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if !self.is_counted {
            self.count(None);
        }
    }
}

/// The way by which the app was authorized, and where the call goes with this secret.
fn aim<'a>(
    catalog: &'a Catalog,
    grant: &Grant,
    secret: &Secret,
    line: Line<'_>,
) -> Result<(&'a AuthMethod, Target), Refusal> {
    let version = catalog.version(&grant.app, &grant.app_version);
    let (version, method) =
        version.and_then(|version| Some((version, version.method(&grant.method)?))).ok_or_else(|| {
            Refusal::new(RefusalCode::NotCallable, "the catalog does not have this app any more")
        })?;
    let none = BTreeMap::new();
    let params = secret.params().unwrap_or(&none);
    Ok((method, target::find(version, method, grant.modules(), params, line)?))
}

/// The same call once more; `None` where its body is gone once it was sent.
fn copy(call: &Call) -> Option<Call> {
    let body = match &call.body {
        Body::Empty => Body::Empty,
        Body::Whole(bytes) => Body::Whole(bytes.clone()),
        Body::Stream(_) => return None,
    };
    Some(Call { method: call.method.clone(), url: call.url.clone(), headers: call.headers.clone(), body })
}

fn no_answer(error: ForwardError) -> Refusal {
    tracing::debug!(%error, "a call of the broker has no answer");
    let message = error.to_string();
    match error {
        ForwardError::NotReached(_) | ForwardError::BrokeOff(_) => {
            Refusal::new(RefusalCode::AppUnreachable, message)
        }
        ForwardError::TooSlow(_) => Refusal::new(RefusalCode::AppTimeout, message),
        ForwardError::NoPlace => Refusal::new(RefusalCode::BodyUnsupported, message),
        ForwardError::Misconfigured(_) => Refusal::new(RefusalCode::NotCallable, message),
    }
}
