//! OAuth 2.0: the address of the consent page, and the token endpoint.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::catalog::{AuthMethod, ClientAuth, OAuth, Template};
use domain::credential::{OwnClient, Params, Secret, SecretText};
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::answer::{Tokens, Tree};
use crate::http::{Answer, Door, Request};
use crate::judge::{Called, judge};
use crate::{AuthorizeAsk, Exchange, Grant, OAuthClient, ProviderError, pkce};

pub(crate) fn authorize_url(
    door: &Door,
    method: &AuthMethod,
    ask: &AuthorizeAsk<'_>,
) -> Result<Url, ProviderError> {
    let oauth = oauth_of(method)?;
    let page = oauth.authorize_url.as_ref();
    let page = page.ok_or_else(|| ProviderError::misconfigured("the method has no consent page"))?;
    let mut url = address(door, page, &borrowed(ask.params))?;
    let mut scopes: Vec<&str> = Vec::new();
    for scope in oauth.default_scopes.iter().chain(ask.scopes) {
        if !scopes.contains(&scope.as_str()) {
            scopes.push(scope);
        }
    }
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("response_type", "code");
        query.append_pair("client_id", &ask.client.id);
        query.append_pair("redirect_uri", ask.redirect_uri);
        if !scopes.is_empty() {
            query.append_pair("scope", &scopes.join(&oauth.scope_separator));
        }
        query.append_pair("state", ask.state);
        if oauth.pkce {
            query.append_pair("code_challenge", &pkce::challenge(ask.code_verifier)?);
            query.append_pair("code_challenge_method", "S256");
        }
        if let Some(hint) = ask.login_hint {
            query.append_pair("login_hint", hint);
        }
        query.extend_pairs(oauth.authorize_params.iter());
    }
    Ok(url)
}

pub(crate) async fn exchange(
    door: &Door,
    method: &AuthMethod,
    x: &Exchange<'_>,
    now: DateTime<Utc>,
) -> Result<Grant, ProviderError> {
    let oauth = oauth_of(method)?;
    let mut form =
        vec![("grant_type", "authorization_code"), ("code", x.code), ("redirect_uri", x.redirect_uri)];
    if oauth.pkce {
        form.push(("code_verifier", x.code_verifier));
    }
    let tokens = ask_tokens(door, oauth, x.params, &form, (x.client, Called::Tokens), now).await?;
    let client = x.own_client.then(|| OwnClient { id: x.client.id.clone(), secret: x.client.secret.clone() });
    Ok(grant_of(tokens, None, client, x.params.clone()))
}

pub(crate) async fn refresh(
    door: &Door,
    method: &AuthMethod,
    secret: &Secret,
    client: Option<&OAuthClient>,
    now: DateTime<Utc>,
) -> Result<Grant, ProviderError> {
    match secret {
        Secret::OAuth2Code { refresh_token, params, .. } => {
            let Some(refresh_token) = refresh_token else {
                return Err(ProviderError::dead("no_refresh_token", "the app gave no refresh token"));
            };
            let client = client_of(secret, client)
                .ok_or_else(|| ProviderError::misconfigured("there is no OAuth client for this app"))?;
            let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
            let called = (&client, Called::Tokens);
            let tokens = ask_tokens(door, oauth_of(method)?, params, &form, called, now).await?;
            Ok(grant_of(tokens, Some(refresh_token), own_client_of(secret), params.clone()))
        }
        Secret::ClientCredentials { client_id, client_secret, params, .. } => {
            let client = OAuthClient { id: client_id.clone(), secret: Some(client_secret.clone()) };
            client_credentials(door, method, &client, params, now).await
        }
        Secret::ApiKey { .. } | Secret::Basic { .. } | Secret::Fields(_) => {
            Err(ProviderError::misconfigured(format!("the kind {} is not refreshed", secret.kind())))
        }
    }
}

/// Gets a token with a client that is the credential itself (RFC 6749 section 4.4).
pub(crate) async fn client_credentials(
    door: &Door,
    method: &AuthMethod,
    client: &OAuthClient,
    params: &Params,
    now: DateTime<Utc>,
) -> Result<Grant, ProviderError> {
    let oauth = oauth_of(method)?;
    let scope = oauth.default_scopes.join(&oauth.scope_separator);
    let mut form = vec![("grant_type", "client_credentials")];
    if !scope.is_empty() {
        form.push(("scope", &scope));
    }
    let tokens = ask_tokens(door, oauth, params, &form, (client, Called::OwnTokens), now).await?;
    Ok(Grant {
        secret: Secret::ClientCredentials {
            client_id: client.id.clone(),
            client_secret: client.secret.clone().unwrap_or_else(|| SecretText::new("")),
            access_token: Some(tokens.access_token),
            params: params.clone(),
        },
        granted_scopes: tokens.scopes,
        expires_at: tokens.expires_at,
        account: None,
    })
}

fn grant_of(tokens: Tokens, old: Option<&SecretText>, client: Option<OwnClient>, params: Params) -> Grant {
    Grant {
        secret: Secret::OAuth2Code {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token.or_else(|| old.cloned()),
            token_type: tokens.token_type,
            client,
            params,
        },
        granted_scopes: tokens.scopes,
        expires_at: tokens.expires_at,
        account: None,
    }
}

async fn ask_tokens(
    door: &Door,
    oauth: &OAuth,
    params: &Params,
    form: &[(&str, &str)],
    (client, called): (&OAuthClient, Called),
    now: DateTime<Utc>,
) -> Result<Tokens, ProviderError> {
    let url = address(door, &oauth.token_url, &borrowed(params))?;
    let further = oauth.token_params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let form: Vec<_> = form.iter().copied().chain(further).collect();
    let answer = post_form(door, url, &form, Some(client), oauth.client_auth).await?;
    let tree = Tree::read(&answer);
    if answer.status.is_success()
        && let Some(tree) = &tree
        && let Some(tokens) = Tokens::read(tree, &oauth.scope_separator, now)
    {
        return Ok(tokens);
    }
    Err(judge(&answer, tree.as_ref(), called))
}

/// Posts a form to a token or revocation endpoint, with the client's proof (RFC 6749 section 2.3.1).
pub(crate) async fn post_form(
    door: &Door,
    url: Url,
    form: &[(&str, &str)],
    client: Option<&OAuthClient>,
    client_auth: ClientAuth,
) -> Result<Answer, ProviderError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    // In a block of its own: the serializer may not live across the call, which must be `Send`.
    let body = {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        match client.map(|client| (client, client.secret.as_ref(), client_auth)) {
            Some((client, Some(secret), ClientAuth::Basic)) => {
                headers.insert(AUTHORIZATION, client_header(client, secret)?);
            }
            Some((client, secret, ClientAuth::Basic | ClientAuth::Post)) => {
                body.append_pair("client_id", &client.id);
                body.extend_pairs(secret.map(|secret| ("client_secret", secret.expose())));
            }
            None => {}
        }
        Some(Zeroizing::new(body.finish()))
    };
    door.send(Request { method: Method::POST, url, headers, body }).await
}

/// The client in `Authorization: Basic`, each half form-encoded first (RFC 6749 section 2.3.1).
pub(crate) fn client_header(client: &OAuthClient, secret: &SecretText) -> Result<HeaderValue, ProviderError> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    basic(&encoded(&client.id), &Zeroizing::new(encoded(secret.expose())))
}

/// `Authorization: Basic` (RFC 7617).
pub(crate) fn basic(username: &str, password: &str) -> Result<HeaderValue, ProviderError> {
    let pair = Zeroizing::new(format!("{username}:{password}"));
    let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    hidden(&text)
}

/// A header value that no `Debug` shows.
pub(crate) fn hidden(text: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| ProviderError::misconfigured("a header holds characters that are not possible there"))?;
    value.set_sensitive(true);
    Ok(value)
}

pub(crate) fn oauth_of(method: &AuthMethod) -> Result<&OAuth, ProviderError> {
    let oauth = method.oauth.as_ref();
    oauth.ok_or_else(|| ProviderError::misconfigured(format!("the method `{}` has no OAuth", method.id)))
}

/// The client that a secret was granted to: the recipient's own before the instance's.
pub(crate) fn client_of(secret: &Secret, instance: Option<&OAuthClient>) -> Option<OAuthClient> {
    match secret {
        Secret::ClientCredentials { client_id, client_secret, .. } => {
            Some(OAuthClient { id: client_id.clone(), secret: Some(client_secret.clone()) })
        }
        Secret::OAuth2Code { client: Some(own), .. } => {
            Some(OAuthClient { id: own.id.clone(), secret: own.secret.clone() })
        }
        Secret::OAuth2Code { .. } | Secret::ApiKey { .. } | Secret::Basic { .. } | Secret::Fields(_) => {
            instance.cloned()
        }
    }
}

fn own_client_of(secret: &Secret) -> Option<OwnClient> {
    match secret {
        Secret::OAuth2Code { client, .. } => {
            client.as_ref().map(|own| OwnClient { id: own.id.clone(), secret: own.secret.clone() })
        }
        Secret::ClientCredentials { .. }
        | Secret::ApiKey { .. }
        | Secret::Basic { .. }
        | Secret::Fields(_) => None,
    }
}

/// Fills an address of the catalog and checks where it leads.
pub(crate) fn address(
    door: &Door,
    template: &Template,
    values: &BTreeMap<&str, &str>,
) -> Result<Url, ProviderError> {
    let filled = template.fill_url(values)?;
    let url = Url::parse(&filled).map_err(|_| ProviderError::misconfigured("an address is no URL"))?;
    door.outbound.check_url(&url)?;
    Ok(url)
}

fn borrowed(params: &Params) -> BTreeMap<&str, &str> {
    params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
