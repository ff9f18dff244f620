//! Grants, tokens and contacts, in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Seconds that an access token lives.
pub(crate) const ACCESS_SECONDS: u64 = 3600;
const CODE_LIVES: Duration = Duration::from_mins(1);
/// Grants and contacts that are kept; the oldest go.
const KEPT: usize = 2000;

/// What somebody agreed to.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) account: String,
    pub(crate) scopes: Vec<String>,
    /// The one refresh token that works; an older one ends the grant.
    refresh: String,
}

pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    made: Instant,
    used_for: Option<u64>,
}

#[derive(Default)]
struct Rows {
    next: u64,
    codes: HashMap<String, Code>,
    grants: HashMap<u64, Grant>,
    access: HashMap<String, (u64, Instant)>,
    refresh: HashMap<String, u64>,
    order: VecDeque<u64>,
    contacts: Vec<(u64, String, String)>,
}

/// The provider's memory.
pub(crate) struct Sandbox {
    pub(crate) base: String,
    rows: Mutex<Rows>,
}

/// A pair of tokens with what they allow.
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scopes: Vec<String>,
}

fn token(prefix: &str) -> String {
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>()))
}

impl Sandbox {
    pub(crate) fn new(base: &str) -> Self {
        let contacts = vec![
            (1, "Nora Vik".to_owned(), "nora@harbor.example".to_owned()),
            (2, "Theo Lund".to_owned(), "theo@harbor.example".to_owned()),
        ];
        Self { base: base.to_owned(), rows: Mutex::new(Rows { next: 3, contacts, ..Rows::default() }) }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code for what was agreed to.
    pub(crate) fn new_code(
        &self,
        account: String,
        scopes: Vec<String>,
        redirect_uri: String,
        challenge: String,
    ) -> String {
        let code = token("code");
        let mut rows = self.rows();
        if rows.codes.len() >= KEPT {
            rows.codes.retain(|_, code| code.made.elapsed() < CODE_LIVES);
        }
        let grant = Grant { account, scopes, refresh: String::new() };
        rows.codes.insert(
            code.clone(),
            Code { grant, redirect_uri, challenge, made: Instant::now(), used_for: None },
        );
        code
    }

    /// Exchanges a code once; a second use ends what the first one gave (RFC 6749, 4.1.2).
    pub(crate) fn use_code(&self, code: &str, fits: impl Fn(&Code) -> bool) -> Option<Issued> {
        let mut rows = self.rows();
        let known = rows.codes.get(code)?;
        if let Some(grant) = known.used_for {
            end(&mut rows, grant);
            return None;
        }
        if known.made.elapsed() > CODE_LIVES || !fits(known) {
            return None;
        }
        let grant = known.grant.clone();
        let (id, issued) = begin(&mut rows, grant, true);
        if let Some(code) = rows.codes.get_mut(code) {
            code.used_for = Some(id);
        }
        Some(issued)
    }

    /// Tokens for a client that acts for itself.
    pub(crate) fn machine(&self, scopes: Vec<String>) -> Issued {
        begin(
            &mut self.rows(),
            Grant { account: "Sandbox machine".to_owned(), scopes, refresh: String::new() },
            false,
        )
        .1
    }

    /// New tokens for a refresh token; one that was used before ends the whole grant (RFC 9700, 4.14).
    pub(crate) fn refresh(&self, old: &str) -> Option<Issued> {
        let mut rows = self.rows();
        let id = *rows.refresh.get(old)?;
        let grant = rows.grants.get(&id)?.clone();
        if grant.refresh != old {
            end(&mut rows, id);
            return None;
        }
        let (access, refresh) = (token("sat"), token("srt"));
        rows.access.insert(access.clone(), (id, Instant::now()));
        rows.refresh.insert(refresh.clone(), id);
        if let Some(grant) = rows.grants.get_mut(&id) {
            grant.refresh.clone_from(&refresh);
        }
        Some(Issued { access, refresh: Some(refresh), scopes: grant.scopes })
    }

    /// Ends the grant of either token.
    pub(crate) fn revoke(&self, token: &str) {
        let mut rows = self.rows();
        let id = rows.access.get(token).map(|(id, _)| *id).or_else(|| rows.refresh.get(token).copied());
        if let Some(id) = id {
            end(&mut rows, id);
        }
    }

    /// Whose token it is.
    pub(crate) fn grant_of(&self, access: &str) -> Option<Grant> {
        let rows = self.rows();
        let (id, made) = rows.access.get(access)?;
        (made.elapsed() < Duration::from_secs(ACCESS_SECONDS)).then(|| rows.grants.get(id).cloned()).flatten()
    }

    pub(crate) fn contacts(&self) -> Vec<(u64, String, String)> {
        self.rows().contacts.clone()
    }

    pub(crate) fn add_contact(&self, name: String, email: String) -> u64 {
        let mut rows = self.rows();
        let id = rows.next;
        rows.next += 1;
        rows.contacts.push((id, name, email));
        if rows.contacts.len() > KEPT {
            rows.contacts.remove(0);
        }
        id
    }

    pub(crate) fn remove_contact(&self, id: u64) -> bool {
        let mut rows = self.rows();
        let before = rows.contacts.len();
        rows.contacts.retain(|contact| contact.0 != id);
        rows.contacts.len() < before
    }
}

fn begin(rows: &mut Rows, mut grant: Grant, with_refresh: bool) -> (u64, Issued) {
    let id = rows.next;
    rows.next += 1;
    let access = token("sat");
    let refresh = with_refresh.then(|| token("srt"));
    rows.access.insert(access.clone(), (id, Instant::now()));
    if let Some(refresh) = &refresh {
        rows.refresh.insert(refresh.clone(), id);
        grant.refresh.clone_from(refresh);
    }
    let scopes = grant.scopes.clone();
    rows.grants.insert(id, grant);
    rows.order.push_back(id);
    if rows.order.len() > KEPT
        && let Some(oldest) = rows.order.pop_front()
    {
        end(rows, oldest);
    }
    (id, Issued { access, refresh, scopes })
}

fn end(rows: &mut Rows, id: u64) {
    rows.grants.remove(&id);
    rows.access.retain(|_, (of, _)| *of != id);
    rows.refresh.retain(|_, of| *of != id);
}
