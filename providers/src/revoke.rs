//! Takes access back at the app (REC-6).

use domain::catalog::{AuthMethod, CallAuth, ClientAuth, HttpCall, Revocation, Template, place};
use domain::credential::Secret;
use http::header::AUTHORIZATION;

use crate::answer::Tree;
use crate::http::{Answer, Door};
use crate::judge::{Called, judge};
use crate::oauth::{address, client_header, client_of, post_form};
use crate::probe::request;
use crate::{OAuthClient, ProviderError, Revoked};

pub(crate) async fn revoke(
    door: &Door,
    method: &AuthMethod,
    secret: &Secret,
    client: Option<&OAuthClient>,
) -> Result<Revoked, ProviderError> {
    let client = client_of(secret, client);
    match &method.revocation {
        Revocation::Unsupported { .. } => Ok(Revoked::Unsupported),
        Revocation::Rfc7009 { url, client_auth } => {
            revoke_token(door, secret, url, client.as_ref(), *client_auth).await
        }
        Revocation::Call { call, auth } => revoke_by_call(door, method, secret, (call, *auth), client).await,
    }
}

/// RFC 7009. The refresh token goes first: section 2.1 wants the server to end its access tokens with it. Not
/// every server does, so the access token follows; nothing may stay usable.
async fn revoke_token(
    door: &Door,
    secret: &Secret,
    url: &Template,
    client: Option<&OAuthClient>,
    client_auth: ClientAuth,
) -> Result<Revoked, ProviderError> {
    let values = secret.values();
    let url = address(door, url, &values)?;
    // A client that never got a token holds nothing to revoke.
    let mut outcome = None;
    for kind in ["refresh_token", "access_token"] {
        let Some(token) = values.get(kind) else { continue };
        let form = [("token", *token), ("token_type_hint", kind)];
        let answer = post_form(door, url.clone(), &form, client, client_auth).await?;
        let tree = Tree::read(&answer);
        let unsupported = tree
            .as_ref()
            .is_some_and(|tree| tree.codes().iter().any(|code| code == "unsupported_token_type"));
        match (unsupported, outcome) {
            (false, _) => outcome = Some(ended(&answer, tree.as_ref())?),
            // The refresh token was taken; a server that then knows no access tokens has ended them with it.
            (true, Some(Revoked::Revoked)) => {}
            (true, _) => outcome = Some(Revoked::Unsupported),
        }
    }
    Ok(outcome.unwrap_or(Revoked::Revoked))
}

async fn revoke_by_call(
    door: &Door,
    method: &AuthMethod,
    secret: &Secret,
    (call, auth): (&HttpCall, CallAuth),
    client: Option<OAuthClient>,
) -> Result<Revoked, ProviderError> {
    let mut values = secret.values();
    if let Some(client) = &client {
        values.insert("client_id", &client.id);
        values.extend(client.secret.iter().map(|secret| ("client_secret", secret.expose())));
    }
    let placed = if auth == CallAuth::Credential { place(method, secret)? } else { Vec::new() };
    let mut request = request(door, call, &values, placed)?;
    if auth == CallAuth::Client {
        let proof = client.as_ref().and_then(|client| Some((client, client.secret.as_ref()?)));
        let (client, secret) = proof.ok_or_else(|| {
            ProviderError::misconfigured("there is no OAuth client with a secret for this app")
        })?;
        request.headers.insert(AUTHORIZATION, client_header(client, secret)?);
    }
    let answer = door.send(request).await?;
    let tree = Tree::read(&answer);
    // Gone already. A 401 tells that only where the credential itself was the proof.
    let gone = matches!(answer.status.as_u16(), 404 | 410)
        || (answer.status.as_u16() == 401 && auth == CallAuth::Credential);
    if gone {
        return Ok(Revoked::Revoked);
    }
    ended(&answer, tree.as_ref())
}

/// A token that the app does not know counts as revoked (RFC 7009 section 2.2).
fn ended(answer: &Answer, tree: Option<&Tree>) -> Result<Revoked, ProviderError> {
    if answer.status.is_success() && !tree.is_some_and(Tree::is_refusal) {
        return Ok(Revoked::Revoked);
    }
    match judge(answer, tree, Called::Tokens) {
        ProviderError::Dead { .. } => Ok(Revoked::Revoked),
        other => Err(other),
    }
}
