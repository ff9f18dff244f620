//! Grants and tokens, in memory and bounded.

use std::collections::{HashMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use crate::contacts::Contacts;
use crate::scope::Scope;
use crate::{Account, MACHINE_CLIENT_ID, pkce};

/// So many grants are remembered; a demo needs a handful. The oldest goes first.
const MAX_GRANTS: usize = 1_000;
/// So many codes and tokens are remembered, used ones included: they are needed to notice a second use.
const MAX_TOKENS: usize = 10_000;

/// Everything that the sandbox remembers.
pub(crate) struct Store {
    pub(crate) contacts: Contacts,
    grants: Bounded<u64, Grant>,
    tokens: Bounded<String, Token>,
    next_grant: u64,
}

/// Whom a token acts for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    /// Somebody who agreed on the page.
    Account(&'static Account),
    /// The client itself.
    Machine,
}

impl Subject {
    /// The client that tokens of this subject belong to.
    const fn client(self) -> &'static str {
        match self {
            Self::Account(_) => crate::CLIENT_ID,
            Self::Machine => MACHINE_CLIENT_ID,
        }
    }
}

/// One consent with all the tokens that come from it. It ends as a whole.
struct Grant {
    subject: Subject,
    scopes: Vec<Scope>,
    ended: bool,
}

struct Token {
    grant: u64,
    used: bool,
    kind: TokenKind,
}

enum TokenKind {
    Code { redirect_uri: String, challenge: String, expires_at: DateTime<Utc> },
    Access { scopes: Vec<Scope>, expires_at: DateTime<Utc> },
    Refresh,
}

/// What somebody agreed to on the page.
pub(crate) struct Consent {
    pub(crate) account: &'static Account,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
}

/// What the token endpoint answers with.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scopes: Vec<Scope>,
}

/// Why no token was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The code or refresh token is unknown, expired or of an ended grant.
    Unknown,
    /// It was used before; the grant has now ended.
    Reused,
    /// The redirect URI is not the one of the consent.
    RedirectUri,
    /// The verifier does not belong to the challenge.
    Verifier,
    /// More scopes than were granted.
    Scope,
}

impl Store {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self {
            contacts: Contacts::seeded(now),
            grants: Bounded::new(MAX_GRANTS),
            tokens: Bounded::new(MAX_TOKENS),
            next_grant: 1,
        }
    }

    /// A code for a consent.
    pub(crate) fn consent(&mut self, consent: Consent, expires_at: DateTime<Utc>) -> String {
        let grant = self.grant(Subject::Account(consent.account), consent.scopes);
        let Consent { redirect_uri, challenge, .. } = consent;
        self.token("sandbox_code_", grant, TokenKind::Code { redirect_uri, challenge, expires_at })
    }

    /// Tokens for a code. Whatever comes of it, the code is used up: whoever holds it without its verifier
    /// gets no second try.
    pub(crate) fn exchange(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        times: Times,
    ) -> Result<Issued, Denied> {
        let token = self.tokens.get_mut(code).ok_or(Denied::Unknown)?;
        let TokenKind::Code { redirect_uri: agreed, challenge, expires_at } = &token.kind else {
            return Err(Denied::Unknown);
        };
        let grant = token.grant;
        if token.used {
            self.end(grant);
            return Err(Denied::Reused);
        }
        token.used = true;
        if times.now >= *expires_at {
            return Err(Denied::Unknown);
        }
        if redirect_uri != agreed {
            return Err(Denied::RedirectUri);
        }
        if !pkce::matches(challenge, verifier) {
            return Err(Denied::Verifier);
        }
        self.issue(grant, None, times)
    }

    /// Tokens for a refresh token, which is used up. A second use ends the grant: one of the two users stole
    /// it (RFC 9700 section 4.14.2).
    pub(crate) fn refresh(
        &mut self,
        refresh_token: &str,
        scopes: Option<Vec<Scope>>,
        times: Times,
    ) -> Result<Issued, Denied> {
        let token = self.tokens.get(refresh_token).ok_or(Denied::Unknown)?;
        if !matches!(token.kind, TokenKind::Refresh) {
            return Err(Denied::Unknown);
        }
        let (grant, used) = (token.grant, token.used);
        if used {
            self.end(grant);
            return Err(Denied::Reused);
        }
        let issued = self.issue(grant, scopes, times)?;
        if let Some(token) = self.tokens.get_mut(refresh_token) {
            token.used = true;
        }
        Ok(issued)
    }

    /// An access token for the machine client.
    pub(crate) fn machine(&mut self, scopes: Vec<Scope>, times: Times) -> Result<Issued, Denied> {
        let grant = self.grant(Subject::Machine, scopes);
        self.issue(grant, None, times)
    }

    /// Ends the grant that a token of this client belongs to (RFC 7009). A token that is not known is as
    /// good as revoked; one of another client is [`Denied::Unknown`].
    pub(crate) fn revoke(&mut self, client: &str, token: &str) -> Result<(), Denied> {
        let Some(grant) = self.tokens.get(token).map(|token| token.grant) else { return Ok(()) };
        if self.grants.get(&grant).is_some_and(|grant| grant.subject.client() != client) {
            return Err(Denied::Unknown);
        }
        self.end(grant);
        Ok(())
    }

    /// Whom a working access token acts for, and its scopes.
    pub(crate) fn access(&self, access_token: &str, now: DateTime<Utc>) -> Option<(Subject, &[Scope])> {
        let token = self.tokens.get(access_token)?;
        let TokenKind::Access { scopes, expires_at } = &token.kind else { return None };
        let grant = self.grants.get(&token.grant).filter(|grant| !grant.ended)?;
        (now < *expires_at).then_some((grant.subject, scopes.as_slice()))
    }

    fn grant(&mut self, subject: Subject, scopes: Vec<Scope>) -> u64 {
        let id = self.next_grant;
        self.next_grant += 1;
        self.grants.insert(id, Grant { subject, scopes, ended: false });
        id
    }

    fn end(&mut self, grant: u64) {
        if let Some(grant) = self.grants.get_mut(&grant) {
            grant.ended = true;
        }
    }

    fn issue(&mut self, id: u64, narrower: Option<Vec<Scope>>, times: Times) -> Result<Issued, Denied> {
        let grant = self.grants.get(&id).filter(|grant| !grant.ended).ok_or(Denied::Unknown)?;
        let scopes = narrower.unwrap_or_else(|| grant.scopes.clone());
        if scopes.iter().any(|scope| !grant.scopes.contains(scope)) {
            return Err(Denied::Scope);
        }
        let is_account = matches!(grant.subject, Subject::Account(_));
        let expires_at = times.now + times.access_token_lifetime;
        let access = self.token("sandbox_at_", id, TokenKind::Access { scopes: scopes.clone(), expires_at });
        let refresh_token = is_account.then(|| self.token("sandbox_rt_", id, TokenKind::Refresh));
        Ok(Issued { access_token: access, refresh_token, scopes })
    }

    fn token(&mut self, prefix: &str, grant: u64, kind: TokenKind) -> String {
        let text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        self.tokens.insert(text.clone(), Token { grant, used: false, kind });
        text
    }
}

/// When tokens are issued, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) now: DateTime<Utc>,
    pub(crate) access_token_lifetime: TimeDelta,
}

/// A map that forgets its oldest entry when it is full. Keys must be inserted once only.
struct Bounded<K, V> {
    entries: HashMap<K, V>,
    order: VecDeque<K>,
    limit: usize,
}

impl<K: Clone + Eq + std::hash::Hash, V> Bounded<K, V> {
    fn new(limit: usize) -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new(), limit }
    }

    fn insert(&mut self, key: K, value: V) {
        if self.order.len() >= self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
        self.order.push_back(key.clone());
        self.entries.insert(key, value);
    }

    fn get<Q: ?Sized + Eq + std::hash::Hash>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.entries.get(key)
    }

    fn get_mut<Q: ?Sized + Eq + std::hash::Hash>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.entries.get_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_entry_is_forgotten() {
        let mut map = Bounded::new(2);
        for key in 1..=3 {
            map.insert(key, key * 10);
        }
        assert_eq!((map.get(&1), map.get(&2), map.get(&3)), (None, Some(&20), Some(&30)));
        assert_eq!(map.order.len(), 2);
    }
}
